/*
 * The register as a meeting sees it: roster and sites with their devices, in
 * the form of the meeting's own events.
 */
#include "server/room/room_types.h"

#include "protocol/meeting/meeting_summons.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void snapshot_release(struct snapshot *snapshot)
{
    free(snapshot->agenda);
    free(snapshot->groups);
    free(snapshot->people);
    free(snapshot->sites);
    free(snapshot->devices);
    free(snapshot->vouchers);
    message_memory_release(&snapshot->memory);
    memset(snapshot, 0, sizeof *snapshot);
}

static struct sealed text_of(const struct room *registry, uint64_t seq,
                             const char *field)
{
    const struct room_opening *opening =
        room_find_opening(registry, seq, field);
    struct sealed sealed = { .has_value = true };

    sealed.value = text_view_of(opening ? opening->value : "");
    return sealed;
}

/* Devices of a holder that are not revoked, behind those collected so far. */
static struct items devices_of(const struct room *registry,
                               const struct identifier *holder,
                               struct snapshot *out)
{
    const struct register_state *state = registry->committed_register;
    struct items items = { NULL, 0 };
    size_t first = out->device_count;
    size_t i;

    for (i = 0; i < state->device_count; i++) {
        const struct register_device *device = &state->devices[i];
        struct roster_device *row;

        if (device->is_revoked || !identifier_equal(&device->holder, holder) ||
            out->device_count == out->device_capacity)
            continue;
        register_device_vouched_by(device, out->vouchers[out->device_count]);
        row = &out->devices[out->device_count];
        row->device = device->key;
        row->label = text_of(registry, device->enrolled_seq, "label");
        row->vouched_by = text_view_of(out->vouchers[out->device_count]);
        row->founding = device->is_founding;
        out->device_count++;
    }
    items.count = out->device_count - first;
    items.data = items.count > 0 ? &out->devices[first] : NULL;
    return items;
}

static enum result reserve(const struct room *registry, struct snapshot *out)
{
    const struct register_state *state = registry->committed_register;

    memset(out, 0, sizeof *out);
    out->people = calloc(state->member_count + 1, sizeof out->people[0]);
    out->sites = calloc(state->site_count + 1, sizeof out->sites[0]);
    out->devices = calloc(state->device_count + 1, sizeof out->devices[0]);
    out->vouchers = calloc(state->device_count + 1, sizeof out->vouchers[0]);
    out->device_capacity = state->device_count;
    return out->people && out->sites && out->devices && out->vouchers
               ? RESULT_OK
               : RESULT_NO_MEMORY;
}

static void add_person(const struct room *registry,
                       const struct register_member *member,
                       struct snapshot *out, struct items *list)
{
    struct roster_person *row = &out->people[list->count];

    row->member = member->id;
    row->category = (int)member->category;
    row->office = (int)member->office;
    row->ground = (int)member->ground;
    row->probation_end = register_member_probation(member);
    row->group = member->group;
    row->name = text_of(registry, member->name_seq, "name");
    if (!member->is_removed)
        row->devices = devices_of(registry, &member->id, out);
    list->data = out->people;
    list->count++;
}

static void add_site(const struct room *registry,
                     const struct register_site *site, struct snapshot *out,
                     struct items *list)
{
    struct roster_site *row = &out->sites[list->count];

    row->site = site->id;
    row->keeper = site->keeper;
    row->name = text_of(registry, site->name_seq, "name");
    row->devices = devices_of(registry, &site->id, out);
    list->data = out->sites;
    list->count++;
}

/* Who was to present an item, unless she has left the cell meanwhile. */
static struct identifier presenter_of(const struct room *registry,
                                      const struct register_meeting *call,
                                      const struct identifier *id)
{
    const struct register_member *member =
        register_state_member(registry->committed_register, id);
    const struct identifier nobody = { "" };

    return member && !member->is_removed &&
                   identifier_equal(&member->unit, &call->unit)
               ? *id
               : nobody;
}

/* The agenda with its ids stands in the event that called the meeting. */
static enum result read_agenda(const struct room *registry,
                               const struct register_meeting *call,
                               struct snapshot *out)
{
    const uint64_t seq = call->seq;
    const struct frame *frame = registry->history[seq].frame;
    struct register_event event;
    struct field_error error;
    const struct items *items;
    enum result result = register_event_decode(
        (const char *)frame->data, frame->size, &event, &out->memory, &error);
    size_t i;

