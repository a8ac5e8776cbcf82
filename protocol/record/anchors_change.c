#include "protocol/record/anchors_internal.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

/* JSON numbers end at 2^53 - 1. */
static bool is_seq(uint64_t seq) { return seq >> 53 == 0; }

static bool is_side(const struct anchor_side *side)
{
    return !side->is_signed || anchors_is_word(&side->by.reason);
}

/* --- Keys ---------------------------------------------------------------- */

void anchors_set_server(struct anchors *anchors, const struct key *server)
{
    if (anchors->has_server && key_equal(&anchors->server, server))
        return;
    anchors->has_server = true;
    anchors->server = *server;
    anchors->changes++;
}

void anchors_forget_server(struct anchors *anchors)
{
    if (!anchors->has_server)
        return;
    anchors->has_server = false;
    anchors->server = (struct key){ { 0 } };
    anchors->changes++;
}

enum result anchors_note_device(struct anchors *anchors,
                                const struct key *device,
                                enum anchor_device_how how)
{
    struct anchor_device *known = anchors_find_device(anchors, device);
    struct anchor_device *devices = NULL;

    if (how <= ANCHOR_DEVICE_UNKNOWN || how >= ANCHOR_DEVICE_HOW_COUNT)
        return RESULT_INVALID;
    if (known) {
        if (known->how != how)
            anchors->changes++;
        known->how = how;
        return RESULT_OK;
    }
    if (anchors->devices_count == LIMIT_ANCHOR_DEVICES ||
        !anchors_have_room(anchors, DEVICE_RESERVE))
        return RESULT_FULL;
    devices = anchors_grown(anchors->devices, anchors->devices_count + 1,
                            &anchors->devices_capacity, sizeof *devices);
    if (!devices)
        return RESULT_NO_MEMORY;
    anchors->devices = devices;
    devices[anchors->devices_count++] = (struct anchor_device){ *device, how };
    anchors->reserved += DEVICE_RESERVE;
    anchors->changes++;
    return RESULT_OK;
}

/* --- Positions ----------------------------------------------------------- */

static enum result add_genesis(struct anchors *anchors, struct anchor_log *log,
                               const struct hash *head)
{
    if (log->has_genesis)
        return hash_equal(&log->genesis, head) ? RESULT_OK : RESULT_INVALID;
    if (anchors_contradicts(log, 0, head))
        return RESULT_INVALID;
    log->has_genesis = true;
    log->genesis = *head;
    anchors->changes++;
    return RESULT_OK;
}

enum result anchors_note_genesis(struct anchors *anchors,
                                 const struct identifier *scope,
                                 const struct hash *head)
{
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log, add_genesis(anchors, log, head));
}

static enum result add_signed(struct anchors *anchors, struct anchor_log *log,
                              const struct anchor_signed *newest)
{
    if (!is_seq(newest->seq) || !anchors_is_word(&newest->by.reason) ||
        anchors_contradicts(log, newest->seq, &newest->head))
        return RESULT_INVALID;
    if (log->has_signed && newest->seq <= log->newest.seq)
        return RESULT_OK;
    log->has_signed = true;
    log->newest = *newest;
    anchors->changes++;
    return RESULT_OK;
}

enum result anchors_note_signed(struct anchors *anchors,
                                const struct identifier *scope,
                                const struct anchor_signed *newest)
{
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log, add_signed(anchors, log, newest));
}

static enum result add_last(struct anchors *anchors, struct anchor_log *log,
                            const struct anchor_position *last)
{
    if (!is_seq(last->seq) ||
        anchors_contradicts(log, last->seq, &last->head) ||
        (log->has_last && last->seq < log->last.seq))
        return RESULT_INVALID;
    if (log->has_last && last->seq == log->last.seq)
        return RESULT_OK;
    log->has_last = true;
    log->last = *last;
    anchors->changes++;
    return RESULT_OK;
}

enum result anchors_note_last(struct anchors *anchors,
                              const struct identifier *scope, uint64_t seq,
                              const struct hash *head)
{
    const struct anchor_position last = { seq, *head };
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log, add_last(anchors, log, &last));
}

/* --- Checkpoints --------------------------------------------------------- */

static bool is_checkpoint(const struct anchor_checkpoint *one)
{
    return one->upto < one->seq && is_seq(one->seq) &&
           one->confirmed <= one->asked && anchors_is_word(&one->reason) &&
           one->standing > ANCHOR_STANDING_NONE &&
           one->standing < ANCHOR_STANDING_COUNT;
}

