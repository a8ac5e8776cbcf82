/* Of each agenda item how it was planned; documents, comments and tasks. */
#include "protocol/document/minutes_parts.h"

/* --- items --------------------------------------------------------------- */

static void tell_plan(struct minutes_writing *writing,
                      const struct minutes_facts *facts,
                      const struct meeting_item *item)
{
    if (!identifier_is_empty(&item->from))
        minutes_say(writing, PHRASE_ITEM_CARRIED);
    if (!identifier_is_empty(&item->presenter))
        minutes_say(writing, PHRASE_ITEM_PRESENTER,
                    minutes_comrade(writing, facts, &item->presenter).text);
    if (item->planned_min > 0)
        minutes_say(writing,
                    item->has_overrun ? PHRASE_ITEM_OVERRAN
                                      : PHRASE_ITEM_PLANNED,
                    (unsigned long long)item->planned_min);
}

void minutes_tell_item(struct minutes_writing *writing,
                       const struct minutes_facts *facts,
                       unsigned long long number, size_t i)
{
    const struct meeting_item *item = &facts->state->items[i];
    const char *title = facts->items[i];
    struct minutes_short start = minutes_clock(writing, item->started_ms);

    switch (item->phase) {
    case ITEM_WAITING:
        minutes_say(writing, PHRASE_ITEM_WAITING, number, title);
        break;
    case ITEM_STARTED:
        minutes_say(writing, PHRASE_ITEM_RUNNING, number, title, start.text);
        break;
    case ITEM_ENDED:
        minutes_say(writing, PHRASE_ITEM, number, title, start.text,
                    minutes_clock(writing, item->ended_ms).text);
        break;
    case ITEM_DROPPED:
        minutes_say(writing, PHRASE_ITEM_DROPPED, number, title,
                    minutes_clock(writing, item->ended_ms).text);
        break;
    }
    tell_plan(writing, facts, item);
}

/* --- documents and comments ---------------------------------------------- */

void minutes_tell_document(struct minutes_writing *writing,
                           const struct minutes_facts *facts,
                           const struct event_document_attached *body,
                           const char *name)
{
    const struct meeting_document *document =
        meeting_state_document(facts->state, &body->document);

    if (!document || document->is_withdrawn)
        return;
    if (document->reader_count > 0)
        minutes_say(writing, PHRASE_DOCUMENT_READ, name,
                    (unsigned long long)document->reader_count);
    else
        minutes_say(writing, PHRASE_DOCUMENT, name);
}

void minutes_tell_shown(struct minutes_writing *writing,
                        const struct minutes_facts *facts,
                        const struct meeting_event *event)
{
    const struct event_document_shown *body = &event->body.document_shown;
    const struct meeting_document *document =
        meeting_state_document(facts->state, &body->document);

    if (document)
        minutes_say(writing, PHRASE_DOCUMENT_SHOWN,
                    minutes_comrade_first(writing, facts, &body->member).text,
                    minutes_clock(writing, event->at_ms).text,
                    minutes_opening(writing, document->seq, "name"));
}

void minutes_tell_comment(struct minutes_writing *writing,
                          const struct minutes_facts *facts,
                          const struct meeting_event *event)
{
    minutes_say(
        writing, PHRASE_COMMENT,
        minutes_comrade_first(writing, facts, &event->body.commented.member)
            .text,
        minutes_clock(writing, event->at_ms).text,
        minutes_opening(writing, event->seq, "text"));
}

/* --- tasks --------------------------------------------------------------- */

static enum minutes_phrase result_phrase(enum task_result result)
{
    switch (result) {
    case TASK_DONE:
        return PHRASE_TASK_DONE;
    case TASK_PARTLY:
        return PHRASE_TASK_PARTLY;
    case TASK_NOT_DONE:
        return PHRASE_TASK_NOT_DONE;
    case TASK_DROPPED:
        return PHRASE_TASK_DROPPED;
    case TASK_OPEN:
    case task_result_none_:
    case task_result_count_:
        break;
    }
    return PHRASE_TASK_OPEN;
}

const char *minutes_task_text(const struct minutes_writing *writing,
                              const struct meeting_task *task)
{
    char field[AGENDA_FIELD_SIZE];

    switch (task->ground) {
    case TASK_POSTING:
        return minutes_phrase(writing, PHRASE_TASK_POSTING);
    case TASK_RECOGNITION:
        return minutes_phrase(writing, PHRASE_TASK_RECOGNITION);
    case TASK_ASSIGNED:
    case task_ground_none_:
    case task_ground_count_:
        break;
    }
    meeting_task_text_field(task, field);
    return minutes_opening(writing, task->seq, field);
}

const char *minutes_task_result(const struct minutes_writing *writing,
                                const struct meeting_task *task)
{
    return minutes_phrase(writing, result_phrase(task->result));
}

static void tell_task(struct minutes_writing *writing,
                      const struct minutes_facts *facts,
                      const struct meeting_task *task)
{
    const char *result = minutes_task_result(writing, task);
    struct minutes_short who = { "" };
    struct minutes_short due = { "" };

    if (!identifier_is_empty(&task->member))
        who = minutes_fill(writing, PHRASE_TASK_WHO,
                           minutes_comrade(writing, facts, &task->member).text);
    if (task->due_ms != 0)
        due = minutes_fill(writing, PHRASE_TASK_DUE,
                           minutes_clock(writing, task->due_ms).text);
    minutes_say(writing, PHRASE_TASK, minutes_task_text(writing, task),
                who.text, due.text, result);
    if (task->result_seq != 0)
        minutes_say(
            writing, PHRASE_TASK_REPORT,
            minutes_comrade_first(writing, facts, &task->reported_by).text,
            minutes_opening(writing, task->result_seq, "text"));
}

static bool is_carried(const struct meeting_task *task)
{
    return !identifier_is_empty(&task->from);
}

static void tell_tasks(struct minutes_writing *writing,
                       const struct minutes_facts *facts, bool carried,
                       enum minutes_phrase heading)
{
    const struct meeting_agenda *agenda = &facts->state->agenda;
    bool has_heading = false;
    size_t i;

    for (i = 0; i < agenda->task_count; i++) {
        if (is_carried(&agenda->tasks[i]) != carried)
            continue;
        if (!has_heading) {
            minutes_say(writing, PHRASE_BLANK);
            minutes_say(writing, heading);
            has_heading = true;
        }
        tell_task(writing, facts, &agenda->tasks[i]);
    }
}

void minutes_tell_tasks(struct minutes_writing *writing,
                        const struct minutes_facts *facts)
{
    tell_tasks(writing, facts, true, PHRASE_TASKS_CARRIED);
    tell_tasks(writing, facts, false, PHRASE_TASKS_SET);
}
