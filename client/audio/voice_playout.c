#include "client/audio/voice_playout.h"

#include "client/audio/audio_ring.h"
#include "client/audio/mixer.h"
#include "client/audio/voice_stream.h"
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
    const struct voice_playout *playout; /* whose it is */
    bool is_used;
    uint16_t slot;
    float gain;
    int64_t last_frame_ms;
    struct voice_stream *stream;
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

    struct voice_playout_tap tap;

    /* Device's thread. */
    struct speaker speakers[LIMIT_VOICE_SPEAKERS];
    struct jitter_statistics forgotten; /* of speakers that are gone */
    struct mixer mixer;
    struct message message; /* the one taken out last */
    int64_t floor_ms;       /* that the speakers have */

    /* Written by the device's thread, read by any. */
    struct {
        _Atomic uint64_t played;
        _Atomic uint64_t played_blocks;
        _Atomic uint64_t concealed;
        _Atomic uint64_t repaired;
        _Atomic uint64_t late;
        _Atomic uint64_t awaited;
        _Atomic uint64_t stale;
        _Atomic uint64_t duplicate;
        _Atomic uint64_t stretched;
        _Atomic uint64_t shrunk;
        _Atomic int64_t delay_ms;
        _Atomic int64_t target_ms;
    } shown;
    _Atomic int64_t wanted_floor_ms;
    _Atomic uint64_t crowded_out; /* frames of one speaker too many */
};

enum result voice_playout_new(struct voice_playout **out, int64_t floor_ms)
{
    struct voice_playout *playout;
    enum result result;

    playout = calloc(1, sizeof *playout);
    if (!playout)
        return RESULT_NO_MEMORY;
    mixer_init(&playout->mixer);
    playout->floor_ms = floor_ms;
    atomic_init(&playout->wanted_floor_ms, floor_ms);
    result = audio_ring_new(&playout->ring, RING_COUNT, sizeof(struct message));
    for (size_t i = 0; result == RESULT_OK && i < LIMIT_VOICE_SPEAKERS; i++)
        result = voice_stream_new(&playout->speakers[i].stream, floor_ms);
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
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++)
        voice_stream_free(playout->speakers[i].stream);
    audio_ring_free(playout->ring);
    free(playout);
    return NULL;
}

static void on_heard(uint32_t timestamp, const int16_t *samples, size_t count,
                     int64_t heard_ms, void *user)
{
    const struct speaker *speaker = user;
    const struct voice_playout_tap *tap = &speaker->playout->tap;

    tap->heard(speaker->slot, timestamp, samples, count, heard_ms, tap->user);
}

void voice_playout_set_tap(struct voice_playout *playout,
                           const struct voice_playout_tap *tap)
{
    playout->tap = *tap;
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++) {
        struct speaker *speaker = &playout->speakers[i];
        const struct voice_stream_tap mine = { .heard = on_heard,
                                               .user = speaker };

        speaker->playout = playout;
        voice_stream_set_tap(speaker->stream, &mine);
    }
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

    /* Who is heard as he was sent needs no place. */
    if (gain == 1.0f) {
        if (found)
            *found = playout->gains[--playout->gain_count];
        return RESULT_OK;
    }
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
                           const struct speaker *speaker)
{
    struct jitter_statistics part;

    voice_stream_statistics(speaker->stream, &part);
    sum->played += part.played;
    sum->played_blocks += part.played_blocks;
    sum->concealed += part.concealed;
    sum->repaired += part.repaired;
    sum->late += part.late;
    sum->awaited += part.awaited;
    sum->stale += part.stale;
    sum->duplicate += part.duplicate;
    sum->stretched += part.stretched;
    sum->shrunk += part.shrunk;
    if (voice_stream_is_idle(speaker->stream))
        return;
    if (part.delay_ms > sum->delay_ms)
        sum->delay_ms = part.delay_ms;
    if (part.target_ms > sum->target_ms)
        sum->target_ms = part.target_ms;
}

static void forget(struct voice_playout *playout, struct speaker *speaker)
{
    add_statistics(&playout->forgotten, speaker);
    playout->forgotten.delay_ms = 0;
    playout->forgotten.target_ms = 0;
    voice_stream_reset(speaker->stream);
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
        if (voice_stream_is_idle(speaker->stream) &&
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
    voice_stream_put(speaker->stream, &message->frame, message->arrival_ms);
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

/* While nobody speaks delay and target are those of who spoke last. */
static void publish(struct voice_playout *playout)
{
    struct jitter_statistics sum = playout->forgotten;

    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++)
        if (playout->speakers[i].is_used)
            add_statistics(&sum, &playout->speakers[i]);
#define SHOW(field)                                                            \
    atomic_store_explicit(&playout->shown.field, sum.field,                    \
                          memory_order_relaxed)
    SHOW(played);
    SHOW(played_blocks);
    SHOW(concealed);
    SHOW(repaired);
    SHOW(late);
    SHOW(awaited);
    SHOW(stale);
    SHOW(duplicate);
    SHOW(stretched);
    SHOW(shrunk);
    if (sum.target_ms > 0) {
        SHOW(delay_ms);
        SHOW(target_ms);
    }
#undef SHOW
}

void voice_playout_set_floor(struct voice_playout *playout, int64_t floor_ms)
{
    atomic_store_explicit(&playout->wanted_floor_ms, floor_ms,
                          memory_order_relaxed);
}

static void follow_floor(struct voice_playout *playout)
{
    int64_t floor_ms =
        atomic_load_explicit(&playout->wanted_floor_ms, memory_order_relaxed);

    if (floor_ms == playout->floor_ms)
        return;
    playout->floor_ms = floor_ms;
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++)
        voice_stream_set_floor(playout->speakers[i].stream, floor_ms);
}

bool voice_playout_pull(struct voice_playout *playout, int64_t now_ms,
                        int16_t *samples)
{
    bool has_changed = take_messages(playout);
    int16_t block[AUDIO_BLOCK_COUNT];

    follow_floor(playout);
    mixer_begin(&playout->mixer);
    for (size_t i = 0; i < LIMIT_VOICE_SPEAKERS; i++) {
        struct speaker *speaker = &playout->speakers[i];

        if (!speaker->is_used || voice_stream_is_idle(speaker->stream))
            continue;
        has_changed = true;
        if (voice_stream_pull(speaker->stream, now_ms, block))
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
#define LOAD(field)                                                            \
    out->field =                                                               \
        atomic_load_explicit(&playout->shown.field, memory_order_relaxed)
    LOAD(played);
    LOAD(played_blocks);
    LOAD(concealed);
    LOAD(repaired);
    LOAD(late);
    LOAD(awaited);
    LOAD(stale);
    LOAD(duplicate);
    LOAD(stretched);
    LOAD(shrunk);
    LOAD(delay_ms);
    LOAD(target_ms);
#undef LOAD
}

uint64_t voice_playout_overruns(const struct voice_playout *playout)
{
    return audio_ring_overruns(playout->ring) +
           atomic_load_explicit(&playout->crowded_out, memory_order_relaxed);
}
