/*
 * What the sender of a command signs. Most commands are acts; those about
 * devices and many of secret ballots have statements of their own, which stand
 * for themselves wherever they are shown. Client and server build the bytes by
 * this function. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_COMMAND_STATEMENT_H
#define PROTOCOL_MEETING_COMMAND_STATEMENT_H

#include "protocol/meeting/command.h"

#include <stddef.h>
#include <stdint.h>

/*
 * What the statement of a ballot's command says beside the command's own
 * fields: the election (of the attempt that certify and sign_trustees name),
 * its number of tellers and their threshold. From the folded log.
 */
struct ballot_terms {
    struct text_view uuid; /* borrowed */
    uint64_t teller_count;
    uint64_t threshold;
};

/*
 * The statement that `device` of `holder` signs for this command, over
 * command->act.seen and head. Ends as statement_finish(); RESULT_INVALID also
 * as command_act_terms(), for members that are not in ascending order, and if
 * command_needs_ballot() and `ballot` is NULL; it may be NULL otherwise.
 */
MUST_USE enum result command_statement(const struct command *command,
                                       const struct identifier *holder,
                                       const struct key *device,
                                       const struct ballot_terms *ballot,
                                       uint8_t **bytes, size_t *size);

#endif
