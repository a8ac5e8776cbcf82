#include "server/control/help_values.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { VALUE_SIZE = 64 };

static bool is_capital(char sign) { return sign >= 'A' && sign <= 'Z'; }

/* "PARTY-GROUP-MEETING": how many bytes of it stand here, 0 if none. */
static size_t value_size(const char *text)
{
    size_t size = 0;

    while (is_capital(text[size]) ||
           (text[size] == '-' && size > 0 && is_capital(text[size + 1])))
        size++;
    return size;
}

void help_values(const char *values, const char *(*translate)(const char *word),
                 char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    while (*values && used + 1 < size) {
        const size_t length = value_size(values);
        char word[VALUE_SIZE];

        if (length == 0 || length >= sizeof word) {
            out[used++] = *values++;
            out[used] = '\0';
            continue;
        }
        memcpy(word, values, length);
        word[length] = '\0';
        (void)snprintf(&out[used], size - used, "%s", translate(word));
        used = strlen(out);
        values += length;
    }
}
