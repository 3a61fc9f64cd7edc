// Nodes of at most sixteen rows, of which an unlimited tree has as many as all others together: all features at once, a byte
// for each row and feature. The upper half of a byte is how many rows have a smaller value, the lower half the row's number,
// so that sorting bytes sorts rows, and sixteen features go through a sorting network side by side.
//
// Every way of doing this gives the same cuts, bit by bit: sums are exact, and gains are formed by the reference formula.

#include "CForestKernels.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

enum { most = coppice_small_rows, most_features = coppice_small_features, weight_bits = 24 };
static const int64_t weight_mask = ((int64_t)1 << weight_bits) - 1;
/// Values that differ by no more count as equal.
static const float gap = 1e-7f;

// MARK: Ranks

/// How many values are smaller than each.
static int rank_plainly(const float *values, int count, uint8_t *ranks) {
    int is_near = 0;
    for (int row = 0; row < count; row++) {
        unsigned smaller = 0, apart = 0;
        for (int other = 0; other < count; other++) {
            smaller += values[other] < values[row];
            apart += values[other] + gap < values[row];
        }
        ranks[row] = (uint8_t)smaller;
        is_near |= smaller != apart;
    }
    return is_near;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

static int has_wide_vectors(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

WIDE static int rank_by_sixteen(const float *values, int count, uint8_t *ranks) {
    const __mmask16 present = (__mmask16)((1u << count) - 1);
    const __m512 mine = _mm512_mask_loadu_ps(_mm512_set1_ps(0), present, values);
    __m512i rank = _mm512_setzero_si512();
    unsigned is_near = 0;
    for (int row = 0; row < count; row++) {
        const __mmask16 smaller = _mm512_cmp_ps_mask(_mm512_set1_ps(values[row]), mine, _CMP_LT_OQ);
        const __mmask16 apart = _mm512_cmp_ps_mask(_mm512_set1_ps(values[row] + gap), mine, _CMP_LT_OQ);
        is_near |= (unsigned)(smaller ^ apart);
        rank = _mm512_mask_add_epi32(rank, smaller, rank, _mm512_set1_epi32(1));
    }
    _mm_storeu_si128((__m128i *)ranks, _mm512_cvtepi32_epi8(rank));
    return (is_near & present) != 0;
}
#endif

int coppice_rank_small(const float *features, size_t row_stride, size_t feature_stride, const int32_t *source,
                       const uint32_t *rows, int count, const int32_t *which, int which_count, uint8_t *keys,
                       int key_stride) {
    int is_near = 0;
    size_t places[most];
    for (int row = 0; row < count; row++) places[row] = (size_t)source[rows[row]] * row_stride;
#if defined(__x86_64__)
    const int wide = has_wide_vectors();
#endif
    for (int index = 0; index < which_count; index++) {
        const float *const column = features + feature_stride * (size_t)which[index];
        float values[most];
        uint8_t ranks[most];
        for (int row = 0; row < count; row++) values[row] = column[places[row]];
#if defined(__x86_64__)
        if (wide) {
            is_near |= rank_by_sixteen(values, count, ranks);
        } else
#endif
            is_near |= rank_plainly(values, count, ranks);
        uint8_t *key = keys + which[index];
        for (int row = 0; row < count; row++, key += key_stride) *key = (uint8_t)(ranks[row] << 4 | row);
    }
    return !is_near;
}

// MARK: Sorting

typedef uint8_t bytes16 __attribute__((vector_size(16)));

INLINE void exchange(bytes16 *keys, int low, int high) {
    const bytes16 first = keys[low], second = keys[high];
    keys[low] = __builtin_elementwise_min(first, second);
    keys[high] = __builtin_elementwise_max(first, second);
}

/// Batcher's merge exchange for sixteen (Knuth, The Art of Computer Programming 3, 5.2.2 M), without what fewer rows do not
/// need.
INLINE void sort_network(bytes16 *keys, const int count) {
#define E(low, high) if (high < count) exchange(keys, low, high)
    E(0, 8); E(1, 9); E(2, 10); E(3, 11); E(4, 12); E(5, 13); E(6, 14); E(7, 15);
    E(0, 4); E(1, 5); E(2, 6); E(3, 7); E(8, 12); E(9, 13); E(10, 14); E(11, 15);
    E(4, 8); E(5, 9); E(6, 10); E(7, 11);
    E(0, 2); E(1, 3); E(4, 6); E(5, 7); E(8, 10); E(9, 11); E(12, 14); E(13, 15);
    E(2, 8); E(3, 9); E(6, 12); E(7, 13);
    E(2, 4); E(3, 5); E(6, 8); E(7, 9); E(10, 12); E(11, 13);
    E(0, 1); E(2, 3); E(4, 5); E(6, 7); E(8, 9); E(10, 11); E(12, 13); E(14, 15);
    E(1, 8); E(3, 10); E(5, 12); E(7, 14);
    E(1, 4); E(3, 6); E(5, 8); E(7, 10); E(9, 12); E(11, 14);
    E(1, 2); E(3, 4); E(5, 6); E(7, 8); E(9, 10); E(11, 12); E(13, 14);
#undef E
}

INLINE void sort_keys(bytes16 *keys, int count) {
    switch (count) {
#define CASE(n) case n: sort_network(keys, n); break
        CASE(2); CASE(3); CASE(4); CASE(5); CASE(6); CASE(7); CASE(8); CASE(9); CASE(10); CASE(11); CASE(12); CASE(13);
        CASE(14); CASE(15); CASE(16);
#undef CASE
    }
}

uint64_t coppice_varying_small(const uint8_t *keys, int key_stride, const uint8_t *ids, int count) {
    uint64_t varying = 0;
    for (int chunk = 0; chunk < key_stride; chunk += 16) {
        bytes16 first, differs = {0};
        memcpy(&first, keys + ids[0] * key_stride + chunk, 16);
        for (int index = 1; index < count; index++) {
            bytes16 key;
            memcpy(&key, keys + ids[index] * key_stride + chunk, 16);
            differs |= key ^ first;
        }
        // The ranks, without the rows.
        for (int half = 0; half < 2; half++) {
            uint64_t word;
            memcpy(&word, (const uint8_t *)&differs + 8 * half, 8);
            word >>= 4;
            word &= UINT64_C(0x0f0f0f0f0f0f0f0f);
            // A bit of each byte that is not 0, gathered at the top.
            word = (word + UINT64_C(0x7f7f7f7f7f7f7f7f)) & UINT64_C(0x8080808080808080);
            varying |= ((word >> 7) * UINT64_C(0x0102040810204080) >> 56) << (chunk + 8 * half);
        }
    }
    return varying;
}

/// The keys of at most sixteen drawn features, side by side, in the order in which they were drawn.
INLINE void gather_plainly(const uint8_t *keys, int key_stride, const uint8_t *ids, int count, const uint8_t *drawn,
                           int lanes, bytes16 *gathered) {
    for (int index = 0; index < count; index++) {
        const uint8_t *const key = keys + ids[index] * key_stride;
        uint8_t bytes[16] = {0};
        for (int lane = 0; lane < lanes; lane++) bytes[lane] = key[drawn[lane]];
        memcpy(&gathered[index], bytes, 16);
    }
}

#if defined(__x86_64__)
WIDE INLINE void gather_by_sixteen(const uint8_t *keys, int key_stride, const uint8_t *ids, int count,
                                   const uint8_t *drawn, int lanes, bytes16 *gathered) {
    const __mmask16 present = (__mmask16)((1u << lanes) - 1);
    const __m128i feature = _mm_maskz_loadu_epi8(present, drawn);
    __m128i lane[most_features / 16];
    for (int chunk = 0; chunk < key_stride / 16; chunk++) {
        // A byte of another chunk gets the high bit, which makes it 0.
        const __m128i place = _mm_sub_epi8(feature, _mm_set1_epi8((char)(16 * chunk)));
        const __mmask16 is_here = _mm_mask_cmplt_epu8_mask(present, place, _mm_set1_epi8(16));
        lane[chunk] = _mm_mask_mov_epi8(_mm_set1_epi8((char)0x80), is_here, place);
    }
    for (int index = 0; index < count; index++) {
        const __m128i *const key = (const __m128i *)(keys + ids[index] * key_stride);
        __m128i bytes = _mm_shuffle_epi8(_mm_loadu_si128(key), lane[0]);
        for (int chunk = 1; chunk < key_stride / 16; chunk++) {
            bytes = _mm_or_si128(bytes, _mm_shuffle_epi8(_mm_loadu_si128(key + chunk), lane[chunk]));
        }
        gathered[index] = (bytes16)bytes;
    }
}
#endif

// MARK: Searching

INLINE double weight_of(int64_t word) { return (double)(word & weight_mask); }
INLINE double sum_of(int64_t word) { return (double)(word >> weight_bits); }

typedef struct {
    double gain;
    int position;
} cut;

typedef struct {
    const bytes16 *sorted;
    int count, least, lanes;
    const int64_t *words;
    int64_t total;
} squares;

/// Finds each lane's best cut, and of those the best, the first of equals; returns its lane, or -1.
INLINE int search_plainly(const squares *of, int first_lane, cut *best) {
    int found = -1;
    for (int lane = first_lane; lane < first_lane + 8 && lane < of->lanes; lane++) {
        int64_t left = 0;
        for (int position = 1; position <= of->count - of->least; position++) {
            const uint8_t key = of->sorted[position - 1][lane];
            left += of->words[key & 15];
            if (position < of->least || (key ^ of->sorted[position][lane]) >> 4 == 0) continue;
            const int64_t right = of->total - left;
            const double sum_left = sum_of(left), sum_right = sum_of(right);
            const double gain = sum_left * sum_left / weight_of(left) + sum_right * sum_right / weight_of(right);
            if (gain > best->gain) {
                best->gain = gain;
                best->position = position;
                found = lane;
            }
        }
    }
    return found;
}

#if defined(__x86_64__)
WIDE INLINE int search_by_eight(const squares *of, int first_lane, cut *best) {
    const __m512i low_words = _mm512_loadu_si512(of->words), high_words = _mm512_loadu_si512(of->words + 8);
    const __m512i mask = _mm512_set1_epi64(weight_mask);
    const __m512d weight = _mm512_set1_pd(weight_of(of->total)), sum = _mm512_set1_pd(sum_of(of->total));
    const __mmask8 present = of->lanes - first_lane >= 8 ? 0xff : (__mmask8)((1u << (of->lanes - first_lane)) - 1);
    __m512i left = _mm512_setzero_si512(), place = _mm512_setzero_si512();
    __m512d gain = _mm512_set1_pd(best->gain);
    const uint8_t *const sorted = (const uint8_t *)of->sorted + first_lane;
    __m128i key = _mm_loadl_epi64((const __m128i *)sorted);
    for (int position = 1; position <= of->count - of->least; position++) {
        const __m128i next = _mm_loadl_epi64((const __m128i *)(sorted + 16 * position));
        const __m512i row = _mm512_cvtepu8_epi64(_mm_and_si128(key, _mm_set1_epi8(15)));
        left = _mm512_add_epi64(left, _mm512_permutex2var_epi64(low_words, row, high_words));
        const __mmask8 is_cut =
            (__mmask8)_mm_test_epi8_mask(_mm_xor_si128(key, next), _mm_set1_epi8((char)0xf0)) & present;
        key = next;
        if (position < of->least) continue;
        const __m512d weight_left = _mm512_cvtepi64_pd(_mm512_and_si512(left, mask));
        const __m512d sum_left = _mm512_cvtepi64_pd(_mm512_srai_epi64(left, weight_bits));
        const __m512d weight_right = _mm512_sub_pd(weight, weight_left), sum_right = _mm512_sub_pd(sum, sum_left);
        const __m512d measured =
            _mm512_add_pd(_mm512_div_pd(_mm512_mul_pd(sum_left, sum_left), weight_left),
                          _mm512_div_pd(_mm512_mul_pd(sum_right, sum_right), weight_right));
        const __mmask8 wins = _mm512_mask_cmp_pd_mask(is_cut, measured, gain, _CMP_GT_OQ);
        gain = _mm512_mask_mov_pd(gain, wins, measured);
        place = _mm512_mask_mov_epi64(place, wins, _mm512_set1_epi64(position));
    }
    const __mmask8 won = _mm512_test_epi64_mask(place, place);
    if (won == 0) return -1;
    const double most_gained = _mm512_mask_reduce_max_pd(won, gain);
    const unsigned winners = _mm512_mask_cmp_pd_mask(won, gain, _mm512_set1_pd(most_gained), _CMP_EQ_OQ);
    const int lane = __builtin_ctz(winners);
    int64_t places[8];
    _mm512_storeu_si512(places, place);
    best->gain = most_gained;
    best->position = (int)places[lane];
    return first_lane + lane;
}
#endif

/// The search with the kernels of an instruction set.
#define DEFINE_SEARCH(NAME, TARGET, GATHER, SEARCH)                                                                      \
    TARGET static int NAME(const uint8_t *keys, int key_stride, uint8_t *ids, int count, const uint8_t *drawn,          \
                           int drawn_count, const int64_t *words, int64_t total, int least, cut *best) {                \
        bytes16 sorted[most];                                                                                            \
        uint8_t order[most];                                                                                             \
        int winner = -1;                                                                                                 \
        for (int start = 0; start < drawn_count; start += 16) {                                                          \
            const int lanes = drawn_count - start < 16 ? drawn_count - start : 16;                                       \
            GATHER(keys, key_stride, ids, count, drawn + start, lanes, sorted);                                          \
            sort_keys(sorted, count);                                                                                    \
            const squares of = {sorted, count, least, lanes, words, total};                                              \
            int lane = -1;                                                                                               \
            for (int first = 0; first < lanes; first += 8) {                                                             \
                const int found = SEARCH(&of, first, best);                                                              \
                if (found >= 0) lane = found;                                                                            \
            }                                                                                                            \
            if (lane < 0) continue;                                                                                      \
            winner = start + lane;                                                                                       \
            for (int index = 0; index < count; index++) order[index] = sorted[index][lane] & 15;                         \
        }                                                                                                                \
        if (winner >= 0) memcpy(ids, order, (size_t)count);                                                              \
        return winner;                                                                                                   \
    }

DEFINE_SEARCH(search_small_plainly, , gather_plainly, search_plainly)
#if defined(__x86_64__)
DEFINE_SEARCH(search_small_wide, WIDE, gather_by_sixteen, search_by_eight)
#endif

int coppice_search_small_squares(const uint8_t *keys, int key_stride, uint8_t *ids, int count, const uint8_t *drawn,
                                 int drawn_count, const int64_t *words, int64_t total, int least, int *position) {
    cut best = {.gain = -INFINITY, .position = 0};
    int winner;
#if defined(__x86_64__)
    if (has_wide_vectors()) {
        winner = search_small_wide(keys, key_stride, ids, count, drawn, drawn_count, words, total, least, &best);
    } else
#endif
        winner = search_small_plainly(keys, key_stride, ids, count, drawn, drawn_count, words, total, least, &best);
    *position = best.position;
    return winner;
}
