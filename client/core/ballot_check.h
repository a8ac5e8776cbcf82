/*
 * The record of an election as a device puts it together, event by event, from
 * what the meeting's log says and the server has beside it, and verifies it as
 * it grows (protocol/ballot/ballot_verify.h). The file is byte for byte what
 * everybody else has.
 *
 * One thread at a time: the owner's while events are added and facts are read,
 * a worker's while ballot_check_step() runs.
 */
#ifndef CLIENT_CORE_BALLOT_CHECK_H
#define CLIENT_CORE_BALLOT_CHECK_H

#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_verify.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_check;

/*
 * An archive that begins at `seconds` (UTC). `group` outlives it. On RESULT_OK
 * the caller owns `*out` and ends it with ballot_check_free(). RESULT_INVALID
 * (no such time) or RESULT_NO_MEMORY.
 */
MUST_USE enum result ballot_check_new(struct ballot_check **out,
                                      const struct ballot_group *group,
                                      uint64_t seconds);
/* Takes NULL and returns NULL. */
struct ballot_check *ballot_check_free(struct ballot_check *check);

/* Adds an event; as ballot_archive_append(), with its errors. */
MUST_USE enum result ballot_check_append(struct ballot_check *check,
                                         enum ballot_event_kind kind,
                                         const struct text_view *records,
                                         size_t record_count);
const struct ballot_archive_end *
ballot_check_end(const struct ballot_check *check);
/* The whole file so far; borrowed until the next event is added. */
struct text_view ballot_check_file(const struct ballot_check *check);

/* Verifies the next event. False: all that is here is verified, or there is a
 * fault. */
bool ballot_check_step(struct ballot_check *check);
/* Never NULL; event_count is how far it is verified. */
const struct ballot_facts *ballot_check_facts(const struct ballot_check *check);
/* Verified without a fault up to the newest event? */
bool ballot_check_is_good(const struct ballot_check *check);
const struct ballot_verifier *
ballot_check_verifier(const struct ballot_check *check);

#endif
