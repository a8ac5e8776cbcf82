/* The desk of a ballot on fakes: what it does when random numbers, secrets or
 * the disk fail. Whole ballots are held in tests/integration. */
#include "tests/support/room_fixture.h"

#include "protocol/record/commitment.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"
/* Quotes as they stand in a JSON string. */
#define FORM                                                                       \
    "{\"name\":\"Bầu\",\"questions\":[{\"answers\":[\"Mẫu 01\",\"Mẫu 02\"]," \
    "\"min\":0,\"max\":1,\"question\":\"Ai?\"}],\"forms\":[\"choose\"]}"

enum { RETRY_MS = 1000 };

static struct fixture_peer *peers[4]; /* m1 presides, m3 takes the minutes */

static void act(struct room_fixture *fixture, struct fixture_peer *peer,
                const char *op, const char *fields)
{
    const uint64_t id = fixture_act(peer, op, MEETING, fields);

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(peer, id), "ok");
}

/* {"c":…,"salt":…,"value":…} */
static json_t *sealed(const char *field, const char *value)
{
    const struct salt salt = { { 7 } };
    const struct hash c = commitment_of(
        TEXT_LITERAL(MEETING), text_view_of(field), &salt, text_view_of(value));
    char hex[2][HEX_SIZE(HASH_SIZE)];

    hex_encode(c.bytes, HASH_SIZE, hex[0]);
    hex_encode(salt.bytes, HASH_SIZE, hex[1]);
    return json_pack("{s:s, s:s, s:s}", "c", hex[0], "salt", hex[1], "value",
                     value);
}

/* The fields of an object without its braces. */
static void act_with(struct room_fixture *fixture, struct fixture_peer *peer,
                     const char *op, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    char fields[4096];

    assert_non_null(text);
    (void)snprintf(fields, sizeof fields, "%.*s", (int)strlen(text) - 2,
                   text + 1);
    act(fixture, peer, op, fields);
    free(text);
    json_decref(object);
}