static bool is_same_event(const struct anchor_checkpoint *a,
                          const struct anchor_checkpoint *b)
{
    return anchors_is_at(a->seq, &a->event_head, b->seq, &b->event_head);
}

static bool is_same_checkpoint(const struct anchor_checkpoint *a,
                               const struct anchor_checkpoint *b)
{
    return is_same_event(a, b) &&
           anchors_is_at(a->upto, &a->head, b->upto, &b->head) &&
           strcmp(a->reason.text, b->reason.text) == 0 &&
           a->confirmed == b->confirmed && a->asked == b->asked;
}

/* The place of the first checkpoint whose event is behind `seq`. */
static size_t checkpoint_place(const struct anchor_log *log, uint64_t seq)
{
    size_t low = 0;
    size_t high = log->checkpoints_count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (log->checkpoints[middle].seq <= seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct anchor_checkpoint *find_event(const struct anchor_log *log,
                                            const struct anchor_checkpoint *one)
{
    for (size_t i = checkpoint_place(log, one->seq);
         i > 0 && log->checkpoints[i - 1].seq == one->seq; i--)
        if (is_same_event(&log->checkpoints[i - 1], one))
            return &log->checkpoints[i - 1];
    return NULL;
}

/* Do the positions that it would give fit those that stand? */
static bool fits(const struct anchor_log *log,
                 const struct anchor_checkpoint *one)
{
    return (one->standing == ANCHOR_LOST ||
            !anchors_contradicts(log, one->upto, &one->head)) &&
           (one->standing != ANCHOR_STANDS ||
            !anchors_contradicts(log, one->seq, &one->event_head));
}

static enum result insert_checkpoint(struct anchors *anchors,
                                     struct anchor_log *log,
                                     const struct anchor_checkpoint *one)
{
    const size_t place = checkpoint_place(log, one->seq);
    struct anchor_checkpoint *all = NULL;

    if (log->checkpoints_count == LIMIT_ANCHOR_CHECKPOINTS ||
        !anchors_have_room(anchors, CHECKPOINT_RESERVE))
        return RESULT_FULL;
    all = anchors_grown(log->checkpoints, log->checkpoints_count + 1,
                        &log->checkpoints_capacity, sizeof *all);
    if (!all)
        return RESULT_NO_MEMORY;
    log->checkpoints = all;
    memmove(&all[place + 1], &all[place],
            (log->checkpoints_count - place) * sizeof *all);
    all[place] = *one;
    log->checkpoints_count++;
    anchors->reserved += CHECKPOINT_RESERVE;
    anchors->changes++;
    return RESULT_OK;
}

static enum result add_checkpoint(struct anchors *anchors,
                                  struct anchor_log *log,
                                  const struct anchor_checkpoint *one)
{
    struct anchor_checkpoint *known = NULL;

    if (!is_checkpoint(one) || !fits(log, one))
        return RESULT_INVALID;
    known = find_event(log, one);
    if (!known)
        return insert_checkpoint(anchors, log, one);
    if (!is_same_checkpoint(known, one))
        return RESULT_INVALID;
    /* An event that was lost may have come back as it was. */
    if (one->standing < known->standing) {
        known->standing = one->standing;
        anchors->changes++;
    }
    return RESULT_OK;
}

enum result anchors_keep_checkpoint(struct anchors *anchors,
                                    const struct identifier *scope,
                                    const struct anchor_checkpoint *checkpoint)
{
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log,
                          add_checkpoint(anchors, log, checkpoint));
}

enum result anchors_add_checkpoint(struct anchors *anchors,
                                   const struct identifier *scope,
                                   const struct anchor_checkpoint *checkpoint)
{
    if (checkpoint->standing != ANCHOR_STANDS)
        return RESULT_INVALID;
    return anchors_keep_checkpoint(anchors, scope, checkpoint);
}

/* --- Alarms, lost stretches, unknown lines ------------------------------- */

/* Two heads; or none, and so no signature either. */
static bool is_alarm(const struct anchor_alarm *alarm)
{
    static const struct hash zeros;

    if (!is_seq(alarm->seq) || !anchors_is_word(&alarm->reason) ||
        !is_side(&alarm->ours) || !is_side(&alarm->theirs))
        return false;
    if (!hash_equal(&alarm->ours.head, &alarm->theirs.head))
        return true;
    return hash_equal(&alarm->ours.head, &zeros) && !alarm->ours.is_signed &&
           !alarm->theirs.is_signed;
}

static bool is_same_alarm(const struct anchor_alarm *a,
                          const struct anchor_alarm *b)
{
    return a->seq == b->seq && strcmp(a->reason.text, b->reason.text) == 0 &&
           hash_equal(&a->ours.head, &b->ours.head) &&
           hash_equal(&a->theirs.head, &b->theirs.head);
}

static void set_forgotten(struct anchors *anchors, struct anchor_alarm *alarm,
                          bool is_forgotten)
{
    if (alarm->is_forgotten == is_forgotten)
        return;
    alarm->is_forgotten = is_forgotten;
    anchors->changes++;
}

/* Drops the oldest alarm that was forgotten and proves nothing; false if there
 * is none. */
static bool drop_alarm(struct anchor_log *log)
{
    for (size_t i = 0; i < log->alarms_count; i++) {
        const struct anchor_alarm *alarm = &log->alarms[i];

        if (!alarm->is_forgotten ||
            (alarm->ours.is_signed && alarm->theirs.is_signed))
            continue;
        log->alarms_count--;
        memmove(&log->alarms[i], &log->alarms[i + 1],
                (log->alarms_count - i) * sizeof *log->alarms);
        return true;
    }
    return false;
}

static enum result append_alarm(struct anchors *anchors, struct anchor_log *log,
                                const struct anchor_alarm *alarm)
{
    struct anchor_alarm *alarms = NULL;

    if (!anchors_have_room(anchors, ALARM_RESERVE))
        return RESULT_FULL;
    alarms = anchors_grown(log->alarms, log->alarms_count + 1,
                           &log->alarms_capacity, sizeof *alarms);
    if (!alarms)
        return RESULT_NO_MEMORY;
    log->alarms = alarms;
    alarms[log->alarms_count++] = *alarm;
    anchors->reserved += ALARM_RESERVE;
    anchors->changes++;
    return RESULT_OK;
}

static enum result add_alarm(struct anchors *anchors, struct anchor_log *log,
                             const struct anchor_alarm *alarm)
{
    if (!is_alarm(alarm))
        return RESULT_INVALID;
    for (size_t i = 0; i < log->alarms_count; i++) {
        if (!is_same_alarm(&log->alarms[i], alarm))
            continue;
        if (!alarm->is_forgotten)
            set_forgotten(anchors, &log->alarms[i], false);
        return RESULT_OK;
    }
    if (log->alarms_count < LIMIT_ANCHOR_ALARMS)
        return append_alarm(anchors, log, alarm);
    if (alarm->is_forgotten)
        return RESULT_FULL;
    if (!drop_alarm(log)) {
        set_forgotten(anchors, &log->alarms[log->alarms_count - 1], false);
        return RESULT_FULL;
    }
    anchors->reserved -= ALARM_RESERVE;
    return append_alarm(anchors, log, alarm);
}

enum result anchors_add_alarm(struct anchors *anchors,
                              const struct identifier *scope,
                              const struct anchor_alarm *alarm)
{
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log, add_alarm(anchors, log, alarm));
}

