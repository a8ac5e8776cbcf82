#include "client/cli/cli_editor.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct cli_editor *editor = calloc(1, sizeof *editor);

    assert_non_null(editor);
    assert_true(cli_editor_begin(editor, json_pack("{s:s}", "item", "a1")));
    *state = editor;
    return 0;
}

static int tear_down(void **state)
{
    struct cli_editor *editor = *state;

    cli_editor_release(editor);
    free(editor);
    return 0;
}

/* What is to be sent now, as "op text"; sent under this tag. */
static void assert_sends(struct cli_editor *editor, uint64_t tag,
                         const char *op, const char *text)
{
    json_t *command = cli_editor_next(editor);
    const json_t *sent = command;

    assert_non_null(command);
    assert_string_equal(json_string_value(json_object_get(command, "op")), op);
    if (strcmp(op, "keep_text") == 0)
        sent = json_object_get(command, "command");
    assert_string_equal(json_string_value(json_object_get(sent, "text")), text);
    cli_editor_sent(editor, tag);
    json_decref(command);
}

static void assert_sends_nothing(struct cli_editor *editor)
{
    assert_null(cli_editor_next(editor));
}

static void tell(struct cli_editor *editor, uint64_t tag,
                 enum client_text_stage stage, uint64_t version)
{
    struct client_notice notice = { .kind = CLIENT_TEXT,
                                    .tag = tag,
                                    .text_stage = stage,
                                    .version = version,
                                    .entry = { "e7" } };

    cli_editor_on_notice(editor, &notice);
}

static void tell_kept(struct cli_editor *editor, uint64_t tag, char *answer)
{
    struct client_notice notice = { .kind = CLIENT_ANSWER,
                                    .tag = tag,
                                    .is_ok = true,
                                    .json = answer,
                                    .json_size = strlen(answer) };

    cli_editor_on_notice(editor, &notice);
}

static void each_line_is_a_batch_of_its_own(void **state)
{
    struct cli_editor *editor = *state;
    json_t *command;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    tell(editor, 5, CLIENT_TEXT_KEPT, 0);
    assert_sends_nothing(editor);
    tell(editor, 5, CLIENT_TEXT_SAVED, 1);
    assert_sends_nothing(editor);
    assert_true(cli_editor_add(editor, "Hai"));
    command = cli_editor_next(editor);
    assert_string_equal(json_string_value(json_object_get(command, "entry")),
                        "e7");
    assert_int_equal(json_integer_value(json_object_get(command, "version")),
                     1);
    assert_string_equal(json_string_value(json_object_get(command, "text")),
                        "Một\nHai");
    json_decref(command);
}

static void lines_wait_together_while_a_batch_is_on_its_way(void **state)
{
    struct cli_editor *editor = *state;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    assert_true(cli_editor_add(editor, "Hai"));
    assert_sends(editor, 6, "keep_text", "Một\nHai");
    assert_true(cli_editor_add(editor, "Ba"));
    assert_sends_nothing(editor);
    tell_kept(editor, 6, (char[]){ "{\"ok\":true,\"text\":9}" });
    assert_sends(editor, 7, "keep_text", "Một\nHai\nBa");
    tell(editor, 5, CLIENT_TEXT_SAVED, 1);
    assert_sends_nothing(editor); /* its number is not known yet */
    tell_kept(editor, 7, (char[]){ "{\"ok\":true,\"text\":9}" });
    assert_sends(editor, 8, "edit_entry", "Một\nHai\nBa");
    assert_int_equal(editor->draft, 0);
    tell(editor, 8, CLIENT_TEXT_SAVED, 2);
    assert_false(cli_editor_is_busy(editor));
}

static void a_kept_draft_goes_in_the_place_of_itself(void **state)
{
    struct cli_editor *editor = *state;
    json_t *command;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    assert_true(cli_editor_add(editor, "Hai"));
    assert_sends(editor, 6, "keep_text", "Một\nHai");
    tell_kept(editor, 6, (char[]){ "{\"ok\":true,\"text\":9}" });
    tell(editor, 5, CLIENT_TEXT_SAVED, 1);
    command = cli_editor_next(editor);
    assert_int_equal(json_integer_value(json_object_get(command, "kept")), 9);
    json_decref(command);
}

static void a_draft_says_which_text_it_goes_on_from(void **state)
{
    struct cli_editor *editor = *state;
    struct client_notice kept = { .kind = CLIENT_TEXT,
                                  .tag = 5,
                                  .text_stage = CLIENT_TEXT_KEPT,
                                  .text_number = 3 };
    json_t *command;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    cli_editor_on_notice(editor, &kept);
    assert_true(cli_editor_add(editor, "Hai"));
    command = cli_editor_next(editor);
    assert_int_equal(json_integer_value(json_object_get(
                         json_object_get(command, "command"), "follows")),
                     3);
    json_decref(command);
}

