#include "client/cli/cli_language.h"

#include "client/cli/cli_text.h"
#include "protocol/base/language.h"

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
    char path[PATH_MAX];
    char folder[PATH_MAX + 32];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    char *slash;

    if (size <= 0)
        return;
    path[size] = '\0';
    slash = strrchr(path, '/');
    if (!slash)
        return;
    *slash = '\0';
    (void)snprintf(folder, sizeof folder, "%s/../share/locale", path);
    bindtextdomain("chibo", folder);
    bind_textdomain_codeset("chibo", "UTF-8");
    textdomain("chibo");
}

bool cli_language_set(const char *code)
{
    bool wants_vietnamese = strcmp(code, "vi") == 0;

    if (!wants_vietnamese && strcmp(code, "en") != 0)
        return false;
    /*
     * gettext looks at LANGUAGE in every locale but "C". A bare system has no
     * Vietnamese locale, but every Debian has C.UTF-8.
     */
    if (!setlocale(LC_MESSAGES, "C.UTF-8"))
        (void)setlocale(LC_MESSAGES, "C.utf8");
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    (void)setenv("LANGUAGE", wants_vietnamese ? "vi" : "en", 1);
    is_vietnamese = wants_vietnamese;
    return true;
}

void cli_language_begin(void)
{
    bind_catalogue();
    (void)cli_language_set(language_wanted(getenv));
}

const char *cli_language(void) { return is_vietnamese ? "vi" : "en"; }
