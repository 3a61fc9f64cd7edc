// Nodes of at most sixteen rows, of which an unlimited tree has as many as all others together: all features at once, a byte
// for each row and feature. The upper half of a byte is how many rows have a smaller value, the lower half the row's number,
// so that sorting bytes sorts rows, and sixteen features go through a sorting network side by side.
//
// Every way of doing this gives the same cuts, bit by bit: sums are exact, and gains are formed by the reference formula.

#include "instruction_sets.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

enum { most = coppice_small_rows, most_features = coppice_small_features, weight_bits = 24 };
static const int64_t weight_mask = ((int64_t)1 << weight_bits) - 1;
/// Values that differ by no more count as equal.
static const float gap = 1e-7f;

// MARK: Ranks

/// How many values are smaller than each. Returns whether values are too near to each other to be told apart.
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

/// Whether two rows have the same value.
static int has_ties(const uint8_t *ranks, int count) {
    unsigned seen = 0;
    for (int row = 0; row < count; row++) seen |= 1u << ranks[row];
    return __builtin_popcount(seen) < count;
}

int coppice_rank_small(const float *features, size_t row_stride, size_t feature_stride, const int32_t *source,
                       const uint32_t *rows, int count, const int32_t *which, int which_count, int is_distinct,
                       uint8_t *keys, int key_stride) {
    size_t places[most];
    for (int row = 0; row < count; row++) places[row] = (size_t)source[rows[row]] * row_stride;
#if defined(__x86_64__)
    const int wide = coppice_instruction_set() == coppice_avx512;
#endif
    for (int index = 0; index < which_count; index++) {
        const float *const column = features + feature_stride * (size_t)which[index];
        float values[most];
        uint8_t ranks[most];
        for (int row = 0; row < count; row++) values[row] = column[places[row]];
#if defined(__x86_64__)
        if (wide) {
            if (rank_by_sixteen(values, count, ranks)) return 0;
        } else
#endif
            if (rank_plainly(values, count, ranks)) return 0;
        if (is_distinct && has_ties(ranks, count)) return 0;
        uint8_t *key = keys + which[index];
        for (int row = 0; row < count; row++, key += key_stride) *key = (uint8_t)(ranks[row] << 4 | row);
    }
    return 1;
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

/// Sorted keys of `lanes` features.
typedef struct {
    const bytes16 *sorted;
    int count, least, lanes;
} lists;

typedef struct {
    const int64_t *words;
    int64_t total;
} whole_moments;

typedef struct {
    const double *weights, *sums;
    double weight, sum;
} real_moments;

/// Weights by class, a byte each, in 64 bits a row.
typedef struct {
    const uint64_t *words;
    uint64_t total;
} class_weights;

/// What a node's rows add up to. Each byte stays below 128.
INLINE uint64_t total_of(const coppice_small_node *node, const uint64_t *words) {
    uint64_t total = 0;
    for (int index = 0; index < node->count; index++) total += words[node->ids[index]];
    return total;
}

INLINE double weight_of_classes(uint64_t word) {
    unsigned weight = 0;
    for (int shift = 0; shift < 64; shift += 8) weight += (unsigned)(word >> shift & 255);
    return weight;
}

INLINE double squares_of_classes(uint64_t word) {
    unsigned squares = 0;
    for (int shift = 0; shift < 64; shift += 8) squares += (unsigned)(word >> shift & 255) * (unsigned)(word >> shift & 255);
    return squares;
}

INLINE double gini_gain_of(uint64_t left, uint64_t right) {
    const double weight_left = weight_of_classes(left), weight_right = weight_of_classes(right);
    const double impurity_left = 1 - squares_of_classes(left) / (weight_left * weight_left);
    const double impurity_right = 1 - squares_of_classes(right) / (weight_right * weight_right);
    return -weight_right * impurity_right - weight_left * impurity_left;
}

INLINE double gain_of(double weight_left, double sum_left, double weight_right, double sum_right) {
    return sum_left * sum_left / weight_left + sum_right * sum_right / weight_right;
}

/// Finds each lane's best cut, and of those the best, the first of equals; returns its lane, or -1. A criterion is what it needs
/// to START with, how to ADD the row of `key` to the left side, and what it GAINs by the cut after it.
#define DEFINE_PLAIN(NAME, MOMENTS, START, ADD, GAIN)                                                                    \
    INLINE int NAME(const lists *in, const MOMENTS *of, int first_lane, cut *best) {                                     \
        int found = -1;                                                                                                  \
        for (int lane = first_lane; lane < first_lane + 8 && lane < in->lanes; lane++) {                                 \
            START;                                                                                                       \
            for (int position = 1; position <= in->count - in->least; position++) {                                      \
                const uint8_t key = in->sorted[position - 1][lane];                                                      \
                ADD;                                                                                                     \
                if (position < in->least || (key ^ in->sorted[position][lane]) >> 4 == 0) continue;                      \
                const double gain = GAIN;                                                                                \
                if (gain > best->gain) {                                                                                 \
                    best->gain = gain;                                                                                   \
                    best->position = position;                                                                           \
                    found = lane;                                                                                        \
                }                                                                                                        \
            }                                                                                                            \
        }                                                                                                                \
        return found;                                                                                                    \
    }

DEFINE_PLAIN(search_whole_plainly, whole_moments, int64_t left = 0, left += of->words[key & 15],
             gain_of(weight_of(left), sum_of(left), weight_of(of->total - left), sum_of(of->total - left)))
DEFINE_PLAIN(search_gini_plainly, class_weights, uint64_t left = 0, left += of->words[key & 15],
             gini_gain_of(left, of->total - left))
DEFINE_PLAIN(search_real_plainly, real_moments, double weight = 0; double sum = 0,
             (weight += of->weights[key & 15], sum += of->sums[key & 15]),
             gain_of(weight, sum, of->weight - weight, of->sum - sum))

#if defined(__x86_64__)
/// The best cuts of eight lanes.
typedef struct {
    __m512d gain;
    __m512i position;
} cuts;

WIDE INLINE __m512d gains_of(__m512d weight_left, __m512d sum_left, __m512d weight_right, __m512d sum_right) {
    return _mm512_add_pd(_mm512_div_pd(_mm512_mul_pd(sum_left, sum_left), weight_left),
                         _mm512_div_pd(_mm512_mul_pd(sum_right, sum_right), weight_right));
}

/// The weight of each lane's classes together, and its product with their impurity.
WIDE INLINE __m512d weighted_gini_of(__m512i words, __m512d *weight) {
    *weight = _mm512_cvtepi64_pd(_mm512_sad_epu8(words, _mm512_setzero_si512()));
    const __m512i pairs = _mm512_madd_epi16(_mm512_maddubs_epi16(words, words), _mm512_set1_epi16(1));
    const __m512i low = _mm512_and_si512(pairs, _mm512_set1_epi64(UINT32_MAX));
    const __m512d squares = _mm512_cvtepi64_pd(_mm512_add_epi64(low, _mm512_srli_epi64(pairs, 32)));
    return _mm512_sub_pd(_mm512_set1_pd(1), _mm512_div_pd(squares, _mm512_mul_pd(*weight, *weight)));
}

WIDE INLINE __m512d gini_gains_of(__m512i left, __m512i right) {
    __m512d weight_left, weight_right;
    const __m512d impurity_left = weighted_gini_of(left, &weight_left);
    const __m512d impurity_right = weighted_gini_of(right, &weight_right);
    const __m512d minus_weight_right = _mm512_sub_pd(_mm512_setzero_pd(), weight_right);
    return _mm512_sub_pd(_mm512_mul_pd(minus_weight_right, impurity_right), _mm512_mul_pd(weight_left, impurity_left));
}

/// Keeps what gains more than before.
WIDE INLINE void keep(cuts *best, __mmask8 is_cut, int position, __m512d gain) {
    const __mmask8 wins = _mm512_mask_cmp_pd_mask(is_cut, gain, best->gain, _CMP_GT_OQ);
    best->gain = _mm512_mask_mov_pd(best->gain, wins, gain);
    best->position = _mm512_mask_mov_epi64(best->position, wins, _mm512_set1_epi64(position));
}

/// The first lane that gains most; -1: none gained more than before.
WIDE INLINE int first_winner(const cuts *of, cut *best) {
    const __mmask8 won = _mm512_test_epi64_mask(of->position, of->position);
    if (won == 0) return -1;
    best->gain = _mm512_mask_reduce_max_pd(won, of->gain);
    const unsigned winners = _mm512_mask_cmp_pd_mask(won, of->gain, _mm512_set1_pd(best->gain), _CMP_EQ_OQ);
    const int lane = __builtin_ctz(winners);
    int64_t positions[8];
    _mm512_storeu_si512(positions, of->position);
    best->position = (int)positions[lane];
    return lane;
}

/// The same for eight lanes at a time: ADD adds the rows of `row`.
#define DEFINE_WIDE(NAME, MOMENTS, START, ADD, GAINS)                                                                    \
    WIDE INLINE int NAME(const lists *in, const MOMENTS *of, int first_lane, cut *best) {                                \
        START;                                                                                                           \
        const int lanes = in->lanes - first_lane;                                                                        \
        const __mmask8 present = lanes >= 8 ? 0xff : (__mmask8)((1u << lanes) - 1);                                      \
        cuts found = {_mm512_set1_pd(best->gain), _mm512_setzero_si512()};                                               \
        const uint8_t *const sorted = (const uint8_t *)in->sorted + first_lane;                                          \
        __m128i key = _mm_loadl_epi64((const __m128i *)sorted);                                                          \
        for (int position = 1; position <= in->count - in->least; position++) {                                          \
            const __m128i next = _mm_loadl_epi64((const __m128i *)(sorted + 16 * position));                             \
            const __m512i row = _mm512_cvtepu8_epi64(_mm_and_si128(key, _mm_set1_epi8(15)));                             \
            ADD;                                                                                                         \
            const __m128i differs = _mm_xor_si128(key, next);                                                            \
            const __mmask8 is_cut = (__mmask8)_mm_test_epi8_mask(differs, _mm_set1_epi8((char)0xf0)) & present;          \
            key = next;                                                                                                  \
            if (position < in->least) continue;                                                                          \
            keep(&found, is_cut, position, GAINS);                                                                       \
        }                                                                                                                \
        const int lane = first_winner(&found, best);                                                                     \
        return lane < 0 ? -1 : first_lane + lane;                                                                        \
    }

DEFINE_WIDE(search_whole_by_eight, whole_moments,
            const __m512i low = _mm512_loadu_si512(of->words);
            const __m512i high = _mm512_loadu_si512(of->words + 8);
            const __m512d weight = _mm512_set1_pd(weight_of(of->total));
            const __m512d sum = _mm512_set1_pd(sum_of(of->total));
            __m512i left = _mm512_setzero_si512(),
            left = _mm512_add_epi64(left, _mm512_permutex2var_epi64(low, row, high));
            const __m512d weight_left = _mm512_cvtepi64_pd(_mm512_and_si512(left, _mm512_set1_epi64(weight_mask)));
            const __m512d sum_left = _mm512_cvtepi64_pd(_mm512_srai_epi64(left, weight_bits)),
            gains_of(weight_left, sum_left, _mm512_sub_pd(weight, weight_left), _mm512_sub_pd(sum, sum_left)))
DEFINE_WIDE(search_gini_by_eight, class_weights,
            const __m512i low = _mm512_loadu_si512(of->words);
            const __m512i high = _mm512_loadu_si512(of->words + 8);
            const __m512i total = _mm512_set1_epi64((long long)of->total);
            __m512i left = _mm512_setzero_si512(),
            left = _mm512_add_epi64(left, _mm512_permutex2var_epi64(low, row, high)),
            gini_gains_of(left, _mm512_sub_epi64(total, left)))
DEFINE_WIDE(search_real_by_eight, real_moments,
            const __m512d low_weights = _mm512_loadu_pd(of->weights);
            const __m512d high_weights = _mm512_loadu_pd(of->weights + 8);
            const __m512d low_sums = _mm512_loadu_pd(of->sums);
            const __m512d high_sums = _mm512_loadu_pd(of->sums + 8);
            const __m512d weight = _mm512_set1_pd(of->weight);
            const __m512d sum = _mm512_set1_pd(of->sum);
            __m512d added_weight = _mm512_setzero_pd();
            __m512d added_sum = _mm512_setzero_pd(),
            added_weight = _mm512_add_pd(added_weight, _mm512_permutex2var_pd(low_weights, row, high_weights));
            added_sum = _mm512_add_pd(added_sum, _mm512_permutex2var_pd(low_sums, row, high_sums)),
            gains_of(added_weight, added_sum, _mm512_sub_pd(weight, added_weight), _mm512_sub_pd(sum, added_sum)))
#endif

/// The search with the kernels of an instruction set.
#define DEFINE_SEARCH(NAME, TARGET, MOMENTS, GATHER, SEARCH)                                                             \
    TARGET static int NAME(const coppice_small_node *node, const MOMENTS *of, uint8_t *order, uint8_t *last_order,       \
                           cut *best) {                                                                                  \
        bytes16 sorted[most];                                                                                            \
        int winner = -1;                                                                                                 \
        const int count = node->count;                                                                                   \
        for (int start = 0; start < node->drawn_count; start += 16) {                                                    \
            const int lanes = node->drawn_count - start < 16 ? node->drawn_count - start : 16;                           \
            GATHER(node->keys, node->key_stride, node->ids, count, node->drawn + start, lanes, sorted);                  \
            sort_keys(sorted, count);                                                                                    \
            const lists in = {sorted, count, node->least, lanes};                                                        \
            int lane = -1;                                                                                               \
            for (int first = 0; first < lanes; first += 8) {                                                             \
                const int found = SEARCH(&in, of, first, best);                                                          \
                if (found >= 0) lane = found;                                                                            \
            }                                                                                                            \
            if (last_order != NULL) {                                                                                    \
                for (int index = 0; index < count; index++) last_order[index] = sorted[index][lanes - 1] & 15;           \
            }                                                                                                            \
            if (lane < 0) continue;                                                                                      \
            winner = start + lane;                                                                                       \
            for (int index = 0; index < count; index++) order[index] = sorted[index][lane] & 15;                         \
        }                                                                                                                \
        return winner;                                                                                                   \
    }

DEFINE_SEARCH(search_whole, , whole_moments, gather_plainly, search_whole_plainly)
DEFINE_SEARCH(search_gini, , class_weights, gather_plainly, search_gini_plainly)
DEFINE_SEARCH(search_real, , real_moments, gather_plainly, search_real_plainly)
#if defined(__x86_64__)
DEFINE_SEARCH(search_whole_wide, WIDE, whole_moments, gather_by_sixteen, search_whole_by_eight)
DEFINE_SEARCH(search_gini_wide, WIDE, class_weights, gather_by_sixteen, search_gini_by_eight)
DEFINE_SEARCH(search_real_wide, WIDE, real_moments, gather_by_sixteen, search_real_by_eight)
#endif

int coppice_search_small_squares(const coppice_small_node *node, const int64_t *words, int64_t total, int *position) {
    const whole_moments of = {words, total};
    cut best = {-INFINITY, 0};
    uint8_t order[most];
    int winner;
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) winner = search_whole_wide(node, &of, order, NULL, &best);
    else
#endif
        winner = search_whole(node, &of, order, NULL, &best);
    if (winner >= 0) memcpy(node->ids, order, (size_t)node->count);
    *position = best.position;
    return winner;
}

int coppice_search_small_reals(const coppice_small_node *node, const double *weights, const double *sums, double weight,
                               double sum, uint8_t *order, int *position) {
    const real_moments of = {weights, sums, weight, sum};
    cut best = {-INFINITY, 0};
    uint8_t last_order[most];
    int winner;
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) winner = search_real_wide(node, &of, order, last_order, &best);
    else
#endif
        winner = search_real(node, &of, order, last_order, &best);
    memcpy(node->ids, last_order, (size_t)node->count);
    *position = best.position;
    return winner;
}

int coppice_search_small_gini(const coppice_small_node *node, const uint64_t *words, int *position) {
    const class_weights of = {words, total_of(node, words)};
    cut best = {-INFINITY, 0};
    uint8_t order[most];
    int winner;
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) winner = search_gini_wide(node, &of, order, NULL, &best);
    else
#endif
        winner = search_gini(node, &of, order, NULL, &best);
    if (winner >= 0) memcpy(node->ids, order, (size_t)node->count);
    *position = best.position;
    return winner;
}
