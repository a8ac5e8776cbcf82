#include "server/audio/voice_track.h"

#include <stdlib.h>
#include <string.h>

/* As of audio_frame.h, which this folder does not know. */
enum { FLAG_COMFORT = 1, FLAG_TALKSPURT = 2 };

struct voice_track {
    struct ogg_opus *stream; /* owned */
    int64_t start_ms;
    bool has_packet; /* the one before, whose end is not known yet */
    struct voice_frame packet;
    int64_t position; /* samples from the start, by the headers: of `packet` */
    uint32_t step;    /* how long packets were lately */
    bool has_step;    /* that was said by a header */
    struct voice_order order;
};

enum result voice_track_new(struct voice_track **out, uint32_t serial,
                            int64_t start_ms,
                            const struct ogg_opus_comment *comments,
                            size_t comment_count)
{
    struct voice_track *track = calloc(1, sizeof *track);
    enum result result =
        track ? ogg_opus_new(&track->stream, serial, comments, comment_count)
              : RESULT_NO_MEMORY;

    if (result != RESULT_OK) {
        voice_track_free(track);
        return result;
    }
    track->start_ms = start_ms;
    track->step = VOICE_TRACK_STEP;
    *out = track;
    return RESULT_OK;
}

struct voice_track *voice_track_free(struct voice_track *track)
{
    if (!track)
        return NULL;
    ogg_opus_free(track->stream);
    free(track);
    return NULL;
}

/* --- How long, and where ------------------------------------------------- */

static int64_t whole_steps(int64_t sample_count)
{
    return sample_count - sample_count % OGG_OPUS_STEP;
}

/* How much later `frame` was said than the packet before, by their headers; -1
 * where they cannot be believed. */
static int64_t header_delta(const struct voice_track *track,
                            const struct voice_frame *frame)
{
    const uint32_t delta = frame->timestamp - track->packet.timestamp;
    const int64_t passed_ms = frame->at_ms - track->packet.at_ms;
    int64_t drift_ms = (int64_t)delta / OGG_OPUS_PER_MS - passed_ms;

    if (frame->is_anew || delta < OGG_OPUS_STEP || delta > INT32_MAX ||
        drift_ms > VOICE_TRACK_DRIFT_MS || drift_ms < -VOICE_TRACK_DRIFT_MS)
        return -1;
    return delta;
}

/* Can a packet last so long (RFC 6716, 3.1)? */
static bool is_length(int64_t sample_count)
{
    static const int64_t lengths[] = { 120,  240,  480,  960, 1920,
                                       2880, 3840, 4800, 5760 };
    size_t i;

    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        if (sample_count == lengths[i])
            return true;
    return false;
}

/* How long the packet before lasts, if what follows says so: until this one
 * begins, or, before anything else has said it, its share of the time in which
 * others were lost. 0: nothing says. */
static uint32_t said_length(const struct voice_track *track,
                            const struct voice_frame *frame, int64_t delta)
{
    const int64_t count = (int64_t)(frame->sequence - track->packet.sequence);

    if (frame->flags & FLAG_TALKSPURT || track->packet.flags & FLAG_COMFORT)
        return 0;
    if (count == 1)
        return delta <= OGG_OPUS_PACKET_MAX ? (uint32_t)whole_steps(delta) : 0;
    return !track->has_step && delta % count == 0 && is_length(delta / count)
               ? (uint32_t)(delta / count)
               : 0;
}

static enum result put(struct voice_track *track, uint32_t sample_count,
                       bool is_last)
{
    track->has_packet = false;
    return ogg_opus_packet(track->stream, track->packet.payload,
                           track->packet.size, sample_count, is_last);
}

/* Puts the packet before, and silence up to where this one begins. */
static enum result settle(struct voice_track *track,
                          const struct voice_frame *frame)
{
    const int64_t delta = header_delta(track, frame);
    int64_t gap;
    enum result result;

    if (delta < 0) {
        track->position = (frame->at_ms - track->start_ms) * OGG_OPUS_PER_MS;
        result = put(track, track->step, false);
    } else {
        const uint32_t length = said_length(track, frame, delta);

        if (length > 0) {
            track->step = length;
            track->has_step = true;
        }
        track->position += delta;
        result = put(track,
                     track->step < delta ? track->step
                                         : (uint32_t)whole_steps(delta),
                     false);
    }
    gap =
        track->position - (int64_t)ogg_opus_figures(track->stream).sample_count;
    if (result == RESULT_OK && gap > 0)
        result = ogg_opus_silence(track->stream, (uint64_t)gap);
    return result;
}

static enum result place(struct voice_track *track,
                         const struct voice_frame *frame)
{
    const enum result result =
        track->has_packet ? settle(track, frame) : RESULT_OK;

    track->packet = *frame;
    track->has_packet = true;
    return result;
}

/* --- In and out ---------------------------------------------------------- */

static enum result give_all(struct voice_track *track, int64_t now_ms,
                            bool is_flushed)
{
    struct voice_frame frame;
    enum result result = RESULT_OK;

    while (result == RESULT_OK &&
           voice_order_give(&track->order, now_ms, is_flushed, &frame))
        result = place(track, &frame);
    return result;
}

enum result voice_track_take(struct voice_track *track,
                             const struct voice_frame *frame)
{
    enum result result = give_all(track, frame->at_ms, false);

    if (result == RESULT_OK && !voice_order_take(&track->order, frame)) {
        result = give_all(track, frame->at_ms, true);
        if (result == RESULT_OK)
            (void)voice_order_take(&track->order, frame); /* is empty now */
    }
    return result;
}

enum result voice_track_pass(struct voice_track *track, int64_t now_ms)
{
    const enum result result = give_all(track, now_ms, false);

    return result == RESULT_OK ? ogg_opus_flush(track->stream) : result;
}

enum result voice_track_end(struct voice_track *track)
{
    const enum result result = give_all(track, 0, true);

    if (result != RESULT_OK)
        return result;
    return track->has_packet ? put(track, track->step, true)
                             : ogg_opus_flush(track->stream);
}

struct text_view voice_track_output(const struct voice_track *track)
{
    return ogg_opus_output(track->stream);
}

void voice_track_taken(struct voice_track *track)
{
    ogg_opus_taken(track->stream);
}

struct ogg_opus_figures voice_track_figures(const struct voice_track *track)
{
    return ogg_opus_figures(track->stream);
}