void anchors_forget_alarms(struct anchors *anchors,
                           const struct identifier *scope)
{
    struct anchor_log *log = anchors_find_log(anchors, scope);

    for (size_t i = 0; log && i < log->alarms_count; i++)
        set_forgotten(anchors, &log->alarms[i], true);
}

static bool is_uuid(const char *uuid)
{
    size_t size = 0;

    while (size < ANCHOR_UUID_SIZE && uuid[size] != '\0') {
        const char c = uuid[size++];

        if (!((c >= '1' && c <= '9') || (c >= 'A' && c <= 'Z') ||
              (c >= 'a' && c <= 'z')))
            return false;
    }
    return size > 0 && size < ANCHOR_UUID_SIZE;
}

static bool has_receipt(const struct anchor_log *log,
                        const struct anchor_receipt *receipt)
{
    for (size_t i = 0; i < log->receipts_count; i++) {
        const struct anchor_receipt *kept = &log->receipts[i];

        if (strcmp(kept->uuid, receipt->uuid) == 0 &&
            kept->height == receipt->height && kept->at_ms == receipt->at_ms &&
            hash_equal(&kept->ballot, &receipt->ballot) &&
            hash_equal(&kept->record, &receipt->record))
            return true;
    }
    return false;
}

static enum result add_receipt(struct anchors *anchors, struct anchor_log *log,
                               const struct anchor_receipt *receipt)
{
    struct anchor_receipt *all = NULL;

    if (!is_uuid(receipt->uuid) || receipt->height == 0)
        return RESULT_INVALID;
    if (has_receipt(log, receipt))
        return RESULT_OK;
    if (log->receipts_count == LIMIT_ANCHOR_RECEIPTS ||
        !anchors_have_room(anchors, RECEIPT_RESERVE))
        return RESULT_FULL;
    all = anchors_grown(log->receipts, log->receipts_count + 1,
                        &log->receipts_capacity, sizeof *all);
    if (!all)
        return RESULT_NO_MEMORY;
    log->receipts = all;
    all[log->receipts_count++] = *receipt;
    anchors->reserved += RECEIPT_RESERVE;
    anchors->changes++;
    return RESULT_OK;
}

