/* Kept texts, versions and conflicts, as lines for people. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/cli/cli_texts.h"
#include "tests/support/writing_world.h"

#include <stdlib.h>
#include <string.h>

#define CONFLICT                                                               \
    "\"error\":{\"code\":\"entry_conflict\",\"args\":{\"id\":\"e1\","          \
    "\"version\":2}}"

static const struct meeting_view *view_of(struct client_world *world)
{
    return client_engine_view(world->line.engine);
}

static void follow(struct client_world *world, size_t from)
{
    line_say_log(&world->line, &world->author, from);
}

/* m2 has written e1, m1 has edited it, and m2 as well, from the first one. */
static void play_conflict(struct client_world *world)
{
    client_world_enter(world);
    writing_world_write(world, 0, "Một");
    follow(world, AUTHOR_OPENED);
    line_command(&world->line, 7,
                 "{\"op\":\"edit_entry\",\"entry\":\"e1\",\"version\":1,"
                 "\"text\":\"Của thư ký\"}");
    writing_world_edit(world, "m1", 2, "Của chủ trì");
    follow(world, AUTHOR_OPENED + 1);
    line_answer(&world->line, line_sent_id(&world->line, "edit_entry"),
                CONFLICT);
}

static void assert_has(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("no \"%s\" in:\n%s", words, text);
}

static void a_conflict_shows_both_texts_and_what_to_do(void **state)
{
    struct client_world *world = *state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    play_conflict(world);
    assert_non_null(out);
    cli_texts_conflict_show(view_of(world), 1, out);
    assert_int_equal(fclose(out), 0);
    assert_has(text, "(e1): version 2,");
    assert_has(text, "Của chủ trì\n");
    assert_has(text, "text 1: Của thư ký\n");
    assert_has(text, "/mine 1");
    assert_has(text, "/theirs 1");
    free(text);
}

static void the_history_has_all_versions_with_their_authors(void **state)
{
    struct client_world *world = *state;
    const struct identifier e1 = { "e1" };
    char *text = NULL, *first, *second;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    play_conflict(world);
    assert_non_null(out);
    cli_texts_history_show(view_of(world), &e1, out);
    assert_int_equal(fclose(out), 0);
    first = strstr(text, "version 1,");
    second = strstr(text, "version 2,");
    assert_non_null(first);
    assert_non_null(second);
    assert_true(first < second);
    assert_has(first, ": Một\n");
    assert_has(second, ": Của chủ trì\n");
    free(text);
}

static void what_waits_for_the_user_is_listed_and_counted(void **state)
{
    struct client_world *world = *state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    json_t *list;

    play_conflict(world);
    line_command(&world->line, 8,
                 "{\"op\":\"keep_text\",\"command\":{\"op\":\"write_entry\","
                 "\"text\":\"Đang gõ\"}}");
    assert_non_null(out);
    cli_texts_show(view_of(world), out);
    assert_int_equal(fclose(out), 0);
    assert_has(text, "1 (not saved, kept here, e1): Của thư ký\n");
    assert_has(text, "2 (being typed, not sent): Đang gõ\n");
    assert_int_equal(cli_texts_count(view_of(world)), 2);
    list = cli_texts_json(view_of(world));
    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(list, 0), "stage")),
        "refused");
    json_decref(list);
    free(text);
}

static void where_nothing_is_kept_that_is_said(void **state)
{
    struct client_world *world = *state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    client_world_enter(world);
    assert_non_null(out);
    cli_texts_show(view_of(world), out);
    assert_int_equal(fclose(out), 0);
    assert_has(text, "is saved");
    assert_int_equal(cli_texts_count(view_of(world)), 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, writing_world_set_up,                \
                                    writing_world_tear_down)
        TEST(a_conflict_shows_both_texts_and_what_to_do),
        TEST(the_history_has_all_versions_with_their_authors),
        TEST(what_waits_for_the_user_is_listed_and_counted),
        TEST(where_nothing_is_kept_that_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
