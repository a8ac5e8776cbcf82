/*
 * The public key of one trustee, X = g^x, with the proof that its owner knows
 * x:
 *
 *   {"pok":{"challenge","response"},"public_key":S(X)}
 *   A = g^w, challenge = H("pok|" + group + "|" + S(X) + "|" + S(A)),
 *   response = w - x * challenge
 *
 * A member of a threshold group adds "signature", by the key of its
 * certificate, of the text S(X) (ballot_signed.h). The proof is not bound to an
 * election, so it can be copied: whoever takes keys refuses equal ones and keys
 * that were used before. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_TRUSTEE_KEY_H
#define PROTOCOL_BALLOT_BALLOT_TRUSTEE_KEY_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_json.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/byte_writer.h"

#include <stdbool.h>

struct ballot_trustee_key {
    struct ballot_element public_key;
    struct ballot_proof pok;
    bool is_signed;
    struct ballot_proof signature; /* of a member of a threshold group */
};

/*
 * A new key; the caller wipes `*secret`. RESULT_OK, RESULT_NO_MEMORY or
 * RESULT_CRYPTO, with the outputs as they were.
 */
MUST_USE enum result ballot_trustee_key_make(const struct ballot_group *group,
                                             const struct ballot_random *random,
                                             struct ballot_scalar *secret,
                                             struct ballot_trustee_key *out);
/* The same of a secret that there is already. Without signature. */
MUST_USE enum result ballot_trustee_key_of_secret(
    const struct ballot_group *group, const struct ballot_scalar *secret,
    const struct ballot_random *random, struct ballot_trustee_key *out);
/* Adds the signature of the key's text by the secret of the certificate. */
MUST_USE enum result ballot_trustee_key_sign(
    const struct ballot_group *group, const struct ballot_scalar *signing,
    const struct ballot_random *random, struct ballot_trustee_key *key);

void ballot_trustee_key_write(struct byte_writer *writer,
                              const struct ballot_trustee_key *key);
/* The form only; a signature is taken if there is one. */
void ballot_trustee_key_read(struct ballot_json *json,
                             const struct ballot_group *group,
                             struct ballot_trustee_key *out);

/* NOT_IN_GROUP, IDENTITY, KEY_PROOF, or not the key's fault. */
MUST_USE enum ballot_fault
ballot_trustee_key_check(const struct ballot_group *group,
                         const struct ballot_trustee_key *key);
/* KEY_SIGNATURE if there is none by `verification`, or not the key's fault. */
MUST_USE enum ballot_fault
ballot_trustee_key_check_signature(const struct ballot_group *group,
                                   const struct ballot_trustee_key *key,
                                   const struct ballot_element *verification);

/* A single key as text, read and checked: what a trustee sends. */
MUST_USE enum ballot_fault
ballot_trustee_key_take(const struct ballot_group *group, struct text_view text,
                        struct ballot_trustee_key *out);

#endif
