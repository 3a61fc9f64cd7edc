#ifndef COPPICE_INSTRUCTION_SETS_H
#define COPPICE_INSTRUCTION_SETS_H

#include "CForestKernels.h"

#include <stdatomic.h>

extern atomic_int coppice_most_instructions;

/// The widest of `coppice_plain`, `coppice_avx2` and `coppice_avx512` that the processor has and tests allow.
static inline int coppice_instruction_set(void) {
    const int allowed = atomic_load_explicit(&coppice_most_instructions, memory_order_relaxed);
    int of_processor = coppice_plain;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl")) {
        of_processor = coppice_avx512;
    } else if (__builtin_cpu_supports("avx2")) {
        of_processor = coppice_avx2;
    }
#endif
    return of_processor < allowed ? of_processor : allowed;
}

#endif
