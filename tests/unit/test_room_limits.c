#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protocol/wire/blob_piece.h"
#include "server/domain/decision.h"
#include "server/room/room_types.h"
#include "tests/support/room_fixture.h"

#include <stdio.h>
#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"

/* So many events, until only those who preside may add any. */
enum { EVENTS_OF_ALL = 60 };

static int set_up(void **state)
{
    *state = room_fixture_new((size_t)2 * DECISION_EVENTS_MAX + EVENTS_OF_ALL);
    return 0;
}

static int set_up_for_long(void **state)
{
    *state = room_fixture_new(0);
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

static struct fixture_peer *open_meeting(struct room_fixture *fixture)
{
    struct fixture_peer *chair = fixture_member(fixture, "m1");

    fixture_act(chair, "open_lobby", MEETING, "");
    fixture_settle(fixture);
    fixture_ask(chair, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    fixture_act(chair, "open_meeting", MEETING, "");
    fixture_settle(fixture);
    return chair;
}

static struct fixture_peer *let_in(struct room_fixture *fixture,
                                   struct fixture_peer *chair)
{
    struct fixture_peer *member = fixture_member(fixture, "m4");
    uint64_t id;

    fixture_ask(member, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    id = fixture_act(chair, "admit", MEETING, "\"holder\":\"m4\"");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    assert_int_equal(fixture_count(member, "note", "admitted"), 1);
    return member;
}

static void a_full_log_still_lets_the_chair_end_the_meeting(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    struct fixture_peer *member = let_in(fixture, chair);
    uint64_t id = 0;
    int i;

    for (i = 0; i <= EVENTS_OF_ALL; i++) {
        fake_clock_advance(&fixture->clock, 100);
        id = fixture_ask(member, i % 2 ? "lower_hand" : "raise_hand", MEETING,
                         "");
        fixture_settle(fixture);
    }
    assert_string_equal(fixture_outcome(member, id), "too_many");
    assert_int_equal(fixture_count(member, "note", "retry"), 0);
    id = fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    id = fixture_act(chair, "close_meeting", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
}

static const char *raise_and_lower(struct room_fixture *fixture,
                                   struct fixture_peer *member)
{
    const uint64_t id = fixture_ask(member, "raise_hand", MEETING, "");

    fixture_settle(fixture);
    fixture_ask(member, "lower_hand", MEETING, "");
    fixture_settle(fixture);
    return fixture_outcome(member, id);
}

static void who_talks_all_the_time_waits_and_nobody_else(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    struct fixture_peer *member = let_in(fixture, chair);
    const json_t *refused;
    uint64_t id;
    int i;

    fixture->hub->config.talk_pace_ms = 2000;
    for (i = 0; i < LIMIT_TALK_BURST; i++)
        assert_string_equal(raise_and_lower(fixture, member), "ok");
    id = fixture_ask(member, "raise_point_of_order", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(member, id), "too_often");
    refused = json_object_get(
        json_object_get(fixture_answer(member, id), "error"), "args");
    assert_string_equal(json_string_value(json_object_get(refused, "seconds")),
                        "2");
    /* Whoever presides is not held up, not even by her own lines. */
    for (i = 0; i <= LIMIT_TALK_BURST; i++)
        assert_string_equal(raise_and_lower(fixture, chair), "ok");
    fake_clock_advance(&fixture->clock, 2000);
    assert_string_equal(raise_and_lower(fixture, member), "ok");
    assert_string_equal(raise_and_lower(fixture, member), "too_often");
}

static void every_join_of_a_hasty_client_is_answered(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t first = fixture_ask(chair, "join", MEETING, "\"from\":0");
    uint64_t second = fixture_ask(chair, "join", MEETING, "\"from\":0");

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, first), "ok");
    assert_string_equal(fixture_outcome(chair, second), "ok");
}

/* Place of the first frame with this key; SIZE_MAX if there is none. */
static size_t place_of(const struct fixture_peer *peer, const char *key)
{
    size_t i;

    for (i = 0; i < json_array_size(peer->frames); i++)
        if (json_object_get(json_array_get(peer->frames, i), key))
            return i;
    return SIZE_MAX;
}

static void a_slow_line_hears_that_it_joined_before_what_there_is(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    struct fixture_peer *member = let_in(fixture, chair);

    fixture_disconnect(member);
    fixture_settle(fixture);
    member = fixture_member(fixture, "m4");
    json_array_clear(member->frames);
    member->is_blocked = true;
    fixture_ask(member, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    assert_int_equal(json_array_size(member->frames), 0);
    member->is_blocked = false;
    session_on_writable(member->session);
    fixture_settle(fixture);
    assert_true(place_of(member, "state") < place_of(member, "ev"));
    assert_true(place_of(member, "ev") != SIZE_MAX);
}

static void a_session_has_its_minutes_drawn_once_at_a_time(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t first = fixture_ask(chair, "minutes", MEETING, "");
    uint64_t second = fixture_ask(chair, "minutes", MEETING, "");
    uint64_t third;

    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, first), "ok");
    assert_string_equal(fixture_outcome(chair, second), "busy");
    third = fixture_ask(chair, "minutes", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, third), "ok");
}

