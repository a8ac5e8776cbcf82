#include "protocol/rules/election.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct election_result decide(const struct election_rules *rules,
                                     enum election_round round, uint64_t seats,
                                     uint64_t d, const uint64_t *votes,
                                     size_t candidates)
{
    const struct election_count count = { round, seats, d, votes, candidates };
    struct election_result result;

    assert_int_equal(election_decide(rules, &count, &result), RESULT_OK);
    return result;
}

static const struct election_rules *rules_of(const char *name)
{
    return &ruleset_file(name)->election;
}

static void
the_elected_are_named_by_votes_and_then_as_on_the_ballot(void **state)
{
    const uint64_t votes[] = { 14, 20, 14, 16, 3 };
    const struct election_result result = decide(
        rules_of("party-2026.conf"), ELECTION_ROUND_FULL, 4, 25, votes, 5);
    static const size_t order[] = { 1, 3, 0, 2, 4 };
    size_t i;

    (void)state;
    for (i = 0; i < 5; i++)
        assert_int_equal(result.order[i], order[i]);
    assert_int_equal(result.end, ELECTION_COMPLETE);
    assert_int_equal(result.standing[4], STANDING_NOT_ELECTED);
    assert_int_equal(result.tests[4].need, 13);
}

static void without_enough_elected_seats_stay_open(void **state)
{
    const uint64_t votes[] = { 20, 12, 12 };
    const struct election_result result = decide(
        rules_of("party-2026.conf"), ELECTION_ROUND_FULL, 2, 25, votes, 3);

    (void)state;
    assert_int_equal(result.end, ELECTION_TOO_FEW);
    assert_int_equal(result.elected, 1);
    assert_int_equal(result.open, 1);
    assert_int_equal(result.tied, 0); /* of those who failed the test */
}

static void a_tie_of_everybody_leaves_every_seat_open(void **state)
{
    const uint64_t votes[] = { 15, 15, 15 };
    const struct election_result result = decide(
        rules_of("party-2026.conf"), ELECTION_ROUND_FULL, 2, 25, votes, 3);

    (void)state;
    assert_int_equal(result.end, ELECTION_TIE);
    assert_int_equal(result.elected, 0);
    assert_int_equal(result.open, 2);
    assert_int_equal(result.tied, 3);
}

static void in_a_second_round_more_votes_are_enough(void **state)
{
    const uint64_t votes[] = { 9, 10 };
    const uint64_t level[] = { 10, 10 };
    const uint64_t nobody[] = { 0, 0 };
    struct election_rules strict = *rules_of("party-2026.conf");
    struct election_result result = decide(rules_of("party-2026.conf"),
                                           ELECTION_ROUND_TIE, 1, 25, votes, 2);

    (void)state;
    assert_int_equal(result.end, ELECTION_COMPLETE);
    assert_int_equal(result.standing[1], STANDING_ELECTED);
    assert_false(result.is_tested);
    result = decide(rules_of("party-2026.conf"), ELECTION_ROUND_TIE, 1, 25,
                    level, 2);
    assert_int_equal(result.end, ELECTION_TIE);
    result = decide(rules_of("party-2026.conf"), ELECTION_ROUND_TIE, 1, 25,
                    nobody, 2);
    assert_int_equal(result.end, ELECTION_TOO_FEW);
    strict.is_tie_tested = true;
    result = decide(&strict, ELECTION_ROUND_TIE, 1, 25, votes, 2);
    assert_int_equal(result.end, ELECTION_TOO_FEW);
    assert_true(result.is_tested);
}

/* Told without sorting: i is safe if those who qualify and have as many votes
 * as i fit on the seats, herself among them; tied if she would fit but for
 * those who are level with her. */
static void check_all(const struct election_rules *rules, const uint64_t *votes,
                      uint64_t seats, uint64_t d)
{
    const struct election_result result =
        decide(rules, ELECTION_ROUND_FULL, seats, d, votes, 4);
    uint64_t elected = 0, tied = 0;
    size_t i, j;

    for (i = 0; i < 4; i++) {
        enum election_standing expected = STANDING_NOT_ELECTED;
        uint64_t as_many = 0, more = 0;

        for (j = 0; j < 4; j++)
            if (2 * votes[j] > d) {
                as_many += votes[j] >= votes[i];
                more += votes[j] > votes[i];
            }
        if (2 * votes[i] > d && as_many <= seats)
            expected = STANDING_ELECTED;
        else if (2 * votes[i] > d && more < seats)
            expected = STANDING_TIED;
        assert_int_equal(result.standing[i], expected);
        elected += expected == STANDING_ELECTED;
        tied += expected == STANDING_TIED;
    }
    assert_int_equal(result.elected, elected);
    assert_int_equal(result.tied, tied);
    assert_int_equal(result.open, seats - elected);
    assert_int_equal(result.end, result.open == 0 ? ELECTION_COMPLETE
                                 : tied > 0       ? ELECTION_TIE
                                                  : ELECTION_TOO_FEW);
}

