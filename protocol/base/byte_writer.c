#include "protocol/base/byte_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void byte_writer_init(struct byte_writer *writer, size_t size_max)
{
    *writer = (struct byte_writer){ .size_max = size_max };
}

void byte_writer_release(struct byte_writer *writer)
{
    free(writer->data);
    byte_writer_init(writer, writer->size_max);
}

void byte_writer_reset(struct byte_writer *writer)
{
    writer->size = 0;
    writer->result = RESULT_OK;
}

/* Makes room for `size` more bytes; the capacity never exceeds size_max. */
static enum result reserve(struct byte_writer *writer, size_t size)
{
    size_t capacity = writer->capacity ? writer->capacity : FIRST_CAPACITY;
    size_t needed = writer->size + size;
    uint8_t *data = NULL;

    if (needed <= writer->capacity)
        return RESULT_OK;
    while (capacity < needed)
        capacity = capacity > writer->size_max / 2 ? needed : capacity * 2;
    if (capacity > writer->size_max)
        capacity = writer->size_max;
    data = realloc(writer->data, capacity);
    if (!data)
        return RESULT_NO_MEMORY;
    writer->data = data;
    writer->capacity = capacity;
    return RESULT_OK;
}

void byte_writer_bytes(struct byte_writer *writer, const void *bytes,
                       size_t size)
{
    assert(bytes || size == 0);
    if (writer->result || size == 0)
        return;
    if (size > writer->size_max - writer->size) {
        writer->result = RESULT_TOO_LARGE;
        return;
    }
    writer->result = reserve(writer, size);
    if (writer->result)
        return;
    memcpy(writer->data + writer->size, bytes, size);
    writer->size += size;
}

void byte_writer_u8(struct byte_writer *writer, uint8_t value)
{
    byte_writer_bytes(writer, &value, sizeof value);
}

void byte_writer_u16(struct byte_writer *writer, uint16_t value)
{
    const uint8_t bytes[] = { (uint8_t)(value >> 8), (uint8_t)value };

    byte_writer_bytes(writer, bytes, sizeof bytes);
}

void byte_writer_u32(struct byte_writer *writer, uint32_t value)
{
    const uint8_t bytes[] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
                              (uint8_t)(value >> 8), (uint8_t)value };

    byte_writer_bytes(writer, bytes, sizeof bytes);
}

void byte_writer_u64(struct byte_writer *writer, uint64_t value)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> (56 - 8 * i));
    byte_writer_bytes(writer, bytes, sizeof bytes);
}

void byte_writer_text(struct byte_writer *writer, struct text_view text)
{
    byte_writer_bytes(writer, text.data, text.size);
}

void byte_writer_prefixed(struct byte_writer *writer, const void *bytes,
                          size_t size)
{
    if (size > UINT32_MAX) {
        if (!writer->result)
            writer->result = RESULT_TOO_LARGE;
        return;
    }
    byte_writer_u32(writer, (uint32_t)size);
    byte_writer_bytes(writer, bytes, size);
}

enum result byte_writer_take(struct byte_writer *writer, uint8_t **out,
                             size_t *size)
{
    uint8_t *data = writer->data;

    if (writer->result)
        return writer->result;
    /* Nothing written still gives a block, so that *out is never NULL. */
    if (!data) {
        data = malloc(1);
        if (!data)
            return RESULT_NO_MEMORY;
    }
    *out = data;
    *size = writer->size;
    byte_writer_init(writer, writer->size_max);
    return RESULT_OK;
}
