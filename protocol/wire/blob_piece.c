#include "protocol/wire/blob_piece.h"

#include "protocol/base/byte_reader.h"

#include <string.h>

/* The one rule for what a piece may say of itself. */
static enum result check_piece(const struct blob_piece *piece)
{
    if (piece->blob_size > LIMIT_BLOB_SIZE ||
        piece->size > LIMIT_BLOB_PIECE_SIZE)
        return RESULT_TOO_LARGE;
    if (piece->offset > piece->blob_size ||
        piece->size > piece->blob_size - piece->offset)
        return RESULT_MALFORMED;
    return piece->size ? RESULT_OK : RESULT_TRUNCATED;
}

static void put_u64(uint8_t *out, uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        out[i] = (uint8_t)(value >> (56 - 8 * i));
}

enum result blob_piece_encode(const struct blob_piece *piece, uint8_t *out,
                              size_t capacity, size_t *size)
{
    if (check_piece(piece))
        return RESULT_INVALID;
    if (BLOB_PIECE_HEADER_SIZE + piece->size > capacity)
        return RESULT_FULL;
    out[0] = BLOB_PIECE_TYPE;
    memcpy(&out[1], piece->blob.bytes, HASH_SIZE);
    put_u64(&out[33], piece->blob_size);
    put_u64(&out[41], piece->offset);
    memcpy(&out[BLOB_PIECE_HEADER_SIZE], piece->bytes, piece->size);
    *size = BLOB_PIECE_HEADER_SIZE + piece->size;
    return RESULT_OK;
}

enum result blob_piece_decode(const uint8_t *data, size_t size,
                              struct blob_piece *out)
{
    struct byte_reader reader;
    struct blob_piece piece;
    uint8_t type = 0;
    enum result result = RESULT_OK;

    byte_reader_init(&reader, data, size);
    result = byte_reader_u8(&reader, &type);
    if (result)
        return result;
    if (type != BLOB_PIECE_TYPE)
        return RESULT_UNSUPPORTED;
    if ((result = byte_reader_copy(&reader, piece.blob.bytes, HASH_SIZE)) ||
        (result = byte_reader_u64(&reader, &piece.blob_size)) ||
        (result = byte_reader_u64(&reader, &piece.offset)))
        return result;
    piece.size = byte_reader_left(&reader);
    if ((result = byte_reader_view(&reader, piece.size, &piece.bytes)) ||
        (result = check_piece(&piece)))
        return result;
    *out = piece;
    return RESULT_OK;
}
