// Divides sorted lists like the rows of a node, without branches: whether a row goes left is a coin toss to the processor.

#include "instruction_sets.h"

#include <string.h>

/// Entries that go left to `left`, which may be where they are, and the others to `right`, both in their order; either is
/// NULL if nobody needs them. Returns how many go left.
static inline __attribute__((always_inline)) size_t divide_plainly(
    const coppice_list_entry *entries, size_t count, const uint8_t *goes_left, coppice_list_entry *left,
    coppice_list_entry *right) {
    size_t left_count = 0, right_count = 0;
    for (size_t index = 0; index < count; index++) {
        const coppice_list_entry entry = entries[index];
        const size_t goes = goes_left[entry.row];
        if (left != NULL) left[left_count] = entry;
        if (right != NULL) right[right_count] = entry;
        left_count += goes;
        right_count += 1 - goes;
    }
    return left_count;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f,avx512vl,popcnt"))) static size_t divide_by_eight(
    const coppice_list_entry *entries, size_t count, const uint8_t *goes_left, coppice_list_entry *left,
    coppice_list_entry *right) {
    size_t left_count = 0, right_count = 0;
    for (size_t index = 0; index < count; index += 8) {
        const __mmask8 present = count - index >= 8 ? 0xff : (__mmask8)((1u << (count - index)) - 1);
        const coppice_list_entry *const from = entries + index;
        const __m512i entry = _mm512_loadu_si512(from);
        // Eight loads: on many processors a gather takes longer.
        const unsigned goes = goes_left[from[0].row] | goes_left[from[1].row] << 1 | goes_left[from[2].row] << 2
            | goes_left[from[3].row] << 3 | goes_left[from[4].row] << 4 | goes_left[from[5].row] << 5
            | goes_left[from[6].row] << 6 | goes_left[from[7].row] << 7;
        const __mmask8 is_left = (__mmask8)goes & present;
        const __mmask8 is_right = present & (__mmask8)~is_left;
        // Those that go left have been read already where they are written, in the list itself.
        if (left != NULL) {
            const size_t number = (size_t)__builtin_popcount(is_left);
            _mm512_mask_storeu_epi64(left + left_count, (__mmask8)((1u << number) - 1), _mm512_maskz_compress_epi64(is_left, entry));
            left_count += number;
        }
        if (right != NULL) {
            _mm512_storeu_si512(right + right_count, _mm512_maskz_compress_epi64(is_right, entry));
            right_count += (size_t)__builtin_popcount(is_right);
        }
    }
    return left_count;
}
#endif

static inline size_t divide(const coppice_list_entry *entries, size_t count, const uint8_t *goes_left,
                            coppice_list_entry *left, coppice_list_entry *right) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) {
        return divide_by_eight(entries, count, goes_left, left, right);
    }
#endif
    if (left == NULL) return divide_plainly(entries, count, goes_left, NULL, right);
    if (right == NULL) return divide_plainly(entries, count, goes_left, left, NULL);
    return divide_plainly(entries, count, goes_left, left, right);
}

void coppice_divide_entries(coppice_list_entry *entries, size_t count, size_t left_count, const uint8_t *goes_left,
                            int keeps_left, int keeps_right, coppice_list_entry *spare) {
    divide(entries, count, goes_left, keeps_left ? entries : NULL, keeps_right ? spare : NULL);
    if (keeps_right) memcpy(entries + left_count, spare, (count - left_count) * sizeof *entries);
}
