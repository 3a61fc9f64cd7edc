// The search for the best cut of a sorted list, eight or four cuts at a time. Cuts that may win are measured one by one, in
// their order and by the reference formula, so that the outcome is that of the plain loop, bit by bit.
//
// In C because the instruction set is chosen when the program runs.

#include "instruction_sets.h"

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

enum { weight_bits = 24 };
static const int64_t weight_mask = ((int64_t)1 << weight_bits) - 1;
/// Values that differ by no more count as equal.
static const float gap = 1e-7f;
/// Well above the rounding errors of both formulas for the gain.
static const double margin = 1 - 1e-13;

INLINE double weight_of(int64_t word) { return (double)(word & weight_mask); }
INLINE double sum_of(int64_t word) { return (double)(word >> weight_bits); }

INLINE double gain_of(int64_t left, int64_t total) {
    const int64_t right = total - left;
    const double sum_left = sum_of(left), sum_right = sum_of(right);
    return sum_left * sum_left / weight_of(left) + sum_right * sum_right / weight_of(right);
}

/// Measures the cuts of `mask`, which are those after `entries[start]`, `entries[start + 1]`, …
INLINE size_t measure(unsigned mask, const int64_t *left, int64_t total, size_t start, size_t position, double *gain) {
    while (mask != 0) {
        const unsigned lane = (unsigned)__builtin_ctz(mask);
        mask &= mask - 1;
        const double measured = gain_of(left[lane], total);
        if (measured > *gain) {
            *gain = measured;
            position = start + lane + 1;
        }
    }
    return position;
}

static size_t search_plainly(const coppice_list_entry *entries, size_t count, const int64_t *words, int64_t total,
                             size_t least, double *gain) {
    const double weight = weight_of(total), sum = sum_of(total);
    const size_t last = count - least;
    size_t position = 0;
    int64_t left = 0;
    for (size_t index = 0; index < last; index++) {
        left += words[entries[index].row];
        const double weight_left = weight_of(left), weight_right = weight - weight_left;
        const double sum_left = sum_of(left), sum_right = sum - sum_left;
        const double numerator = sum_left * sum_left * weight_right + sum_right * sum_right * weight_left;
        const int may_win = (index + 1 >= least) & (entries[index + 1].value > entries[index].value + gap)
            & (numerator > *gain * margin * (weight_left * weight_right));
        if (may_win) position = measure(1, &left, total, index, position, gain);
    }
    return position;
}

#if defined(__x86_64__)
#include <immintrin.h>

/// Bits of the lanes that hold cuts after at least `least` rows, with at least `least` after them.
INLINE unsigned allowed(size_t start, size_t least, size_t last, unsigned lanes) {
    unsigned mask = last - start >= lanes ? (1u << lanes) - 1 : (1u << (last - start)) - 1;
    if (start + 1 < least) mask = least - 1 - start >= lanes ? 0 : mask & (~0u << (least - 1 - start));
    return mask;
}

__attribute__((target("avx512f,avx512dq,avx512vl"))) static size_t search_by_eight(
    const coppice_list_entry *entries, size_t count, const int64_t *words, int64_t total, size_t least, double *gain) {
    const __m512d weight = _mm512_set1_pd(weight_of(total)), sum = _mm512_set1_pd(sum_of(total));
    const __m512i mask = _mm512_set1_epi64(weight_mask);
    const size_t last = count - least;
    size_t position = 0;
    __m512i total_left = _mm512_setzero_si512();
    for (size_t start = 0; start < last; start += 8) {
        const __m512i entry = _mm512_loadu_si512(entries + start);
        // Eight loads: on many processors a gather takes longer.
        const coppice_list_entry *const from = entries + start;
        __m512i word = _mm512_set_epi64(words[from[7].row], words[from[6].row], words[from[5].row], words[from[4].row],
                                        words[from[3].row], words[from[2].row], words[from[1].row], words[from[0].row]);
        // Each lane gets the sum of those up to it.
        word = _mm512_add_epi64(word, _mm512_maskz_alignr_epi64(0xfe, word, word, 7));
        word = _mm512_add_epi64(word, _mm512_maskz_alignr_epi64(0xfc, word, word, 6));
        word = _mm512_add_epi64(word, _mm512_maskz_alignr_epi64(0xf0, word, word, 4));
        word = _mm512_add_epi64(word, total_left);
        total_left = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), word);
        const __m512d weight_left = _mm512_cvtepi64_pd(_mm512_and_si512(word, mask));
        const __m512d sum_left = _mm512_cvtepi64_pd(_mm512_srai_epi64(word, weight_bits));
        const __m512d weight_right = _mm512_sub_pd(weight, weight_left), sum_right = _mm512_sub_pd(sum, sum_left);
        const __m512d numerator =
            _mm512_add_pd(_mm512_mul_pd(_mm512_mul_pd(sum_left, sum_left), weight_right),
                          _mm512_mul_pd(_mm512_mul_pd(sum_right, sum_right), weight_left));
        const __m512d bound = _mm512_mul_pd(_mm512_set1_pd(*gain * margin), _mm512_mul_pd(weight_left, weight_right));
        const __m256 value = _mm256_castsi256_ps(_mm512_cvtepi64_epi32(entry));
        const __m256 next = _mm256_castsi256_ps(_mm512_cvtepi64_epi32(_mm512_loadu_si512(entries + start + 1)));
        const unsigned may_win = allowed(start, least, last, 8) & (unsigned)_mm512_cmp_pd_mask(numerator, bound, _CMP_GT_OQ)
            & (unsigned)_mm256_cmp_ps_mask(next, _mm256_add_ps(value, _mm256_set1_ps(gap)), _CMP_GT_OQ);
        if (may_win) {
            int64_t left[8];
            _mm512_storeu_si512(left, word);
            position = measure(may_win, left, total, start, position, gain);
        }
    }
    return position;
}

