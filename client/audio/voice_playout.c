#include "client/audio/voice_playout.h"

#include "client/audio/audio_ring.h"
#include "client/audio/mixer.h"
#include "client/audio/voice_codec.h"
#include "protocol/base/limits.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Frames between the threads: a second of three speakers and their copies. */
enum { RING_COUNT = 256 };

enum message_kind {
    MESSAGE_NONE, /* not a kind */
    MESSAGE_FRAME,
    MESSAGE_FORGET,
};

/* Only as much of the payload as there is goes through the ring. */
struct message {
    enum message_kind kind;
    uint16_t slot;
    float gain;
    int64_t arrival_ms;
    struct jitter_frame frame; /* last */
};

struct speaker {
    bool is_used;
    uint16_t slot;
    float gain;
    int64_t last_frame_ms;
    struct jitter_buffer *jitter;
    struct voice_decoder *decoder;
};

struct slot_gain {
    uint16_t slot;
    float gain;
};

struct voice_playout {
    /* Owner's thread. */
    struct slot_gain gains[LIMIT_VOICE_GAINS];
    size_t gain_count;

    struct audio_ring *ring;

    /* Device's thread. */
    struct speaker speakers[LIMIT_VOICE_SPEAKERS];
    struct jitter_statistics forgotten; /* of speakers that are gone */
    struct mixer mixer;
    struct message message; /* the one taken out last */

    /* Written by the device's thread, read by any. */
    _Atomic uint64_t played;
    _Atomic uint64_t concealed;
    _Atomic uint64_t late;
    _Atomic uint64_t duplicate;
    _Atomic uint64_t crowded_out; /* frames of one speaker too many */
};

enum result voice_playout_new(struct voice_playout **out, int64_t delay_ms)
{
    struct voice_playout *playout;
    enum result result;

    playout = calloc(1, sizeof *playout);
    if (!playout)
        return RESULT_NO_MEMORY;
    mixer_init(&playout->mixer);
    result = audio_ring_new(&playout->ring, RING_COUNT, sizeof(struct message));
    for (size_t i = 0; result == RESULT_OK && i < LIMIT_VOICE_SPEAKERS; i++) {
        struct speaker *speaker = &playout->speakers[i];

        result = jitter_buffer_new(&speaker->jitter, delay_ms);
        if (result == RESULT_OK)
            result = voice_decoder_new(&speaker->decoder);
    }
    if (result != RESULT_OK) {
        voice_playout_free(playout);
        return result;
    }
    *out = playout;
    return RESULT_OK;
}

struct voice_playout *voice_playout_free(struct voice_playout *playout)
{
    if (!playout)
        return NULL;
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++) {
        jitter_buffer_free(playout->speakers[i].jitter);
        voice_decoder_free(playout->speakers[i].decoder);
    }
    audio_ring_free(playout->ring);
    free(playout);
    return NULL;
}

/* --- owner's thread ------------------------------------------------------ */

static struct slot_gain *find_gain(struct voice_playout *playout, uint16_t slot)
{
    for (size_t i = 0; i < playout->gain_count; i++)
        if (playout->gains[i].slot == slot)
            return &playout->gains[i];
    return NULL;
}

void voice_playout_put(struct voice_playout *playout, uint16_t slot,
                       const struct jitter_frame *frame, int64_t arrival_ms)
{
    const struct slot_gain *gain = find_gain(playout, slot);
    struct message message = { .kind = MESSAGE_FRAME,
                               .slot = slot,
                               .gain = gain ? gain->gain : 1.0f,
                               .arrival_ms = arrival_ms };

    if (frame->size > LIMIT_OPUS_PAYLOAD_SIZE)
        return;
    message.frame.sequence = frame->sequence;
    message.frame.timestamp = frame->timestamp;
    message.frame.flags = frame->flags;
    message.frame.size = frame->size;
    memcpy(message.frame.payload, frame->payload, frame->size);
    audio_ring_push(playout->ring, &message,
                    offsetof(struct message, frame.payload) + frame->size);
}

void voice_playout_forget(struct voice_playout *playout, uint16_t slot)
{
    const struct message message = { .kind = MESSAGE_FORGET, .slot = slot };
    struct slot_gain *gain = find_gain(playout, slot);

    if (gain)
        *gain = playout->gains[--playout->gain_count];
    audio_ring_push(playout->ring, &message,
                    offsetof(struct message, frame.payload));
}

enum result voice_playout_set_gain(struct voice_playout *playout, uint16_t slot,
                                   float gain)
{
    struct slot_gain *found = find_gain(playout, slot);

    if (!found) {
        if (playout->gain_count == LIMIT_VOICE_GAINS)
            return RESULT_FULL;
        found = &playout->gains[playout->gain_count++];
        found->slot = slot;
    }
    found->gain = gain;
    return RESULT_OK;
}

/* --- device's thread ----------------------------------------------------- */

static struct speaker *find_speaker(struct voice_playout *playout,
                                    uint16_t slot)
{
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++)
        if (playout->speakers[i].is_used && playout->speakers[i].slot == slot)
            return &playout->speakers[i];
    return NULL;
}

static void add_statistics(struct jitter_statistics *sum,
                           const struct jitter_buffer *jitter)
{
    struct jitter_statistics part;

    jitter_buffer_statistics(jitter, &part);
    sum->played += part.played;
    sum->concealed += part.concealed;
    sum->late += part.late;
    sum->duplicate += part.duplicate;
}

