/* What a meeting takes over from the one of the same unit before it: business
 * that was not dealt with, tasks that are not done, and the last numbers of
 * papers, which begin anew after a congress, with the term. */
#include "server/room/room_types.h"

#include "server/platform/log.h"

#include <stdlib.h>

/* What its event borrows from. */
struct carried {
    struct carried_item *items;
    struct carried_task *tasks;
    struct event_carried_over body;
};

static struct sealed text_of(const struct room *room, uint64_t seq,
                             const char *field)
{
    const struct room_opening *opening = room_find_opening(room, seq, field);

    return (struct sealed){ .value =
                                text_view_of(opening ? opening->value : ""),
                            .has_value = true };
}

/* --- collecting ---------------------------------------------------------- */

static void take_items(const struct room *room, const struct room *previous,
                       struct carried *out)
{
    const struct meeting_state *before = previous->committed_meeting;
    size_t i;

    for (i = 0; i < before->item_count; i++) {
        const struct meeting_item *item = &before->items[i];
        struct carried_item *row = &out->items[out->body.items.count];
        char field[AGENDA_FIELD_SIZE];

        if (item->phase != ITEM_WAITING || item->kind == ITEM_KIND_ROUTINE)
            continue;
        meeting_item_title_field(item, field);
        identifier_number(&row->item, "p", ++out->body.items.count);
        row->from = item->id;
        row->title = text_of(previous, item->seq, field);
        row->planned_min = item->planned_min;
        if (meeting_state_person(room->head_meeting, &item->presenter))
            row->presenter = item->presenter;
    }
    out->body.items.data = out->items;
}

static void take_tasks(const struct room *room, const struct room *previous,
                       struct carried *out)
{
    const struct meeting_agenda *before = &previous->committed_meeting->agenda;
    uint64_t number = room->head_meeting->agenda.task_count;
    size_t i;

    for (i = 0; i < before->task_count; i++) {
        const struct meeting_task *task = &before->tasks[i];
        struct carried_task *row = &out->tasks[out->body.tasks.count];
        char field[AGENDA_FIELD_SIZE];

        if (meeting_task_is_over(task))
            continue;
        meeting_task_text_field(task, field);
        identifier_number(&row->task, "t", ++number);
        row->from = task->id;
        row->member = task->member;
        row->due_ms = (uint64_t)task->due_ms;
        row->ground = (int)task->ground;
        row->result = (int)task->result;
        row->text = text_of(previous, task->seq, field);
        out->body.tasks.count++;
    }
    out->body.tasks.data = out->tasks;
}

static void take_numbers(const struct room *previous, struct carried *out)
{
    const struct meeting_state *before = previous->committed_meeting;
    const struct meeting_minutes *minutes = &before->minutes;

    if (before->kind == KIND_CONGRESS)
        return;
    out->body.last_minutes =
        meeting_minutes_series_end(minutes, SERIES_MINUTES);
    out->body.last_resolution =
        meeting_minutes_series_end(minutes, SERIES_RESOLUTION);
    out->body.last_notice = meeting_minutes_series_end(minutes, SERIES_NOTICE);
}

static bool is_empty(const struct event_carried_over *body)
{
    return body->items.count + body->tasks.count + body->last_minutes +
               body->last_resolution + body->last_notice ==
           0;
}

static void carry(struct room *room, const struct room *previous)
{
    const struct meeting_state *before = previous->committed_meeting;
    struct meeting_event event = { .kind = EVENT_CARRIED_OVER_KIND };
    struct meeting_report report = { .kind = REPORT_CARRIED, .event = &event };
    struct carried carried = { .items = NULL };

    room->carry_from = (struct identifier){ "" };
    if (!before || before->phase != MEETING_CLOSED)
        return;
    carried.items = calloc(before->item_count + 1, sizeof *carried.items);
    carried.tasks =
        calloc(before->agenda.task_count + 1, sizeof *carried.tasks);
    if (carried.items && carried.tasks) {
        carried.body.meeting = previous->id;
        take_items(room, previous, &carried);
        take_tasks(room, previous, &carried);
        take_numbers(previous, &carried);
        event.body.carried_over = carried.body;
        if (!is_empty(&carried.body))
            (void)meeting_room_report(room, &report); /* a failure reloads */
    } else {
        log_error("room %s: nothing is carried over: out of memory",
                  room->id.text);
    }
    free(carried.items);
    free(carried.tasks);
}

/* --- which meeting ------------------------------------------------------- */

/* The register knows of an end when it is confirmed, which may be a while after
 * it: what was left is the same by then. */
static bool has_ended(const struct hub *hub,
                      const struct register_meeting *meeting)
{
    const struct room *room =
        meeting->phase == CALL_BEGUN ? hub_find_room(hub, &meeting->id) : NULL;

    return meeting->phase == CALL_ENDED ||
           (room && room->phase == ROOM_READY && room->committed_meeting &&
            room->committed_meeting->phase == MEETING_CLOSED);
}

/* The one that began last, of the same unit; a committee's follows a
 * committee's. */
static const struct register_meeting *find_previous(const struct room *room)
{
    const struct register_state *state =
        room->hub->register_room->committed_register;
    const bool is_committee = room->head_meeting->kind == KIND_COMMITTEE;
    const struct register_meeting *found = NULL;
    size_t i;

    for (i = 0; i < state->meeting_count; i++) {
        const struct register_meeting *meeting = &state->meetings[i];

        if (has_ended(room->hub, meeting) &&
            identifier_equal(&meeting->unit, &room->head_meeting->unit) &&
            !identifier_equal(&meeting->id, &room->id) &&
            (meeting->kind == KIND_COMMITTEE) == is_committee &&
            (!found || meeting->starts_at_ms >= found->starts_at_ms))
            found = meeting;
    }
    return found;
}

void room_carry_begin(struct room *room)
{
    const struct ruleset *rules = room_rules(room);
    const struct register_meeting *call;

    if (!ruleset_has(rules, RULESET_AGENDA) || !rules->agenda.carries_over ||
        room->head_meeting->phase == MEETING_CLOSED ||
        !identifier_is_empty(&room->head_meeting->agenda.previous))
        return;
    call = find_previous(room);
    if (call)
        room->carry_from = call->id;
}

void room_carry_act(struct room *room)
{
    struct room *previous;

    if (identifier_is_empty(&room->carry_from) || room->phase != ROOM_READY)
        return;
    previous = hub_room(room->hub, &room->carry_from);
    if (previous && previous->phase == ROOM_READY)
        carry(room, previous);
}
