/* The agreed examples of votes, each by its number, under the rules that are
 * shipped for cells. */
#include "tests/support/ruleset_file.h"

#include "protocol/rules/tally_sums.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

enum { PEOPLE_MAX = 64 };

/* A roll made of groups of people who are alike. */
struct crowd {
    struct roll_person people[PEOPLE_MAX];
    struct roll roll;
};

static void begin(struct crowd *crowd, enum meeting_kind kind)
{
    memset(crowd, 0, sizeof *crowd);
    crowd->roll.kind = kind;
    crowd->roll.people = crowd->people;
}

static void add(struct crowd *crowd, size_t count, enum category category,
                bool is_present, bool is_excused_throughout)
{
    while (count-- > 0)
        crowd->people[crowd->roll.count++] =
            (struct roll_person){ category, is_present, is_excused_throughout,
                                  false };
}

static uint64_t d_of(const struct crowd *crowd, enum measure measure)
{
    struct electorate electorate;

    assert_int_equal(
        electorate_count(&ruleset_file("party-2026.conf")->electorate, measure,
                         &crowd->roll, &electorate),
        RESULT_OK);
    return electorate.d;
}

static struct outcome outcome(enum matter matter, uint64_t yes, uint64_t d)
{
    struct outcome outcome;

    assert_int_equal(
        outcome_of(&ruleset_file("party-2026.conf")->thresholds[matter], yes, d,
                   &outcome),
        RESULT_OK);
    return outcome;
}

static void vector_1_an_ordinary_vote_of_20_needs_11(void **state)
{
    (void)state;
    assert_false(outcome(MATTER_RESOLUTION, 10, 20).is_met);
    assert_true(outcome(MATTER_RESOLUTION, 11, 20).is_met);
    assert_int_equal(outcome(MATTER_RESOLUTION, 10, 20).need, 11);
}

static void vector_2_an_admission_by_20_needs_14(void **state)
{
    (void)state;
    assert_false(outcome(MATTER_ADMISSION, 13, 20).is_met);
    assert_true(outcome(MATTER_ADMISSION, 14, 20).is_met);
    assert_int_equal(outcome(MATTER_ADMISSION, 13, 20).need, 14);
    assert_int_equal(outcome(MATTER_ADMISSION, 13, 20).rule,
                     RULE_ID_THRESHOLD_ADMISSION);
}

static void vector_3_of_5_exempt_the_one_who_is_there_counts(void **state)
{
    struct crowd crowd;

    (void)state;
    begin(&crowd, KIND_REGULAR);
    add(&crowd, 15, CATEGORY_OFFICIAL, true, false);
    add(&crowd, 1, CATEGORY_EXEMPT, true, false);
    add(&crowd, 4, CATEGORY_EXEMPT, false, false);
    assert_int_equal(d_of(&crowd, MEASURE_MEETING), 16);
}

/* 20 official members, of whom 2 live elsewhere for a time, 1 is suspended and
 * 2 are absent throughout, accepted. */
static void make_20(struct crowd *crowd, enum meeting_kind kind)
{
    begin(crowd, kind);
    add(crowd, 15, CATEGORY_OFFICIAL, true, false);
    add(crowd, 2, CATEGORY_OFFICIAL, false, true);
    add(crowd, 2, CATEGORY_TEMP_AWAY, false, false);
    add(crowd, 1, CATEGORY_SUSPENDED, false, false);
}

static void vector_4_a_congress_counts_15_and_needs_8(void **state)
{
    struct crowd crowd;

    (void)state;
    make_20(&crowd, KIND_CONGRESS);
    assert_int_equal(d_of(&crowd, MEASURE_CONGRESS), 15);
    assert_int_equal(outcome(MATTER_ELECTION, 8, 15).need, 8);
    assert_true(outcome(MATTER_ELECTION, 8, 15).is_met);
    assert_false(outcome(MATTER_ELECTION, 7, 15).is_met);
}

