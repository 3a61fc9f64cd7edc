// The search for the best cut where sums are not exact: they are formed row by row, from low to high, as scikit-learn forms
// them, but eight cuts are compared at a time. Cuts that may win are measured one by one, in their order and by the reference
// formula.

#include "instruction_sets.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

/// Values that differ by no more count as equal.
static const float gap = 1e-7f;
/// Well above the rounding errors of both formulas for the gain.
static const double margin = 1 - 1e-13;
/// Gains that differ by a smaller share may be in either order where the order of rows is not known.
static const double closeness = 1e-11;

/// Whether a cut follows so late after the one before that its sums are formed from the end.
static int sums_from_end(const float *values, size_t count, size_t least) {
    size_t before = 0;
    for (size_t cut = least; cut + least <= count; cut++) {
        if (!(values[cut] > values[cut - 1] + gap)) continue;
        if (cut - before > count - cut) return 1;
        before = cut;
    }
    return 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512dq,avx512vl,popcnt")))

WIDE static int ties_by_eight(const coppice_list_entry *entries, size_t count) {
    unsigned equal = 0, near = 0;
    for (size_t index = 1; index < count; index += 8) {
        const size_t left = count - index;
        const __mmask8 present = left >= 8 ? 0xff : (__mmask8)((1u << left) - 1);
        const __m256 value = _mm256_castsi256_ps(_mm512_cvtepi64_epi32(_mm512_maskz_loadu_epi64(present, entries + index)));
        const __m256 before =
            _mm256_castsi256_ps(_mm512_cvtepi64_epi32(_mm512_maskz_loadu_epi64(present, entries + index - 1)));
        equal |= present & (unsigned)_mm256_cmp_ps_mask(value, before, _CMP_EQ_OQ);
        near |= present & (unsigned)_mm256_cmp_ps_mask(value, _mm256_add_ps(before, _mm256_set1_ps(gap)), _CMP_NGT_UQ);
    }
    return (equal ? coppice_has_equal : 0) | (near ? coppice_has_near : 0);
}

static inline __attribute__((always_inline)) size_t measure(unsigned mask, const double *weights, const double *sums,
                                                            const coppice_real_rows *of, size_t start, size_t position,
                                                            double *gain, int *is_close) {
    while (mask != 0) {
        const unsigned lane = (unsigned)__builtin_ctz(mask);
        mask &= mask - 1;
        const double weight_right = of->weight - weights[lane], sum_right = of->sum - sums[lane];
        const double measured = sums[lane] * sums[lane] / weights[lane] + sum_right * sum_right / weight_right;
        if (of->is_approximate && *gain > -INFINITY) {
            if (!(measured > *gain - fabs(*gain) * closeness)) continue;
            *is_close = fabs(measured - *gain) <= fabs(*gain) * closeness;
        }
        if (measured > *gain) {
            *gain = measured;
            position = start + lane + 1;
        }
    }
    return position;
}

WIDE static size_t search_by_eight(const coppice_real_rows *of, double *gain, int *is_close) {
    const size_t last = of->count - of->least;
    const __m512d weight = _mm512_set1_pd(of->weight), sum = _mm512_set1_pd(of->sum);
    const __m512i evens = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0), odds = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    size_t position = 0;
    __m128d left = _mm_setzero_pd();
    for (size_t start = 0; start < last; start += 8) {
        __m128d lanes[8];
        int32_t tail[8] = {0};
        const int32_t *rows = of->rows + start;
        if (of->count - start < 8) {
            // Past the last row sums are of no use.
            memcpy(tail, rows, (of->count - start) * sizeof *rows);
            rows = tail;
        }
        for (size_t lane = 0; lane < 8; lane++) {
            left = _mm_add_pd(left, _mm_loadu_pd(of->moments + 2 * (size_t)(uint32_t)rows[lane]));
            lanes[lane] = left;
        }
        const __m256d a = _mm256_insertf128_pd(_mm256_castpd128_pd256(lanes[0]), lanes[1], 1);
        const __m256d b = _mm256_insertf128_pd(_mm256_castpd128_pd256(lanes[2]), lanes[3], 1);
        const __m256d c = _mm256_insertf128_pd(_mm256_castpd128_pd256(lanes[4]), lanes[5], 1);
        const __m256d d = _mm256_insertf128_pd(_mm256_castpd128_pd256(lanes[6]), lanes[7], 1);
        const __m512d low = _mm512_insertf64x4(_mm512_castpd256_pd512(a), b, 1);
        const __m512d high = _mm512_insertf64x4(_mm512_castpd256_pd512(c), d, 1);
        const __m512d weight_left = _mm512_permutex2var_pd(low, evens, high);
        const __m512d sum_left = _mm512_permutex2var_pd(low, odds, high);
        const __m512d weight_right = _mm512_sub_pd(weight, weight_left), sum_right = _mm512_sub_pd(sum, sum_left);
        const __m512d numerator =
            _mm512_add_pd(_mm512_mul_pd(_mm512_mul_pd(sum_left, sum_left), weight_right),
                          _mm512_mul_pd(_mm512_mul_pd(sum_right, sum_right), weight_left));
        const double least_gain = of->is_approximate && *gain > -INFINITY ? *gain - fabs(*gain) * closeness : *gain;
        const __m512d bound =
            _mm512_mul_pd(_mm512_set1_pd(least_gain * margin), _mm512_mul_pd(weight_left, weight_right));
        const size_t cuts = last - start;
        unsigned allowed = cuts >= 8 ? 0xff : (1u << cuts) - 1;
        if (start + 1 < of->least) allowed = of->least - 1 - start >= 8 ? 0 : allowed & (~0u << (of->least - 1 - start));
        const __mmask8 present = (__mmask8)allowed;
        const __m256 value = _mm256_maskz_loadu_ps(present, of->values + start);
        const __m256 next = _mm256_maskz_loadu_ps(present, of->values + start + 1);
        const unsigned may_win = present & (unsigned)_mm512_cmp_pd_mask(numerator, bound, _CMP_NLT_UQ)
            & (unsigned)_mm256_cmp_ps_mask(next, _mm256_add_ps(value, _mm256_set1_ps(gap)), _CMP_GT_OQ);
        if (may_win) {
            double weights[8], sums[8];
            _mm512_storeu_pd(weights, weight_left);
            _mm512_storeu_pd(sums, sum_left);
            position = measure(may_win, weights, sums, of, start, position, gain, is_close);
        }
    }
    return position;
}
#endif

int coppice_search_reals(const coppice_real_rows *of, double *gain, int *is_close, size_t *position) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) {
        if (of->may_be_near && sums_from_end(of->values, of->count, of->least)) return 0;
        *position = search_by_eight(of, gain, is_close);
        return 1;
    }
#endif
    (void)sums_from_end;
    return 0;
}

int coppice_ties(const coppice_list_entry *entries, size_t count) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) return ties_by_eight(entries, count);
#endif
    int equal = 0, near = 0;
    for (size_t index = 1; index < count; index++) {
        equal |= entries[index].value == entries[index - 1].value;
        near |= !(entries[index].value > entries[index - 1].value + gap);
    }
    return (equal ? coppice_has_equal : 0) | (near ? coppice_has_near : 0);
}

void coppice_unzip_entries(const coppice_list_entry *entries, size_t count, int32_t *rows, float *values) {
    for (size_t index = 0; index < count; index++) {
        rows[index] = (int32_t)entries[index].row;
        values[index] = entries[index].value;
    }
}
