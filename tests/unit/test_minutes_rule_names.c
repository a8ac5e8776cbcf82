/* Rules by name, and by their places in forms that had no names. */
#include "protocol/document/minutes_rule_names.h"

#include "protocol/document/document_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *name_in(int format, enum minutes_language language,
                           enum rule_id rule)
{
    const struct minutes_source source = { .format = format };
    const struct minutes_writing writing = { .source = &source,
                                             .language = language };

    return minutes_rule_name(&writing, rule);
}

static void every_rule_has_a_name_of_its_own_in_both_languages(void **state)
{
    const enum minutes_language languages[] = { MINUTES_VIETNAMESE,
                                                MINUTES_ENGLISH };
    size_t l;
    int i, j;

    (void)state;
    for (l = 0; l < 2; l++)
        for (i = 1; i < rule_id_count_; i++) {
            const char *name = name_in(0, languages[l], (enum rule_id)i);

            assert_non_null(name);
            assert_memory_equal(name, "“", 3);
            assert_true(strlen(name) > 6);
            for (j = 1; j < i; j++)
                assert_string_not_equal(
                    name, name_in(0, languages[l], (enum rule_id)j));
        }
    assert_string_equal(name_in(0, MINUTES_VIETNAMESE, RULE_ID_QUORUM_MEETING),
                        "“số người phải có mặt tại cuộc họp”");
    assert_string_equal(name_in(0, MINUTES_ENGLISH, RULE_ID_QUORUM_MEETING),
                        "“quorum of meetings”");
}

static void forms_before_the_fourth_tell_the_place_in_the_file(void **state)
{
    int format, i;

    (void)state;
    for (i = 1; i < rule_id_count_; i++)
        for (format = 1; format <= DOCUMENT_FORMAT; format++) {
            const bool is_place =
                strcmp(name_in(format, MINUTES_VIETNAMESE, (enum rule_id)i),
                       rule_id_place((enum rule_id)i).data) == 0;

            assert_int_equal(is_place, format < 4);
        }
}

static void no_rule_has_no_name(void **state)
{
    (void)state;
    assert_string_equal(name_in(0, MINUTES_VIETNAMESE, rule_id_none_), "");
    assert_string_equal(name_in(3, MINUTES_ENGLISH, rule_id_none_), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_has_a_name_of_its_own_in_both_languages),
        cmocka_unit_test(forms_before_the_fourth_tell_the_place_in_the_file),
        cmocka_unit_test(no_rule_has_no_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
