/*
 * Proofs that somebody knows the secret x of a public g^x (Schnorr), made
 * non-interactive by a hash: A = g^w, c = H(prefix|S(A)), response = w - x*c.
 * Signatures of ballots and of trustees, and proofs of knowledge of keys.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_PROOF_H
#define PROTOCOL_BALLOT_BALLOT_PROOF_H

#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_hash.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/ballot/ballot_scalar.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

struct ballot_proof {
    struct ballot_scalar challenge, response;
};

/*
 * `prefix` is everything before S(A), e.g. "sigmsg|"+M+"|". RESULT_OK,
 * RESULT_NO_MEMORY or RESULT_CRYPTO; `out` is then as before.
 */
MUST_USE enum result ballot_proof_make(const struct ballot_group *group,
                                       const struct ballot_scalar *secret,
                                       struct text_view prefix,
                                       const struct ballot_random *random,
                                       struct ballot_proof *out);

/* RESULT_OK, RESULT_REFUSED, or RESULT_NO_MEMORY or RESULT_CRYPTO. The key has
 * to be an element of the group, which is asked separately. */
MUST_USE enum result ballot_proof_check(const struct ballot_group *group,
                                        const struct ballot_element *public_key,
                                        struct text_view prefix,
                                        const struct ballot_proof *proof);

#endif
