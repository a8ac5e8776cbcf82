/* Spans of time as people type them. Pure; any thread. */
#ifndef PROTOCOL_BASE_DURATION_H
#define PROTOCOL_BASE_DURATION_H

#include <stdint.h>

/* "90m", "36h", "7d" in milliseconds; 0 if it is none of these. */
uint64_t duration_read(const char *text);

#endif
