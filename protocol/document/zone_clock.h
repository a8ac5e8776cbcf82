/*
 * Times of day in a named zone (IANA), through GLib, which reads the machine's
 * zone database without touching the process's TZ. Any thread.
 */
#ifndef PROTOCOL_DOCUMENT_ZONE_CLOCK_H
#define PROTOCOL_DOCUMENT_ZONE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct zone_clock; /* a GTimeZone */

/* Zones that the machine does not know give UTC. NULL when memory is out. */
struct zone_clock *zone_clock_new(const char *zone);
/* Takes NULL, returns NULL. */
struct zone_clock *zone_clock_free(struct zone_clock *clock);

/* "Asia/Ho_Chi_Minh"; "UTC" where the zone was not known. Lives as long as the
 * clock. */
const char *zone_clock_name(const struct zone_clock *clock);

struct zone_moment {
    int year, month, day, hour, minute;
    int offset_minutes; /* from UTC, east is positive */
    bool is_twice;      /* the clocks there say this at two moments, because
                         * they are set back: the offset tells which it is */
};
struct zone_moment zone_clock_at(const struct zone_clock *clock,
                                 int64_t utc_ms);

#endif
