// The search for the best cut between the bins of a node's histogram. A first pass sums up the bins and marks, with wide
// instructions and no division, the cuts that may win; those are measured one by one, by the reference formula.
//
// In C because the instruction set is chosen when the program runs.

#include "instruction_sets.h"

#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

enum { most_bins = 256, weight_bits = 24 };
static const int64_t weight_mask = ((int64_t)1 << weight_bits) - 1;
/// Values that differ by no more count as equal.
static const float gap = 1e-7f;
/// Well above the rounding errors of a gain, as a share of what it is made of.
static const double closeness = 1e-13;

INLINE double weight_of(int64_t word) { return (double)(word & weight_mask); }
INLINE double sum_of(int64_t word) { return (double)(word >> weight_bits); }

/// Whether the values may be cut between two bins, and enough is on both sides.
INLINE int is_allowed(const coppice_bins *bins, uint32_t count_left, int left, int right, double weight_left,
                      double weight_right) {
    if (!(bins->lowest[right] > bins->highest[left] + gap)) return 0;
    if (weight_left < bins->least_weight || weight_right < bins->least_weight) return 0;
    return bins->counts == NULL
        || (count_left >= bins->least_rows && bins->row_count - count_left >= bins->least_rows);
}

/// Calls `measure(bin)` for the marked bins, in their order.
#define FOR_EACH_MARK(marks, first, last, bin, ...)                                                                 \
    for (int block = (first) & ~7; block < (last); block += 8) {                                                    \
        uint64_t eight;                                                                                             \
        memcpy(&eight, (marks) + block, 8);                                                                         \
        while (eight != 0) {                                                                                        \
            const int bin = block + __builtin_ctzll(eight) / 8;                                                     \
            eight &= eight - 1;                                                                                     \
            __VA_ARGS__                                                                                             \
        }                                                                                                           \
    }

INLINE int next_used(const uint8_t *is_used, int bin) {
    do bin++; while (!is_used[bin]);
    return bin;
}

INLINE uint32_t rows_up_to(const coppice_bins *bins, int bin) {
    uint32_t count = 0;
    if (bins->counts != NULL) {
        for (int index = bins->first; index <= bin; index++) count += bins->counts[index];
    }
    return count;
}

// Squared errors

INLINE int search_squares(const coppice_bins *bins, const int64_t *sums, int64_t total, coppice_bin_cut *best) {
    int64_t lefts[most_bins];
    uint8_t is_used[most_bins], marks[most_bins + 8];
    const int first = bins->first, last = bins->last;
    int64_t left = 0;
    for (int bin = first; bin <= last; bin++) {
        left += sums[bin];
        lefts[bin] = left;
    }
    memset(marks + (first & ~7), 0, (size_t)(last + 8 - (first & ~7)));
    const double weight = weight_of(total), sum = sum_of(total), bound = best->gain * (1 - closeness);
    for (int bin = first; bin <= last; bin++) {
        const double weight_left = weight_of(lefts[bin]), sum_left = sum_of(lefts[bin]);
        const double weight_right = weight - weight_left, sum_right = sum - sum_left;
        const double numerator = sum_left * sum_left * weight_right + sum_right * sum_right * weight_left;
        is_used[bin] = sums[bin] != 0;
        marks[bin] = (sums[bin] != 0) & (numerator > bound * (weight_left * weight_right));
    }
    int found = 0;
    FOR_EACH_MARK(marks, first, last, bin, {
        if (bin >= last) break;
        const double weight_left = weight_of(lefts[bin]), sum_left = sum_of(lefts[bin]);
        const double weight_right = weight - weight_left, sum_right = sum - sum_left;
        const double numerator = sum_left * sum_left * weight_right + sum_right * sum_right * weight_left;
        if (!(numerator > best->gain * (1 - closeness) * (weight_left * weight_right))) continue;
        const double gain = sum_left * sum_left / weight_left + sum_right * sum_right / weight_right;
        if (!(gain > best->gain)) continue;
        const int right = next_used(is_used, bin);
        if (!is_allowed(bins, rows_up_to(bins, bin), bin, right, weight_left, weight_right)) continue;
        *best = (coppice_bin_cut){.gain = gain, .left = bin, .right = right};
        found = 1;
    })
    return found;
}

// Classes

/// Gini's gain as the reference forms it.
INLINE double gini_gain(double squares_left, double squares_right, double weight_left, double weight_right) {
    const double impurity_left = 1 - squares_left / (weight_left * weight_left);
    const double impurity_right = 1 - squares_right / (weight_right * weight_right);
    return -weight_right * impurity_right - weight_left * impurity_left;
}

