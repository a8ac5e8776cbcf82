/*
 * The recognition of probationary members in a meeting: until when the cell is
 * to decide on it, and what the meeting decided. A projection of roster and
 * votes, shown as a task; it blocks nothing. Pure; any thread.
 *
 * Source: the ruleset's rules `deadlines.recognition`, `deadlines.holidays`.
 */
#ifndef PROTOCOL_MEETING_MEETING_RECOGNITION_H
#define PROTOCOL_MEETING_MEETING_RECOGNITION_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset.h"

/* The newest secret ballot that decided, else the newest vote; borrowed from
 * the state. */
struct recognition_decision {
    const struct identifier *by;
    bool is_passed;
    bool is_secret;
};

/*
 * Did the meeting decide on the recognition of this member, whichever way: by a
 * vote or a secret ballot of that matter about her? Only a meeting of the cell
 * does: neither its committee nor a party group. Votes that party groups held
 * and that were added name nobody, and are not among them.
 */
bool meeting_recognition_decided(const struct meeting_state *state,
                                 const struct identifier *member,
                                 struct recognition_decision *out);

/* Of a member whose end of probation the roster has, under a ruleset with such
 * a deadline; false of anybody else. today: 20261204, where the meeting is. */
bool meeting_recognition_deadline(const struct meeting_person *person,
                                  const struct ruleset *rules, uint64_t today,
                                  struct recognition_deadline *out);

#endif
