#include "protocol/program/catalogue.h"

#include "protocol/base/language.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_vietnamese;

/* The folder of catalogues that belongs to this very program. */
static void bind_catalogue(void)
{
    char program[PATH_MAX];
    char folder[PATH_MAX + 32];
    const ssize_t size =
        readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    if (size <= 0)
        return;
    program[size] = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        return;
    *slash = '\0';
    (void)snprintf(folder, sizeof folder, "%s/../share/locale", program);
    (void)bindtextdomain("chibo", folder);
    (void)bind_textdomain_codeset("chibo", "UTF-8");
    (void)textdomain("chibo");
}

bool catalogue_speak(const char *language)
{
    const bool wants_vietnamese = strcmp(language, "vi") == 0;

    if (!wants_vietnamese && strcmp(language, "en") != 0)
        return false;
    /*
     * gettext looks at LANGUAGE in every locale but "C". A bare system has no
     * Vietnamese locale, but every Debian has C.UTF-8.
     */
    if (!setlocale(LC_MESSAGES, "C.UTF-8"))
        (void)setlocale(LC_MESSAGES, "C.utf8");
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    if (setenv("LANGUAGE", language, 1) != 0)
        return false;
    is_vietnamese = wants_vietnamese;
    return true;
}

void catalogue_begin(void)
{
    bind_catalogue();
    (void)catalogue_speak(language_wanted(getenv));
}

const char *catalogue_language(void) { return is_vietnamese ? "vi" : "en"; }
