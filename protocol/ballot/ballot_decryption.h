/*
 * What one trustee contributes to opening a tally: for each position the
 * factor alpha^x, with proofs that x is the secret of its key X = g^x.
 *
 *   {"decryption_factors":[[S(factor),…],…],
 *    "decryption_proofs":[[proof,…],…],"strong_proofs":[[proof,…],…]}
 *   {"owner":number,"payload":hex}
 *
 * Both proofs: A = g^w, B = alpha^w, response = w - x * challenge.
 *   as in Belenios   H("decrypt|" + fingerprint + "|" + S(X) + "|" + S(A) + ","
 *                      + S(B))
 *   strong           H("decrypt-strong|" + fingerprint + "|" + owner + "|" +
 *                      S(X) + "|" + S(alpha) + "," + S(beta) + "|" + S(factor)
 *                      + "|" + S(A) + "," + S(B))
 * The first does not hash what it is about: who makes up the tally and the
 * factor afterwards can prove what is not so. Each has a w of its own.
 *
 * A decryption opens whatever it is asked to open: a tally of one ballot is
 * that ballot. So whoever calls ballot_decryption_make() has computed the tally
 * himself, of a closed list of ballots that enough voters have confirmed, and
 * does it once for an election and never for another tally. Nothing here can
 * see that. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_DECRYPTION_H
#define PROTOCOL_BALLOT_BALLOT_DECRYPTION_H

#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_decryption {
    size_t position_count;
    struct ballot_element *factors; /* one a position; all arrays are owned */
    struct ballot_proof *proofs;
    struct ballot_proof *strong; /* filled where has_strong */
    bool has_strong;
};

/* Of what an owner's statement is about. */
struct ballot_opening {
    const struct ballot_election *election; /* as read, with its fingerprint */
    const struct ballot_cipher *tally;      /* one a position */
    uint64_t owner;
    struct ballot_element public_key; /* of the owner */
};

/*
 * The decryption by `secret`, which has to be that of opening->public_key
 * (RESULT_INVALID). RESULT_OK, and the caller ends it with
 * ballot_decryption_release(); RESULT_NO_MEMORY or RESULT_CRYPTO.
 */
MUST_USE enum result ballot_decryption_make(
    const struct ballot_group *group, const struct ballot_opening *opening,
    const struct ballot_scalar *secret, const struct ballot_random *random,
    struct ballot_decryption *out);
/* Takes an empty one, all zeros, as well. */
void ballot_decryption_release(struct ballot_decryption *decryption);

void ballot_decryption_write(struct byte_writer *writer,
                             const struct ballot_election *election,
                             const struct ballot_decryption *decryption);
/*
 * The form: DECRYPTION_SHAPE, STRONG_PROOF_MISSING (unless `is_lenient`), or as
 * JSON says, or NO_MEMORY. On NONE the caller ends `*out` with
 * ballot_decryption_release().
 */
MUST_USE enum ballot_fault
ballot_decryption_read(const struct ballot_group *group,
                       struct text_view record,
                       const struct ballot_election *election, bool is_lenient,
                       struct ballot_decryption *out);
/* NOT_IN_GROUP, DECRYPTION_PROOF, STRONG_PROOF (if there are any), or not its
 * fault. The key and the tally are known to be in the group. */
MUST_USE enum ballot_fault
ballot_decryption_check(const struct ballot_group *group,
                        const struct ballot_opening *opening,
                        const struct ballot_decryption *decryption);

/* The second record: whose the first is. */
void ballot_decryption_write_owner(struct byte_writer *writer, uint64_t owner,
                                   const struct hash *payload);
MUST_USE enum ballot_fault ballot_decryption_read_owner(struct text_view record,
                                                        bool is_lenient,
                                                        uint64_t *owner,
                                                        struct hash *payload);

#endif