INLINE int search_gini(const coppice_bins *bins, const uint32_t *sums, int plane, const int32_t *totals, int classes,
                       coppice_bin_cut *best) {
    double squares_left[most_bins], squares_right[most_bins], weights[most_bins];
    double lefts[most_bins];
    uint8_t is_used[most_bins], marks[most_bins + 8];
    const int first = bins->first, last = bins->last;
    double weight = 0;
    for (int bin = first; bin <= last; bin++) squares_left[bin] = squares_right[bin] = weights[bin] = 0;
    for (int label = 0; label < classes; label++) {
        const double total = totals[label];
        if (total == 0) continue;
        weight += total;
        uint32_t left = 0;
        for (int bin = first; bin <= last; bin++) {
            left += sums[label * plane + bin];
            lefts[bin] = left;
        }
        for (int bin = first; bin <= last; bin++) {
            const double right = total - lefts[bin];
            weights[bin] += lefts[bin];
            squares_left[bin] += lefts[bin] * lefts[bin];
            squares_right[bin] += right * right;
        }
    }
    memset(marks + (first & ~7), 0, (size_t)(last + 8 - (first & ~7)));
    const double bound = best->gain + weight * (1 - closeness);
    for (int bin = first; bin <= last; bin++) {
        const double weight_right = weight - weights[bin];
        const double numerator = squares_left[bin] * weight_right + squares_right[bin] * weights[bin];
        is_used[bin] = weights[bin] > (bin == first ? 0 : weights[bin - 1]);
        marks[bin] = is_used[bin] & (numerator > bound * (weights[bin] * weight_right));
    }
    int found = 0;
    FOR_EACH_MARK(marks, first, last, bin, {
        if (bin >= last) break;
        const double weight_left = weights[bin], weight_right = weight - weight_left;
        const double numerator = squares_left[bin] * weight_right + squares_right[bin] * weight_left;
        if (!(numerator > (best->gain + weight * (1 - closeness)) * (weight_left * weight_right))) continue;
        const double gain = gini_gain(squares_left[bin], squares_right[bin], weight_left, weight_right);
        if (!(gain > best->gain)) continue;
        const int right = next_used(is_used, bin);
        if (!is_allowed(bins, rows_up_to(bins, bin), bin, right, weight_left, weight_right)) continue;
        *best = (coppice_bin_cut){.gain = gain, .left = bin, .right = right};
        found = 1;
    })
    return found;
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))) static int search_squares_avx512(
    const coppice_bins *bins, const int64_t *sums, int64_t total, coppice_bin_cut *best) {
    return search_squares(bins, sums, total, best);
}

__attribute__((target("avx512f,avx512dq,avx512vl,avx512bw"))) static int search_gini_avx512(
    const coppice_bins *bins, const uint32_t *sums, int plane, const int32_t *totals, int classes,
    coppice_bin_cut *best) {
    return search_gini(bins, sums, plane, totals, classes, best);
}

#endif

int coppice_search_bins_squares(const coppice_bins *bins, const int64_t *sums, int64_t total, coppice_bin_cut *best) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) return search_squares_avx512(bins, sums, total, best);
#endif
    return search_squares(bins, sums, total, best);
}

int coppice_search_bins_gini(const coppice_bins *bins, const uint32_t *sums, int plane, const int32_t *totals,
                             int classes, coppice_bin_cut *best) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) return search_gini_avx512(bins, sums, plane, totals, classes, best);
#endif
    return search_gini(bins, sums, plane, totals, classes, best);
}

/// x · ln x, from a table where x is small.
INLINE double x_log_x(const double *table, int table_count, double x) {
    if (x < table_count) return table[(int)x];
    return x * log(x);
}

int coppice_search_bins_entropy(const coppice_bins *bins, const uint32_t *sums, int plane, const int32_t *totals,
                                int classes, const double *table, int table_count, coppice_bin_cut *best) {
    double scores[most_bins], weights[most_bins];
    uint8_t is_used[most_bins];
    const int first = bins->first, last = bins->last;
    double weight = 0;
    for (int bin = first; bin <= last; bin++) scores[bin] = weights[bin] = 0;
    for (int label = 0; label < classes; label++) {
        const double total = totals[label];
        if (total == 0) continue;
        weight += total;
        double left = 0, score = x_log_x(table, table_count, total);
        for (int bin = first; bin <= last; bin++) {
            const uint32_t added = sums[label * plane + bin];
            if (added != 0) {
                left += added;
                score = x_log_x(table, table_count, left) + x_log_x(table, table_count, total - left);
            }
            weights[bin] += left;
            scores[bin] += score;
        }
    }
    const double log_2 = log(2), margin = weight * log(weight + 2) * 1e-12;
    int found = 0;
    for (int bin = first; bin <= last; bin++) is_used[bin] = weights[bin] > (bin == first ? 0 : weights[bin - 1]);
    for (int bin = first; bin < last; bin++) {
        if (!is_used[bin]) continue;
        const double weight_left = weights[bin], weight_right = weight - weight_left;
        const double score = scores[bin] - x_log_x(table, table_count, weight_left)
            - x_log_x(table, table_count, weight_right);
        if (!(score > best->gain * log_2 - margin)) continue;
        double entropy_left = 0, entropy_right = 0;
        for (int label = 0; label < classes; label++) {
            uint32_t left = 0;
            for (int index = first; index <= bin; index++) left += sums[label * plane + index];
            const double share_left = left / weight_left, share_right = (totals[label] - (double)left) / weight_right;
            if (share_left > 0) entropy_left -= share_left * (log(share_left) / log_2);
            if (share_right > 0) entropy_right -= share_right * (log(share_right) / log_2);
        }
        const double gain = -weight_right * entropy_right - weight_left * entropy_left;
        if (!(gain > best->gain)) continue;
        const int right = next_used(is_used, bin);
        if (!is_allowed(bins, rows_up_to(bins, bin), bin, right, weight_left, weight_right)) continue;
        *best = (coppice_bin_cut){.gain = gain, .left = bin, .right = right};
        found = 1;
    }
    return found;
}
