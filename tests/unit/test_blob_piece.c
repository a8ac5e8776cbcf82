#include "protocol/wire/blob_piece.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const uint8_t content[] = { 'c', 'h', 'i', 'b', 0xe1, 0xbb, 0x99 };

/* A piece of 7 bytes at 0x10000 of a blob of 0x10010 bytes. */
static struct blob_piece good_piece(void)
{
    struct blob_piece piece = { .blob_size = 0x10010,
                                .offset = 0x10000,
                                .bytes = content,
                                .size = sizeof content };

    for (size_t i = 0; i < HASH_SIZE; i++)
        piece.blob.bytes[i] = (uint8_t)(0xa0 + i);
    return piece;
}

enum { GOOD_SIZE = BLOB_PIECE_HEADER_SIZE + sizeof content };

static void fill_good(uint8_t bytes[GOOD_SIZE])
{
    const struct blob_piece piece = good_piece();
    size_t size = 0;

    assert_int_equal(blob_piece_encode(&piece, bytes, GOOD_SIZE, &size),
                     RESULT_OK);
    assert_int_equal(size, GOOD_SIZE);
}

/* Decodes a copy without a byte to spare; `out` loses its view. */
static enum result decode_copy(const uint8_t *bytes, size_t size,
                               struct blob_piece *out)
{
    uint8_t *copy = malloc(size ? size : 1);
    enum result result = RESULT_OK;

    assert_non_null(copy);
    if (size)
        memcpy(copy, bytes, size);
    result = blob_piece_decode(copy, size, out);
    out->bytes = NULL;
    free(copy);
    return result;
}

static void a_piece_has_its_golden_bytes(void **state)
{
    uint8_t expected[GOOD_SIZE] = { 0x21 };
    uint8_t bytes[GOOD_SIZE];

    (void)state;
    for (size_t i = 0; i < HASH_SIZE; i++)
        expected[1 + i] = (uint8_t)(0xa0 + i);
    expected[33 + 5] = 1;
    expected[33 + 7] = 0x10;
    expected[41 + 5] = 1;
    memcpy(&expected[49], content, sizeof content);
    fill_good(bytes);
    assert_memory_equal(bytes, expected, GOOD_SIZE);
}

static void a_piece_comes_back_as_it_went(void **state)
{
    const struct blob_piece good = good_piece();
    struct blob_piece piece;
    uint8_t bytes[GOOD_SIZE];

    (void)state;
    fill_good(bytes);
    assert_int_equal(blob_piece_decode(bytes, GOOD_SIZE, &piece), RESULT_OK);
    assert_true(hash_equal(&piece.blob, &good.blob));
    assert_int_equal(piece.blob_size, good.blob_size);
    assert_int_equal(piece.offset, good.offset);
    assert_int_equal(piece.size, sizeof content);
    assert_memory_equal(piece.bytes, content, sizeof content);
}

static void every_truncation_of_the_header_is_seen(void **state)
{
    struct blob_piece piece = { .size = 42 };
    uint8_t bytes[GOOD_SIZE];

    (void)state;
    fill_good(bytes);
    /* Without a byte of content there is no piece. */
    for (size_t size = 0; size <= BLOB_PIECE_HEADER_SIZE; size++)
        assert_int_equal(decode_copy(bytes, size, &piece), RESULT_TRUNCATED);
    assert_int_equal(piece.size, 42);
    for (size_t size = BLOB_PIECE_HEADER_SIZE + 1; size <= GOOD_SIZE; size++)
        assert_int_equal(decode_copy(bytes, size, &piece), RESULT_OK);
}

static uint64_t read_u64(const uint8_t *bytes)
{
    uint64_t value = 0;

    for (size_t i = 0; i < 8; i++)
        value = value << 8 | bytes[i];
    return value;
}

/* The rule of the format, said once more with plain numbers. */
static enum result expected_of(const uint8_t bytes[GOOD_SIZE])
{
    const uint64_t blob_size = read_u64(&bytes[33]);
    const uint64_t offset = read_u64(&bytes[41]);

