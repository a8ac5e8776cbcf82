/* When a client tells how it hears, and what. */
#include "client/cli/cli_hearing.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { START_MS = 5000, FRAME_MS = 20 };

static void nothing_is_told_while_nobody_is_heard(void **state)
{
    struct cli_hearing hearing = { .since_ms = 0 };
    /* It sends, and the line would ask for another delay. */
    struct voice_statistics totals = { .delay_ms = 80, .target_ms = 60 };
    struct hearing_report out;
    int64_t now_ms;

    (void)state;
    for (now_ms = START_MS; now_ms < START_MS + 100000; now_ms += 1000) {
        totals.sent += 50;
        assert_false(cli_hearing_next(&hearing, &totals, now_ms, &out));
        assert_int_equal(cli_hearing_wait_ms(&hearing, now_ms), -1);
    }
}

static void what_has_changed_is_told_ten_seconds_after_it_began(void **state)
{
    struct cli_hearing hearing = { .since_ms = 0 };
    struct voice_statistics totals = { .played_blocks = 1, .delay_ms = 90 };
    struct hearing_report out;
    const int64_t due_ms = START_MS + LIMIT_HEARING_MS;

    (void)state;
    assert_false(cli_hearing_next(&hearing, &totals, START_MS, &out));
    assert_int_equal(cli_hearing_wait_ms(&hearing, START_MS), LIMIT_HEARING_MS);
    totals = (struct voice_statistics){ .played = 160,
                                        .played_blocks = 480,
                                        .concealed = 30,
                                        .repaired = 10,
                                        .late = 7,
                                        .stale = 4,
                                        .delay_ms = 110 };
    assert_false(cli_hearing_next(&hearing, &totals, due_ms - 1, &out));
    assert_int_equal(cli_hearing_wait_ms(&hearing, due_ms - 1), 1);
    assert_int_equal(cli_hearing_wait_ms(&hearing, due_ms + 5), 0);
    assert_true(cli_hearing_next(&hearing, &totals, due_ms, &out));
    assert_int_equal(out.played, 480);
    assert_int_equal(out.concealed, 30);
    assert_int_equal(out.repaired, 10);
    assert_int_equal(out.late, 7);
    assert_int_equal(out.dropped, 4);
    assert_int_equal(out.delay_ms, 110);
    assert_int_equal(cli_hearing_wait_ms(&hearing, due_ms), -1);
    assert_false(cli_hearing_next(&hearing, &totals, due_ms + 60000, &out));
}

/* Whatever is told together is the total, and never more often than allowed. */
static void an_hour_of_speech_is_told_in_parts_that_add_up(void **state)
{
    struct cli_hearing hearing = { .since_ms = 0 };
    struct voice_statistics totals = { .delay_ms = 100 };
    struct hearing_report out;
    uint64_t played = 0, concealed = 0, reports = 0;
    int64_t told_ms = 0, i;

    (void)state;
    for (i = 1; i <= 3600 * 50; i++) {
        const int64_t now_ms = START_MS + i * FRAME_MS;

        totals.played_blocks++;
        totals.concealed += i % 20 == 0;
        if (!cli_hearing_next(&hearing, &totals, now_ms, &out))
            continue;
        assert_true(now_ms - told_ms >= LIMIT_HEARING_MS);
        told_ms = now_ms;
        played += out.played;
        concealed += out.concealed;
        reports++;
    }
    i = START_MS + i * FRAME_MS + LIMIT_HEARING_MS;
    if (cli_hearing_next(&hearing, &totals, i, &out)) {
        played += out.played;
        concealed += out.concealed;
    }
    assert_int_equal(played, totals.played_blocks);
    assert_int_equal(concealed, totals.concealed);
    assert_in_range(reports, 355, 360);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_while_nobody_is_heard),
        cmocka_unit_test(what_has_changed_is_told_ten_seconds_after_it_began),
        cmocka_unit_test(an_hour_of_speech_is_told_in_parts_that_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
