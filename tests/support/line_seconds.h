/*
 * Made-up seconds of lines, for tests of the ladder. Figures are those of one
 * speaker; what differs is set by the test.
 */
#ifndef TESTS_SUPPORT_LINE_SECONDS_H
#define TESTS_SUPPORT_LINE_SECONDS_H

#include "client/line/line_ladder.h"

enum { HOUR_S = 3600 };

/* Of somebody else's speech: over a good line, one that loses packets, and one
 * that is full and carries so many bits. */
struct line_second good_second(void);
struct line_second lossy_second(void);
struct line_second full_second(unsigned carried);
/* Of our own speech, with so many packets that were sent again. */
struct line_second spoken_second(unsigned sent_again);
/* Of our own speech over a line of 24 kbit/s that loses 5 %, with a round trip
 * of 240 ms at least. */
struct line_second thin_second(int64_t round_trip_ms, unsigned carried);

/* So many such seconds; how often the step changed. */
unsigned ladder_pass(struct line_ladder *ladder,
                     const struct line_second *second, unsigned count);
/* Seconds until the step is this one; the test fails after so many. */
unsigned ladder_await(struct line_ladder *ladder,
                      const struct line_second *second, enum line_step step,
                      unsigned most);

#endif
