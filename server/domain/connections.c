/*
 * Devices come and go: joining, a lost line and its grace period, a revoked
 * device, a restart of the server, changes of the register, time.
 */
#include "server/domain/ballot_parts.h"

static void add_disconnected(struct draft *draft,
                             const struct identifier *holder,
                             const struct key *device, enum presence_end reason)
{
    struct event_disconnected *body =
        &draft_add(draft, EVENT_DISCONNECTED_KIND)->body.disconnected;

    body->holder = *holder;
    body->device = *device;
    body->reason = (int)reason;
}

/* Being connected is what an online member's presence consists of; a member
 * who was ticked stays in the hall without any device. */
static void end_presence_online(struct draft *draft,
                                const struct identifier *holder,
                                enum presence_end reason)
{
    const struct meeting_person *person =
        meeting_state_person(draft->state, holder);

    if (person && person->mode == MODE_ONLINE)
        draft_end_presence(draft, person, reason, NULL);
}

/* One connected device goes, and with the last one the presence. */
static void disconnect(struct draft *draft, const struct meeting_holder *holder,
                       const struct key *device, enum presence_end reason)
{
    bool is_last = meeting_holder_connected(holder) == 1;

    add_disconnected(draft, &holder->id, device, reason);
    if (is_last)
        end_presence_online(draft, &holder->id, reason);
}

void rule_leave(struct draft *draft)
{
    disconnect(draft, meeting_state_holder(draft->state, draft->holder),
               draft->device, END_LEFT);
}

/* --- joining ------------------------------------------------------------- */

static void connect_device(struct draft *draft,
                           const struct meeting_holder *holder,
                           const struct meeting_device *device)
{
    const struct meeting_person *person =
        meeting_state_person(draft->state, &holder->id);
    struct event_connected *body;

    if (device->is_connected && !device->is_lost)
        return;
    /* The number after the last one wraps to 0, which is nobody's. */
    if (!device->has_slot && draft->state->next_slot == 0) {
        draft_refuse_max(draft, UINT16_MAX);
        return;
    }
    body = &draft_add(draft, EVENT_CONNECTED_KIND)->body.connected;
    body->holder = holder->id;
    body->device = device->key;
    body->slot = device->has_slot ? device->slot : draft->state->next_slot;
    if (person && person->mode == presence_mode_none_ &&
        !draft_waits_for_declaration(draft, MODE_ONLINE))
        draft_add_present(draft, &holder->id, MODE_ONLINE, NULL,
                          SOURCE_CONNECTION);
}

static void knock(struct draft *draft, const struct meeting_holder *holder,
                  const struct key *device)
{
    struct event_knocked *body;

    /* Who reads ahead comes in without a trace in the log. */
    if (meeting_state_reads_ahead(draft->state, &holder->id))
        return;
    /* Sites and guests: their devices ask again until the lobby opens. */
    if (draft->state->phase == MEETING_SCHEDULED) {
        draft_refuse(draft, REFUSAL_NOT_SCHEDULED);
        return;
    }
    body = &draft_add(draft, EVENT_KNOCKED_KIND)->body.knocked;
    body->holder = holder->id;
    body->device = *device;
}

static void enter(struct draft *draft, const struct meeting_holder *holder,
                  const struct meeting_device *device)
{
    bool is_closed = draft->state->phase == MEETING_CLOSED;

    switch (holder->admission) {
    case ADMISSION_GRANTED:
        /* A closed meeting is there to be read; nothing of it is logged. */
        if (!is_closed)
            connect_device(draft, holder, device);
        return;
    case ADMISSION_REFUSED:
        draft_refuse(draft, is_closed ? REFUSAL_CLOSED : REFUSAL_TURNED_AWAY);
        return;
    case ADMISSION_WAITING:
        if (is_closed)
            draft_refuse(draft, REFUSAL_CLOSED);
        return;
    case ADMISSION_NONE:
        break;
    }
    if (is_closed)
        draft_refuse(draft, REFUSAL_CLOSED);
    else
        knock(draft, holder, &device->key);
}

void report_join(struct draft *draft, const struct meeting_report *report)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, &report->holder);
    const struct meeting_person *person =
        meeting_state_person(draft->state, &report->holder);
    const struct meeting_device *device =
        holder ? meeting_holder_device(holder, &report->device) : NULL;

    if (!holder)
        draft_refuse(draft, REFUSAL_NOT_SUMMONED);
    else if (!device)
        draft_refuse(draft, REFUSAL_DEVICE_NOT_SUMMONED);
    else if (!device->is_enrolled)
        draft_refuse(draft, REFUSAL_DEVICE_REVOKED);
    else if (person &&
             !rights_may_attend(&draft->rules->rights, person->category))
        draft_refuse_category(draft, REFUSAL_CANNOT_ATTEND, person);
    else
        enter(draft, holder, device);
}

/* --- going --------------------------------------------------------------- */

void report_lost(struct draft *draft, const struct meeting_report *report)
{
    const struct meeting_device *device =
        meeting_state_device(draft->state, &report->holder, &report->device);
    struct event_connection_lost *body;

    if (!device || !device->is_connected || device->is_lost)
        return;
    body = &draft_add(draft, EVENT_CONNECTION_LOST_KIND)->body.connection_lost;
    body->holder = report->holder;
    body->device = report->device;
}

void report_revoked(struct draft *draft, const struct meeting_report *report)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, &report->holder);
    const struct meeting_device *device =
        holder ? meeting_holder_device(holder, &report->device) : NULL;

    if (device && device->is_connected)
        disconnect(draft, holder, &report->device, END_REVOKED);
}

