/*
 * Keys of a server in a row, each of which signs the next, for tests of the
 * succession.
 */
#ifndef TESTS_SUPPORT_KEY_ROW_H
#define TESTS_SUPPORT_KEY_ROW_H

#include "protocol/record/succession.h"

/* The n-th key of the row. */
struct signing_key row_key(unsigned number);

/* What `from` signs when `to` takes its place. */
struct succession_step row_step(const struct signing_key *from,
                                const struct key *to, const char *scope,
                                uint64_t seen);

/* The steps from key `first` to key `last`. */
struct succession row_succession(unsigned first, unsigned last,
                                 const char *scope);

#endif
