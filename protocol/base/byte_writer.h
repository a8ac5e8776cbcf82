/*
 * Growing, bounded output. The first failure sticks, so that a run of writes
 * needs one check at its end. Integers are big-endian.
 */
#ifndef PROTOCOL_BASE_BYTE_WRITER_H
#define PROTOCOL_BASE_BYTE_WRITER_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stddef.h>
#include <stdint.h>

struct byte_writer {
    uint8_t *data; /* owned */
    size_t size;
    size_t capacity;
    size_t size_max;
    enum result result; /* RESULT_OK, RESULT_NO_MEMORY or RESULT_TOO_LARGE */
};

/* Nothing is allocated yet. End with byte_writer_release(). */
void byte_writer_init(struct byte_writer *writer, size_t size_max);
void byte_writer_release(struct byte_writer *writer);
void byte_writer_reset(struct byte_writer *writer);

void byte_writer_u8(struct byte_writer *writer, uint8_t value);
void byte_writer_u16(struct byte_writer *writer, uint16_t value);
void byte_writer_u32(struct byte_writer *writer, uint32_t value);
void byte_writer_u64(struct byte_writer *writer, uint64_t value);
void byte_writer_bytes(struct byte_writer *writer, const void *bytes,
                       size_t size);
void byte_writer_text(struct byte_writer *writer, struct text_view text);
/* LP: 4-byte big-endian length, then the bytes. */
void byte_writer_prefixed(struct byte_writer *writer, const void *bytes,
                          size_t size);

/*
 * Hands the bytes over: the caller ends `*out` with free(). On a sticky
 * failure returns it and leaves the outputs as they were.
 */
MUST_USE enum result byte_writer_take(struct byte_writer *writer, uint8_t **out,
                                      size_t *size);

#endif
