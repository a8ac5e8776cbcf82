/*
 * Target: binary messages of audio frames.
 * Input: the message.
 * Holds: the frames of a good message, encoded again, are the message.
 * Planted fault: where a frame has both flags.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/wire/audio_frame.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct audio_message message;
    struct audio_frame frame;
    size_t offset = 0;
    size_t end = 0;
    size_t count = 0;

    if (audio_message_open(&message, data, size) != RESULT_OK)
        return 0;
    while (audio_message_next(&message, &frame, &offset)) {
        uint8_t again[AUDIO_FRAME_SIZE_MAX];
        size_t again_size = 0;

        require(offset == end);
        require(audio_frame_encode(&frame, again, sizeof again, &again_size) ==
                RESULT_OK);
        require(again_size <= size - offset &&
                memcmp(again, &data[offset], again_size) == 0);
        end = offset + again_size;
        count++;
        planted_fault(data, size, frame.flags == AUDIO_FRAME_FLAGS);
    }
    require(end == size && count == message.frame_count);
    return 0;
}
