/*
 * long_meeting [HOURS]
 *
 * A meeting of so many hours (8) in minutes, at one place of it, and whether
 * memory and delay stay as they are: tests/support/long_meeting.h. Exit code 0
 * if they do, 1 if not.
 */
#include "tests/support/long_meeting.h"

#include <stdio.h>
#include <stdlib.h>

static void on_mark(const struct long_meeting_mark *mark, void *user)
{
    (void)user;
    (void)printf("%5.2f h: heap %zu bytes, resident %ld kB, delay %.0f ms "
                 "(correlation %.2f), %.3f %% made up\n",
                 mark->at_s / 3600.0, mark->heap, mark->resident_kb,
                 mark->delay_ms, mark->correlation,
                 100.0 * (double)mark->made_up / (double)(mark->played + 1));
    (void)fflush(stdout);
}

int main(int argument_count, char **arguments)
{
    double hours = argument_count > 1 ? strtod(arguments[1], NULL) : 8.0;
    const struct long_meeting meeting = {
        .seconds = (unsigned)(hours * 3600.0),
        .mark_s = hours >= 2.0 ? 600 : 60,
        .drift_ppm = 200.0,
        .seed = 1,
        .on_mark = on_mark,
    };
    struct long_meeting_verdict verdict = long_meeting_hold(&meeting);

    (void)printf("%.1f hours, clocks wrong by 200 ppm: heap %+.0f bytes, "
                 "resident %+.0f kB, delay %.0f ms early, %.0f ms late, at "
                 "most %.0f ms, %.3f %% made up\n%s\n",
                 hours, verdict.heap_rise, verdict.resident_rise,
                 verdict.delay_early_ms, verdict.delay_late_ms,
                 verdict.delay_max_ms, 100.0 * verdict.made_up_part,
                 verdict.wrong ? verdict.wrong : "flat");
    return verdict.wrong ? 1 : 0;
}
