/*
 * A device's clock, read off its calls: it asks for a block each 20 ms, but
 * its calls come early, late and in pairs, and its 20 ms are not quite those
 * of our clock.
 *
 * Pure: times are arguments, in milliseconds. One thread.
 */
#ifndef CLIENT_AUDIO_JITTER_CLOCK_H
#define CLIENT_AUDIO_JITTER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* All zero before the first call; the fields are the module's own. */
struct jitter_clock {
    bool has_begun;
    double due_ms;
    double lead_ms;
};

enum jitter_call {
    JITTER_CALL_NONE,    /* not a kind of call */
    JITTER_CALL_DUE,     /* one like another */
    JITTER_CALL_AHEAD,   /* more than 40 ms early: the clock does not move */
    JITTER_CALL_STALLED, /* more than 60 ms late: the clock begins anew */
};

/* The device asks for the next block now. */
enum jitter_call jitter_clock_move(struct jitter_clock *clock, int64_t now_ms);

/* When the last call was due. */
int64_t jitter_clock_now_ms(const struct jitter_clock *clock);
/* By how much calls come early of late, those that come earliest. */
int64_t jitter_clock_lead_ms(const struct jitter_clock *clock);

#endif
