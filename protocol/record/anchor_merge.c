#include "protocol/record/anchor_merge.h"

#include "protocol/base/limits.h"

#include <string.h>

/* --- Comparing ----------------------------------------------------------- */

static bool knows_lost(const struct anchor_log *log,
                       const struct anchor_lost *lost)
{
    for (size_t i = 0; i < log->lost_count; i++)
        if (log->lost[i].from == lost->from)
            return true;
    return false;
}

/*
 * The lowest seq from which on what they keep is of a stretch that was lost
 * after they kept it; UINT64_MAX if there is none.
 */
static uint64_t lost_from(const struct anchor_log *ours,
                          const struct anchor_log *theirs)
{
    uint64_t from = UINT64_MAX;

    for (size_t i = 0; ours && i < ours->lost_count; i++)
        if (ours->lost[i].from < from && !knows_lost(theirs, &ours->lost[i]))
            from = ours->lost[i].from;
    return from;
}

/* Does their position contradict ours? Then `out` has both heads. */
static bool is_contradiction(const struct anchor_log *ours,
                             const struct anchor_log *theirs,
                             const struct anchor_position *position,
                             struct anchor_alarm *out)
{
    if (!ours || position->seq >= lost_from(ours, theirs) ||
        anchor_log_check(ours, position->seq, &position->head, &out->ours) !=
            ANCHOR_CHECK_CONTRADICTS)
        return false;
    out->seq = position->seq;
    out->theirs = anchor_log_side(theirs, position);
    return true;
}

void anchor_logs_compare(const struct anchor_log *ours,
                         const struct anchor_log *theirs,
                         struct anchor_comparison *out)
{
    struct anchor_position position;
    struct anchor_alarm found = { .seq = 0 };
    size_t cursor = 0;

    *out = (struct anchor_comparison){ .has_agreed = false };
    while (ours && anchor_log_next_position(theirs, &cursor, &position)) {
        if (anchor_log_check(ours, position.seq, &position.head, NULL) ==
            ANCHOR_CHECK_AGREES) {
            if (!out->has_agreed || position.seq > out->agreed_seq)
                out->agreed_seq = position.seq;
            out->has_agreed = true;
            continue;
        }
        if (!is_contradiction(ours, theirs, &position, &found))
            continue;
        if (out->contradiction_count == 0 || found.seq < out->seq) {
            out->seq = found.seq;
            out->ours = found.ours;
            out->theirs = found.theirs;
        }
        out->contradiction_count++;
    }
}

/* --- Merging ------------------------------------------------------------- */

/* One log on its way from their anchors into ours. */
struct merging {
    struct anchors *into;
    const struct identifier *scope;
    const struct anchor_log *theirs;
    bool has_good_signature; /* of their newest signed head */
    uint64_t lost_from;
};

/* A log that has all the alarms it may have is in alarm: that is enough. */
static enum result keep_alarm(struct merging *merging,
                              const struct anchor_log *ours,
                              const struct anchor_alarm *alarm)
{
    const enum result result =
        anchors_add_alarm(merging->into, merging->scope, alarm);

    return result == RESULT_FULL && ours->alarms_count == LIMIT_ANCHOR_ALARMS
               ? RESULT_OK
               : result;
}

static enum result add_alarms(struct merging *merging,
                              const struct anchor_log *ours,
                              bool *is_contradicting)
{
    struct anchor_alarm alarm = { .reason = { ANCHOR_ALARM_FORK } };
    struct anchor_position position;
    enum result result = RESULT_OK;
    size_t cursor = 0;

    while (!result &&
           anchor_log_next_position(merging->theirs, &cursor, &position)) {
        if (!is_contradiction(ours, merging->theirs, &position, &alarm))
            continue;
        *is_contradicting = true;
        if (!merging->has_good_signature)
            alarm.theirs = (struct anchor_side){ .head = position.head };
        result = keep_alarm(merging, ours, &alarm);
    }
    for (size_t i = 0; !result && i < merging->theirs->alarms_count; i++)
        result = keep_alarm(merging, ours, &merging->theirs->alarms[i]);
    return result;
}

static enum result add_checkpoints(struct merging *merging)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; !result && i < merging->theirs->checkpoints_count; i++) {
        struct anchor_checkpoint one = merging->theirs->checkpoints[i];

        if (one.upto >= merging->lost_from)
            one.standing = ANCHOR_LOST;
        else if (one.seq >= merging->lost_from && one.standing == ANCHOR_STANDS)
            one.standing = ANCHOR_EVENT_LOST;
        result = anchors_keep_checkpoint(merging->into, merging->scope, &one);
    }
    return result;
}

static enum result add_lost(struct merging *merging, uint64_t seq,
                            const struct anchor_side *side)
{
    const struct anchor_lost lost = { merging->lost_from, seq, *side };

    return anchors_keep_lost(merging->into, merging->scope, &lost);
}

static enum result add_signed(struct merging *merging)
{
    const struct anchor_signed *newest = &merging->theirs->newest;
    const struct anchor_side side = { newest->head, true, newest->by };

