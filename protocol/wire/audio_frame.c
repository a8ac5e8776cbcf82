#include "protocol/wire/audio_frame.h"

#include <assert.h>
#include <string.h>

enum { SLOT_OFFSET = 2 };

static void put_u16(uint8_t *out, uint16_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

static void put_u32(uint8_t *out, uint32_t value)
{
    put_u16(out, (uint16_t)(value >> 16));
    put_u16(&out[2], (uint16_t)value);
}

static bool has_good_length(uint16_t payload_size)
{
    return payload_size >= 1 && payload_size <= LIMIT_OPUS_PAYLOAD_SIZE;
}

static bool has_known_flags(uint8_t flags)
{
    return (flags & ~AUDIO_FRAME_FLAGS) == 0;
}

enum result audio_frame_encode(const struct audio_frame *frame, uint8_t *out,
                               size_t capacity, size_t *size)
{
    const size_t needed = AUDIO_FRAME_HEADER_SIZE + (size_t)frame->payload_size;

    if (!has_known_flags(frame->flags) || !has_good_length(frame->payload_size))
        return RESULT_INVALID;
    if (needed > capacity)
        return RESULT_FULL;
    out[0] = AUDIO_FRAME_TYPE;
    out[1] = frame->flags;
    put_u16(&out[SLOT_OFFSET], frame->slot);
    put_u32(&out[4], frame->sequence);
    put_u32(&out[8], frame->timestamp);
    put_u16(&out[12], frame->payload_size);
    memcpy(&out[AUDIO_FRAME_HEADER_SIZE], frame->payload, frame->payload_size);
    *size = needed;
    return RESULT_OK;
}

void audio_frame_set_slot(uint8_t *frame, size_t size, uint16_t slot)
{
    assert(size >= AUDIO_FRAME_HEADER_SIZE && frame[0] == AUDIO_FRAME_TYPE);
    put_u16(&frame[SLOT_OFFSET], slot);
}

static enum result read_frame(struct byte_reader *reader,
                              struct audio_frame *out)
{
    uint8_t type = 0;
    enum result result = byte_reader_u8(reader, &type);

    if (result)
        return result;
    if (type != AUDIO_FRAME_TYPE)
        return RESULT_UNSUPPORTED;
    if ((result = byte_reader_u8(reader, &out->flags)) ||
        (result = byte_reader_u16(reader, &out->slot)) ||
        (result = byte_reader_u32(reader, &out->sequence)) ||
        (result = byte_reader_u32(reader, &out->timestamp)) ||
        (result = byte_reader_u16(reader, &out->payload_size)))
        return result;
    if (!has_known_flags(out->flags) || !has_good_length(out->payload_size))
        return RESULT_MALFORMED;
    return byte_reader_view(reader, out->payload_size, &out->payload);
}

enum result audio_message_open(struct audio_message *message,
                               const uint8_t *data, size_t size)
{
    struct byte_reader reader;
    size_t frame_count = 0;

    if (size == 0)
        return RESULT_TRUNCATED;
    if (size > LIMIT_AUDIO_MESSAGE_SIZE)
        return RESULT_TOO_LARGE;
    byte_reader_init(&reader, data, size);
    while (byte_reader_left(&reader)) {
        struct audio_frame frame;
        enum result result = RESULT_TOO_LARGE;

        if (frame_count < LIMIT_AUDIO_FRAMES_PER_MESSAGE)
            result = read_frame(&reader, &frame);
        if (result)
            return result;
        frame_count++;
    }
    byte_reader_init(&message->reader, data, size);
    message->frame_count = frame_count;
    return RESULT_OK;
}

bool audio_message_next(struct audio_message *message, struct audio_frame *out,
                        size_t *offset)
{
    const size_t start = message->reader.position;
    struct audio_frame frame;

    if (read_frame(&message->reader, &frame))
        return false;
    *out = frame;
    if (offset)
        *offset = start;
    return true;
}