    if (result != RESULT_OK)
        return result;
    items = event.kind == REGISTER_MEETING_CHANGED_KIND
                ? &event.body.meeting_changed.agenda
                : &event.body.meeting_scheduled.agenda;
    out->agenda = calloc(items->count + 1, sizeof out->agenda[0]);
    if (!out->agenda)
        return RESULT_NO_MEMORY;
    for (i = 0; i < items->count; i++) {
        const struct agenda_item *item =
            &((const struct agenda_item *)items->data)[i];
        char field[64];

        (void)snprintf(field, sizeof field, "agenda.%zu.title", i);
        out->agenda[i].item = item->item;
        out->agenda[i].title = text_of(registry, seq, field);
        out->agenda[i].presenter =
            presenter_of(registry, call, &item->presenter);
        out->agenda[i].planned_min = item->planned_min;
        out->agenda[i].kind = item->kind;
    }
    out->genesis.agenda.data = items->count > 0 ? out->agenda : NULL;
    out->genesis.agenda.count = items->count;
    return RESULT_OK;
}

/* The cell's name, and that of the unit above it when the meeting starts. */
static void name_units(const struct room *registry,
                       const struct register_meeting *call,
                       struct event_genesis *genesis)
{
    const struct register_state *state = registry->committed_register;
    const struct register_unit *unit = register_state_unit(state, &call->unit);
    struct identifier parent = { "" };
    const struct register_unit *upper;

    if (unit)
        parent = register_state_parent_at(state, unit, call->starts_at_ms);
    upper = register_state_unit(state, &parent);

    genesis->unit_name = text_of(registry, unit ? unit->name_seq : 0, "name");
    genesis->upper_name =
        text_of(registry, upper ? upper->name_seq : 0, "name");
}

/* The meetings of party groups that are part of this one. */
static enum result read_groups(const struct room *registry,
                               const struct register_meeting *call,
                               struct snapshot *out)
{
    const struct register_state *state = registry->committed_register;
    struct items *list = &out->held.groups;
    size_t i;

    out->groups = calloc(state->meeting_count + 1, sizeof out->groups[0]);
    if (!out->groups)
        return RESULT_NO_MEMORY;
    for (i = 0; i < state->meeting_count && call->groups_year > 0; i++) {
        const struct register_meeting *part = &state->meetings[i];
        const struct register_unit *group =
            register_state_unit(state, &part->unit);

        if (!identifier_equal(&part->part_of, &call->id) || !group ||
            part->phase == CALL_CANCELLED)
            continue;
        out->groups[list->count].group = group->id;
        out->groups[list->count].meeting = part->id;
        out->groups[list->count].name =
            text_of(registry, group->name_seq, "name");
        list->count++;
    }
    list->data = out->groups;
    out->held.year = list->count > 0 ? call->groups_year : 0;
    out->held.members = call->groups_members;
    out->held.before = call->groups_before;
    return RESULT_OK;
}

enum result snapshot_genesis(const struct room *registry,
                             const struct identifier *meeting,
                             const struct hub_config *config,
                             struct snapshot *out)
{
    const struct register_state *state = registry->committed_register;
    const struct register_meeting *call =
        register_state_meeting(state, meeting);
    struct event_genesis *genesis = &out->genesis;
    enum result result = reserve(registry, out);
    struct summons summons;
    size_t i;

    if (result == RESULT_OK &&
        !summons_of(state, &call->unit, call->kind, &summons))
        result = RESULT_NOT_FOUND;
    if (result != RESULT_OK)
        return result;
    genesis->version = 1;
    genesis->meeting = *meeting;
    genesis->organisation = state->organisation;
    genesis->unit = call->unit;
    genesis->server = config->identity->public_key;
    genesis->register_seq = registry->committed - 1;
    genesis->register_head = registry->history[registry->committed - 1].head;
    genesis->ruleset = text_view_of(config->rules->name);
    genesis->ruleset_hash = config->rules->hash;
    genesis->vouching_required = config->is_vouching_required;
    genesis->kind = (int)call->kind;
    genesis->title = text_of(registry, call->seq, "title");
    genesis->place = text_of(registry, call->seq, "place");
    name_units(registry, call, genesis);
    genesis->starts_at = call->starts_at_ms;
    genesis->zone = text_view_of(call->zone);
    genesis->chair = call->chair;
    genesis->deputy = call->deputy;
    genesis->minute_taker = call->minute_taker;
    genesis->previous_meeting = state->last_ended;
    genesis->previous_head = state->last_ended_head;
    for (i = 0; i < state->member_count; i++)
        if (summons_has(&summons, &state->members[i]))
            add_person(registry, &state->members[i], out, &genesis->roster);
    for (i = 0; i < state->site_count; i++)
        if (identifier_equal(&state->sites[i].unit, &summons.cell))
            add_site(registry, &state->sites[i], out, &genesis->sites);
    result = read_groups(registry, call, out);
    return result ? result : read_agenda(registry, call, out);
}

