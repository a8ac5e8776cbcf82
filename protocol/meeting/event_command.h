/*
 * The command that an event says was given, rebuilt from the event's own
 * fields. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_EVENT_COMMAND_H
#define PROTOCOL_MEETING_EVENT_COMMAND_H

#include "protocol/meeting/command.h"
#include "protocol/meeting/meeting_event.h"

/*
 * False if the event has not every field that the command has. Request and act
 * are not filled in; what is borrowed, the event borrows, too.
 */
bool event_command(const struct meeting_event *event, enum command_op op,
                   const struct identifier *scope, struct command *out);

#endif
