/* What went wrong is said in both languages, and never in the words of logs. */
#include "protocol/program/result_words.h"

#include "tests/support/built_catalogue.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_result_has_words_in_both_languages(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < RESULT_COUNT; i++) {
        char english[200];

        built_catalogue_speak("en");
        (void)snprintf(english, sizeof english, "%s",
                       result_words((enum result)i));
        assert_string_not_equal(english, result_text((enum result)i));
        built_catalogue_speak("vi");
        assert_string_not_equal(result_words((enum result)i), english);
        assert_string_equal(result_words_of_text(result_text((enum result)i)),
                            result_words((enum result)i));
    }
    assert_null(result_words_of_text("moon phase"));
}

static void what_the_system_says_has_words_in_both_languages(void **state)
{
    static const int errors[] = { ENOENT,  EACCES,    EPERM,        EEXIST,
                                  ENOTDIR, EISDIR,    ENOSPC,       EROFS,
                                  EIO,     ENOTEMPTY, ENAMETOOLONG, ELOOP };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        char english[200];

        built_catalogue_speak("en");
        (void)snprintf(english, sizeof english, "%s", system_words(errors[i]));
        assert_string_not_equal(english, strerror(errors[i]));
        built_catalogue_speak("vi");
        assert_string_not_equal(system_words(errors[i]), english);
    }
    assert_string_equal(system_words(ENOENT), "không có tệp hay thư mục này");
    assert_string_equal(system_words(EBADMSG), strerror(EBADMSG));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_result_has_words_in_both_languages),
        cmocka_unit_test(what_the_system_says_has_words_in_both_languages),
    };

    return cmocka_run_group_tests(tests, built_catalogue_find, NULL);
}
