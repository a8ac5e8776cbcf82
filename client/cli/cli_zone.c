#include "client/cli/cli_zone.h"

#include "client/cli/cli_text.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

enum { CLOCK_SIZE = 32, ZONE_NAME_SIZE = 160 };

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
