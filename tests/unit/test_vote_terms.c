#include "protocol/meeting/vote_terms.h"

#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* Official are m1 to m5 and m14, of whom four came; the exempt m7 came. */
static struct meeting_transcript *meeting(void)
{
    static const char *const joined[] = { "m4", "m7", NULL };
    struct meeting_transcript *made = meeting_transcript_new();

    meeting_play_to_open(made, joined);
    return made;
}

static struct vote_terms terms_of(const struct meeting_transcript *meeting,
                                  const char *file, enum matter matter)
{
    struct vote_terms terms;

    assert_int_equal(
        vote_terms_of(meeting->state, ruleset_file(file), matter, &terms),
        RESULT_OK);
    return terms;
}

static void an_admission_needs_two_thirds_of_whom_the_party_counts(void **state)
{
    struct meeting_transcript *made = meeting();
    const struct vote_terms terms =
        terms_of(made, "party-2026.conf", MATTER_ADMISSION);

    (void)state;
    assert_int_equal(terms.test.rule, RULE_ID_THRESHOLD_ADMISSION);
    assert_int_equal(terms.d, 7);
    assert_int_equal(terms.present, 5);
    assert_int_equal(terms.need, 5); /* 3*5 >= 2*7, 3*4 is not */
    assert_int_equal(terms.people[0].category, CATEGORY_OFFICIAL);
    assert_int_equal(terms.people[0].counted, 6);
    assert_int_equal(terms.people[0].present, 4);
    meeting_transcript_end(made);
}

static void an_association_counts_those_who_are_there(void **state)
{
    struct meeting_transcript *made = meeting();
    const struct vote_terms terms =
        terms_of(made, "association.conf", MATTER_RESOLUTION);

    (void)state;
    assert_int_equal(terms.test.of, MEASURE_PRESENT);
    assert_int_equal(terms.d, 4);
    assert_int_equal(terms.need, 3);
    meeting_transcript_end(made);
}

static void rows_fit_the_roll_that_they_were_counted_from_alone(void **state)
{
    struct meeting_transcript *made = meeting();
    struct vote_terms terms =
        terms_of(made, "party-2026.conf", MATTER_RESOLUTION);
    const struct items people = { terms.people, terms.count };

    (void)state;
    assert_true(vote_people_fit(made->state, terms.test.of, &people, terms.d,
                                terms.present));
    assert_false(vote_people_fit(made->state, terms.test.of, &people,
                                 terms.d + 1, terms.present));
    meeting_play(made, "1 m7 leave", NULL);
    assert_false(vote_people_fit(made->state, terms.test.of, &people, terms.d,
                                 terms.present));
    meeting_transcript_end(made);
}

static void a_matter_without_a_test_has_no_terms(void **state)
{
    struct meeting_transcript *made = meeting();
    struct vote_terms terms = { .d = 77 };

    (void)state;
    assert_int_equal(vote_terms_of(made->state, ruleset_file("party-2026.conf"),
                                   MATTER_DISCIPLINE, &terms),
                     RESULT_NOT_FOUND);
    assert_int_equal(terms.d, 77);
    meeting_transcript_end(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            an_admission_needs_two_thirds_of_whom_the_party_counts),
        cmocka_unit_test(an_association_counts_those_who_are_there),
        cmocka_unit_test(rows_fit_the_roll_that_they_were_counted_from_alone),
        cmocka_unit_test(a_matter_without_a_test_has_no_terms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
