#include "server/room/hall_pin.h"
#include "tests/support/room_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#define MEETING FIXTURE_ORGANISATION ".1"

static const struct identifier member = { "m4" };

static struct {
    size_t count;
    enum hall_pin_answer answer;
    unsigned tries_left;
} heard;

static int set_up(void **state)
{
    *state = room_fixture_new(0);
    memset(&heard, 0, sizeof heard);
    return 0;
}

static int tear_down(void **state)
{
    *state = room_fixture_free(*state);
    return 0;
}

static void hear(struct hub *hub, uint64_t session, uint64_t request,
                 const struct identifier *id, enum hall_pin_answer answer,
                 unsigned tries_left, void *user)
{
    (void)hub;
    (void)session;
    (void)request;
    (void)user;
    assert_true(identifier_equal(id, &member));
    heard.count++;
    heard.answer = answer;
    heard.tries_left = tries_left;
}

static enum hall_pin_answer set(struct room_fixture *fixture, const char *pin)
{
    assert_int_equal(hall_pin_set(fixture->hub, 1, 1, &member,
                                  text_view_of(pin), hear, NULL),
                     RESULT_OK);
    fixture_settle(fixture);
    return heard.answer;
}

static enum hall_pin_answer check(struct room_fixture *fixture, const char *pin)
{
    assert_int_equal(hall_pin_check(fixture->hub, 1, 1, &member,
                                    text_view_of(pin), hear, NULL),
                     RESULT_OK);
    fixture_settle(fixture);
    return heard.answer;
}

static void digits_of_a_fitting_number_are_a_pin(void **state)
{
    (void)state;
    assert_true(hall_pin_is_possible(TEXT_LITERAL("123456")));
    assert_true(hall_pin_is_possible(TEXT_LITERAL("123456789012")));
    assert_false(hall_pin_is_possible(TEXT_LITERAL("12345")));
    assert_false(hall_pin_is_possible(TEXT_LITERAL("1234567890123")));
    assert_false(hall_pin_is_possible(TEXT_LITERAL("12345x")));
}

static void the_right_pin_is_told_from_a_wrong_one(void **state)
{
    struct room_fixture *fixture = *state;
    assert_int_equal(set(fixture, "246810"), HALL_PIN_DONE);

    assert_int_equal(check(fixture, "246811"), HALL_PIN_WRONG);
    assert_int_equal(heard.tries_left, HALL_PIN_TRIES - 1);
    assert_int_equal(check(fixture, "246810"), HALL_PIN_DONE);
}

static void wrong_pins_lock_it_until_it_is_unlocked(void **state)
{
    struct room_fixture *fixture = *state;
    int i;
    (void)set(fixture, "246810");
    for (i = 0; i < HALL_PIN_TRIES; i++)
        assert_int_equal(check(fixture, "000000"), HALL_PIN_WRONG);

    assert_int_equal(check(fixture, "246810"), HALL_PIN_LOCKED);

    assert_int_equal(hall_pin_unlock(fixture->hub, 1, 1, &member, hear, NULL),
                     RESULT_OK);
    fixture_settle(fixture);
    assert_int_equal(heard.answer, HALL_PIN_DONE);
    assert_int_equal(check(fixture, "246810"), HALL_PIN_DONE);
}

static void a_right_pin_gives_the_tries_back(void **state)
{
    struct room_fixture *fixture = *state;
    (void)set(fixture, "246810");
    (void)check(fixture, "000000");
    (void)check(fixture, "246810");

    (void)check(fixture, "000000");

    assert_int_equal(heard.tries_left, HALL_PIN_TRIES - 1);
}

static void a_try_is_paid_before_the_pin_is_looked_at(void **state)
{
    struct room_fixture *fixture = *state;
    (void)set(fixture, "246810");
    heard.count = 0;
    assert_int_equal(hall_pin_check(fixture->hub, 1, 1, &member,
                                    TEXT_LITERAL("246810"), hear, NULL),
                     RESULT_OK);
    /* What takes the try away is not on disk: nothing is said. */
    fixture_run(fixture);
    assert_int_equal(heard.count, 0);

    fixture_settle(fixture);

    assert_int_equal(heard.count, 1);
    assert_int_equal(heard.answer, HALL_PIN_DONE);
}

static void two_at_once_about_one_member_are_refused(void **state)
{
    struct room_fixture *fixture = *state;
    (void)set(fixture, "246810");
    assert_int_equal(hall_pin_check(fixture->hub, 1, 1, &member,
                                    TEXT_LITERAL("000000"), hear, NULL),
                     RESULT_OK);

    assert_int_equal(hall_pin_check(fixture->hub, 2, 1, &member,
                                    TEXT_LITERAL("000001"), hear, NULL),
                     RESULT_BUSY);
    fixture_settle(fixture);
}

static void a_member_without_pin_is_told_so(void **state)
{
    assert_int_equal(check(*state, "246810"), HALL_PIN_NONE);
}

static void a_store_that_fails_is_no_right_pin(void **state)
{
    struct room_fixture *fixture = *state;
    (void)set(fixture, "246810");
    store_fake_fail_next(fixture->store, RESULT_IO);

    assert_int_equal(check(fixture, "246810"), HALL_PIN_FAILED);
}

static void a_member_sets_the_own_pin_from_the_own_device(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *peer = fixture_member(fixture, "m4");
    uint64_t id = fixture_ask(peer, "set_pin", MEETING, "\"pin\":\"135790\"");

    fixture_settle(fixture);

    assert_string_equal(fixture_outcome(peer, id), "ok");
    assert_int_equal(check(fixture, "135790"), HALL_PIN_DONE);
}

static void nobody_sets_the_pin_of_another_member(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *peer = fixture_member(fixture, "m3");
    uint64_t id = fixture_ask(peer, "set_pin", MEETING,
                              "\"member\":\"m4\",\"pin\":\"135790\"");

    fixture_settle(fixture);

    assert_string_equal(fixture_outcome(peer, id), "not_allowed");
    assert_int_equal(check(fixture, "135790"), HALL_PIN_NONE);
}

#define PIN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PIN_TEST(digits_of_a_fitting_number_are_a_pin),
        PIN_TEST(the_right_pin_is_told_from_a_wrong_one),
        PIN_TEST(wrong_pins_lock_it_until_it_is_unlocked),
        PIN_TEST(a_right_pin_gives_the_tries_back),
        PIN_TEST(a_try_is_paid_before_the_pin_is_looked_at),
        PIN_TEST(two_at_once_about_one_member_are_refused),
        PIN_TEST(a_member_without_pin_is_told_so),
        PIN_TEST(a_store_that_fails_is_no_right_pin),
        PIN_TEST(a_member_sets_the_own_pin_from_the_own_device),
        PIN_TEST(nobody_sets_the_pin_of_another_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
