/* The agenda: items and their order, documents, comments, tasks. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MS_PER_MINUTE = 60000 };

const struct meeting_item *meeting_state_item(const struct meeting_state *state,
                                              const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->item_count; i++) {
        if (identifier_equal(&state->items[i].id, id))
            return &state->items[i];
    }
    return NULL;
}

struct meeting_item *state_item(struct meeting_state *state,
                                const struct identifier *id)
{
    const struct meeting_item *item = meeting_state_item(state, id);

    return item ? &state->items[item - state->items] : NULL;
}

const struct meeting_item *
meeting_state_started_item(const struct meeting_state *state)
{
    size_t i;

    for (i = 0; i < state->item_count; i++) {
        if (state->items[i].phase == ITEM_STARTED)
            return &state->items[i];
    }
    return NULL;
}

enum result state_apply_item_started(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    struct meeting_item *item =
        state_item(state, &event->body.item_started.item);

    if (!item || item->phase != ITEM_WAITING ||
        meeting_state_started_item(state))
        return RESULT_CORRUPT;
    item->phase = ITEM_STARTED;
    item->started_ms = event->at_ms;
    return RESULT_OK;
}

enum result state_apply_item_ended(struct meeting_state *state,
                                   const struct meeting_event *event)
{
    struct meeting_item *item = state_item(state, &event->body.item_ended.item);

    if (!item || item->phase != ITEM_STARTED)
        return RESULT_CORRUPT;
    item->phase = ITEM_ENDED;
    item->ended_ms = event->at_ms;
    return RESULT_OK;
}

/* --- before the lobby ---------------------------------------------------- */

enum result state_apply_prepared(struct meeting_state *state,
                                 const struct meeting_event *event)
{
    (void)event;
    if (state->agenda.is_prepared)
        return RESULT_CORRUPT;
    state->agenda.is_prepared = true;
    return RESULT_OK;
}

bool meeting_state_reads_ahead(const struct meeting_state *state,
                               const struct identifier *id)
{
    const struct meeting_person *person = meeting_state_person(state, id);

    return state->phase == MEETING_SCHEDULED && state->agenda.is_prepared &&
           person && person->category != CATEGORY_GUEST &&
           category_may_attend(person->category) &&
           person->holder.admission != ADMISSION_REFUSED;
}

/* Names something that has to be there, or nothing. */
static bool is_item_or_none(const struct meeting_state *state,
                            const struct identifier *id)
{
    return identifier_is_empty(id) || meeting_state_item(state, id);
}

static bool is_person_or_none(const struct meeting_state *state,
                              const struct identifier *id)
{
    return identifier_is_empty(id) || meeting_state_person(state, id);
}

/* One vote is for one change, and not for another than it names (item "": a new
 * one, which no vote can name); whether it decides on the agenda, and passed,
 * is asked with the ruleset: agenda_check.h. */
static enum result spend_if_named(struct meeting_state *state,
                                  const struct identifier *id,
                                  const struct identifier *item)
{
    const struct meeting_vote *vote = meeting_state_vote(state, id);

    if (identifier_is_empty(id))
        return RESULT_OK;
    if (!vote || (!identifier_is_empty(&vote->target) &&
                  !identifier_equal(&vote->target, item)))
        return RESULT_CORRUPT;
    return state_spend_vote(state, id);
}

static enum result add_item(struct meeting_state *state,
                            const struct meeting_item *item)
{
    void *grown;

    if (meeting_state_item(state, &item->id))
        return RESULT_CORRUPT;
    grown = state_grow(state->items, state->item_count, sizeof *state->items);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->items = grown;
    state->items[state->item_count++] = *item;
    return RESULT_OK;
}

enum result state_apply_item_added(struct meeting_state *state,
                                   const struct meeting_event *event)
{
    const struct identifier nothing = { "" };
    const struct event_item_added *body = &event->body.item_added;
    const struct meeting_item item = { .id = body->item,
                                       .phase = ITEM_WAITING,
                                       .presenter = body->presenter,
                                       .planned_min = body->planned_min,
                                       .seq = event->seq };

    if (!is_person_or_none(state, &body->presenter) ||
        spend_if_named(state, &body->vote, &nothing) != RESULT_OK)
        return RESULT_CORRUPT;
    return add_item(state, &item);
}

