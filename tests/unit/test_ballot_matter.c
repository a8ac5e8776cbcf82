/* What secret ballots decide, with the numbers of the rules' own examples. */
#include "protocol/meeting/ballot_matter.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct identifier names[LIMIT_BALLOT_CANDIDATES];
static struct ballot_decision_memory memory;

static const struct ruleset *party(void)
{
    return ruleset_file("party-2026.conf");
}

/* A ballot of candidates A, B, C, … with so many ballots by device. */
static struct meeting_ballot ballot_on(enum matter matter, uint64_t seats,
                                       size_t candidates, uint64_t d,
                                       uint64_t returned)
{
    size_t i;

    for (i = 0; i < candidates; i++)
        (void)snprintf(names[i].text, sizeof names[i].text, "%c%zu",
                       (char)('a' + (int)(i % 26)), i / 26);
    return (
        struct meeting_ballot){ .id = { "b1" },
                                .matter = { .matter = matter, .seats = seats },
                                .candidates = names,
                                .candidate_count = candidates,
                                .denominator = d,
                                .returned = returned };
}

static struct event_ballot_decided decided(const struct meeting_ballot *ballot,
                                           const uint64_t *counts, size_t count)
{
    struct event_ballot_decided out = { 0 };

    assert_int_equal(
        ballot_decide(party(), ballot, counts, count, &memory, &out),
        RESULT_OK);
    return out;
}

#define DECIDED(ballot, counts)                                                \
    decided(ballot, counts, sizeof(counts) / sizeof(counts)[0])

/* --- elections -------------------------------------------------------------
 */

static void three_seats_of_four_with_a_tie_at_the_last(void **state)
{
    const struct meeting_ballot ballot =
        ballot_on(MATTER_ELECTION, 3, 4, 25, 25);
    const uint64_t counts[] = { 1, 17, 18, 15, 15 }; /* one blank */
    const struct event_ballot_decided out = DECIDED(&ballot, counts);
    const struct chosen_row *row = out.chosen.data;

    (void)state;
    assert_int_equal(out.end, BALLOT_END_TIE);
    assert_string_equal(out.rule.data,
                        enum_word(&rule_id_words, RULE_ID_THRESHOLD_ELECTION));
    assert_int_equal(out.need, 13);
    assert_int_equal(out.open, 1);
    assert_int_equal(out.valid, 24);
    assert_int_equal(out.invalid, 1);
    assert_string_equal(row[0].member.text, "b0");
    assert_int_equal(row[0].votes, 18);
    assert_int_equal(row[0].standing, STANDS_CHOSEN);
    assert_string_equal(row[1].member.text, "a0");
    assert_int_equal(row[1].standing, STANDS_CHOSEN);
    assert_int_equal(row[2].standing, STANDS_TIED);
    assert_int_equal(row[3].standing, STANDS_TIED);
}

static void the_second_round_needs_only_more_votes(void **state)
{
    struct meeting_ballot ballot = ballot_on(MATTER_ELECTION, 1, 2, 25, 24);
    const uint64_t counts[] = { 0, 12, 11 };
    struct event_ballot_decided out;

    (void)state;
    ballot.matter.again = (struct identifier){ "b0" };
    ballot.returned = 23;
    out = DECIDED(&ballot, counts);
    assert_int_equal(out.end, BALLOT_END_COMPLETE);
    assert_string_equal(
        out.rule.data,
        enum_word(&rule_id_words, RULE_ID_ELECTION_SECOND_ROUND));
    assert_int_equal(out.open, 0);
    assert_string_equal(
        ((const struct chosen_row *)out.chosen.data)->member.text, "a0");
}

static void half_of_those_who_count_elects_nobody(void **state)
{
    const struct meeting_ballot ballot =
        ballot_on(MATTER_ELECTION, 2, 3, 20, 20);
    const uint64_t counts[] = { 0, 10, 11, 5 };
    const struct event_ballot_decided out = DECIDED(&ballot, counts);

    (void)state;
    assert_int_equal(out.end, BALLOT_END_TOO_FEW);
    assert_int_equal(out.open, 1);
    assert_int_equal(((const struct chosen_row *)out.chosen.data)[1].standing,
                     STANDS_NOT_CHOSEN);
}

