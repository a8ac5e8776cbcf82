/*
 * What was said over a line, and when it came: one row for each 20 ms of sound.
 * A speaker's thread writes when a frame was complete, a listener's thread when
 * it came first; what comes has to be what was said.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef TESTS_SUPPORT_LINE_LINE_RECORDER_H
#define TESTS_SUPPORT_LINE_LINE_RECORDER_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct line_recorder;

int64_t line_clock_ns(void);

/* For `unit_max` times 20 ms. The caller owns `*out`. RESULT_NO_MEMORY. */
MUST_USE enum result line_recorder_new(struct line_recorder **out,
                                       size_t unit_max);
/* Returns NULL; takes NULL. */
struct line_recorder *line_recorder_free(struct line_recorder *recorder);

/*
 * The frame that begins with the `first`th 20 ms and lasts `count` times 20 ms
 * is complete. Before it is sent; in rising order. RESULT_FULL: more than
 * `unit_max`.
 */
MUST_USE enum result line_recorder_sent(struct line_recorder *recorder,
                                        size_t first, size_t count,
                                        const void *payload, size_t size);
/* It came; only the first time counts. */
void line_recorder_came(struct line_recorder *recorder, size_t first,
                        const void *payload, size_t size);

/* How many were sent, and are not here yet. Any thread. */
size_t line_recorder_missing(struct line_recorder *recorder);
/* Frames that came and were never sent, or came changed. Any thread. */
size_t line_recorder_false(struct line_recorder *recorder);

/* "sent_ms,came_ms" and a row for each 20 ms that were sent; came_ms is empty
 * if they never came. RESULT_IO. */
MUST_USE enum result line_recorder_write(struct line_recorder *recorder,
                                         FILE *file);

#endif
