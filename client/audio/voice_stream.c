#include "client/audio/voice_stream.h"

#include "client/audio/time_scale.h"
#include "client/audio/voice_codec.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Heard already, kept for stretching. */
    PAST_COUNT = TIME_SCALE_PERIOD_MAX,
    /* A block less a sample, two of the longest frames, a period said twice. */
    ROOM = PAST_COUNT + AUDIO_BLOCK_COUNT + 2 * JITTER_FRAME_COUNT_MAX +
           TIME_SCALE_PERIOD_MAX,
    RAMP_COUNT = 5 * AUDIO_COUNT_PER_MS, /* out of what was made up */
    /* Enough for the lowest voice to be shortened. */
    SHRINK_COUNT = 2 * TIME_SCALE_PERIOD_MAX,
    /* So many blocks without a good place for a seam: a bad one will do. */
    DENIED_MAX = 15,
};

struct voice_stream {
    struct voice_stream_tap tap;
    int64_t now_ms; /* of the block that is pulled */
    struct jitter_buffer *jitter;
    struct voice_decoder *decoder;
    /* samples[0..PAST_COUNT) were heard last, `pending` more are to be. */
    int16_t samples[ROOM];
    size_t pending;
    unsigned lost_run;   /* blocks made up before what comes next */
    uint64_t unrepaired; /* blocks made up although the next frame was there */
    unsigned denied;     /* blocks in a row that were not like themselves */
};

enum result voice_stream_new(struct voice_stream **out, int64_t floor_ms)
{
    struct voice_stream *stream = calloc(1, sizeof *stream);
    enum result result;

    if (!stream)
        return RESULT_NO_MEMORY;
    result = jitter_buffer_new(&stream->jitter, floor_ms);
    if (result == RESULT_OK)
        result = voice_decoder_new(&stream->decoder);
    if (result != RESULT_OK) {
        voice_stream_free(stream);
        return result;
    }
    *out = stream;
    return RESULT_OK;
}

struct voice_stream *voice_stream_free(struct voice_stream *stream)
{
    if (!stream)
        return NULL;
    jitter_buffer_free(stream->jitter);
    voice_decoder_free(stream->decoder);
    free(stream);
    return NULL;
}

void voice_stream_set_tap(struct voice_stream *stream,
                          const struct voice_stream_tap *tap)
{
    stream->tap = *tap;
}

void voice_stream_reset(struct voice_stream *stream)
{
    jitter_buffer_reset(stream->jitter);
    voice_decoder_reset(stream->decoder);
    memset(stream->samples, 0, sizeof stream->samples);
    stream->pending = 0;
    stream->lost_run = 0;
    stream->denied = 0;
    stream->unrepaired = 0;
}

void voice_stream_set_floor(struct voice_stream *stream, int64_t floor_ms)
{
    jitter_buffer_set_floor(stream->jitter, floor_ms);
}

void voice_stream_put(struct voice_stream *stream,
                      const struct jitter_frame *frame, int64_t arrival_ms)
{
    struct jitter_frame measured = *frame;

    measured.count = (uint16_t)voice_payload_count(frame->payload, frame->size);
    jitter_buffer_put(stream->jitter, &measured, arrival_ms);
}

/* --- sound --------------------------------------------------------------- */

/* Loudness of what is made up: it is gone at the end of the longest run. */
static float loudness_after(unsigned lost_run)
{
    return lost_run < JITTER_LOST_RUN_MAX
               ? 1.0f - (float)lost_run / JITTER_LOST_RUN_MAX
               : 0.0f;
}

static void fade(int16_t *samples, size_t count, float from, float to)
{
    for (size_t i = 0; i < count; i++) {
        float part = (float)i / (float)count;

        samples[i] = (int16_t)((float)samples[i] * (from + (to - from) * part));
    }
}

static bool conceal(struct voice_stream *stream, int16_t *samples, size_t count)
{
    if (voice_decoder_conceal(stream->decoder, samples, count) != RESULT_OK)
        return false;
    fade(samples, count, loudness_after(stream->lost_run),
         loudness_after(stream->lost_run + 1));
    stream->lost_run++;
    return true;
}

/* Real sound follows what was made up. */
static void end_loss(struct voice_stream *stream, int16_t *samples)
{
    if (stream->lost_run > 0)
        fade(samples, RAMP_COUNT, loudness_after(stream->lost_run), 1.0f);
    stream->lost_run = 0;
}

