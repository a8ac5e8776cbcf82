#include "protocol/base/language.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* As getenv() gives them: not const. */
static struct variable {
    const char *name; /* NULL ends them */
    char value[16];
} variables[5];

static char *look_up(const char *name)
{
    for (size_t i = 0; variables[i].name; i++)
        if (strcmp(variables[i].name, name) == 0)
            return variables[i].value;
    return NULL;
}

static const char *wanted_if(const char *name, const char *value)
{
    variables[0].name = name;
    (void)snprintf(variables[0].value, sizeof variables[0].value, "%s", value);
    variables[1].name = NULL;
    return language_wanted(look_up);
}

static void vietnamese_is_spoken_where_nothing_is_said(void **state)
{
    (void)state;
    assert_string_equal(wanted_if(NULL, ""), "vi");
    assert_string_equal(wanted_if("LANG", ""), "vi");
    assert_string_equal(wanted_if("LANG", "C"), "vi");
    assert_string_equal(wanted_if("LANG", "C.UTF-8"), "vi");
    assert_string_equal(wanted_if("LC_ALL", "POSIX"), "vi");
}

static void a_named_language_is_spoken(void **state)
{
    (void)state;
    assert_string_equal(wanted_if("LANG", "vi_VN.UTF-8"), "vi");
    assert_string_equal(wanted_if("LANGUAGE", "vi:en"), "vi");
    assert_string_equal(wanted_if("LANGUAGE", "en:vi"), "en");
    assert_string_equal(wanted_if("LC_MESSAGES", "en_GB.UTF-8"), "en");
    assert_string_equal(wanted_if("LANG", "de_DE"), "en");
    assert_string_equal(wanted_if("LANG", "vie"), "en");
    assert_string_equal(wanted_if("LANG", "Chinese"), "en");
}

static void the_first_that_is_set_counts(void **state)
{
    static const struct variable all[] = { { "LANG", "en_GB" },
                                           { "LC_MESSAGES", "vi_VN" },
                                           { "LC_ALL", "en_GB" },
                                           { "LANGUAGE", "vi" },
                                           { NULL, "" } };

    (void)state;
    memcpy(variables, all, sizeof all);
    assert_string_equal(language_wanted(look_up), "vi");
    variables[3].value[0] = '\0';
    assert_string_equal(language_wanted(look_up), "en");
    variables[2].name = NULL;
    assert_string_equal(language_wanted(look_up), "vi");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vietnamese_is_spoken_where_nothing_is_said),
        cmocka_unit_test(a_named_language_is_spoken),
        cmocka_unit_test(the_first_that_is_set_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
