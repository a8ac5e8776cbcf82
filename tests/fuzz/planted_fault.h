/*
 * A fuzzer that finds nothing proves nothing unless it would find something.
 * Built with FUZZ_PLANTED_FAULT, each target reads one byte past its input at a
 * place that no seed reaches; `make fuzz-planted` fails unless that is found.
 */
#ifndef TESTS_FUZZ_PLANTED_FAULT_H
#define TESTS_FUZZ_PLANTED_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls; 0 is the only answer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void planted_fault(const uint8_t *data, size_t size,
                                 bool is_reached)
{
#ifdef FUZZ_PLANTED_FAULT
    if (is_reached) {
        const volatile uint8_t *end = data + size;

        (void)*end;
    }
#else
    (void)data;
    (void)size;
    (void)is_reached;
#endif
}

#endif
