/*
 * Times as people write them in a place, to and from UTC milliseconds, by the
 * machine's time zone database. Changes TZ of the process while it works: for
 * programs with one thread.
 */
#ifndef SERVER_CONTROL_ZONE_TIME_H
#define SERVER_CONTROL_ZONE_TIME_H

#include "protocol/base/result.h"

#include <stdbool.h>
#include <stdint.h>

/* Is this a zone of the database ("Asia/Ho_Chi_Minh")? */
bool zone_is_known(const char *zone);

/*
 * "2026-11-25 19:30" (or with "T") in `zone`. RESULT_MALFORMED (not of that
 * form, no such day, or an hour that clocks leap over there) or
 * RESULT_NOT_FOUND (no such zone). An hour that comes twice is its first.
 */
MUST_USE enum result zone_time_parse(const char *text, const char *zone,
                                     int64_t *utc_ms);

/* The same form back; `out` holds ZONE_TIME_SIZE. Unknown zones give UTC. */
enum { ZONE_TIME_SIZE = 32 };
void zone_time_format(int64_t utc_ms, const char *zone,
                      char out[ZONE_TIME_SIZE]);

#endif