enum result state_apply_item_planned(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_item_planned *body = &event->body.item_planned;
    struct meeting_item *item = state_item(state, &body->item);

    if (!item || (item->phase != ITEM_WAITING && item->phase != ITEM_STARTED) ||
        !is_person_or_none(state, &body->presenter))
        return RESULT_CORRUPT;
    item->presenter = body->presenter;
    item->planned_min = body->planned_min;
    item->is_warned = false;
    item->has_overrun = false;
    return RESULT_OK;
}

/* Takes the item out, and puts it in again before another or at the end. */
enum result state_apply_item_moved(struct meeting_state *state,
                                   const struct meeting_event *event)
{
    const struct event_item_moved *body = &event->body.item_moved;
    const struct meeting_item *item = state_item(state, &body->item);
    struct meeting_item moved;
    size_t from, to;

    if (!item || item->phase != ITEM_WAITING ||
        identifier_equal(&body->item, &body->before) ||
        !is_item_or_none(state, &body->before) ||
        spend_if_named(state, &body->vote, &body->item) != RESULT_OK)
        return RESULT_CORRUPT;
    moved = *item;
    from = (size_t)(item - state->items);
    memmove(&state->items[from], &state->items[from + 1],
            (state->item_count - from - 1) * sizeof *state->items);
    for (to = 0; to < state->item_count - 1; to++)
        if (identifier_equal(&state->items[to].id, &body->before))
            break;
    memmove(&state->items[to + 1], &state->items[to],
            (state->item_count - to - 1) * sizeof *state->items);
    state->items[to] = moved;
    return RESULT_OK;
}

enum result state_apply_item_dropped(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    struct meeting_item *item =
        state_item(state, &event->body.item_dropped.item);

    if (!item || item->phase != ITEM_WAITING ||
        spend_if_named(state, &event->body.item_dropped.vote, &item->id) !=
            RESULT_OK)
        return RESULT_CORRUPT;
    item->phase = ITEM_DROPPED;
    item->ended_ms = event->at_ms;
    return RESULT_OK;
}

int64_t meeting_state_item_over_ms(const struct meeting_state *state)
{
    const struct meeting_item *item = meeting_state_started_item(state);

    if (!item || item->planned_min == 0 || item->has_overrun)
        return INT64_MAX;
    return item->started_ms + (int64_t)item->planned_min * MS_PER_MINUTE;
}

enum result state_apply_item_warned(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    struct meeting_item *item =
        state_item(state, &event->body.item_warned.item);

    if (!item || item->phase != ITEM_STARTED || item->planned_min == 0 ||
        item->is_warned || event->at_ms >= meeting_state_item_over_ms(state))
        return RESULT_CORRUPT;
    item->is_warned = true;
    return RESULT_OK;
}

enum result state_apply_item_overran(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_item_overran *body = &event->body.item_overran;
    struct meeting_item *item = state_item(state, &body->item);

    if (!item || item->phase != ITEM_STARTED ||
        item->planned_min != body->planned_min ||
        event->at_ms < meeting_state_item_over_ms(state))
        return RESULT_CORRUPT;
    item->has_overrun = true;
    return RESULT_OK;
}

/* --- documents ----------------------------------------------------------- */

const struct meeting_document *
meeting_state_document(const struct meeting_state *state,
                       const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->agenda.document_count; i++) {
        if (identifier_equal(&state->agenda.documents[i].id, id))
            return &state->agenda.documents[i];
    }
    return NULL;
}

static struct meeting_document *document_of(struct meeting_state *state,
                                            const struct identifier *id)
{
    const struct meeting_document *document = meeting_state_document(state, id);

    return document
               ? &state->agenda.documents[document - state->agenda.documents]
               : NULL;
}

bool meeting_state_has_read(const struct meeting_state *state,
                            const struct meeting_document *document,
                            const struct identifier *member)
{
    const size_t at = identifier_index_find(&state->person_index, member);

    return at < LIMIT_ROSTER &&
           (document->readers.bits[at / 8] >> at % 8 & 1U) != 0;
}