static void
after_a_conflict_nothing_more_is_sent_and_the_rest_is_kept(void **state)
{
    struct cli_editor *editor = *state;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    assert_true(cli_editor_add(editor, "Hai"));
    tell(editor, 5, CLIENT_TEXT_REFUSED, 0);
    assert_false(editor->is_open);
    assert_sends(editor, 6, "keep_text", "Một\nHai");
    assert_sends_nothing(editor);
    tell_kept(editor, 6, (char[]){ "{\"ok\":true,\"text\":9}" });
    assert_false(cli_editor_is_busy(editor));
    assert_null(editor->text);
}

static void what_is_on_its_way_goes_on_after_the_end(void **state)
{
    struct cli_editor *editor = *state;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    assert_true(cli_editor_add(editor, "Hai"));
    assert_sends(editor, 6, "keep_text", "Một\nHai");
    tell_kept(editor, 6, (char[]){ "{\"ok\":true,\"text\":9}" });
    cli_editor_done(editor);
    assert_true(cli_editor_is_busy(editor));
    tell(editor, 5, CLIENT_TEXT_SAVED, 1);
    assert_sends(editor, 7, "edit_entry", "Một\nHai");
    tell(editor, 7, CLIENT_TEXT_SAVED, 2);
    assert_false(cli_editor_is_busy(editor));
    assert_null(editor->text);
}

static void notices_of_others_change_nothing(void **state)
{
    struct cli_editor *editor = *state;

    assert_true(cli_editor_add(editor, "Một"));
    assert_sends(editor, 5, "write_entry", "Một");
    tell(editor, 4, CLIENT_TEXT_SAVED, 8);
    tell(editor, 0, CLIENT_TEXT_REFUSED, 0);
    assert_true(editor->is_open);
    assert_string_equal(editor->entry.text, "");
    assert_int_equal(editor->send_tag, 5);
}

static void lines_are_changed_and_taken_away(void **state)
{
    struct cli_editor *editor = *state;

    assert_false(cli_editor_set(editor, 1, "Không"));
    assert_true(cli_editor_add(editor, "Một"));
    assert_true(cli_editor_add(editor, "Hai"));
    assert_true(cli_editor_add(editor, "Ba"));
    assert_true(cli_editor_set(editor, 2, "Hai rưỡi"));
    assert_string_equal(editor->text, "Một\nHai rưỡi\nBa");
    assert_true(cli_editor_set(editor, 3, NULL));
    assert_string_equal(editor->text, "Một\nHai rưỡi");
    assert_true(cli_editor_set(editor, 1, NULL));
    assert_string_equal(editor->text, "Hai rưỡi");
    assert_false(cli_editor_set(editor, 2, "Không"));
    assert_false(cli_editor_set(editor, 0, "Không"));
}

static void an_entry_that_would_be_too_long_stays_as_it_is(void **state)
{
    struct cli_editor *editor = *state;
    char line[5001];

    memset(line, 'a', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    assert_true(cli_editor_add(editor, line));
    assert_false(cli_editor_add(editor, line));
    assert_int_equal(strlen(editor->text), 5000);
}

static void an_entry_is_gone_on_with_from_its_newest_version(void **state)
{
    struct cli_editor *editor = *state;
    const struct meeting_entry entry = { .id = { "e3" }, .version = 4 };
    json_t *command;

    assert_true(cli_editor_edit(editor, &entry, TEXT_LITERAL("Đã ghi")));
    assert_sends_nothing(editor);
    assert_true(cli_editor_add(editor, "Thêm"));
    command = cli_editor_next(editor);
    assert_string_equal(json_string_value(json_object_get(command, "op")),
                        "edit_entry");
    assert_int_equal(json_integer_value(json_object_get(command, "version")),
                     4);
    assert_string_equal(json_string_value(json_object_get(command, "text")),
                        "Đã ghi\nThêm");
    json_decref(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(each_line_is_a_batch_of_its_own),
        TEST(lines_wait_together_while_a_batch_is_on_its_way),
        TEST(a_kept_draft_goes_in_the_place_of_itself),
        TEST(a_draft_says_which_text_it_goes_on_from),
        TEST(after_a_conflict_nothing_more_is_sent_and_the_rest_is_kept),
        TEST(what_is_on_its_way_goes_on_after_the_end),
        TEST(notices_of_others_change_nothing),
        TEST(lines_are_changed_and_taken_away),
        TEST(an_entry_that_would_be_too_long_stays_as_it_is),
        TEST(an_entry_is_gone_on_with_from_its_newest_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
