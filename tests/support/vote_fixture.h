/* The beginning of a vote as a server would record it, for logs that tests
 * write themselves. */
#ifndef TESTS_SUPPORT_VOTE_FIXTURE_H
#define TESTS_SUPPORT_VOTE_FIXTURE_H

#include "protocol/meeting/meeting_state.h"

/*
 * Completes a vote on a resolution, measured against the roll as it is: more
 * than half of the official members and of the exempt ones who are there. The
 * lists live until the next call.
 */
void vote_fixture_open(const struct meeting_state *state,
                       struct event_vote_started *body);
/* The same in the meeting of log_author.h, with everybody there. */
void vote_fixture_open_author(struct event_vote_started *body);
/* Its result, from what was counted; `yes` and so on are set already. */
void vote_fixture_close(const struct meeting_state *state,
                        struct event_vote_closed *body);

#endif
