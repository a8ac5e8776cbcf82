#include "protocol/rules/threshold.h"

#include "protocol/meeting/meeting_state.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static bool passes(struct threshold threshold, uint64_t yes, uint64_t d)
{
    return threshold_is_met(&threshold, yes, d);
}

static void an_ordinary_motion_needs_more_than_half(void **state)
{
    (void)state;
    assert_false(passes(THRESHOLD_MAJORITY, 10, 20));
    assert_true(passes(THRESHOLD_MAJORITY, 11, 20));
    assert_false(passes(THRESHOLD_MAJORITY, 10, 21));
    assert_true(passes(THRESHOLD_MAJORITY, 1, 1));
}

static void an_admission_needs_two_thirds(void **state)
{
    (void)state;
    assert_false(passes(THRESHOLD_TWO_THIRDS, 13, 20));
    assert_true(passes(THRESHOLD_TWO_THIRDS, 14, 20));
    assert_true(passes(THRESHOLD_TWO_THIRDS, 14, 21));
}

static void nothing_passes_where_nobody_is_entitled(void **state)
{
    (void)state;
    assert_false(passes(THRESHOLD_MAJORITY, 0, 0));
    assert_false(passes(THRESHOLD_TWO_THIRDS, 0, 0));
}

static void products_do_not_wrap_around(void **state)
{
    (void)state;
    assert_true(passes(THRESHOLD_MAJORITY, UINT64_MAX, UINT64_MAX));
    assert_false(passes(THRESHOLD_MAJORITY, UINT64_MAX / 2, UINT64_MAX));
    assert_true(passes(THRESHOLD_MAJORITY, UINT64_MAX / 2 + 1, UINT64_MAX));
}

static void the_test_reads_as_it_is_computed(void **state)
{
    char text[THRESHOLD_TEXT_SIZE];
    struct threshold other = { 3, 1, false };

    (void)state;
    threshold_text(&THRESHOLD_MAJORITY, text);
    assert_string_equal(text, "2*yes > D");
    threshold_text(&THRESHOLD_TWO_THIRDS, text);
    assert_string_equal(text, "3*yes >= 2*D");
    threshold_text(&other, text);
    assert_string_equal(text, "yes >= 3*D");
}

static void a_test_is_read_back_from_its_words(void **state)
{
    static const char *const good[] = { "2*yes > D", "3*yes >= 2*D",
                                        "yes >= 3*D", "yes > D",
                                        "18446744073709551615*yes > 7*D" };
    static const char *const bad[] = {
        "",           "2*yes > D ",
        " 2*yes > D", "02*yes > D",
        "1*yes > D",  "2*yes >= 1*D",
        "2*yes = D",  "2*yes >> D",
        "2yes > D",   "2*no > D",
        "2*yes > 3*", "2*yes 5* > D",
        "*yes > D",   "18446744073709551616*yes > D",
        "2*yes",      "2*yes > -1*D"
    };
    struct threshold out = { 9, 9, true };
    char text[THRESHOLD_TEXT_SIZE];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(threshold_parse(text_view_of(bad[i]), &out),
                         RESULT_MALFORMED);
    assert_int_equal(out.numerator, 9);
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(threshold_parse(text_view_of(good[i]), &out),
                         RESULT_OK);
        threshold_text(&out, text);
        assert_string_equal(text, good[i]);
    }
    assert_int_equal(threshold_parse(TEXT_LITERAL("3*yes >= 2*D"), &out),
                     RESULT_OK);
    assert_int_equal(out.denominator, 3);
    assert_int_equal(out.numerator, 2);
    assert_false(out.is_strict);
}

static void categories_have_the_rights_of_the_statute(void **state)
{
    static const struct {
        enum category category;
        bool may_attend, may_speak, has_vote;
    } rows[] = {
        { CATEGORY_OFFICIAL, true, true, true },
        { CATEGORY_PROBATIONARY, true, true, false },
        { CATEGORY_EXEMPT, true, true, true },
        { CATEGORY_TEMP_AWAY, false, false, false },
        { CATEGORY_TEMP_HERE, true, true, false },
        { CATEGORY_SUSPENDED, false, false, false },
        { CATEGORY_UPPER_DELEGATE, true, true, false },
        { CATEGORY_GUEST, true, false, false },
        { CATEGORY_TECHNICIAN, false, false, false },
        { category_none_, false, false, false },
        { category_count_, false, false, false },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(category_may_attend(rows[i].category),
                         rows[i].may_attend);
        assert_int_equal(category_may_speak(rows[i].category),
                         rows[i].may_speak);
        assert_int_equal(category_has_vote(rows[i].category), rows[i].has_vote);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_motion_needs_more_than_half),
        cmocka_unit_test(an_admission_needs_two_thirds),
        cmocka_unit_test(nothing_passes_where_nobody_is_entitled),
        cmocka_unit_test(products_do_not_wrap_around),
        cmocka_unit_test(the_test_reads_as_it_is_computed),
        cmocka_unit_test(a_test_is_read_back_from_its_words),
        cmocka_unit_test(categories_have_the_rights_of_the_statute),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
