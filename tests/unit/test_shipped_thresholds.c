/* Every fraction of the rulesets that are shipped, at every boundary of up to
 * D_MAX people. The files are read by another reader than the program's; what
 * is expected is told by adding and taking away, where the program multiplies.
 * Up to EVERY_D_MAX people every number of them is asked for. */
#include "protocol/meeting/ballot_matter.h"
#include "protocol/rules/motion_count.h"

#include "tests/support/ruleset_file.h"
#include "tests/support/ruleset_fractions.h"

#include <dirent.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { D_MAX = 2000, EVERY_D_MAX = 400, FILES_MAX = 16 };

/* --- What is expected ----------------------------------------------------- */

/* numerator * d = whole * denominator + rest. */
struct share {
    uint64_t whole, rest;
};

static void add_one_person(struct share *share, const struct fraction *fraction)
{
    share->rest += fraction->numerator;
    while (share->rest >= fraction->denominator) {
        share->rest -= fraction->denominator;
        share->whole++;
    }
}

/* As many as the share are enough where the test is not strict and the share
 * is a whole number. */
static bool is_enough(const struct fraction *fraction,
                      const struct share *share, uint64_t yes)
{
    return share->rest == 0 && !fraction->is_strict ? yes >= share->whole
                                                    : yes > share->whole;
}

/* So many names more than seats; the share is never passed. */
static bool is_at_most(const struct fraction *fraction,
                       const struct share *share, uint64_t surplus,
                       uint64_t seats)
{
    return surplus <=
           (seats >= fraction->small_from && seats <= fraction->small_to
                ? fraction->small_extra
                : share->whole);
}

/* --- What the program decides --------------------------------------------- */

struct question {
    const struct ruleset *rules;
    const struct fraction *fraction; /* for decisions that are wrong */
    int what;
};
typedef bool decide_fn(const struct question *question, uint64_t yes,
                       uint64_t d);

static bool by_test(const struct vote_test *test, uint64_t yes, uint64_t d)
{
    struct outcome outcome;

    assert_int_equal(outcome_of(test, yes, d, &outcome), RESULT_OK);
    /* The fewest that would do say the same, or that none would. */
    assert_int_equal(outcome.is_met, outcome.need > 0 && yes >= outcome.need);
    return outcome.is_met;
}

static bool by_base(const struct question *question, uint64_t yes, uint64_t d)
{
    const struct vote_test test = { RULE_ID_ORDINARY_MOTION,
                                    ruleset_majority(question->rules),
                                    MEASURE_MEETING };

    return by_test(&test, yes, d);
}

static bool by_motion(const struct question *question, uint64_t yes, uint64_t d)
{
    const struct vote_test *test = &question->rules->thresholds[question->what];
    const struct electorate electorate = { .measure = test->of, .d = d };
    const struct motion_count count = { .votes = { [CHOICE_YES] = yes } };
    struct motion_result result;

    assert_int_equal(motion_decide(test, &count, &electorate, &result),
                     RESULT_OK);
    return result.outcome.is_met;
}

static bool by_straw(const struct question *question, uint64_t yes, uint64_t d)
{
    return by_test(&question->rules->thresholds[MATTER_STRAW], yes, d);
}

static bool by_rating(const struct question *question, uint64_t yes, uint64_t d)
{
    const struct rating_count count = { .votes = { [RATING_GOOD] = yes },
                                        .d = d };
    struct rating_result result;

    assert_int_equal(rating_decide(&question->rules->rating, &count, &result),
                     RESULT_OK);
    return result.level == RATING_GOOD;
}

static bool by_discipline(const struct question *question, uint64_t yes,
                          uint64_t d)
{
    const enum discipline form = (enum discipline)question->what;
    struct discipline_count count = { .listed = 1U << form, .d = d };
    struct discipline_result result;

    count.votes[form] = yes;
    assert_int_equal(
        discipline_decide(&question->rules->discipline, &count, &result),
        RESULT_OK);
    return result.form == form;
}

