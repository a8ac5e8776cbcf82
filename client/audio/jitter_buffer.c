#include "client/audio/jitter_buffer_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    LATE_WINDOW_MS = 200, /* equally stale for so long: begin anew */
    LATE_SHRINK_MS = 40,  /* less stale by this is not "equally stale" */
    FORGET_MS = 10000,    /* after so long a silence clocks have drifted */
};

static const double MUCH_LOSS = 0.01; /* a share of lost frames */
/* Unwrapped timestamps begin here, lest they become negative. */
static const int64_t AT_BEGIN = INT64_C(1) << 40;

enum result jitter_buffer_new(struct jitter_buffer **out, int64_t floor_ms)
{
    struct jitter_buffer *buffer;

    if (floor_ms < 0 || floor_ms > JITTER_DELAY_MAX_MS)
        return RESULT_INVALID;
    buffer = calloc(1, sizeof *buffer);
    if (!buffer)
        return RESULT_NO_MEMORY;
    buffer->floor_ms = floor_ms;
    jitter_line_init(&buffer->line);
    *out = buffer;
    return RESULT_OK;
}

struct jitter_buffer *jitter_buffer_free(struct jitter_buffer *buffer)
{
    free(buffer);
    return NULL;
}

void jitter_buffer_reset(struct jitter_buffer *buffer)
{
    int64_t floor_ms = buffer->floor_ms;

    memset(buffer, 0, sizeof *buffer);
    buffer->floor_ms = floor_ms;
    jitter_line_init(&buffer->line);
}

void jitter_buffer_set_floor(struct jitter_buffer *buffer, int64_t floor_ms)
{
    if (floor_ms < 0)
        floor_ms = 0;
    if (floor_ms > JITTER_DELAY_MAX_MS)
        floor_ms = JITTER_DELAY_MAX_MS;
    buffer->floor_ms = floor_ms;
}

/* --- delay --------------------------------------------------------------- */

int64_t jitter_buffer_target_ms(const struct jitter_buffer *buffer)
{
    int64_t target_ms = jitter_line_target_ms(&buffer->line);

    if (target_ms < buffer->floor_ms)
        target_ms = buffer->floor_ms;
    target_ms += jitter_clock_lead_ms(&buffer->clock);
    if (buffer->loss > MUCH_LOSS)
        target_ms += buffer->current.count / AUDIO_COUNT_PER_MS;
    return target_ms < JITTER_HIGHEST_MS ? target_ms : JITTER_HIGHEST_MS;
}

int64_t jitter_buffer_delay_at(const struct jitter_buffer *buffer, int64_t at)
{
    return jitter_clock_now_ms(&buffer->clock) - at / AUDIO_COUNT_PER_MS -
           jitter_line_base_ms(&buffer->line);
}

int64_t jitter_buffer_sample_at(const struct jitter_buffer *buffer,
                                int64_t delay_ms)
{
    return (jitter_clock_now_ms(&buffer->clock) - delay_ms -
            jitter_line_base_ms(&buffer->line)) *
           AUDIO_COUNT_PER_MS;
}

/* --- the frames that wait ------------------------------------------------ */

void jitter_buffer_remove(struct jitter_buffer *buffer,
                          const struct jitter_waiting_frame *frame)
{
    const size_t index = (size_t)(frame - buffer->frames);

    buffer->count--;
    if (index != buffer->count)
        buffer->frames[index] = buffer->frames[buffer->count];
}

const struct jitter_waiting_frame *
jitter_buffer_oldest(const struct jitter_buffer *buffer)
{
    const struct jitter_waiting_frame *oldest = NULL;

    for (size_t i = 0; i < buffer->count; i++)
        if (!oldest || buffer->frames[i].at < oldest->at)
            oldest = &buffer->frames[i];
    return oldest;
}

void jitter_buffer_drop_before(struct jitter_buffer *buffer, int64_t at)
{
    for (size_t i = buffer->count; i > 0; i--)
        if (buffer->frames[i - 1].at < at - JITTER_HALF_BLOCK) {
            jitter_buffer_remove(buffer, &buffer->frames[i - 1]);
            buffer->statistics.stale++;
        }
}

void jitter_buffer_stop(struct jitter_buffer *buffer)
{
    buffer->is_playing = false;
    buffer->lost_run = 0;
    buffer->wait_run = 0;
    buffer->held = 0;
}

static void store(struct jitter_buffer *buffer,
                  const struct jitter_frame *frame, int64_t at)
{
    struct jitter_waiting_frame *place;

    if (buffer->count == JITTER_CAPACITY) {
        jitter_buffer_remove(buffer, jitter_buffer_oldest(buffer));
        buffer->statistics.stale++;
    }
    place = &buffer->frames[buffer->count++];
    place->frame = *frame;
    place->at = at;
    if (frame->count == 0 || frame->count > JITTER_FRAME_COUNT_MAX ||
        frame->count % AUDIO_BLOCK_COUNT != 0)
        place->frame.count = AUDIO_BLOCK_COUNT;
}

/* --- arrival ------------------------------------------------------------- */

/* Nothing of before holds but what is known of the jitter. */
static void begin_anew(struct jitter_buffer *buffer)
{
    jitter_line_forget_base(&buffer->line);
    buffer->is_stale_run = false;
    buffer->is_away = false;
    buffer->statistics.stale += buffer->count;
    buffer->count = 0;
    jitter_buffer_stop(buffer);
}

