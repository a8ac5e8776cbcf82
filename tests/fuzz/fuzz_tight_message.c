/*
 * Target: binary messages of tight audio.
 * Input: the message.
 * Holds: the frames of a good message, encoded again, are the same frames, and
 * those encoded once more are the same bytes.
 * Planted fault: where a frame seven after the one before it has both flags.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/wire/tight_message.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static size_t read_frames(const uint8_t *data, size_t size,
                          struct audio_frame *frames)
{
    struct tight_message message;
    size_t count = 0;

    if (tight_message_open(&message, data, size) != RESULT_OK)
        return 0;
    while (tight_message_next(&message, &frames[count]))
        count++;
    require(count == message.frame_count && count <= LIMIT_TIGHT_FRAMES);
    return count;
}

static bool is_same(const struct audio_frame *a, const struct audio_frame *b)
{
    return a->flags == b->flags && a->slot == b->slot &&
           a->sequence == b->sequence && a->timestamp == b->timestamp &&
           a->payload_size == b->payload_size &&
           memcmp(a->payload, b->payload, a->payload_size) == 0;
}

/* Written by others, a message may have runs that are longer than needed. */
enum {
    AGAIN_SIZE = 1 + LIMIT_TIGHT_FRAMES * (TIGHT_FRAME_OVERHEAD_MAX + 1280)
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t again[AGAIN_SIZE], twice[AGAIN_SIZE];
    struct audio_frame frames[LIMIT_TIGHT_FRAMES + 1];
    struct audio_frame others[LIMIT_TIGHT_FRAMES + 1];
    const size_t count = read_frames(data, size, frames);
    size_t again_size = 0, twice_size = 0;
    enum result result;

    if (count == 0)
        return 0;
    for (size_t i = 1; i < count; i++)
        planted_fault(data, size,
                      frames[i].flags == AUDIO_FRAME_FLAGS &&
                          frames[i].sequence - frames[i - 1].sequence == 7);
    result =
        tight_message_encode(frames, count, again, sizeof again, &again_size);
    if (result == RESULT_TOO_LARGE)
        return 0;
    require(result == RESULT_OK);
    require(read_frames(again, again_size, others) == count);
    for (size_t i = 0; i < count; i++)
        require(is_same(&frames[i], &others[i]));
    require(tight_message_encode(others, count, twice, sizeof twice,
                                 &twice_size) == RESULT_OK);
    require(again_size == twice_size && memcmp(again, twice, again_size) == 0);
    return 0;
}
