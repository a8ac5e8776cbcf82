/* Meetings as the register calls them, and how they went. */
#include "protocol/meeting/register_state_internal.h"

#include "protocol/meeting/meeting_summons.h"
#include "protocol/meeting/register_state_index.h"

#include <stdlib.h>
#include <string.h>

/* What both the call and its change say; false if they contradict the log. */
static bool take_call(struct register_state *state,
                      struct register_meeting *meeting,
                      const struct register_meeting_scheduled *event,
                      uint64_t seq)
{
    if (!register_is_unit(state, &event->unit,
                          summons_unit_kind((enum meeting_kind)event->kind)) ||
        event->zone.size >= sizeof meeting->zone ||
        !register_find_member(state, &event->chair) ||
        !register_find_member(state, &event->minute_taker) ||
        (!identifier_is_empty(&event->deputy) &&
         !register_find_member(state, &event->deputy)))
        return false;
    /* Another kind of people: what it was part of is not so any more. */
    if (!identifier_equal(&meeting->unit, &event->unit))
        meeting->part_of = (struct identifier){ "" };
    meeting->unit = event->unit;
    meeting->kind = (enum meeting_kind)event->kind;
    meeting->starts_at_ms = event->starts_at;
    if (event->zone.size)
        memcpy(meeting->zone, event->zone.data, event->zone.size);
    meeting->zone[event->zone.size] = '\0';
    meeting->chair = event->chair;
    meeting->deputy = event->deputy;
    meeting->minute_taker = event->minute_taker;
    meeting->seq = seq;
    return true;
}

/* Takes the place of what was planned before. */
static enum result take_agenda(struct register_meeting *meeting,
                               const struct items *agenda)
{
    const struct agenda_item *rows = agenda->data;
    struct register_call_item *items = calloc(agenda->count + 1, sizeof *items);
    size_t i;

    if (!items)
        return RESULT_NO_MEMORY;
    for (i = 0; i < agenda->count; i++) {
        items[i].presenter = rows[i].presenter;
        items[i].planned_min = rows[i].planned_min;
        items[i].kind = (enum item_kind)rows[i].kind;
    }
    free(meeting->agenda);
    meeting->agenda = items;
    meeting->agenda_count = agenda->count;
    return RESULT_OK;
}

enum result register_apply_meeting_scheduled(struct register_state *state,
                                             const struct register_event *event)
{
    const struct register_meeting_scheduled *body =
        &event->body.meeting_scheduled;
    struct register_index *index = state->index;
    struct register_meeting *meetings;
    struct register_meeting meeting = { .id = body->meeting,
                                        .phase = CALL_SCHEDULED };
    enum result result;

    if (register_state_meeting(state, &body->meeting) ||
        identifier_equal(&body->meeting, &state->organisation) ||
        !take_call(state, &meeting, body, event->seq))
        return RESULT_CORRUPT;
    meetings = register_grow(state->meetings, &index->meeting_capacity,
                             state->meeting_count, sizeof *meetings);
    if (!meetings)
        return RESULT_NO_MEMORY;
    state->meetings = meetings;
    result = take_agenda(&meeting, &body->agenda);
    if (result)
        return result;
    meetings[state->meeting_count] = meeting;
    return register_slots_add(&index->meetings,
                              register_hash_id(&body->meeting),
                              state->meeting_count++);
}

/* It is a plenary, as every meeting is until somebody says otherwise. */
static void forget_groups(struct register_state *state,
                          struct register_meeting *meeting)
{
    for (size_t i = 0; i < state->meeting_count; i++)
        if (identifier_equal(&state->meetings[i].part_of, &meeting->id))
            state->meetings[i].part_of = (struct identifier){ "" };
    meeting->groups_year = 0;
    meeting->groups_members = 0;
    meeting->groups_before = 0;
}