static void forget(struct voice_playout *playout, struct speaker *speaker)
{
    add_statistics(&playout->forgotten, speaker->jitter);
    jitter_buffer_reset(speaker->jitter);
    voice_decoder_reset(speaker->decoder);
    speaker->is_used = false;
}

/* A free place, or that of the speaker who has been silent longest. */
static struct speaker *find_place(struct voice_playout *playout)
{
    struct speaker *place = NULL;

    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++) {
        struct speaker *speaker = &playout->speakers[i];

        if (!speaker->is_used)
            return speaker;
        if (jitter_buffer_is_idle(speaker->jitter) &&
            (!place || speaker->last_frame_ms < place->last_frame_ms))
            place = speaker;
    }
    if (place)
        forget(playout, place);
    return place;
}

static void take_frame(struct voice_playout *playout,
                       const struct message *message)
{
    struct speaker *speaker = find_speaker(playout, message->slot);

    if (!speaker) {
        speaker = find_place(playout);
        if (!speaker) {
            atomic_fetch_add_explicit(&playout->crowded_out, 1,
                                      memory_order_relaxed);
            return;
        }
        speaker->is_used = true;
        speaker->slot = message->slot;
    }
    speaker->gain = message->gain;
    speaker->last_frame_ms = message->arrival_ms;
    jitter_buffer_put(speaker->jitter, &message->frame, message->arrival_ms);
}

/* Takes in what came since the last block; false if nothing did. */
static bool take_messages(struct voice_playout *playout)
{
    struct message *message = &playout->message;
    bool took_any = false;
    size_t size;

    while (audio_ring_pop(playout->ring, message, &size)) {
        struct speaker *speaker;

        took_any = true;
        switch (message->kind) {
        case MESSAGE_FRAME:
            take_frame(playout, message);
            break;
        case MESSAGE_FORGET:
            speaker = find_speaker(playout, message->slot);
            if (speaker)
                forget(playout, speaker);
            break;
        case MESSAGE_NONE:
            break;
        }
    }
    return took_any;
}

/* What is made up for lost frames fades out within the longest run. */
static void fade(int16_t *samples, unsigned lost_run)
{
    float from = 1.0f - (float)(lost_run - 1) / JITTER_LOST_RUN_MAX;

    for (int i = 0; i < AUDIO_BLOCK_COUNT; i++) {
        float part = (float)i / AUDIO_BLOCK_COUNT / JITTER_LOST_RUN_MAX;

        samples[i] = (int16_t)((float)samples[i] * (from - part));
    }
}

/* False if there is nothing to hear, or nothing that could be decoded. */
static bool decode(struct speaker *speaker, const struct jitter_output *output,
                   int16_t *samples)
{
    const struct jitter_frame *frame = output->frame;

    switch (output->kind) {
    case JITTER_PACKET:
        if (voice_decoder_decode(speaker->decoder, frame->payload, frame->size,
                                 samples) == RESULT_OK)
            return true;
        /* What a peer sent is no sound: as good as lost. */
        return voice_decoder_conceal(speaker->decoder, samples) == RESULT_OK;
    case JITTER_LOST:
        if (frame && voice_decoder_recover(speaker->decoder, frame->payload,
                                           frame->size, samples) == RESULT_OK)
            return true;
        if (voice_decoder_conceal(speaker->decoder, samples) != RESULT_OK)
            return false;
        fade(samples, output->lost_run);
        return true;
    case JITTER_SILENCE:
    case JITTER_NONE:
        return false;
    }
    return false;
}

static void publish(struct voice_playout *playout)
{
    struct jitter_statistics sum = playout->forgotten;

    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++)
        if (playout->speakers[i].is_used)
            add_statistics(&sum, playout->speakers[i].jitter);
    atomic_store_explicit(&playout->played, sum.played, memory_order_relaxed);
    atomic_store_explicit(&playout->concealed, sum.concealed,
                          memory_order_relaxed);
    atomic_store_explicit(&playout->late, sum.late, memory_order_relaxed);
    atomic_store_explicit(&playout->duplicate, sum.duplicate,
                          memory_order_relaxed);
}

bool voice_playout_pull(struct voice_playout *playout, int64_t now_ms,
                        int16_t *samples)
{
    bool has_changed = take_messages(playout);
    int16_t block[AUDIO_BLOCK_COUNT];
    struct jitter_output output;

    mixer_begin(&playout->mixer);
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++) {
        struct speaker *speaker = &playout->speakers[i];

        if (!speaker->is_used || jitter_buffer_is_idle(speaker->jitter))
            continue;
        has_changed = true;
        jitter_buffer_get(speaker->jitter, now_ms, &output);
        if (decode(speaker, &output, block))
            mixer_add(&playout->mixer, block, speaker->gain);
    }
    if (has_changed)
        publish(playout);
    return mixer_end(&playout->mixer, samples);
}

/* --- any thread ---------------------------------------------------------- */

void voice_playout_statistics(const struct voice_playout *playout,
                              struct jitter_statistics *out)
{
    out->played = atomic_load_explicit(&playout->played, memory_order_relaxed);
    out->concealed =
        atomic_load_explicit(&playout->concealed, memory_order_relaxed);
    out->late = atomic_load_explicit(&playout->late, memory_order_relaxed);
    out->duplicate =
        atomic_load_explicit(&playout->duplicate, memory_order_relaxed);
}

uint64_t voice_playout_overruns(const struct voice_playout *playout)
{
    return audio_ring_overruns(playout->ring) +
           atomic_load_explicit(&playout->crowded_out, memory_order_relaxed);
}
