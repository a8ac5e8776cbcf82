/* What room_meeting.c and room_begin.c share. Nobody else includes this header.
 */
#ifndef SERVER_ROOM_ROOM_MEETING_INTERNAL_H
#define SERVER_ROOM_ROOM_MEETING_INTERNAL_H

#include "server/room/room_types.h"

/* Encodes an event, and folds it into the head. */
MUST_USE enum result meeting_room_propose(struct room *room,
                                          struct proposal *proposal,
                                          struct meeting_event *event);
/* Writes what was decided; the answer (if any) follows the commit. `session` is
 * NULL where nobody asked. */
MUST_USE enum result meeting_room_carry_out(struct room *room,
                                            struct proposal *proposal,
                                            struct meeting_decision *decision,
                                            const struct session *session,
                                            uint64_t request);
/* The meeting's log begins: nothing of it is written if the command is refused
 * after all. */
void meeting_room_begin(struct room *room, struct session *session,
                        const struct request *request);

#endif
