#include "server/archive/archive_query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_query(const char *const *phrases, size_t count,
                         const char *expected)
{
    char *query = NULL;
    size_t bad = 0;

    assert_int_equal(archive_query_make(phrases, count, &query, &bad),
                     RESULT_OK);
    assert_string_equal(query, expected);
    free(query);
}

static void each_text_is_a_phrase_and_all_are_wanted(void **state)
{
    const char *phrases[] = { "biên bản", "Đảng viên Mẫu 01" };

    (void)state;
    assert_query(phrases, 1, "\"biên bản\"");
    assert_query(phrases, 2, "\"biên bản\" \"Đảng viên Mẫu 01\"");
}

static void a_quote_stays_inside_its_phrase(void **state)
{
    const char *phrases[] = { "a\" OR \"b", "\"\"x", "NEAR(a b)" };

    (void)state;
    assert_query(phrases, 3, "\"a\"\" OR \"\"b\" \"\"\"\"\"x\" \"NEAR(a b)\"");
}

static void a_phrase_without_a_word_is_refused_by_its_number(void **state)
{
    const char *phrases[] = { "biên bản", "* - …", "\xcc\x81" };
    char *query = NULL;
    size_t bad = 0;

    (void)state;
    assert_int_equal(archive_query_make(phrases, 3, &query, &bad),
                     RESULT_INVALID);
    assert_int_equal(bad, 1);
    phrases[1] = "";
    assert_int_equal(archive_query_make(phrases, 2, &query, &bad),
                     RESULT_INVALID);
    assert_int_equal(archive_query_make(&phrases[2], 1, &query, &bad),
                     RESULT_INVALID);
    assert_int_equal(archive_query_make(phrases, 0, &query, &bad),
                     RESULT_INVALID);
    assert_null(query);
}

static void what_is_no_text_or_too_long_is_refused(void **state)
{
    const char *broken[] = { "bi\xc3" };
    const char *many[ARCHIVE_QUERY_PHRASES + 1];
    char long_text[ARCHIVE_QUERY_SIZE + 1];
    const char *long_one[] = { long_text };
    char *query = NULL;
    size_t i, bad = 0;

    (void)state;
    for (i = 0; i <= ARCHIVE_QUERY_PHRASES; i++)
        many[i] = "a";
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(archive_query_make(broken, 1, &query, &bad),
                     RESULT_MALFORMED);
    assert_int_equal(
        archive_query_make(many, ARCHIVE_QUERY_PHRASES + 1, &query, &bad),
        RESULT_TOO_LARGE);
    assert_int_equal(archive_query_make(long_one, 1, &query, &bad),
                     RESULT_TOO_LARGE);
    assert_null(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_is_a_phrase_and_all_are_wanted),
        cmocka_unit_test(a_quote_stays_inside_its_phrase),
        cmocka_unit_test(a_phrase_without_a_word_is_refused_by_its_number),
        cmocka_unit_test(what_is_no_text_or_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