static void small_pieces_do_not_fill_the_store(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *member = fixture_member(fixture, "m3");
    uint8_t message[BLOB_PIECE_MESSAGE_SIZE_MAX];
    struct blob_piece piece = { .blob_size = 100000,
                                .bytes = (const uint8_t *)"x",
                                .size = 1 };
    size_t size = 0;
    int i;

    memset(piece.blob.bytes, 0xab, sizeof piece.blob.bytes);
    fixture_ask(member, "put_blob", FIXTURE_ORGANISATION,
                "\"blob\":\"abababababababababababababababababababababababab"
                "abababababababab\",\"size\":100000");
    fixture_settle(fixture);
    for (i = 0; i < 1000; i++) {
        piece.offset = (uint64_t)i;
        assert_int_equal(
            blob_piece_encode(&piece, message, sizeof message, &size),
            RESULT_OK);
        session_on_binary(member->session, message, size);
    }
    assert_true(store_fake_waiting(fixture->store) <= 128);
    assert_int_equal(member->close_code, CLOSE_TOO_FAST);
}

static void the_administrator_comes_in_when_the_house_is_full(void **state)
{
    struct room_fixture *fixture = *state;
    struct session_peer anyone = { .address = "127.0.0.1" };

    while (fixture->peer_count < 12)
        (void)fixture_connect(fixture, false);
    fixture_run(fixture);
    assert_null(session_open(fixture->hub, NULL, NULL, &anyone));
    assert_non_null(fixture_connect(fixture, true)->session);
}

static void a_reader_who_stands_still_is_closed_and_holds_nobody(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    struct fixture_peer *member = let_in(fixture, chair);
    uint64_t id;

    member->is_blocked = true;
    id = fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    fake_clock_advance(&fixture->clock, 21000);
    hub_tick(fixture->hub);
    assert_int_equal(member->close_code, CLOSE_TOO_SLOW);
    assert_int_equal(chair->close_code, 0);
}

/* Hundreds come in at once: what each is sent waits for all the others. */
static void
who_waits_for_the_server_is_not_taken_for_a_slow_reader(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    struct fixture_peer *member = let_in(fixture, chair);

    member->is_blocked = true;
    fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture);
    json_array_clear(member->frames);
    member->is_blocked = false;
    hub_turn(fixture->hub);
    fixture->hub->turn_written = SIZE_MAX; /* others had all of this turn */
    session_on_writable(member->session);
    fake_clock_advance(&fixture->clock, 21000);
    hub_tick(fixture->hub);
    assert_int_equal(member->close_code, 0);
    hub_turn(fixture->hub);
    fixture_settle(fixture);
    assert_true(place_of(member, "ev") != SIZE_MAX);
}

static void a_long_history_is_sent_in_turns_and_whole(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *member;
    char fields[200];
    int i;

    for (i = 0; i < 400; i++) {
        (void)snprintf(fields, sizeof fields,
                       "\"kind\":\"cell\",\"parent\":\"u1\","
                       "\"name\":\"Chi bộ thôn %d\"",
                       i);
        fixture_administer(fixture, "add_unit", fields);
    }
    member = fixture_member(fixture, "m4");
    fixture_ask(member, "join", FIXTURE_ORGANISATION, "\"from\":0");
    assert_int_equal(fixture_count(member, "caught_up", NULL), 0);
    fixture_settle(fixture);
    assert_int_equal(fixture_count(member, "caught_up", NULL), 1);
    assert_int_equal(fixture_count(member, "ev", "unit_added"), 403);
}

static void a_wall_clock_that_was_put_back_does_not_stop_time(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    struct fixture_peer *member = let_in(fixture, chair);

    store_fake_fail_next(fixture->store, RESULT_IO);
    fixture->clock.utc_ms -= 3600000;
    fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture); /* loaded again, an hour before its last event */
    fixture_disconnect(member);
    fixture_ask(chair, "join", MEETING, "\"from\":0");
    fixture_settle(fixture);
    fake_clock_advance(&fixture->clock, 31000);
    hub_tick(fixture->hub);
    fixture_settle(fixture);
    assert_int_equal(fixture_count(chair, "ev", "disconnected"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_full_log_still_lets_the_chair_end_the_meeting),
        cmocka_unit_test_setup_teardown(
            who_talks_all_the_time_waits_and_nobody_else, set_up_for_long,
            tear_down),
        TEST(every_join_of_a_hasty_client_is_answered),
        TEST(a_slow_line_hears_that_it_joined_before_what_there_is),
        TEST(a_session_has_its_minutes_drawn_once_at_a_time),
        TEST(small_pieces_do_not_fill_the_store),
        TEST(the_administrator_comes_in_when_the_house_is_full),
        TEST(a_reader_who_stands_still_is_closed_and_holds_nobody),
        TEST(who_waits_for_the_server_is_not_taken_for_a_slow_reader),
        TEST(a_long_history_is_sent_in_turns_and_whole),
        TEST(a_wall_clock_that_was_put_back_does_not_stop_time),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
