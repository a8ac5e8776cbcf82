/*
 * A log that lost its end and gets it back: what becomes of it when the disk
 * fails, and when devices stop half-way.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/base/encoding.h"
#include "protocol/record/hash_chain.h"
#include "protocol/record/statement.h"
#include "tests/support/room_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"

static int set_up(void **state)
{
    *state = room_fixture_new(0);
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

static size_t count_of(const struct room_fixture *fixture)
{
    const struct identifier id = { MEETING };

    return store_fake_log(fixture->store, &id)->event_count;
}

/* The chair of a meeting that has begun. */
static struct fixture_peer *begin_meeting(struct room_fixture *fixture)
{
    struct fixture_peer *chair = fixture_member(fixture, "m1");
    uint64_t id = fixture_act(chair, "open_lobby", MEETING, "");

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    fixture_ask(chair, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    return chair;
}

/* An event that the server told and lost, behind its newest. */
struct lost_event {
    uint64_t seq;
    char bytes[400];
    struct hash head;
};

static struct lost_event lost_event(const struct room_fixture *fixture)
{
    const struct identifier id = { MEETING };
    const struct store_log *log = store_fake_log(fixture->store, &id);
    const struct store_event *last = &log->events[log->event_count - 1];
    struct lost_event lost = { .seq = log->event_count };
    struct hash leaf;

