#include "protocol/base/byte_writer.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void what_is_written_is_big_endian_and_in_order(void **state)
{
    static const uint8_t expected[] = {
        1,  2, 3,    4,    5,    6,    7, 8, 9, 10, 11,  12,  13,  14,
        15, 9, 0xc4, 0x90, 0x61, 0x00, 0, 0, 0, 3,  'H', 'u', '?',
    };
    struct byte_writer writer;
    uint8_t *out = NULL;
    size_t size = 0;

    (void)state;
    byte_writer_init(&writer, 100);
    byte_writer_u8(&writer, 1);
    byte_writer_u16(&writer, 0x0203);
    byte_writer_u32(&writer, 0x04050607);
    byte_writer_u64(&writer, UINT64_C(0x08090a0b0c0d0e0f));
    byte_writer_bytes(&writer, "\t", 1);
    byte_writer_text(&writer, TEXT_LITERAL("Đa\0"));
    byte_writer_prefixed(&writer, "Hu?", 3);
    assert_int_equal(byte_writer_take(&writer, &out, &size), RESULT_OK);
    assert_int_equal(size, sizeof expected);
    assert_memory_equal(out, expected, size);
    free(out);
}

static void nothing_written_is_taken_as_an_empty_block(void **state)
{
    struct byte_writer writer;
    uint8_t *out = NULL;
    size_t size = 7;

    (void)state;
    byte_writer_init(&writer, 0);
    byte_writer_bytes(&writer, NULL, 0);
    byte_writer_text(&writer, (struct text_view){ NULL, 0 });
    assert_int_equal(byte_writer_take(&writer, &out, &size), RESULT_OK);
    assert_non_null(out);
    assert_int_equal(size, 0);
    free(out);
}

static void the_limit_can_be_reached_and_not_passed(void **state)
{
    struct byte_writer writer;
    uint8_t byte = 0;
    uint8_t *out = &byte;
    size_t size = 7;

    (void)state;
    for (size_t limit = 0; limit < 300; limit++) {
        byte_writer_init(&writer, limit);
        for (size_t i = 0; i < limit; i++)
            byte_writer_u8(&writer, (uint8_t)i);
        assert_int_equal(writer.result, RESULT_OK);
        assert_int_equal(writer.size, limit);
        assert_true(writer.capacity <= limit);
        byte_writer_u8(&writer, 0);
        assert_int_equal(byte_writer_take(&writer, &out, &size),
                         RESULT_TOO_LARGE);
        byte_writer_release(&writer);
    }
    assert_ptr_equal(out, &byte);
    assert_int_equal(size, 7);
}

static void the_first_failure_sticks(void **state)
{
    struct byte_writer writer;
    uint8_t *out = NULL;
    size_t size = 0;

    (void)state;
    byte_writer_init(&writer, 4);
    byte_writer_u16(&writer, 1);
    byte_writer_u32(&writer, 2);
    byte_writer_u8(&writer, 3);
    assert_int_equal(writer.size, 2);
    assert_int_equal(byte_writer_take(&writer, &out, &size), RESULT_TOO_LARGE);
    byte_writer_reset(&writer);
    byte_writer_u8(&writer, 3);
    assert_int_equal(byte_writer_take(&writer, &out, &size), RESULT_OK);
    assert_int_equal(size, 1);
    assert_int_equal(out[0], 3);
    free(out);
}

static void a_length_that_would_wrap_is_refused(void **state)
{
    struct byte_writer writer;

    (void)state;
    byte_writer_init(&writer, SIZE_MAX);
    byte_writer_u8(&writer, 1);
    byte_writer_bytes(&writer, "", SIZE_MAX);
    assert_int_equal(writer.result, RESULT_TOO_LARGE);
    byte_writer_reset(&writer);
    byte_writer_prefixed(&writer, "", (size_t)UINT32_MAX + 1);
    assert_int_equal(writer.result, RESULT_TOO_LARGE);
    assert_int_equal(writer.size, 0);
    byte_writer_release(&writer);
}

static void a_writer_can_be_used_again_after_taking(void **state)
{
    struct byte_writer writer;
    uint8_t *first = NULL;
    uint8_t *second = NULL;
    size_t size = 0;

    (void)state;
    byte_writer_init(&writer, 10);
    byte_writer_u8(&writer, 1);
    assert_int_equal(byte_writer_take(&writer, &first, &size), RESULT_OK);
    byte_writer_u8(&writer, 2);
    assert_int_equal(byte_writer_take(&writer, &second, &size), RESULT_OK);
    assert_int_equal(first[0], 1);
    assert_int_equal(second[0], 2);
    free(first);
    free(second);
    byte_writer_release(&writer);
    byte_writer_release(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_big_endian_and_in_order),
        cmocka_unit_test(nothing_written_is_taken_as_an_empty_block),
        cmocka_unit_test(the_limit_can_be_reached_and_not_passed),
        cmocka_unit_test(the_first_failure_sticks),
        cmocka_unit_test(a_length_that_would_wrap_is_refused),
        cmocka_unit_test(a_writer_can_be_used_again_after_taking),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
