/* Which meetings are called, and when they began and ended. */
#include "server/domain/register_rules_internal.h"

#include "protocol/meeting/meeting_recognition.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1970-01-01 and 2100-01-01, UTC. */
static const int64_t starts_first_ms = 0;
static const int64_t starts_end_ms = 4102444800000;

static bool is_zone_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '/' ||
           c == '-';
}

/* Looks like a name of the IANA time zone database. */
static bool is_zone(struct text_view zone)
{
    if (zone.size == 0 || zone.size > 64)
        return false;
    for (size_t i = 0; i < zone.size; i++)
        if (!is_zone_character(zone.data[i]))
            return false;
    return true;
}

static bool check_time(const struct register_case *c, int64_t starts_at,
                       struct text_view zone)
{
    if (starts_at < starts_first_ms || starts_at >= starts_end_ms)
        register_refuse_field(c->out, "starts_at", "is not in 1970 to 2100");
    else if (!is_zone(zone))
        register_refuse_field(c->out, "zone", "is not a time zone's name");
    else
        return true;
    return false;
}

/* A member of the cell who may take a duty, and who is summoned. */
static bool check_duty(const struct register_case *c,
                       const struct identifier *id,
                       const struct summons *summons)
{
    if (!register_check_duty(c, id, &summons->cell))
        return false;
    if (summons_has(summons, register_state_member(c->state, id)))
        return true;
    register_refuse_id(c->out,
                       summons->is_committee ? REFUSAL_NOT_OF_COMMITTEE
                                             : REFUSAL_NOT_OF_GROUP,
                       id);
    refusal_add_text(&c->out->refusal, "unit",
                     identifier_view(summons->is_committee ? &summons->cell
                                                           : &summons->group));
    return false;
}

static bool check_roles(const struct register_case *c,
                        const struct command_schedule_meeting *call,
                        const struct summons *summons)
{
    const bool has_deputy = !identifier_is_empty(&call->deputy);

    if (!check_duty(c, &call->chair, summons) ||
        (has_deputy && !check_duty(c, &call->deputy, summons)) ||
        !check_duty(c, &call->minute_taker, summons))
        return false;
    if (identifier_equal(&call->minute_taker, &call->chair))
        register_refuse_field(c->out, "minute_taker", "is the chair");
    else if (identifier_equal(&call->deputy, &call->chair))
        register_refuse_field(c->out, "deputy", "is the chair");
    else
        return true;
    return false;
}

/* Whoever is to present an item belongs to the cell. */
static bool check_presenter(const struct register_case *c,
                            const struct identifier *cell,
                            const struct identifier *id)
{
    const struct register_member *member;

    if (identifier_is_empty(id))
        return true;
    member = register_check_member(c, id);
    if (!member)
        return false;
    if (identifier_equal(&member->unit, cell))
        return true;
    register_refuse_id(c->out, REFUSAL_NOT_IN_UNIT, id);
    refusal_add_text(&c->out->refusal, "unit", identifier_view(cell));
    return false;
}

static bool check_agenda(const struct register_case *c,
                         const struct identifier *cell,
                         const struct items *agenda)
{
    const struct agenda_title *titles = agenda->data;

    if (agenda->count > LIMIT_AGENDA_ITEMS) {
        register_refuse_many(c->out, LIMIT_AGENDA_ITEMS);
        return false;
    }
    for (size_t i = 0; i < agenda->count; i++) {
        char path[48];

        (void)snprintf(path, sizeof path, "agenda.%zu.title", i);
        if (!register_check_filled(c->out, path, &titles[i].title) ||
            !check_presenter(c, cell, &titles[i].presenter))
            return false;
    }
    return true;
}

static bool check_call(const struct register_case *c,
                       const struct command_schedule_meeting *call)
{
    const enum meeting_kind kind = (enum meeting_kind)call->kind;
    struct summons summons;

    return register_check_unit(c, &call->unit, summons_unit_kind(kind)) &&
           summons_of(c->state, &call->unit, kind, &summons) &&
           register_check_caller(c, &summons) &&
           register_check_filled(c->out, "title", &call->title) &&
           check_time(c, call->starts_at, call->zone) &&
           check_roles(c, call, &summons) &&
           check_agenda(c, &call->unit, &call->agenda);
}

/* The agenda with the ids of its items: a1, a2, … */
static bool number_agenda(const struct register_case *c,
                          const struct items *agenda, struct items *out)
{
    const struct agenda_title *titles = agenda->data;
    struct agenda_item *items;

    *out = (struct items){ NULL, 0 };
    if (agenda->count == 0)
        return true;
    items = calloc(agenda->count, sizeof *items);
    if (!items) {
        register_refuse(c->out, REFUSAL_BUSY);
        return false;
    }
    for (size_t i = 0; i < agenda->count; i++) {
        identifier_number(&items[i].item, "a", i + 1);
        items[i].title = titles[i].title;
        items[i].presenter = titles[i].presenter;
        items[i].planned_min = titles[i].planned_min;
        items[i].kind = titles[i].kind;
    }
    c->out->agenda = items;
    *out = (struct items){ items, agenda->count };
    return true;
}

/* <organisation>.<number>: one of a kind in the whole database. */
static void number_meeting(const struct register_state *state,
                           struct identifier *out)
{
    char prefix[IDENTIFIER_SIZE + 1];

    (void)snprintf(prefix, sizeof prefix, "%s.", state->organisation.text);
    identifier_number(out, prefix, state->meeting_count + 1);
}

