/*
 * One function a kind of event. What is checked here is that the log does not
 * contradict itself: ids are new or known, steps follow each other. Who may do
 * what is not asked again.
 */
#include "protocol/meeting/register_state.h"

#include "protocol/base/date.h"
#include "protocol/meeting/meeting_summons.h"
#include "protocol/meeting/register_state_index.h"
#include "protocol/meeting/register_vouching.h"
#include "protocol/record/signing_key.h"

#include <string.h>

/* --- Rows to be changed; look-ups give constant ones -----------------------
 */

static struct register_unit *find_unit(struct register_state *state,
                                       const struct identifier *id)
{
    const struct register_unit *row = register_state_unit(state, id);

    return row ? &state->units[row - state->units] : NULL;
}

static struct register_member *find_member(struct register_state *state,
                                           const struct identifier *id)
{
    const struct register_member *row = register_state_member(state, id);

    return row && !row->is_removed ? &state->members[row - state->members]
                                   : NULL;
}

static struct register_site *find_site(struct register_state *state,
                                       const struct identifier *id)
{
    const struct register_site *row = register_state_site(state, id);

    return row ? &state->sites[row - state->sites] : NULL;
}

/* An invitation that can still be used. */
static struct register_invitation *find_invitation(struct register_state *state,
                                                   const struct identifier *id)
{
    const struct register_invitation *row =
        register_state_invitation(state, id);

    return row && !row->is_over ? &state->invitations[row - state->invitations]
                                : NULL;
}

static struct register_device *find_device(struct register_state *state,
                                           const struct key *key)
{
    const struct register_device *row = register_state_device(state, key);

    return row ? &state->devices[row - state->devices] : NULL;
}

static struct register_meeting *find_meeting(struct register_state *state,
                                             const struct identifier *id,
                                             enum call_phase phase)
{
    const struct register_meeting *row = register_state_meeting(state, id);

    return row && row->phase == phase ? &state->meetings[row - state->meetings]
                                      : NULL;
}

/* Members and sites share one space of ids: both hold devices. */
static bool is_holder_known(const struct register_state *state,
                            const struct identifier *id)
{
    return register_state_member(state, id) || register_state_site(state, id);
}

static bool is_holder_current(struct register_state *state,
                              const struct identifier *id)
{
    return find_member(state, id) || find_site(state, id);
}

static bool is_unit(const struct register_state *state,
                    const struct identifier *id, enum unit_kind kind)
{
    const struct register_unit *unit = register_state_unit(state, id);

    return unit && unit->kind == kind;
}

/* --- The server's own key ------------------------------------------------ */

static enum result add_server_key(struct register_state *state,
                                  const struct register_server_key *next)
{
    struct register_server_key *keys;

    /* A key that comes back would undo what took its place. */
    if (key_check(&next->key) != RESULT_OK ||
        register_state_server_key(state, &next->key) ||
        register_state_device(state, &next->key) ||
        state->server_key_count >= LIMIT_SERVER_KEYS)
        return RESULT_CORRUPT;
    keys = register_grow(state->server_keys, &state->index->server_key_capacity,
                         state->server_key_count, sizeof *keys);
    if (!keys)
        return RESULT_NO_MEMORY;
    state->server_keys = keys;
    keys[state->server_key_count++] = *next;
    state->server = next->key;
    return RESULT_OK;
}

static enum result apply_server_key_changed(struct register_state *state,
                                            const struct register_event *event)
{
    const struct register_server_key_changed *body =
        &event->body.server_key_changed;
    const struct register_server_key next = {
        .key = body->server,
        .since = event->seq,
        .since_ms = event->at_ms,
        .is_proven = true,
        .step = { .from = body->signer,
                  .to = body->server,
                  .seen = body->seen,
                  .head = body->head,
                  .sig = body->sig },
    };

    if (!key_equal(&body->signer, &state->server) || body->seen >= event->seq)
        return RESULT_CORRUPT;
    return add_server_key(state, &next);
}

