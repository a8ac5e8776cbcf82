/* What is heard of a jitter buffer: when a talkspurt begins, what is made up,
 * and how the delay is brought to what it should be. */
#include "client/audio/jitter_buffer_internal.h"

enum {
    WAIT_RUN_MAX = 50,    /* blocks: who is away for a second is gone */
    RESUME_MS = 200,      /* a talkspurt begins with this delay at most */
    BEGIN_EARLY_MS = 5,   /* before its time by less is begun */
    SHRINK_SLACK_MS = 20, /* above the target: not worth shrinking */
    STRETCH_SLACK_MS = 5, /* below the target: not worth stretching */
    REST_MIN_COUNT = 5 * AUDIO_COUNT_PER_MS, /* not worth shrinking */
    FAR_ABOVE_MS = 100,                      /* the target: shrink faster */
    BUDGET_COUNT = AUDIO_BLOCK_COUNT / 10,
    BUDGET_FAR_COUNT = AUDIO_BLOCK_COUNT / 4,
    BUDGET_MAX_COUNT = AUDIO_BLOCK_COUNT,
};

/* A frame's part in the share of lost ones. */
static const double LOSS_PART = 0.005;

/* --- playing ------------------------------------------------------------- */

/* Begins to play if the oldest frame that is not stale is due. */
static void begin(struct jitter_buffer *buffer)
{
    int64_t target_ms = jitter_buffer_target_ms(buffer);
    int64_t delay_max_ms = target_ms + JITTER_RESUME_SLACK_MS;
    const struct jitter_waiting_frame *first;

    if (delay_max_ms < RESUME_MS)
        delay_max_ms = RESUME_MS;
    if (delay_max_ms > JITTER_HIGHEST_MS)
        delay_max_ms = JITTER_HIGHEST_MS;
    jitter_buffer_drop_before(buffer,
                              jitter_buffer_sample_at(buffer, delay_max_ms));
    first = jitter_buffer_oldest(buffer);
    if (!first ||
        jitter_buffer_delay_at(buffer, first->at) < target_ms - BEGIN_EARLY_MS)
        return;
    jitter_buffer_stop(buffer);
    buffer->is_playing = true;
    buffer->position = first->at;
    buffer->expects_silence = false;
    buffer->budget = BUDGET_MAX_COUNT;
}

/* Goes on at a later sample; what was before it is not heard. */
static void skip_to(struct jitter_buffer *buffer, int64_t at)
{
    if (at <= buffer->position)
        return;
    buffer->held -= at - buffer->position;
    if (buffer->held < 0)
        buffer->held = 0;
    buffer->position = at;
    jitter_buffer_drop_before(buffer, at);
}

static void fill_budget(struct jitter_buffer *buffer)
{
    int64_t above_ms = jitter_buffer_delay_at(buffer, buffer->position) -
                       jitter_buffer_target_ms(buffer);

    buffer->budget += above_ms > FAR_ABOVE_MS ? BUDGET_FAR_COUNT : BUDGET_COUNT;
    if (buffer->budget > BUDGET_MAX_COUNT)
        buffer->budget = BUDGET_MAX_COUNT;
}

void jitter_buffer_tick(struct jitter_buffer *buffer, int64_t now_ms,
                        size_t pending)
{
    enum jitter_call call = jitter_clock_move(&buffer->clock, now_ms);
    bool has_stood = call == JITTER_CALL_STALLED;

    buffer->is_ahead = call == JITTER_CALL_AHEAD;
    if (!jitter_line_has_base(&buffer->line))
        return;
    if (buffer->is_playing && has_stood) {
        /* What was heard before is too long ago to conceal a loss with. */
        skip_to(buffer, jitter_buffer_sample_at(
                            buffer, jitter_buffer_target_ms(buffer)));
        buffer->lost_run = JITTER_LOST_RUN_MAX;
    }
    if (buffer->wait_run >= WAIT_RUN_MAX) {
        buffer->is_away = true;
        jitter_buffer_stop(buffer);
    }
    if (has_stood && buffer->count == 0)
        jitter_buffer_stop(buffer);
    if (!buffer->is_playing)
        begin(buffer);
    if (!buffer->is_playing)
        return;
    skip_to(buffer, jitter_buffer_sample_at(buffer, JITTER_HIGHEST_MS) +
                        (int64_t)pending);
    fill_budget(buffer);
    buffer->statistics.delay_ms =
        jitter_buffer_delay_at(buffer, buffer->position - (int64_t)pending);
}

static void say_silence(struct jitter_buffer *buffer, struct jitter_output *out)
{
    jitter_buffer_stop(buffer);
    out->kind = JITTER_SILENCE;
}

/* Frames that are missing in a row count as one. */
static void note_loss(struct jitter_buffer *buffer)
{
    buffer->loss -= buffer->loss * LOSS_PART;
    if (buffer->has_played &&
        buffer->current.sequence != buffer->last_sequence + 1)
        buffer->loss += LOSS_PART;
}

static void play(struct jitter_buffer *buffer,
                 const struct jitter_waiting_frame *frame,
                 struct jitter_output *out)
{
    buffer->current = frame->frame;
    buffer->position = frame->at + frame->frame.count;
    jitter_buffer_remove(buffer, frame);
    note_loss(buffer);
    buffer->has_played = true;
    buffer->last_sequence = buffer->current.sequence;
    buffer->expects_silence = buffer->current.flags & AUDIO_FLAG_SILENCE;
    buffer->lost_run = 0;
    buffer->wait_run = 0;
    buffer->held = 0;
    buffer->statistics.played++;
    buffer->statistics.played_blocks +=
        buffer->current.count / AUDIO_BLOCK_COUNT;
    out->kind = JITTER_PACKET;
    out->frame = &buffer->current;
    out->count = buffer->current.count;
}

