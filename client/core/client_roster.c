/* Nothing is signed in a meeting before its people and devices are known to be
 * those of the register. */
#include "client/core/client_engine_types.h"

#include "client/core/group_check.h"

/* An old meeting may name a stretch of the register that was lost since. */
static bool is_lost_stretch(const struct client_engine *engine,
                            const struct roster_report *report)
{
    const struct anchor_log *log = memory_log(&engine->registry);
    size_t i;

    if (report->difference.fault != SNAPSHOT_HEAD || !log)
        return false;
    for (i = 0; i < log->lost_count; i++)
        if (log->lost[i].from <= report->register_seq)
            return true;
    return false;
}

static void alarm(struct client_engine *engine, enum client_reason reason,
                  const struct roster_report *report)
{
    engine_alarm_at(engine, reason, &engine->meeting, report->seq);
}

/* A register that seems too short is asked for once more: its events may be
 * on their way. */
static void wait_for_register(struct client_engine *engine,
                              const struct roster_report *report)
{
    struct followed *registry = &engine->registry;

    if (registry->phase != FOLLOW_LIVE || registry->is_held ||
        registry->is_short)
        return;
    if (engine->is_register_asked_again) {
        alarm(engine, CLIENT_REASON_OLD_REGISTER, report);
        return;
    }
    engine->is_register_asked_again = true;
    logs_ask(engine, registry);
}

static void alarm_of_fork(struct client_engine *engine,
                          const struct roster_report *report)
{
    const struct followed *meeting = &engine->meeting;
    const struct trust_alarm alarm = {
        .reason = CLIENT_REASON_FORK,
        .log = *log_follower_scope(meeting->follower),
        .seq = report->seq,
        .ours = memory_own_side(meeting, report->seq),
        .theirs = { .head = report->head },
    };

    engine_alarm(engine, &alarm);
}

static void settle(struct client_engine *engine,
                   const struct roster_report *report)
{
    const bool was_checked = engine->view.is_roster_checked;

    engine->view.is_roster_checked = report->verdict == ROSTER_AGREES;
    switch (report->verdict) {
    case ROSTER_AGREES:
        engine->is_register_asked_again = false;
        if (!was_checked) {
            requests_pump(engine);
            checkpoints_pump(engine);
        }
        break;
    case ROSTER_WAITS:
        wait_for_register(engine, report);
        break;
    case ROSTER_DIFFERS:
        if (!is_lost_stretch(engine, report))
            alarm(engine, CLIENT_REASON_SNAPSHOT, report);
        break;
    case ROSTER_FORKED:
        alarm_of_fork(engine, report);
        break;
    case ROSTER_UNKNOWN:
        break;
    }
}

/* The alarm is about the group's log: others were shown another one. */
static void check_groups(struct client_engine *engine)
{
    const struct log_follower *meeting = engine->meeting.follower;
    const struct log_follower *registry = engine->registry.follower;
    const struct meeting_state *state =
        meeting ? log_follower_meeting(meeting) : NULL;
    struct group_difference found;
    struct trust_alarm alarm = { .reason = CLIENT_REASON_FORK };

    if (!state || !group_check_find(
                      state, registry ? log_follower_register(registry) : NULL,
                      memory_anchors(engine), &found))
        return;
    alarm.log = found.meeting;
    alarm.seq = found.seq;
    alarm.ours = found.ours;
    alarm.theirs.head = found.theirs;
    engine_alarm(engine, &alarm);
}

void roster_on_news(struct client_engine *engine)
{
    const struct log_follower *meeting = engine->meeting.follower;
    struct roster_report report = { .verdict = ROSTER_AGREES };

    if (!engine->is_alarmed)
        check_groups(engine);
    if (!engine->config.follows_register || engine->is_alarmed)
        return;
    if (!engine->roster && roster_check_new(&engine->roster)) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return;
    }
    if (meeting && roster_check_run(engine->roster, meeting,
                                    engine->registry.follower, &report)) {
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
        return;
    }
    settle(engine, &report);
}

void roster_on_rewound(struct client_engine *engine)
{
    engine->is_register_asked_again = false;
    if (engine->roster)
        roster_check_reset(engine->roster);
    if (engine->config.follows_register)
        engine->view.is_roster_checked =
            !engine->meeting.follower ||
            log_follower_next(engine->meeting.follower) == 0;
}
