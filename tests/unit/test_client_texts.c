/* What becomes of the minute-taker's texts, against a server that the test
 * plays: the device keeps each until it is in the log. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/text_store.h"
#include "tests/support/writing_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SENTENCE "Chi bộ thống nhất nội dung báo cáo."
#define WRITE "{\"op\":\"write_entry\",\"text\":\"" SENTENCE "\"}"
#define EDIT                                                                   \
    "{\"op\":\"edit_entry\",\"entry\":\"e1\",\"version\":1,\"text\":"          \
    "\"" SENTENCE "\"}"

static const struct text_store *kept(const struct client_world *world)
{
    return client_engine_view(world->line.engine)->kept;
}

/* The server writes e1 for the request of this id. */
static void write_entry(struct client_world *world, json_int_t id)
{
    writing_world_write(world, id, SENTENCE);
}

static enum client_text_stage next_stage(struct client_world *world)
{
    struct client_notice *notice = line_notice(&world->line, CLIENT_TEXT);
    const enum client_text_stage stage = notice->text_stage;

    client_notice_free(notice);
    return stage;
}

static void come_back(struct client_world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, CLIENT_WORLD_JOIN);
    line_join(&world->line, &world->registry);
    line_join(&world->line, &world->author);
}

static void a_text_is_on_disk_before_it_is_sent(void **state)
{
    struct client_world *world = *state;
    struct text_store *store = NULL;
    struct client_entropy none = { NULL, NULL };
    size_t unread = 0;

    client_world_enter(world);
    line_command(&world->line, 7, WRITE);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 1);
    assert_int_equal(text_store_open(&store, writing_world_folder(),
                                     world->line.profile.seed, &none, &unread),
                     RESULT_OK);
    assert_int_equal(text_store_count(store), 1);
    assert_int_equal((json_int_t)text_store_at(store, 0)->id,
                     line_sent_id(&world->line, "write_entry"));
    text_store_free(store);
    assert_int_equal(next_stage(world), CLIENT_TEXT_KEPT);
}

static void only_the_event_in_the_log_says_that_it_is_saved(void **state)
{
    struct client_world *world = *state;
    struct client_notice *notice;
    json_int_t id;

    client_world_enter(world);
    line_command(&world->line, 7, WRITE);
    id = line_sent_id(&world->line, "write_entry");
    assert_int_equal(next_stage(world), CLIENT_TEXT_KEPT);
    line_answer(&world->line, id, "\"ok\":true,\"seq\":15,\"made\":\"e1\"");
    assert_int_equal(text_store_count(kept(world)), 1);
    assert_false(line_has_notice(&world->line, CLIENT_TEXT));
    write_entry(world, id);
    line_say_log(&world->line, &world->author, AUTHOR_OPENED);
    notice = line_notice(&world->line, CLIENT_TEXT);
    assert_int_equal(notice->text_stage, CLIENT_TEXT_SAVED);
    assert_string_equal(notice->entry.text, "e1");
    assert_int_equal(notice->version, 1);
    assert_int_equal(notice->seq, AUTHOR_OPENED);
    client_notice_free(notice);
    assert_int_equal(text_store_count(kept(world)), 0);
}

static void after_a_crash_it_is_sent_again_under_its_id(void **state)
{
    struct client_world *world = *state;
    json_int_t id;

    client_world_enter(world);
    line_command(&world->line, 7, WRITE);
    id = line_sent_id(&world->line, "write_entry");
    client_world_crash(world);
    come_back(world);
    assert_int_equal(next_stage(world), CLIENT_TEXT_AGAIN);
    assert_int_equal(line_sent_id(&world->line, "write_entry"), id);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 2);
}

static void
what_is_found_in_the_log_after_a_crash_is_not_sent_again(void **state)
{
    struct client_world *world = *state;
    json_int_t id;

    client_world_enter(world);
    line_command(&world->line, 7, WRITE);
    id = line_sent_id(&world->line, "write_entry");
    client_world_crash(world);
    write_entry(world, id);
    come_back(world);
    assert_int_equal(next_stage(world), CLIENT_TEXT_SAVED);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 1);
    assert_int_equal(text_store_count(kept(world)), 0);
}

static void what_is_written_while_the_line_is_down_goes_out_once(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_close(&world->line, 1006);
    line_command(&world->line, 7, WRITE);
    assert_int_equal(next_stage(world), CLIENT_TEXT_KEPT);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 0);
    client_world_come_back(world);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 1);
}

