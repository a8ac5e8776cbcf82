/*
 * Target: binary messages with a piece of a file.
 * Input: the message.
 * Holds: a good message, encoded again, is the message.
 * Planted fault: where a piece is the first of its blob.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/wire/blob_piece.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t again[BLOB_PIECE_MESSAGE_SIZE_MAX];
    struct blob_piece piece;
    size_t again_size = 0;

    if (blob_piece_decode(data, size, &piece) != RESULT_OK)
        return 0;
    require(piece.bytes == &data[BLOB_PIECE_HEADER_SIZE]);
    require(blob_piece_encode(&piece, again, sizeof again, &again_size) ==
            RESULT_OK);
    require(again_size == size && memcmp(again, data, size) == 0);
    planted_fault(data, size, piece.offset == 0);
    return 0;
}