static size_t live_devices(const struct meeting_holder *holder)
{
    size_t i, count = 0;

    for (i = 0; i < holder->device_count; i++)
        count += holder->devices[i].is_connected && !holder->devices[i].is_lost;
    return count;
}

void report_restarted(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    size_t i, count = 0;

    for (i = 0; i < state->person_count; i++)
        count += live_devices(&state->people[i].holder);
    for (i = 0; i < state->site_count; i++)
        count += live_devices(&state->sites[i].holder);
    draft_stop_recording(draft, RECORDING_RESTARTED);
    if (count > 0)
        draft_add(draft, EVENT_SERVER_RESTARTED_KIND)
            ->body.server_restarted.connections = count;
}

/* --- the register -------------------------------------------------------- */

static bool is_listed(const struct items *devices, const struct key *key)
{
    const struct roster_device *row = devices->data;
    size_t i;

    for (i = 0; i < devices->count; i++) {
        if (key_equal(&row[i].device, key))
            return true;
    }
    return false;
}

/* Cuts off the devices that a new row leaves out, or all if the holder may not
 * attend any more. More than a decision holds cannot come of one change; a
 * device that were left over is reported as revoked by itself. */
static void cut_off(struct draft *draft, const struct identifier *id,
                    const struct items *devices, bool may_attend)
{
    const struct meeting_holder *holder =
        meeting_state_holder(draft->state, id);
    const struct meeting_person *person =
        meeting_state_person(draft->state, id);
    size_t i, left;

    if (!holder)
        return;
    left = meeting_holder_connected(holder);
    for (i = 0; i < holder->device_count && draft_room(draft) > 2; i++) {
        const struct meeting_device *device = &holder->devices[i];
        bool is_known = is_listed(devices, &device->key);

        if (!device->is_connected || (is_known && may_attend))
            continue;
        add_disconnected(draft, id, &device->key,
                         is_known ? END_TURNED_AWAY : END_REVOKED);
        if (--left == 0 && may_attend)
            end_presence_online(draft, id, END_REVOKED);
    }
    if (person && !may_attend && draft_room(draft) >= 2)
        draft_end_presence(draft, person, END_TURNED_AWAY, NULL);
}

void report_register(struct draft *draft, const struct meeting_report *report)
{
    const struct roster_person *person = report->changed.roster.data;
    const struct roster_site *site = report->changed.sites.data;
    size_t i;

    draft_add(draft, EVENT_ROSTER_CHANGED_KIND)->body.roster_changed =
        report->changed;
    if (draft->state->attendance.eligibility.is_found)
        draft_find_eligibility(draft, &report->changed);
    for (i = 0; i < report->changed.roster.count; i++)
        cut_off(draft, &person[i].member, &person[i].devices,
                rights_may_attend(&draft->rules->rights,
                                  (enum category)person[i].category));
    for (i = 0; i < report->changed.sites.count; i++)
        cut_off(draft, &site[i].site, &site[i].devices, true);
}

/* --- time ---------------------------------------------------------------- */

static bool is_over(const struct draft *draft,
                    const struct meeting_device *device)
{
    return device->is_connected && device->is_lost &&
           draft->now_ms - device->lost_at_ms >= draft->rules->grace_ms;
}

/* As many devices as there is room for, with the end of a presence. */
static void end_grace(struct draft *draft, const struct meeting_holder *holder)
{
    size_t i, left = meeting_holder_connected(holder);

    for (i = 0; i < holder->device_count && draft_room(draft) > 2; i++) {
        if (!is_over(draft, &holder->devices[i]))
            continue;
        add_disconnected(draft, &holder->id, &holder->devices[i].key,
                         END_CONNECTION_LOST);
        if (--left == 0)
            end_presence_online(draft, &holder->id, END_CONNECTION_LOST);
    }
}

void report_tick(struct draft *draft)
{
    const struct meeting_state *state = draft->state;
    size_t i;

    floor_tick(draft);
    if (state->lost_count == 0)
        return;
    for (i = 0; i < state->person_count; i++)
        end_grace(draft, &state->people[i].holder);
    for (i = 0; i < state->site_count; i++)
        end_grace(draft, &state->sites[i].holder);
}

static int64_t earliest_end(const struct meeting_holder *holder,
                            int64_t grace_ms, int64_t until)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        const struct meeting_device *device = &holder->devices[i];

        if (device->is_lost && device->lost_at_ms + grace_ms < until)
            until = device->lost_at_ms + grace_ms;
    }
    return until;
}

int64_t meeting_rules_next_tick_ms(const struct meeting_state *state,
                                   const struct ruleset *rules)
{
    int64_t until, ballots, item, quorum;
    size_t i;

    if (state->phase == MEETING_CLOSED)
        return INT64_MAX;
    until = floor_next_tick_ms(state, rules);
    ballots = ballot_next_tick_ms(state, rules);
    if (ballots < until)
        until = ballots;
    item = agenda_next_tick_ms(state, rules);
    if (item < until)
        until = item;
    quorum = quorum_next_tick_ms(state, rules);
    if (quorum < until)
        until = quorum;
    if (state->lost_count == 0)
        return until;
    for (i = 0; i < state->person_count; i++)
        until = earliest_end(&state->people[i].holder, rules->grace_ms, until);
    for (i = 0; i < state->site_count; i++)
        until = earliest_end(&state->sites[i].holder, rules->grace_ms, until);
    return until;
}