/* A block is made up; silence once there were too many. */
static void make_up(struct jitter_buffer *buffer, struct jitter_output *out)
{
    if (buffer->lost_run >= JITTER_LOST_RUN_MAX) {
        out->kind = JITTER_SILENCE;
        return;
    }
    buffer->lost_run++;
    buffer->statistics.concealed++;
    out->kind = JITTER_LOST;
    out->count = AUDIO_BLOCK_COUNT;
    out->lost_run = buffer->lost_run;
}

/*
 * Frames before `next` are lost, and nothing stands in their place yet. A block
 * is made up, or all of them if `next` can repair them; and if the delay is
 * longer than need be, what is lost anyway is left out.
 */
static void lose(struct jitter_buffer *buffer,
                 const struct jitter_waiting_frame *next,
                 struct jitter_output *out)
{
    int64_t repaired = next->frame.count;
    int64_t surplus_ms = jitter_buffer_delay_at(buffer, buffer->position) -
                         jitter_buffer_target_ms(buffer);
    int64_t gap = next->at - buffer->position;

    buffer->wait_run = 0;
    if (buffer->lost_run >= JITTER_LOST_RUN_MAX) {
        say_silence(buffer, out);
        return;
    }
    if (gap > repaired && surplus_ms > AUDIO_BLOCK_MS) {
        int64_t surplus = surplus_ms * AUDIO_COUNT_PER_MS;

        skip_to(buffer, surplus < gap - repaired ? buffer->position + surplus
                                                 : next->at - repaired);
        gap = next->at - buffer->position;
    }
    make_up(buffer, out);
    if (gap - repaired < JITTER_HALF_BLOCK &&
        repaired - gap < JITTER_HALF_BLOCK) {
        unsigned more = next->frame.count / AUDIO_BLOCK_COUNT - 1;

        buffer->current = next->frame;
        out->frame = &buffer->current;
        out->count = next->frame.count;
        buffer->lost_run += more;
        buffer->statistics.concealed += more;
        buffer->statistics.repaired += more + 1;
    }
    buffer->position += (int64_t)out->count;
}

/*
 * Nothing has come: what is made up stands in nobody's place as long as the
 * delay may grow.
 */
static void await(struct jitter_buffer *buffer, size_t pending,
                  struct jitter_output *out)
{
    int64_t delay_ms =
        jitter_buffer_delay_at(buffer, buffer->position - (int64_t)pending);

    buffer->wait_run++;
    if (delay_ms + AUDIO_BLOCK_MS <= JITTER_HIGHEST_MS)
        buffer->held += AUDIO_BLOCK_COUNT;
    else
        buffer->position += AUDIO_BLOCK_COUNT;
    make_up(buffer, out);
}

void jitter_buffer_get(struct jitter_buffer *buffer, size_t pending,
                       struct jitter_output *out)
{
    const struct jitter_waiting_frame *next;
    int64_t gap;

    *out = (struct jitter_output){ .kind = JITTER_SILENCE };
    if (!buffer->is_playing)
        return;
    if (buffer->is_ahead) {
        /* A block is made up and the position stays: the device waits. */
        buffer->statistics.concealed++;
        out->kind = JITTER_LOST;
        out->count = AUDIO_BLOCK_COUNT;
        out->lost_run = 1;
        return;
    }
    next = jitter_buffer_oldest(buffer);
    if (!next) {
        if (buffer->expects_silence)
            say_silence(buffer, out);
        else
            await(buffer, pending, out);
        return;
    }
    gap = next->at - buffer->position;
    if (gap - buffer->held < JITTER_HALF_BLOCK) {
        play(buffer, next, out);
        return;
    }
    skip_to(buffer, buffer->position + buffer->held);
    if (buffer->expects_silence ||
        next->frame.sequence == buffer->last_sequence + 1)
        say_silence(buffer, out);
    else
        lose(buffer, next, out);
}

bool jitter_buffer_is_ready(const struct jitter_buffer *buffer)
{
    const struct jitter_waiting_frame *next = jitter_buffer_oldest(buffer);

    return buffer->is_playing && !buffer->is_ahead && next &&
           next->at - buffer->position < JITTER_HALF_BLOCK;
}

/* --- scaling ------------------------------------------------------------- */

/*
 * Frames are asked for when less than a block is pending, so that what is left
 * over of a block is delay without use; and a little more or less of it does
 * not change when they are asked for.
 */
enum jitter_wish jitter_buffer_wish(const struct jitter_buffer *buffer,
                                    size_t pending, size_t *count_max)
{
    size_t rest = pending % AUDIO_BLOCK_COUNT;
    int64_t above_ms;

    *count_max = AUDIO_BLOCK_COUNT;
    if (!buffer->is_playing || buffer->budget <= 0 || buffer->wait_run > 0 ||
        buffer->lost_run > 0)
        return JITTER_KEEP;
    above_ms = jitter_buffer_delay_at(buffer, buffer->position -
                                                  (int64_t)(pending - rest)) -
               jitter_buffer_target_ms(buffer);
    if (above_ms < -STRETCH_SLACK_MS)
        return JITTER_STRETCH;
    if (above_ms > SHRINK_SLACK_MS)
        return JITTER_SHRINK;
    *count_max = rest;
    return rest > REST_MIN_COUNT ? JITTER_SHRINK : JITTER_KEEP;
}

void jitter_buffer_scaled(struct jitter_buffer *buffer, enum jitter_wish wish,
                          size_t count)
{
    buffer->budget -= (int64_t)count;
    if (wish == JITTER_STRETCH)
        buffer->statistics.stretched += count;
    else
        buffer->statistics.shrunk += count;
}