enum result state_apply_document_attached(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_document_attached *body = &event->body.document_attached;
    struct meeting_agenda *agenda = &state->agenda;
    void *grown;

    if (meeting_state_document(state, &body->document) ||
        !is_item_or_none(state, &body->item))
        return RESULT_CORRUPT;
    grown = state_grow(agenda->documents, agenda->document_count,
                       sizeof *agenda->documents);
    if (!grown)
        return RESULT_NO_MEMORY;
    agenda->documents = grown;
    agenda->documents[agenda->document_count++] =
        (struct meeting_document){ .id = body->document,
                                   .item = body->item,
                                   .blob = body->blob,
                                   .size = body->size,
                                   .type = (enum document_type)body->type,
                                   .seq = event->seq,
                                   .at_ms = event->at_ms };
    return RESULT_OK;
}

enum result state_apply_document_withdrawn(struct meeting_state *state,
                                           const struct meeting_event *event)
{
    struct meeting_document *document =
        document_of(state, &event->body.document_withdrawn.document);

    if (!document || document->is_withdrawn)
        return RESULT_CORRUPT;
    document->is_withdrawn = true;
    return RESULT_OK;
}

enum result state_apply_document_read(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_document_read *body = &event->body.document_read;
    struct meeting_document *document = document_of(state, &body->document);
    const size_t at =
        identifier_index_find(&state->person_index, &body->member);

    if (!document || document->is_withdrawn || at >= LIMIT_ROSTER ||
        meeting_state_has_read(state, document, &body->member))
        return RESULT_CORRUPT;
    document->readers.bits[at / 8] |= (uint8_t)(1U << at % 8);
    document->reader_count++;
    return RESULT_OK;
}

enum result state_apply_document_shown(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_document_shown *body = &event->body.document_shown;
    const struct meeting_document *document =
        meeting_state_document(state, &body->document);

    return state_fits(document && !document->is_withdrawn &&
                      meeting_state_person(state, &body->member));
}

/* --- comments ------------------------------------------------------------ */

enum result state_apply_commented(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    const struct event_commented *body = &event->body.commented;
    struct meeting_agenda *agenda = &state->agenda;
    void *grown;

    if (!meeting_state_person(state, &body->member) ||
        !is_item_or_none(state, &body->item) ||
        (!identifier_is_empty(&body->document) &&
         !meeting_state_document(state, &body->document)))
        return RESULT_CORRUPT;
    grown = state_grow(agenda->comments, agenda->comment_count,
                       sizeof *agenda->comments);
    if (!grown)
        return RESULT_NO_MEMORY;
    agenda->comments = grown;
    agenda->comments[agenda->comment_count++] =
        (struct meeting_comment){ .id = body->comment,
                                  .member = body->member,
                                  .item = body->item,
                                  .document = body->document,
                                  .seq = event->seq,
                                  .at_ms = event->at_ms };
    return RESULT_OK;
}

/* --- tasks --------------------------------------------------------------- */

const struct meeting_task *meeting_state_task(const struct meeting_state *state,
                                              const struct identifier *id)
{
    size_t i;

    for (i = 0; i < state->agenda.task_count; i++) {
        if (identifier_equal(&state->agenda.tasks[i].id, id))
            return &state->agenda.tasks[i];
    }
    return NULL;
}

void meeting_item_title_field(const struct meeting_item *item,
                              char out[AGENDA_FIELD_SIZE])
{
    if (!identifier_is_empty(&item->from))
        (void)snprintf(out, AGENDA_FIELD_SIZE, "items.%zu.title",
                       item->position);
    else if (item->seq == 0)
        (void)snprintf(out, AGENDA_FIELD_SIZE, "agenda.%zu.title",
                       item->position);
    else
        (void)snprintf(out, AGENDA_FIELD_SIZE, "title");
}

void meeting_task_text_field(const struct meeting_task *task,
                             char out[AGENDA_FIELD_SIZE])
{
    if (!identifier_is_empty(&task->from))
        (void)snprintf(out, AGENDA_FIELD_SIZE, "tasks.%zu.text",
                       task->position);
    else
        (void)snprintf(out, AGENDA_FIELD_SIZE, "text");
}