static void join(struct room_fixture *fixture, size_t place)
{
    static const char *const names[] = { "m1", "m3", "m2", "m4" };

    peers[place] = fixture_member(fixture, names[place]);
    if (place == 0)
        act(fixture, peers[0], "open_lobby", "");
    fixture_ask(peers[place], "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
}

/* A ballot that waits to be adopted: its vote has passed. */
static struct room_fixture *drafted(void)
{
    struct room_fixture *fixture = room_fixture_new(0);
    size_t i;

    for (i = 0; i < 4; i++)
        join(fixture, i);
    act(fixture, peers[0], "admit_all", "");
    act(fixture, peers[0], "open_meeting", "");
    for (i = 0; i < 4; i++)
        act(fixture, peers[i], "confirm_presence", "");
    act(fixture, peers[0], "confirm_roll", "");
    act_with(fixture, peers[0], "draft_ballot",
             json_pack("{s:s, s:o, s:[], s:[{s:s}], s:i, s:b, s:b}", "item", "",
                       "form", sealed("form", FORM), "candidates", "tellers",
                       "member", "m4", "threshold", 0, "revote", 1, "halls",
                       0));
    act_with(fixture, peers[0], "start_vote",
             json_pack("{s:s, s:o, s:s}", "item", "", "motion",
                       sealed("motion", "Thông qua"), "matter", "resolution"));
    for (i = 0; i < 4; i++)
        act(fixture, peers[i], "vote", "\"vote\":\"v1\",\"choice\":\"yes\"");
    act(fixture, peers[0], "close_vote", "\"vote\":\"v1\"");
    return fixture;
}

static int set_up(void **state)
{
    *state = drafted();
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

static void adopt(struct room_fixture *fixture)
{
    act(fixture, peers[0], "adopt_ballot", "\"ballot\":\"b1\",\"vote\":\"v1\"");
}

static size_t begun(void)
{
    return fixture_count(peers[1], "ev", "keys_begun");
}

static void pass(struct room_fixture *fixture, int64_t ms)
{
    fake_clock_advance(&fixture->clock, ms);
    hub_tick(fixture->hub);
    fixture_settle(fixture);
}

static void keys_are_begun_once_the_share_is_kept(void **state)
{
    struct room_fixture *fixture = *state;

    adopt(fixture);

    assert_int_equal(begun(), 1);
    assert_int_equal(fake_secrets_count(&fixture->secrets), 1);
}

static void
a_share_that_cannot_be_kept_begins_nothing_until_it_can(void **state)
{
    struct room_fixture *fixture = *state;
    fixture->secrets.fails = true;
    adopt(fixture);
    assert_int_equal(begun(), 0);

    fixture->secrets.fails = false;
    pass(fixture, RETRY_MS - 1);
    assert_int_equal(begun(), 0);
    pass(fixture, 1);

    assert_int_equal(begun(), 1);
}

static void without_random_bytes_nothing_is_begun(void **state)
{
    struct room_fixture *fixture = *state;
    const uint64_t id = fixture_act(peers[0], "adopt_ballot", MEETING,
                                    "\"ballot\":\"b1\",\"vote\":\"v1\"");
    store_fake_commit_all(fixture->store);
    fixture->entropy.fails = true;

    fixture_settle(fixture);

    assert_string_equal(fixture_outcome(peers[0], id), "ok");
    assert_int_equal(begun(), 0);
    assert_int_equal(fake_secrets_count(&fixture->secrets), 0);
}

static void a_void_ballot_leaves_no_share(void **state)
{
    struct room_fixture *fixture = *state;
    adopt(fixture);

    act_with(fixture, peers[0], "void_ballot",
             json_pack("{s:s, s:o}", "ballot", "b1", "reason",
                       sealed("reason", "Thử")));

    assert_int_equal(fake_secrets_count(&fixture->secrets), 0);
}

static void
keys_that_are_restarted_take_a_new_share_and_wipe_the_old(void **state)
{
    struct room_fixture *fixture = *state;
    char first[64];
    adopt(fixture);
    memcpy(first, fixture->secrets.rows[0].name, sizeof first);

    act(fixture, peers[0], "restart_keys", "\"ballot\":\"b1\"");

    assert_int_equal(begun(), 2);
    assert_int_equal(fake_secrets_count(&fixture->secrets), 1);
    for (size_t i = 0; i < FAKE_SECRETS_MAX; i++)
        assert_string_not_equal(fixture->secrets.rows[i].name, first);
}

static void an_issue_that_nobody_asked_for_cannot_be_closed_yet(void **state)
{
    struct room_fixture *fixture = *state;
    uint64_t id;
    adopt(fixture);

    id = fixture_act(peers[0], "close_issue", MEETING, "\"ballot\":\"b1\"");
    fixture_settle(fixture);

    assert_string_equal(fixture_outcome(peers[0], id), "ballot_state");
}

static void before_voting_no_ballot_is_taken(void **state)
{
    struct room_fixture *fixture = *state;
    uint64_t id;
    adopt(fixture);

    id = fixture_ask(peers[3], "cast", MEETING,
                     "\"ballot\":\"b1\",\"text\":\"{}\"");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(peers[3], id), "ballot_state");
    id = fixture_ask(peers[3], "cast", MEETING,
                     "\"ballot\":\"b9\",\"text\":\"{}\"");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(peers[3], id), "no_such_ballot");
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(keys_are_begun_once_the_share_is_kept),
        DESK_TEST(a_share_that_cannot_be_kept_begins_nothing_until_it_can),
        DESK_TEST(without_random_bytes_nothing_is_begun),
        DESK_TEST(a_void_ballot_leaves_no_share),
        DESK_TEST(keys_that_are_restarted_take_a_new_share_and_wipe_the_old),
        DESK_TEST(an_issue_that_nobody_asked_for_cannot_be_closed_yet),
        DESK_TEST(before_voting_no_ballot_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