static void without_surplus_each_name_is_agreed_to_or_not(void **state)
{
    struct meeting_ballot ballot = ballot_on(MATTER_ELECTION, 3, 3, 10, 6);
    /* Six by device, one of whom left out B; three on paper. */
    const uint64_t counts[] = { 5, 1, 3, 2, 6, 0 };
    uint64_t paper[] = { 3, 0, 1, 1, 3, 0 };
    const struct chosen_row *row;
    struct event_ballot_decided out;

    (void)state;
    ballot.paper = (struct meeting_ballot_paper){ .is_entered = true,
                                                  .is_confirmed = true,
                                                  .issued = 4,
                                                  .returned = 4,
                                                  .valid = 3,
                                                  .invalid = 1,
                                                  .counts = paper,
                                                  .count_count = 6 };
    out = DECIDED(&ballot, counts);
    row = out.chosen.data;
    assert_int_equal(out.returned, 10);
    assert_int_equal(out.valid, 9);
    assert_int_equal(out.invalid, 1);
    assert_int_equal(out.end, BALLOT_END_TOO_FEW);
    assert_string_equal(row[0].member.text, "c0");
    assert_int_equal(row[0].votes, 9);
    assert_int_equal(row[2].votes, 4);
    assert_int_equal(row[2].against, 3);
    assert_int_equal(row[2].standing, STANDS_NOT_CHOSEN);
}

static void a_single_name_without_a_mark_spoils_the_ballot(void **state)
{
    const struct meeting_ballot ballot = ballot_on(MATTER_ELECTION, 1, 1, 9, 9);
    const uint64_t counts[] = { 5, 2 };
    const struct event_ballot_decided out = DECIDED(&ballot, counts);

    (void)state;
    assert_int_equal(out.end, BALLOT_END_COMPLETE);
    assert_int_equal(out.valid, 7);
    assert_int_equal(out.invalid, 2);
}

/* Returned and not valid, by rules of which no file is shipped. */
static uint64_t invalid_by(const struct ruleset *rules,
                           const struct meeting_ballot *ballot,
                           const uint64_t *counts, size_t count)
{
    struct event_ballot_decided out = { 0 };

    assert_int_equal(ballot_decide(rules, ballot, counts, count, &memory, &out),
                     RESULT_OK);
    assert_int_equal(out.valid + out.invalid, out.returned);
    return out.invalid;
}

static void the_ruleset_says_whether_a_ballot_without_marks_is_valid(void **s)
{
    struct ruleset rules = *party();
    struct meeting_ballot single = ballot_on(MATTER_ELECTION, 1, 1, 9, 9);
    struct meeting_ballot list = ballot_on(MATTER_ELECTION, 1, 2, 9, 9);
    const uint64_t of_single[] = { 5, 2 }, of_list[] = { 2, 5, 2 };
    uint64_t paper[] = { 1, 2, 0 };

    (void)s;
    list.paper = (struct meeting_ballot_paper){ .is_entered = true,
                                                .is_confirmed = true,
                                                .issued = 4,
                                                .returned = 4,
                                                .valid = 3,
                                                .invalid = 1,
                                                .counts = paper,
                                                .count_count = 3 };
    assert_int_equal(invalid_by(&rules, &single, of_single, 2), 2);
    assert_int_equal(invalid_by(&rules, &list, of_list, 3), 2 + 1 + 1);
    rules.validity.of[PAPER_SINGLE].bad_row = BAD_ROW_SPOILS_ROW;
    rules.validity.of[PAPER_LIST_SURPLUS].names_min = 0;
    assert_int_equal(invalid_by(&rules, &single, of_single, 2), 0);
    assert_int_equal(invalid_by(&rules, &list, of_list, 3), 1);
}

static void more_names_than_seats_on_each_ballot_cannot_be(void **state)
{
    const struct meeting_ballot ballot =
        ballot_on(MATTER_ELECTION, 1, 2, 25, 10);
    const uint64_t counts[] = { 1, 5, 5 };
    struct event_ballot_decided out;

    (void)state;
    assert_int_equal(ballot_decide(party(), &ballot, counts, 3, &memory, &out),
                     RESULT_INVALID);
}

/* --- discipline ------------------------------------------------------------
 */

static struct event_ballot_decided punished(uint64_t d, const uint64_t *counts)
{
    struct meeting_ballot ballot = ballot_on(MATTER_DISCIPLINE, 0, 0, d, d);

    ballot.matter.forms = 1U << DISCIPLINE_REPRIMAND |
                          1U << DISCIPLINE_WARNING | 1U << DISCIPLINE_EXPULSION;
    return decided(&ballot, counts, 5);
}