static void a_full_server_is_asked_again_after_a_while(void **state)
{
    struct client_world *world = *state;
    json_int_t id;

    client_world_enter(world);
    line_command(&world->line, 7, WRITE);
    id = line_sent_id(&world->line, "write_entry");
    assert_int_equal(next_stage(world), CLIENT_TEXT_KEPT);
    line_answer(&world->line, id, "\"error\":{\"code\":\"store_failed\"}");
    assert_int_equal(next_stage(world), CLIENT_TEXT_DELAYED);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 1);
    assert_int_equal(text_store_at(kept(world), 0)->stage, TEXT_WAITING);
    line_wait(&world->line, CLIENT_TEXT_RETRY_MS);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 2);
    assert_int_equal(line_sent_id(&world->line, "write_entry"), id);
}

static void texts_that_a_full_server_refuses_keep_their_order(void **state)
{
    struct client_world *world = *state;
    json_int_t first;

    client_world_enter(world);
    line_command(&world->line, 7, WRITE);
    first = line_sent_id(&world->line, "write_entry");
    line_command(&world->line, 8, WRITE);
    line_command(&world->line, 9, WRITE);
    line_answer(&world->line, first, "\"error\":{\"code\":\"store_failed\"}");
    line_wait(&world->line, 1);
    line_answer(&world->line, first + 1,
                "\"error\":{\"code\":\"store_failed\"}");
    line_answer(&world->line, first + 2,
                "\"error\":{\"code\":\"store_failed\"}");
    line_wait(&world->line, CLIENT_TEXT_RETRY_MS - 1);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 4);
    line_wait(&world->line, 1);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 6);
    assert_int_equal(line_sent_id(&world->line, "write_entry"), first + 2);
    assert_int_equal(text_store_count(kept(world)), 3);
}

static void a_conflict_is_kept_with_its_reason_and_not_sent_again(void **state)
{
    struct client_world *world = *state;
    const struct kept_text *text;
    struct client_notice *notice;

    client_world_enter(world);
    line_command(&world->line, 7, EDIT);
    assert_int_equal(next_stage(world), CLIENT_TEXT_KEPT);
    line_answer(&world->line, line_sent_id(&world->line, "edit_entry"),
                "\"error\":{\"code\":\"entry_conflict\",\"args\":{\"entry\":"
                "\"e1\",\"version\":2}}");
    notice = line_notice(&world->line, CLIENT_TEXT);
    assert_int_equal(notice->text_stage, CLIENT_TEXT_REFUSED);
    assert_int_equal(notice->refusal.code, REFUSAL_ENTRY_CONFLICT);
    client_notice_free(notice);
    client_world_crash(world);
    come_back(world);
    assert_int_equal(line_sent_count(&world->line, "edit_entry"), 1);
    text = text_store_at(kept(world), 0);
    assert_int_equal(text->stage, TEXT_REFUSED);
    assert_string_equal(
        json_string_value(json_object_get(text->command, "text")), SENTENCE);
}

static void a_kept_text_that_is_sent_anew_is_kept_once(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_command(&world->line, 6,
                 "{\"op\":\"keep_text\",\"command\":" WRITE "}");
    assert_int_equal(text_store_at(kept(world), 0)->stage, TEXT_TYPING);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 0);
    line_command(&world->line, 7,
                 "{\"op\":\"write_entry\",\"kept\":1,\"text\":\"" SENTENCE
                 "\"}");
    assert_int_equal(text_store_count(kept(world)), 1);
    assert_int_equal(text_store_at(kept(world), 0)->stage, TEXT_WAITING);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 1);
    assert_null(
        json_object_get(line_sent_op(&world->line, "write_entry"), "kept"));
}

static void what_is_being_typed_outlives_a_crash_and_is_not_sent(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    line_command(&world->line, 6,
                 "{\"op\":\"keep_text\",\"command\":" WRITE "}");
    line_command(&world->line, 7,
                 "{\"op\":\"keep_text\",\"text\":1,\"command\":{\"op\":"
                 "\"write_entry\",\"text\":\"Chi bộ thống nhất\"}}");
    client_world_crash(world);
    come_back(world);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 0);
    assert_int_equal(text_store_count(kept(world)), 1);
    assert_string_equal(json_string_value(json_object_get(
                            text_store_at(kept(world), 0)->command, "text")),
                        "Chi bộ thống nhất");
}

