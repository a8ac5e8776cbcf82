/* When trust in a log is broken, and when the user mends it. */
#include "client/core/client_engine_types.h"

#include <string.h>

static bool is_zero(const struct hash *head)
{
    static const struct hash zeros;

    return hash_equal(head, &zeros);
}

/* Two heads, or none. */
static struct anchor_alarm record_of(const struct trust_alarm *alarm)
{
    struct anchor_alarm record = { .seq = alarm->seq };

    (void)snprintf(record.reason.text, sizeof record.reason.text, "%s",
                   client_reason_word(alarm->reason));
    if (!is_zero(&alarm->ours.head) && !is_zero(&alarm->theirs.head)) {
        record.ours = alarm->ours;
        record.theirs = alarm->theirs;
    }
    return record;
}

static void refuse_join(struct client_engine *engine, struct followed *followed)
{
    struct refusal refusal = { .code = REFUSAL_NO_SUCH_HEAD };

    if (followed->has_tag)
        request_answer_locally(engine, followed->tag, &refusal);
    followed->has_tag = false;
}

void engine_alarm(struct client_engine *engine, const struct trust_alarm *alarm)
{
    const struct anchor_alarm record = record_of(alarm);
    struct client_notice *notice = notice_new(CLIENT_TRUST_ALARM);
    enum client_reason reason = alarm->reason;

    engine->is_alarmed = true;
    engine->view.is_alarmed = true;
    engine->view.alarm = alarm->reason;
    engine->view.alarm_log = alarm->log;
    if (notice) {
        notice->reason = alarm->reason;
        notice->log = alarm->log;
        notice->seq = alarm->seq;
        notice->head = record.ours.head;
        notice->other_head = record.theirs.head;
    }
    notice_put(engine, notice);
    if (!alarm->is_recorded && memory_note_alarm(engine, &alarm->log, &record))
        reason = CLIENT_REASON_STORAGE;
    refuse_join(engine, &engine->registry);
    refuse_join(engine, &engine->meeting);
    requests_refuse_all(engine, REFUSAL_NO_SUCH_HEAD);
    blobs_refuse(engine, REFUSAL_NO_SUCH_HEAD);
    engine_drop(engine, reason, true);
}

void engine_alarm_at(struct client_engine *engine, enum client_reason reason,
                     const struct followed *followed, uint64_t seq)
{
    const struct trust_alarm alarm = {
        .reason = reason,
        .log = *log_follower_scope(followed->follower),
        .seq = seq,
    };

    engine_alarm(engine, &alarm);
}

/* --- Of an earlier run --------------------------------------------------- */

static enum client_reason reason_of(const struct anchor_word *word)
{
    enum client_reason reason = CLIENT_REASON_GAP;

    for (; reason <= CLIENT_REASON_LOSS; reason++)
        if (strcmp(client_reason_word(reason), word->text) == 0)
            return reason;
    return CLIENT_REASON_FORK;
}

bool alarms_recall(struct client_engine *engine,
                   const struct followed *followed)
{
    const struct anchor_log *log = memory_log(followed);
    const struct anchor_alarm *record = log ? anchor_log_alarm(log) : NULL;
    struct trust_alarm alarm;

    if (!record)
        return false;
    alarm = (struct trust_alarm){ .reason = reason_of(&record->reason),
                                  .log = log->scope,
                                  .seq = record->seq,
                                  .ours = record->ours,
                                  .theirs = record->theirs,
                                  .is_recorded = true };
    engine_alarm(engine, &alarm);
    return true;
}

/* --- The user's decisions ------------------------------------------------ */

static void lift(struct client_engine *engine)
{
    engine->is_alarmed = false;
    engine->view.is_alarmed = false;
    engine->view.alarm = CLIENT_REASON_NONE;
    engine->view.alarm_log = (struct identifier){ "" };
    engine_connect_again(engine);
}

static void forget(struct client_engine *engine, uint64_t tag,
                   const struct identifier *log)
{
    struct refusal refusal = { .code = REFUSAL_BUSY };

    anchors_forget_alarms(memory_anchors(engine), log);
    if (anchor_store_save(engine->config.anchors)) {
        request_answer_locally(engine, tag, &refusal);
        return;
    }
    request_answer_locally(engine, tag, NULL);
    if (engine->is_alarmed && identifier_equal(&engine->view.alarm_log, log))
        lift(engine);
}

void client_engine_forget_alarm(struct client_engine *engine, uint64_t tag,
                                const struct identifier *log)
{
    struct refusal refusal = { .code = REFUSAL_NOT_LOGGED_IN };

    if (engine->has_identity)
        forget(engine, tag, log);
    else
        request_answer_locally(engine, tag, &refusal);
}

static bool is_loss_told(struct client_engine *engine)
{
    const struct identifier *organisation = &engine->profile->organisation;
    const struct anchor_log *log =
        anchors_find(memory_anchors(engine), organisation);
    const struct anchor_alarm *record = log ? anchor_log_alarm(log) : NULL;

    if (engine->is_alarmed)
        return engine->view.alarm == CLIENT_REASON_LOSS &&
               identifier_equal(&engine->view.alarm_log, organisation);
    return record && reason_of(&record->reason) == CLIENT_REASON_LOSS;
}

void client_engine_accept_loss(struct client_engine *engine, uint64_t tag)
{
    struct refusal refusal = { .code = REFUSAL_NOT_HELD };

    if (!engine->has_identity || !is_loss_told(engine)) {
        request_answer_locally(engine, tag, &refusal);
        return;
    }
    engine->accepts_loss = true;
    forget(engine, tag, &engine->profile->organisation);
}
