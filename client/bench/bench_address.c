#include "client/bench/bench_address.h"

#include <stdlib.h>
#include <string.h>

static const char *skip_scheme(const char *text)
{
    static const char *const schemes[] = { "chibo://", "https://", "wss://" };

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncmp(text, schemes[i], strlen(schemes[i])) == 0)
            return text + strlen(schemes[i]);
    return text;
}

/* What stands behind the host: nothing, a path, or ":" and a port. */
static enum result parse_port(const char *text, uint16_t *out)
{
    unsigned long value = BENCH_PORT;
    char *end = NULL;

    if (*text == ':') {
        if (text[1] < '0' || text[1] > '9')
            return RESULT_MALFORMED;
        value = strtoul(text + 1, &end, 10);
        text = end;
    }
    if ((*text != '\0' && *text != '/') || value == 0 || value > UINT16_MAX)
        return RESULT_MALFORMED;
    *out = (uint16_t)value;
    return RESULT_OK;
}

enum result bench_address_parse(const char *text, char *host, size_t host_size,
                                uint16_t *port)
{
    const char *begin = skip_scheme(text);
    const char *rest;
    uint16_t found = 0;
    size_t size;
    enum result result;

    if (*begin == '[') {
        begin++;
        size = strcspn(begin, "]");
        rest = begin[size] == ']' ? begin + size + 1 : "]";
    } else {
        size = strcspn(begin, ":/");
        rest = begin + size;
    }
    if (size == 0 || size >= host_size || memchr(begin, ' ', size))
        return RESULT_MALFORMED;
    result = parse_port(rest, &found);
    if (result != RESULT_OK)
        return result;
    memcpy(host, begin, size);
    host[size] = '\0';
    *port = found;
    return RESULT_OK;
}
