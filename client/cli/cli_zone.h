/*
 * When a meeting is: the time in its own zone, as its papers say it, and beside
 * it what the clock says here, where that is another time. Through GLib, which
 * reads the machine's zone database without touching TZ. Any thread.
 */
#ifndef CLIENT_CLI_CLI_ZONE_H
#define CLIENT_CLI_CLI_ZONE_H

#include <stdint.h>

enum { CLI_ZONE_TIME_SIZE = 512 };

/*
 * "24/10/2026 19:30 (Asia/Ho_Chi_Minh); here 24/10/2026 14:30 (Europe/Berlin)",
 * without the second part where both clocks agree at that moment. zone: of the
 * meeting (IANA); one that the machine does not know is told in UTC. own: the
 * zone here; NULL: the machine's. Translated.
 */
void cli_zone_time_write(int64_t at_ms, const char *zone, const char *own,
                         char out[CLI_ZONE_TIME_SIZE]);

#endif