/* Links of the lost key lead to nobody, and devices that are vouched for do not
 * follow to the new one: the links end, and cells are founded anew. */
static enum result apply_server_key_lost(struct register_state *state,
                                         const struct register_event *event)
{
    const struct register_server_key next = {
        .key = event->body.server_key_lost.server,
        .since = event->seq,
        .since_ms = event->at_ms,
    };
    const enum result result = add_server_key(state, &next);

    if (result != RESULT_OK)
        return result;
    for (size_t i = 0; i < state->invitation_count; i++)
        state->invitations[i].is_over = true;
    for (size_t i = 0; i < state->unit_count; i++)
        state->units[i].has_met = false;
    state->pairing_count = 0;
    return RESULT_OK;
}

/* --- The organisation and its units ----------------------------------------
 */

static enum result apply_genesis(struct register_state *state,
                                 const struct register_genesis *event,
                                 int64_t at_ms)
{
    const struct register_server_key first = { .key = event->server,
                                               .since_ms = at_ms };

    if (state->next_seq != 0)
        return RESULT_CORRUPT;
    state->organisation = event->organisation;
    return add_server_key(state, &first);
}

static bool is_parent_right(const struct register_state *state,
                            enum unit_kind kind,
                            const struct identifier *parent)
{
    const bool is_at_top = identifier_is_empty(parent);

    switch (kind) {
    case UNIT_PARTY_ORG:
    case UNIT_CELL:
        return is_at_top || is_unit(state, parent, UNIT_PARTY_ORG);
    case UNIT_PARTY_GROUP:
        return is_unit(state, parent, UNIT_CELL);
    case unit_kind_none_:
    case unit_kind_count_:
        break;
    }
    return false;
}

static enum result apply_unit_added(struct register_state *state,
                                    const struct register_unit_added *event,
                                    uint64_t seq)
{
    struct register_index *index = state->index;
    struct register_unit *units;

    if (register_state_unit(state, &event->unit) ||
        identifier_equal(&event->unit, &state->organisation) ||
        !is_parent_right(state, (enum unit_kind)event->kind, &event->parent))
        return RESULT_CORRUPT;
    units = register_grow(state->units, &index->unit_capacity,
                          state->unit_count, sizeof *units);
    if (!units)
        return RESULT_NO_MEMORY;
    state->units = units;
    units[state->unit_count] =
        (struct register_unit){ .id = event->unit,
                                .kind = (enum unit_kind)event->kind,
                                .parent = event->parent,
                                .first_parent = event->parent,
                                .name_seq = seq };
    return register_slots_add(&index->units, register_hash_id(&event->unit),
                              state->unit_count++);
}

static enum result apply_unit_renamed(struct register_state *state,
                                      const struct register_unit_renamed *event,
                                      uint64_t seq)
{
    struct register_unit *unit = find_unit(state, &event->unit);

    if (!unit)
        return RESULT_CORRUPT;
    unit->name_seq = seq;
    return RESULT_OK;
}

static enum result apply_unit_moved(struct register_state *state,
                                    const struct register_unit_moved *event)
{
    struct register_unit *unit = find_unit(state, &event->unit);
    struct register_move *moves;

    if (!unit || unit->kind == UNIT_PARTY_GROUP ||
        !is_parent_right(state, unit->kind, &event->parent) ||
        (!identifier_is_empty(&event->parent) &&
         register_state_is_within(state, &event->parent, &event->unit)))
        return RESULT_CORRUPT;
    moves = register_grow(state->moves, &state->index->move_capacity,
                          state->move_count, sizeof *moves);
    if (!moves)
        return RESULT_NO_MEMORY;
    state->moves = moves;
    moves[state->move_count++] = (struct register_move){
        .unit = event->unit, .parent = event->parent, .since_ms = event->since
    };
    unit->parent = event->parent;
    return RESULT_OK;
}

/* --- Members and sites ------------------------------------------------------
 */

