#include "client/audio/jitter_buffer.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAPACITY = 40,            /* frames: the longest delay and its slack */
    EARLY_SLACK_MS = 120,     /* waits longer than delay + this: due anew */
    LATE_SLACK_MS = 20,       /* a block: late by less is heard at once */
    RESTART_LATE_MS = 200,    /* a talkspurt may begin so late and be heard */
    LATE_WINDOW_MS = 200,     /* equally late for so long: due anew */
    LATE_SHRINK_MS = 40,      /* less late by this is not "equally late" */
    FORGET_MS = 10000,        /* after so long a due time means nothing */
    DEVICE_LAG_MS = 60,       /* a device that far behind skips */
    DEVICE_LEAD_MS = 40,      /* a device that far ahead is held back */
    SEQUENCE_JUMP_MAX = 3000, /* a minute of frames: else another stream */
    SEQUENCE_WINDOW = 64,     /* sequence numbers remembered */
    ANCHOR_AGE_MAX = 60 * AUDIO_RATE,
};

struct jitter_buffer {
    int64_t delay_ms;

    bool has_stream;
    uint32_t highest_sequence;
    uint64_t seen; /* bit i: sequence number highest - i has come */

    bool has_anchor; /* timestamp anchor_timestamp is due at anchor_ms */
    uint32_t anchor_timestamp;
    int64_t anchor_ms;
    int64_t last_arrival_ms;

    bool is_late_run; /* all frames since late_since_ms were late */
    int64_t late_since_ms;
    int64_t late_by_ms; /* the first of them */

    bool is_playing;
    uint32_t position; /* timestamp of the next block, while playing */
    uint32_t last_sequence;
    bool expects_silence; /* the last frame played said so */
    unsigned lost_run;

    struct jitter_frame frames[CAPACITY]; /* in no order */
    size_t count;
    struct jitter_frame current; /* handed out last */
    struct jitter_statistics statistics;
};

enum result jitter_buffer_new(struct jitter_buffer **out, int64_t delay_ms)
{
    struct jitter_buffer *buffer;

    if (delay_ms < 0 || delay_ms > JITTER_DELAY_MAX_MS)
        return RESULT_INVALID;
    buffer = calloc(1, sizeof *buffer);
    if (!buffer)
        return RESULT_NO_MEMORY;
    buffer->delay_ms = delay_ms;
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
    int64_t delay_ms = buffer->delay_ms;

    memset(buffer, 0, sizeof *buffer);
    buffer->delay_ms = delay_ms;
}

void jitter_buffer_set_delay(struct jitter_buffer *buffer, int64_t delay_ms)
{
    if (delay_ms < 0)
        delay_ms = 0;
    if (delay_ms > JITTER_DELAY_MAX_MS)
        delay_ms = JITTER_DELAY_MAX_MS;
    buffer->delay_ms = delay_ms;
}

/* From `from` to `to` by the shorter way round; timestamps and sequences. */
static int32_t distance(uint32_t from, uint32_t to)
{
    return (int32_t)(to - from);
}

/* --- due times ----------------------------------------------------------- */

static void set_anchor(struct jitter_buffer *buffer, uint32_t timestamp,
                       int64_t due_ms)
{
    buffer->has_anchor = true;
    buffer->anchor_timestamp = timestamp;
    buffer->anchor_ms = due_ms;
    buffer->is_late_run = false;
}

static int64_t due_of(const struct jitter_buffer *buffer, uint32_t timestamp)
{
    return buffer->anchor_ms +
           distance(buffer->anchor_timestamp, timestamp) / AUDIO_COUNT_PER_MS;
}

/* Moves the anchor along in whole milliseconds, lest the distance wrap. */
static void refresh_anchor(struct jitter_buffer *buffer, uint32_t timestamp)
{
    int32_t age = distance(buffer->anchor_timestamp, timestamp);

    if (age < ANCHOR_AGE_MAX)
        return;
    age -= age % AUDIO_COUNT_PER_MS;
    buffer->anchor_timestamp += (uint32_t)age;
    buffer->anchor_ms += age / AUDIO_COUNT_PER_MS;
}

/* --- the frames that wait ------------------------------------------------ */

static void remove_frame(struct jitter_buffer *buffer, size_t index)
{
    buffer->count--;
    if (index != buffer->count)
        buffer->frames[index] = buffer->frames[buffer->count];
}

static bool find_oldest(const struct jitter_buffer *buffer, size_t *index)
{
    if (buffer->count == 0)
        return false;
    *index = 0;
    for (size_t i = 1; i < buffer->count; i++)
        if (distance(buffer->frames[*index].timestamp,
                     buffer->frames[i].timestamp) < 0)
            *index = i;
    return true;
}

