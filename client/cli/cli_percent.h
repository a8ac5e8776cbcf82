/*
 * Parts of a whole as people read them in minutes: "66.67 %". Computed in
 * integers and rounded to two decimals, halves up; nothing is ever decided by
 * it.
 */
#ifndef CLIENT_CLI_CLI_PERCENT_H
#define CLIENT_CLI_CLI_PERCENT_H

#include <stdint.h>

struct cli_percent {
    char text[40];
};

/* `part` of `whole`, with the decimal sign of the language; "–" of nothing.
 * Both are at most 10^15. */
struct cli_percent cli_percent(uint64_t part, uint64_t whole);

#endif
