#include "client/audio/jitter_clock.h"

#include "client/audio/audio_block.h"

enum { LAG_MS = 60, LEAD_MS = 40 };

/* The clock takes over so much of each call's deviation. */
static const double SHARE = 1.0 / 16.0;
/* What is left after a call of the widest lead: half of it after 1.4 s. */
static const double LEAD_LEFT = 0.99;

static void begin(struct jitter_clock *clock, int64_t now_ms)
{
    clock->has_begun = true;
    clock->due_ms = (double)now_ms;
}

enum jitter_call jitter_clock_move(struct jitter_clock *clock, int64_t now_ms)
{
    double late_ms;
    double lead_ms;

    if (!clock->has_begun) {
        begin(clock, now_ms);
        return JITTER_CALL_DUE;
    }
    late_ms = (double)now_ms - (clock->due_ms + AUDIO_BLOCK_MS);
    if (late_ms < -LEAD_MS)
        return JITTER_CALL_AHEAD;
    if (late_ms > LAG_MS) {
        begin(clock, now_ms);
        return JITTER_CALL_STALLED;
    }
    clock->due_ms += AUDIO_BLOCK_MS + late_ms * SHARE;
    clock->lead_ms *= LEAD_LEFT;
    lead_ms = clock->due_ms - (double)now_ms;
    if (lead_ms > clock->lead_ms)
        clock->lead_ms = lead_ms;
    return JITTER_CALL_DUE;
}

int64_t jitter_clock_now_ms(const struct jitter_clock *clock)
{
    return (int64_t)clock->due_ms;
}

int64_t jitter_clock_lead_ms(const struct jitter_clock *clock)
{
    return (int64_t)clock->lead_ms;
}