/// Whole numbers below 2⁵² in size as doubles, by way of the bits of 2⁵² and the number.
__attribute__((target("avx2"))) INLINE __m256d as_doubles(__m256i numbers, double offset) {
    const __m256i bits = _mm256_or_si256(numbers, _mm256_set1_epi64x(0x4330000000000000));
    return _mm256_sub_pd(_mm256_castsi256_pd(bits), _mm256_set1_pd(4503599627370496.0 + offset));
}

__attribute__((target("avx2"))) static size_t search_by_four(
    const coppice_list_entry *entries, size_t count, const int64_t *words, int64_t total, size_t least, double *gain) {
    const __m256d weight = _mm256_set1_pd(weight_of(total)), sum = _mm256_set1_pd(sum_of(total));
    const size_t last = count - least;
    size_t position = 0;
    int64_t total_left = 0;
    for (size_t start = 0; start < last; start += 4) {
        int64_t left[4];
        for (int lane = 0; lane < 4; lane++) {
            total_left += words[entries[start + (size_t)lane].row];
            left[lane] = total_left;
        }
        const __m256i word = _mm256_set_epi64x(left[3], left[2], left[1], left[0]);
        const __m256d weight_left = as_doubles(_mm256_and_si256(word, _mm256_set1_epi64x(weight_mask)), 0);
        // The sign, which this instruction set does not shift along, as an offset.
        const __m256i shifted =
            _mm256_srli_epi64(_mm256_xor_si256(word, _mm256_set1_epi64x(INT64_MIN)), weight_bits);
        const __m256d sum_left = as_doubles(shifted, (double)((int64_t)1 << (63 - weight_bits)));
        const __m256d weight_right = _mm256_sub_pd(weight, weight_left), sum_right = _mm256_sub_pd(sum, sum_left);
        const __m256d numerator =
            _mm256_add_pd(_mm256_mul_pd(_mm256_mul_pd(sum_left, sum_left), weight_right),
                          _mm256_mul_pd(_mm256_mul_pd(sum_right, sum_right), weight_left));
        const __m256d bound = _mm256_mul_pd(_mm256_set1_pd(*gain * margin), _mm256_mul_pd(weight_left, weight_right));
        const __m256 value = _mm256_moveldup_ps(_mm256_loadu_ps((const float *)(entries + start)));
        const __m256 next = _mm256_moveldup_ps(_mm256_loadu_ps((const float *)(entries + start + 1)));
        const __m256 is_cut = _mm256_cmp_ps(next, _mm256_add_ps(value, _mm256_set1_ps(gap)), _CMP_GT_OQ);
        const unsigned may_win = allowed(start, least, last, 4)
            & (unsigned)_mm256_movemask_pd(_mm256_and_pd(_mm256_castps_pd(is_cut), _mm256_cmp_pd(numerator, bound, _CMP_GT_OQ)));
        if (may_win) position = measure(may_win, left, total, start, position, gain);
    }
    return position;
}
#endif

size_t coppice_search_squares(const coppice_list_entry *entries, size_t count, const int64_t *words, int64_t total,
                              size_t least, double *gain) {
    if (count < 2 * least) return 0;
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) {
        return search_by_eight(entries, count, words, total, least, gain);
    }
    if (coppice_instruction_set() == coppice_avx2) return search_by_four(entries, count, words, total, least, gain);
#endif
    return search_plainly(entries, count, words, total, least, gain);
}