enum result anchors_add_receipt(struct anchors *anchors,
                                const struct identifier *scope,
                                const struct anchor_receipt *receipt)
{
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log, add_receipt(anchors, log, receipt));
}

static bool is_kept_lost(const struct anchor_log *log,
                         const struct anchor_lost *lost)
{
    for (size_t i = 0; i < log->lost_count; i++)
        if (log->lost[i].from == lost->from &&
            anchors_is_at(log->lost[i].seq, &log->lost[i].side.head, lost->seq,
                          &lost->side.head))
            return true;
    return false;
}

static enum result add_lost(struct anchors *anchors, struct anchor_log *log,
                            const struct anchor_lost *lost)
{
    struct anchor_lost *all = NULL;

    if (lost->from == 0 || lost->from > lost->seq || !is_seq(lost->seq) ||
        !is_side(&lost->side))
        return RESULT_INVALID;
    if (is_kept_lost(log, lost))
        return RESULT_OK;
    if (log->lost_count == LIMIT_ANCHOR_LOST ||
        !anchors_have_room(anchors, LOST_RESERVE))
        return RESULT_FULL;
    all = anchors_grown(log->lost, log->lost_count + 1, &log->lost_capacity,
                        sizeof *all);
    if (!all)
        return RESULT_NO_MEMORY;
    log->lost = all;
    all[log->lost_count++] = *lost;
    anchors->reserved += LOST_RESERVE;
    anchors->changes++;
    return RESULT_OK;
}

enum result anchors_keep_lost(struct anchors *anchors,
                              const struct identifier *scope,
                              const struct anchor_lost *lost)
{
    struct anchor_log *log = NULL;
    enum result result = anchors_take_log(anchors, scope, &log);

    if (result)
        return result;
    return anchors_settle(anchors, log, add_lost(anchors, log, lost));
}

/* A list of unknown lines, wherever it belongs. */
static enum result add_unknown(struct anchors *anchors,
                               struct anchor_unknown **unknown, size_t *count,
                               size_t *capacity, struct text_view line)
{
    struct anchor_unknown *all = *unknown;

    if (*count == LIMIT_ANCHOR_UNKNOWN)
        return RESULT_FULL;
    if (!anchors_have_room(anchors, line.size + 1))
        return RESULT_FULL;
    all = anchors_grown(all, *count + 1, capacity, sizeof *all);
    if (!all)
        return RESULT_NO_MEMORY;
    *unknown = all;
    all[*count].text = malloc(line.size);
    if (!all[*count].text)
        return RESULT_NO_MEMORY;
    memcpy(all[*count].text, line.data, line.size);
    all[*count].size = line.size;
    ++*count;
    anchors->reserved += line.size + 1;
    anchors->changes++;
    return RESULT_OK;
}

enum result anchors_keep_unknown(struct anchors *anchors,
                                 const struct identifier *scope,
                                 struct text_view line)
{
    struct anchor_log *log = NULL;
    enum result result = RESULT_OK;

    if (line.size == 0 || line.size > LIMIT_ANCHOR_LINE_SIZE ||
        memchr(line.data, '\n', line.size))
        return RESULT_INVALID;
    if (!scope)
        return add_unknown(anchors, &anchors->unknown, &anchors->unknown_count,
                           &anchors->unknown_capacity, line);
    result = anchors_take_log(anchors, scope, &log);
    if (result)
        return result;
    return anchors_settle(anchors, log,
                          add_unknown(anchors, &log->unknown,
                                      &log->unknown_count,
                                      &log->unknown_capacity, line));
}

enum result anchors_keep_log(struct anchors *anchors,
                             const struct identifier *scope)
{
    struct anchor_log *log = NULL;

    return anchors_take_log(anchors, scope, &log);
}

/* --- Taking back --------------------------------------------------------- */

