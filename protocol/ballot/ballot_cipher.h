/*
 * ElGamal ciphertexts of small numbers, written as powers of g: alpha = g^r,
 * beta = y^r g^m. The product of ciphertexts holds the sum of the numbers.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_CIPHER_H
#define PROTOCOL_BALLOT_BALLOT_CIPHER_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/result.h"

struct ballot_cipher {
    struct ballot_element alpha, beta;
};

/* (1, 1): the encryption of 0 that an empty product is. */
struct ballot_cipher ballot_cipher_identity(void);

/*
 * `number` under the key y whose table `key` is, with the randomness r. Both
 * are secret: the work is the same whatever they are. RESULT_OK,
 * RESULT_NO_MEMORY or RESULT_CRYPTO; `out` is then as before.
 */
MUST_USE enum result ballot_cipher_encrypt(const struct ballot_group *group,
                                           const struct ballot_base *key,
                                           const struct ballot_scalar *r,
                                           const struct ballot_scalar *number,
                                           struct ballot_cipher *out);

/* Part by part; `out` may be an operand. Errors as above. */
MUST_USE enum result ballot_cipher_multiply(const struct ballot_group *group,
                                            const struct ballot_cipher *a,
                                            const struct ballot_cipher *b,
                                            struct ballot_cipher *out);

#endif
