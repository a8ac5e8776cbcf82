#include "client/audio/voice_transmit.h"

#include "client/audio/voice_codec.h"
#include "protocol/base/limits.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The bits of Opus's first byte that say how many frames follow it. */
enum { TOC_FRAME_COUNT_MASK = 0x03 };
enum { HOLE_MS = 60 };

struct voice_transmit {
    void (*send)(const struct voice_packet *packet, void *user);
    void *user;
    struct voice_encoder *encoder;
    uint64_t count;
    uint32_t sequence;  /* of the next packet */
    uint32_t timestamp; /* of the next frame */
    int64_t last_ms;    /* when the last block was captured */
    struct voice_quality quality;
    int16_t frame[VOICE_FRAME_COUNT_MAX]; /* of which the blocks come */
    size_t frame_count;                   /* samples in it */
    uint32_t ahead;  /* by which a filled-up frame is longer than what passed */
    bool has_begun;  /* some block has come */
    bool is_talking; /* between the first block and the end */
    bool is_silent;  /* the last packet said that silence follows */
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

enum result voice_transmit_new(struct voice_transmit **out,
                               void (*send)(const struct voice_packet *packet,
                                            void *user),
                               void *user)
{
    struct voice_transmit *transmit;
    enum result result;

    transmit = calloc(1, sizeof *transmit);
    if (!transmit)
        return RESULT_NO_MEMORY;
    result = voice_encoder_new(&transmit->encoder);
    if (result != RESULT_OK) {
        voice_transmit_free(transmit);
        return result;
    }
    transmit->quality = voice_quality_usual();
    transmit->send = send;
    transmit->user = user;
    transmit->is_silent = true;
    *out = transmit;
    return RESULT_OK;
}

struct voice_transmit *voice_transmit_free(struct voice_transmit *transmit)
{
    if (!transmit)
        return NULL;
    voice_encoder_free(transmit->encoder);
    free(transmit);
    return NULL;
}

static void send_payload(struct voice_transmit *transmit, uint32_t timestamp,
                         unsigned flags, size_t size)
{
    const struct voice_packet packet = { .sequence = transmit->sequence,
                                         .timestamp = timestamp,
                                         .flags = (uint8_t)flags,
                                         .payload = transmit->payload,
                                         .size = size };

    transmit->sequence++;
    transmit->count++;
    transmit->is_silent = flags & AUDIO_FLAG_SILENCE;
    transmit->send(&packet, transmit->user);
}

static uint32_t whole_count(const struct voice_transmit *transmit)
{
    return transmit->quality.frame_ms * AUDIO_COUNT_PER_MS;
}

/* Fills the frame up with silence and encodes it; its size. */
static size_t encode(struct voice_transmit *transmit, bool *is_silence)
{
    size_t size = 0;
    size_t missing = whole_count(transmit) - transmit->frame_count;
    enum result result;

    memset(&transmit->frame[transmit->frame_count], 0,
           missing * sizeof transmit->frame[0]);
    transmit->ahead += (uint32_t)missing;
    transmit->frame_count = 0;
    result = voice_encoder_encode(transmit->encoder, transmit->frame,
                                  transmit->payload, sizeof transmit->payload,
                                  &size, is_silence);
    /* A whole frame and the largest buffer cannot be refused. */
    assert(result == RESULT_OK);
    (void)result;
    return size;
}

static void send_frame(struct voice_transmit *transmit)
{
    uint32_t timestamp = transmit->timestamp;
    bool is_silence = false;
    size_t size = encode(transmit, &is_silence);

    transmit->timestamp += whole_count(transmit);
    if (!is_silence)
        send_payload(transmit, timestamp,
                     transmit->is_silent ? AUDIO_FLAG_TALKSPURT : 0, size);
    else if (size > VOICE_CODEC_EMPTY_SIZE || !transmit->is_silent)
        send_payload(transmit, timestamp, AUDIO_FLAG_SILENCE, size);
}

static void send_begun_frame(struct voice_transmit *transmit)
{
    if (transmit->frame_count > 0)
        send_frame(transmit);
}

/*
 * The timestamp goes on with the clock where blocks are missing: before a
 * talkspurt, and where the captured sound has a hole. Devices that give two
 * blocks at once make no hole.
 */
static void account_for_gap(struct voice_transmit *transmit, int64_t now_ms)
{
    int64_t gap_ms = now_ms - transmit->last_ms - AUDIO_BLOCK_MS;
    uint32_t gap;

    if (transmit->has_begun && (!transmit->is_talking || gap_ms > HOLE_MS) &&
        gap_ms > 0) {
        send_begun_frame(transmit);
        gap = (uint32_t)(gap_ms / AUDIO_BLOCK_MS * AUDIO_BLOCK_COUNT);
        transmit->timestamp +=
            gap > transmit->ahead ? gap - transmit->ahead : 0;
        transmit->ahead = 0;
    }
    transmit->has_begun = true;
    transmit->last_ms = now_ms;
}

static void begin(struct voice_transmit *transmit)
{
    voice_encoder_reset(transmit->encoder);
    transmit->is_talking = true;
    transmit->is_silent = true;
}

void voice_transmit_block(struct voice_transmit *transmit,
                          const int16_t *samples, int64_t now_ms)
{
    account_for_gap(transmit, now_ms);
    if (!transmit->is_talking)
        begin(transmit);
    memcpy(&transmit->frame[transmit->frame_count], samples,
           AUDIO_BLOCK_COUNT * sizeof *samples);
    transmit->frame_count += AUDIO_BLOCK_COUNT;
    if (transmit->frame_count == whole_count(transmit))
        send_frame(transmit);
}

/* As long as all the others, whatever is in it. */
static void end_constant(struct voice_transmit *transmit)
{
    bool is_silence = false;
    uint32_t timestamp = transmit->timestamp;
    size_t size = encode(transmit, &is_silence);

    transmit->timestamp += whole_count(transmit);
    send_payload(transmit, timestamp, AUDIO_FLAG_SILENCE, size);
}

void voice_transmit_end(struct voice_transmit *transmit)
{
    if (!transmit->is_talking)
        return;
    transmit->is_talking = false;
    if (transmit->quality.is_constant) {
        end_constant(transmit);
        return;
    }
    send_begun_frame(transmit);
    if (transmit->is_silent)
        return;
    /* An Opus packet of its first byte alone is a frame without sound. */
    transmit->payload[0] &= (uint8_t)~TOC_FRAME_COUNT_MASK;
    send_payload(transmit, transmit->timestamp, AUDIO_FLAG_SILENCE, 1);
    transmit->timestamp += whole_count(transmit);
}

enum result voice_transmit_set_quality(struct voice_transmit *transmit,
                                       const struct voice_quality *quality)
{
    enum result result;

    send_begun_frame(transmit);
    result = voice_encoder_set_quality(transmit->encoder, quality);
    if (result == RESULT_OK)
        transmit->quality = *quality;
    return result;
}

bool voice_transmit_is_constant(const struct voice_transmit *transmit)
{
    return transmit->quality.is_constant;
}

uint64_t voice_transmit_count(const struct voice_transmit *transmit)
{
    return transmit->count;
}
