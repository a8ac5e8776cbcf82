#include "protocol/rules/electorate.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define SET(category) (1U << (category))

static const struct electorate_rules rules = {
    .meeting = { .always = SET(CATEGORY_OFFICIAL),
                 .if_present = SET(CATEGORY_EXEMPT) },
    .congress = { .if_present = SET(CATEGORY_EXEMPT),
                  .unless_excused = SET(CATEGORY_OFFICIAL) },
    .committee = { .always = SET(CATEGORY_OFFICIAL) },
};

/* One of each kind that matters. */
static struct roll_person people[] = {
    { CATEGORY_OFFICIAL, true, false, true },
    { CATEGORY_OFFICIAL, true, false, false },
    { CATEGORY_OFFICIAL, false, false, true },
    { CATEGORY_OFFICIAL, false, true, false },
    { CATEGORY_PROBATIONARY, true, false, false },
    { CATEGORY_EXEMPT, true, false, false },
    { CATEGORY_EXEMPT, false, false, false },
    { CATEGORY_TEMP_AWAY, false, false, false },
    { CATEGORY_TEMP_HERE, true, false, false },
    { CATEGORY_SUSPENDED, false, false, false },
    { CATEGORY_UPPER_DELEGATE, true, false, false },
    { CATEGORY_GUEST, true, false, false },
    { CATEGORY_TECHNICIAN, true, false, false },
};
enum { PEOPLE = sizeof people / sizeof people[0] };

static struct electorate count(enum measure asked, enum meeting_kind kind,
                               bool is_committee)
{
    const struct roll roll = { kind, is_committee, people, PEOPLE };
    struct electorate electorate;

    assert_int_equal(electorate_count(&rules, asked, &roll, &electorate),
                     RESULT_OK);
    return electorate;
}

static void
a_meeting_counts_who_is_official_and_the_exempt_who_came(void **state)
{
    const struct electorate found = count(MEASURE_MEETING, KIND_REGULAR, false);

    (void)state;
    assert_int_equal(found.d, 5);
    assert_int_equal(found.counted[CATEGORY_OFFICIAL], 4);
    assert_int_equal(found.counted[CATEGORY_EXEMPT], 1);
    assert_int_equal(found.people[CATEGORY_EXEMPT], 2);
    assert_int_equal(found.people[CATEGORY_TEMP_AWAY], 1);
    assert_int_equal(found.present, 3);
    assert_int_equal(found.excused, 0);
    assert_int_equal(found.rule, RULE_ID_DENOMINATOR_MEETING);
}

static void a_congress_leaves_out_who_is_absent_throughout(void **state)
{
    const struct electorate found =
        count(MEASURE_CONGRESS, KIND_CONGRESS, false);

    (void)state;
    assert_int_equal(found.d, 4);
    assert_int_equal(found.excused, 1);
    assert_int_equal(found.rule, RULE_ID_DENOMINATOR_CONGRESS);
}

static void other_votes_of_a_congress_count_as_in_a_meeting(void **state)
{
    (void)state;
    assert_int_equal(count(MEASURE_MEETING, KIND_CONGRESS, false).d, 5);
}

static void a_committee_counts_its_members_whatever_is_asked(void **state)
{
    (void)state;
    assert_int_equal(count(MEASURE_MEETING, KIND_REGULAR, true).d, 2);
    assert_int_equal(count(MEASURE_CONGRESS, KIND_CONGRESS, true).d, 2);
    assert_int_equal(count(MEASURE_PRESENT, KIND_REGULAR, true).d, 1);
    assert_int_equal(count(MEASURE_MEETING, KIND_REGULAR, true).rule,
                     RULE_ID_DENOMINATOR_COMMITTEE);
}

static void those_present_are_those_with_a_vote(void **state)
{
    (void)state;
    assert_int_equal(count(MEASURE_PRESENT, KIND_REGULAR, false).d, 3);
}

static void no_roll_tells_how_many_ballots_are_valid(void **state)
{
    const struct roll roll = { KIND_REGULAR, false, people, PEOPLE };
    struct electorate untouched = { .d = 7 };

    (void)state;
    assert_int_equal(electorate_count(&rules, MEASURE_VALID, &roll, &untouched),
                     RESULT_INVALID);
    assert_int_equal(untouched.d, 7);
}

static void somebody_cannot_be_there_and_absent_throughout(void **state)
{
    const struct roll_person wrong[] = {
        { CATEGORY_OFFICIAL, true, true, false },
        { category_none_, true, false, false },
        { category_count_, true, false, false },
    };
    struct electorate untouched = { .d = 7 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct roll roll = { KIND_CONGRESS, false, &wrong[i], 1 };

        assert_int_equal(
            electorate_count(&rules, MEASURE_CONGRESS, &roll, &untouched),
            RESULT_INVALID);
        assert_int_equal(untouched.d, 7);
    }
}

/* The next of a fixed run of numbers. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

/* Whoever comes, leaves or is excused moves D by what she is, in any order. */
static void the_order_of_the_roll_does_not_matter(void **state)
{
    uint32_t random = 1;
    int round;

    (void)state;
    for (round = 0; round < 1000; round++) {
        const size_t a = next(&random) % PEOPLE, b = next(&random) % PEOPLE;
        const struct roll_person kept = people[a];

        people[a] = people[b];
        people[b] = kept;
        assert_int_equal(count(MEASURE_MEETING, KIND_REGULAR, false).d, 5);
        assert_int_equal(count(MEASURE_CONGRESS, KIND_CONGRESS, false).d, 4);
    }
}

/* Presence moves D by those who count only if they are there. */
static void only_the_exempt_move_d_by_coming(void **state)
{
    const struct electorate_rules *shipped =
        &ruleset_file("party-2026.conf")->electorate;
    uint32_t random = 7;
    int round;

    (void)state;
    for (round = 0; round < 1000; round++) {
        struct roll_person roll_people[40];
        struct roll roll = { KIND_REGULAR, false, roll_people, 40 };
        struct electorate found;
        uint64_t official = 0, exempt = 0;
        size_t i;

        for (i = 0; i < roll.count; i++) {
            const enum category category =
                (enum category)(1 + next(&random) % (category_count_ - 1));
            const bool is_present = next(&random) % 2;

            roll_people[i] =
                (struct roll_person){ category, is_present, false, false };
            official += category == CATEGORY_OFFICIAL;
            exempt += category == CATEGORY_EXEMPT && is_present;
        }
        assert_int_equal(
            electorate_count(shipped, MEASURE_MEETING, &roll, &found),
            RESULT_OK);
        assert_int_equal(found.d, official + exempt);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_meeting_counts_who_is_official_and_the_exempt_who_came),
        cmocka_unit_test(a_congress_leaves_out_who_is_absent_throughout),
        cmocka_unit_test(other_votes_of_a_congress_count_as_in_a_meeting),
        cmocka_unit_test(a_committee_counts_its_members_whatever_is_asked),
        cmocka_unit_test(those_present_are_those_with_a_vote),
        cmocka_unit_test(no_roll_tells_how_many_ballots_are_valid),
        cmocka_unit_test(somebody_cannot_be_there_and_absent_throughout),
        cmocka_unit_test(the_order_of_the_roll_does_not_matter),
        cmocka_unit_test(only_the_exempt_move_d_by_coming),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
