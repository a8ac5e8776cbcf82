/*
 * The group in which ballots are encrypted, behind an interface so that
 * another one can take its place: BELENIOS-2048, the subgroup of order q
 * (256 bit) of the integers modulo p (2048 bit). Elements are values of 256
 * bytes big-endian, always below p. Constants are compiled in and never read
 * from data.
 *
 * A group holds OpenSSL's Montgomery context and the fixed-base table of g;
 * it is read-only once made and may be used by many threads at a time.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_GROUP_H
#define PROTOCOL_BALLOT_BALLOT_GROUP_H

#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    BALLOT_ELEMENT_SIZE = 256,
    BALLOT_ELEMENT_TEXT_SIZE = 618 /* with NUL */
};

struct ballot_element {
    uint8_t bytes[BALLOT_ELEMENT_SIZE];
};

struct ballot_group;
struct ballot_base; /* fixed-base table of one element */

/* RESULT_NO_MEMORY or RESULT_CRYPTO. End with ballot_group_free(). */
MUST_USE enum result ballot_group_new(struct ballot_group **out);
/* Takes NULL; returns NULL. */
struct ballot_group *ballot_group_free(struct ballot_group *group);
/* "BELENIOS-2048" */
const char *ballot_group_name(const struct ballot_group *group);

struct ballot_element ballot_element_identity(void);
struct ballot_element ballot_group_generator(const struct ballot_group *group);
/* May hold secrets (a key in clear): wiped by its owner. */
void ballot_element_wipe(struct ballot_element *element);
bool ballot_element_equal(const struct ballot_element *a,
                          const struct ballot_element *b);
bool ballot_element_is_identity(const struct ballot_element *a);

/*
 * Is 0 < x < p and x^q = 1? RESULT_OK, RESULT_REFUSED, or RESULT_NO_MEMORY or
 * RESULT_CRYPTO when that could not be found out. Not called by the other
 * functions: whoever reads an element asks.
 */
MUST_USE enum result
ballot_group_check_member(const struct ballot_group *group,
                          const struct ballot_element *element);
/* The same; false as well when it could not be found out. */
bool ballot_group_contains(const struct ballot_group *group,
                           const struct ballot_element *element);

/* Canonical decimal below p; membership is asked separately.
 * RESULT_MALFORMED. */
MUST_USE enum result ballot_element_parse(const struct ballot_group *group,
                                          struct text_view text,
                                          struct ballot_element *out);
/* Writes decimal and NUL; `out` holds BALLOT_ELEMENT_TEXT_SIZE. */
void ballot_element_text(const struct ballot_element *element, char *out);

/*
 * All below: RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO; `out` is written
 * only on success and may be one of the operands.
 */
MUST_USE enum result ballot_group_multiply(const struct ballot_group *group,
                                           const struct ballot_element *a,
                                           const struct ballot_element *b,
                                           struct ballot_element *out);
/* a/b; RESULT_CRYPTO as well for b = 0, which no group contains. */
MUST_USE enum result ballot_group_divide(const struct ballot_group *group,
                                         const struct ballot_element *a,
                                         const struct ballot_element *b,
                                         struct ballot_element *out);
/* Secret exponent: the same work whatever it is
 * (BN_mod_exp_mont_consttime). */
MUST_USE enum result ballot_group_power_secret(
    const struct ballot_group *group, const struct ballot_element *base,
    const struct ballot_scalar *exponent, struct ballot_element *out);
/* Public data only; faster. */
MUST_USE enum result ballot_group_power(const struct ballot_group *group,
                                        const struct ballot_element *base,
                                        const struct ballot_scalar *exponent,
                                        struct ballot_element *out);
/* a^x b^y, public data only (BN_mod_exp2_mont). */
MUST_USE enum result ballot_group_power2(const struct ballot_group *group,
                                         const struct ballot_element *a,
                                         const struct ballot_scalar *x,
                                         const struct ballot_element *b,
                                         const struct ballot_scalar *y,
                                         struct ballot_element *out);
/* g^x through the fixed table; the exponent may be secret. */
MUST_USE enum result ballot_group_generate(const struct ballot_group *group,
                                           const struct ballot_scalar *exponent,
                                           struct ballot_element *out);
/* The table of g itself; it lives as long as the group. */
const struct ballot_base *ballot_group_base(const struct ballot_group *group);

/*
 * A table of the powers of `base` (256 KiB), worth its millisecond from about
 * ten exponentiations on. Read-only once made; ends with ballot_base_free(),
 * which takes NULL and returns NULL. Raising reads every entry of the table by
 * masks and multiplies in every window: the exponent may be secret, the base
 * not.
 */
MUST_USE enum result ballot_base_new(const struct ballot_group *group,
                                     const struct ballot_element *base,
                                     struct ballot_base **out);
struct ballot_base *ballot_base_free(struct ballot_base *base);
MUST_USE enum result ballot_base_power(const struct ballot_group *group,
                                       const struct ballot_base *base,
                                       const struct ballot_scalar *exponent,
                                       struct ballot_element *out);
/* a^x b^y of two tables; the exponents may be secret. */
MUST_USE enum result ballot_base_power2(const struct ballot_group *group,
                                        const struct ballot_base *a,
                                        const struct ballot_scalar *x,
                                        const struct ballot_base *b,
                                        const struct ballot_scalar *y,
                                        struct ballot_element *out);
/* Public data only; faster. */
MUST_USE enum result ballot_base_power_public(
    const struct ballot_group *group, const struct ballot_base *base,
    const struct ballot_scalar *exponent, struct ballot_element *out);

/*
 * `out[i]` = base^exponents[i], `count` of them, and whether the base is in the
 * group. Public data only: the powers share their squarings, about half the
 * work from three of them on. RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO.
 */
MUST_USE enum result ballot_group_powers(const struct ballot_group *group,
                                         const struct ballot_element *base,
                                         const struct ballot_scalar *exponents,
                                         size_t count,
                                         struct ballot_element *out,
                                         bool *is_member);

#endif
