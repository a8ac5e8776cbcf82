/* The line in words, and the commands about it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/cli/cli_command.h"
#include "client/cli/cli_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_step_has_a_sentence_and_a_word(void **state)
{
    static const struct {
        enum line_step step;
        const char *word, *sentence;
    } rows[] = {
        { LINE_PLAIN, "good", "The line is good: sound is sent as usual." },
        { LINE_PAIRED, "slow",
          "The line is slow: sound is sent in larger pieces." },
        { LINE_SLIM, "slow",
          "The line is slow: sound is sent in larger pieces, and voices a "
          "little poorer." },
        { LINE_ROUGH, "rough",
          "The line is bad: sound is sent twice over up to 4 connections and "
          "heard about 0.1 seconds later." },
        { LINE_ROUGHER, "rough",
          "The line is bad: sound is sent three times over up to 6 connections "
          "and heard about 0.2 seconds later." },
        { LINE_THIN, "rough",
          "The line is bad: sound is sent twice over up to 6 connections and "
          "heard about 0.3 seconds later." },
        { LINE_NARROW, "narrow",
          "The line carries very little: one voice at a time, poorer, heard "
          "about 0.4 seconds later." },
    };
    char words[CLI_LINE_SIZE];

    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], LINE_STEPS);
    for (size_t i = 0; i < LINE_STEPS; i++) {
        struct view_line line = { .step = rows[i].step };
        json_t *object = cli_line_json(&line);

        cli_line_words(&line, words);
        assert_string_equal(words, rows[i].sentence);
        assert_string_equal(json_string_value(json_object_get(object, "state")),
                            rows[i].word);
        json_decref(object);
        line.is_silent = true;
        cli_line_words(&line, words);
        assert_int_equal(strncmp(words, "Nothing comes", 13), 0);
    }
}

static void what_did_not_help_is_said_and_when_it_is_tried_again(void **state)
{
    static const char sentence[] =
        "Sending all sound several times did not help here: it is sent once "
        "again. In about 2 minutes that is tried once more; nothing need be "
        "done.";
    struct view_line line = { .step = LINE_PLAIN,
                              .copies_given_up = 1,
                              .copies_wait_s = 119 };
    json_t *object = cli_line_json(&line);
    char words[CLI_LINE_SIZE];

    (void)state;
    assert_int_equal(
        json_integer_value(json_object_get(object, "copies_given_up")), 1);
    assert_int_equal(
        json_integer_value(json_object_get(object, "copies_wait_s")), 119);
    json_decref(object);
    cli_line_words(&line, words);
    assert_string_equal(words, sentence);
    line.step = LINE_PAIRED;
    cli_line_words(&line, words);
    assert_string_equal(words, sentence);
    /* Not where it is of no matter. */
    line.step = LINE_NARROW;
    cli_line_words(&line, words);
    assert_string_not_equal(words, sentence);
    line = (struct view_line){ .step = LINE_PLAIN, .copies_given_up = 1 };
    cli_line_words(&line, words);
    assert_string_not_equal(words, sentence);
}

static char *put(void (*write)(FILE *out))
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    write(out);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void put_a_line(FILE *out)
{
    const struct view_line line = { .step = LINE_ROUGH,
                                    .choice = LINE_KEEP_ROUGH,
                                    .round_trip_ms = 210,
                                    .came = 980,
                                    .late = 31,
                                    .lost = 20 };

    cli_line_put(&line, out);
}

static void put_figures(FILE *out)
{
    const struct voice_statistics statistics = { .received = 1000,
                                                 .played = 970,
                                                 .concealed = 30,
                                                 .repaired = 10,
                                                 .late = 4,
                                                 .stale = 1,
                                                 .delay_ms = 140,
                                                 .target_ms = 120 };

    cli_statistics_put(&statistics, out);
}

static void put_nothing(FILE *out)
{
    const struct voice_statistics statistics = { .sent = 10 };

    cli_statistics_put(&statistics, out);
}

static void what_is_known_is_said_in_words(void **state)
{
    char *line = put(put_a_line), *figures = put(put_figures);
    char *nothing = put(put_nothing);

    (void)state;
    assert_non_null(strstr(line, "you chose rough"));
    assert_non_null(strstr(line, "There and back: 210 ms"));
    assert_non_null(strstr(line, "3 in 100 came late, 2 in 100 never"));
    assert_non_null(strstr(figures, "waits 140 ms here"));
    assert_non_null(strstr(figures, "missing, and made up: 2.0 %"));
    assert_non_null(strstr(figures, "missing, and mended: 1.0 %"));
    assert_non_null(strstr(figures, "too late to be heard: 0.5 %"));
    assert_non_null(strstr(figures, "too slow: 0.0 %"));
    assert_string_equal(nothing, "Nobody has been heard yet.\n");
    free(line);
    free(figures);
    free(nothing);
}

static void it_is_typed_in_either_language(void **state)
{
    static const struct {
        const char *line;
        enum cli_action action;
        const char *text;
    } rows[] = {
        { "/connection", CLI_ACTION_SPEECH_LINE, "" },
        { "/connection auto", CLI_ACTION_SPEECH_LINE, "auto" },
        { "/connection good", CLI_ACTION_SPEECH_LINE, "plain" },
        { "/connection rough", CLI_ACTION_SPEECH_LINE, "rough" },
        { "/connection narrow", CLI_ACTION_SPEECH_LINE, "narrow" },
        { "/đường-truyền", CLI_ACTION_SPEECH_LINE, "" },
        { "/duong-truyen tự động", CLI_ACTION_SPEECH_LINE, "auto" },
        { "/duong-truyen tốt", CLI_ACTION_SPEECH_LINE, "plain" },
        { "/duong-truyen kém", CLI_ACTION_SPEECH_LINE, "rough" },
        { "/duong-truyen hẹp", CLI_ACTION_SPEECH_LINE, "narrow" },
        { "/connection golden", CLI_ACTION_NONE, NULL },
        { "/stats", CLI_ACTION_STATISTICS, "" },
        { "/thống-kê", CLI_ACTION_STATISTICS, "" },
        { "/constant on", CLI_ACTION_CONSTANT, "on" },
        { "/gửi-đều tắt", CLI_ACTION_CONSTANT, "off" },
        { "/constant", CLI_ACTION_NONE, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct meeting_view view = { .me = { "m4" } };
        const struct identifier log = { "org.1" };
        struct cli_typed typed;
        char line[100];

        (void)snprintf(line, sizeof line, "%s", rows[i].line);
        cli_command_read(&view, &log, line, &typed);
        assert_int_equal(typed.action, rows[i].action);
        assert_int_equal(typed.problem[0] != '\0', rows[i].text == NULL);
        if (rows[i].text)
            assert_string_equal(typed.text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_has_a_sentence_and_a_word),
        cmocka_unit_test(what_did_not_help_is_said_and_when_it_is_tried_again),
        cmocka_unit_test(what_is_known_is_said_in_words),
        cmocka_unit_test(it_is_typed_in_either_language),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
