/* Whoever sent too much is cut off, and logs in again after a pause. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/room/room_types.h"
#include "tests/support/room_fixture.h"

#include <string.h>

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

/* Asks until it is cut off; what it was told at the end. */
static const char *flood(struct fixture_peer *peer)
{
    const json_t *frame, *args;
    int i;

    for (i = 0; i <= LIMIT_REQUEST_BURST && peer->close_code == 0; i++)
        fixture_ask(peer, "ping", FIXTURE_ORGANISATION, "");
    assert_int_equal(peer->close_code, CLOSE_TOO_FAST);
    frame = json_array_get(peer->frames, json_array_size(peer->frames) - 1);
    frame = json_object_get(frame, "error");
    assert_string_equal(json_string_value(json_object_get(frame, "code")),
                        "too_fast");
    args = json_object_get(frame, "args");
    return json_string_value(json_object_get(args, "seconds"));
}

static const char *seconds_of(const struct fixture_peer *peer, uint64_t id)
{
    const json_t *error = json_object_get(fixture_answer(peer, id), "error");

    return json_string_value(
        json_object_get(json_object_get(error, "args"), "seconds"));
}

static void who_was_cut_off_logs_in_after_a_pause_that_grows(void **state)
{
    static const struct {
        const char *seconds;
        int64_t pause_ms;
    } table[] = { { "5", 5000 }, { "10", 10000 }, { "20", 20000 } };
    struct room_fixture *fixture = *state;
    struct fixture_peer *peer = fixture_member(fixture, "m4"), *early;
    uint64_t login = 0;
    size_t i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_string_equal(flood(peer), table[i].seconds);
        early = fixture_back(peer, "m4", &login);
        assert_string_equal(fixture_outcome(early, login), "paused");
        assert_string_equal(seconds_of(early, login), table[i].seconds);
        assert_int_equal(early->close_code, CLOSE_TOO_FAST);
        fake_clock_advance(&fixture->clock, table[i].pause_ms - 1);
        early = fixture_back(peer, "m4", &login);
        assert_string_equal(fixture_outcome(early, login), "paused");
        assert_string_equal(seconds_of(early, login), "1");
        fake_clock_advance(&fixture->clock, 1);
        peer = fixture_back(peer, "m4", &login);
        assert_string_equal(fixture_outcome(peer, login), "ok");
    }
    assert_int_equal(fixture->hub->figures.cut_off[CUT_REQUESTS], i);
    assert_int_equal(fixture->hub->figures.logins_refused[LOGIN_PAUSED], 2 * i);
}

static void the_member_s_other_device_and_others_do_not_wait(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *peer = fixture_member(fixture, "m4");
    struct fixture_peer *second = fixture_member(fixture, "m4");
    struct fixture_peer *other = fixture_member(fixture, "m3");
    uint64_t login = 0;

    (void)flood(peer);
    assert_int_equal(second->close_code, 0);
    second = fixture_back(second, "m4", &login);
    assert_string_equal(fixture_outcome(second, login), "ok");
    other = fixture_back(other, "m3", &login);
    assert_string_equal(fixture_outcome(other, login), "ok");
}

/* However often a line breaks, or a device takes the place of itself. */
static void who_comes_back_for_another_reason_never_waits(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *peer = fixture_member(fixture, "m4");
    uint64_t login = 0;
    int i;

    for (i = 0; i < 12; i++) {
        if (i % 2 == 0)
            fixture_disconnect(peer);
        peer = fixture_back(peer, "m4", &login);
        assert_string_equal(fixture_outcome(peer, login), "ok");
    }
}

/* What it claims to be is not proven: nobody is made to wait for it. */
static void a_flood_before_the_login_is_no_device_s(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *member = fixture_member(fixture, "m4");
    struct fixture_peer *stranger = fixture_connect(fixture, false);
    uint64_t login = 0;

    fixture_settle(fixture);
    assert_string_equal(flood(stranger), "5");
    member = fixture_back(member, "m4", &login);
    assert_string_equal(fixture_outcome(member, login), "ok");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(who_was_cut_off_logs_in_after_a_pause_that_grows),
        TEST(the_member_s_other_device_and_others_do_not_wait),
        TEST(who_comes_back_for_another_reason_never_waits),
        TEST(a_flood_before_the_login_is_no_device_s),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
