/*
 * What the result of a ballot says of its paper ballots: the object "paper" of
 * the record, made from what the log has as entered and confirmed, so that
 * whoever holds both can compare them. Pure; one thread.
 *
 *   {"record":hex,"issued":n,"returned":n,"valid":n,"invalid":n,"counts":[n,…]}
 */
#ifndef PROTOCOL_MEETING_BALLOT_PAPER_H
#define PROTOCOL_MEETING_BALLOT_PAPER_H

#include "protocol/base/byte_writer.h"
#include "protocol/meeting/meeting_ballot.h"

/* Nothing of what is not confirmed. The writer's failure. */
MUST_USE enum result ballot_paper_write(struct byte_writer *writer,
                                        const struct meeting_ballot_paper *);

/*
 * Is this SHA-256 that of what the result has to say, if it says anything?
 * RESULT_OK, RESULT_REFUSED, or RESULT_NO_MEMORY. `said` is not looked at if
 * nothing is said.
 */
MUST_USE enum result ballot_paper_compare(const struct meeting_ballot_paper *,
                                          bool is_said,
                                          const struct hash *said);

#endif