void register_decide_schedule_meeting(const struct register_case *c)
{
    const struct command_schedule_meeting *call =
        &c->command->body.schedule_meeting;
    struct register_event *event;
    struct items agenda;

    if (!check_call(c, call) || !number_agenda(c, &call->agenda, &agenda))
        return;
    event = register_emit(c->out, REGISTER_MEETING_SCHEDULED_KIND);
    if (!event)
        return;
    number_meeting(c->state, &c->out->made);
    event->body.meeting_scheduled = (struct register_meeting_scheduled){
        .meeting = c->out->made,
        .unit = call->unit,
        .kind = call->kind,
        .title = call->title,
        .starts_at = call->starts_at,
        .zone = call->zone,
        .place = call->place,
        .chair = call->chair,
        .deputy = call->deputy,
        .minute_taker = call->minute_taker,
        .agenda = agenda,
        .by = register_author(c),
    };
}

const struct register_meeting *
register_check_scheduled(const struct register_state *state,
                         const struct identifier *id,
                         struct register_decision *out)
{
    const struct register_meeting *meeting = register_state_meeting(state, id);

    if (!meeting || meeting->phase == CALL_CANCELLED) {
        register_refuse_id(out, REFUSAL_NO_SUCH_MEETING, id);
        return NULL;
    }
    if (meeting->phase == CALL_SCHEDULED)
        return meeting;
    register_refuse_id(out, REFUSAL_MEETING_BEGUN, id);
    return NULL;
}

bool register_check_call_of(const struct register_case *c,
                            const struct register_meeting *meeting)
{
    struct summons summons;

    return summons_of(c->state, &meeting->unit, meeting->kind, &summons) &&
           register_check_caller(c, &summons);
}

void register_decide_change_meeting(const struct register_case *c)
{
    const struct command_change_meeting *command =
        &c->command->body.change_meeting;
    const struct command_schedule_meeting call = {
        .unit = command->unit,
        .kind = command->kind,
        .title = command->title,
        .starts_at = command->starts_at,
        .zone = command->zone,
        .place = command->place,
        .chair = command->chair,
        .deputy = command->deputy,
        .minute_taker = command->minute_taker,
        .agenda = command->agenda,
    };
    const struct register_meeting *meeting =
        register_check_scheduled(c->state, &command->meeting, c->out);
    struct register_event *event;
    struct items agenda;

    if (!meeting || !register_check_call_of(c, meeting) ||
        !check_call(c, &call) || !number_agenda(c, &call.agenda, &agenda))
        return;
    event = register_emit(c->out, REGISTER_MEETING_CHANGED_KIND);
    if (!event)
        return;
    event->body.meeting_changed = (struct register_meeting_changed){
        .meeting = command->meeting,
        .unit = call.unit,
        .kind = call.kind,
        .title = call.title,
        .starts_at = call.starts_at,
        .zone = call.zone,
        .place = call.place,
        .chair = call.chair,
        .deputy = call.deputy,
        .minute_taker = call.minute_taker,
        .agenda = agenda,
        .by = register_author(c),
    };
}

void register_decide_cancel_meeting(const struct register_case *c)
{
    const struct command_cancel_meeting *command =
        &c->command->body.cancel_meeting;
    const struct register_meeting *meeting =
        register_check_scheduled(c->state, &command->meeting, c->out);
    struct register_event *event;

    if (!meeting || !register_check_call_of(c, meeting))
        return;
    event = register_emit(c->out, REGISTER_MEETING_CANCELLED_KIND);
    if (!event)
        return;
    event->body.meeting_cancelled = (struct register_meeting_cancelled){
        .meeting = command->meeting,
        .reason = command->reason,
        .by = register_author(c),
    };
}

void register_rules_meeting_began(const struct register_state *state,
                                  const struct identifier *meeting,
                                  const struct hash *head,
                                  struct register_decision *out)
{
    struct register_event *event;

    *out = (struct register_decision){ 0 };
    if (!register_check_scheduled(state, meeting, out))
        return;
    event = register_emit(out, REGISTER_MEETING_BEGAN_KIND);
    if (event)
        event->body.meeting_began =
            (struct register_meeting_began){ *meeting, *head };
}

/* Of members of the register whose probation it has, and who have not been
 * decided on before. */
static void note_recognitions(const struct register_state *state,
                              const struct meeting_state *held,
                              struct register_decision *out)
{
    for (size_t i = 0; i < state->member_count; i++) {
        const struct register_member *member = &state->members[i];
        struct recognition_decision decision;
        struct register_event *event;

        if (member->is_removed || register_member_probation(member) == 0 ||
            !meeting_recognition_decided(held, &member->id, &decision))
            continue;
        event = register_emit(out, REGISTER_RECOGNITION_CONSIDERED_KIND);
        if (!event)
            return;
        event->body.recognition_considered =
            (struct register_recognition_considered){ member->id,
                                                      held->meeting };
    }
}

void register_rules_meeting_ended(const struct register_state *state,
                                  const struct identifier *meeting,
                                  uint64_t final_seq, const struct hash *head,
                                  const struct meeting_state *held,
                                  struct register_decision *out)
{
    const struct register_meeting *row = register_state_meeting(state, meeting);
    struct register_event *event;

    *out = (struct register_decision){ 0 };
    if (!row || row->phase == CALL_CANCELLED)
        register_refuse_id(out, REFUSAL_NO_SUCH_MEETING, meeting);
    else if (row->phase == CALL_SCHEDULED)
        register_refuse(out, REFUSAL_NOT_OPEN);
    else if (row->phase == CALL_ENDED)
        register_refuse(out, REFUSAL_CLOSED);
    if (out->refusal.code != REFUSAL_NONE)
        return;
    if (held)
        note_recognitions(state, held, out);
    event = register_emit(out, REGISTER_MEETING_ENDED_KIND);
    if (event)
        event->body.meeting_ended =
            (struct register_meeting_ended){ *meeting, final_seq, *head };
}
