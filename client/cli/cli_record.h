/*
 * A record as `chibo log` writes it, one event a line, against the anchors of
 * this profile: the chain is computed anew from the bytes. Whether the record
 * is good in itself is chibo-verify's to say. Main thread.
 */
#ifndef CLIENT_CLI_CLI_RECORD_H
#define CLIENT_CLI_CLI_RECORD_H

#include "protocol/record/anchors.h"

#include <stdbool.h>
#include <stdint.h>

struct cli_record_check {
    struct identifier log; /* whose record this is, by its first event */
    uint64_t count;        /* events in the file */
    bool is_known;         /* something of this log is kept */
    bool has_agreed;
    uint64_t agreed_seq; /* the highest seq where both have the same head */
    bool has_contradiction;
    uint64_t seq; /* the lowest with two heads, if any */
    struct anchor_side ours;
    struct anchor_side theirs;
    bool has_lost; /* it is of a stretch that was lost, which began here: */
    uint64_t lost_from;
    bool is_short; /* this device has verified more, up to: */
    uint64_t last_seq;
};

/* Does the file begin as a record does? */
bool cli_record_is_one(const char *path);

/* False after a complaint: the file cannot be read, or is no record. */
bool cli_record_check(const char *path, const struct anchors *anchors,
                      struct cli_record_check *out);

#endif
