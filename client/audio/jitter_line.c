#include "client/audio/jitter_line.h"

#include <string.h>

enum {
    MEMORY_COUNT = 400,      /* frames until most is forgotten */
    BUCKET_FRAME_COUNT = 50, /* a second of frames of 20 ms */
    ASSUMED_COUNT = 60,      /* good frames, lest the first ones decide all */
    PEAK_HOLD_COUNT = 25,    /* frames until a peak begins to wear off */
    JUMP_MS = 40,            /* of the base: another line, learned quickly */
    JUMP_COUNT = 5,          /* frames that the line before it counts for */
    FIRST_PEAK_MS = 25,      /* of a line of which nothing is known */
};

/* Share of a peak that is left after one frame. */
static const float PEAK_LEFT = 0.97f;
/* What a millisecond of delay weighs, in frames that come too late. */
static const float LATE_PER_MS = 0.0001f;

void jitter_line_init(struct jitter_line *line)
{
    memset(line, 0, sizeof *line);
    line->weights[0] = 1.0f;
    line->frame_count = ASSUMED_COUNT;
    line->peak_ms = FIRST_PEAK_MS;
}

void jitter_line_forget_base(struct jitter_line *line)
{
    line->has_base = false;
    line->bucket_count = 0;
}

/* --- the base ------------------------------------------------------------ */

static void put_into_buckets(struct jitter_line *line, int64_t offset_ms)
{
    if (line->bucket_count == 0 || line->in_newest == BUCKET_FRAME_COUNT) {
        line->newest = (line->newest + 1) % JITTER_LINE_BUCKET_COUNT;
        line->lowest_ms[line->newest] = offset_ms;
        line->in_newest = 0;
        if (line->bucket_count < JITTER_LINE_BUCKET_COUNT)
            line->bucket_count++;
    }
    if (offset_ms < line->lowest_ms[line->newest])
        line->lowest_ms[line->newest] = offset_ms;
    line->in_newest++;
}

static int64_t lowest_of(const struct jitter_line *line)
{
    int64_t lowest_ms = line->lowest_ms[line->newest];

    for (size_t i = 1; i < line->bucket_count; i++) {
        size_t bucket = (line->newest + JITTER_LINE_BUCKET_COUNT - i) %
                        JITTER_LINE_BUCKET_COUNT;

        if (line->lowest_ms[bucket] < lowest_ms)
            lowest_ms = line->lowest_ms[bucket];
    }
    return lowest_ms;
}

/* Bins count from the base: where it jumps up they go down. */
static void shift_down(struct jitter_line *line, int64_t bin_count)
{
    float shifted[JITTER_LINE_BIN_COUNT] = { 0 };

    for (int64_t i = 0; i < JITTER_LINE_BIN_COUNT; i++) {
        int64_t to = i - bin_count;

        if (to < 0)
            to = 0;
        if (to < JITTER_LINE_BIN_COUNT)
            shifted[to] += line->weights[i];
    }
    memcpy(line->weights, shifted, sizeof shifted);
}

static void move_base(struct jitter_line *line)
{
    int64_t base_ms = lowest_of(line);
    int64_t up_ms = base_ms - line->base_ms;

    /* Less is drift: the jitter around the base stays what it was. */
    if (line->has_base &&
        (up_ms >= JITTER_LINE_BIN_MS || up_ms <= -JITTER_LINE_BIN_MS))
        shift_down(line, up_ms / JITTER_LINE_BIN_MS);
    if (line->has_base && up_ms <= -JUMP_MS && line->frame_count > JUMP_COUNT)
        line->frame_count = JUMP_COUNT;
    line->has_base = true;
    line->base_ms = base_ms;
}

/* --- the target ---------------------------------------------------------- */

static void weigh(struct jitter_line *line, int64_t above_ms)
{
    float share;

    if (line->frame_count < MEMORY_COUNT)
        line->frame_count++;
    share = 1.0f / (float)line->frame_count;
    for (size_t i = 0; i < JITTER_LINE_BIN_COUNT; i++)
        line->weights[i] -= line->weights[i] * share;
    if (above_ms < JITTER_DELAY_MAX_MS)
        line->weights[above_ms / JITTER_LINE_BIN_MS] += share;
}

/* The delay at which lateness and delay together cost least. */
static int64_t cheapest(const struct jitter_line *line)
{
    float late = 0.0f; /* frames above the delay */
    float least = JITTER_DELAY_MAX_MS * LATE_PER_MS;
    int64_t delay_ms = JITTER_DELAY_MAX_MS;

    for (int64_t i = JITTER_LINE_BIN_COUNT - 1; i > 0; i--) {
        float cost;

        late += line->weights[i];
        cost = late + (float)(i * JITTER_LINE_BIN_MS) * LATE_PER_MS;
        if (cost < least) {
            least = cost;
            delay_ms = i * JITTER_LINE_BIN_MS;
        }
    }
    return delay_ms;
}

void jitter_line_note(struct jitter_line *line, int64_t offset_ms)
{
    put_into_buckets(line, offset_ms);
    move_base(line);
    weigh(line, offset_ms - line->base_ms);
    if (line->peak_hold > 0)
        line->peak_hold--;
    else
        line->peak_ms *= PEAK_LEFT;
    line->histogram_ms = cheapest(line);
}

void jitter_line_note_late(struct jitter_line *line, int64_t offset_ms)
{
    float above_ms = (float)(offset_ms - line->base_ms);

    if (above_ms < line->peak_ms)
        return;
    line->peak_ms = above_ms;
    line->peak_hold = PEAK_HOLD_COUNT;
}

bool jitter_line_has_base(const struct jitter_line *line)
{
    return line->has_base;
}

int64_t jitter_line_base_ms(const struct jitter_line *line)
{
    return line->base_ms;
}

int64_t jitter_line_target_ms(const struct jitter_line *line)
{
    int64_t target_ms = line->histogram_ms;

    if (line->peak_ms > (float)target_ms)
        target_ms = (int64_t)line->peak_ms;
    if (target_ms < JITTER_DELAY_MIN_MS)
        return JITTER_DELAY_MIN_MS;
    return target_ms < JITTER_DELAY_MAX_MS ? target_ms : JITTER_DELAY_MAX_MS;
}
