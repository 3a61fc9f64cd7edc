// Sorts the rows of a node by a feature. Up to 64 of them by counting, for each, how many are smaller: with eight
// comparisons an instruction that beats any sort that branches, whose every branch is a coin toss. More by their bits, eight
// at a time.

#include "instruction_sets.h"

#include <string.h>

enum { most_to_count = 64 };

/// The bits of a value, so arranged that they compare as the values do.
static inline uint32_t ordered_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ (bits >> 31 ? UINT32_MAX : UINT32_C(1) << 31);
}

/// Insertion sort: for the few entries that an instruction set without wide comparisons leaves.
static void sort_by_insertion(coppice_list_entry *entries, size_t count) {
    for (size_t index = 1; index < count; index++) {
        const coppice_list_entry entry = entries[index];
        size_t hole = index;
        for (; hole > 0 && entries[hole - 1].value > entry.value; hole--) entries[hole] = entries[hole - 1];
        entries[hole] = entry;
    }
}

static void sort_by_bits(coppice_list_entry *entries, coppice_list_entry *spare, size_t count) {
    size_t starts[4][256];
    memset(starts, 0, sizeof starts);
    for (size_t index = 0; index < count; index++) {
        const uint32_t bits = ordered_bits(entries[index].value);
        for (int digit = 0; digit < 4; digit++) starts[digit][bits >> (8 * digit) & 255]++;
    }
    coppice_list_entry *from = entries, *to = spare;
    for (int digit = 0; digit < 4; digit++) {
        // All values may share a digit, as those of few decimals or of a small node do.
        if (starts[digit][ordered_bits(from[0].value) >> (8 * digit) & 255] == count) continue;
        size_t start = 0;
        for (int value = 0; value < 256; value++) {
            const size_t length = starts[digit][value];
            starts[digit][value] = start;
            start += length;
        }
        for (size_t index = 0; index < count; index++) {
            const coppice_list_entry entry = from[index];
            to[starts[digit][ordered_bits(entry.value) >> (8 * digit) & 255]++] = entry;
        }
        coppice_list_entry *const swapped = from;
        from = to;
        to = swapped;
    }
    if (from != entries) memcpy(entries, from, count * sizeof *entries);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f,popcnt"))) static void sort_by_counting(coppice_list_entry *entries, size_t count) {
    const size_t blocks = (count + 7) / 8;
    __m512i keys[most_to_count / 8];
    uint64_t plain[most_to_count];
    coppice_list_entry copies[most_to_count];
    memcpy(copies, entries, count * sizeof *entries);
    const __m512i lanes = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
    for (size_t block = 0; block < blocks; block++) {
        const size_t left = count - 8 * block;
        const __mmask8 present = left >= 8 ? 0xFF : (__mmask8)((1u << left) - 1);
        const __m512i words = _mm512_maskz_loadu_epi64(present, copies + 8 * block);
        const __m512i value = _mm512_slli_epi64(words, 32);
        const __m512i flip = _mm512_or_si512(_mm512_srai_epi64(value, 63), _mm512_set1_epi64(INT64_MIN));
        const __m512i ordered = _mm512_slli_epi64(_mm512_srli_epi64(_mm512_xor_si512(value, flip), 32), 32);
        // Equal values stay in their order, and lanes that are not there come last.
        const __m512i key =
            _mm512_or_si512(ordered, _mm512_add_epi64(lanes, _mm512_set1_epi64((long long)(8 * block))));
        keys[block] = _mm512_mask_blend_epi64(present, _mm512_set1_epi64(-1), key);
        _mm512_storeu_si512(plain + 8 * block, keys[block]);
    }
    for (size_t index = 0; index < count; index++) {
        const __m512i key = _mm512_set1_epi64((long long)plain[index]);
        unsigned place = 0;
        for (size_t block = 0; block < blocks; block++) {
            place += (unsigned)__builtin_popcount(_mm512_cmplt_epu64_mask(keys[block], key));
        }
        entries[place] = copies[index];
    }
}
#endif

void coppice_sort_entries(coppice_list_entry *entries, coppice_list_entry *spare, size_t count) {
    if (count < 2) return;
#if defined(__x86_64__)
    if (count <= most_to_count && coppice_instruction_set() == coppice_avx512) {
        sort_by_counting(entries, count);
        return;
    }
#endif
    if (count <= 32) {
        sort_by_insertion(entries, count);
    } else {
        sort_by_bits(entries, spare, count);
    }
}
