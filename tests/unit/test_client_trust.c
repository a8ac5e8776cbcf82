/*
 * What a client does when history is wrong: it gives the alarm, takes nothing
 * further in, and signs nothing any more.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/client_engine_types.h"
#include "client/core/journal.h"
#include "tests/support/client_world.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/vote_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOIN "{\"op\":\"join\",\"log\":\"" AUTHOR_MEETING "\"}"
#define SWITCH "{\"log\":\"" AUTHOR_MEETING "\"}"
#define VOTE "{\"op\":\"vote\",\"vote\":\"v1\",\"choice\":\"yes\"}"

struct world {
    struct fake_line line;
    struct log_author author;
    struct scratch_folder folder;
    struct journal *journal;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct scratch_path path;

    assert_non_null(world);
    fake_line_init(&world->line, "m4");
    log_author_init(&world->author);
    log_author_open_meeting(&world->author);
    scratch_folder_make(&world->folder);
    path = scratch_folder_file(&world->folder, "journal");
    assert_int_equal(journal_create(path.text), RESULT_OK);
    assert_int_equal(journal_open(&world->journal, path.text), RESULT_OK);
    world->line.journal = world->journal;
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    fake_line_release(&world->line);
    log_author_release(&world->author);
    journal_free(world->journal);
    scratch_folder_remove(&world->folder);
    free(world);
    return 0;
}

static void ask_in(struct world *world)
{
    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, JOIN);
}

static void enter(struct world *world)
{
    ask_in(world);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->place, PLACE_IN);
    line_say(&world->line, SWITCH);
}

static void answer_join(struct world *world, const char *rest)
{
    char text[300];

    (void)snprintf(text, sizeof text, "{\"re\":%lld,%s}",
                   (long long)line_sent_id(&world->line, "join"), rest);
    line_say(&world->line, text);
}

/* The alarm was given for this reason, and the device is silent for good. */
static void expect_alarm(struct world *world, enum client_reason reason)
{
    struct fake_line *line = &world->line;
    struct client_notice *notice;
    size_t before;
    unsigned connects = line->connects;

    assert_int_equal(line_reason(line, CLIENT_TRUST_ALARM), reason);
    assert_true(client_engine_view(line->engine)->is_alarmed);
    assert_true(line->is_closing);
    before = line->sent_count;
    line_command(line, 70, VOTE);
    notice = line_notice(line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 70);
    assert_false(notice->is_ok);
    assert_int_equal(notice->refusal.code, REFUSAL_NO_SUCH_HEAD);
    client_notice_free(notice);
    line_close(line, 0);
    client_engine_reconnect(line->engine);
    line_wait(line, 3600000);
    assert_int_equal(line->connects, connects);
    assert_int_equal(line->sent_count, before);
}

/* `text` with `from` replaced by `to`, said to the engine. */
static void say_altered(struct world *world, const char *text, const char *from,
                        const char *to)
{
    char *copy = strdup(text), *place = strstr(copy, from);

    assert_non_null(place);
    assert_int_equal(strlen(from), strlen(to));
    memcpy(place, to, strlen(to));
    line_say(&world->line, copy);
    free(copy);
}

/* --- Gaps ---------------------------------------------------------------- */

static void a_gap_is_asked_for_once_and_a_second_one_is_an_alarm(void **state)
{
    struct world *world = *state;
    const char *second;
    const json_t *join;

    enter(world);
    (void)log_author_hand(&world->author, "m1");
    second = log_author_hand(&world->author, "m4");
    line_say(&world->line, second);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    join = line_sent_op(&world->line, "join");
    assert_int_equal(json_integer_value(json_object_get(join, "from")),
                     AUTHOR_OPENED);
    answer_join(world, "\"ok\":true,\"log\":\"c1.1\",\"state\":\"joined\","
                       "\"next\":17");
    line_say(&world->line, SWITCH);
    line_say(&world->line, second);
    expect_alarm(world, CLIENT_REASON_GAP);
}

static void a_gap_that_is_filled_is_forgotten(void **state)
{
    struct world *world = *state;
    const char *first, *second;

    enter(world);
    first = log_author_hand(&world->author, "m1");
    second = log_author_hand(&world->author, "m4");
    line_say(&world->line, second);
    line_close(&world->line, 0);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    line_join(&world->line, &world->author);
    assert_int_equal(client_engine_view(world->line.engine)->state->hand_count,
                     2);
    (void)first;
}

