#include "server/platform/catalogue.h"

#include "protocol/base/language.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * gettext looks at LANGUAGE in every locale but "C"; a bare system has no
 * Vietnamese locale, but has C.UTF-8.
 */
bool catalogue_speak(const char *language)
{
    if (strcmp(language, "vi") != 0 && strcmp(language, "en") != 0)
        return false;
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    (void)setlocale(LC_MESSAGES, "C.UTF-8");
    return setenv("LANGUAGE", language, 1) == 0;
}

void catalogue_begin(void)
{
    char program[PATH_MAX];
    char folder[PATH_MAX + 32];
    const ssize_t size =
        readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    if (!catalogue_speak(language_wanted(getenv)) || size <= 0)
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
