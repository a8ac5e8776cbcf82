#include "protocol/record/summed_text.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* SHA-256 of "một\n", by sha256sum. */
#define SUM_OF_ONE                                                             \
    "f9ae3b14b48e608d0a37375dea415e8b357d724a0b1f116ee978437ac85f298c"

static char *summed(const char *lines, size_t *size)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;

    byte_writer_init(&writer, 4096);
    byte_writer_text(&writer, text_view_of(lines));
    summed_text_end(&writer);
    assert_int_equal(byte_writer_take(&writer, &bytes, size), RESULT_OK);
    byte_writer_release(&writer);
    return (char *)bytes;
}

static void the_last_line_is_the_hash_of_the_others(void **state)
{
    static const char expected[] = "một\nsum " SUM_OF_ONE "\n";
    size_t size = 0;
    char *text = summed("một\n", &size);

    (void)state;
    assert_int_equal(size, sizeof expected - 1);
    assert_memory_equal(text, expected, size);
    free(text);
}

static void a_whole_text_comes_back_without_its_sum(void **state)
{
    static const char *const texts[] = { "", "\n", "một\n", "một\nhai\n" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t size = 0;
        char *bytes = summed(texts[i], &size);
        struct text_view text = { bytes, size };

        assert_int_equal(summed_text_check(&text), RESULT_OK);
        assert_true(text_view_is(text, texts[i]));
        free(bytes);
    }
}

static void every_cut_is_told_as_one(void **state)
{
    size_t size = 0;
    char *bytes = summed("một\nhai\n", &size);

    (void)state;
    for (size_t cut = 0; cut < size; cut++) {
        struct text_view text = { bytes, cut };

        assert_int_equal(summed_text_check(&text), RESULT_TRUNCATED);
        assert_int_equal(text.size, cut);
    }
    free(bytes);
}

static void a_change_above_the_sum_is_damage(void **state)
{
    size_t size = 0;
    char *bytes = summed("một\nhai\n", &size);
    struct text_view text = { bytes, size };

    (void)state;
    bytes[0] = 'M';
    assert_int_equal(summed_text_check(&text), RESULT_CORRUPT);
    bytes[0] = 'm';
    bytes[size - 2] = bytes[size - 2] == '0' ? '1' : '0';
    assert_int_equal(summed_text_check(&text), RESULT_CORRUPT);
    assert_int_equal(text.size, size);
    free(bytes);
}

static void a_sum_that_does_not_begin_a_line_is_none(void **state)
{
    struct text_view text = TEXT_LITERAL("một sum " SUM_OF_ONE "\n");

    (void)state;
    assert_int_equal(summed_text_check(&text), RESULT_TRUNCATED);
}

static void a_writer_that_failed_stays_as_it_is(void **state)
{
    struct byte_writer writer;

    (void)state;
    byte_writer_init(&writer, 2);
    byte_writer_text(&writer, TEXT_LITERAL("một\n"));
    summed_text_end(&writer);
    assert_int_equal(writer.result, RESULT_TOO_LARGE);
    assert_int_equal(writer.size, 0);
    byte_writer_release(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_line_is_the_hash_of_the_others),
        cmocka_unit_test(a_whole_text_comes_back_without_its_sum),
        cmocka_unit_test(every_cut_is_told_as_one),
        cmocka_unit_test(a_change_above_the_sum_is_damage),
        cmocka_unit_test(a_sum_that_does_not_begin_a_line_is_none),
        cmocka_unit_test(a_writer_that_failed_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