static void votes_are_added_from_the_hardest_down(void **state)
{
    /* blank, reprimand, warning, expulsion, none */
    const uint64_t six[] = { 0, 6, 3, 4, 2 };
    const uint64_t seven[] = { 0, 5, 1, 9, 0 };
    const uint64_t eight[] = { 0, 7, 0, 0, 8 };
    struct event_ballot_decided out = punished(15, six);
    const struct form_row *row = out.forms.data;

    (void)state;
    assert_int_equal(out.form, DISCIPLINE_REPRIMAND);
    assert_true(out.cumulated && !out.proposal);
    assert_string_equal(out.rule.data,
                        enum_word(&rule_id_words, RULE_ID_DISCIPLINE));
    assert_int_equal(out.yes, 13);
    assert_int_equal(out.no, 2);
    assert_int_equal(out.need, 8);
    assert_int_equal(row[1].form, DISCIPLINE_WARNING);
    assert_int_equal(row[1].added, 7);
    assert_int_equal(row[2].need, 10);
    out = punished(15, seven);
    assert_int_equal(out.form, DISCIPLINE_WARNING);
    assert_int_equal(out.yes, 10);
    out = punished(15, eight);
    assert_int_equal(out.form, 0);
    assert_int_equal(out.end, BALLOT_END_FAILED);
}

static void the_forms_listed_depend_on_category_and_post(void **state)
{
    (void)state;
    assert_int_equal(
        ballot_discipline_forms(party(), CATEGORY_PROBATIONARY, true),
        1U << DISCIPLINE_REPRIMAND | 1U << DISCIPLINE_WARNING);
    assert_true(
        rule_set_has(ballot_discipline_forms(party(), CATEGORY_OFFICIAL, true),
                     DISCIPLINE_REMOVAL));
    assert_false(
        rule_set_has(ballot_discipline_forms(party(), CATEGORY_OFFICIAL, false),
                     DISCIPLINE_REMOVAL));
}

/* --- levels ----------------------------------------------------------------
 */

static void twelve_are_rated_and_the_cap_only_warns(void **state)
{
    const struct meeting_ballot ballot =
        ballot_on(MATTER_RATING, 0, 12, 20, 18);
    uint64_t counts[48];
    struct event_ballot_decided out;
    const struct level_row *row;
    size_t i;

    (void)state;
    for (i = 0; i < 12; i++) {
        counts[4 * i] = i < 4 ? 11 : 2;
        counts[4 * i + 1] = i < 4 ? 5 : i < 11 ? 12 : 8;
        counts[4 * i + 2] = 1;
        counts[4 * i + 3] = 0;
    }
    out = DECIDED(&ballot, counts);
    row = out.levels.data;
    assert_int_equal(out.end, BALLOT_END_COUNTED);
    assert_int_equal(out.levels.count, 12);
    assert_int_equal(row[3].level, LEVEL_EXCELLENT);
    assert_int_equal(row[10].level, LEVEL_GOOD);
    assert_int_equal(row[11].level, 0); /* 8 of 20 is no level */
    assert_int_equal(row[11].second, 8);
    assert_true(out.over_cap); /* 4 of 11 are more than a fifth */
}

static void low_confidence_is_measured_against_valid_ballots(void **state)
{
    const struct meeting_ballot ballot =
        ballot_on(MATTER_CONFIDENCE, 0, 3, 20, 15);
    const uint64_t counts[] = { 5, 3, 7, 4, 3, 8, 3, 2, 10 };
    const struct event_ballot_decided out = DECIDED(&ballot, counts);
    const struct level_row *row = out.levels.data;

    (void)state;
    assert_int_equal(row[0].level, LEVEL_KEPT);
    assert_int_equal(row[1].level, LEVEL_REPLAN);
    assert_int_equal(row[2].level, LEVEL_REMOVE);
    assert_int_equal(row[2].third, 10);
}

/* --- motions and opinions --------------------------------------------------
 */

static void thirteen_of_twenty_do_not_admit_and_fourteen_do(void **state)
{
    const struct meeting_ballot ballot =
        ballot_on(MATTER_ADMISSION, 0, 0, 20, 18);
    const uint64_t thirteen[] = { 13, 4, 1 };
    const uint64_t fourteen[] = { 14, 3, 1 };
    struct event_ballot_decided out = DECIDED(&ballot, thirteen);

    (void)state;
    assert_int_equal(out.end, BALLOT_END_FAILED);
    assert_int_equal(out.need, 14);
    assert_string_equal(out.test.data, "3*yes >= 2*D");
    out = DECIDED(&ballot, fourteen);
    assert_int_equal(out.end, BALLOT_END_PASSED);
    assert_int_equal(out.no, 3);
    assert_int_equal(out.other, 1);
}

static void opinions_choose_whoever_has_more_than_half(void **state)
{
    const struct meeting_ballot ballot = ballot_on(MATTER_STRAW, 2, 4, 12, 12);
    const uint64_t counts[] = { 0, 6, 7, 8, 3 };
    const struct event_ballot_decided out = DECIDED(&ballot, counts);
    const struct chosen_row *row = out.chosen.data;

    (void)state;
    assert_int_equal(out.end, BALLOT_END_COUNTED);
    assert_int_equal(row[0].votes, 8);
    assert_int_equal(row[1].standing, STANDS_CHOSEN);
    assert_int_equal(row[2].standing, STANDS_NOT_CHOSEN);
    assert_int_equal(row[2].place, 3);
}