/* The frame that begins within half a block of `timestamp`. */
static bool find_frame(const struct jitter_buffer *buffer, uint32_t timestamp,
                       size_t *index)
{
    for (size_t i = 0; i < buffer->count; i++) {
        int32_t off = distance(timestamp, buffer->frames[i].timestamp);

        if (off >= -AUDIO_BLOCK_COUNT / 2 && off < AUDIO_BLOCK_COUNT / 2) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* Drops what belongs before `timestamp`: it is stale. */
static void drop_before(struct jitter_buffer *buffer, uint32_t timestamp)
{
    for (size_t i = buffer->count; i > 0; i--) {
        int32_t off = distance(timestamp, buffer->frames[i - 1].timestamp);

        if (off < -AUDIO_BLOCK_COUNT / 2) {
            remove_frame(buffer, i - 1);
            buffer->statistics.late++;
        }
    }
}

static void store(struct jitter_buffer *buffer,
                  const struct jitter_frame *frame)
{
    size_t index;

    if (buffer->count == CAPACITY && find_oldest(buffer, &index)) {
        remove_frame(buffer, index);
        buffer->statistics.late++;
    }
    buffer->frames[buffer->count++] = *frame;
}

/* --- arrival ------------------------------------------------------------- */

enum novelty { NOVELTY_NEW, NOVELTY_SEEN, NOVELTY_TOO_OLD };

/* Remembers a sequence number and says whether it had come before. */
static enum novelty note_sequence(struct jitter_buffer *buffer,
                                  uint32_t sequence)
{
    int32_t ahead = distance(buffer->highest_sequence, sequence);
    uint64_t bit;

    if (!buffer->has_stream || ahead > 0) {
        bool is_far = !buffer->has_stream || ahead >= SEQUENCE_WINDOW;

        buffer->seen = is_far ? 1 : buffer->seen << ahead | 1;
        buffer->has_stream = true;
        buffer->highest_sequence = sequence;
        return NOVELTY_NEW;
    }
    if (-ahead >= SEQUENCE_WINDOW)
        return NOVELTY_TOO_OLD;
    bit = UINT64_C(1) << -ahead;
    if (buffer->seen & bit)
        return NOVELTY_SEEN;
    buffer->seen |= bit;
    return NOVELTY_NEW;
}

/* A sender that began anew counts from elsewhere: nothing of before holds. */
static void note_stream(struct jitter_buffer *buffer, uint32_t sequence)
{
    int32_t ahead = distance(buffer->highest_sequence, sequence);

    if (!buffer->has_stream ||
        (ahead <= SEQUENCE_JUMP_MAX && ahead >= -SEQUENCE_JUMP_MAX))
        return;
    buffer->has_stream = false;
    buffer->has_anchor = false;
    buffer->is_playing = false;
    buffer->count = 0;
}

/*
 * Where a talkspurt begins while nothing is played, its due time is fixed
 * anew, so that it gets its full delay; unless it comes so late that it must
 * have waited behind a stalled line.
 */
static void fix_due_time(struct jitter_buffer *buffer,
                         const struct jitter_frame *frame, int64_t arrival_ms)
{
    int64_t due_ms = arrival_ms + buffer->delay_ms;

    if (buffer->has_anchor && !buffer->is_playing && buffer->count == 0 &&
        arrival_ms - buffer->last_arrival_ms > FORGET_MS)
        buffer->has_anchor = false;
    if (!buffer->has_anchor) {
        set_anchor(buffer, frame->timestamp, due_ms);
        return;
    }
    if ((frame->flags & AUDIO_FLAG_TALKSPURT) && !buffer->is_playing &&
        buffer->count == 0 &&
        arrival_ms - due_of(buffer, frame->timestamp) <= RESTART_LATE_MS)
        set_anchor(buffer, frame->timestamp, due_ms);
    /* Would wait too long: the due time was fixed by a frame that came late. */
    if (due_of(buffer, frame->timestamp) > due_ms + EARLY_SLACK_MS)
        set_anchor(buffer, frame->timestamp, due_ms);
}

static bool is_late(const struct jitter_buffer *buffer, uint32_t timestamp,
                    int64_t late_by_ms)
{
    if (buffer->is_playing)
        return distance(buffer->position, timestamp) < -AUDIO_BLOCK_COUNT / 2;
    return late_by_ms > LATE_SLACK_MS;
}

/*
 * Has the line become slower for good? What piled up behind a stall arrives
 * faster than it was spoken and is less and less late; what comes over a
 * slower line stays equally late.
 */
static bool is_steadily_late(struct jitter_buffer *buffer, int64_t arrival_ms,
                             int64_t late_by_ms)
{
    if (buffer->is_late_run &&
        arrival_ms - buffer->late_since_ms < LATE_WINDOW_MS)
        return false;
    if (buffer->is_late_run &&
        late_by_ms >= buffer->late_by_ms - LATE_SHRINK_MS)
        return true;
    buffer->is_late_run = true;
    buffer->late_since_ms = arrival_ms;
    buffer->late_by_ms = late_by_ms;
    return false;
}

void jitter_buffer_put(struct jitter_buffer *buffer,
                       const struct jitter_frame *frame, int64_t arrival_ms)
{
    enum novelty novelty;
    int64_t late_by_ms;

    if (frame->size == 0 || frame->size > LIMIT_OPUS_PAYLOAD_SIZE)
        return;
    note_stream(buffer, frame->sequence);
    novelty = note_sequence(buffer, frame->sequence);
    if (novelty != NOVELTY_NEW) {
        if (novelty == NOVELTY_SEEN)
            buffer->statistics.duplicate++;
        else
            buffer->statistics.late++;
        return;
    }
    fix_due_time(buffer, frame, arrival_ms);
    if (arrival_ms - buffer->last_arrival_ms > LATE_WINDOW_MS)
        buffer->is_late_run = false;
    buffer->last_arrival_ms = arrival_ms;
    late_by_ms = arrival_ms - due_of(buffer, frame->timestamp);
    if (is_late(buffer, frame->timestamp, late_by_ms)) {
        if (!is_steadily_late(buffer, arrival_ms, late_by_ms)) {
            buffer->statistics.late++;
            return;
        }
        set_anchor(buffer, frame->timestamp, arrival_ms + buffer->delay_ms);
        buffer->is_playing = false;
    }
    buffer->is_late_run = false;
    refresh_anchor(buffer, frame->timestamp);
    store(buffer, frame);
}

/* --- playing ------------------------------------------------------------- */

static void say_silence(struct jitter_buffer *buffer, struct jitter_output *out)
{
    buffer->is_playing = false;
    buffer->lost_run = 0;
    out->kind = JITTER_SILENCE;
}

/* Begins to play if the oldest frame that is not stale is due. */
static bool begin(struct jitter_buffer *buffer, int64_t now_ms)
{
    const struct jitter_frame *first;
    size_t index;

    while (find_oldest(buffer, &index)) {
        first = &buffer->frames[index];
        if (due_of(buffer, first->timestamp) > now_ms)
            return false;
        if (now_ms - due_of(buffer, first->timestamp) <= DEVICE_LAG_MS) {
            buffer->is_playing = true;
            buffer->position = first->timestamp;
            buffer->lost_run = 0;
            return true;
        }
        remove_frame(buffer, index);
        buffer->statistics.late++;
    }
    return false;
}

/*
 * After a device stood still, or the due time moved, the past is skipped. What
 * was heard before is too long ago to conceal a loss with.
 */
static void skip_lag(struct jitter_buffer *buffer, int64_t now_ms)
{
    int64_t lag_ms = now_ms - due_of(buffer, buffer->position);

    if (lag_ms <= DEVICE_LAG_MS)
        return;
    buffer->position += (uint32_t)(lag_ms / AUDIO_BLOCK_MS * AUDIO_BLOCK_COUNT);
    buffer->lost_run = JITTER_LOST_RUN_MAX;
    drop_before(buffer, buffer->position);
}

static void play_frame(struct jitter_buffer *buffer, size_t index,
                       struct jitter_output *out)
{
    buffer->current = buffer->frames[index];
    remove_frame(buffer, index);
    buffer->position = buffer->current.timestamp + AUDIO_BLOCK_COUNT;
    buffer->last_sequence = buffer->current.sequence;
    buffer->expects_silence = buffer->current.flags & AUDIO_FLAG_SILENCE;
    buffer->lost_run = 0;
    buffer->statistics.played++;
    out->kind = JITTER_PACKET;
    out->frame = &buffer->current;
}

/* A gap in time without a gap in the numbers: the speaker was silent. */
static bool is_pause(const struct jitter_buffer *buffer)
{
    size_t next;

    if (buffer->expects_silence)
        return true;
    return find_oldest(buffer, &next) &&
           buffer->frames[next].sequence == buffer->last_sequence + 1;
}

static void say_lost(struct jitter_buffer *buffer, struct jitter_output *out)
{
    size_t index;

    buffer->lost_run++;
    buffer->statistics.concealed++;
    out->kind = JITTER_LOST;
    out->lost_run = buffer->lost_run;
    if (find_frame(buffer, buffer->position + AUDIO_BLOCK_COUNT, &index)) {
        buffer->current = buffer->frames[index];
        out->frame = &buffer->current;
    }
    buffer->position += AUDIO_BLOCK_COUNT;
}

void jitter_buffer_get(struct jitter_buffer *buffer, int64_t now_ms,
                       struct jitter_output *out)
{
    size_t index;

    *out = (struct jitter_output){ .kind = JITTER_SILENCE };
    if (!buffer->is_playing && !begin(buffer, now_ms))
        return;
    skip_lag(buffer, now_ms);
    if (due_of(buffer, buffer->position) - now_ms > DEVICE_LEAD_MS) {
        /* A block is made up and the position stays: the device waits. */
        buffer->statistics.concealed++;
        out->kind = JITTER_LOST;
        out->lost_run = 1;
        return;
    }
    drop_before(buffer, buffer->position);
    if (find_frame(buffer, buffer->position, &index))
        play_frame(buffer, index, out);
    else if (is_pause(buffer) || buffer->lost_run >= JITTER_LOST_RUN_MAX)
        say_silence(buffer, out);
    else
        say_lost(buffer, out);
}

bool jitter_buffer_is_idle(const struct jitter_buffer *buffer)
{
    return !buffer->is_playing && buffer->count == 0;
}

void jitter_buffer_statistics(const struct jitter_buffer *buffer,
                              struct jitter_statistics *out)
{
    *out = buffer->statistics;
}
