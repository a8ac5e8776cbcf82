#include "protocol/base/duration.h"

#include <string.h>

uint64_t duration_read(const char *text)
{
    static const char units[] = "mhd";
    static const uint64_t unit_ms[] = { 60000, 3600000, 86400000 };
    uint64_t number = 0;
    const char *unit;

    if (*text < '1' || *text > '9')
        return 0;
    for (; *text >= '0' && *text <= '9' && number < 100000; text++)
        number = number * 10 + (uint64_t)(*text - '0');
    unit = *text ? strchr(units, *text) : NULL;
    if (!unit || text[1] != '\0')
        return 0;
    return number * unit_ms[unit - units];
}
