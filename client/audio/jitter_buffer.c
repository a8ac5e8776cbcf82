#include "client/audio/jitter_buffer.h"

#include "client/audio/jitter_clock.h"
#include "protocol/line/sequence_window.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Frames are kept to half a block from where they belong. */
    HIGHEST_MS = JITTER_DELAY_MAX_MS - AUDIO_BLOCK_MS / 2,
    CAPACITY = 40, /* frames: the longest delay and its slack */
    HALF_BLOCK = AUDIO_BLOCK_COUNT / 2,
    LATE_WINDOW_MS = 200, /* equally stale for so long: begin anew */
    LATE_SHRINK_MS = 40,  /* less stale by this is not "equally stale" */
    FORGET_MS = 10000,    /* after so long a silence clocks have drifted */
    WAIT_RUN_MAX = 50,    /* blocks: who is away for a second is gone */
    RESUME_MS = 200,      /* a talkspurt begins with this delay at most */
    RESUME_SLACK_MS = 60, /* or with the target's and this */
    BEGIN_EARLY_MS = 5,   /* before its time by less is begun */
    SHRINK_SLACK_MS = 20, /* above the target: not worth shrinking */
    STRETCH_SLACK_MS = 5, /* below the target: not worth stretching */
    REST_MIN_COUNT = 5 * AUDIO_COUNT_PER_MS, /* not worth shrinking */
    FAR_ABOVE_MS = 100,                      /* the target: shrink faster */
    BUDGET_COUNT = AUDIO_BLOCK_COUNT / 10,
    BUDGET_FAR_COUNT = AUDIO_BLOCK_COUNT / 4,
    BUDGET_MAX_COUNT = AUDIO_BLOCK_COUNT,
};

/* A frame's part in the share of lost ones, and the share that is much. */
static const double LOSS_PART = 0.005;
static const double MUCH_LOSS = 0.01;
/* Unwrapped timestamps begin here, lest they become negative. */
static const int64_t AT_BEGIN = INT64_C(1) << 40;

struct waiting_frame {
    struct jitter_frame frame;
    int64_t at; /* its timestamp, unwrapped */
};

struct jitter_buffer {
    int64_t floor_ms;
    struct jitter_line line;

    /* What came. */
    struct sequence_window window;
    int64_t newest_at;
    int64_t last_arrival_ms;
    int64_t stale_since_ms;
    int64_t stale_by_ms;       /* the first frame since then */
    uint32_t newest_timestamp; /* that of newest_at */
    bool is_away;      /* nothing came for so long: only fresh frames count */
    bool is_stale_run; /* all frames since stale_since_ms were stale */

    struct jitter_clock clock; /* of the device */

    /* What is heard. */
    int64_t position; /* the next sample to be got, while playing */
    int64_t held;     /* samples made up at one position */
    int64_t budget;   /* samples by which sound may be scaled */
    double loss;      /* share of frames before which others are missing */
    uint32_t last_sequence;
    unsigned lost_run;
    unsigned wait_run; /* blocks in a row for which there was nothing */
    bool is_ahead;     /* the device asks for what is not due yet */
    bool is_playing;
    bool has_played;      /* of this stream the frame last_sequence */
    bool expects_silence; /* that frame said so */

    size_t count;
    struct waiting_frame frames[CAPACITY]; /* in no order */
    struct jitter_frame current;           /* handed out last */
    struct jitter_statistics statistics;
};

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

static int64_t target_of(const struct jitter_buffer *buffer)
{
    int64_t target_ms = jitter_line_target_ms(&buffer->line);

    if (target_ms < buffer->floor_ms)
        target_ms = buffer->floor_ms;
    target_ms += jitter_clock_lead_ms(&buffer->clock);
    if (buffer->loss > MUCH_LOSS)
        target_ms += buffer->current.count / AUDIO_COUNT_PER_MS;
    return target_ms < HIGHEST_MS ? target_ms : HIGHEST_MS;
}

/* What a sample is heard with if it is heard now. */
static int64_t delay_at(const struct jitter_buffer *buffer, int64_t at)
{
    return jitter_clock_now_ms(&buffer->clock) - at / AUDIO_COUNT_PER_MS -
           jitter_line_base_ms(&buffer->line);
}

/* The sample that is heard now if the delay is so long. */
static int64_t sample_at(const struct jitter_buffer *buffer, int64_t delay_ms)
{
    return (jitter_clock_now_ms(&buffer->clock) - delay_ms -
            jitter_line_base_ms(&buffer->line)) *
           AUDIO_COUNT_PER_MS;
}

/* --- the frames that wait ------------------------------------------------ */

static void remove_frame(struct jitter_buffer *buffer, size_t index)
{
    buffer->count--;
    if (index != buffer->count)
        buffer->frames[index] = buffer->frames[buffer->count];
}

static const struct waiting_frame *
find_oldest(const struct jitter_buffer *buffer)
{
    const struct waiting_frame *oldest = NULL;

    for (size_t i = 0; i < buffer->count; i++)
        if (!oldest || buffer->frames[i].at < oldest->at)
            oldest = &buffer->frames[i];
    return oldest;
}

static size_t index_of(const struct jitter_buffer *buffer,
                       const struct waiting_frame *frame)
{
    return (size_t)(frame - buffer->frames);
}

