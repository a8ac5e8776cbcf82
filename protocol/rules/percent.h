/*
 * Parts of a whole as people read them. For showing only: a decision compares
 * whole numbers. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_PERCENT_H
#define PROTOCOL_RULES_PERCENT_H

#include <stdint.h>

/* Hundredths of a per cent, halves rounded up: 2 of 3 gives 6667. 0 of a whole
 * of 0; UINT64_MAX where it does not fit. */
uint64_t percent_hundredths(uint64_t part, uint64_t whole);

#endif
