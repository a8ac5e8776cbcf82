#include "protocol/record/record_path.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void test_names_of_a_record_are_taken(void **state)
{
    (void)state;
    assert_int_equal(record_path_check(TEXT_LITERAL("log/events.jsonl")),
                     RESULT_OK);
    assert_int_equal(record_path_check(TEXT_LITERAL("documents/biên bản.pdf")),
                     RESULT_OK);
    assert_int_equal(record_path_check(TEXT_LITERAL(".a/..b")), RESULT_OK);
    assert_int_equal(record_path_check(TEXT_LITERAL("")), RESULT_MALFORMED);
    assert_int_equal(record_path_check(TEXT_LITERAL("a/..")), RESULT_MALFORMED);
}

static enum result apart(const char *a, const char *b, const char *c)
{
    const struct text_view paths[] = { text_view_of(a), text_view_of(b),
                                       text_view_of(c) };
    size_t place;

    return record_paths_are_apart(paths, 3, &place);
}

static void test_names_are_apart_on_every_system(void **state)
{
    (void)state;
    assert_int_equal(apart("a", "b/a", "b/b"), RESULT_OK);
    assert_int_equal(apart("a", "b", "A"), RESULT_EXISTS);
    assert_int_equal(apart("Đ/a", "b", "đ/A"), RESULT_EXISTS);
    assert_int_equal(apart("a", "a-b", "a/b"), RESULT_EXISTS);
    assert_int_equal(apart("A", "b", "a/b/c"), RESULT_EXISTS);
}

static void test_the_order_is_that_of_bytes(void **state)
{
    (void)state;
    assert_true(record_path_compare(TEXT_LITERAL("a"), TEXT_LITERAL("ab")) < 0);
    assert_true(record_path_compare(TEXT_LITERAL("b"), TEXT_LITERAL("ab")) > 0);
    assert_int_equal(record_path_compare(TEXT_LITERAL("a"), TEXT_LITERAL("a")),
                     0);
    assert_true(record_path_compare(TEXT_LITERAL("z"), TEXT_LITERAL("đ")) < 0);
    assert_true(record_path_is_ascii(TEXT_LITERAL("az~")));
    assert_false(record_path_is_ascii(TEXT_LITERAL("đ")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_a_record_are_taken),
        cmocka_unit_test(test_names_are_apart_on_every_system),
        cmocka_unit_test(test_the_order_is_that_of_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