static bool is_place_right(const struct register_state *state,
                           const struct identifier *unit,
                           const struct identifier *group)
{
    const struct register_unit *party_group;

    if (!is_unit(state, unit, UNIT_CELL))
        return false;
    if (identifier_is_empty(group))
        return true;
    party_group = register_state_unit(state, group);
    return party_group && party_group->kind == UNIT_PARTY_GROUP &&
           identifier_equal(&party_group->parent, unit);
}

bool register_probation_is_right(enum category category, uint64_t end)
{
    return end == 0 ||
           (category == CATEGORY_PROBATIONARY && date_number_is_valid(end));
}

uint64_t register_member_probation(const struct register_member *member)
{
    return identifier_is_empty(&member->considered) ? member->probation_end : 0;
}

static enum result apply_member_added(struct register_state *state,
                                      const struct register_member_added *event,
                                      uint64_t seq)
{
    struct register_index *index = state->index;
    struct register_member *members;

    if (is_holder_known(state, &event->member) ||
        !is_place_right(state, &event->unit, &event->group) ||
        !register_probation_is_right((enum category)event->category,
                                     event->probation_end))
        return RESULT_CORRUPT;
    members = register_grow(state->members, &index->member_capacity,
                            state->member_count, sizeof *members);
    if (!members)
        return RESULT_NO_MEMORY;
    state->members = members;
    members[state->member_count] =
        (struct register_member){ .id = event->member,
                                  .unit = event->unit,
                                  .group = event->group,
                                  .category = (enum category)event->category,
                                  .office = (enum office)event->office,
                                  .ground = (enum ground)event->ground,
                                  .probation_end = event->probation_end,
                                  .name_seq = seq };
    return register_slots_add(&index->members, register_hash_id(&event->member),
                              state->member_count++);
}

static enum result
apply_member_changed(struct register_state *state,
                     const struct register_member_changed *event, uint64_t seq)
{
    struct register_member *member = find_member(state, &event->member);

    if (!member || !is_place_right(state, &event->unit, &event->group) ||
        !register_probation_is_right((enum category)event->category,
                                     event->probation_end))
        return RESULT_CORRUPT;
    /* Another probation is another recognition. */
    if (member->probation_end != event->probation_end)
        member->considered = (struct identifier){ "" };
    member->probation_end = event->probation_end;
    member->unit = event->unit;
    member->group = event->group;
    member->category = (enum category)event->category;
    member->office = (enum office)event->office;
    member->ground = (enum ground)event->ground;
    member->name_seq = seq;
    return RESULT_OK;
}

static enum result
apply_recognition_considered(struct register_state *state,
                             const struct register_event *event)
{
    const struct register_recognition_considered *body =
        &event->body.recognition_considered;
    struct register_member *member = find_member(state, &body->member);

    if (!member || !find_meeting(state, &body->meeting, CALL_BEGUN))
        return RESULT_CORRUPT;
    member->considered = body->meeting;
    member->considered_ms = event->at_ms;
    return RESULT_OK;
}

/* With the member go her devices and the links she has not used. */
static enum result
apply_member_removed(struct register_state *state,
                     const struct register_member_removed *event)
{
    struct register_member *member = find_member(state, &event->member);

    if (!member)
        return RESULT_CORRUPT;
    member->is_removed = true;
    for (size_t i = 0; i < state->device_count; i++)
        if (identifier_equal(&state->devices[i].holder, &event->member))
            state->devices[i].is_revoked = true;
    for (size_t i = 0; i < state->invitation_count; i++)
        if (identifier_equal(&state->invitations[i].holder, &event->member))
            state->invitations[i].is_over = true;
    return RESULT_OK;
}

