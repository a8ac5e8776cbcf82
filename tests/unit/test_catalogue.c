#include "protocol/program/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void there_are_two_languages(void **state)
{
    static const char *const others[] = { "", "fr", "vi_VN", "EN", "vie" };
    size_t i;

    (void)state;
    assert_true(catalogue_speak("en"));
    assert_string_equal(getenv("LANGUAGE"), "en");
    assert_true(catalogue_speak("vi"));
    for (i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(catalogue_speak(others[i]));
    assert_string_equal(getenv("LANGUAGE"), "vi");
    assert_string_equal(catalogue_language(), "vi");
    assert_true(catalogue_speak("en"));
    assert_string_equal(catalogue_language(), "en");
}

static void it_begins_with_what_the_environment_asks_for(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("LANGUAGE"), 0);
    assert_int_equal(setenv("LC_ALL", "de_DE.UTF-8", 1), 0);
    catalogue_begin();
    assert_string_equal(getenv("LANGUAGE"), "en");
    assert_int_equal(unsetenv("LANGUAGE"), 0);
    assert_int_equal(setenv("LC_ALL", "C", 1), 0);
    catalogue_begin();
    assert_string_equal(getenv("LANGUAGE"), "vi");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_are_two_languages),
        cmocka_unit_test(it_begins_with_what_the_environment_asks_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
