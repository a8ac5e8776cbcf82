#include "server/control/zone_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char *database(void)
{
    const char *directory = getenv("TZDIR");

    return directory && *directory ? directory : "/usr/share/zoneinfo";
}

bool zone_is_known(const char *zone)
{
    char path[512];
    struct stat status;
    const int length = snprintf(path, sizeof path, "%s/%s", database(), zone);

    return *zone && *zone != '/' && !strstr(zone, "..") && length > 0 &&
           (size_t)length < sizeof path && stat(path, &status) == 0 &&
           S_ISREG(status.st_mode);
}

static void enter(const char *zone)
{
    (void)setenv("TZ", zone_is_known(zone) ? zone : "UTC0", 1);
    tzset();
}

/* Exactly `count` digits at `text`; -1 if there are others. */
static int digits(const char *text, int count)
{
    int value = 0;

    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* Reads "YYYY-MM-DD HH:MM". */
static bool read_fields(const char *text, struct tm *out)
{
    if (strlen(text) != 16 || text[4] != '-' || text[7] != '-' ||
        (text[10] != ' ' && text[10] != 'T') || text[13] != ':')
        return false;
    *out = (struct tm){ .tm_year = digits(text, 4) - 1900,
                        .tm_mon = digits(text + 5, 2) - 1,
                        .tm_mday = digits(text + 8, 2),
                        .tm_hour = digits(text + 11, 2),
                        .tm_min = digits(text + 14, 2),
                        .tm_isdst = -1 };
    return out->tm_year >= 70 && out->tm_mon >= 0 && out->tm_mon <= 11 &&
           out->tm_mday >= 1 && out->tm_mday <= 31 && out->tm_hour >= 0 &&
           out->tm_hour <= 23 && out->tm_min >= 0 && out->tm_min <= 59;
}

enum result zone_time_parse(const char *text, const char *zone, int64_t *utc_ms)
{
    struct tm wanted;
    struct tm given;
    time_t seconds;

    if (!zone_is_known(zone))
        return RESULT_NOT_FOUND;
    if (!read_fields(text, &wanted))
        return RESULT_MALFORMED;
    enter(zone);
    given = wanted;
    given.tm_isdst = 1;
    seconds = mktime(&given);
    /* Where summer time does not hold then, mktime() moved the hour. */
    if (given.tm_hour != wanted.tm_hour || given.tm_min != wanted.tm_min ||
        given.tm_mday != wanted.tm_mday) {
        given = wanted;
        given.tm_isdst = 0;
        seconds = mktime(&given);
    }
    if (given.tm_hour != wanted.tm_hour || given.tm_min != wanted.tm_min ||
        given.tm_mday != wanted.tm_mday || given.tm_mon != wanted.tm_mon)
        return RESULT_MALFORMED;
    *utc_ms = (int64_t)seconds * 1000;
    return RESULT_OK;
}

void zone_time_format(int64_t utc_ms, const char *zone,
                      char out[ZONE_TIME_SIZE])
{
    const time_t seconds = (time_t)(utc_ms / 1000);
    struct tm local;

    enter(zone);
    out[0] = '\0';
    if (localtime_r(&seconds, &local))
        (void)strftime(out, ZONE_TIME_SIZE, "%Y-%m-%d %H:%M", &local);
}
