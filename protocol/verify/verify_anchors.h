/*
 * A record held against what devices kept of it: anchors files, and heads that
 * people wrote down. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_ANCHORS_H
#define PROTOCOL_VERIFY_VERIFY_ANCHORS_H

#include "protocol/record/anchors.h"

/* A log as its heads, and the stretches that people gave up as lost. */
struct verify_history {
    struct identifier organisation;
    struct identifier scope;
    const struct hash *heads; /* borrowed */
    size_t count;
    struct verify_stretch {
        uint64_t from, to;
    } * lost; /* owned; `from` is where the log goes on */
    size_t lost_count;
};

void verify_history_release(struct verify_history *history);
/* RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result verify_history_lose(struct verify_history *history,
                                         uint64_t from, uint64_t to);
/* Was what lay at `seq` given up? */
bool verify_history_has_lost(const struct verify_history *history,
                             uint64_t seq);

enum verify_anchor_status {
    VERIFY_ANCHOR_NOTHING, /* it knows nothing of this log */
    VERIFY_ANCHOR_EQUAL,
    VERIFY_ANCHOR_BEYOND, /* equal so far; it knows later events */
    VERIFY_ANCHOR_CONTRADICTS
};

struct verify_anchor {
    const char *name; /* borrowed: file or argument */
    enum verify_anchor_status status;
    uint64_t equal_count; /* positions that agree */
    uint64_t newest;      /* the last of these */
    uint64_t lost_count;  /* positions in a stretch that was given up */
    uint64_t beyond;      /* the last that lies behind the record's end */
    uint64_t seq;         /* where it contradicts first */
    struct hash head;     /* and the anchor's head there */
    bool is_signed;       /* which the server signed */
    size_t alarm_count;   /* contradictions that this device saw itself */
};

/* `out->name` is set by the caller. */
void verify_anchors_compare(const struct anchors *anchors,
                            const struct verify_history *history,
                            struct verify_anchor *out);
void verify_head_compare(uint64_t seq, const struct hash *head,
                         const struct verify_history *history,
                         struct verify_anchor *out);

/* "SEQ:HEX", 64 lower-case digits. RESULT_MALFORMED leaves both untouched. */
MUST_USE enum result verify_head_parse(const char *text, uint64_t *seq,
                                       struct hash *head);

#endif
