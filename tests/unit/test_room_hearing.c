/* How devices hear, as each tells it, and who is told. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/room/hub.h"
#include "tests/support/room_hall.h"

#include <stdio.h>
#include <string.h>

static int set_up(void **state)
{
    static struct hall hall;

    hall_gather(&hall, false);
    *state = &hall;
    return 0;
}

static struct hub_figures figures_of(const struct hall *hall)
{
    struct hub_figures figures;

    hub_read_figures(hall->fixture->hub, &figures);
    return figures;
}

/* What came of telling this. */
static const char *tell(struct hall *hall, struct fixture_peer *peer,
                        const char *fields)
{
    const uint64_t id = fixture_ask(peer, "hearing", HALL_MEETING, fields);

    fixture_settle(hall->fixture);
    return fixture_outcome(peer, id);
}

static const char *tell_lost(struct hall *hall, struct fixture_peer *peer,
                             int concealed)
{
    char fields[160];

    (void)snprintf(fields, sizeof fields,
                   "\"played\":%d,\"concealed\":%d,\"repaired\":0,\"late\":4,"
                   "\"dropped\":0,\"delay_ms\":%d",
                   500 - concealed, concealed, 100 + concealed);
    return tell(hall, peer, fields);
}

static const json_t *devices(struct hall *hall, struct fixture_peer *peer)
{
    const uint64_t id = fixture_ask(peer, "who_hears", HALL_MEETING, "");

    fixture_settle(hall->fixture);
    assert_string_equal(fixture_outcome(peer, id), "ok");
    assert_int_equal(
        json_integer_value(json_object_get(fixture_answer(peer, id), "count")),
        json_array_size(json_object_get(fixture_answer(peer, id), "devices")));
    return json_object_get(fixture_answer(peer, id), "devices");
}

static const char *text_of(const json_t *rows, size_t i, const char *name)
{
    return json_string_value(json_object_get(json_array_get(rows, i), name));
}

static json_int_t number_of(const json_t *rows, size_t i, const char *name)
{
    return json_integer_value(json_object_get(json_array_get(rows, i), name));
}

/* Nothing that is told makes an event. */
static size_t events_of(const struct hall *hall)
{
    return fixture_count(hall->chair, "ev", NULL);
}

static void what_devices_tell_is_added_up(void **state)
{
    struct hall *hall = *state;
    const size_t events = events_of(hall);
    struct hub_figures figures;

    assert_string_equal(tell_lost(hall, hall->member, 20), "ok");
    assert_string_equal(tell_lost(hall, hall->deputy, 100), "ok");
    figures = figures_of(hall);
    assert_int_equal(figures.hearing.played, 480 + 400);
    assert_int_equal(figures.hearing.concealed, 120);
    assert_int_equal(figures.hearing.late, 8);
    assert_int_equal(figures.hearing.dropped, 0);
    assert_int_equal(
        histogram_until(&figures.hearing.delay, HISTOGRAM_BOUNDS_MAX), 2);
    assert_int_equal(figures.hearing.delay.sum_us, (120 + 200) * 1000);
    assert_int_equal(events_of(hall), events);
}

static void a_lie_counts_no_more_than_can_be_true(void **state)
{
    struct hall *hall = *state;
    struct hub_figures figures;

    assert_string_equal(
        tell(hall, hall->member,
             "\"played\":9007199254740991,\"concealed\":9007199254740991,"
             "\"repaired\":9007199254740991,\"late\":9007199254740991,"
             "\"dropped\":9007199254740991,\"delay_ms\":9007199254740991"),
        "ok");
    figures = figures_of(hall);
    assert_int_equal(figures.hearing.played, LIMIT_HEARING_BLOCKS);
    assert_int_equal(figures.hearing.concealed, LIMIT_HEARING_BLOCKS);
    assert_int_equal(figures.hearing.repaired, LIMIT_HEARING_BLOCKS);
    assert_int_equal(figures.hearing.late, LIMIT_HEARING_BLOCKS);
    assert_int_equal(figures.hearing.dropped, LIMIT_HEARING_BLOCKS);
    assert_int_equal(figures.hearing.delay.sum_us,
                     (uint64_t)LIMIT_HEARING_DELAY_MS * 1000);
}

static void what_is_no_report_is_refused_and_counts_nothing(void **state)
{
    static const char *const wrong[] = {
        "",
        "\"played\":1",
        "\"played\":-1,\"concealed\":0,\"repaired\":0,\"late\":0,"
        "\"dropped\":0,\"delay_ms\":0",
        "\"played\":1.5,\"concealed\":0,\"repaired\":0,\"late\":0,"
        "\"dropped\":0,\"delay_ms\":0",
        "\"played\":1,\"concealed\":0,\"repaired\":0,\"late\":0,"
        "\"dropped\":0,\"delay_ms\":\"0\"",
    };
    struct hall *hall = *state;
    size_t i;

    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_string_equal(tell(hall, hall->member, wrong[i]), "bad_message");
    assert_int_equal(figures_of(hall).hearing.played, 0);
    assert_string_equal(text_of(devices(hall, hall->chair), 0, "hears"), "");
}