static bool by_election(const struct question *question, uint64_t yes,
                        uint64_t d)
{
    const struct election_count count = { ELECTION_ROUND_FULL, 1, d, &yes, 1 };
    struct election_result result;

    assert_int_equal(
        election_decide(&question->rules->election, &count, &result),
        RESULT_OK);
    return result.standing[0] == STANDING_ELECTED;
}

static bool by_confidence(const struct question *question, uint64_t yes,
                          uint64_t d)
{
    const struct confidence_count count = { .votes = { [CONFIDENCE_LOW] = yes },
                                            .d = d };
    struct confidence_result result;

    assert_int_equal(
        confidence_decide(&question->rules->confidence, &count, &result),
        RESULT_OK);
    return result.end >= (enum confidence_end)question->what;
}

/* `yes` of those who count are there. */
static bool by_quorum(const struct question *question, uint64_t yes, uint64_t d)
{
    static struct roll_person people[D_MAX];
    static const struct {
        enum meeting_kind kind;
        bool is_committee;
        enum matter matter;
    } meetings[] = { { KIND_REGULAR, false, MATTER_RESOLUTION },
                     { KIND_CONGRESS, false, MATTER_RESOLUTION },
                     { KIND_REGULAR, true, MATTER_RESOLUTION },
                     { KIND_REGULAR, false, MATTER_CONFIDENCE } };
    const struct roll roll = { meetings[question->what].kind,
                               meetings[question->what].is_committee, people,
                               d };
    const struct quorum_rule *rule = quorum_rule_for(
        &question->rules->quorum, meetings[question->what].matter, &roll);
    struct quorum quorum;
    size_t i;

    for (i = 0; i < d; i++)
        people[i] = (struct roll_person){ .category = CATEGORY_OFFICIAL,
                                          .is_present = i < yes,
                                          .is_in_committee = true };
    assert_int_equal(
        quorum_count(rule, &question->rules->electorate, &roll, &quorum),
        RESULT_OK);
    return quorum.outcome.is_met;
}

/* `yes` of the members cannot come. */
static bool by_eligibility(const struct question *question, uint64_t yes,
                           uint64_t d)
{
    static struct eligibility_person people[D_MAX];
    struct eligibility eligibility;
    size_t i;

    for (i = 0; i < d; i++)
        people[i] = (struct eligibility_person){ CATEGORY_OFFICIAL,
                                                 i < yes ? GROUND_AT_SEA
                                                         : ground_none_ };
    assert_int_equal(eligibility_decide(&question->rules->eligibility, people,
                                        (size_t)d, &eligibility),
                     RESULT_OK);
    return eligibility.outcome.is_met;
}

/* The list takes a name by what the vote on it decides, and tells how many are
 * needed. */
static bool by_support(const struct question *question, uint64_t yes,
                       uint64_t d)
{
    const uint64_t need = election_support_need(question->rules, d);
    const bool is_met = by_test(&question->rules->election.outside, yes, d);

    assert_int_equal(is_met, need > 0 && yes >= need);
    return is_met;
}

static bool by_list(const struct question *question, uint64_t surplus,
                    uint64_t seats)
{
    struct election_list list;

    assert_int_equal(election_check_list(&question->rules->election,
                                         seats + surplus, seats, &list),
                     RESULT_OK);
    return list.is_accepted;
}

/* --- All of them ---------------------------------------------------------- */