/* The holder whose row an event of the register changes; "" if none. A pair
 * that vouches for each other changes two. */
static struct identifier changed_holder(const struct register_event *event)
{
    struct identifier none = { "" };

    switch ((int)event->kind) {
    case REGISTER_MEMBER_ADDED_KIND:
        return event->body.member_added.member;
    case REGISTER_MEMBER_CHANGED_KIND:
        return event->body.member_changed.member;
    case REGISTER_MEMBER_REMOVED_KIND:
        return event->body.member_removed.member;
    case REGISTER_RECOGNITION_CONSIDERED_KIND:
        return event->body.recognition_considered.member;
    case REGISTER_SITE_ADDED_KIND:
        return event->body.site_added.site;
    case REGISTER_SITE_CHANGED_KIND:
        return event->body.site_changed.site;
    case REGISTER_DEVICE_ENROLLED_KIND:
        return event->body.device_enrolled.holder;
    case REGISTER_DEVICE_REVOKED_KIND:
        return event->body.device_revoked.holder;
    case REGISTER_DEVICE_ADDED_KIND:
        return event->body.device_added.holder;
    case REGISTER_DEVICE_VOUCHED_KIND:
        return event->body.device_vouched.holder;
    default:
        return none;
    }
}

static bool has_row(const struct snapshot *out, const struct identifier *holder)
{
    size_t i;

    for (i = 0; i < out->changed.roster.count; i++)
        if (identifier_equal(&out->people[i].member, holder))
            return true;
    for (i = 0; i < out->changed.sites.count; i++)
        if (identifier_equal(&out->sites[i].site, holder))
            return true;
    return false;
}

/* Who is summoned, and who was and is in the cell still. */
static bool has_place(const struct meeting_state *meeting,
                      const struct summons *summons,
                      const struct register_member *member)
{
    return identifier_equal(&member->unit, &summons->cell) &&
           (summons_has(summons, member) ||
            meeting_state_person(meeting, &member->id));
}

static void add_row(const struct room *registry,
                    const struct meeting_state *meeting,
                    const struct summons *summons,
                    const struct identifier *holder, struct snapshot *out)
{
    const struct register_state *state = registry->committed_register;
    const struct register_member *member = register_state_member(state, holder);
    const struct register_site *site = register_state_site(state, holder);

    if (identifier_is_empty(holder) || has_row(out, holder))
        return;
    if (member && has_place(meeting, summons, member))
        add_person(registry, member, out, &out->changed.roster);
    else if (site && identifier_equal(&site->unit, &summons->cell))
        add_site(registry, site, out, &out->changed.sites);
}

enum result snapshot_changes(const struct room *registry,
                             const struct meeting_state *meeting,
                             uint64_t since, struct snapshot *out)
{
    enum result result = reserve(registry, out);
    struct summons summons;
    uint64_t seq;

    if (result == RESULT_OK &&
        !summons_of(registry->committed_register, &meeting->unit, meeting->kind,
                    &summons))
        result = RESULT_NOT_FOUND;

    for (seq = since;
         result == RESULT_OK && seq < registry->committed_register->next_seq;
         seq++) {
        const struct frame *frame = registry->history[seq].frame;
        struct register_event event;
        struct message_memory memory = { 0 };
        struct field_error error;

        result = register_event_decode((const char *)frame->data, frame->size,
                                       &event, &memory, &error);
        if (result == RESULT_OK) {
            struct identifier holder = changed_holder(&event);

            add_row(registry, meeting, &summons, &holder, out);
            if (event.kind == REGISTER_DEVICE_VOUCHED_KIND)
                add_row(registry, meeting, &summons,
                        &event.body.device_vouched.by, out);
        }
        message_memory_release(&memory);
    }
    if (result != RESULT_OK)
        return result;
    out->changed.register_seq = registry->committed_register->next_seq - 1;
    out->changed.register_head =
        registry->history[out->changed.register_seq].head;
    return RESULT_OK;
}
