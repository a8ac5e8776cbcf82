/* What the files of the group share: OpenSSL's numbers. For these alone. */
#ifndef PROTOCOL_BALLOT_BALLOT_GROUP_INTERNAL_H
#define PROTOCOL_BALLOT_BALLOT_GROUP_INTERNAL_H

#include "protocol/ballot/ballot_group.h"

#include <openssl/bn.h>

struct ballot_group {
    BIGNUM *p, *q; /* owned */
    BN_MONT_CTX *montgomery;
    struct ballot_element generator;
    struct ballot_base *base; /* owned: powers of the generator */
};

/* A context begun, NULL without memory; its numbers are wiped at its end, which
 * takes NULL. */
BN_CTX *ballot_group_begin(void);
void ballot_group_end(BN_CTX *context);

/* 0 < element < p? */
bool ballot_group_is_reduced(const struct ballot_group *group,
                             const struct ballot_element *element);

/* 1 in Montgomery form, NULL on failure. */
BIGNUM *ballot_group_one(const struct ballot_group *group, BN_CTX *context);
/* From bytes to a number of the context, NULL on failure. */
BIGNUM *ballot_group_number(BN_CTX *context, const uint8_t *bytes, int size);
/* The same of a secret exponent. */
BIGNUM *ballot_group_secret(BN_CTX *context,
                            const struct ballot_scalar *exponent);
/* `number` into `out` when `is_done`; else RESULT_CRYPTO. */
MUST_USE enum result ballot_group_finish(int is_done, const BIGNUM *number,
                                         struct ballot_element *out);

#endif