static enum result apply_site_added(struct register_state *state,
                                    const struct register_site_added *event,
                                    uint64_t seq)
{
    struct register_index *index = state->index;
    struct register_site *sites;

    if (is_holder_known(state, &event->site) ||
        !is_unit(state, &event->unit, UNIT_CELL) ||
        !find_member(state, &event->keeper))
        return RESULT_CORRUPT;
    sites = register_grow(state->sites, &index->site_capacity,
                          state->site_count, sizeof *sites);
    if (!sites)
        return RESULT_NO_MEMORY;
    state->sites = sites;
    sites[state->site_count] = (struct register_site){ .id = event->site,
                                                       .unit = event->unit,
                                                       .keeper = event->keeper,
                                                       .name_seq = seq };
    return register_slots_add(&index->sites, register_hash_id(&event->site),
                              state->site_count++);
}

static enum result apply_site_changed(struct register_state *state,
                                      const struct register_site_changed *event,
                                      uint64_t seq)
{
    struct register_site *site = find_site(state, &event->site);

    if (!site || !is_unit(state, &event->unit, UNIT_CELL) ||
        !find_member(state, &event->keeper))
        return RESULT_CORRUPT;
    site->unit = event->unit;
    site->keeper = event->keeper;
    site->name_seq = seq;
    return RESULT_OK;
}

/* --- Invitations and devices ------------------------------------------------
 */

static enum result
apply_invitation_made(struct register_state *state,
                      const struct register_invitation_made *event)
{
    struct register_index *index = state->index;
    struct register_invitation *invitations;
    enum result result;

    if (register_state_invitation(state, &event->invitation) ||
        register_state_invitation_by_token(state, &event->token) ||
        !is_holder_current(state, &event->holder))
        return RESULT_CORRUPT;
    invitations = register_grow(state->invitations, &index->invitation_capacity,
                                state->invitation_count, sizeof *invitations);
    if (!invitations)
        return RESULT_NO_MEMORY;
    state->invitations = invitations;
    invitations[state->invitation_count] =
        (struct register_invitation){ .id = event->invitation,
                                      .holder = event->holder,
                                      .token = event->token,
                                      .expires_ms = event->expires_at };
    result = register_slots_add(&index->invitations,
                                register_hash_id(&event->invitation),
                                state->invitation_count);
    if (result != RESULT_OK)
        return result;
    return register_slots_add(
        &index->tokens,
        register_hash_bytes(event->token.bytes, sizeof event->token.bytes),
        state->invitation_count++);
}

static enum result
apply_invitation_withdrawn(struct register_state *state,
                           const struct register_invitation_withdrawn *event)
{
    struct register_invitation *invitation =
        find_invitation(state, &event->invitation);

    if (!invitation)
        return RESULT_CORRUPT;
    invitation->is_over = true;
    return RESULT_OK;
}

/* A key stands for one holder for ever, and is nobody else's. */
static enum result add_device(struct register_state *state,
                              const struct key *key,
                              const struct identifier *holder, uint64_t seq)
{
    struct register_index *index = state->index;
    struct register_device *devices;

    if (key_check(key) != RESULT_OK || register_state_device(state, key) ||
        register_state_server_key(state, key) ||
        !is_holder_current(state, holder))
        return RESULT_CORRUPT;
    devices = register_grow(state->devices, &index->device_capacity,
                            state->device_count, sizeof *devices);
    if (!devices)
        return RESULT_NO_MEMORY;
    state->devices = devices;
    devices[state->device_count] = (struct register_device){
        .key = *key, .holder = *holder, .enrolled_seq = seq
    };
    return register_slots_add(
        &index->devices, register_hash_bytes(key->bytes, sizeof key->bytes),
        state->device_count++);
}

static enum result
apply_device_enrolled(struct register_state *state,
                      const struct register_device_enrolled *event,
                      uint64_t seq)
{
    struct register_invitation *invitation =
        find_invitation(state, &event->invitation);
    enum result result;

    if (!invitation || !identifier_equal(&invitation->holder, &event->holder))
        return RESULT_CORRUPT;
    result = add_device(state, &event->device, &event->holder, seq);
    if (result == RESULT_OK)
        invitation->is_over = true;
    return result;
}