/* Drops what belongs before a sample: it is stale. */
static void drop_before(struct jitter_buffer *buffer, int64_t at)
{
    for (size_t i = buffer->count; i > 0; i--)
        if (buffer->frames[i - 1].at < at - HALF_BLOCK) {
            remove_frame(buffer, i - 1);
            buffer->statistics.stale++;
        }
}

static void store(struct jitter_buffer *buffer,
                  const struct jitter_frame *frame, int64_t at)
{
    struct waiting_frame *place;

    if (buffer->count == CAPACITY) {
        remove_frame(buffer, index_of(buffer, find_oldest(buffer)));
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

static void stop_playing(struct jitter_buffer *buffer)
{
    buffer->is_playing = false;
    buffer->lost_run = 0;
    buffer->wait_run = 0;
    buffer->held = 0;
}

/* Nothing of before holds but what is known of the jitter. */
static void begin_anew(struct jitter_buffer *buffer)
{
    jitter_line_forget_base(&buffer->line);
    buffer->is_stale_run = false;
    buffer->is_away = false;
    buffer->statistics.stale += buffer->count;
    buffer->count = 0;
    stop_playing(buffer);
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
    int64_t fresh_ms = target_of(buffer) + RESUME_SLACK_MS;

    return buffer->is_away && fresh_ms < HIGHEST_MS ? fresh_ms : HIGHEST_MS;
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

    if (buffer->is_playing && at < buffer->position - HALF_BLOCK)
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

/* --- playing ------------------------------------------------------------- */

/* Begins to play if the oldest frame that is not stale is due. */
static void begin(struct jitter_buffer *buffer)
{
    int64_t target_ms = target_of(buffer);
    int64_t delay_max_ms = target_ms + RESUME_SLACK_MS;
    const struct waiting_frame *first;

    if (delay_max_ms < RESUME_MS)
        delay_max_ms = RESUME_MS;
    if (delay_max_ms > HIGHEST_MS)
        delay_max_ms = HIGHEST_MS;
    drop_before(buffer, sample_at(buffer, delay_max_ms));
    first = find_oldest(buffer);
    if (!first || delay_at(buffer, first->at) < target_ms - BEGIN_EARLY_MS)
        return;
    stop_playing(buffer);
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
    drop_before(buffer, at);
}

static void fill_budget(struct jitter_buffer *buffer)
{
    int64_t above_ms = delay_at(buffer, buffer->position) - target_of(buffer);

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
        skip_to(buffer, sample_at(buffer, target_of(buffer)));
        buffer->lost_run = JITTER_LOST_RUN_MAX;
    }
    if (buffer->wait_run >= WAIT_RUN_MAX) {
        buffer->is_away = true;
        stop_playing(buffer);
    }
    if (has_stood && buffer->count == 0)
        stop_playing(buffer);
    if (!buffer->is_playing)
        begin(buffer);
    if (!buffer->is_playing)
        return;
    skip_to(buffer, sample_at(buffer, HIGHEST_MS) + (int64_t)pending);
    fill_budget(buffer);
    buffer->statistics.delay_ms =
        delay_at(buffer, buffer->position - (int64_t)pending);
}

static void say_silence(struct jitter_buffer *buffer, struct jitter_output *out)
{
    stop_playing(buffer);
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
                 const struct waiting_frame *frame, struct jitter_output *out)
{
    buffer->current = frame->frame;
    buffer->position = frame->at + frame->frame.count;
    remove_frame(buffer, index_of(buffer, frame));
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
static void lose(struct jitter_buffer *buffer, const struct waiting_frame *next,
                 struct jitter_output *out)
{
    int64_t repaired = next->frame.count;
    int64_t surplus_ms = delay_at(buffer, buffer->position) - target_of(buffer);
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
    if (gap - repaired < HALF_BLOCK && repaired - gap < HALF_BLOCK) {
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
    int64_t delay_ms = delay_at(buffer, buffer->position - (int64_t)pending);

    buffer->wait_run++;
    if (delay_ms + AUDIO_BLOCK_MS <= HIGHEST_MS)
        buffer->held += AUDIO_BLOCK_COUNT;
    else
        buffer->position += AUDIO_BLOCK_COUNT;
    make_up(buffer, out);
}

void jitter_buffer_get(struct jitter_buffer *buffer, size_t pending,
                       struct jitter_output *out)
{
    const struct waiting_frame *next;
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
    next = find_oldest(buffer);
    if (!next) {
        if (buffer->expects_silence)
            say_silence(buffer, out);
        else
            await(buffer, pending, out);
        return;
    }
    gap = next->at - buffer->position;
    if (gap - buffer->held < HALF_BLOCK) {
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
    const struct waiting_frame *next = find_oldest(buffer);

    return buffer->is_playing && !buffer->is_ahead && next &&
           next->at - buffer->position < HALF_BLOCK;
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
    above_ms = delay_at(buffer, buffer->position - (int64_t)(pending - rest)) -
               target_of(buffer);
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

bool jitter_buffer_is_idle(const struct jitter_buffer *buffer)
{
    return !buffer->is_playing && buffer->count == 0;
}

void jitter_buffer_statistics(const struct jitter_buffer *buffer,
                              struct jitter_statistics *out)
{
    *out = buffer->statistics;
    out->target_ms = target_of(buffer);
}