    if (!merging->has_good_signature)
        return RESULT_OK;
    if (newest->seq >= merging->lost_from)
        return add_lost(merging, newest->seq, &side);
    return anchors_note_signed(merging->into, merging->scope, newest);
}

static enum result add_last(struct merging *merging,
                            const struct anchor_log *ours)
{
    const struct anchor_position *last = &merging->theirs->last;
    const struct anchor_side side = { .head = last->head };

    if (!merging->theirs->has_last)
        return RESULT_OK;
    if (last->seq >= merging->lost_from)
        return add_lost(merging, last->seq, &side);
    if (ours->has_last && last->seq < ours->last.seq)
        return RESULT_OK;
    return anchors_note_last(merging->into, merging->scope, last->seq,
                             &last->head);
}

static enum result add_positions(struct merging *merging,
                                 const struct anchor_log *ours)
{
    const struct anchor_log *theirs = merging->theirs;
    enum result result = RESULT_OK;

    if (theirs->has_genesis)
        result = anchors_note_genesis(merging->into, merging->scope,
                                      &theirs->genesis);
    if (!result)
        result = add_checkpoints(merging);
    if (!result)
        result = add_signed(merging);
    if (!result)
        result = add_last(merging, ours);
    for (size_t i = 0; !result && i < theirs->lost_count; i++)
        result =
            anchors_keep_lost(merging->into, merging->scope, &theirs->lost[i]);
    return result;
}

static bool has_line(const struct anchor_unknown *lines, size_t count,
                     const struct anchor_unknown *line)
{
    for (size_t i = 0; i < count; i++)
        if (lines[i].size == line->size &&
            memcmp(lines[i].text, line->text, line->size) == 0)
            return true;
    return false;
}

/* `scope` is NULL for the lines that are of no log. */
static enum result add_unknown(struct anchors *into,
                               const struct identifier *scope,
                               const struct anchor_unknown *lines, size_t count)
{
    const struct anchor_log *log = scope ? anchors_find(into, scope) : NULL;
    enum result result = RESULT_OK;

    for (size_t i = 0; !result && i < count; i++) {
        const struct anchor_unknown *known = log ? log->unknown : into->unknown;
        const size_t known_count =
            log ? log->unknown_count : into->unknown_count;

        if (!has_line(known, known_count, &lines[i]))
            result = anchors_keep_unknown(
                into, scope,
                (struct text_view){ lines[i].text, lines[i].size });
    }
    return result;
}

/* RESULT_OK with the answer, or what kept the signature from being looked at.
 */
static enum result check_signature(struct merging *merging,
                                   struct anchor_merge *out)
{
    const struct anchor_signed *newest = &merging->theirs->newest;
    enum result result = RESULT_OK;

    if (!merging->theirs->has_signed)
        return RESULT_OK;
    result = anchor_signature_verify(merging->scope, newest->seq, &newest->head,
                                     &newest->by);
    merging->has_good_signature = result == RESULT_OK;
    if (result != RESULT_REFUSED)
        return result;
    out->refused_count++;
    return RESULT_OK;
}

static enum result merge_log(struct anchors *into,
                             const struct anchor_log *theirs,
                             struct anchor_merge *out)
{
    struct merging merging = { .into = into,
                               .scope = &theirs->scope,
                               .theirs = theirs };
    const struct anchor_log *ours = NULL;
    bool is_contradicting = false;
    enum result result = check_signature(&merging, out);

    if (!result)
        result = anchors_keep_log(into, merging.scope);
    if (result)
        return result;
    ours = anchors_find(into, merging.scope);
    merging.lost_from = lost_from(ours, theirs);
    result = add_alarms(&merging, ours, &is_contradicting);
    if (!result && !is_contradicting)
        result = add_positions(&merging, ours);
    for (size_t i = 0; !result && i < theirs->receipts_count; i++)
        result = anchors_add_receipt(into, merging.scope, &theirs->receipts[i]);
    if (!result)
        result = add_unknown(into, merging.scope, theirs->unknown,
                             theirs->unknown_count);
    out->log_count++;
    if (is_contradicting)
        out->contradicting_count++;
    return result;
}

enum result anchors_merge(struct anchors *into, const struct anchors *from,
                          struct anchor_merge *out)
{
    enum result result = RESULT_OK;

    *out = (struct anchor_merge){ .log_count = 0 };
    if (!identifier_equal(&into->organisation, &from->organisation))
        return RESULT_INVALID;
    out->has_other_server = into->has_server && from->has_server &&
                            !key_equal(&into->server, &from->server);
    for (size_t i = 0; !result && i < from->devices_count; i++)
        if (!anchors_device(into, &from->devices[i].key))
            result = anchors_note_device(into, &from->devices[i].key,
                                         from->devices[i].how);
    if (!result)
        result = add_unknown(into, NULL, from->unknown, from->unknown_count);
    for (size_t i = 0; !result && i < from->logs_count; i++)
        result = merge_log(into, from->logs[i], out);
    return result;
}
