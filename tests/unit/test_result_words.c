/* What went wrong is said in both languages, and never in the words of logs. */
#include "protocol/program/result_words.h"

#include "protocol/program/catalogue.h"

#include <errno.h>
#include <libintl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The catalogue of this build: the test lies in tests/unit of it. */
static int find_catalogue(void **state)
{
    char folder[PATH_MAX + 32] = { 0 };
    int i;

    (void)state;
    catalogue_begin();
    if (readlink("/proc/self/exe", folder, PATH_MAX) <= 0)
        return -1;
    for (i = 0; i < 3; i++)
        *strrchr(folder, '/') = '\0';
    (void)strcat(folder, "/share/locale");
    return bindtextdomain("chibo", folder) ? 0 : -1;
}

/* What gettext remembers of another language is forgotten with the domain. */
static void speak(const char *language)
{
    assert_true(catalogue_speak(language));
    assert_non_null(textdomain("chibo"));
}

static void every_result_has_words_in_both_languages(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < RESULT_COUNT; i++) {
        char english[200];

        speak("en");
        (void)snprintf(english, sizeof english, "%s",
                       result_words((enum result)i));
        assert_string_not_equal(english, result_text((enum result)i));
        speak("vi");
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

        speak("en");
        (void)snprintf(english, sizeof english, "%s", system_words(errors[i]));
        assert_string_not_equal(english, strerror(errors[i]));
        speak("vi");
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

    return cmocka_run_group_tests(tests, find_catalogue, NULL);
}