static void vector_5_a_meeting_of_the_same_people_counts_17(void **state)
{
    struct crowd crowd;
    struct electorate_rules counting =
        ruleset_file("party-2026.conf")->electorate;
    struct electorate electorate;

    (void)state;
    make_20(&crowd, KIND_REGULAR);
    assert_int_equal(d_of(&crowd, MEASURE_MEETING), 17);
    /* An election outside a congress knows no absence throughout. */
    assert_int_equal(d_of(&crowd, MEASURE_CONGRESS), 17);
    counting.meeting.always |= 1U << CATEGORY_SUSPENDED;
    assert_int_equal(
        electorate_count(&counting, MEASURE_MEETING, &crowd.roll, &electorate),
        RESULT_OK);
    assert_int_equal(electorate.d, 18);
}

static struct discipline_result discipline(uint64_t expulsion, uint64_t warning,
                                           uint64_t reprimand, uint64_t none)
{
    const struct discipline_rules *rules =
        &ruleset_file("party-2026.conf")->discipline;
    const struct discipline_count count = {
        .listed = discipline_forms(rules, false, false),
        .votes = { [DISCIPLINE_EXPULSION] = expulsion,
                   [DISCIPLINE_WARNING] = warning,
                   [DISCIPLINE_REPRIMAND] = reprimand },
        .none = none,
        .d = 15,
    };
    struct discipline_result result;

    assert_false(rule_set_has(count.listed, DISCIPLINE_REMOVAL));
    assert_int_equal(discipline_decide(rules, &count, &result), RESULT_OK);
    return result;
}

static void vector_6_votes_are_added_down_to_a_reprimand(void **state)
{
    const struct discipline_result result = discipline(4, 3, 6, 2);

    (void)state;
    assert_int_equal(result.form, DISCIPLINE_REPRIMAND);
    assert_true(result.is_cumulated);
    assert_int_equal(result.rule, RULE_ID_DISCIPLINE);
    assert_false(result.is_proposal);
    assert_int_equal(result.added[DISCIPLINE_EXPULSION].yes, 4);
    assert_int_equal(result.added[DISCIPLINE_WARNING].yes, 7);
    assert_int_equal(result.added[DISCIPLINE_REPRIMAND].yes, 13);
}

static void vector_7_nine_for_expulsion_and_one_make_a_warning(void **state)
{
    const struct discipline_result result = discipline(9, 1, 5, 0);

    (void)state;
    assert_false(result.alone[DISCIPLINE_EXPULSION].is_met);
    assert_int_equal(result.alone[DISCIPLINE_EXPULSION].need, 10);
    assert_int_equal(result.form, DISCIPLINE_WARNING);
    assert_int_equal(result.added[DISCIPLINE_WARNING].yes, 10);
}

static void vector_8_votes_for_none_are_never_added(void **state)
{
    (void)state;
    assert_int_equal(discipline(0, 0, 7, 8).form, discipline_none_);
}

static struct validity_decision
judge(enum paper_kind paper, const unsigned *rows, size_t count, uint64_t seats)
{
    const struct paper_marks marks = { .paper = paper,
                                       .is_issued = true,
                                       .seats = seats,
                                       .rows = rows,
                                       .row_count = count };
    struct validity_decision decision;

    assert_int_equal(validity_decide(&ruleset_file("party-2026.conf")->validity,
                                     &marks, &decision),
                     RESULT_OK);
    return decision;
}

enum { AGREE = 1, DISAGREE = 2, BOTH = 3, STANDS = 1 };

static void vector_9_a_bad_row_does_not_spoil_a_list(void **state)
{
    const unsigned rows[] = { AGREE, BOTH, AGREE };
    const struct validity_decision decision =
        judge(election_paper(3, 3), rows, 3, 3);

    (void)state;
    assert_int_equal(decision.validity, VALIDITY_VALID);
    assert_int_equal(decision.counted[0], 1);
    assert_int_equal(decision.counted[1], 0);
    assert_int_equal(decision.counted[2], 1);
}

static void vector_10_a_single_name_with_both_boxes_is_invalid(void **state)
{
    const unsigned rows[] = { BOTH };

    (void)state;
    assert_int_equal(judge(election_paper(1, 1), rows, 1, 1).validity,
                     VALIDITY_BAD_ROW);
}

