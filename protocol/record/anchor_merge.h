/*
 * Two files of anchors held against each other, and one taken into the other:
 * an export after a device was set up anew, or another device's.
 *
 * A position of theirs that lies behind the beginning of a stretch that we know
 * to be lost, and they do not, is of that stretch: it contradicts nothing.
 * Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_ANCHOR_MERGE_H
#define PROTOCOL_RECORD_ANCHOR_MERGE_H

#include "protocol/record/anchors.h"

#include <stddef.h>

struct anchor_comparison {
    bool has_agreed;
    uint64_t agreed_seq; /* the highest seq where both keep the same head */
    size_t contradiction_count;
    uint64_t seq; /* the lowest with two heads, if any */
    struct anchor_side ours;
    struct anchor_side theirs;
};

/* `ours` may be NULL: nothing is kept. Signatures are not looked at. */
void anchor_logs_compare(const struct anchor_log *ours,
                         const struct anchor_log *theirs,
                         struct anchor_comparison *out);

struct anchor_merge {
    size_t log_count;           /* of `from` */
    size_t contradicting_count; /* of these */
    size_t refused_count;       /* signatures of `from` that are not good */
    bool has_other_server;      /* they accepted another server key last */
};

/*
 * Takes into `into` what is in `from`. A log in which there are two heads at
 * one seq stays as it is in `into`; each such seq goes into an alarm
 * (ANCHOR_ALARM_FORK), up to LIMIT_ANCHOR_ALARMS, and the alarms of both are
 * kept. What the server is said
 * to have signed is taken only if the signature is good. The server key of
 * `into` stays.
 *
 * RESULT_INVALID (another organisation: nothing was done); or RESULT_FULL,
 * RESULT_CRYPTO, RESULT_NO_MEMORY: `into` may hold a part then, and is to be
 * given up.
 */
MUST_USE enum result anchors_merge(struct anchors *into,
                                   const struct anchors *from,
                                   struct anchor_merge *out);

#endif
