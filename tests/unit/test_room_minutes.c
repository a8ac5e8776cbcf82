/* Who is told what the minute-taker writes, frame by frame. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/base/encoding.h"
#include "protocol/record/commitment.h"
#include "tests/support/room_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"

/* Chair m1, minute-taker m3, member m4: all in, the meeting is open. */
struct scene {
    struct room_fixture *fixture;
    struct fixture_peer *chair, *taker, *member;
};

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    assert_non_null(scene);
    scene->fixture = room_fixture_new(0);
    scene->chair = fixture_member(scene->fixture, "m1");
    scene->taker = fixture_member(scene->fixture, "m3");
    scene->member = fixture_member(scene->fixture, "m4");
    fixture_act(scene->chair, "open_lobby", MEETING, "");
    fixture_settle(scene->fixture);
    fixture_ask(scene->chair, "join", MEETING, "\"from\":0");
    fixture_ask(scene->taker, "join", MEETING, "\"from\":0");
    fixture_ask(scene->member, "join", MEETING, "\"from\":0");
    fixture_settle(scene->fixture);
    fixture_act(scene->chair, "admit", MEETING, "\"holder\":\"m4\"");
    fixture_settle(scene->fixture);
    fixture_act(scene->chair, "open_meeting", MEETING, "");
    fixture_settle(scene->fixture);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;

    scene->fixture = room_fixture_free(scene->fixture);
    free(scene);
    return 0;
}

/* Does it, as `more` and a text say; the outcome. */
static const char *write_text(struct scene *scene, struct fixture_peer *peer,
                              const char *op, const char *more,
                              const char *text)
{
    static const struct salt salt;
    char fields[400], c[HEX_SIZE(HASH_SIZE)], hex[HEX_SIZE(SALT_SIZE)];
    const struct hash commitment = commitment_of(
        text_view_of(MEETING), TEXT_LITERAL("text"), &salt, text_view_of(text));
    uint64_t id;

    hex_encode(commitment.bytes, HASH_SIZE, c);
    hex_encode(salt.bytes, sizeof salt.bytes, hex);
    (void)snprintf(fields, sizeof fields,
                   "%s,\"text\":{\"c\":\"%s\",\"salt\":\"%s\",\"value\":"
                   "\"%s\"}",
                   more, c, hex, text);
    id = fixture_act(peer, op, MEETING, fields);
    fixture_settle(scene->fixture);
    return fixture_outcome(peer, id);
}

static void take_down(struct scene *scene, const char *text)
{
    assert_string_equal(write_text(scene, scene->taker, "write_entry",
                                   "\"item\":\"\",\"kind\":\"\",\"member\":\"\""
                                   ",\"behind\":0",
                                   text),
                        "ok");
}

static void chair_does(struct scene *scene, const char *op, const char *fields)
{
    const uint64_t id = fixture_act(scene->chair, op, MEETING, fields);

    fixture_settle(scene->fixture);
    assert_string_equal(fixture_outcome(scene->chair, id), "ok");
}

/* How often this text was opened to somebody. */
static size_t told(const struct fixture_peer *peer, const char *text)
{
    return fixture_count(peer, "value", text);
}

static void by_default_only_those_who_preside_read_along(void **state)
{
    struct scene *scene = *state;

    take_down(scene, "Ghi 1");
    assert_int_equal(told(scene->chair, "Ghi 1"), 1);
    assert_int_equal(told(scene->taker, "Ghi 1"), 1);
    assert_int_equal(told(scene->member, "Ghi 1"), 0);
    assert_int_equal(fixture_count(scene->member, "ev", "entry_written"), 1);
}

