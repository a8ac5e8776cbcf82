/*
 * What the sender of a command signs. Most commands are acts; those about
 * devices have statements of their own, which stand for themselves wherever
 * the register is shown. Client and server build the bytes by this function.
 * Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_COMMAND_STATEMENT_H
#define PROTOCOL_MEETING_COMMAND_STATEMENT_H

#include "protocol/meeting/command.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The statement that `device` of `holder` signs for this command, over
 * command->act.seen and head. Ends as statement_finish(); RESULT_INVALID also
 * as command_act_terms().
 */
MUST_USE enum result command_statement(const struct command *command,
                                       const struct identifier *holder,
                                       const struct key *device,
                                       uint8_t **bytes, size_t *size);

#endif
