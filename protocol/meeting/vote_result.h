/*
 * What a vote is measured against, from the roll and the ballots as the log has
 * them. Server and verifier ask the same function. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_VOTE_RESULT_H
#define PROTOCOL_MEETING_VOTE_RESULT_H

#include "protocol/meeting/meeting_state.h"

/*
 * D of a vote now: 0, which no vote passes, if the roll gives none. Whoever was
 * counted belongs to D, even if the register has taken the right away since:
 * the votes may never outnumber it. `is_suspended_counted` is the ruleset's.
 */
uint64_t vote_denominator(const struct meeting_state *state,
                          const struct meeting_vote *vote,
                          bool is_suspended_counted);

#endif