static void vector_11_all_of_5_or_none_for_4_seats_is_invalid(void **state)
{
    const unsigned all[] = { STANDS, STANDS, STANDS, STANDS, STANDS };
    const unsigned none[] = { 0, 0, 0, 0, 0 };
    const unsigned four[] = { STANDS, STANDS, 0, STANDS, STANDS };
    const enum paper_kind paper = election_paper(5, 4);

    (void)state;
    assert_int_equal(paper, PAPER_LIST_SURPLUS);
    assert_int_equal(judge(paper, all, 5, 4).validity, VALIDITY_TOO_MANY);
    assert_int_equal(judge(paper, none, 5, 4).validity, VALIDITY_TOO_FEW);
    assert_int_equal(judge(paper, four, 5, 4).validity, VALIDITY_VALID);
    assert_int_equal(judge(paper, four, 5, 4).names, 4);
}

static void
vector_12_a_tie_at_the_last_seat_goes_to_a_second_round(void **state)
{
    const struct election_rules *rules =
        &ruleset_file("party-2026.conf")->election;
    const uint64_t votes[] = { 18, 17, 15, 15 };
    const uint64_t again[] = { 12, 13 };
    struct election_count count = { ELECTION_ROUND_FULL, 3, 25, votes, 4 };
    struct election_result result;
    struct election_list list;

    (void)state;
    assert_int_equal(election_check_list(rules, 4, 3, &list), RESULT_OK);
    assert_true(list.is_accepted);
    assert_int_equal(election_decide(rules, &count, &result), RESULT_OK);
    assert_int_equal(result.end, ELECTION_TIE);
    assert_int_equal(result.rule, RULE_ID_THRESHOLD_ELECTION);
    assert_int_equal(result.elected, 2);
    assert_int_equal(result.open, 1);
    assert_int_equal(result.tied, 2);
    assert_int_equal(result.standing[0], STANDING_ELECTED);
    assert_int_equal(result.standing[1], STANDING_ELECTED);
    assert_int_equal(result.standing[2], STANDING_TIED);
    assert_int_equal(result.standing[3], STANDING_TIED);
    count = (struct election_count){ ELECTION_ROUND_TIE, 1, 25, again, 2 };
    assert_int_equal(election_decide(rules, &count, &result), RESULT_OK);
    assert_int_equal(result.end, ELECTION_COMPLETE);
    assert_int_equal(result.rule, RULE_ID_ELECTION_SECOND_ROUND);
    assert_int_equal(result.standing[1], STANDING_ELECTED);
}

static void vector_13_sums_that_contradict_are_not_closed(void **state)
{
    static const struct {
        struct tally_sums sums;
        enum tally_fault fault;
    } rows[] = {
        { { 18, 18, 17, 1, 16, 1 }, TALLY_SUMS_RIGHT },
        { { 17, 18, 17, 1, 16, 1 }, TALLY_ISSUED_TO_MANY },
        { { 18, 18, 17, 0, 16, 1 }, TALLY_ISSUED_DIFFERS },
        { { 18, 18, 19, 0, 18, 1 }, TALLY_ISSUED_DIFFERS },
        { { 18, 18, 17, 1, 16, 2 }, TALLY_RETURNED_DIFFERS },
        { { 18, 18, 17, 1, 17, 1 }, TALLY_RETURNED_DIFFERS },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(tally_sums_check(&rows[i].sums), rows[i].fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector_1_an_ordinary_vote_of_20_needs_11),
        cmocka_unit_test(vector_2_an_admission_by_20_needs_14),
        cmocka_unit_test(vector_3_of_5_exempt_the_one_who_is_there_counts),
        cmocka_unit_test(vector_4_a_congress_counts_15_and_needs_8),
        cmocka_unit_test(vector_5_a_meeting_of_the_same_people_counts_17),
        cmocka_unit_test(vector_6_votes_are_added_down_to_a_reprimand),
        cmocka_unit_test(vector_7_nine_for_expulsion_and_one_make_a_warning),
        cmocka_unit_test(vector_8_votes_for_none_are_never_added),
        cmocka_unit_test(vector_9_a_bad_row_does_not_spoil_a_list),
        cmocka_unit_test(vector_10_a_single_name_with_both_boxes_is_invalid),
        cmocka_unit_test(vector_11_all_of_5_or_none_for_4_seats_is_invalid),
        cmocka_unit_test(
            vector_12_a_tie_at_the_last_seat_goes_to_a_second_round),
        cmocka_unit_test(vector_13_sums_that_contradict_are_not_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