static void once_the_chair_allows_it_all_members_read_along(void **state)
{
    struct scene *scene = *state;

    take_down(scene, "Ghi 1");
    chair_does(scene, "share_minutes", "");
    assert_int_equal(told(scene->member, "Ghi 1"), 1);
    take_down(scene, "Ghi 2");
    assert_int_equal(told(scene->member, "Ghi 2"), 1);
    assert_string_equal(write_text(scene, scene->taker, "edit_entry",
                                   "\"entry\":\"e1\",\"version\":1", "Ghi 1b"),
                        "ok");
    assert_int_equal(told(scene->member, "Ghi 1b"), 1);
}

static void
what_is_written_after_it_was_hidden_is_told_to_no_member(void **state)
{
    struct scene *scene = *state;

    chair_does(scene, "share_minutes", "");
    take_down(scene, "Ghi 1");
    chair_does(scene, "hide_minutes", "");
    take_down(scene, "Ghi 2");
    assert_int_equal(told(scene->member, "Ghi 1"), 1);
    assert_int_equal(told(scene->member, "Ghi 2"), 0);
    fixture_ask(scene->member, "join", MEETING, "\"from\":0");
    fixture_settle(scene->fixture);
    assert_int_equal(told(scene->member, "Ghi 1"), 1); /* and not again */
    chair_does(scene, "share_minutes", "");
    assert_int_equal(told(scene->member, "Ghi 2"), 1);
}

static void nobody_but_the_chair_shares_or_hides(void **state)
{
    struct scene *scene = *state;
    uint64_t id = fixture_act(scene->taker, "share_minutes", MEETING, "");

    fixture_settle(scene->fixture);
    assert_string_equal(fixture_outcome(scene->taker, id), "not_allowed");
    id = fixture_act(scene->member, "share_minutes", MEETING, "");
    fixture_settle(scene->fixture);
    assert_string_equal(fixture_outcome(scene->member, id), "not_allowed");
}

static void
a_substitute_reads_everything_and_the_first_nothing_more(void **state)
{
    struct scene *scene = *state;

    take_down(scene, "Ghi 1");
    fixture_act(scene->member, "confirm_presence", MEETING, "");
    fixture_settle(scene->fixture);
    assert_int_equal(told(scene->member, "Ghi 1"), 0);
    chair_does(scene, "hand_over_minutes", "\"member\":\"m4\"");
    assert_int_equal(told(scene->member, "Ghi 1"), 1);
    assert_string_equal(write_text(scene, scene->taker, "edit_entry",
                                   "\"entry\":\"e1\",\"version\":1", "Ghi 1b"),
                        "not_allowed");
    assert_string_equal(write_text(scene, scene->member, "edit_entry",
                                   "\"entry\":\"e1\",\"version\":1", "Ghi 1c"),
                        "ok");
    assert_int_equal(told(scene->chair, "Ghi 1c"), 1);
    assert_int_equal(told(scene->taker, "Ghi 1c"), 0);
}

static void of_two_edits_of_one_version_the_second_is_a_conflict(void **state)
{
    struct scene *scene = *state;

    take_down(scene, "Ghi 1");
    assert_string_equal(write_text(scene, scene->chair, "edit_entry",
                                   "\"entry\":\"e1\",\"version\":1", "Ghi 1b"),
                        "ok");
    assert_string_equal(write_text(scene, scene->taker, "edit_entry",
                                   "\"entry\":\"e1\",\"version\":1", "Ghi 1c"),
                        "entry_conflict");
    assert_int_equal(told(scene->chair, "Ghi 1c"), 0);
    assert_string_equal(write_text(scene, scene->taker, "edit_entry",
                                   "\"entry\":\"e1\",\"version\":2", "Ghi 1d"),
                        "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(by_default_only_those_who_preside_read_along),
        TEST(once_the_chair_allows_it_all_members_read_along),
        TEST(what_is_written_after_it_was_hidden_is_told_to_no_member),
        TEST(nobody_but_the_chair_shares_or_hides),
        TEST(a_substitute_reads_everything_and_the_first_nothing_more),
        TEST(of_two_edits_of_one_version_the_second_is_a_conflict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
