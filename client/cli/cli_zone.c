#include "client/cli/cli_zone.h"

#include "client/cli/cli_text.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { CLOCK_SIZE = 32, ZONE_NAME_SIZE = 160 };
enum { LAST_HOUR = 23, LAST_MINUTE = 59 }; /* of a day */

/* What a clock in a zone says, and what the zone is called. */
struct zone_reading {
    char clock[CLOCK_SIZE];
    char name[ZONE_NAME_SIZE];
};

static struct zone_reading read_clock(GTimeZone *zone, int64_t at_ms)
{
    GDateTime *utc = g_date_time_new_from_unix_utc(at_ms / 1000);
    GDateTime *local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
    struct zone_reading out = { "", "" };

    if (local) {
        (void)snprintf(out.clock, sizeof out.clock, "%02d/%02d/%04d %02d:%02d",
                       g_date_time_get_day_of_month(local),
                       g_date_time_get_month(local),
                       g_date_time_get_year(local), g_date_time_get_hour(local),
                       g_date_time_get_minute(local));
        g_date_time_unref(local);
    }
    if (utc)
        g_date_time_unref(utc);
    (void)snprintf(out.name, sizeof out.name, "%s",
                   g_time_zone_get_identifier(zone));
    return out;
}

void cli_zone_time_write(int64_t at_ms, const char *zone, const char *own,
                         char out[CLI_ZONE_TIME_SIZE])
{
    GTimeZone *there = g_time_zone_new_identifier(zone);
    GTimeZone *here =
        own ? g_time_zone_new_identifier(own) : g_time_zone_new_local();
    struct zone_reading meeting, mine;

    if (!there)
        there = g_time_zone_new_utc();
    if (!here)
        here = g_time_zone_new_utc();
    meeting = read_clock(there, at_ms);
    mine = read_clock(here, at_ms);
    if (strcmp(meeting.clock, mine.clock) == 0)
        (void)snprintf(out, CLI_ZONE_TIME_SIZE, "%s (%s)", meeting.clock,
                       meeting.name);
    else
        (void)snprintf(out, CLI_ZONE_TIME_SIZE, _("%s (%s); here %s (%s)"),
                       meeting.clock, meeting.name, mine.clock, mine.name);
    g_time_zone_unref(there);
    g_time_zone_unref(here);
}

static GTimeZone *zone_or_utc(const char *zone)
{
    GTimeZone *found = zone ? g_time_zone_new_identifier(zone) : NULL;

    return found ? found : g_time_zone_new_utc();
}

bool cli_zone_day_end(int year, int month, int day, const char *zone,
                      int64_t *out_ms)
{
    GTimeZone *there = zone_or_utc(zone);
    GDateTime *end =
        g_date_time_new(there, year, month, day, LAST_HOUR, LAST_MINUTE, 59);

    if (end)
        *out_ms = g_date_time_to_unix(end) * 1000;
    g_time_zone_unref(there);
    if (!end)
        return false;
    g_date_time_unref(end);
    return true;
}

void cli_zone_due_write(int64_t at_ms, const char *zone, const char *own,
                        char out[CLI_ZONE_TIME_SIZE])
{
    GTimeZone *there = zone_or_utc(zone);
    GDateTime *utc = g_date_time_new_from_unix_utc(at_ms / 1000);
    GDateTime *due = utc ? g_date_time_to_timezone(utc, there) : NULL;

    if (due && g_date_time_get_hour(due) == LAST_HOUR &&
        g_date_time_get_minute(due) == LAST_MINUTE)
        (void)snprintf(out, CLI_ZONE_TIME_SIZE, "%02d/%02d/%04d",
                       g_date_time_get_day_of_month(due),
                       g_date_time_get_month(due), g_date_time_get_year(due));
    else
        cli_zone_time_write(at_ms, zone, own, out);
    if (due)
        g_date_time_unref(due);
    if (utc)
        g_date_time_unref(utc);
    g_time_zone_unref(there);
}

void cli_day_write(struct text_view wire, char out[CLI_ZONE_TIME_SIZE])
{
    const bool is_date = wire.size == sizeof "2026-07-30" - 1 &&
                         wire.data[4] == '-' && wire.data[7] == '-';

    if (is_date)
        (void)snprintf(out, CLI_ZONE_TIME_SIZE, "%.2s/%.2s/%.4s", wire.data + 8,
                       wire.data + 5, wire.data);
    else
        (void)snprintf(out, CLI_ZONE_TIME_SIZE, "%.*s", (int)wire.size,
                       wire.size > 0 ? (const char *)wire.data : "");
}
