/*
 * An election that is counted: two questions with a blank in the second, a
 * tally of known counts under the key of trustees whose secrets are known.
 */
#ifndef TESTS_SUPPORT_BALLOT_COUNTING_H
#define TESTS_SUPPORT_BALLOT_COUNTING_H

#include "protocol/ballot/ballot_decryption.h"
#include "protocol/ballot/ballot_result.h"
#include "protocol/ballot/ballot_tally.h"
#include "protocol/ballot/ballot_trustees.h"

#include "tests/support/ballot_dice.h"

enum { COUNTING_POSITIONS = 5, COUNTING_OWNERS = 4 };

/* Owner 1 is a single key, owners 2 to 4 a group of which two are needed. */
struct ballot_counting {
    struct ballot_group *group; /* owned */
    struct ballot_dice dice;
    struct ballot_election election;
    struct ballot_question questions[2]; /* 2 answers; 2 answers and a blank */
    struct ballot_trustees trustees;
    struct ballot_scalar secrets[COUNTING_OWNERS];
    struct ballot_cipher tally[COUNTING_POSITIONS];
};

extern const uint64_t counting_counts[COUNTING_POSITIONS];

void counting_begin(struct ballot_counting *counting);
void counting_end(struct ballot_counting *counting);
/* A fresh encryption of `number` under the election's key. */
struct ballot_cipher counting_encrypt(struct ballot_counting *counting,
                                      uint64_t number);
/* What the owner's statement is about. */
struct ballot_opening counting_opening(const struct ballot_counting *counting,
                                       uint64_t owner);
struct ballot_decryption counting_decrypt(struct ballot_counting *counting,
                                          uint64_t owner);

#endif