static void being_told_of_more_than_came_is_a_gap(void **state)
{
    struct world *world = *state;

    enter(world);
    line_say(&world->line, "{\"caught_up\":16,\"log\":\"c1.1\"}");
    assert_true(world->line.is_closing);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
}

/* --- Heads --------------------------------------------------------------- */

static void a_server_that_denies_our_history_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    line_close(&world->line, 1006);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    answer_join(world, "\"error\":{\"code\":\"no_such_head\"}");
    /* What the server has instead could be explained by a loss. */
    assert_int_equal(json_integer_value(json_object_get(
                         line_sent_op(&world->line, "join"), "from")),
                     0);
    answer_join(world, "\"error\":{\"code\":\"no_such_head\"}");
    expect_alarm(world, CLIENT_REASON_HEAD);
}

static void a_server_with_another_history_gives_the_alarm(void **state)
{
    struct world *world = *state;
    struct log_author other;

    enter(world);
    line_close(&world->line, 1006);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    answer_join(world, "\"error\":{\"code\":\"no_such_head\"}");
    log_author_init(&other);
    other.at_ms += 7;
    log_author_open_meeting(&other);
    answer_join(world, "\"ok\":true,\"log\":\"c1.1\",\"state\":\"joined\","
                       "\"next\":15");
    line_say_log(&world->line, &other, 0);
    log_author_release(&other);
    expect_alarm(world, CLIENT_REASON_FORK);
}

/* All has been said: it would have been said by now that the log is held. */
static void say_that_is_all(struct world *world, const char *caught_up)
{
    line_say(&world->line, caught_up);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    line_answer(&world->line, line_sent_id(&world->line, "ping"),
                "\"ok\":true,\"at\":5");
}

static void a_server_that_has_less_than_we_saw_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    line_close(&world->line, 1006);
    line_wait(&world->line, 20000);
    line_log_in(&world->line);
    answer_join(world, "\"ok\":true,\"log\":\"c1.1\",\"state\":\"joined\","
                       "\"next\":14");
    say_that_is_all(world, "{\"caught_up\":14,\"log\":\"c1.1\"}");
    expect_alarm(world, CLIENT_REASON_HEAD);
}

static void an_event_said_again_differently_gives_the_alarm(void **state)
{
    struct world *world = *state;
    const char *hand;

    enter(world);
    hand = log_author_hand(&world->author, "m1");
    line_say(&world->line, hand);
    line_say(&world->line, hand);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    say_altered(world, hand, "\"member\":\"m1\"", "\"member\":\"m2\"");
    expect_alarm(world, CLIENT_REASON_FORK);
}

static void a_head_of_an_earlier_run_holds_for_ever(void **state)
{
    struct world *world = *state;
    struct log_author other;

    enter(world);
    fake_line_stop(&world->line);
    /* The same beginning, another end. */
    log_author_init(&other);
    other.at_ms += 7;
    log_author_open_meeting(&other);
    ask_in(world);
    answer_join(world, "\"ok\":true,\"log\":\"c1.1\",\"state\":\"joined\","
                       "\"next\":15");
    line_say_log(&world->line, &other, 0);
    log_author_release(&other);
    expect_alarm(world, CLIENT_REASON_FORK);
}

static void a_shorter_log_than_in_an_earlier_run_gives_the_alarm(void **state)
{
    struct world *world = *state;
    size_t seq;

    enter(world);
    fake_line_stop(&world->line);
    ask_in(world);
    answer_join(world, "\"ok\":true,\"log\":\"c1.1\",\"state\":\"joined\","
                       "\"next\":14");
    line_say(&world->line, SWITCH);
    for (seq = 0; seq < 14; seq++)
        line_say(&world->line, world->author.events[seq]);
    say_that_is_all(world, "{\"caught_up\":14,\"log\":\"c1.1\"}");
    expect_alarm(world, CLIENT_REASON_HEAD);
}

static void the_same_log_in_a_second_run_is_fine(void **state)
{
    struct world *world = *state;

    enter(world);
    fake_line_stop(&world->line);
    (void)log_author_hand(&world->author, "m1");
    enter(world);
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
}

/* --- Party groups -------------------------------------------------------- */