/* is_long: counts people, and is asked at the boundary alone. */
static const struct row {
    const char *place;
    decide_fn *decide;
    int what;
    bool is_long;
} rows[] = {
    { "ordinary_motion", by_base, 0, false },
    { "online_eligibility", by_eligibility, 0, true },
    { "thresholds.resolution", by_motion, MATTER_RESOLUTION, false },
    { "thresholds.agenda", by_motion, MATTER_AGENDA, false },
    { "thresholds.minutes", by_motion, MATTER_MINUTES, false },
    { "thresholds.procedure", by_motion, MATTER_PROCEDURE, false },
    { "thresholds.admission", by_motion, MATTER_ADMISSION, false },
    { "thresholds.recognition", by_motion, MATTER_RECOGNITION, false },
    { "thresholds.reprimand", by_discipline, DISCIPLINE_REPRIMAND, false },
    { "thresholds.warning", by_discipline, DISCIPLINE_WARNING, false },
    { "thresholds.removal", by_discipline, DISCIPLINE_REMOVAL, false },
    { "thresholds.expulsion", by_discipline, DISCIPLINE_EXPULSION, false },
    { "thresholds.election", by_election, 0, false },
    { "thresholds.rating", by_rating, 0, false },
    { "thresholds.straw", by_straw, 0, false },
    { "quorum.meeting", by_quorum, 0, true },
    { "quorum.congress", by_quorum, 1, true },
    { "quorum.committee", by_quorum, 2, true },
    { "quorum.confidence", by_quorum, 3, true },
    { "confidence.replan", by_confidence, CONFIDENCE_REPLAN, false },
    { "confidence.remove", by_confidence, CONFIDENCE_REMOVE, false },
    { "election.outside_nominee", by_support, 0, false },
    { "election.surplus", by_list, 0, false },
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const struct row *row_of(const char *place)
{
    size_t i;

    for (i = 0; i < ROW_COUNT; i++)
        if (strcmp(rows[i].place, place) == 0)
            return &rows[i];
    fail_msg("%s: nothing here asks for it", place);
    return &rows[0];
}

/* How often the program decides otherwise than it has to, of up to d_max;
 * `*first` is set to the fewest people. */
static uint64_t differences(const struct row *row,
                            const struct question *question, uint64_t d_max,
                            uint64_t *first)
{
    const struct fraction *fraction = question->fraction;
    const bool is_list = strcmp(row->place, "election.surplus") == 0;
    struct share share = { 0, 0 };
    uint64_t d, yes, found = 0;

    for (d = 1; d <= d_max; d++) {
        uint64_t from = 0, to = d;

        add_one_person(&share, fraction);
        if (row->is_long || d > EVERY_D_MAX) {
            from = share.whole > 0 ? share.whole - 1 : 0;
            to = share.whole + 2;
        }
        if (is_list && to <= share.whole)
            to = share.whole + 1;
        if (!is_list && to > d)
            to = d;
        for (yes = from; yes <= to; yes++) {
            const bool expected = is_list ? is_at_most(fraction, &share, yes, d)
                                          : is_enough(fraction, &share, yes);

            if (row->decide(question, yes, d) == expected)
                continue;
            if (found++ == 0)
                *first = d;
        }
    }
    return found;
}

static void check_file(const char *name)
{
    struct fractions fractions;
    const struct ruleset *rules = ruleset_file(name);
    uint64_t first = 0;
    size_t i;

    ruleset_fractions_read(ruleset_file_text(name), &fractions);
    assert_true(fractions.count > 0);
    for (i = 0; i < fractions.count; i++) {
        const struct row *row = row_of(fractions.of[i].place);
        const struct question question = { rules, &fractions.of[i], row->what };

        if (differences(row, &question, D_MAX, &first) > 0)
            fail_msg("%s: %s, first of %u", name, row->place, (unsigned)first);
    }
}

static void every_threshold_that_is_shipped_is_exact_for_every_d(void **state)
{
    DIR *folder = opendir("config/rules");
    char names[FILES_MAX][64];
    const struct dirent *entry;
    size_t count = 0, i;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder)))
        if (strstr(entry->d_name, ".conf")) {
            assert_true(count < FILES_MAX);
            (void)snprintf(names[count++], sizeof names[0], "%.63s",
                           entry->d_name);
        }
    (void)closedir(folder);
    assert_true(count >= 3);
    for (i = 0; i < count; i++)
        check_file(names[i]);
}

/* Else a file without thresholds would be right, too. */
static void the_rules_of_the_party_have_every_threshold(void **state)
{
    struct fractions fractions;
    size_t i;

    (void)state;
    ruleset_fractions_read(ruleset_file_text("party-2026.conf"), &fractions);
    assert_int_equal(fractions.count, ROW_COUNT);
    for (i = 0; i < ROW_COUNT; i++)
        assert_non_null(ruleset_fractions_find(&fractions, rows[i].place));
}

/* --- Faults that are planted ---------------------------------------------- */

