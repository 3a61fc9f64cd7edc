// Walks rows down a tree that may be larger than the caches. All rows of a batch take a step before any takes the next, and each
// step asks for the node of the next one, which then has arrived by the time it is needed: the processor alone looks only some
// ten rows ahead. In C for the prefetch.

#include "CForestKernels.h"

enum { batch = 256 };

static inline __attribute__((always_inline)) void walk(const coppice_node *tree, coppice_node_layout layout,
                                                       const float *rows, size_t row_count, size_t feature_count,
                                                       int has_missing, int32_t *leaves) {
    const uint32_t leaf = UINT32_C(1) << 31, missing_goes_left = UINT32_C(1) << 30;
    uint16_t underway[batch];
    for (size_t start = 0; start < row_count; start += batch) {
        size_t count = row_count - start < batch ? row_count - start : batch;
        int32_t *const places = leaves + start;
        const float *const first = rows + start * feature_count;
        for (size_t row = 0; row < count; row++) {
            places[row] = 0;
            underway[row] = (uint16_t)row;
        }
        while (count > 0) {
            size_t left = 0;
            for (size_t index = 0; index < count; index++) {
                const size_t row = underway[index];
                const coppice_node node = tree[places[row]];
                const float value = first[row * feature_count + (node.bits >> layout.child_bits & layout.feature_mask)];
                // A leaf's own place stands where others have that of their left child.
                uint32_t goes_right = !(value <= node.threshold) & ~(node.bits >> 31);
                if (has_missing) goes_right &= !(value != value && node.bits & missing_goes_left);
                const uint32_t next = (node.bits & layout.child_mask) + goes_right;
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
                       size_t feature_count, int has_missing, int32_t *leaves) {
    if (has_missing) {
        walk(tree, layout, rows, row_count, feature_count, 1, leaves);
    } else {
        walk(tree, layout, rows, row_count, feature_count, 0, leaves);
    }
}
