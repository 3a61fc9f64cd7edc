// Asks every question of a small complete tree for sixteen rows at a time, and blends the answers from the leaves up: no
// branch, no load that waits for another. 1.2 ns a row at depth 5 with AVX2 or AVX-512, 2.5 ns with SSE2, where one step down
// after the other takes 6.
//
// In C because the instruction set is chosen when the program runs, for which Swift has no way.

#include "instruction_sets.h"

typedef float floats __attribute__((vector_size(64), aligned(4)));
typedef int32_t ints __attribute__((vector_size(64), aligned(4)));

#define INLINE static inline __attribute__((always_inline))

#define SUBTREE(name, ...)                                                                         \
    INLINE void name(const float *columns, size_t stride, const int32_t *features, const float *thresholds, int node, \
                     int leaf, ints *result) {                                                                      \
        ints is_left = *(const floats *)(columns + (size_t)features[node] * stride) <= thresholds[node];            \
        __VA_ARGS__                                                                                                 \
    }

#define LEAVES *result = leaf + 1 + is_left;
#define BLEND(below, half)                                                                                          \
    ints left, right;                                                                                               \
    below(columns, stride, features, thresholds, 2 * node + 1, leaf, &left);                                        \
    below(columns, stride, features, thresholds, 2 * node + 2, leaf + half, &right);                                \
    *result = (left & is_left) | (right & ~is_left);

SUBTREE(subtree1, LEAVES)
SUBTREE(subtree2, BLEND(subtree1, 2))
SUBTREE(subtree3, BLEND(subtree2, 4))
SUBTREE(subtree4, BLEND(subtree3, 8))
SUBTREE(subtree5, BLEND(subtree4, 16))
SUBTREE(subtree6, BLEND(subtree5, 32))

#define FOR_EACH_GROUP(subtree)                                                                                     \
    for (size_t group = 0; group < groups; group++) {                                                               \
        subtree(columns + 16 * group, stride, features, thresholds, 0, 0, (ints *)(leaves + 16 * group));           \
    }

#define PARAMETERS                                                                                                  \
    const float *columns, size_t stride, const int32_t *features, const float *thresholds, int depth, size_t groups, \
        int32_t *leaves

INLINE void walk(PARAMETERS) {
    switch (depth) {
    case 1: FOR_EACH_GROUP(subtree1) break;
    case 2: FOR_EACH_GROUP(subtree2) break;
    case 3: FOR_EACH_GROUP(subtree3) break;
    case 4: FOR_EACH_GROUP(subtree4) break;
    case 5: FOR_EACH_GROUP(subtree5) break;
    default: FOR_EACH_GROUP(subtree6) break;
    }
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void walk_avx512(PARAMETERS) {
    walk(columns, stride, features, thresholds, depth, groups, leaves);
}

__attribute__((target("avx2"))) static void walk_avx2(PARAMETERS) {
    walk(columns, stride, features, thresholds, depth, groups, leaves);
}
#endif

void coppice_walk_complete_tree(PARAMETERS) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) {
        walk_avx512(columns, stride, features, thresholds, depth, groups, leaves);
        return;
    }
    if (coppice_instruction_set() == coppice_avx2) {
        walk_avx2(columns, stride, features, thresholds, depth, groups, leaves);
        return;
    }
#endif
    walk(columns, stride, features, thresholds, depth, groups, leaves);
}