static void who_tells_without_pause_is_not_heard(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *member = hall->member;
    int i, taken = 0;

    /* Two at once; then a hundred in 50 s are five. */
    for (i = 0; i < 2; i++)
        assert_string_equal(tell_lost(hall, member, 0), "ok");
    assert_string_equal(tell_lost(hall, member, 0), "too_often");
    assert_int_equal(figures_of(hall).hearing.played, 1000);
    for (i = 0; i < 100; i++) {
        fake_clock_advance(&hall->fixture->clock, LIMIT_HEARING_MS / 20);
        taken += strcmp(tell_lost(hall, member, 0), "ok") == 0;
    }
    assert_int_equal(taken, 5);
    assert_int_equal(figures_of(hall).hearing.played, 1000 + 5 * 500);
    /* Nobody else waits for it. */
    assert_string_equal(tell_lost(hall, hall->deputy, 0), "ok");
}

static void who_is_not_in_the_meeting_tells_nothing(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *outside = fixture_member(hall->fixture, "m4");
    uint64_t id;

    assert_string_equal(tell_lost(hall, outside, 5), "not_joined");
    id = fixture_ask(outside, "who_hears", HALL_MEETING, "");
    fixture_settle(hall->fixture);
    assert_string_equal(fixture_outcome(outside, id), "not_joined");
    assert_string_equal(tell(hall, hall->fixture->admin, "\"played\":1"),
                        "not_joined");
    assert_int_equal(figures_of(hall).hearing.played, 0);
}

static void the_chair_sees_who_hears_worst_first(void **state)
{
    struct hall *hall = *state;
    const json_t *rows;

    tell_lost(hall, hall->chair, 0);
    fake_clock_advance(&hall->fixture->clock, 1500);
    tell_lost(hall, hall->member, 200);
    tell_lost(hall, hall->deputy, 20);
    rows = devices(hall, hall->chair);
    assert_int_equal(json_array_size(rows), 4);
    assert_string_equal(text_of(rows, 0, "holder"), "m4");
    assert_string_equal(text_of(rows, 0, "hears"), "badly");
    assert_int_equal(number_of(rows, 0, "lost"), 40);
    assert_int_equal(number_of(rows, 0, "delay_ms"), 300);
    assert_string_equal(text_of(rows, 1, "holder"), "m2");
    assert_string_equal(text_of(rows, 1, "hears"), "gaps");
    assert_string_equal(text_of(rows, 2, "holder"), "m1");
    assert_string_equal(text_of(rows, 2, "hears"), "well");
    assert_int_equal(number_of(rows, 2, "ago_ms"), 1500);
    /* Nothing is known of the minute-taker, and nothing is made up. */
    assert_string_equal(text_of(rows, 3, "holder"), "m3");
    assert_string_equal(text_of(rows, 3, "hears"), "");
    assert_null(json_object_get(json_array_get(rows, 3), "lost"));
    assert_int_equal(json_array_size(devices(hall, hall->taker)), 4);
    assert_int_equal(json_array_size(devices(hall, hall->fixture->admin)), 4);
}

static void members_are_not_told_how_others_hear(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *curious[] = { hall->member, hall->deputy };
    size_t i;

    tell_lost(hall, hall->chair, 200);
    for (i = 0; i < 2; i++) {
        const uint64_t id =
            fixture_ask(curious[i], "who_hears", HALL_MEETING, "");

        fixture_settle(hall->fixture);
        assert_string_equal(fixture_outcome(curious[i], id), "not_allowed");
    }
}

static void what_was_told_ends_with_the_stay(void **state)
{
    struct hall *hall = *state;

    tell_lost(hall, hall->member, 200);
    fixture_disconnect(hall->member);
    fixture_settle(hall->fixture);
    assert_int_equal(json_array_size(devices(hall, hall->chair)), 3);
    hall_come_in(hall, "m4");
    fixture_settle(hall->fixture);
    assert_string_equal(text_of(devices(hall, hall->chair), 0, "hears"), "");
}

static void the_administrator_is_told_of_meetings_that_there_are(void **state)
{
    struct hall *hall = *state;
    struct fixture_peer *admin = hall->fixture->admin;
    uint64_t id = fixture_ask(admin, "who_hears", "khong-co", "");

    fixture_settle(hall->fixture);
    assert_string_equal(fixture_outcome(admin, id), "unknown_log");
    id = fixture_ask(admin, "who_hears", FIXTURE_ORGANISATION, "");
    fixture_settle(hall->fixture);
    assert_string_equal(fixture_outcome(admin, id), "unknown_log");
}

#define hall_test(name)                                                        \
    cmocka_unit_test_setup_teardown(name, set_up, hall_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        hall_test(what_devices_tell_is_added_up),
        hall_test(a_lie_counts_no_more_than_can_be_true),
        hall_test(what_is_no_report_is_refused_and_counts_nothing),
        hall_test(who_tells_without_pause_is_not_heard),
        hall_test(who_is_not_in_the_meeting_tells_nothing),
        hall_test(the_chair_sees_who_hears_worst_first),
        hall_test(members_are_not_told_how_others_hear),
        hall_test(what_was_told_ends_with_the_stay),
        hall_test(the_administrator_is_told_of_meetings_that_there_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
