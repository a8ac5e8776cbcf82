#include "tests/support/built_catalogue.h"

#include "protocol/program/catalogue.h"

#include <libintl.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

/* From the program up: tests/unit of the build. */
enum { LEVELS = 3 };

int built_catalogue_find(void **state)
{
    char program[PATH_MAX] = { 0 };
    char folder[PATH_MAX + 32];
    int i;

    (void)state;
    catalogue_begin();
    if (readlink("/proc/self/exe", program, sizeof program - 1) <= 0)
        return -1;
    for (i = 0; i < LEVELS; i++) {
        char *slash = strrchr(program, '/');

        if (!slash)
            return -1;
        *slash = '\0';
    }
    (void)snprintf(folder, sizeof folder, "%s/share/locale", program);
    return bindtextdomain("chibo", folder) ? 0 : -1;
}

void built_catalogue_speak(const char *language)
{
    assert_true(catalogue_speak(language));
    /* What gettext remembers of another language is forgotten with it. */
    assert_non_null(textdomain("chibo"));
}
