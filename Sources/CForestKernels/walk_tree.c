// Walks rows down a tree that may be larger than the caches. All rows of a batch take a step before any takes the next, and each
// step asks for the node of the next one, which then has arrived by the time it is needed: the processor alone looks only some
// ten rows ahead. In C for the prefetch.

#include "CForestKernels.h"

#include <string.h>

enum { batch = 256 };

static const uint32_t leaf = UINT32_C(1) << 31, missing_goes_left = UINT32_C(1) << 30;

static inline __attribute__((always_inline)) size_t asked_feature(coppice_node node, coppice_node_layout layout) {
    return node.bits >> layout.child_bits & layout.feature_mask;
}

// A leaf's own place stands where others have that of their left child.
static inline __attribute__((always_inline)) uint32_t next_place(coppice_node node, coppice_node_layout layout, float value,
                                                                 int has_missing) {
    uint32_t goes_right = !(value <= node.threshold) & ~(node.bits >> 31);
    if (has_missing) goes_right &= !(value != value && node.bits & missing_goes_left);
    return (node.bits & layout.child_mask) + goes_right;
}

static inline __attribute__((always_inline)) void walk(const coppice_node *tree, coppice_node_layout layout,
                                                       const float *rows, size_t row_count, size_t feature_count,
                                                       int has_missing, int32_t *all_places) {
    uint16_t underway[batch];
    for (size_t start = 0; start < row_count; start += batch) {
        size_t count = row_count - start < batch ? row_count - start : batch;
        int32_t *const places = all_places + start;
        const float *const first = rows + start * feature_count;
        for (size_t row = 0; row < count; row++) underway[row] = (uint16_t)row;
        while (count > 0) {
            size_t left = 0;
            for (size_t index = 0; index < count; index++) {
                const size_t row = underway[index];
                const coppice_node node = tree[places[row]];
                const float value = first[row * feature_count + asked_feature(node, layout)];
                const uint32_t next = next_place(node, layout, value, has_missing);
                __builtin_prefetch(tree + next);
                places[row] = (int32_t)next;
                underway[left] = (uint16_t)row;
                left += !(node.bits & leaf);
            }
            count = left;
        }
    }
}

void coppice_walk_tree(const coppice_node *tree, coppice_node_layout layout, const float *rows, size_t row_count,
                       size_t feature_count, int has_missing, int32_t *places) {
    if (has_missing) {
        walk(tree, layout, rows, row_count, feature_count, 1, places);
    } else {
        walk(tree, layout, rows, row_count, feature_count, 0, places);
    }
}

static inline __attribute__((always_inline)) void trace(const coppice_node *tree, coppice_node_layout layout,
                                                        const float *rows, size_t row_count, size_t feature_count,
                                                        int has_missing, int32_t *leaves, uint8_t *seen,
                                                        coppice_visit *visits, size_t *visit_counts) {
    uint16_t underway[batch];
    for (size_t start = 0; start < row_count; start += batch) {
        size_t count = row_count - start < batch ? row_count - start : batch;
        for (size_t row = 0; row < count; row++) {
            leaves[start + row] = 0;
            underway[row] = (uint16_t)row;
        }
        while (count > 0) {
            size_t left = 0;
            for (size_t index = 0; index < count; index++) {
                const size_t row = start + underway[index];
                const coppice_node node = tree[leaves[row]];
                const int is_question = !(node.bits & leaf);
                const size_t feature = asked_feature(node, layout) & -(size_t)is_question;
                const size_t cell = row * feature_count + feature;
                // Written in any case, and kept if it counts: cheaper than a branch that nobody can foretell.
                visits[feature * (row_count + 1) + visit_counts[feature]] = (coppice_visit){(uint32_t)row, leaves[row]};
                const int is_first = is_question & !seen[cell];
                visit_counts[feature] += is_first;
                seen[cell] |= is_first;
                const uint32_t next = next_place(node, layout, rows[cell], has_missing);
                __builtin_prefetch(tree + next);
                underway[left] = underway[index];
                leaves[row] = (int32_t)next;
                left += is_question;
            }
            count = left;
        }
    }
}

void coppice_trace_tree(const coppice_node *tree, coppice_node_layout layout, const float *rows, size_t row_count,
                        size_t feature_count, int has_missing, int32_t *leaves, uint8_t *seen, coppice_visit *visits,
                        size_t *visit_counts) {
    memset(seen, 0, row_count * feature_count);
    memset(visit_counts, 0, feature_count * sizeof *visit_counts);
    if (has_missing) {
        trace(tree, layout, rows, row_count, feature_count, 1, leaves, seen, visits, visit_counts);
    } else {
        trace(tree, layout, rows, row_count, feature_count, 0, leaves, seen, visits, visit_counts);
    }
}

static inline __attribute__((always_inline)) void resume(const coppice_node *tree, coppice_node_layout layout,
                                                         const float *rows, size_t feature_count, int has_missing,
                                                         const coppice_visit *visits, size_t visit_count,
                                                         int32_t *leaves) {
    coppice_visit underway[batch];
    for (size_t start = 0; start < visit_count; start += batch) {
        size_t count = visit_count - start < batch ? visit_count - start : batch;
        memcpy(underway, visits + start, count * sizeof *visits);
        while (count > 0) {
            size_t left = 0;
            for (size_t index = 0; index < count; index++) {
                const coppice_visit visit = underway[index];
                const coppice_node node = tree[visit.place];
                const float value = rows[visit.row * feature_count + asked_feature(node, layout)];
                const uint32_t next = next_place(node, layout, value, has_missing);
                __builtin_prefetch(tree + next);
                leaves[visit.row] = (int32_t)next;
                underway[left] = (coppice_visit){visit.row, (int32_t)next};
                left += !(node.bits & leaf);
            }
            count = left;
        }
    }
}

void coppice_resume_walk(const coppice_node *tree, coppice_node_layout layout, const float *rows, size_t feature_count,
                         int has_missing, const coppice_visit *visits, size_t visit_count, int32_t *leaves) {
    if (has_missing) {
        resume(tree, layout, rows, feature_count, 1, visits, visit_count, leaves);
    } else {
        resume(tree, layout, rows, feature_count, 0, visits, visit_count, leaves);
    }
}
