#include "server/platform/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What `write_lines` puts on standard error, as a string. */
static void capture(void (*write_lines)(void), char *out, size_t size)
{
    int ends[2];
    int kept = dup(STDERR_FILENO);

    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    write_lines();
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(ends[1]);
    ssize_t got = read(ends[0], out, size - 1);
    close(ends[0]);
    out[got > 0 ? got : 0] = '\0';
}

static void assert_quoted(const char *bytes, size_t size, const char *wanted)
{
    assert_string_equal(log_quote(bytes, size).text, wanted);
}

static void a_vietnamese_name_stays_readable(void **state)
{
    static const char nfc[] = "Đảng viên Mẫu 01";
    static const char nfd[] = "Đa\xcc\x89ng viên";

    (void)state;
    assert_quoted(nfc, sizeof nfc - 1, nfc);
    assert_quoted(nfd, sizeof nfd - 1, nfd);
}

static void what_could_forge_a_line_is_escaped(void **state)
{
    (void)state;
    assert_quoted("a\nb\r\tc", 6, "a\\x0ab\\x0d\\x09c");
    assert_quoted("\0\x7f", 2, "\\x00\\x7f");
    assert_quoted("\"\\", 2, "\\\"\\\\");
    /* U+009B control sequence introducer, U+202E override, U+2028 separator */
    assert_quoted("\xc2\x9b", 2, "\\xc2\\x9b");
    assert_quoted("\xe2\x80\xae", 3, "\\xe2\\x80\\xae");
    assert_quoted("\xe2\x80\xa8", 3, "\\xe2\\x80\\xa8");
}

static void bytes_that_are_not_utf8_are_escaped_one_by_one(void **state)
{
    (void)state;
    assert_quoted("\xff\xc3(", 3, "\\xff\\xc3(");
    assert_quoted("\xed\xa0\x80", 3, "\\xed\\xa0\\x80");
    assert_quoted("", 0, "");
}

static void a_long_text_is_cut_to_80_bytes_between_letters(void **state)
{
    char text[200];

    (void)state;
    memset(text, 'a', sizeof text);
    assert_int_equal(strlen(log_quote(text, 80).text), 80);
    assert_string_equal(log_quote(text, 80).text + 77, "aaa");
    assert_int_equal(strlen(log_quote(text, 81).text), 80);
    assert_string_equal(log_quote(text, 81).text + 77, "...");

    /* 75 letters, then letters of three bytes: one fits before the mark's
     * place would be passed, none is cut in two. */
    for (size_t i = 75; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "ệ", 3);
    assert_string_equal(log_quote(text, 198).text + 73, "aa...");
}

static void write_some(void)
{
    log_error("room %s: lost", "R1");
    log_info("left out");
    log_warning("two\nlines");
}

static void a_message_is_one_line_with_time_and_level(void **state)
{
    char out[512];
    int year, seconds;

    (void)state;
    log_set_level(LOG_LEVEL_WARNING);
    capture(write_some, out, sizeof out);
    assert_int_equal(
        sscanf(out, "%4d-%*2d-%*2dT%*2d:%*2d:%2d.%*3dZ", &year, &seconds), 2);
    assert_true(year >= 2024 && seconds <= 60);
    assert_non_null(strstr(out, "Z error: room R1: lost\n"));
    assert_non_null(strstr(out, "Z warning: two lines\n"));
    assert_null(strstr(out, "left out"));
}

static void write_long(void)
{
    char text[3000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_error("%s", text);
}

static void a_message_too_long_is_cut_and_ends_its_line(void **state)
{
    char out[4000];

    (void)state;
    capture(write_long, out, sizeof out);
    assert_int_equal(strlen(out), 1024);
    assert_int_equal(out[1023], '\n');
}

static void a_limiter_lets_so_many_a_second_through(void **state)
{
    struct log_limiter limiter = { .per_second = 2 };
    unsigned suppressed = 9;

    (void)state;
    assert_true(log_limiter_admits(&limiter, 5000, &suppressed));
    assert_int_equal(suppressed, 0);
    assert_true(log_limiter_admits(&limiter, 5999, NULL));
    assert_false(log_limiter_admits(&limiter, 5999, &suppressed));
    assert_false(log_limiter_admits(&limiter, 5999, &suppressed));
    assert_true(log_limiter_admits(&limiter, 6000, &suppressed));
    assert_int_equal(suppressed, 2);
    assert_true(log_limiter_admits(&limiter, 6000, &suppressed));
    assert_int_equal(suppressed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vietnamese_name_stays_readable),
        cmocka_unit_test(what_could_forge_a_line_is_escaped),
        cmocka_unit_test(bytes_that_are_not_utf8_are_escaped_one_by_one),
        cmocka_unit_test(a_long_text_is_cut_to_80_bytes_between_letters),
        cmocka_unit_test(a_message_is_one_line_with_time_and_level),
        cmocka_unit_test(a_message_too_long_is_cut_and_ends_its_line),
        cmocka_unit_test(a_limiter_lets_so_many_a_second_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
