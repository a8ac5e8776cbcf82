#include "protocol/rules/category.h"
#include "protocol/rules/rights.h"

#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

/* The last part of a rule's place is the word of what it is about. */
static void check_name(enum rule_id rule, const char *group, const char *word)
{
    char place[96];

    (void)snprintf(place, sizeof place, "%s.%s", group, word);
    assert_string_equal(rule_id_words.words[rule], place);
}

static void every_rule_has_the_name_of_what_it_is_about(void **state)
{
    int i;

    (void)state;
    for (i = 1; i < category_count_; i++)
        check_name(rule_id_of_category((enum category)i), "categories",
                   category_words.words[i]);
    for (i = 1; i < discipline_count_; i++)
        check_name(rule_id_of_discipline((enum discipline)i), "thresholds",
                   discipline_words.words[i]);
    for (i = 1; i < matter_count_; i++) {
        check_name(rule_id_of_form((enum matter)i), "forms",
                   matter_words.words[i]);
        if (i == MATTER_DISCIPLINE || i == MATTER_CONFIDENCE)
            assert_int_equal(rule_id_of_threshold((enum matter)i),
                             rule_id_none_);
        else
            check_name(rule_id_of_threshold((enum matter)i), "thresholds",
                       matter_words.words[i]);
    }
    for (i = MEASURE_MEETING; i <= MEASURE_COMMITTEE; i++)
        check_name(rule_id_of_measure((enum measure)i), "denominators",
                   measure_words.words[i]);
    assert_int_equal(rule_id_of_measure(MEASURE_PRESENT), rule_id_none_);
}

static void no_two_rules_have_one_name(void **state)
{
    int i;

    (void)state;
    for (i = 1; i < rule_id_count_; i++)
        assert_int_equal(rule_word_find(&rule_id_words, rule_id_words.words[i]),
                         i);
    assert_int_equal(rule_word_find(&rule_id_words, "grac"), 0);
}

static void a_set_has_what_was_put_in_and_never_nothing(void **state)
{
    (void)state;
    assert_true(rule_set_has(1U << 5, 5));
    assert_false(rule_set_has(1U << 5, 4));
    assert_false(rule_set_has(~0U, 0));
    assert_false(rule_set_has(~0U, 32));
    assert_false(rule_set_has(~0U, -1));
}

/* The table of categories, as the domain has it: official and exempt members
 * vote on everything, nobody else on anything. */
static void only_official_and_exempt_members_vote(void **state)
{
    const struct rights_rules *rights =
        &ruleset_file("party-2026.conf")->rights;
    int category, matter;

    (void)state;
    for (category = 1; category < category_count_; category++)
        for (matter = 1; matter < matter_count_; matter++)
            assert_int_equal(rights_has_vote(rights, (enum category)category,
                                             (enum matter)matter),
                             category == CATEGORY_OFFICIAL ||
                                 category == CATEGORY_EXEMPT);
    assert_false(rights_has_vote(rights, category_count_, MATTER_RESOLUTION));
}

/* Meetings that know the ruleset let the same people in as those that do
 * not. */
static void the_shipped_rights_are_those_that_meetings_know(void **state)
{
    const struct rights_rules *rights =
        &ruleset_file("party-2026.conf")->rights;
    int i;

    (void)state;
    for (i = 1; i < category_count_; i++) {
        const enum category category = (enum category)i;

        assert_int_equal(rights->of[i].attends, category_may_attend(category));
        assert_int_equal(rights->of[i].speaks, category_may_speak(category));
        assert_int_equal(rights_has_vote(rights, category, MATTER_RESOLUTION),
                         category_has_vote(category));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_the_name_of_what_it_is_about),
        cmocka_unit_test(no_two_rules_have_one_name),
        cmocka_unit_test(a_set_has_what_was_put_in_and_never_nothing),
        cmocka_unit_test(only_official_and_exempt_members_vote),
        cmocka_unit_test(the_shipped_rights_are_those_that_meetings_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