static bool with_the_other_sign(const struct question *question, uint64_t yes,
                                uint64_t d)
{
    const struct fraction *fraction = question->fraction;
    const uint64_t left = fraction->denominator * yes;
    const uint64_t right = fraction->numerator * d;

    return fraction->is_strict ? left >= right : left > right;
}

static bool by_a_number_rounded_down(const struct question *question,
                                     uint64_t yes, uint64_t d)
{
    const struct fraction *fraction = question->fraction;

    return yes >= fraction->numerator * d / fraction->denominator;
}

static bool by_a_number_rounded_up(const struct question *question,
                                   uint64_t yes, uint64_t d)
{
    const struct fraction *fraction = question->fraction;

    return yes > fraction->numerator * d / fraction->denominator;
}

static bool by_whole_per_cent(const struct question *question, uint64_t yes,
                              uint64_t d)
{
    const struct fraction *fraction = question->fraction;
    const uint64_t percent = (200 * yes + d) / (2 * d);
    const uint64_t wanted = 100 * fraction->numerator / fraction->denominator;

    return fraction->is_strict ? percent > wanted : percent >= wanted;
}

static bool by_the_other_fraction(const struct question *question, uint64_t yes,
                                  uint64_t d)
{
    return question->fraction->denominator == 2 ? 3 * yes >= 2 * d
                                                : 2 * yes > d;
}

static void a_wrong_comparison_is_found(void **state)
{
    static decide_fn *const wrong[] = { with_the_other_sign,
                                        by_a_number_rounded_down,
                                        by_whole_per_cent,
                                        by_the_other_fraction };
    struct fractions fractions;
    const struct ruleset *rules = ruleset_file("party-2026.conf");
    uint64_t first;
    size_t i, j;

    (void)state;
    ruleset_fractions_read(ruleset_file_text("party-2026.conf"), &fractions);
    for (i = 0; i < fractions.count; i++) {
        const struct fraction *fraction = &fractions.of[i];
        const struct question question = { rules, fraction, 0 };
        struct row row = *row_of(fraction->place);

        for (j = 0; j < sizeof wrong / sizeof wrong[0]; j++) {
            row.decide = wrong[j];
            assert_true(differences(&row, &question, EVERY_D_MAX, &first) > 0);
        }
        /* Right for a strict test, and nowhere else. */
        row.decide = by_a_number_rounded_up;
        if (strcmp(row.place, "election.surplus") != 0)
            assert_int_equal(
                differences(&row, &question, EVERY_D_MAX, &first) == 0,
                fraction->is_strict);
    }
}

static void a_threshold_that_is_read_wrongly_is_found(void **state)
{
    static const struct {
        const char *place, *from, *to;
    } faults[] = {
        { "election.outside_nominee",
          "numerator = 30; denominator = 100; strict = true;",
          "numerator = 30; denominator = 100; strict = false;" },
        { "election.surplus", "numerator = 30; denominator = 100;\n",
          "numerator = 31; denominator = 100;\n" },
        { "election.surplus", "small_extra = 1;", "small_extra = 2;" },
        { "election.surplus", "small_from = 3;", "small_from = 4;" },
        { "thresholds.admission", "numerator = 2; denominator = 3;",
          "numerator = 666; denominator = 1000;" },
        { "confidence.remove", "denominator = 3; strict = false; };",
          "denominator = 3; strict = true; };" },
    };
    struct fractions fractions;
    size_t i;

    (void)state;
    ruleset_fractions_read(ruleset_file_text("party-2026.conf"), &fractions);
    for (i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const struct row *row = row_of(faults[i].place);
        const struct question question = {
            ruleset_file_with("party-2026.conf", faults[i].from, faults[i].to),
            ruleset_fractions_find(&fractions, faults[i].place), row->what
        };
        uint64_t first;

        if (differences(row, &question, D_MAX, &first) == 0)
            fail_msg("%s: %s passed", faults[i].place, faults[i].to);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_threshold_that_is_shipped_is_exact_for_every_d),
        cmocka_unit_test(the_rules_of_the_party_have_every_threshold),
        cmocka_unit_test(a_wrong_comparison_is_found),
        cmocka_unit_test(a_threshold_that_is_read_wrongly_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
