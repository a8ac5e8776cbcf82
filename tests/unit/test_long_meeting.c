#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/jitter_buffer.h"
#include "client/audio/jitter_line.h"
#include "tests/support/long_meeting.h"

#include <stdbool.h>
#include <stdlib.h>

/*
 * Minutes of what `make endurance` plays for hours; clocks go so much more
 * wrong that it comes to the same. What it must find is planted by the linker.
 */
static const struct long_meeting minutes = {
    .seconds = 420, .mark_s = 25, .drift_ppm = 500.0, .seed = 3
};

static enum { FAULT_NONE, FAULT_LEAK, FAULT_DRIFT } fault;
static void *leaked;

void __real_jitter_buffer_put(struct jitter_buffer *buffer,
                              const struct jitter_frame *frame,
                              int64_t arrival_ms);
void __wrap_jitter_buffer_put(struct jitter_buffer *buffer,
                              const struct jitter_frame *frame,
                              int64_t arrival_ms);
enum jitter_wish __real_jitter_buffer_wish(const struct jitter_buffer *buffer,
                                           size_t pending, size_t *count_max);
enum jitter_wish __wrap_jitter_buffer_wish(const struct jitter_buffer *buffer,
                                           size_t pending, size_t *count_max);

void __wrap_jitter_buffer_put(struct jitter_buffer *buffer,
                              const struct jitter_frame *frame,
                              int64_t arrival_ms)
{
    /* A chain, lest a checker of memory says it before us. */
    void **link = fault == FAULT_LEAK ? malloc(sizeof *link) : NULL;

    if (link) {
        *link = leaked;
        leaked = link;
    }
    __real_jitter_buffer_put(buffer, frame, arrival_ms);
}

/* Nothing is ever shortened: whatever the clocks bring piles up. */
enum jitter_wish __wrap_jitter_buffer_wish(const struct jitter_buffer *buffer,
                                           size_t pending, size_t *count_max)
{
    return fault == FAULT_DRIFT
               ? JITTER_KEEP
               : __real_jitter_buffer_wish(buffer, pending, count_max);
}

static void nothing_grows_and_sound_does_not_come_later(void **state)
{
    struct long_meeting_verdict verdict;

    (void)state;
    fault = FAULT_NONE;
    verdict = long_meeting_hold(&minutes);
    assert_string_equal(verdict.wrong ? verdict.wrong : "flat", "flat");
    assert_true(verdict.delay_late_ms > 0.0);
}

static void memory_that_is_lost_is_found(void **state)
{
    struct long_meeting_verdict verdict;

    (void)state;
    fault = FAULT_LEAK;
    verdict = long_meeting_hold(&minutes);
    assert_string_equal(verdict.wrong ? verdict.wrong : "flat",
                        "the heap grows");
    while (leaked) {
        void **link = leaked;

        leaked = *link;
        free(link);
    }
}

static void a_delay_that_drifts_is_found(void **state)
{
    struct long_meeting_verdict verdict;

    (void)state;
    fault = FAULT_DRIFT;
    verdict = long_meeting_hold(&minutes);
    assert_string_equal(verdict.wrong ? verdict.wrong : "flat",
                        "the delay drifts");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_grows_and_sound_does_not_come_later),
        cmocka_unit_test(memory_that_is_lost_is_found),
        cmocka_unit_test(a_delay_that_drifts_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
