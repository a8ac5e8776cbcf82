/* Standard phrases that the minute-taker types by short keys. */
#include "client/cli/cli_phrases.h"

#include "client/cli/cli_command.h"
#include "protocol/base/limits.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct cli_phrases read_well(const char *text)
{
    struct cli_phrases phrases;
    const char *fault;
    int line;

    assert_int_equal(
        cli_phrases_read(text, strlen(text), &phrases, &line, &fault),
        RESULT_OK);
    return phrases;
}

static void expands(const char *typed, const char *expected)
{
    struct cli_phrases phrases =
        read_well("# câu mẫu\n\ntn = Hội nghị nhất trí thông qua\n"
                  "100 =100% nhất trí\r\n  kyk=không có ý kiến khác  ");
    char problem[CLI_PHRASES_PROBLEM_SIZE];
    char *text = cli_phrases_expand(&phrases, typed, problem);

    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
    assert_int_equal(problem[0] == '\0', expected != NULL);
    free(text);
    cli_phrases_release(&phrases);
}

static void a_key_becomes_its_phrase(void **state)
{
    (void)state;
    expands("/note ;tn", "/note Hội nghị nhất trí thông qua");
    expands("/ketluan ;tn, ;kyk.",
            "/ketluan Hội nghị nhất trí thông qua, không có ý kiến khác.");
    expands("/opinion Mẫu 04: ;100 (;kyk)",
            "/opinion Mẫu 04: 100% nhất trí (không có ý kiến khác)");
}

static void other_semicolons_stay(void **state)
{
    (void)state;
    expands("/note a;tn; b ; c", "/note a;tn; b ; c");
    expands("/note ;;tn", "/note ;tn");
    expands("/note một ; Ước", "/note một ; Ước");
}

static void an_unknown_key_is_told_and_nothing_is_written(void **state)
{
    struct cli_phrases phrases = read_well("tn = thông qua\n");
    char problem[CLI_PHRASES_PROBLEM_SIZE];

    (void)state;
    expands("/note ;tx xong", NULL);
    assert_null(cli_phrases_expand(&phrases, "/note ;tn ;xyz", problem));
    assert_non_null(strstr(problem, ";xyz"));
    assert_non_null(strstr(problem, "/phrases"));
    cli_phrases_release(&phrases);
}

static void what_is_wrong_in_a_file_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        int line;
        const char *fault;
    } rows[] = {
        { "tn = a\n\nthông qua\n", 3, "KEY = PHRASE" },
        { "# a\nTN = a\n", 2, "small letters" },
        { "= a\n", 1, "small letters" },
        { "abcdefghijklmnopq = a\n", 1, "small letters" },
        { "tn = a\nb = c\ntn = d\n", 3, "before" },
        { "tn =\n", 1, "missing" },
        { "tn = a\xff\n", 1, "no text" },
        { "tn = a\tb\n", 1, "no text" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cli_phrases phrases;
        const char *fault = NULL;
        int line = 0;

        assert_int_equal(cli_phrases_read(rows[i].text, strlen(rows[i].text),
                                          &phrases, &line, &fault),
                         RESULT_MALFORMED);
        assert_int_equal(line, rows[i].line);
        assert_non_null(strstr(fault, rows[i].fault));
        assert_int_equal(phrases.count, 0);
    }
}

static void too_many_or_too_long_phrases_are_refused(void **state)
{
    const size_t size = LIMIT_MINUTES_ENTRY_LENGTH + 10;
    char *text = malloc(size + CLI_PHRASES_MAX * 20);
    struct cli_phrases phrases;
    const char *fault;
    size_t used = 0;
    int line, i;

    (void)state;
    memset(text, 'a', size);
    memcpy(text, "tn = ", 5);
    assert_int_equal(cli_phrases_read(text, size, &phrases, &line, &fault),
                     RESULT_MALFORMED);
    for (i = 0; i <= CLI_PHRASES_MAX; i++)
        used += (size_t)snprintf(text + used, 20, "k%d = a\n", i);
    assert_int_equal(cli_phrases_read(text, used, &phrases, &line, &fault),
                     RESULT_MALFORMED);
    assert_int_equal(line, CLI_PHRASES_MAX + 1);
    free(text);
}

static void a_phrase_typed_in_parts_is_put_together(void **state)
{
    struct cli_phrases phrases = read_well("tn = nha\u0302\u0301t tri\u0301\n");

    (void)state;
    assert_string_equal(phrases.rows[0].text, "nhất trí");
    cli_phrases_release(&phrases);
}

static void only_lines_that_write_to_the_minutes_are_looked_at(void **state)
{
    (void)state;
    assert_true(cli_command_is_entry("/note ;tn"));
    assert_true(cli_command_is_entry("  /Ghi ;tn"));
    assert_true(cli_command_is_entry("/kết luận ;tn") ||
                cli_command_is_entry("/kết-luận ;tn"));
    assert_true(cli_command_is_entry("/edit e3 ;tn"));
    assert_false(cli_command_is_entry("/motion ;tn"));
    assert_false(cli_command_is_entry(";tn"));
    assert_false(cli_command_is_entry("/"));
    assert_false(cli_command_is_entry(""));
}

static void the_file_that_is_delivered_is_right_and_has_the_list(void **state)
{
    struct cli_phrases phrases;
    char *shown = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&shown, &size);

    (void)state;
    assert_true(cli_phrases_load("config/templates/phrases.conf", &phrases));
    assert_true(phrases.count > 10);
    cli_phrases_show(&phrases, out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(shown, ";tn "));
    assert_non_null(strstr(shown, "Hội nghị nhất trí thông qua\n"));
    free(shown);
    cli_phrases_release(&phrases);
    assert_false(cli_phrases_load("tests/no/such/file", &phrases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_becomes_its_phrase),
        cmocka_unit_test(other_semicolons_stay),
        cmocka_unit_test(an_unknown_key_is_told_and_nothing_is_written),
        cmocka_unit_test(what_is_wrong_in_a_file_is_told_with_its_line),
        cmocka_unit_test(too_many_or_too_long_phrases_are_refused),
        cmocka_unit_test(a_phrase_typed_in_parts_is_put_together),
        cmocka_unit_test(only_lines_that_write_to_the_minutes_are_looked_at),
        cmocka_unit_test(the_file_that_is_delivered_is_right_and_has_the_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