static void
every_small_election_is_decided_as_told_without_sorting(void **state)
{
    enum { D = 6, CASES = (D + 1) * (D + 1) * (D + 1) * (D + 1) };
    const struct election_rules rules = *rules_of("party-2026.conf");
    unsigned i;
    uint64_t seats;

    (void)state;
    for (i = 0; i < CASES; i++)
        for (seats = 1; seats <= 4; seats++) {
            const uint64_t votes[] = { i % (D + 1), i / (D + 1) % (D + 1),
                                       i / (D + 1) / (D + 1) % (D + 1),
                                       i / (D + 1) / (D + 1) / (D + 1) };

            check_all(&rules, votes, seats, D);
        }
}

static void a_list_has_so_many_names_more_than_seats_at_most(void **state)
{
    static const struct {
        uint64_t seats, surplus_max;
    } rows[] = { { 1, 0 }, { 2, 0 }, { 3, 1 },  { 4, 1 },  { 5, 1 }, { 6, 1 },
                 { 7, 2 }, { 9, 2 }, { 10, 3 }, { 13, 3 }, { 14, 4 } };
    const struct election_rules *rules = rules_of("party-2026.conf");
    struct election_list list;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            election_check_list(rules, rows[i].seats + rows[i].surplus_max,
                                rows[i].seats, &list),
            RESULT_OK);
        assert_true(list.is_accepted);
        assert_int_equal(list.surplus_max, rows[i].surplus_max);
        assert_int_equal(
            election_check_list(rules, rows[i].seats + rows[i].surplus_max + 1,
                                rows[i].seats, &list),
            RESULT_OK);
        assert_false(list.is_accepted);
    }
}

static void
five_names_for_three_seats_are_refused_with_the_numbers(void **state)
{
    struct election_list list;

    (void)state;
    assert_int_equal(
        election_check_list(rules_of("party-2026.conf"), 5, 3, &list),
        RESULT_OK);
    assert_false(list.is_accepted);
    assert_int_equal(list.rule, RULE_ID_ELECTION_SURPLUS);
    assert_int_equal(list.surplus, 2);
    assert_int_equal(list.surplus_max, 1);
    assert_true(list.is_small);
}

static void a_list_without_surplus_is_accepted(void **state)
{
    struct election_list list;

    (void)state;
    assert_int_equal(
        election_check_list(rules_of("party-2026.conf"), 3, 3, &list),
        RESULT_OK);
    assert_true(list.is_accepted);
    assert_int_equal(list.surplus, 0);
    assert_int_equal(election_paper(3, 3), PAPER_LIST_NO_SURPLUS);
    assert_int_equal(election_paper(2, 3), PAPER_LIST_NO_SURPLUS);
    assert_int_equal(election_paper(1, 1), PAPER_SINGLE);
    assert_int_equal(election_paper(4, 3), PAPER_LIST_SURPLUS);
}

static void a_name_from_outside_needs_more_than_thirty_per_cent(void **state)
{
    const struct vote_test *test = &rules_of("party-2026.conf")->outside;
    struct outcome outcome;

    (void)state;
    assert_int_equal(outcome_of(test, 6, 20, &outcome), RESULT_OK);
    assert_false(outcome.is_met);
    assert_int_equal(outcome.need, 7);
    assert_int_equal(outcome.of, MEASURE_PRESENT);
    assert_int_equal(outcome_of(test, 7, 20, &outcome), RESULT_OK);
    assert_true(outcome.is_met);
}

static void a_small_cell_elects_no_committee(void **state)
{
    (void)state;
    assert_false(election_has_committee(rules_of("party-2026.conf"), 8));
    assert_true(election_has_committee(rules_of("party-2026.conf"), 9));
}

static void what_no_election_can_be_is_refused(void **state)
{
    static const uint64_t votes[LIMIT_BALLOT_CANDIDATES + 1] = { 5 };
    const struct election_count wrong[] = {
        { ELECTION_ROUND_FULL, 0, 5, votes, 2 },
        { ELECTION_ROUND_FULL, 1, 5, votes, 0 },
        { ELECTION_ROUND_FULL, 1, 4, votes, 1 },
        { ELECTION_ROUND_FULL, 1, 5, votes, LIMIT_BALLOT_CANDIDATES + 1 },
    };
    const struct election_rules *rules = rules_of("party-2026.conf");
    struct election_result untouched = { .elected = 7 };
    struct election_list list = { .surplus = 7 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(election_decide(rules, &wrong[i], &untouched),
                         RESULT_INVALID);
    assert_int_equal(untouched.elected, 7);
    assert_int_equal(election_check_list(rules, 1, 0, &list), RESULT_INVALID);
    assert_int_equal(election_check_list(rules, 0, 1, &list), RESULT_INVALID);
    assert_int_equal(list.surplus, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_elected_are_named_by_votes_and_then_as_on_the_ballot),
        cmocka_unit_test(without_enough_elected_seats_stay_open),
        cmocka_unit_test(a_tie_of_everybody_leaves_every_seat_open),
        cmocka_unit_test(in_a_second_round_more_votes_are_enough),
        cmocka_unit_test(
            every_small_election_is_decided_as_told_without_sorting),
        cmocka_unit_test(a_list_has_so_many_names_more_than_seats_at_most),
        cmocka_unit_test(
            five_names_for_three_seats_are_refused_with_the_numbers),
        cmocka_unit_test(a_list_without_surplus_is_accepted),
        cmocka_unit_test(a_name_from_outside_needs_more_than_thirty_per_cent),
        cmocka_unit_test(a_small_cell_elects_no_committee),
        cmocka_unit_test(what_no_election_can_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