/* True if the frame has not come before and may still be of use. */
static bool take_number(struct jitter_buffer *buffer, uint32_t sequence)
{
    switch (sequence_window_note(&buffer->window, sequence)) {
    case SEQUENCE_NEW:
        return true;
    case SEQUENCE_ANOTHER:
        /* Who began anew counts from elsewhere. */
        buffer->has_played = false;
        begin_anew(buffer);
        return true;
    case SEQUENCE_SEEN:
        buffer->statistics.duplicate++;
        return false;
    case SEQUENCE_TOO_OLD:
        buffer->statistics.late++;
        return false;
    case SEQUENCE_NONE:
        break;
    }
    return false;
}

static int64_t unwrap(struct jitter_buffer *buffer, uint32_t timestamp)
{
    int64_t at;

    if (buffer->newest_at == 0) {
        buffer->newest_at = AT_BEGIN;
        buffer->newest_timestamp = timestamp;
    }
    at = buffer->newest_at +
         sequence_distance(buffer->newest_timestamp, timestamp);
    if (at > buffer->newest_at) {
        buffer->newest_at = at;
        buffer->newest_timestamp = timestamp;
    }
    return at;
}

/*
 * Has the line become slower for good? What piled up behind a stall arrives
 * faster than it was spoken and is less and less stale; what comes over a
 * slower line stays equally stale.
 */
static bool is_steadily_stale(struct jitter_buffer *buffer, int64_t arrival_ms,
                              int64_t above_ms)
{
    if (buffer->is_stale_run &&
        arrival_ms - buffer->stale_since_ms < LATE_WINDOW_MS)
        return false;
    if (buffer->is_stale_run &&
        above_ms >= buffer->stale_by_ms - LATE_SHRINK_MS)
        return true;
    buffer->is_stale_run = true;
    buffer->stale_since_ms = arrival_ms;
    buffer->stale_by_ms = above_ms;
    return false;
}

/* After an outage nothing of it is heard: that would be no jitter. */
static int64_t highest_delay(const struct jitter_buffer *buffer)
{
    int64_t fresh_ms = jitter_buffer_target_ms(buffer) + JITTER_RESUME_SLACK_MS;

    return buffer->is_away && fresh_ms < JITTER_HIGHEST_MS ? fresh_ms
                                                           : JITTER_HIGHEST_MS;
}

/* False if the frame is stale; what is not is known to the line from now on. */
static bool take_offset(struct jitter_buffer *buffer, int64_t offset_ms,
                        int64_t arrival_ms)
{
    int64_t above_ms;

    if (jitter_line_has_base(&buffer->line)) {
        above_ms = offset_ms - jitter_line_base_ms(&buffer->line);
        if (above_ms > highest_delay(buffer)) {
            if (!is_steadily_stale(buffer, arrival_ms, above_ms))
                return false;
            begin_anew(buffer);
        }
    }
    buffer->is_stale_run = false;
    buffer->is_away = false;
    jitter_line_note(&buffer->line, offset_ms);
    return true;
}

/* False if others have been heard since. */
static bool take_lateness(struct jitter_buffer *buffer, uint32_t sequence,
                          int64_t at, int64_t offset_ms)
{
    bool is_overtaken = buffer->has_played &&
                        sequence_distance(buffer->last_sequence, sequence) <= 0;
    bool is_awaited = false;

    if (buffer->is_playing && at < buffer->position - JITTER_HALF_BLOCK)
        is_overtaken = true;
    else if (buffer->is_playing)
        is_awaited = at < buffer->position + buffer->held;
    if (is_overtaken || is_awaited)
        jitter_line_note_late(&buffer->line, offset_ms);
    if (is_overtaken)
        buffer->statistics.late++;
    else if (is_awaited)
        buffer->statistics.awaited++;
    return !is_overtaken;
}

void jitter_buffer_put(struct jitter_buffer *buffer,
                       const struct jitter_frame *frame, int64_t arrival_ms)
{
    int64_t offset_ms;
    int64_t at;

    if (frame->size == 0 || frame->size > LIMIT_OPUS_PAYLOAD_SIZE)
        return;
    if (!take_number(buffer, frame->sequence))
        return;
    at = unwrap(buffer, frame->timestamp);
    if ((frame->flags & AUDIO_FLAG_TALKSPURT) && !buffer->is_playing &&
        buffer->count == 0 && arrival_ms - buffer->last_arrival_ms > FORGET_MS)
        jitter_line_forget_base(&buffer->line);
    buffer->last_arrival_ms = arrival_ms;
    offset_ms = arrival_ms - at / AUDIO_COUNT_PER_MS;
    if (!take_offset(buffer, offset_ms, arrival_ms))
        buffer->statistics.stale++;
    else if (take_lateness(buffer, frame->sequence, at, offset_ms))
        store(buffer, frame, at);
}

bool jitter_buffer_is_idle(const struct jitter_buffer *buffer)
{
    return !buffer->is_playing && buffer->count == 0;
}

void jitter_buffer_statistics(const struct jitter_buffer *buffer,
                              struct jitter_statistics *out)
{
    *out = buffer->statistics;
    out->target_ms = jitter_buffer_target_ms(buffer);
}