    if (bytes[0] != 0x21)
        return RESULT_UNSUPPORTED;
    if (blob_size > 67108864)
        return RESULT_TOO_LARGE;
    if (blob_size < 7 || offset > blob_size - 7)
        return RESULT_MALFORMED;
    return RESULT_OK;
}

static void every_mutation_of_a_byte_has_its_own_answer(void **state)
{
    uint8_t good[GOOD_SIZE];
    uint8_t bytes[GOOD_SIZE];
    struct blob_piece piece;

    (void)state;
    fill_good(good);
    for (size_t i = 0; i < GOOD_SIZE; i++) {
        for (unsigned value = 0; value < 256; value++) {
            memcpy(bytes, good, sizeof bytes);
            bytes[i] = (uint8_t)value;
            assert_int_equal(decode_copy(bytes, sizeof bytes, &piece),
                             expected_of(bytes));
        }
    }
}

static void the_largest_piece_fits_its_buffer_and_no_larger_one(void **state)
{
    static const uint8_t zeros[LIMIT_BLOB_PIECE_SIZE + 1];
    uint8_t bytes[BLOB_PIECE_MESSAGE_SIZE_MAX + 1] = { 0 };
    struct blob_piece piece = good_piece();
    struct blob_piece read;
    size_t size = 0;

    (void)state;
    piece.blob_size = LIMIT_BLOB_SIZE;
    piece.bytes = zeros;
    piece.size = LIMIT_BLOB_PIECE_SIZE;
    assert_int_equal(
        blob_piece_encode(&piece, bytes, BLOB_PIECE_MESSAGE_SIZE_MAX, &size),
        RESULT_OK);
    assert_int_equal(size, BLOB_PIECE_MESSAGE_SIZE_MAX);
    assert_int_equal(decode_copy(bytes, size, &read), RESULT_OK);
    assert_int_equal(decode_copy(bytes, size + 1, &read), RESULT_TOO_LARGE);
    piece.size++;
    assert_int_equal(blob_piece_encode(&piece, bytes, sizeof bytes, &size),
                     RESULT_INVALID);
}

static void a_piece_that_does_not_fit_its_blob_is_not_written(void **state)
{
    uint8_t bytes[GOOD_SIZE] = { 0xee };
    struct blob_piece piece = good_piece();
    size_t size = 7;

    (void)state;
    piece.offset = piece.blob_size - sizeof content + 1;
    assert_int_equal(blob_piece_encode(&piece, bytes, sizeof bytes, &size),
                     RESULT_INVALID);
    piece.offset = UINT64_MAX - 2;
    assert_int_equal(blob_piece_encode(&piece, bytes, sizeof bytes, &size),
                     RESULT_INVALID);
    piece = good_piece();
    piece.size = 0;
    assert_int_equal(blob_piece_encode(&piece, bytes, sizeof bytes, &size),
                     RESULT_INVALID);
    piece = good_piece();
    piece.blob_size = (uint64_t)LIMIT_BLOB_SIZE + 1;
    assert_int_equal(blob_piece_encode(&piece, bytes, sizeof bytes, &size),
                     RESULT_INVALID);
    piece = good_piece();
    assert_int_equal(blob_piece_encode(&piece, bytes, GOOD_SIZE - 1, &size),
                     RESULT_FULL);
    assert_int_equal(bytes[0], 0xee);
    assert_int_equal(size, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_piece_has_its_golden_bytes),
        cmocka_unit_test(a_piece_comes_back_as_it_went),
        cmocka_unit_test(every_truncation_of_the_header_is_seen),
        cmocka_unit_test(every_mutation_of_a_byte_has_its_own_answer),
        cmocka_unit_test(the_largest_piece_fits_its_buffer_and_no_larger_one),
        cmocka_unit_test(a_piece_that_does_not_fit_its_blob_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