static void what_follows_a_text_is_an_edit_once_that_is_saved(void **state)
{
    struct client_world *world = *state;
    const json_t *command;

    client_world_enter(world);
    line_command(&world->line, 6, WRITE);
    line_command(&world->line, 7,
                 "{\"op\":\"keep_text\",\"command\":{\"op\":\"write_entry\","
                 "\"text\":\"Thêm\",\"follows\":1}}");
    write_entry(world, line_sent_id(&world->line, "write_entry"));
    line_say_log(&world->line, &world->author, AUTHOR_OPENED);
    assert_int_equal(text_store_count(kept(world)), 1);
    command = text_store_at(kept(world), 0)->command;
    assert_string_equal(json_string_value(json_object_get(command, "op")),
                        "edit_entry");
    assert_string_equal(json_string_value(json_object_get(command, "entry")),
                        "e1");
    assert_int_equal(json_integer_value(json_object_get(command, "version")),
                     1);
    assert_string_equal(json_string_value(json_object_get(command, "text")),
                        "Thêm");
}

static bool is_answered_ok(struct client_world *world)
{
    struct client_notice *notice = line_notice(&world->line, CLIENT_ANSWER);
    const bool is_ok = notice->is_ok;

    client_notice_free(notice);
    return is_ok;
}

static void only_what_is_not_on_its_way_can_be_dropped(void **state)
{
    struct client_world *world = *state;

    client_world_enter(world);
    (void)line_has_notice(&world->line, CLIENT_ANSWER);
    line_command(&world->line, 6, WRITE);
    line_command(&world->line, 7, "{\"op\":\"drop_text\",\"text\":1}");
    assert_false(is_answered_ok(world));
    line_command(&world->line, 8,
                 "{\"op\":\"keep_text\",\"command\":" WRITE "}");
    assert_true(is_answered_ok(world));
    line_command(&world->line, 9, "{\"op\":\"drop_text\",\"text\":2}");
    assert_true(is_answered_ok(world));
    assert_int_equal(text_store_count(kept(world)), 1);
}

static void a_text_of_another_meeting_waits_for_it(void **state)
{
    struct client_world *world = *state;
    struct kept_text text = { .stage = TEXT_WAITING,
                              .log = { "c1.2" },
                              .id = 3 };
    struct fake_entropy chance;
    struct client_entropy entropy;
    struct text_store *store = NULL;
    uint64_t number = 0;
    size_t unread = 0;

    fake_entropy_init(&chance, 3);
    entropy = (struct client_entropy){ chance.port.fill, chance.port.user };
    assert_int_equal(text_store_open(&store, writing_world_folder(),
                                     world->line.profile.seed, &entropy,
                                     &unread),
                     RESULT_OK);
    text.command = json_pack("{s:s, s:s}", "op", "write_entry", "text", "Một");
    assert_int_equal(text_store_put(store, &text, &number), RESULT_OK);
    json_decref(text.command);
    text_store_free(store);
    client_world_enter(world);
    assert_int_equal(line_sent_count(&world->line, "write_entry"), 0);
    assert_int_equal(text_store_count(kept(world)), 1);
}

static void
a_disk_that_takes_nothing_does_not_keep_it_from_the_server(void **state)
{
    struct client_world *world = *state;
    FILE *file;

    client_world_enter(world);
    file = fopen(writing_world_folder(), "wb"); /* no folder can be made */
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    line_command(&world->line, 7, WRITE);
    assert_int_equal(next_stage(world), CLIENT_TEXT_UNKEPT);
    write_entry(world, line_sent_id(&world->line, "write_entry"));
    line_say_log(&world->line, &world->author, AUTHOR_OPENED);
    assert_int_equal(next_stage(world), CLIENT_TEXT_SAVED);
    assert_int_equal(unlink(writing_world_folder()), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, writing_world_set_up,                \
                                    writing_world_tear_down)
        TEST(a_text_is_on_disk_before_it_is_sent),
        TEST(only_the_event_in_the_log_says_that_it_is_saved),
        TEST(after_a_crash_it_is_sent_again_under_its_id),
        TEST(what_is_found_in_the_log_after_a_crash_is_not_sent_again),
        TEST(what_is_written_while_the_line_is_down_goes_out_once),
        TEST(a_full_server_is_asked_again_after_a_while),
        TEST(texts_that_a_full_server_refuses_keep_their_order),
        TEST(a_conflict_is_kept_with_its_reason_and_not_sent_again),
        TEST(a_kept_text_that_is_sent_anew_is_kept_once),
        TEST(what_is_being_typed_outlives_a_crash_and_is_not_sent),
        TEST(what_follows_a_text_is_an_edit_once_that_is_saved),
        TEST(only_what_is_not_on_its_way_can_be_dropped),
        TEST(a_text_of_another_meeting_waits_for_it),
        TEST(a_disk_that_takes_nothing_does_not_keep_it_from_the_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