#define GROUP_MEETING "c1.7"
static const struct hash group_end = { { 40 } };

/* A meeting held by the group that this device's member was in. */
static void enter_by_groups(struct world *world)
{
    const struct identifier group = { GROUP_MEETING };

    log_author_release(&world->author);
    log_author_init(&world->author);
    log_author_open_by_groups(&world->author, "u4", GROUP_MEETING);
    ask_in(world);
    assert_int_equal(anchors_note_last(memory_anchors(world->line.engine),
                                       &group, 40, &group_end),
                     RESULT_OK);
    line_join(&world->line, &world->author);
    line_say(&world->line, SWITCH);
}

static void the_groups_record_that_was_seen_is_gathered(void **state)
{
    struct world *world = *state;

    enter_by_groups(world);
    line_say(&world->line, log_author_gathered(&world->author, GROUP_MEETING,
                                               40, &group_end));
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
}

/* The chair signed it, who was shown another one, too. */
static void another_record_of_the_group_gives_the_alarm(void **state)
{
    const struct hash other = { { 41 } };
    struct world *world = *state;
    const struct meeting_view *view;

    enter_by_groups(world);
    view = client_engine_view(world->line.engine);
    line_say(&world->line,
             log_author_gathered(&world->author, GROUP_MEETING, 40, &other));
    assert_string_equal(view->alarm_log.text, GROUP_MEETING);
    expect_alarm(world, CLIENT_REASON_FORK);
}

static void what_is_signed_over_is_on_disk_before(void **state)
{
    struct world *world = *state;
    const struct identifier scope = { AUTHOR_MEETING };
    struct scratch_path path = scratch_folder_file(&world->folder, "journal");
    struct hash head;
    uint64_t seq;

    enter(world);
    line_say(&world->line, log_author_hand(&world->author, "m1"));
    line_command(&world->line, 2, VOTE);
    assert_non_null(line_sent_op(&world->line, "vote"));
    /* As a crash at this moment would leave it. */
    fake_line_stop(&world->line);
    journal_free(world->journal);
    assert_int_equal(journal_open(&world->journal, path.text), RESULT_OK);
    assert_int_equal(journal_recall(world->journal, &scope, &seq, &head),
                     RESULT_OK);
    assert_int_equal(seq, AUTHOR_OPENED);
    assert_memory_equal(head.bytes, world->author.heads[AUTHOR_OPENED].bytes,
                        32);
}

/* --- Events and acts ----------------------------------------------------- */

static void an_unsigned_event_altered_for_us_shows_at_the_next_act(void **state)
{
    struct world *world = *state;

    enter(world);
    say_altered(world, log_author_hand(&world->author, "m1"),
                "\"member\":\"m1\"", "\"member\":\"m2\"");
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    line_say(&world->line,
             log_author_chat(&world->author, "m1", "Tôi có ý kiến"));
    expect_alarm(world, CLIENT_REASON_FORK);
}

static const char *add_vote(struct world *world, const char *choice)
{
    struct meeting_event event = { .kind = EVENT_VOTE_STARTED_KIND };
    char value[100] = ",", commitment[HEX_SIZE(HASH_SIZE)];

    event.body.vote_started.vote = (struct identifier){ "v1" };
    event.body.vote_started.motion = author_seal("motion", "Thông qua");
    hex_encode(event.body.vote_started.motion.commitment.bytes, HASH_SIZE,
               commitment);
    /* The item is the subject, and there is none. */
    (void)snprintf(value, sizeof value, "%s,resolution,", commitment);
    vote_fixture_open_author(&event.body.vote_started);
    event.body.vote_started.act =
        log_author_act(&world->author, "m1", "start_vote", "", value);
    line_say(&world->line, log_author_add(&world->author, &event));
    event = (struct meeting_event){ .kind = EVENT_VOTE_CAST_KIND };
    event.body.vote_cast.vote = (struct identifier){ "v1" };
    event.body.vote_cast.member = (struct identifier){ "m1" };
    event.body.vote_cast.choice = CHOICE_YES;
    event.body.vote_cast.act =
        log_author_act(&world->author, "m1", "vote", "v1", choice);
    return log_author_add(&world->author, &event);
}

static void a_vote_as_it_was_signed_is_taken(void **state)
{
    struct world *world = *state;

    enter(world);
    line_say(&world->line, add_vote(world, "yes"));
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
    assert_int_equal(client_engine_view(world->line.engine)->state->next_seq,
                     AUTHOR_OPENED + 2);
}

