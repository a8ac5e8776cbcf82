/*
 * The logs of the party groups that a meeting was held by, from its record:
 * held against the heads that the meeting gathered, and what it says of their
 * rolls, times and votes against what follows from them. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_GROUPS_H
#define PROTOCOL_VERIFY_VERIFY_GROUPS_H

#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_source.h"

struct verify_group {
    struct verify_reader reader; /* owned, as is the next */
    struct verify_source source;
};

struct verify_groups {
    struct verify_group *rows; /* owned; of those gathered, in their order */
    size_t count;
    struct minutes_source *parts; /* owned; beside the rows */
    bool is_whole; /* each is there with its texts and its ruleset */
};

/*
 * Of a record whose own log was verified. RESULT_OK; RESULT_REFUSED: a log is
 * there and is not the one, which is then in `*name`, borrowed from the
 * record; RESULT_NO_MEMORY. The caller ends `*out` with verify_groups_release()
 * in every case.
 */
MUST_USE enum result verify_groups_read(const struct verify_record *record,
                                        const struct meeting_kinds *kinds,
                                        struct verify_groups *out,
                                        struct text_view *name);
void verify_groups_release(struct verify_groups *groups);

#endif