    (void)snprintf(lost.bytes, sizeof lost.bytes,
                   "{\"seq\":%llu,\"n\":\"%032d\",\"at\":%lld,"
                   "\"ev\":\"server_restarted\",\"connections\":0}",
                   (unsigned long long)lost.seq, 7, (long long)last->at_ms);
    leaf = hash_chain_leaf(lost.bytes, strlen(lost.bytes));
    lost.head = hash_chain_link(&last->head, lost.seq, &leaf);
    return lost;
}

/* Joins as one who has it, with the server's signature over it. */
static uint64_t show(struct fixture_peer *peer, const struct lost_event *lost)
{
    const struct signing_key *server = &peer->fixture->identity;
    const struct statement_checkpoint statement = {
        .role = TEXT_LITERAL("server"),
        .reason = TEXT_LITERAL("commit"),
        .seen = { lost->seq, lost->head },
    };
    char head[HEX_SIZE(HASH_SIZE)], key[HEX_SIZE(KEY_SIZE)];
    char hex[HEX_SIZE(SIGNATURE_SIZE)], fields[1000];
    struct signature sig;
    uint8_t *bytes = NULL;
    size_t size = 0;
    uint64_t id;

    assert_int_equal(statement_checkpoint(&server->public_key,
                                          text_view_of(MEETING), &statement,
                                          &bytes, &size),
                     RESULT_OK);
    assert_int_equal(statement_sign(server, bytes, size, &sig), RESULT_OK);
    free(bytes);
    hex_encode(lost->head.bytes, HASH_SIZE, head);
    hex_encode(server->public_key.bytes, KEY_SIZE, key);
    hex_encode(sig.bytes, SIGNATURE_SIZE, hex);
    (void)snprintf(fields, sizeof fields,
                   "\"from\":%llu,\"head\":\"%s\",\"signed\":{\"seq\":%llu,"
                   "\"head\":\"%s\",\"reason\":\"commit\",\"server\":\"%s\","
                   "\"sig\":\"%s\"}",
                   (unsigned long long)lost->seq + 1, head,
                   (unsigned long long)lost->seq, head, key, hex);
    id = fixture_ask(peer, "join", MEETING, fields);
    fixture_settle(peer->fixture);
    return id;
}

static uint64_t give(struct fixture_peer *peer, const struct lost_event *lost)
{
    json_t *text = json_string(lost->bytes);
    char *quoted = json_dumps(text, JSON_ENCODE_ANY);
    char fields[1000];
    uint64_t id;

    (void)snprintf(fields, sizeof fields, "\"from\":%llu,\"events\":[%s]",
                   (unsigned long long)lost->seq, quoted);
    json_decref(text);
    free(quoted);
    id = fixture_ask(peer, "give_events", MEETING, fields);
    fixture_settle(peer->fixture);
    return id;
}

static void what_is_lost_comes_back(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = begin_meeting(fixture);
    const struct lost_event lost = lost_event(fixture);

    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    assert_string_equal(fixture_outcome(chair, give(chair, &lost)), "ok");
    assert_int_equal(fixture_count(chair, "note", "retry"), 1);
    assert_true(count_of(fixture) > lost.seq);
}

/* The store takes nothing more of a log whose batch failed until it is loaded
 * again: it must not stay held for ever. */
static void a_disk_that_fails_once_keeps_nothing_from_coming_back(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = begin_meeting(fixture);
    const struct lost_event lost = lost_event(fixture);

    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    store_fake_fail_next(fixture->store, RESULT_IO);
    (void)give(chair, &lost);
    assert_int_equal(count_of(fixture), lost.seq);

    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    assert_string_equal(fixture_outcome(chair, give(chair, &lost)), "ok");
    assert_true(count_of(fixture) > lost.seq);
}

/* The same, when it is the mark that could not be written. */
static void a_hold_that_could_not_be_written_does_no_harm(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = begin_meeting(fixture);
    const struct lost_event lost = lost_event(fixture);

    store_fake_fail_next(fixture->store, RESULT_IO);
    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    (void)give(chair, &lost);

    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    assert_string_equal(fixture_outcome(chair, give(chair, &lost)), "ok");
    assert_true(count_of(fixture) > lost.seq);
}

/* Begins to give, and does not go on. */
static const char *stop_half_way(struct fixture_peer *peer,
                                 const struct lost_event *lost)
{
    char fields[200];
    uint64_t id;

    (void)snprintf(fields, sizeof fields,
                   "\"part\":{\"seq\":%llu,\"offset\":0,\"size\":100,"
                   "\"text\":\"{\"}",
                   (unsigned long long)lost->seq);
    id = fixture_ask(peer, "give_events", MEETING, fields);
    fixture_settle(peer->fixture);
    return fixture_outcome(peer, id);
}

static void one_member_cannot_take_all_places_to_give(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = begin_meeting(fixture);
    const struct lost_event lost = lost_event(fixture);
    int i;

    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    for (i = 0; i < 8; i++)
        assert_string_equal(stop_half_way(fixture_member(fixture, "m4"), &lost),
                            i < 2 ? "ok" : "busy");

    assert_string_equal(fixture_outcome(chair, give(chair, &lost)), "ok");
    assert_true(count_of(fixture) > lost.seq);
}

static void whoever_stops_half_way_makes_way(void **state)
{
    static const char *const members[] = { "m1", "m1", "m2", "m2",
                                           "m3", "m3", "m4", "m4" };
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = begin_meeting(fixture);
    const struct lost_event lost = lost_event(fixture);
    size_t i;

    assert_string_equal(fixture_outcome(chair, show(chair, &lost)), "behind");
    for (i = 0; i < sizeof members / sizeof members[0]; i++)
        assert_string_equal(
            stop_half_way(fixture_member(fixture, members[i]), &lost), "ok");
    assert_string_equal(fixture_outcome(chair, give(chair, &lost)), "busy");

    fake_clock_advance(&fixture->clock, 10000);
    assert_string_equal(fixture_outcome(chair, give(chair, &lost)), "ok");
    assert_true(count_of(fixture) > lost.seq);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_lost_comes_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_disk_that_fails_once_keeps_nothing_from_coming_back, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_hold_that_could_not_be_written_does_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            one_member_cannot_take_all_places_to_give, set_up, tear_down),
        cmocka_unit_test_setup_teardown(whoever_stops_half_way_makes_way,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
