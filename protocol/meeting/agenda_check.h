/*
 * What the ruleset says of an agenda's changes and documents: asked by the
 * server when it decides, and again by whoever reads the log, who looks at the
 * tasks that closing sets, too: posting is due when the ruleset says so, and
 * completing a recognition on no day. Pure; any thread.
 *
 * Source: the ruleset's group `agenda`, without which nothing is restricted,
 * and its group `deadlines`.
 */
#ifndef PROTOCOL_MEETING_AGENDA_CHECK_H
#define PROTOCOL_MEETING_AGENDA_CHECK_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/rules/ruleset.h"

/*
 * May the agenda be changed so? `vote` is the one that is named, "" if none: it
 * has to be the newest of the meeting, of the matter agenda, and to have
 * passed, and it is for one change: to move or take off the `item` that it
 * names; or for a new item (`item` "") if it names none. Before the meeting is
 * opened nobody can vote, and none is needed.
 */
bool agenda_may_change(const struct meeting_state *state,
                       const struct ruleset *rules, enum agenda_decider decider,
                       const struct identifier *vote,
                       const struct identifier *item);

enum agenda_file { AGENDA_FILE_TAKEN, AGENDA_FILE_TYPE, AGENDA_FILE_SIZE };
/* Is a file of this type and size taken, or which of both is wrong? */
enum agenda_file agenda_takes_file(const struct ruleset *rules, int type,
                                   uint64_t size);

/* Does the ruleset allow this event, of a log that has come to `before`? True
 * for events of other things. */
bool agenda_is_right(const struct ruleset *rules,
                     const struct meeting_state *before,
                     const struct meeting_event *event);

#endif