/* Did the server sign a head behind `seq`, as far as is kept? */
static bool is_signed_behind(const struct anchor_log *log, uint64_t seq)
{
    if (log->has_signed && log->newest.seq > seq)
        return true;
    for (size_t i = 0; i < log->checkpoints_count; i++)
        if (log->checkpoints[i].standing != ANCHOR_LOST &&
            log->checkpoints[i].upto > seq)
            return true;
    return false;
}

/* What stands at `from` and behind it does not any more. */
static void lose_checkpoints(struct anchor_log *log, uint64_t from)
{
    for (size_t i = 0; i < log->checkpoints_count; i++) {
        struct anchor_checkpoint *one = &log->checkpoints[i];

        if (one->upto >= from)
            one->standing = ANCHOR_LOST;
        else if (one->seq >= from && one->standing == ANCHOR_STANDS)
            one->standing = ANCHOR_EVENT_LOST;
    }
}

enum result anchors_rewind(struct anchors *anchors,
                           const struct identifier *scope, uint64_t seq,
                           const struct hash *head)
{
    struct anchor_log *log = anchors_find_log(anchors, scope);
    struct anchor_lost lost = { 0 };
    enum result result = RESULT_OK;

    if (!log || !log->has_last)
        return RESULT_NOT_FOUND;
    if (seq > log->last.seq || is_signed_behind(log, seq) ||
        anchors_contradicts(log, seq, head))
        return RESULT_INVALID;
    if (seq == log->last.seq)
        return RESULT_OK;
    lost.from = seq + 1;
    lost.seq = log->last.seq;
    lost.side.head = log->last.head;
    result = add_lost(anchors, log, &lost);
    if (result)
        return result;
    lose_checkpoints(log, seq + 1);
    log->last = (struct anchor_position){ seq, *head };
    anchors->changes++;
    return RESULT_OK;
}

/* Keeps as lost what the act names, and what this device had beyond `from`:
 * its own last head and the newest signed one. */
static enum result keep_what_is_lost(struct anchors *anchors,
                                     struct anchor_log *log,
                                     const struct anchor_lost *told)
{
    struct anchor_lost own = { .from = told->from };
    struct anchor_lost *all = NULL;
    enum result result = RESULT_OK;

    if (log->lost_count + 3 > LIMIT_ANCHOR_LOST ||
        !anchors_have_room(anchors, (size_t)3 * LOST_RESERVE))
        return RESULT_FULL;
    /* All or nothing. */
    all = anchors_grown(log->lost, log->lost_count + 3, &log->lost_capacity,
                        sizeof *all);
    if (!all)
        return RESULT_NO_MEMORY;
    log->lost = all;
    if (log->has_signed && log->newest.seq >= told->from) {
        own.seq = log->newest.seq;
        own.side =
            (struct anchor_side){ log->newest.head, true, log->newest.by };
        result = add_lost(anchors, log, &own);
    }
    if (!result && log->has_last && log->last.seq >= told->from) {
        own.seq = log->last.seq;
        own.side = (struct anchor_side){ .head = log->last.head };
        result = add_lost(anchors, log, &own);
    }
    return result ? result : add_lost(anchors, log, told);
}

static enum result give_up(struct anchors *anchors, struct anchor_log *log,
                           const struct anchor_lost *told,
                           const struct hash *before)
{
    enum result result = RESULT_OK;

    if (is_kept_lost(log, told))
        return RESULT_OK;
    if (anchors_contradicts(log, told->from - 1, before) ||
        anchors_contradicts(log, told->seq, &told->side.head))
        return RESULT_INVALID;
    result = keep_what_is_lost(anchors, log, told);
    if (result)
        return result;
    lose_checkpoints(log, told->from);
    if (log->has_signed && log->newest.seq >= told->from)
        log->has_signed = false;
    if (log->has_last && log->last.seq >= told->from)
        log->last = (struct anchor_position){ told->from - 1, *before };
    return RESULT_OK;
}

enum result anchors_give_up(struct anchors *anchors,
                            const struct identifier *scope, uint64_t from,
                            const struct hash *before,
                            const struct anchor_position *lost)
{
    const struct anchor_lost told = { from, lost->seq, { .head = lost->head } };
    struct anchor_log *log = NULL;
    enum result result = RESULT_OK;

    if (from == 0 || from > lost->seq || !is_seq(lost->seq))
        return RESULT_INVALID;
    result = anchors_take_log(anchors, scope, &log);
    if (result)
        return result;
    return anchors_settle(anchors, log, give_up(anchors, log, &told, before));
}
