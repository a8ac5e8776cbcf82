#include "protocol/meeting/meeting_roll.h"

#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void the_roll_has_everybody_in_the_order_of_the_state(void **state)
{
    static const char *const joined[] = { "m4", NULL };
    static struct roll_person people[LIMIT_ROSTER];
    struct meeting_transcript *meeting = meeting_transcript_new();
    struct roll roll;
    size_t i, present = 0;

    (void)state;
    meeting_play_to_open(meeting, joined);
    meeting_state_roll_of(meeting->state, people, &roll);
    assert_int_equal(roll.kind, KIND_REGULAR);
    assert_false(roll.is_committee);
    assert_ptr_equal(roll.people, people);
    assert_int_equal(roll.count, 14);
    for (i = 0; i < roll.count; i++) {
        assert_int_equal(people[i].category,
                         meeting->state->people[i].category);
        assert_false(people[i].is_excused_throughout);
        present += people[i].is_present;
    }
    assert_int_equal(present, 4); /* m1, m2, m3 and m4 */
    meeting_play(meeting, "1 m4 leave", NULL);
    meeting_state_roll_of(meeting->state, people, &roll);
    assert_true(people[0].is_present);
    assert_false(people[3].is_present);
    meeting_transcript_end(meeting);
}

static void the_committee_are_leader_deputy_and_its_members(void **state)
{
    static const struct {
        enum office office;
        bool is_in_committee;
    } rows[] = {
        { OFFICE_NONE, false },         { OFFICE_CELL_LEADER, true },
        { OFFICE_DEPUTY_LEADER, true }, { OFFICE_COMMITTEE_MEMBER, true },
        { OFFICE_GROUP_LEADER, false },
    };
    size_t i;

    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], office_count_ - 1);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct meeting_person person = { .category = CATEGORY_OFFICIAL,
                                               .office = rows[i].office };

        assert_int_equal(meeting_roll_person(&person).is_in_committee,
                         rows[i].is_in_committee);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roll_has_everybody_in_the_order_of_the_state),
        cmocka_unit_test(the_committee_are_leader_deputy_and_its_members),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
