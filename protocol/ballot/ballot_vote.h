/*
 * A ballot: what somebody votes, encrypted for the committee, with proofs that
 * it is well-formed, signed by the voter's credential (Belenios, specification
 * of version 1). Its one spelling:
 *
 *   {"election_uuid","election_hash":fingerprint,"credential":S(g^s),
 *    "answers":[{"choices":[{"alpha","beta"}…],
 *                "individual_proofs":[[proof,proof]…],
 *                "overall_proof":[proof…],"blank_proof":[proof,proof]}…],
 *    "signature":{"hash","proof":proof}}
 *
 * An answer has a ciphertext for each of its positions: the blank, if the
 * question has one, then the answers; the blank proof stands where there is a
 * blank. Elements and scalars are decimal. Whoever reads takes these bytes
 * alone. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_VOTE_H
#define PROTOCOL_BALLOT_BALLOT_VOTE_H

#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- Making one ------------------------------------------------------------
 */

/* A mark, 0 or 1, for each position of a question. Secret: its owner wipes it.
 */
struct ballot_choice {
    const uint8_t *marks;
    size_t count;
};

/*
 * The ballot of the credential whose secret is `secret`, with a choice for each
 * question. On RESULT_OK the caller ends `*out`, `*size` bytes without NUL,
 * with free(). RESULT_INVALID: a choice that the question does not allow;
 * RESULT_NO_MEMORY; RESULT_CRYPTO, also when `random` fails once: nothing is
 * shown then.
 *
 * The work is the same whatever is chosen, and what could tell the choice is
 * wiped. The bytes do not contain it; without the randomness, which nobody
 * keeps, not even the voter can show it.
 */
MUST_USE enum result ballot_vote_make(const struct ballot_booth *booth,
                                      const struct ballot_scalar *secret,
                                      const struct ballot_choice *choices,
                                      size_t choice_count,
                                      const struct ballot_random *random,
                                      char **out, size_t *size);

/* The tracker of a ballot, by which it is found in the archive:
 * b64(SHA256(bytes)). */
void ballot_vote_tracker(struct text_view ballot,
                         char out[BALLOT_DIGEST_TEXT_SIZE]);

/* --- Reading one -----------------------------------------------------------
 */

struct ballot_answer {
    struct ballot_cipher *choices;   /* one a position */
    struct ballot_proof *individual; /* two a position */
    struct ballot_proof *overall;    /* ballot_question_overall_count() */
    struct ballot_proof *blank;      /* two, or NULL */
};

/* All arrays belong to the vote; so many as the election's questions say. */
struct ballot_vote {
    struct ballot_element credential;
    struct ballot_answer *answers; /* one a question */
    struct ballot_cipher *ciphers; /* of all questions, one after the other */
    struct ballot_proof *proofs;
    size_t answer_count, cipher_count, proof_count;
    char hash[BALLOT_DIGEST_TEXT_SIZE]; /* of what is signed */
    bool is_hash_right;                 /* as read: it is what it should be */
    struct ballot_proof signature;
};

/* Where a ballot is at fault: question and position from 0, where they mean
 * something. */
struct ballot_finding {
    enum ballot_fault fault;
    size_t question, position;
};

/* Proofs of the sum: one for each number that is allowed, one for the blank. */
size_t ballot_question_overall_count(const struct ballot_question *question);

/* No ballot on these questions has more bytes. */
size_t ballot_vote_size_max(const struct ballot_question *questions,
                            size_t question_count);

/*
 * Reads the form, which is cheap: JSON, FIELD, UNKNOWN_FIELD, NUMBER,
 * OTHER_ELECTION, CHOICE_COUNT, TOO_LARGE, or not the ballot's fault. On
 * BALLOT_FAULT_NONE the caller ends `*out` with ballot_vote_release().
 * `finding` may be NULL; its fault is what is returned.
 */
MUST_USE enum ballot_fault ballot_vote_read(const struct ballot_booth *booth,
                                            struct text_view ballot,
                                            struct ballot_vote *out,
                                            struct ballot_finding *finding);

/*
 * Checks everything of a ballot that can be seen in it alone, which takes
 * milliseconds: IDENTITY (the credential), for each answer NOT_IN_GROUP,
 * INDIVIDUAL_PROOF, OVERALL_PROOF, BLANK_PROOF, then BALLOT_HASH and
 * BALLOT_SIGNATURE, or not its fault. Whether the credential is in the list,
 * and the ballot new, is asked elsewhere.
 */
MUST_USE enum ballot_fault ballot_vote_check(const struct ballot_booth *booth,
                                             const struct ballot_vote *vote,
                                             struct ballot_finding *finding);

/* Takes an empty one (all zeros) as well. */
void ballot_vote_release(struct ballot_vote *vote);

#endif
