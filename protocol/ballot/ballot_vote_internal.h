/* What the files of the ballot share. For these alone. */
#ifndef PROTOCOL_BALLOT_BALLOT_VOTE_INTERNAL_H
#define PROTOCOL_BALLOT_BALLOT_VOTE_INTERNAL_H

#include "protocol/ballot/ballot_branches.h"
#include "protocol/ballot/ballot_vote.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"

enum {
    /* A branch for each number from 0 on, and one for the blank. */
    BALLOT_BRANCHES_MAX = LIMIT_BALLOT_ANSWERS + 2,
    /* fingerprint "|" S(g^s) */
    BALLOT_CONTEXT_SIZE = BALLOT_DIGEST_TEXT_SIZE + BALLOT_ELEMENT_TEXT_SIZE,
    /* "sig|" hash "|" */
    BALLOT_SIGNED_SIZE = BALLOT_DIGEST_TEXT_SIZE + 5,
    BALLOT_CIPHER_TEXT_SIZE = 2 * BALLOT_ELEMENT_TEXT_SIZE
};

/* Arrays of the sizes that the election says, all zeros. RESULT_NO_MEMORY. */
MUST_USE enum result ballot_vote_init(struct ballot_vote *vote,
                                      const struct ballot_election *election);

/* S0: what is hashed into the proofs of single positions. */
void ballot_vote_context(const struct ballot_election *election,
                         const struct ballot_element *credential,
                         char out[BALLOT_CONTEXT_SIZE]);
/* S: S0 "|" S(alpha),S(beta),… of an answer; into an empty writer. */
MUST_USE enum result
ballot_vote_answer_context(const char *context,
                           const struct ballot_cipher *choices, size_t count,
                           struct byte_writer *out);
/* What the signature's commitment is hashed behind. */
void ballot_vote_signed(const char *hash, char out[BALLOT_SIGNED_SIZE]);

/* Ends the sum of an answer's choices, those behind the blank. */
MUST_USE enum result ballot_vote_sum(const struct ballot_group *group,
                                     const struct ballot_question *question,
                                     const struct ballot_cipher *choices,
                                     struct ballot_cipher *out);

/* `{"election_uuid":…,"answers":[…]`, without the brace that ends it. */
void ballot_vote_write(struct byte_writer *writer,
                       const struct ballot_election *election,
                       const struct ballot_vote *vote);
/* `,"signature":…}` */
void ballot_vote_write_signature(struct byte_writer *writer,
                                 const struct ballot_vote *vote);
/* The hash of what is signed, given the unfinished bytes. */
void ballot_vote_hash(struct text_view unsigned_bytes,
                      char out[BALLOT_DIGEST_TEXT_SIZE]);

#endif
