/*
 * Proofs that one of several statements about ciphertexts is true, without
 * saying which (Belenios, specification of version 1; Cramer, Damgård,
 * Schoenmakers). A branch j states of a ciphertext (alpha, beta) that it holds
 * the number M_j. It is checked with its challenge c_j and response r_j by
 *
 *   A_j = g^r_j alpha^c_j,   B_j = y^r_j (beta / g^M_j)^c_j,
 *   sum of all c_j = H(tag|context|[S(alpha),S(beta)|]S(A_0),S(B_0),S(A_1),…)
 *
 * A prover knows the randomness r of the ciphertext and the number m in it, and
 * makes every branch in the same way: t and c random, A = g^t,
 * B = y^t g^((m-M)c), response = t - r c. This is a simulation where M is not
 * m; where it is, any challenge can still be answered, so the true branch takes
 * what is missing in the sum. Which one that is, only masks know.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_BRANCHES_H
#define PROTOCOL_BALLOT_BALLOT_BRANCHES_H

#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_cipher.h"
#include "protocol/ballot/ballot_proof.h"
#include "protocol/ballot/ballot_random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is hashed before the commitments. */
struct ballot_statement {
    const char *tag;                    /* "prove|" */
    struct text_view context;           /* "…", without a bar at its end */
    const struct ballot_cipher *cipher; /* NULL: none is named */
};

/* For the prover; all secret. */
struct ballot_branch {
    const struct ballot_scalar *randomness; /* r of the ciphertext */
    struct ballot_scalar difference;        /* m - M */
    uint32_t is_chosen; /* 1 for exactly one branch, whose difference is 0 */
};

/*
 * `proofs` receives `count` proofs. The work depends on `count` alone.
 * RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO; on failure the proofs are
 * wiped.
 */
MUST_USE enum result ballot_branches_prove(
    const struct ballot_booth *booth, const struct ballot_statement *statement,
    const struct ballot_branch *branches, size_t count,
    const struct ballot_random *random, struct ballot_proof *proofs);

/* A ciphertext, its parts raised to every challenge that is asked of it. */
struct ballot_raised {
    struct ballot_element *alpha, *beta; /* owned; one a challenge */
    bool is_member;                      /* both parts are in the group */
};

/* RESULT_OK, and it ends with ballot_raised_release(); RESULT_NO_MEMORY or
 * RESULT_CRYPTO. `count` is at least 1. */
MUST_USE enum result ballot_raised_init(struct ballot_raised *raised,
                                        const struct ballot_group *group,
                                        const struct ballot_cipher *cipher,
                                        const struct ballot_scalar *challenges,
                                        size_t count);
void ballot_raised_release(struct ballot_raised *raised);
/* Are both parts in the group? RESULT_OK or RESULT_REFUSED. */
MUST_USE enum result
ballot_raised_check_member(const struct ballot_raised *raised);

/* For the verifier. */
struct ballot_assertion {
    const struct ballot_raised *cipher;
    size_t power;    /* of its challenges, the one of this branch */
    uint32_t number; /* M */
};

/* RESULT_OK, RESULT_REFUSED, RESULT_NO_MEMORY or RESULT_CRYPTO. */
MUST_USE enum result
ballot_branches_check(const struct ballot_booth *booth,
                      const struct ballot_statement *statement,
                      const struct ballot_assertion *assertions, size_t count,
                      const struct ballot_proof *proofs);

#endif