static void a_vote_turned_round_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    /* The signature is good, and says something else than the event. */
    line_say(&world->line, add_vote(world, "no"));
    expect_alarm(world, CLIENT_REASON_ACT);
}

static void a_vote_in_the_name_of_another_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    say_altered(world, add_vote(world, "yes"),
                "\"vote\":\"v1\",\"member\":\"m1\"",
                "\"vote\":\"v1\",\"member\":\"m2\"");
    expect_alarm(world, CLIENT_REASON_ACT);
}

static void an_act_without_its_signature_gives_the_alarm(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_CLOSED_KIND };

    enter(world);
    line_say(&world->line, log_author_add(&world->author, &event));
    expect_alarm(world, CLIENT_REASON_ACT);
}

static void an_act_for_one_thing_does_not_do_another(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_CLOSED_KIND };

    enter(world);
    event.body.closed.act = log_author_act(&world->author, "m1", "confirm_roll",
                                           AUTHOR_MEETING, "");
    line_say(&world->line, log_author_add(&world->author, &event));
    expect_alarm(world, CLIENT_REASON_ACT);
}

static void
an_act_of_a_device_that_is_not_the_members_gives_the_alarm(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_CLOSED_KIND };

    enter(world);
    event.body.closed.act = log_author_act(&world->author, "m1",
                                           "close_meeting", AUTHOR_MEETING, "");
    event.body.closed.act.device = author_key("m9").public_key;
    line_say(&world->line, log_author_add(&world->author, &event));
    expect_alarm(world, CLIENT_REASON_ACT);
}

static void a_broken_signature_gives_the_alarm(void **state)
{
    struct world *world = *state;
    struct meeting_event event = { .kind = EVENT_CLOSED_KIND };

    enter(world);
    event.body.closed.act = log_author_act(&world->author, "m1",
                                           "close_meeting", AUTHOR_MEETING, "");
    event.body.closed.act.sig.bytes[3] ^= 1;
    line_say(&world->line, log_author_add(&world->author, &event));
    expect_alarm(world, CLIENT_REASON_ACT);
}

static void an_event_that_contradicts_the_log_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    line_say(&world->line, log_author_hand(&world->author, "m77"));
    expect_alarm(world, CLIENT_REASON_EVENT);
}

static void an_event_that_is_malformed_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    line_say(&world->line,
             "{\"seq\":15,\"n\":\"00000000000000000000000000000000\",\"at\":"
             "1795000099000,\"ev\":\"hand_raised\"}");
    expect_alarm(world, CLIENT_REASON_EVENT);
}

/* --- Whose log ----------------------------------------------------------- */

static void the_log_of_another_server_gives_the_alarm(void **state)
{
    struct world *world = *state;
    struct log_author other;

    log_author_init(&other);
    other.server = author_key("another server");
    log_author_open_meeting(&other);
    ask_in(world);
    answer_join(world, "\"ok\":true,\"log\":\"c1.1\",\"state\":\"joined\","
                       "\"next\":15");
    line_say_log(&world->line, &other, 0);
    log_author_release(&other);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

static void another_meeting_in_place_of_ours_gives_the_alarm(void **state)
{
    struct world *world = *state;

    fake_line_start(&world->line);
    line_log_in(&world->line);
    line_command(&world->line, 1, "{\"op\":\"join\",\"log\":\"c1.2\"}");
    answer_join(world, "\"ok\":true,\"log\":\"c1.2\",\"state\":\"joined\","
                       "\"next\":15");
    line_say(&world->line, "{\"log\":\"c1.2\"}");
    line_say(&world->line, world->author.events[0]);
    expect_alarm(world, CLIENT_REASON_IDENTITY);
}

/* --- Openings ------------------------------------------------------------ */

static void say_chat(struct world *world)
{
    line_say(&world->line,
             log_author_chat(&world->author, "m1", "Đồng ý cả hai tay"));
}

static const char *last_opening(const struct world *world)
{
    return world->author.openings[world->author.opening_count - 1];
}

static void an_altered_text_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    say_chat(world);
    say_altered(world, last_opening(world), "hai tay", "hai tai");
    expect_alarm(world, CLIENT_REASON_OPENING);
}

