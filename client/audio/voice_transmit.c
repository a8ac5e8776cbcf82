#include "client/audio/voice_transmit.h"

#include "client/audio/voice_codec.h"
#include "protocol/base/limits.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

/* The bits of Opus's first byte that say how many frames follow it. */
enum { TOC_FRAME_COUNT_MASK = 0x03 };
enum { HOLE_MS = 60 };

struct voice_transmit {
    void (*send)(const struct voice_packet *packet, void *user);
    void *user;
    struct voice_encoder *encoder;
    uint64_t count;
    uint32_t sequence;  /* of the next packet */
    uint32_t timestamp; /* of the next block */
    int64_t last_ms;    /* when the last block was captured */
    bool has_begun;     /* some block has come */
    bool is_talking;    /* between the first block and the end */
    bool is_silent;     /* the last packet said that silence follows */
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

/*
 * The timestamp goes on with the clock where blocks are missing: before a
 * talkspurt, and where the captured sound has a hole. Devices that give two
 * blocks at once make no hole.
 */
static void account_for_gap(struct voice_transmit *transmit, int64_t now_ms)
{
    int64_t gap_ms = now_ms - transmit->last_ms - AUDIO_BLOCK_MS;

    if (transmit->has_begun && (!transmit->is_talking || gap_ms > HOLE_MS) &&
        gap_ms > 0)
        transmit->timestamp +=
            (uint32_t)(gap_ms / AUDIO_BLOCK_MS * AUDIO_BLOCK_COUNT);
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
    uint32_t timestamp;
    bool is_silence = false;
    size_t size = 0;
    enum result result;

    account_for_gap(transmit, now_ms);
    if (!transmit->is_talking)
        begin(transmit);
    timestamp = transmit->timestamp;
    transmit->timestamp += AUDIO_BLOCK_COUNT;
    result = voice_encoder_encode(transmit->encoder, samples, transmit->payload,
                                  sizeof transmit->payload, &size, &is_silence);
    /* A whole block and the largest buffer cannot be refused. */
    assert(result == RESULT_OK);
    (void)result;
    if (!is_silence)
        send_payload(transmit, timestamp,
                     transmit->is_silent ? AUDIO_FLAG_TALKSPURT : 0, size);
    else if (size > VOICE_CODEC_EMPTY_SIZE || !transmit->is_silent)
        send_payload(transmit, timestamp, AUDIO_FLAG_SILENCE, size);
}

void voice_transmit_end(struct voice_transmit *transmit)
{
    if (!transmit->is_talking)
        return;
    transmit->is_talking = false;
    if (transmit->is_silent)
        return;
    /* An Opus packet of its first byte alone is a frame without sound. */
    transmit->payload[0] &= (uint8_t)~TOC_FRAME_COUNT_MASK;
    send_payload(transmit, transmit->timestamp, AUDIO_FLAG_SILENCE, 1);
    transmit->timestamp += AUDIO_BLOCK_COUNT;
}

uint64_t voice_transmit_count(const struct voice_transmit *transmit)
{
    return transmit->count;
}
