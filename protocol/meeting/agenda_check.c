#include "protocol/meeting/agenda_check.h"

enum { BYTES_PER_KIB = 1024, MINUTE_MS = 60000, DAY_MS = 24 * 60 * MINUTE_MS };

/* What was decided before the newest vote is carried out, or was decided
 * otherwise since. */
static bool is_newest_passed(const struct meeting_state *state,
                             const struct identifier *id,
                             const struct identifier *item)
{
    const struct meeting_vote *newest =
        state->vote_count > 0 ? &state->votes[state->vote_count - 1] : NULL;

    return newest && identifier_equal(&newest->id, id) &&
           newest->phase == VOTE_CLOSED && newest->is_passed &&
           !newest->is_spent && newest->matter == MATTER_AGENDA &&
           identifier_equal(&newest->target, item);
}

bool agenda_may_change(const struct meeting_state *state,
                       const struct ruleset *rules, enum agenda_decider decider,
                       const struct identifier *vote,
                       const struct identifier *item)
{
    const bool is_chairs = state->opened_ms == 0 ||
                           !ruleset_has(rules, RULESET_AGENDA) ||
                           decider != AGENDA_BY_VOTE;

    return (identifier_is_empty(vote) && is_chairs) ||
           is_newest_passed(state, vote, item);
}

enum agenda_file agenda_takes_file(const struct ruleset *rules, int type,
                                   uint64_t size)
{
    if (!ruleset_has(rules, RULESET_AGENDA))
        return AGENDA_FILE_TAKEN;
    if (!rule_set_has(rules->agenda.types, type))
        return AGENDA_FILE_TYPE;
    return size > rules->agenda.document_kib_max * BYTES_PER_KIB
               ? AGENDA_FILE_SIZE
               : AGENDA_FILE_TAKEN;
}

/* A decision is made a moment before its event gets its time. */
static bool is_posting_due(const struct ruleset *rules,
                           const struct meeting_event *event)
{
    const struct event_task_set *task = &event->body.task_set;
    const uint64_t due_ms =
        (uint64_t)event->at_ms + rules->deadlines.posting_days * DAY_MS;

    return task->due_ms <= due_ms && due_ms - task->due_ms <= MINUTE_MS;
}

/* What the ruleset sets; a recognition that passed has no day it is due. */
static bool is_task_due(const struct ruleset *rules,
                        const struct meeting_event *event)
{
    const struct event_task_set *task = &event->body.task_set;

    if (task->ground == TASK_ASSIGNED)
        return true;
    if (!ruleset_has(rules, RULESET_DEADLINES))
        return false;
    return task->ground == TASK_POSTING ? is_posting_due(rules, event)
                                        : task->due_ms == 0;
}

bool agenda_is_right(const struct ruleset *rules,
                     const struct meeting_state *before,
                     const struct meeting_event *event)
{
    const struct event_document_attached *file = &event->body.document_attached;
    const struct identifier nothing = { "" };

    switch ((int)event->kind) {
    case EVENT_ITEM_ADDED_KIND:
        return agenda_may_change(before, rules, rules->agenda.add,
                                 &event->body.item_added.vote, &nothing);
    case EVENT_ITEM_DROPPED_KIND:
        return agenda_may_change(before, rules, rules->agenda.add,
                                 &event->body.item_dropped.vote,
                                 &event->body.item_dropped.item);
    case EVENT_ITEM_MOVED_KIND:
        return agenda_may_change(before, rules, rules->agenda.order,
                                 &event->body.item_moved.vote,
                                 &event->body.item_moved.item);
    case EVENT_DOCUMENT_ATTACHED_KIND:
        return agenda_takes_file(rules, file->type, file->size) ==
               AGENDA_FILE_TAKEN;
    case EVENT_TASK_SET_KIND:
        return is_task_due(rules, event);
    default:
        return true;
    }
}
