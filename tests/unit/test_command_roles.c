#include "protocol/meeting/command_roles.h"

#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static unsigned roles_of(const struct meeting_transcript *meeting,
                         const char *who)
{
    const struct identifier id = meeting_id(who);

    return meeting_state_roles(meeting->state, &id);
}

static void roles_are_those_of_the_roll(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    assert_int_equal(roles_of(meeting, "m1"),
                     ROLE_MEMBER | ROLE_CHAIR | ROLE_PRESIDING);
    assert_int_equal(roles_of(meeting, "m2"), ROLE_MEMBER | ROLE_PRESIDING);
    assert_int_equal(roles_of(meeting, "m3"),
                     ROLE_MEMBER | ROLE_MINUTES | ROLE_PRESIDING);
    assert_int_equal(roles_of(meeting, "m4"), ROLE_MEMBER);
    assert_int_equal(roles_of(meeting, "m8"), ROLE_GUEST);
    assert_int_equal(roles_of(meeting, "s1"), ROLE_SITE);
    assert_int_equal(roles_of(meeting, "m99"), 0);
    meeting_transcript_end(meeting);
}

static void offices_move_with_the_meeting(void **state)
{
    static const char *const joined[] = { "m4", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "1 m1 hand_over_minutes m4\n"
                 "1 m1 leave\n"
                 "1 m2 take_chair",
                 NULL);
    assert_int_equal(roles_of(meeting, "m1"), ROLE_MEMBER | ROLE_PRESIDING);
    assert_int_equal(roles_of(meeting, "m2"),
                     ROLE_MEMBER | ROLE_CHAIR | ROLE_PRESIDING);
    assert_int_equal(roles_of(meeting, "m3"), ROLE_MEMBER);
    assert_int_equal(roles_of(meeting, "m4"),
                     ROLE_MEMBER | ROLE_MINUTES | ROLE_PRESIDING);
    meeting_transcript_end(meeting);
}

static void every_command_of_a_meeting_is_somebodys(void **state)
{
    (void)state;
#define ASSERT_ROLES(NAME, name, is_signed)                                    \
    assert_int_not_equal(command_roles(OP_##NAME), 0);
    MEETING_COMMAND_LIST(ASSERT_ROLES)
#undef ASSERT_ROLES
#define ASSERT_NONE(NAME, name, is_signed)                                     \
    assert_int_equal(command_roles(OP_##NAME), 0);
    REGISTER_COMMAND_LIST(ASSERT_NONE)
#undef ASSERT_NONE
    assert_int_equal(command_roles(COMMAND_UNKNOWN), 0);
    assert_int_equal(command_roles(COMMAND_OP_COUNT), 0);
}

static void votes_and_offices_are_formal_and_the_lobby_is_not(void **state)
{
    (void)state;
    assert_true(command_is_formal(OP_VOTE));
    assert_true(command_is_formal(OP_CLOSE_MEETING));
    assert_true(command_is_formal(OP_RESTORED));
    assert_false(command_is_formal(OP_OPEN_LOBBY));
    assert_false(command_is_formal(OP_TICK));
    assert_false(command_is_formal(OP_CHAT));
    assert_false(command_is_formal(OP_LEAVE));
    assert_false(command_is_formal(COMMAND_OP_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roles_are_those_of_the_roll),
        cmocka_unit_test(offices_move_with_the_meeting),
        cmocka_unit_test(every_command_of_a_meeting_is_somebodys),
        cmocka_unit_test(votes_and_offices_are_formal_and_the_lobby_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
