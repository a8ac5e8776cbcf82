#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/support/room_fixture.h"

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

static void
a_repeated_request_is_answered_again_and_not_done_again(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t id = fixture_ask(chair, "raise_hand", MEETING, "");
    json_t *first;

    fixture_settle(fixture);
    first = json_deep_copy(fixture_answer(chair, id));
    fixture_ask(chair, "lower_hand", MEETING, "");
    fixture_settle(fixture);
    json_array_clear(chair->frames);

    chair->next_id = id;
    fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture);
    assert_true(json_equal(fixture_answer(chair, id), first));
    assert_int_equal(fixture_count(chair, "ev", NULL), 0);
    json_decref(first);
}

static void a_repeated_request_is_answered_again_after_the_log_was_loaded_again(
    void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t id = fixture_ask(chair, "raise_hand", MEETING, "");
    json_t *first;

    fixture_settle(fixture);
    first = json_deep_copy(fixture_answer(chair, id));
    store_fake_fail_next(fixture->store, RESULT_IO);
    fixture_ask(chair, "lower_hand", MEETING, "");
    fixture_settle(fixture);
    json_array_clear(chair->frames);

    chair->next_id = id;
    fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_settle(fixture);
    assert_true(json_equal(fixture_answer(chair, id), first));
    assert_int_equal(fixture_count(chair, "ev", NULL), 0);
    json_decref(first);
}

static void a_request_repeated_before_its_commit_waits_for_it(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t id = fixture_ask(chair, "raise_hand", MEETING, "");

    chair->next_id = id;
    fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(chair, id), "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, id), "ok");
    assert_int_equal(fixture_count(chair, "ev", "hand_raised"), 1);
}

static void a_refusal_waits_for_what_it_was_decided_on(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *chair = open_meeting(fixture);
    uint64_t refused;

    fixture_ask(chair, "raise_hand", MEETING, "");
    refused = fixture_ask(chair, "raise_hand", MEETING, "");
    fixture_run(fixture);
    assert_string_equal(fixture_outcome(chair, refused), "");
    fixture_settle(fixture);
    assert_string_equal(fixture_outcome(chair, refused), "hand_up");
}

static void a_new_office_opens_what_was_written_before(void **state)
{
    struct room_fixture *fixture = *state;
    struct fixture_peer *member = fixture_member(fixture, "m4");
    size_t before;

    fixture_ask(member, "join", FIXTURE_ORGANISATION, "\"from\":0");
    fixture_settle(fixture);
    before = fixture_count(member, "open", NULL);
    fixture_administer(fixture, "remove_member",
                       "\"member\":\"m2\",\"reason\":\"chuyển đi\"");
    assert_int_equal(fixture_count(member, "value", "chuyển đi"), 0);

    fixture_administer(fixture, "change_member",
                       "\"member\":\"m4\",\"unit\":\"u2\",\"group\":\"\","
                       "\"category\":\"official\",\"office\":"
                       "\"deputy_leader\",\"name\":\"Đảng viên Mẫu 04\"");
    fixture_settle(fixture);
    assert_true(fixture_count(member, "open", NULL) > before);
    assert_int_equal(fixture_count(member, "value", "chuyển đi"), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_repeated_request_is_answered_again_and_not_done_again),
        TEST(
            a_repeated_request_is_answered_again_after_the_log_was_loaded_again),
        TEST(a_request_repeated_before_its_commit_waits_for_it),
        TEST(a_refusal_waits_for_what_it_was_decided_on),
        TEST(a_new_office_opens_what_was_written_before),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
