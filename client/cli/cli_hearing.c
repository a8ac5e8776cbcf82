#include "client/cli/cli_hearing.h"

#include "protocol/base/limits.h"

static uint64_t grown(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

static struct hearing_report report_of(const struct voice_statistics *totals,
                                       const struct voice_statistics *told)
{
    return (struct hearing_report){
        .played = grown(totals->played_blocks, told->played_blocks),
        .concealed = grown(totals->concealed, told->concealed),
        .repaired = grown(totals->repaired, told->repaired),
        .late = grown(totals->late, told->late),
        .dropped = grown(totals->stale, told->stale),
        .delay_ms = totals->delay_ms > 0 ? (uint64_t)totals->delay_ms : 0,
    };
}

static bool is_of_sound(const struct hearing_report *report)
{
    return report->played > 0 || report->concealed > 0 || report->late > 0 ||
           report->dropped > 0;
}

bool cli_hearing_next(struct cli_hearing *hearing,
                      const struct voice_statistics *totals, int64_t now_ms,
                      struct hearing_report *out)
{
    const struct hearing_report report = report_of(totals, &hearing->told);

    if (!is_of_sound(&report))
        return false;
    if (hearing->since_ms == 0)
        hearing->since_ms = now_ms;
    if (now_ms - hearing->since_ms < LIMIT_HEARING_MS)
        return false;
    hearing->told = *totals;
    hearing->since_ms = 0;
    *out = report;
    return true;
}

int64_t cli_hearing_wait_ms(const struct cli_hearing *hearing, int64_t now_ms)
{
    const int64_t wait_ms = hearing->since_ms + LIMIT_HEARING_MS - now_ms;

    if (hearing->since_ms == 0)
        return -1;
    return wait_ms > 0 ? wait_ms : 0;
}
