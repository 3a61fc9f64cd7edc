// Takes the rows of a tree out of a sorted list of all rows.

#include "instruction_sets.h"

static void filter_plainly(const coppice_list_entry *entries, size_t count, const uint32_t *numbers,
                           coppice_list_entry *list) {
    // A third of the rows is not in a bootstrap, at random: a branch would be guessed wrong that often.
    for (size_t index = 0; index < count; index++) {
        const uint32_t number = numbers[entries[index].row];
        *list = (coppice_list_entry){entries[index].value, number};
        list += number != UINT32_MAX;
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f,avx512vl,popcnt"))) static void filter_by_eight(
    const coppice_list_entry *entries, size_t count, const uint32_t *numbers, coppice_list_entry *list) {
    size_t index = 0;
    for (; index + 8 <= count; index += 8) {
        const __m512i entry = _mm512_loadu_si512(entries + index);
        const coppice_list_entry *const from = entries + index;
        // Eight loads: on many processors a gather takes longer.
        const __m256i number = _mm256_set_epi32(
            (int)numbers[from[7].row], (int)numbers[from[6].row], (int)numbers[from[5].row], (int)numbers[from[4].row],
            (int)numbers[from[3].row], (int)numbers[from[2].row], (int)numbers[from[1].row], (int)numbers[from[0].row]);
        const __mmask8 is_there = _mm256_cmpneq_epi32_mask(number, _mm256_set1_epi32(-1));
        const __m512i value = _mm512_and_si512(entry, _mm512_set1_epi64(UINT32_MAX));
        const __m512i numbered = _mm512_or_si512(value, _mm512_slli_epi64(_mm512_cvtepu32_epi64(number), 32));
        _mm512_storeu_si512(list, _mm512_maskz_compress_epi64(is_there, numbered));
        list += __builtin_popcount(is_there);
    }
    filter_plainly(entries + index, count - index, numbers, list);
}
#endif

void coppice_filter_entries(const coppice_list_entry *entries, size_t count, const uint32_t *numbers,
                            coppice_list_entry *list) {
#if defined(__x86_64__)
    if (coppice_instruction_set() == coppice_avx512) {
        filter_by_eight(entries, count, numbers, list);
        return;
    }
#endif
    filter_plainly(entries, count, numbers, list);
}
