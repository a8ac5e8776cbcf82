#include "protocol/base/byte_reader.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static const uint8_t bytes[] = { 1, 2,  3,  4,  5,  6,  7,  8,
                                 9, 10, 11, 12, 13, 14, 15, 0xff };

static void integers_are_big_endian(void **state)
{
    struct byte_reader reader;
    uint8_t u8 = 0;
    uint16_t u16 = 0;
    uint32_t u32 = 0;
    uint64_t u64 = 0;

    (void)state;
    byte_reader_init(&reader, bytes, sizeof bytes);
    assert_int_equal(byte_reader_u8(&reader, &u8), RESULT_OK);
    assert_int_equal(byte_reader_u16(&reader, &u16), RESULT_OK);
    assert_int_equal(byte_reader_u32(&reader, &u32), RESULT_OK);
    assert_int_equal(byte_reader_u64(&reader, &u64), RESULT_OK);
    assert_int_equal(u8, 1);
    assert_int_equal(u16, 0x0203);
    assert_int_equal(u32, 0x04050607);
    assert_true(u64 == UINT64_C(0x08090a0b0c0d0e0f));
    assert_int_equal(byte_reader_left(&reader), 1);
}

static void a_read_past_the_end_moves_and_writes_nothing(void **state)
{
    struct byte_reader reader;
    const uint8_t *view = bytes;
    uint8_t copy[9] = { 42 };
    uint16_t u16 = 42;
    uint32_t u32 = 42;
    uint64_t u64 = 42;

    (void)state;
    for (size_t size = 0; size < 8; size++) {
        byte_reader_init(&reader, bytes, size);
        assert_int_equal(byte_reader_u64(&reader, &u64), RESULT_TRUNCATED);
        assert_int_equal(byte_reader_view(&reader, size + 1, &view),
                         RESULT_TRUNCATED);
        assert_int_equal(byte_reader_copy(&reader, copy, size + 1),
                         RESULT_TRUNCATED);
        if (size < 4)
            assert_int_equal(byte_reader_u32(&reader, &u32), RESULT_TRUNCATED);
        if (size < 2)
            assert_int_equal(byte_reader_u16(&reader, &u16), RESULT_TRUNCATED);
        assert_int_equal(byte_reader_left(&reader), size);
    }
    byte_reader_init(&reader, NULL, 0);
    assert_int_equal(byte_reader_u8(&reader, copy), RESULT_TRUNCATED);
    assert_int_equal(copy[0], 42);
    assert_int_equal(u16, 42);
    assert_int_equal(u32, 42);
    assert_true(u64 == 42);
    assert_ptr_equal(view, bytes);
}

static void a_length_that_would_wrap_is_refused(void **state)
{
    struct byte_reader reader;
    const uint8_t *view = NULL;
    uint8_t u8 = 0;

    (void)state;
    byte_reader_init(&reader, bytes, sizeof bytes);
    assert_int_equal(byte_reader_u8(&reader, &u8), RESULT_OK);
    assert_int_equal(byte_reader_view(&reader, SIZE_MAX, &view),
                     RESULT_TRUNCATED);
    assert_int_equal(byte_reader_view(&reader, SIZE_MAX - 1, &view),
                     RESULT_TRUNCATED);
    assert_null(view);
    assert_int_equal(byte_reader_left(&reader), sizeof bytes - 1);
}

static void a_view_borrows_and_a_copy_copies(void **state)
{
    struct byte_reader reader;
    const uint8_t *view = NULL;
    uint8_t copy[4] = { 0 };

    (void)state;
    byte_reader_init(&reader, bytes, sizeof bytes);
    assert_int_equal(byte_reader_view(&reader, 12, &view), RESULT_OK);
    assert_ptr_equal(view, bytes);
    assert_int_equal(byte_reader_copy(&reader, copy, 4), RESULT_OK);
    assert_memory_equal(copy, &bytes[12], 4);
    assert_int_equal(byte_reader_left(&reader), 0);
}

static void nothing_can_be_read_from_the_end(void **state)
{
    struct byte_reader reader;
    const uint8_t *view = NULL;

    (void)state;
    byte_reader_init(&reader, NULL, 0);
    assert_int_equal(byte_reader_view(&reader, 0, &view), RESULT_OK);
    assert_int_equal(byte_reader_copy(&reader, NULL, 0), RESULT_OK);
    assert_int_equal(byte_reader_left(&reader), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_big_endian),
        cmocka_unit_test(a_read_past_the_end_moves_and_writes_nothing),
        cmocka_unit_test(a_length_that_would_wrap_is_refused),
        cmocka_unit_test(a_view_borrows_and_a_copy_copies),
        cmocka_unit_test(nothing_can_be_read_from_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