enum result register_apply_meeting_changed(struct register_state *state,
                                           const struct register_event *event)
{
    const struct register_meeting_changed *body = &event->body.meeting_changed;
    struct register_meeting *meeting =
        register_find_meeting(state, &body->meeting, CALL_SCHEDULED);
    /* The same rows under another name. */
    const struct register_meeting_scheduled call = {
        .meeting = body->meeting,
        .unit = body->unit,
        .kind = body->kind,
        .starts_at = body->starts_at,
        .zone = body->zone,
        .chair = body->chair,
        .deputy = body->deputy,
        .minute_taker = body->minute_taker,
        .agenda = body->agenda,
    };

    if (!meeting || !take_call(state, meeting, &call, event->seq))
        return RESULT_CORRUPT;
    forget_groups(state, meeting);
    return take_agenda(meeting, &body->agenda);
}

/* The cell's meeting has not begun; its parts are meetings of its groups, each
 * of another group, and of no other meeting of the cell. */
enum result register_apply_held_by_groups(struct register_state *state,
                                          const struct register_event *event)
{
    const struct register_held_by_groups *body = &event->body.held_by_groups;
    const struct group_call *rows = body->groups.data;
    struct register_meeting *meeting =
        register_find_meeting(state, &body->meeting, CALL_SCHEDULED);

    if (!meeting || !register_is_unit(state, &meeting->unit, UNIT_CELL) ||
        (body->groups.count > 0) != (body->year > 0))
        return RESULT_CORRUPT;
    forget_groups(state, meeting);
    for (size_t i = 0; i < body->groups.count; i++) {
        const struct register_meeting *known =
            register_state_meeting(state, &rows[i].meeting);
        const struct register_unit *group =
            register_find_unit(state, &rows[i].group);
        struct register_meeting *part =
            known ? &state->meetings[known - state->meetings] : NULL;

        if (!part || !group || group->kind != UNIT_PARTY_GROUP ||
            part->phase == CALL_CANCELLED ||
            !identifier_equal(&part->unit, &rows[i].group) ||
            !identifier_equal(&group->parent, &meeting->unit) ||
            !identifier_is_empty(&part->part_of))
            return RESULT_CORRUPT;
        part->part_of = meeting->id;
    }
    meeting->groups_year = body->year;
    meeting->groups_members = body->members;
    meeting->groups_before = body->before;
    return RESULT_OK;
}

enum result register_apply_meeting_cancelled(struct register_state *state,
                                             const struct register_event *event)
{
    const struct register_meeting_cancelled *body =
        &event->body.meeting_cancelled;
    struct register_meeting *meeting =
        register_find_meeting(state, &body->meeting, CALL_SCHEDULED);

    if (!meeting)
        return RESULT_CORRUPT;
    meeting->phase = CALL_CANCELLED;
    forget_groups(state, meeting);
    return RESULT_OK;
}

enum result register_apply_meeting_began(struct register_state *state,
                                         const struct register_event *event)
{
    const struct register_meeting_began *body = &event->body.meeting_began;
    struct register_meeting *meeting =
        register_find_meeting(state, &body->meeting, CALL_SCHEDULED);

    if (!meeting)
        return RESULT_CORRUPT;
    meeting->phase = CALL_BEGUN;
    return RESULT_OK;
}

enum result register_apply_meeting_ended(struct register_state *state,
                                         const struct register_event *event)
{
    const struct register_meeting_ended *body = &event->body.meeting_ended;
    struct register_meeting *meeting =
        register_find_meeting(state, &body->meeting, CALL_BEGUN);
    struct register_unit *unit;

    if (!meeting)
        return RESULT_CORRUPT;
    unit = register_find_unit(state, &meeting->unit);
    if (unit)
        unit->has_met = true;
    meeting->phase = CALL_ENDED;
    meeting->final_head = body->head;
    meeting->final_seq = body->final_seq;
    state->last_ended = body->meeting;
    state->last_ended_head = body->head;
    return RESULT_OK;
}