static bool decode(struct voice_stream *stream,
                   const struct jitter_frame *frame, int16_t *samples)
{
    if (voice_decoder_decode(stream->decoder, frame->payload, frame->size,
                             samples, frame->count) != RESULT_OK)
        /* What a peer sent is no sound: as good as lost. */
        return conceal(stream, samples, frame->count);
    end_loss(stream, samples);
    if (stream->tap.heard)
        stream->tap.heard(frame->timestamp, samples, frame->count,
                          stream->now_ms +
                              (int64_t)(stream->pending / AUDIO_COUNT_PER_MS),
                          stream->tap.user);
    return true;
}

static bool make_up(struct voice_stream *stream,
                    const struct jitter_output *output, int16_t *samples)
{
    const struct jitter_frame *next = output->frame;

    if (next && !voice_payload_has_copy(next->payload, next->size))
        stream->unrepaired += output->count / AUDIO_BLOCK_COUNT;
    if (next &&
        voice_decoder_recover(stream->decoder, next->payload, next->size,
                              samples, output->count) == RESULT_OK) {
        end_loss(stream, samples);
        return true;
    }
    return conceal(stream, samples, output->count);
}

/* Gets the next piece of sound; false if there is none. */
static bool append(struct voice_stream *stream)
{
    int16_t *samples = &stream->samples[PAST_COUNT + stream->pending];
    struct jitter_output output;
    bool has_sound = false;

    jitter_buffer_get(stream->jitter, stream->pending, &output);
    switch (output.kind) {
    case JITTER_PACKET:
        has_sound = decode(stream, output.frame, samples);
        break;
    case JITTER_LOST:
        has_sound = make_up(stream, &output, samples);
        break;
    case JITTER_SILENCE:
    case JITTER_NONE:
        return false;
    }
    if (!has_sound)
        memset(samples, 0, output.count * sizeof *samples);
    stream->pending += output.count;
    return true;
}

/* As much sound as a block takes; false if silence begins before that. */
static bool fill(struct voice_stream *stream)
{
    while (stream->pending < AUDIO_BLOCK_COUNT)
        if (!append(stream))
            return false;
    return true;
}

static void scale(struct voice_stream *stream)
{
    size_t count_max;
    size_t count = 0;
    enum jitter_wish wish =
        jitter_buffer_wish(stream->jitter, stream->pending, &count_max);
    bool must = stream->denied >= DENIED_MAX;

    switch (wish) {
    case JITTER_SHRINK:
        if (stream->pending < SHRINK_COUNT &&
            jitter_buffer_is_ready(stream->jitter))
            (void)append(stream); /* It is ready: it cannot be silence. */
        count = time_scale_shorten(&stream->samples[PAST_COUNT],
                                   stream->pending, count_max, must);
        stream->pending -= count;
        break;
    case JITTER_STRETCH:
        count = time_scale_lengthen(stream->samples, PAST_COUNT,
                                    PAST_COUNT + stream->pending, ROOM, must);
        stream->pending += count;
        break;
    case JITTER_KEEP:
        stream->denied = 0;
        return;
    }
    /* A little that is left over is no reason for a bad seam. */
    stream->denied =
        count == 0 && count_max == AUDIO_BLOCK_COUNT ? stream->denied + 1 : 0;
    jitter_buffer_scaled(stream->jitter, wish, count);
}

/* Hands out a block, or what is left before a silence. */
static void hand_out(struct voice_stream *stream, int16_t *samples)
{
    size_t count = stream->pending < AUDIO_BLOCK_COUNT ? stream->pending
                                                       : AUDIO_BLOCK_COUNT;
    size_t kept = PAST_COUNT + stream->pending - count;

    memcpy(samples, &stream->samples[PAST_COUNT], count * sizeof *samples);
    memset(&samples[count], 0, (AUDIO_BLOCK_COUNT - count) * sizeof *samples);
    memmove(stream->samples, &stream->samples[count],
            kept * sizeof *stream->samples);
    stream->pending -= count;
}

bool voice_stream_pull(struct voice_stream *stream, int64_t now_ms,
                       int16_t *samples)
{
    stream->now_ms = now_ms;
    jitter_buffer_tick(stream->jitter, now_ms, stream->pending);
    if (fill(stream)) {
        scale(stream);
        (void)fill(stream); /* Else the block ends in silence. */
    }
    if (stream->pending == 0)
        return false;
    hand_out(stream, samples);
    return true;
}

bool voice_stream_is_idle(const struct voice_stream *stream)
{
    return stream->pending == 0 && jitter_buffer_is_idle(stream->jitter);
}

void voice_stream_statistics(const struct voice_stream *stream,
                             struct jitter_statistics *out)
{
    jitter_buffer_statistics(stream->jitter, out);
    /* The jitter buffer does not look into frames. */
    out->repaired -= stream->unrepaired;
}
