/*
 * The smallest election that has everything: one question with one answer and
 * a blank. The same in every run, for fuzzing and its seeds; what cannot be
 * made ends the program.
 */
#ifndef TESTS_SUPPORT_SMALL_ELECTION_H
#define TESTS_SUPPORT_SMALL_ELECTION_H

#include "protocol/ballot/ballot_vote.h"

/* Made at the first call, never ended. One thread. */
const struct ballot_booth *small_election_booth(void);

/* A ballot of voter number `voter`, blank or not; ended with free(). */
struct text_view small_election_vote(uint64_t voter, bool is_blank);

#endif
