#include "protocol/base/language.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Does a locale name or a list of languages begin with this language? */
static bool begins_with(const char *names, const char *language)
{
    const size_t size = strlen(language);

    return strncmp(names, language, size) == 0 &&
           (names[size] == '\0' || strchr("_.:@", names[size]) != NULL);
}

static bool is_vietnamese(const char *names)
{
    return begins_with(names, "vi") || begins_with(names, "C") ||
           begins_with(names, "POSIX");
}

const char *language_wanted(language_variable_fn *variable)
{
    static const char *const variables[] = { "LANGUAGE", "LC_ALL",
                                             "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = variable(variables[i]);

        if (value && *value)
            return is_vietnamese(value) ? "vi" : "en";
    }
    return "vi";
}
