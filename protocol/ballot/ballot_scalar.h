/*
 * Numbers modulo the order q of the ballot group (256 bit). Values, not
 * pointers: 32 bytes big-endian, always < q. Secret scalars are wiped by their
 * owner with ballot_scalar_wipe(). Sums and products do the same work whatever
 * the values (fixed limbs, no library BIGNUM). Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_SCALAR_H
#define PROTOCOL_BALLOT_BALLOT_SCALAR_H

#include "protocol/ballot/ballot_random.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    BALLOT_SCALAR_SIZE = 32,
    BALLOT_SCALAR_TEXT_SIZE = 79 /* with NUL */
};

struct ballot_scalar {
    uint8_t bytes[BALLOT_SCALAR_SIZE];
};

void ballot_scalar_wipe(struct ballot_scalar *scalar);

struct ballot_scalar ballot_scalar_of_number(uint64_t value);

/*
 * 0 <= value < q, uniform (by rejection). RESULT_CRYPTO when the source fails
 * or gives nothing below q however often it is asked; `out` is then as before.
 */
MUST_USE enum result ballot_scalar_random(const struct ballot_random *random,
                                          struct ballot_scalar *out);

/* 256-bit big-endian bytes mod q (what H() does with a SHA-256). */
struct ballot_scalar ballot_scalar_reduce(const uint8_t bytes[32]);
/* 512-bit big-endian bytes mod q (the derivation of a credential). */
struct ballot_scalar ballot_scalar_reduce_wide(const uint8_t bytes[64]);

struct ballot_scalar ballot_scalar_add(const struct ballot_scalar *a,
                                       const struct ballot_scalar *b);
struct ballot_scalar ballot_scalar_subtract(const struct ballot_scalar *a,
                                            const struct ballot_scalar *b);
struct ballot_scalar ballot_scalar_multiply(const struct ballot_scalar *a,
                                            const struct ballot_scalar *b);
/* 1/a mod q. RESULT_INVALID for 0, `out` is then as before. */
MUST_USE enum result ballot_scalar_invert(const struct ballot_scalar *a,
                                          struct ballot_scalar *out);

bool ballot_scalar_equal(const struct ballot_scalar *a,
                         const struct ballot_scalar *b);
bool ballot_scalar_is_zero(const struct ballot_scalar *a);

/* `a` where `choice` is 1, `b` where it is 0, by masks. */
struct ballot_scalar ballot_scalar_select(uint32_t choice,
                                          const struct ballot_scalar *a,
                                          const struct ballot_scalar *b);

/* Canonical decimal 0|[1-9][0-9]*, < q; else RESULT_MALFORMED. */
MUST_USE enum result ballot_scalar_parse(struct text_view text,
                                         struct ballot_scalar *out);
/* Writes decimal and NUL; `out` holds BALLOT_SCALAR_TEXT_SIZE. The time shows
 * how many digits there are. */
void ballot_scalar_text(const struct ballot_scalar *scalar, char *out);

#endif