static struct register_device *find_live_device(struct register_state *state,
                                                const struct key *key,
                                                const struct identifier *holder)
{
    struct register_device *device = find_device(state, key);

    return device && !device->is_revoked &&
                   identifier_equal(&device->holder, holder)
               ? device
               : NULL;
}

/* The server signs, or a device of the same holder: the one that goes, too. */
static enum result
apply_device_revoked(struct register_state *state,
                     const struct register_device_revoked *event, uint64_t seq)
{
    struct register_device *device =
        find_live_device(state, &event->device, &event->holder);

    if (!device || event->seen >= seq ||
        (!key_equal(&event->signer, &state->server) &&
         !find_live_device(state, &event->signer, &event->holder)))
        return RESULT_CORRUPT;
    device->is_revoked = true;
    return RESULT_OK;
}

/* --- Whose devices these are ------------------------------------------------
 */

static enum result apply_device_added(struct register_state *state,
                                      const struct register_device_added *event,
                                      uint64_t seq)
{
    const struct register_device *signer =
        find_live_device(state, &event->signer, &event->holder);
    struct register_device *device;

    if (!signer || !signer->is_vouched || event->seen >= seq ||
        key_equal(&event->signer, &event->device))
        return RESULT_CORRUPT;
    if (!find_device(state, &event->device)) {
        enum result result =
            add_device(state, &event->device, &event->holder, seq);

        if (result != RESULT_OK)
            return result;
    }
    device = find_live_device(state, &event->device, &event->holder);
    if (!device || device->is_vouched)
        return RESULT_CORRUPT;
    register_vouch_own(device);
    return RESULT_OK;
}

static enum result
apply_device_vouched(struct register_state *state,
                     const struct register_device_vouched *event, uint64_t seq)
{
    struct register_device *signer =
        find_live_device(state, &event->signer, &event->by);
    struct register_device *device =
        find_live_device(state, &event->device, &event->holder);

    if (!signer || !device || event->seen >= seq ||
        register_state_vouch_refusal(state, signer, device) != REFUSAL_NONE)
        return RESULT_CORRUPT;
    return register_vouch(state, signer, device);
}

/* --- After a loss --------------------------------------------------------- */

/* What is lost lies at or after the place where the log goes on. */
static enum result apply_restored(struct register_state *state,
                                  const struct register_restored *event,
                                  uint64_t seq)
{
    if (event->from != seq || event->lost_seq < seq)
        return RESULT_CORRUPT;
    state->restored_count++;
    return RESULT_OK;
}

/* --- Meetings ---------------------------------------------------------------
 */

