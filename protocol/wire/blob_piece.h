/*
 * A piece of a file on the wire, one per binary message:
 *
 *   u8  type and version   0x21: blob piece, version 1
 *   32  SHA-256 of the whole blob, which is its name
 *   u64 size of the whole blob, at most LIMIT_BLOB_SIZE
 *   u64 offset of this piece
 *   bytes                  1..LIMIT_BLOB_PIECE_SIZE, none past the blob's end
 *
 * Integers are big-endian. A blob of no bytes has no pieces. Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_BLOB_PIECE_H
#define PROTOCOL_WIRE_BLOB_PIECE_H

#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

enum {
    BLOB_PIECE_TYPE = 0x21,
    BLOB_PIECE_HEADER_SIZE = 49,
    BLOB_PIECE_MESSAGE_SIZE_MAX = BLOB_PIECE_HEADER_SIZE + LIMIT_BLOB_PIECE_SIZE
};

struct blob_piece {
    struct hash blob;
    uint64_t blob_size;
    uint64_t offset;
    const uint8_t *bytes; /* borrowed from the message when decoded */
    size_t size;
};

/*
 * Writes the message into `out`, which has room for `capacity` bytes;
 * BLOB_PIECE_MESSAGE_SIZE_MAX is always enough. RESULT_INVALID (sizes and
 * offset do not fit each other or the limits) or RESULT_FULL (capacity);
 * nothing is written then.
 */
MUST_USE enum result blob_piece_encode(const struct blob_piece *piece,
                                       uint8_t *out, size_t capacity,
                                       size_t *size);

/*
 * RESULT_UNSUPPORTED (another type or version), RESULT_TRUNCATED (the header is
 * cut short or no byte follows), RESULT_TOO_LARGE (blob or piece above its
 * limit) or RESULT_MALFORMED (the piece reaches past the blob's end); `out` is
 * untouched then. That the bytes belong to the blob shows only its hash.
 */
MUST_USE enum result blob_piece_decode(const uint8_t *data, size_t size,
                                       struct blob_piece *out);

#endif
