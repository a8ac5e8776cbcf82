#include "protocol/base/byte_reader.h"

#include <assert.h>
#include <string.h>

void byte_reader_init(struct byte_reader *reader, const uint8_t *data,
                      size_t size)
{
    assert(data || size == 0);
    reader->data = data;
    reader->size = size;
    reader->position = 0;
}

size_t byte_reader_left(const struct byte_reader *reader)
{
    return reader->size - reader->position;
}

/*
 * The one place that moves the cursor. It compares against what is left,
 * because a sum such as position + size could wrap.
 */
static enum result take(struct byte_reader *reader, size_t size,
                        const uint8_t **out)
{
    if (size > byte_reader_left(reader))
        return RESULT_TRUNCATED;
    *out = size ? reader->data + reader->position : reader->data;
    reader->position += size;
    return RESULT_OK;
}

/* A big-endian integer of `size` bytes, at most eight. */
static enum result take_integer(struct byte_reader *reader, size_t size,
                                uint64_t *out)
{
    const uint8_t *bytes = NULL;
    uint64_t value = 0;
    enum result result = take(reader, size, &bytes);

    if (result)
        return result;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    *out = value;
    return RESULT_OK;
}

enum result byte_reader_u8(struct byte_reader *reader, uint8_t *out)
{
    uint64_t value = 0;
    enum result result = take_integer(reader, sizeof *out, &value);

    if (!result)
        *out = (uint8_t)value;
    return result;
}

enum result byte_reader_u16(struct byte_reader *reader, uint16_t *out)
{
    uint64_t value = 0;
    enum result result = take_integer(reader, sizeof *out, &value);

    if (!result)
        *out = (uint16_t)value;
    return result;
}

enum result byte_reader_u32(struct byte_reader *reader, uint32_t *out)
{
    uint64_t value = 0;
    enum result result = take_integer(reader, sizeof *out, &value);

    if (!result)
        *out = (uint32_t)value;
    return result;
}

enum result byte_reader_u64(struct byte_reader *reader, uint64_t *out)
{
    return take_integer(reader, sizeof *out, out);
}

enum result byte_reader_view(struct byte_reader *reader, size_t size,
                             const uint8_t **out)
{
    return take(reader, size, out);
}

enum result byte_reader_copy(struct byte_reader *reader, uint8_t *out,
                             size_t size)
{
    const uint8_t *bytes = NULL;
    enum result result = take(reader, size, &bytes);

    if (!result && size)
        memcpy(out, bytes, size);
    return result;
}
