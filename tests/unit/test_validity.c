#include "protocol/rules/validity.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct validity_decision decide(const struct paper_marks *marks)
{
    struct validity_decision decision;

    assert_int_equal(validity_decide(&ruleset_file("party-2026.conf")->validity,
                                     marks, &decision),
                     RESULT_OK);
    return decision;
}

static void
every_ballot_with_surplus_is_judged_by_its_number_of_names(void **state)
{
    unsigned set;

    (void)state;
    for (set = 0; set < 32; set++) {
        unsigned rows[5];
        unsigned names = 0, i;
        struct paper_marks marks = { .paper = PAPER_LIST_SURPLUS,
                                     .is_issued = true,
                                     .seats = 3,
                                     .rows = rows,
                                     .row_count = 5 };
        struct validity_decision decision;

        for (i = 0; i < 5; i++) {
            rows[i] = set >> i & 1U;
            names += rows[i];
        }
        decision = decide(&marks);
        assert_int_equal(decision.names, names);
        assert_int_equal(decision.validity, names > 3   ? VALIDITY_TOO_MANY
                                            : names < 1 ? VALIDITY_TOO_FEW
                                                        : VALIDITY_VALID);
        for (i = 0; i < 5; i++)
            assert_int_equal(decision.counted[i],
                             decision.validity == VALIDITY_VALID ? rows[i] : 0);
    }
}

static void what_was_not_issued_or_is_written_on_is_invalid(void **state)
{
    const unsigned rows[] = { 1 };
    struct paper_marks marks = { .paper = PAPER_SINGLE,
                                 .rows = rows,
                                 .row_count = 1 };

    (void)state;
    assert_int_equal(decide(&marks).validity, VALIDITY_NOT_ISSUED);
    marks.is_issued = true;
    marks.has_writing = true;
    assert_int_equal(decide(&marks).validity, VALIDITY_WRITING);
    marks.has_writing = false;
    marks.has_outsider = true;
    assert_int_equal(decide(&marks).validity, VALIDITY_OUTSIDER);
    assert_int_equal(decide(&marks).counted[0], 0);
    marks.has_outsider = false;
    assert_int_equal(decide(&marks).validity, VALIDITY_VALID);
    assert_int_equal(decide(&marks).rule, RULE_ID_VALIDITY_SINGLE);
}

static void
words_on_a_ballot_are_allowed_where_the_ruleset_says_so(void **state)
{
    struct validity_rules rules = ruleset_file("party-2026.conf")->validity;
    const unsigned rows[] = { 4 };
    const struct paper_marks marks = { .paper = PAPER_LEVELS,
                                       .is_issued = true,
                                       .has_writing = true,
                                       .rows = rows,
                                       .row_count = 1 };
    struct validity_decision decision;

    (void)state;
    rules.of[PAPER_LEVELS].writing_is_valid = true;
    assert_int_equal(validity_decide(&rules, &marks, &decision), RESULT_OK);
    assert_int_equal(decision.validity, VALIDITY_VALID);
    assert_int_equal(decision.counted[0], 3);
}

static void discipline_has_one_mark_on_the_whole_ballot(void **state)
{
    unsigned row[1] = { 0 };
    struct paper_marks marks = {
        .paper = PAPER_ONE_OF, .is_issued = true, .rows = row, .row_count = 1
    };

    (void)state;
    assert_int_equal(decide(&marks).validity, VALIDITY_BAD_ROW);
    row[0] = 3;
    assert_int_equal(decide(&marks).validity, VALIDITY_BAD_ROW);
    row[0] = 8;
    assert_int_equal(decide(&marks).validity, VALIDITY_VALID);
    assert_int_equal(decide(&marks).counted[0], 4);
}

static void the_first_bad_row_is_named_where_it_spoils_the_ballot(void **state)
{
    struct validity_rules rules = ruleset_file("party-2026.conf")->validity;
    const unsigned rows[] = { 1, 3, 0 };
    const struct paper_marks marks = { .paper = PAPER_LIST_NO_SURPLUS,
                                       .is_issued = true,
                                       .rows = rows,
                                       .row_count = 3 };
    struct validity_decision decision;

    (void)state;
    rules.of[PAPER_LIST_NO_SURPLUS].bad_row = BAD_ROW_SPOILS_BALLOT;
    assert_int_equal(validity_decide(&rules, &marks, &decision), RESULT_OK);
    assert_int_equal(decision.validity, VALIDITY_BAD_ROW);
    assert_int_equal(decision.row, 1);
}

static void what_no_such_ballot_can_show_is_refused(void **state)
{
    const struct validity_rules *rules =
        &ruleset_file("party-2026.conf")->validity;
    static const unsigned rows[VALIDITY_ROWS_MAX + 1] = { 2 };
    static const unsigned three[] = { 4 };
    const struct paper_marks wrong[] = {
        { .paper = paper_kind_none_, .rows = rows, .row_count = 1 },
        { .paper = paper_kind_count_, .rows = rows, .row_count = 1 },
        { .paper = PAPER_LIST_SURPLUS, .rows = rows, .row_count = 1 },
        { .paper = PAPER_SINGLE, .rows = rows, .row_count = 2 },
        { .paper = PAPER_SINGLE, .rows = three, .row_count = 1 },
        { .paper = PAPER_LEVELS, .rows = rows, .row_count = 0 },
        { .paper = PAPER_LEVELS,
          .rows = rows,
          .row_count = VALIDITY_ROWS_MAX + 1 },
    };
    struct validity_decision untouched = { .names = 7 };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(validity_decide(rules, &wrong[i], &untouched),
                         RESULT_INVALID);
        assert_int_equal(untouched.names, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            every_ballot_with_surplus_is_judged_by_its_number_of_names),
        cmocka_unit_test(what_was_not_issued_or_is_written_on_is_invalid),
        cmocka_unit_test(
            words_on_a_ballot_are_allowed_where_the_ruleset_says_so),
        cmocka_unit_test(discipline_has_one_mark_on_the_whole_ballot),
        cmocka_unit_test(the_first_bad_row_is_named_where_it_spoils_the_ballot),
        cmocka_unit_test(what_no_such_ballot_can_show_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
