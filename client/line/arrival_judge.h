/*
 * How punctually sound comes over a line: each speaker's frames are held
 * against the fastest of the last minute, by their own timestamps, so that
 * neither clocks nor the way to the server count. A frame counts once, when it
 * comes first; one that has not come when its time is long over is lost.
 *
 * Pure: times are arguments, in milliseconds of one clock. One thread.
 */
#ifndef CLIENT_LINE_ARRIVAL_JUDGE_H
#define CLIENT_LINE_ARRIVAL_JUDGE_H

#include "protocol/line/sequence_window.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    ARRIVAL_SPEAKERS = 16, /* who has been silent longest makes room */
    ARRIVAL_LATE_MS = 60,
    ARRIVAL_VERY_LATE_MS = 120,
    ARRIVAL_LOST_AFTER = 32, /* later numbers have come */
    ARRIVAL_BASES = 6,       /* of ten seconds each */
    ARRIVAL_BASE_MS = 10000,
};

/* What came since the last look. */
struct arrival_count {
    unsigned came;       /* frames that had not come before */
    unsigned late;       /* of these, so much later than they could have */
    unsigned very_late;  /* of these */
    unsigned lost;       /* numbers that were passed over, for good */
    unsigned again;      /* frames that had come before: copies */
    int64_t standing_ms; /* by how much even the fastest was late; -1: none */
};

struct arrival_speaker {
    bool is_taken;
    uint16_t slot;
    struct sequence_window window;
    unsigned known;           /* numbers that the window stands for */
    uint32_t first_timestamp; /* what timestamps are counted from */
    int64_t last_ms;
    int64_t base_ms[ARRIVAL_BASES]; /* least of arrival less timestamp */
    bool has_base[ARRIVAL_BASES];
    int64_t base_turn; /* the ten seconds of the newest */
};

/* All zero at the start; the fields are the module's own. */
struct arrival_judge {
    struct arrival_speaker speakers[ARRIVAL_SPEAKERS];
    struct arrival_count count;
    bool has_standing; /* since the last look */
};

/*
 * A frame came. `allowance_ms`: so much it may have been held back to go out
 * with others. False: it had come before, or is too old to be known.
 */
bool arrival_judge_note(struct arrival_judge *judge, uint16_t slot,
                        uint32_t sequence, uint32_t timestamp,
                        int64_t allowance_ms, int64_t now_ms);
/* What came since the last call of this. */
struct arrival_count arrival_judge_take(struct arrival_judge *judge);
/* Another line from here on: what is known of this one is forgotten. */
void arrival_judge_reset(struct arrival_judge *judge);

#endif