static void nothing_is_decided_without_a_matter_or_a_rule(void **state)
{
    struct meeting_ballot ballot = ballot_on(matter_none_, 0, 2, 12, 12);
    const uint64_t counts[] = { 6, 6 };
    struct event_ballot_decided out;

    (void)state;
    assert_int_equal(ballot_decide(party(), &ballot, counts, 2, &memory, &out),
                     RESULT_NOT_FOUND);
    ballot = ballot_on(MATTER_CONFIDENCE, 0, 1, 12, 12);
    assert_int_equal(ballot_decide(ruleset_file("interim.conf"), &ballot,
                                   counts, 2, &memory, &out),
                     RESULT_NOT_FOUND);
}

/* --- the paper -------------------------------------------------------------
 */

static enum sheet_fault fault_of(const struct ballot_sheet *sheet,
                                 struct ballot_question question)
{
    return ballot_sheet_check(sheet, 1, &question, 1);
}

static void each_fault_of_a_paper_is_named(void **state)
{
    const struct meeting_ballot_matter matter = { .matter = MATTER_ELECTION,
                                                  .seats = 2 };
    const struct ballot_question right = { .answer_count = 3,
                                           .has_blank = true,
                                           .min = 1,
                                           .max = 2,
                                           .form = BALLOT_FORM_CHOOSE };
    const struct ballot_question two[] = { right, right };
    struct ballot_question wrong = right;
    struct ballot_sheet sheet;

    (void)state;
    assert_true(ballot_sheet_of(&matter, 3, &sheet));
    assert_int_equal(fault_of(&sheet, right), SHEET_RIGHT);
    assert_int_equal(ballot_sheet_check(&sheet, 1, two, 2), SHEET_QUESTIONS);
    wrong.form = BALLOT_FORM_AGREE;
    assert_int_equal(fault_of(&sheet, wrong), SHEET_FORM);
    wrong = right;
    wrong.answer_count = 4;
    assert_int_equal(fault_of(&sheet, wrong), SHEET_ANSWERS);
    wrong = right;
    wrong.has_blank = false;
    assert_int_equal(fault_of(&sheet, wrong), SHEET_BLANK);
    wrong = right;
    wrong.max = 3;
    assert_int_equal(fault_of(&sheet, wrong), SHEET_MARKS);
    wrong = right;
    wrong.min = 2;
    assert_int_equal(fault_of(&sheet, wrong), SHEET_MARKS);
}

static void a_paper_has_something_to_mark(void **state)
{
    struct meeting_ballot_matter matter = { .matter = MATTER_ELECTION };
    struct ballot_sheet sheet;

    (void)state;
    assert_false(ballot_sheet_of(&matter, 3, &sheet));
    matter.seats = 1;
    assert_false(ballot_sheet_of(&matter, 0, &sheet));
    matter = (struct meeting_ballot_matter){ .matter = MATTER_DISCIPLINE };
    assert_false(ballot_sheet_of(&matter, 0, &sheet));
    matter.matter = MATTER_RATING;
    assert_false(ballot_sheet_of(&matter, 0, &sheet));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_seats_of_four_with_a_tie_at_the_last),
        cmocka_unit_test(the_second_round_needs_only_more_votes),
        cmocka_unit_test(half_of_those_who_count_elects_nobody),
        cmocka_unit_test(without_surplus_each_name_is_agreed_to_or_not),
        cmocka_unit_test(a_single_name_without_a_mark_spoils_the_ballot),
        cmocka_unit_test(
            the_ruleset_says_whether_a_ballot_without_marks_is_valid),
        cmocka_unit_test(more_names_than_seats_on_each_ballot_cannot_be),
        cmocka_unit_test(votes_are_added_from_the_hardest_down),
        cmocka_unit_test(the_forms_listed_depend_on_category_and_post),
        cmocka_unit_test(twelve_are_rated_and_the_cap_only_warns),
        cmocka_unit_test(low_confidence_is_measured_against_valid_ballots),
        cmocka_unit_test(thirteen_of_twenty_do_not_admit_and_fourteen_do),
        cmocka_unit_test(opinions_choose_whoever_has_more_than_half),
        cmocka_unit_test(nothing_is_decided_without_a_matter_or_a_rule),
        cmocka_unit_test(each_fault_of_a_paper_is_named),
        cmocka_unit_test(a_paper_has_something_to_mark),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
