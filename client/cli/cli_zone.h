/*
 * When a meeting is: the time in its own zone, as its papers say it, and beside
 * it what the clock says here, where that is another time. Through GLib, which
 * reads the machine's zone database without touching TZ. Any thread.
 */
#ifndef CLIENT_CLI_CLI_ZONE_H
#define CLIENT_CLI_CLI_ZONE_H

#include "protocol/base/text.h"

#include <stdbool.h>
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

/* The last second of a day in a zone; false if there is no such day. A zone
 * that the machine does not know, or NULL, is UTC. */
bool cli_zone_day_end(int year, int month, int day, const char *zone,
                      int64_t *out_ms);
/* A date of the wire, "2026-07-30", as people write it: "30/07/2026"; any other
 * text as it is. Borrowed bytes, ended by NUL in `out`, cut where too long. */
void cli_day_write(struct text_view wire, char out[CLI_ZONE_TIME_SIZE]);
/* Until when something is due: the day alone where it ends then in that zone,
 * else as cli_zone_time_write() has it. */
void cli_zone_due_write(int64_t at_ms, const char *zone, const char *own,
                        char out[CLI_ZONE_TIME_SIZE]);

#endif
