/*
 * Parts of a secret ballot that are too small to be published: with few ballots
 * a result can show how people voted. Server and verifier ask alike. Pure; any
 * thread.
 */
#ifndef PROTOCOL_MEETING_BALLOT_SMALL_H
#define PROTOCOL_MEETING_BALLOT_SMALL_H

#include "protocol/meeting/meeting_state.h"

struct ballot_small {
    const char *part; /* list, online, paper, difference; static */
    uint64_t count;
};

/* Is the list that is to be opened shorter than k_min? An empty one is not:
 * then everybody votes on paper. */
bool ballot_small_list(const struct meeting_ballot *ballot, uint64_t k_min,
                       struct ballot_small *out);

/*
 * By how many members who held a ballot two electorates differ. That of a count
 * is tested below where the log shows that both ballots are on the same; who
 * knows the questions tests the others.
 */
uint64_t ballot_small_difference(const struct meeting_ballot *a,
                                 const struct meeting_ballot *b);

/*
 * The first part that would be published with fewer than k_min: ballots by
 * device, ballots on paper, and the members by whom the list differs from that
 * of an earlier ballot of this meeting on the same (the same commitment to the
 * questions; the same candidates at the same item; or no candidates, at an
 * item). False: none; `*out` is then untouched.
 */
bool ballot_small_count(const struct meeting_state *state,
                        const struct meeting_ballot *ballot, uint64_t k_min,
                        struct ballot_small *out);

#endif
