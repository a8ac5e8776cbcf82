#include "client/audio/voice_room.h"

#include "client/audio/audio_block.h"
#include "client/audio/audio_ring.h"
#include "client/audio/room_mate.h"
#include "client/audio/voice_codec.h"

#include <stdlib.h>
#include <string.h>

/* Blocks between the threads: a second of two speakers. */
enum { HEARD_RING_COUNT = 128 };

struct heard_block {
    int64_t heard_ms;
    uint32_t timestamp;
    uint16_t slot;
    int16_t samples[AUDIO_BLOCK_COUNT];
};

struct voice_room {
    struct room_mate *mate;
    struct audio_ring *heard;
    bool was_reached; /* a frame came, */
    int64_t last_ms;  /* the last one then */
};

enum result voice_room_new(struct voice_room **out)
{
    struct voice_room *room = calloc(1, sizeof *room);
    enum result result;

    if (!room)
        return RESULT_NO_MEMORY;
    result = audio_ring_new(&room->heard, HEARD_RING_COUNT,
                            sizeof(struct heard_block));
    if (result == RESULT_OK)
        result = room_mate_new(&room->mate);
    if (result != RESULT_OK) {
        voice_room_free(room);
        return result;
    }
    *out = room;
    return RESULT_OK;
}

struct voice_room *voice_room_free(struct voice_room *room)
{
    if (!room)
        return NULL;
    room_mate_free(room->mate);
    audio_ring_free(room->heard);
    free(room);
    return NULL;
}

void voice_room_reset(struct voice_room *room)
{
    audio_ring_clear(room->heard);
    room_mate_reset(room->mate);
}

void voice_room_forget(struct voice_room *room, uint16_t slot)
{
    room_mate_forget(room->mate, slot);
}

void voice_room_set_round_trip(struct voice_room *room, int64_t round_trip_ms)
{
    room_mate_set_round_trip(room->mate, round_trip_ms);
}

void voice_room_arrived(struct voice_room *room, uint16_t slot,
                        uint32_t timestamp, const uint8_t *payload, size_t size,
                        int64_t arrival_ms)
{
    room->was_reached = true;
    room->last_ms = arrival_ms;
    room_mate_arrived(room->mate, slot, timestamp,
                      voice_payload_count(payload, size), arrival_ms);
}

void voice_room_heard(struct voice_room *room, uint16_t slot,
                      uint32_t timestamp, const int16_t *samples, size_t count,
                      int64_t heard_ms)
{
    struct heard_block block = { .slot = slot };

    for (size_t i = 0; i + AUDIO_BLOCK_COUNT <= count; i += AUDIO_BLOCK_COUNT) {
        block.heard_ms = heard_ms + (int64_t)(i / AUDIO_COUNT_PER_MS);
        block.timestamp = timestamp + (uint32_t)i;
        memcpy(block.samples, &samples[i], sizeof block.samples);
        audio_ring_push(room->heard, &block, sizeof block);
    }
}

void voice_room_captured(struct voice_room *room, const int16_t *samples,
                         int64_t captured_ms, bool is_sent)
{
    struct heard_block block;
    size_t size;

    while (audio_ring_pop(room->heard, &block, &size))
        room_mate_heard(room->mate, block.slot, block.timestamp, block.samples,
                        AUDIO_BLOCK_COUNT, block.heard_ms);
    room_mate_captured(room->mate, samples, captured_ms, is_sent);
}

bool voice_room_is_listening(const struct voice_room *room, int64_t now_ms)
{
    return room->was_reached && now_ms - room->last_ms < VOICE_ROOM_AFTER_MS;
}

bool voice_room_next(struct voice_room *room, uint16_t *slot)
{
    return room_mate_next(room->mate, slot);
}
