// Kernels are built for several instruction sets, and the processor decides when the program runs.

#include "instruction_sets.h"

atomic_int coppice_most_instructions = coppice_avx512;

void coppice_use_at_most(int instruction_set) {
    atomic_store_explicit(&coppice_most_instructions, instruction_set, memory_order_relaxed);
}