/* What both the call and its change say; false if they contradict the log. */
static bool take_call(struct register_state *state,
                      struct register_meeting *meeting,
                      const struct register_meeting_scheduled *event,
                      uint64_t seq)
{
    if (!is_unit(state, &event->unit,
                 summons_unit_kind((enum meeting_kind)event->kind)) ||
        event->zone.size >= sizeof meeting->zone ||
        !find_member(state, &event->chair) ||
        !find_member(state, &event->minute_taker) ||
        (!identifier_is_empty(&event->deputy) &&
         !find_member(state, &event->deputy)))
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

static enum result
apply_meeting_scheduled(struct register_state *state,
                        const struct register_meeting_scheduled *event,
                        uint64_t seq)
{
    struct register_index *index = state->index;
    struct register_meeting *meetings;
    struct register_meeting meeting = { .id = event->meeting,
                                        .phase = CALL_SCHEDULED };
    enum result result;

    if (register_state_meeting(state, &event->meeting) ||
        identifier_equal(&event->meeting, &state->organisation) ||
        !take_call(state, &meeting, event, seq))
        return RESULT_CORRUPT;
    meetings = register_grow(state->meetings, &index->meeting_capacity,
                             state->meeting_count, sizeof *meetings);
    if (!meetings)
        return RESULT_NO_MEMORY;
    state->meetings = meetings;
    result = take_agenda(&meeting, &event->agenda);
    if (result)
        return result;
    meetings[state->meeting_count] = meeting;
    return register_slots_add(&index->meetings,
                              register_hash_id(&event->meeting),
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

static enum result
apply_meeting_changed(struct register_state *state,
                      const struct register_meeting_changed *event,
                      uint64_t seq)
{
    struct register_meeting *meeting =
        find_meeting(state, &event->meeting, CALL_SCHEDULED);
    /* The same rows under another name. */
    const struct register_meeting_scheduled call = {
        .meeting = event->meeting,
        .unit = event->unit,
        .kind = event->kind,
        .starts_at = event->starts_at,
        .zone = event->zone,
        .chair = event->chair,
        .deputy = event->deputy,
        .minute_taker = event->minute_taker,
        .agenda = event->agenda,
    };

    if (!meeting || !take_call(state, meeting, &call, seq))
        return RESULT_CORRUPT;
    forget_groups(state, meeting);
    return take_agenda(meeting, &event->agenda);
}

/* The cell's meeting has not begun; its parts are meetings of its groups, each
 * of another group, and of no other meeting of the cell. */
static enum result
apply_held_by_groups(struct register_state *state,
                     const struct register_held_by_groups *event)
{
    const struct group_call *rows = event->groups.data;
    struct register_meeting *meeting =
        find_meeting(state, &event->meeting, CALL_SCHEDULED);

    if (!meeting || !is_unit(state, &meeting->unit, UNIT_CELL) ||
        (event->groups.count > 0) != (event->year > 0))
        return RESULT_CORRUPT;
    forget_groups(state, meeting);
    for (size_t i = 0; i < event->groups.count; i++) {
        const struct register_meeting *known =
            register_state_meeting(state, &rows[i].meeting);
        const struct register_unit *group = find_unit(state, &rows[i].group);
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
    meeting->groups_year = event->year;
    meeting->groups_members = event->members;
    meeting->groups_before = event->before;
    return RESULT_OK;
}

static enum result
apply_meeting_cancelled(struct register_state *state,
                        const struct register_meeting_cancelled *event)
{
    struct register_meeting *meeting =
        find_meeting(state, &event->meeting, CALL_SCHEDULED);

    if (!meeting)
        return RESULT_CORRUPT;
    meeting->phase = CALL_CANCELLED;
    forget_groups(state, meeting);
    return RESULT_OK;
}

static enum result
apply_meeting_began(struct register_state *state,
                    const struct register_meeting_began *event)
{
    struct register_meeting *meeting =
        find_meeting(state, &event->meeting, CALL_SCHEDULED);

    if (!meeting)
        return RESULT_CORRUPT;
    meeting->phase = CALL_BEGUN;
    return RESULT_OK;
}

static enum result
apply_meeting_ended(struct register_state *state,
                    const struct register_meeting_ended *event)
{
    struct register_meeting *meeting =
        find_meeting(state, &event->meeting, CALL_BEGUN);
    struct register_unit *unit;

    if (!meeting)
        return RESULT_CORRUPT;
    unit = find_unit(state, &meeting->unit);
    if (unit)
        unit->has_met = true;
    meeting->phase = CALL_ENDED;
    meeting->final_head = event->head;
    meeting->final_seq = event->final_seq;
    state->last_ended = event->meeting;
    state->last_ended_head = event->head;
    return RESULT_OK;
}

static enum result apply_body(struct register_state *state,
                              const struct register_event *event)
{
    switch (event->kind) {
    case REGISTER_GENESIS_KIND:
        return apply_genesis(state, &event->body.genesis, event->at_ms);
    case REGISTER_UNIT_ADDED_KIND:
        return apply_unit_added(state, &event->body.unit_added, event->seq);
    case REGISTER_UNIT_RENAMED_KIND:
        return apply_unit_renamed(state, &event->body.unit_renamed, event->seq);
    case REGISTER_MEMBER_ADDED_KIND:
        return apply_member_added(state, &event->body.member_added, event->seq);
    case REGISTER_MEMBER_CHANGED_KIND:
        return apply_member_changed(state, &event->body.member_changed,
                                    event->seq);
    case REGISTER_MEMBER_REMOVED_KIND:
        return apply_member_removed(state, &event->body.member_removed);
    case REGISTER_SITE_ADDED_KIND:
        return apply_site_added(state, &event->body.site_added, event->seq);
    case REGISTER_SITE_CHANGED_KIND:
        return apply_site_changed(state, &event->body.site_changed, event->seq);
    case REGISTER_INVITATION_MADE_KIND:
        return apply_invitation_made(state, &event->body.invitation_made);
    case REGISTER_INVITATION_WITHDRAWN_KIND:
        return apply_invitation_withdrawn(state,
                                          &event->body.invitation_withdrawn);
    case REGISTER_DEVICE_ENROLLED_KIND:
        return apply_device_enrolled(state, &event->body.device_enrolled,
                                     event->seq);
    case REGISTER_DEVICE_REVOKED_KIND:
        return apply_device_revoked(state, &event->body.device_revoked,
                                    event->seq);
    case REGISTER_MEETING_SCHEDULED_KIND:
        return apply_meeting_scheduled(state, &event->body.meeting_scheduled,
                                       event->seq);
    case REGISTER_MEETING_CHANGED_KIND:
        return apply_meeting_changed(state, &event->body.meeting_changed,
                                     event->seq);
    case REGISTER_MEETING_CANCELLED_KIND:
        return apply_meeting_cancelled(state, &event->body.meeting_cancelled);
    case REGISTER_MEETING_BEGAN_KIND:
        return apply_meeting_began(state, &event->body.meeting_began);
    case REGISTER_MEETING_ENDED_KIND:
        return apply_meeting_ended(state, &event->body.meeting_ended);
    case REGISTER_DEVICE_ADDED_KIND:
        return apply_device_added(state, &event->body.device_added, event->seq);
    case REGISTER_DEVICE_VOUCHED_KIND:
        return apply_device_vouched(state, &event->body.device_vouched,
                                    event->seq);
    case REGISTER_SERVER_KEY_CHANGED_KIND:
        return apply_server_key_changed(state, event);
    case REGISTER_SERVER_KEY_LOST_KIND:
        return apply_server_key_lost(state, event);
    case REGISTER_UNIT_MOVED_KIND:
        return apply_unit_moved(state, &event->body.unit_moved);
    case REGISTER_RESTORED_KIND:
        return apply_restored(state, &event->body.restored, event->seq);
    case REGISTER_HELD_BY_GROUPS_KIND:
        return apply_held_by_groups(state, &event->body.held_by_groups);
    case REGISTER_RECOGNITION_CONSIDERED_KIND:
        return apply_recognition_considered(state, event);
    case REGISTER_OPINIONS_ASKED_KIND:
        return register_opinions_ask(state, event);
    case REGISTER_OPINION_GIVEN_KIND:
        return register_opinions_give(state, event);
    case REGISTER_ERRATUM_PROPOSED_KIND:
    case REGISTER_ERRATUM_SIGNED_KIND:
        return register_errata_take(state, event);
    case REGISTER_EVENT_UNKNOWN:
    case REGISTER_EVENT_COUNT:
        break;
    }
    return RESULT_OK;
}

enum result register_state_apply(struct register_state *state,
                                 const struct register_event *event)
{
    const size_t device_count = state->device_count;
    enum result result;

    if (event->seq != state->next_seq)
        return RESULT_CORRUPT;
    if (event->seq == 0 ? event->kind != REGISTER_GENESIS_KIND
                        : event->at_ms < state->at_ms)
        return RESULT_CORRUPT;
    result = apply_body(state, event);
    if (result != RESULT_OK)
        return result;
    if (state->device_count > device_count)
        state->devices[device_count].enrolled_ms = event->at_ms;
    state->next_seq++;
    state->at_ms = event->at_ms;
    return RESULT_OK;
}