static void a_text_with_another_salt_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    say_chat(world);
    say_altered(world, last_opening(world), "\"salt\":\"0505",
                "\"salt\":\"0605");
    expect_alarm(world, CLIENT_REASON_OPENING);
}

static void a_text_for_a_field_that_is_not_there_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    say_chat(world);
    say_altered(world, last_opening(world), "\"field\":\"text\"",
                "\"field\":\"test\"");
    expect_alarm(world, CLIENT_REASON_OPENING);
}

static void a_text_before_its_event_gives_the_alarm(void **state)
{
    struct world *world = *state;

    enter(world);
    (void)log_author_chat(&world->author, "m1", "Sớm quá");
    line_say(&world->line, last_opening(world));
    expect_alarm(world, CLIENT_REASON_OPENING);
}

static void a_text_said_twice_is_told_once(void **state)
{
    struct world *world = *state;

    enter(world);
    say_chat(world);
    line_say(&world->line, last_opening(world));
    assert_true(line_has_notice(&world->line, CLIENT_OPENING));
    line_say(&world->line, last_opening(world));
    assert_false(line_has_notice(&world->line, CLIENT_OPENING));
    assert_false(client_engine_view(world->line.engine)->is_alarmed);
}

/* --- What was under way -------------------------------------------------- */

static void requests_under_way_are_answered_when_trust_breaks(void **state)
{
    struct world *world = *state;
    struct client_notice *notice;

    enter(world);
    (void)line_has_notice(&world->line, CLIENT_ANSWER);
    line_command(&world->line, 33, VOTE);
    line_say(&world->line, log_author_hand(&world->author, "m77"));
    notice = line_notice(&world->line, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 33);
    assert_int_equal(notice->refusal.code, REFUSAL_NO_SUCH_HEAD);
    client_notice_free(notice);
}

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_gap_is_asked_for_once_and_a_second_one_is_an_alarm),
        WORLD_TEST(a_gap_that_is_filled_is_forgotten),
        WORLD_TEST(being_told_of_more_than_came_is_a_gap),
        WORLD_TEST(a_server_that_denies_our_history_gives_the_alarm),
        WORLD_TEST(a_server_with_another_history_gives_the_alarm),
        WORLD_TEST(a_server_that_has_less_than_we_saw_gives_the_alarm),
        WORLD_TEST(an_event_said_again_differently_gives_the_alarm),
        WORLD_TEST(a_head_of_an_earlier_run_holds_for_ever),
        WORLD_TEST(a_shorter_log_than_in_an_earlier_run_gives_the_alarm),
        WORLD_TEST(the_same_log_in_a_second_run_is_fine),
        WORLD_TEST(the_groups_record_that_was_seen_is_gathered),
        WORLD_TEST(another_record_of_the_group_gives_the_alarm),
        WORLD_TEST(what_is_signed_over_is_on_disk_before),
        WORLD_TEST(an_unsigned_event_altered_for_us_shows_at_the_next_act),
        WORLD_TEST(a_vote_as_it_was_signed_is_taken),
        WORLD_TEST(a_vote_turned_round_gives_the_alarm),
        WORLD_TEST(a_vote_in_the_name_of_another_gives_the_alarm),
        WORLD_TEST(an_act_without_its_signature_gives_the_alarm),
        WORLD_TEST(an_act_for_one_thing_does_not_do_another),
        WORLD_TEST(an_act_of_a_device_that_is_not_the_members_gives_the_alarm),
        WORLD_TEST(a_broken_signature_gives_the_alarm),
        WORLD_TEST(an_event_that_contradicts_the_log_gives_the_alarm),
        WORLD_TEST(an_event_that_is_malformed_gives_the_alarm),
        WORLD_TEST(the_log_of_another_server_gives_the_alarm),
        WORLD_TEST(another_meeting_in_place_of_ours_gives_the_alarm),
        WORLD_TEST(an_altered_text_gives_the_alarm),
        WORLD_TEST(a_text_with_another_salt_gives_the_alarm),
        WORLD_TEST(a_text_for_a_field_that_is_not_there_gives_the_alarm),
        WORLD_TEST(a_text_before_its_event_gives_the_alarm),
        WORLD_TEST(a_text_said_twice_is_told_once),
        WORLD_TEST(requests_under_way_are_answered_when_trust_breaks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
