/*
 * What the server recorded of a meeting, as its log tells. Part of
 * meeting_state.h.
 */
#ifndef PROTOCOL_MEETING_MEETING_RECORDING_H
#define PROTOCOL_MEETING_MEETING_RECORDING_H

#include "protocol/meeting/meeting_recording_rows.h"

#include <stdbool.h>
#include <stddef.h>

struct meeting_recording {
    uint64_t started_seq;
    int64_t started_ms;
    int64_t stopped_ms;           /* 0: it goes on */
    enum recording_end reason;    /* none: it goes on */
    uint64_t kept_seq;            /* of recording_kept; 0: not yet */
    struct recording_file *files; /* owned by the state */
    size_t file_count;
};

/* The first one has the number 1. */
struct meeting_recordings {
    struct meeting_recording *rows; /* owned by the state */
    size_t count;
};

#endif
