/*
 * A threshold group of trustees that makes its key in one process: every
 * member's machine, and the bytes that have gone between them. A test changes
 * some of those, or lets the rest go its way.
 */
#ifndef TESTS_SUPPORT_BALLOT_COMMITTEE_H
#define TESTS_SUPPORT_BALLOT_COMMITTEE_H

#include "protocol/ballot/ballot_complaint.h"
#include "protocol/ballot/ballot_dkg.h"
#include "protocol/ballot/ballot_pedersen.h"

#include "tests/support/ballot_dice.h"

enum { COMMITTEE_MAX = 9 };

struct ballot_committee {
    const struct ballot_group *group; /* borrowed */
    struct ballot_dice dice;
    uint32_t size;
    uint32_t threshold;
    uint32_t attempt;
    struct ballot_dkg *members[COMMITTEE_MAX]; /* number - 1 */
    /* What is passed on; views of the machines until a test puts others there.
     */
    struct text_view certificates[COMMITTEE_MAX];
    struct text_view dealings[COMMITTEE_MAX];
    struct text_view boxes[COMMITTEE_MAX][COMMITTEE_MAX]; /* to, from */
    struct text_view keys[COMMITTEE_MAX];
};

/* All certificates are there. Ends with committee_end(). */
void committee_begin(struct ballot_committee *committee,
                     const struct ballot_group *group, uint32_t threshold,
                     uint32_t size, uint64_t seed);
void committee_end(struct ballot_committee *committee);

/* Lets every member deal; the dealings and boxes are there. */
void committee_deal(struct ballot_committee *committee);
/* Lets every member receive; the keys are there. */
void committee_receive(struct ballot_committee *committee);

/* One member (by number) does it; what it finds. */
enum result committee_member_deals(struct ballot_committee *committee,
                                   uint32_t number, struct ballot_blame *blame);
enum result committee_member_receives(struct ballot_committee *committee,
                                      uint32_t number,
                                      struct ballot_blame *blame);

/* The record, as text that the caller ends with free(). */
struct text_view committee_record(const struct ballot_committee *committee);
/* The same from the beginning: a group of a random key. `secrets` receives its
 * members' shares, for as many as there are. */
struct text_view committee_make(const struct ballot_group *group,
                                uint32_t threshold, uint32_t size,
                                uint64_t seed, struct ballot_scalar *secrets);
/* A single trustee's key, likewise. */
struct text_view single_make(const struct ballot_group *group, uint64_t seed,
                             struct ballot_scalar *secret);

/* A copy in which the first `from` is replaced by `to`; the test fails if there
 * is none. The caller ends it with free(). */
struct text_view text_replaced(struct text_view text, const char *from,
                               const char *to);
void text_free(struct text_view text);

#endif
