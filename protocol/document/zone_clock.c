#include "protocol/document/zone_clock.h"

#include <glib.h>
#include <string.h>

struct zone_clock *zone_clock_new(const char *zone)
{
    GTimeZone *found = g_time_zone_new_identifier(zone);

    if (!found)
        found = g_time_zone_new_utc();
    return (struct zone_clock *)found;
}

struct zone_clock *zone_clock_free(struct zone_clock *clock)
{
    if (clock)
        g_time_zone_unref((GTimeZone *)clock);
    return NULL;
}

const char *zone_clock_name(const struct zone_clock *clock)
{
    return g_time_zone_get_identifier((GTimeZone *)(uintptr_t)clock);
}

enum { NEAR_S = 3 * 60 * 60, MINUTE_S = 60 };

/* In seconds, of what the clocks there say from UTC. */
static int64_t offset_at(GTimeZone *zone, int64_t utc_s)
{
    int interval =
        g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, utc_s);

    return g_time_zone_get_offset(zone, interval);
}

/* Whether the clocks there say the same at another moment, because they are
 * set back at about this time. */
static bool is_twice(GTimeZone *zone, int64_t utc_s)
{
    const int64_t here = offset_at(zone, utc_s);
    int side;

    for (side = -1; side <= 1; side += 2) {
        const int64_t other = offset_at(zone, utc_s + side * NEAR_S);

        if (other != here && offset_at(zone, utc_s + here - other) == other)
            return true;
    }
    return false;
}

struct zone_moment zone_clock_at(const struct zone_clock *clock, int64_t utc_ms)
{
    GTimeZone *zone = (GTimeZone *)(uintptr_t)clock;
    GDateTime *utc = g_date_time_new_from_unix_utc(utc_ms / 1000);
    GDateTime *local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
    struct zone_moment moment;

    memset(&moment, 0, sizeof moment);
    if (local) {
        moment.year = g_date_time_get_year(local);
        moment.month = g_date_time_get_month(local);
        moment.day = g_date_time_get_day_of_month(local);
        moment.hour = g_date_time_get_hour(local);
        moment.minute = g_date_time_get_minute(local);
        moment.offset_minutes =
            (int)(offset_at(zone, utc_ms / 1000) / MINUTE_S);
        moment.is_twice = is_twice(zone, utc_ms / 1000);
        g_date_time_unref(local);
    }
    if (utc)
        g_date_time_unref(utc);
    return moment;
}
