/*
 * Reading bounded bytes. Every read returns a result; a read that fails moves
 * nothing and writes nothing. Integers are big-endian.
 */
#ifndef PROTOCOL_BASE_BYTE_READER_H
#define PROTOCOL_BASE_BYTE_READER_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

struct byte_reader {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t position;
};

void byte_reader_init(struct byte_reader *reader, const uint8_t *data,
                      size_t size);
size_t byte_reader_left(const struct byte_reader *reader);

/* RESULT_OK or RESULT_TRUNCATED. */
MUST_USE enum result byte_reader_u8(struct byte_reader *reader, uint8_t *out);
MUST_USE enum result byte_reader_u16(struct byte_reader *reader, uint16_t *out);
MUST_USE enum result byte_reader_u32(struct byte_reader *reader, uint32_t *out);
MUST_USE enum result byte_reader_u64(struct byte_reader *reader, uint64_t *out);
/* A borrowed view of the next `size` bytes. */
MUST_USE enum result byte_reader_view(struct byte_reader *reader, size_t size,
                                      const uint8_t **out);
MUST_USE enum result byte_reader_copy(struct byte_reader *reader, uint8_t *out,
                                      size_t size);

#endif