bool meeting_task_is_over(const struct meeting_task *task)
{
    return task->result == TASK_DONE || task->result == TASK_DROPPED;
}

static enum result add_task(struct meeting_state *state,
                            const struct meeting_task *task)
{
    struct meeting_agenda *agenda = &state->agenda;
    void *grown;

    if (meeting_state_task(state, &task->id))
        return RESULT_CORRUPT;
    grown =
        state_grow(agenda->tasks, agenda->task_count, sizeof *agenda->tasks);
    if (!grown)
        return RESULT_NO_MEMORY;
    agenda->tasks = grown;
    agenda->tasks[agenda->task_count++] = *task;
    return RESULT_OK;
}

enum result state_apply_task_set(struct meeting_state *state,
                                 const struct meeting_event *event)
{
    const struct event_task_set *body = &event->body.task_set;
    const struct meeting_task task = { .id = body->task,
                                       .item = body->item,
                                       .member = body->member,
                                       .due_ms = (int64_t)body->due_ms,
                                       .ground = (enum task_ground)body->ground,
                                       .result = TASK_OPEN,
                                       .seq = event->seq };

    if (!is_item_or_none(state, &body->item) ||
        !is_person_or_none(state, &body->member))
        return RESULT_CORRUPT;
    return add_task(state, &task);
}

enum result state_apply_task_reported(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_task_reported *body = &event->body.task_reported;
    const struct meeting_task *known = meeting_state_task(state, &body->task);
    struct meeting_task *task;

    if (!known || body->result == TASK_OPEN ||
        !meeting_state_person(state, &body->by))
        return RESULT_CORRUPT;
    task = &state->agenda.tasks[known - state->agenda.tasks];
    task->result = (enum task_result)body->result;
    task->result_seq = event->seq;
    task->result_ms = event->at_ms;
    task->reported_by = body->by;
    task->reports++;
    return RESULT_OK;
}

/* --- from the meeting before --------------------------------------------- */

static enum result carry_items(struct meeting_state *state,
                               const struct items *items, uint64_t seq)
{
    const struct carried_item *row = items->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < items->count && !result; i++) {
        const struct meeting_item item = { .id = row[i].item,
                                           .phase = ITEM_WAITING,
                                           .presenter = row[i].presenter,
                                           .planned_min = row[i].planned_min,
                                           .from = row[i].from,
                                           .seq = seq,
                                           .position = i };

        result = is_person_or_none(state, &item.presenter)
                     ? add_item(state, &item)
                     : RESULT_CORRUPT;
    }
    return result;
}

/* A member who has left the unit since is named all the same. */
static enum result carry_tasks(struct meeting_state *state,
                               const struct items *tasks, uint64_t seq)
{
    const struct carried_task *row = tasks->data;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < tasks->count && !result; i++) {
        const struct meeting_task task = {
            .id = row[i].task,
            .member = row[i].member,
            .from = row[i].from,
            .due_ms = (int64_t)row[i].due_ms,
            .ground = (enum task_ground)row[i].ground,
            .result = (enum task_result)row[i].result,
            .seq = seq,
            .position = i,
        };

        result = meeting_task_is_over(&task) ? RESULT_CORRUPT
                                             : add_task(state, &task);
    }
    return result;
}

enum result state_apply_carried_over(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_carried_over *body = &event->body.carried_over;
    enum result result;

    if (!identifier_is_empty(&state->agenda.previous))
        return RESULT_CORRUPT;
    state->agenda.previous = body->meeting;
    state->minutes.numbers_before[SERIES_MINUTES] = body->last_minutes;
    state->minutes.numbers_before[SERIES_RESOLUTION] = body->last_resolution;
    state->minutes.numbers_before[SERIES_NOTICE] = body->last_notice;
    result = carry_items(state, &body->items, event->seq);
    return result ? result : carry_tasks(state, &body->tasks, event->seq);
}

void state_release_agenda(struct meeting_state *state)
{
    free(state->agenda.documents);
    free(state->agenda.comments);
    free(state->agenda.tasks);
}
