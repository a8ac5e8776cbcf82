/* That every value of these vocabularies has a word for people. */
#include "protocol/meeting/spoken_words.h"

#include "protocol/meeting/vocabulary.h"
#include "protocol/rules/eligibility.h"
#include "protocol/rules/meeting_norms.h"
#include "protocol/wire/hearing_report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_value_of_these_vocabularies_is_spoken(void **state)
{
    static const struct enum_words *const vocabularies[] = {
        &category_words,  &office_words,       &ground_words,
        &unit_kind_words, &meeting_kind_words, &criterion_words,
        &grade_words,     &hearing_grade_words
    };
    size_t i;
    int value;

    (void)state;
    for (i = 0; i < sizeof vocabularies / sizeof vocabularies[0]; i++)
        for (value = 1; value < vocabularies[i]->count; value++) {
            const char *word = enum_word(vocabularies[i], value);
            const char *text = spoken_value(vocabularies[i], value);

            if (!spoken_word(word))
                fail_msg("%s has no word for people", word);
            assert_null(strchr(text, '_'));
        }
}

static void one_word_in_two_vocabularies_is_told_apart(void **state)
{
    (void)state;
    assert_string_equal(spoken_value(&unit_kind_words, UNIT_PARTY_GROUP),
                        "party group");
    assert_string_equal(spoken_value(&meeting_kind_words, KIND_PARTY_GROUP),
                        "meeting of a party group");
    assert_string_equal(spoken_value(&unit_kind_words, UNIT_CELL), "cell");
}

static void what_is_not_here_is_given_as_it_is_written(void **state)
{
    (void)state;
    assert_null(spoken_word("twelve"));
    assert_null(spoken_word(""));
    assert_string_equal(spoken_value(&choice_words, CHOICE_YES), "yes");
    assert_string_equal(spoken_value(&category_words, category_count_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_of_these_vocabularies_is_spoken),
        cmocka_unit_test(one_word_in_two_vocabularies_is_told_apart),
        cmocka_unit_test(what_is_not_here_is_given_as_it_is_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
