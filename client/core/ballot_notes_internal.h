/* What the files of ballot_notes share. Nobody else includes this header. */
#ifndef CLIENT_CORE_BALLOT_NOTES_INTERNAL_H
#define CLIENT_CORE_BALLOT_NOTES_INTERNAL_H

#include "client/core/ballot_notes.h"

MUST_USE enum result noted_text_set(struct noted_text *text,
                                    struct text_view value);
void noted_list_clear(struct noted_list *list);
/* Room for one more element of this size, zeroed; NULL for want of memory. */
void *noted_list_add(struct noted_list *list, size_t size);
/* What is of one attempt to make keys, and all that comes after it. */
void noted_attempt_forget(struct noted_ballot *ballot);
struct ballot_channel_row *noted_channel_row(const struct noted_ballot *ballot,
                                             const struct identifier *member);
struct noted_voter *noted_voter_row(const struct noted_ballot *ballot,
                                    const struct identifier *member);
struct noted_hall *noted_hall_row(const struct noted_ballot *ballot,
                                  const struct identifier *site);

#endif
