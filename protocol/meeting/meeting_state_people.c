/* Who is on the roll, who may come in, whose devices are connected. */
#include "protocol/meeting/meeting_state_internal.h"

#include <stdlib.h>
#include <string.h>

static const struct meeting_person *person_at(const struct meeting_state *state,
                                              size_t position)
{
    return position == IDENTIFIER_NOWHERE ? NULL : &state->people[position];
}

const struct meeting_person *
meeting_state_person(const struct meeting_state *state,
                     const struct identifier *id)
{
    return person_at(state, identifier_index_find(&state->person_index, id));
}

const struct meeting_site *meeting_state_site(const struct meeting_state *state,
                                              const struct identifier *id)
{
    size_t position = identifier_index_find(&state->site_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->sites[position];
}

const struct meeting_holder *
meeting_state_holder(const struct meeting_state *state,
                     const struct identifier *id)
{
    const struct meeting_person *person = meeting_state_person(state, id);
    const struct meeting_site *site;

    if (person)
        return &person->holder;
    site = meeting_state_site(state, id);
    return site ? &site->holder : NULL;
}

struct meeting_person *state_person(struct meeting_state *state,
                                    const struct identifier *id)
{
    size_t position = identifier_index_find(&state->person_index, id);

    return position == IDENTIFIER_NOWHERE ? NULL : &state->people[position];
}

struct meeting_holder *state_holder(struct meeting_state *state,
                                    const struct identifier *id)
{
    size_t position = identifier_index_find(&state->person_index, id);

    if (position != IDENTIFIER_NOWHERE)
        return &state->people[position].holder;
    position = identifier_index_find(&state->site_index, id);
    return position == IDENTIFIER_NOWHERE ? NULL
                                          : &state->sites[position].holder;
}

struct meeting_device *state_device(struct meeting_holder *holder,
                                    const struct key *key)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        if (key_equal(&holder->devices[i].key, key))
            return &holder->devices[i];
    }
    return NULL;
}

const struct meeting_device *
meeting_holder_device(const struct meeting_holder *holder,
                      const struct key *device)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        if (key_equal(&holder->devices[i].key, device))
            return &holder->devices[i];
    }
    return NULL;
}

const struct meeting_device *
meeting_state_device(const struct meeting_state *state,
                     const struct identifier *id, const struct key *device)
{
    const struct meeting_holder *holder = meeting_state_holder(state, id);

    return holder ? meeting_holder_device(holder, device) : NULL;
}

size_t meeting_holder_connected(const struct meeting_holder *holder)
{
    size_t i, count = 0;

    for (i = 0; i < holder->device_count; i++)
        count += holder->devices[i].is_connected;
    return count;
}

bool meeting_holder_is_live(const struct meeting_holder *holder)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        if (holder->devices[i].is_connected && !holder->devices[i].is_lost)
            return true;
    }
    return false;
}

/* --- rows of the roster -------------------------------------------------- */

static bool copy_text(struct text_view text, char *out, size_t size)
{
    if (text.size >= size)
        return false;
    if (text.size > 0)
        memcpy(out, text.data, text.size);
    out[text.size] = '\0';
    return true;
}

/*
 * The devices of a row replace those known. One that the row leaves out is
 * kept without being enrolled: it has its slot, and perhaps a connection that
 * the log has yet to end.
 */
static enum result set_devices(struct meeting_holder *holder,
                               const struct items *rows)
{
    const struct roster_device *row = rows->data;
    size_t i;

    for (i = 0; i < holder->device_count; i++)
        holder->devices[i].is_enrolled = false;
    for (i = 0; i < rows->count; i++) {
        struct meeting_device *device = state_device(holder, &row[i].device);

        if (!device) {
            void *grown = state_grow(holder->devices, holder->device_count,
                                     sizeof *device);

            if (!grown)
                return RESULT_NO_MEMORY;
            holder->devices = grown;
            device = &holder->devices[holder->device_count++];
            *device = (struct meeting_device){ .key = row[i].device };
        }
        if (device->is_enrolled ||
            !copy_text(row[i].vouched_by, device->vouched_by,
                       sizeof device->vouched_by))
            return RESULT_CORRUPT;
        device->is_enrolled = true;
        device->is_founding = row[i].founding;
    }
    return RESULT_OK;
}

static enum result add_person(struct meeting_state *state,
                              const struct identifier *id)
{
    void *grown;
    enum result result;

    if (meeting_state_site(state, id))
        return RESULT_CORRUPT;
    grown =
        state_grow(state->people, state->person_count, sizeof *state->people);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->people = grown;
    result =
        identifier_index_add(&state->person_index, id, state->person_count);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    state->people[state->person_count++] =
        (struct meeting_person){ .holder.id = *id };
    return RESULT_OK;
}

static enum result set_person(struct meeting_state *state,
                              const struct roster_person *row)
{
    struct meeting_person *person = state_person(state, &row->member);
    enum result result;

    if (!person) {
        result = add_person(state, &row->member);
        if (result)
            return result;
        person = &state->people[state->person_count - 1];
    }
    if ((int)person->category != row->category ||
        (int)person->office != row->office)
        state_note_change(state, state->next_seq, QUORUM_ROSTER, &row->member);
    person->category = (enum category)row->category;
    person->office = (enum office)row->office;
    person->ground = (enum ground)row->ground;
    person->probation_end = row->probation_end;
    person->group = row->group;
    result = set_devices(&person->holder, &row->devices);
    if (result == RESULT_OK)
        state_settle_ballots(state, person);
    return result;
}

static enum result add_site(struct meeting_state *state,
                            const struct identifier *id)
{
    void *grown;
    enum result result;

    if (meeting_state_person(state, id))
        return RESULT_CORRUPT;
    grown = state_grow(state->sites, state->site_count, sizeof *state->sites);
    if (!grown)
        return RESULT_NO_MEMORY;
    state->sites = grown;
    result = identifier_index_add(&state->site_index, id, state->site_count);
    if (result)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    state->sites[state->site_count++] =
        (struct meeting_site){ .holder.id = *id };
    return RESULT_OK;
}

static enum result set_site(struct meeting_state *state,
                            const struct roster_site *row)
{
    struct meeting_holder *holder = state_holder(state, &row->site);
    enum result result;

    if (!holder) {
        result = add_site(state, &row->site);
        if (result)
            return result;
        holder = &state->sites[state->site_count - 1].holder;
    }
    if (meeting_state_person(state, &row->site))
        return RESULT_CORRUPT;
    state->sites[identifier_index_find(&state->site_index, &row->site)].keeper =
        row->keeper;
    return set_devices(holder, &row->devices);
}

static enum result set_rows(struct meeting_state *state,
                            const struct items *people,
                            const struct items *sites)
{
    const struct roster_person *person = people->data;
    const struct roster_site *site = sites->data;
    size_t i;
    enum result result;

    for (i = 0; i < people->count; i++) {
        result = set_person(state, &person[i]);
        if (result)
            return result;
    }
    for (i = 0; i < sites->count; i++) {
        result = set_site(state, &site[i]);
        if (result)
            return result;
    }
    return RESULT_OK;
}

static enum result set_agenda(struct meeting_state *state,
                              const struct items *agenda)
{
    const struct agenda_item *row = agenda->data;
    size_t i;

    for (i = 0; i < agenda->count; i++) {
        void *grown =
            state_grow(state->items, state->item_count, sizeof *state->items);

        if (!grown)
            return RESULT_NO_MEMORY;
        state->items = grown;
        if (meeting_state_item(state, &row[i].item))
            return RESULT_CORRUPT;
        state->items[state->item_count++] =
            (struct meeting_item){ .id = row[i].item,
                                   .phase = ITEM_WAITING,
                                   .presenter = row[i].presenter,
                                   .planned_min = row[i].planned_min,
                                   .kind = (enum item_kind)row[i].kind,
                                   .position = i };
    }
    return RESULT_OK;
}

/* The presiding group never knocks. */
static enum result admit_presiding(struct meeting_state *state)
{
    const struct identifier *ids[] = { &state->chair, &state->deputy,
                                       &state->minute_taker };
    size_t i;

    for (i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct meeting_person *person = state_person(state, ids[i]);

        if (person)
            person->holder.admission = ADMISSION_GRANTED;
        else if (!identifier_is_empty(ids[i]))
            return RESULT_CORRUPT;
    }
    return RESULT_OK;
}

enum result state_apply_genesis(struct meeting_state *state,
                                const struct meeting_event *event)
{
    const struct event_genesis *body = &event->body.genesis;
    size_t count;
    enum result result;

    if (!copy_text(body->ruleset, state->ruleset, sizeof state->ruleset) ||
        !copy_text(body->zone, state->zone, sizeof state->zone))
        return RESULT_CORRUPT;
    state->meeting = body->meeting;
    state->organisation = body->organisation;
    state->unit = body->unit;
    state->ruleset_hash = body->ruleset_hash;
    state->server = body->server;
    state->register_seq = body->register_seq;
    state->register_head = body->register_head;
    state->kind = (enum meeting_kind)body->kind;
    state->starts_at_ms = body->starts_at;
    state->chair = body->chair;
    state->deputy = body->deputy;
    state->minute_taker = body->minute_taker;
    state->presiding = body->chair;
    state->is_vouching_required = body->vouching_required;
    result = set_agenda(state, &body->agenda);
    if (!result)
        result = set_rows(state, &body->roster, &body->sites);
    if (result)
        return result;
    /* A row that came twice has changed the first one instead of adding. */
    count = state->person_count + state->site_count;
    if (count != body->roster.count + body->sites.count)
        return RESULT_CORRUPT;
    return admit_presiding(state);
}

enum result state_apply_roster_changed(struct meeting_state *state,
                                       const struct meeting_event *event)
{
    const struct event_roster_changed *body = &event->body.roster_changed;

    if (body->register_seq < state->register_seq)
        return RESULT_CORRUPT;
    state->register_seq = body->register_seq;
    state->register_head = body->register_head;
    return set_rows(state, &body->roster, &body->sites);
}

/* --- lobby --------------------------------------------------------------- */

enum result state_apply_knocked(struct meeting_state *state,
                                const struct meeting_event *event)
{
    const struct event_knocked *body = &event->body.knocked;
    struct meeting_holder *holder = state_holder(state, &body->holder);

    if (!holder || !state_device(holder, &body->device) ||
        holder->admission != ADMISSION_NONE)
        return RESULT_CORRUPT;
    holder->admission = ADMISSION_WAITING;
    return RESULT_OK;
}

enum result state_apply_admitted(struct meeting_state *state,
                                 const struct meeting_event *event)
{
    struct meeting_holder *holder =
        state_holder(state, &event->body.admitted.holder);

    if (!holder || holder->admission == ADMISSION_GRANTED)
        return RESULT_CORRUPT;
    holder->admission = ADMISSION_GRANTED;
    return RESULT_OK;
}

enum result state_apply_turned_away(struct meeting_state *state,
                                    const struct meeting_event *event)
{
    const struct identifier *id = &event->body.turned_away.holder;
    struct meeting_holder *holder = state_holder(state, id);

    if (!holder || holder->admission == ADMISSION_REFUSED ||
        meeting_state_is_presiding(state, id))
        return RESULT_CORRUPT;
    holder->admission = ADMISSION_REFUSED;
    return RESULT_OK;
}

/* --- connections --------------------------------------------------------- */

/* A device keeps its first slot; a new one takes the next free. */
static bool take_slot(struct meeting_state *state,
                      struct meeting_device *device, uint64_t slot)
{
    if (device->has_slot)
        return slot == device->slot;
    if (slot != state->next_slot || slot == 0)
        return false;
    device->has_slot = true;
    device->slot = state->next_slot++;
    return true;
}

enum result state_apply_connected(struct meeting_state *state,
                                  const struct meeting_event *event)
{
    const struct event_connected *body = &event->body.connected;
    struct meeting_holder *holder = state_holder(state, &body->holder);
    struct meeting_device *device =
        holder ? state_device(holder, &body->device) : NULL;

    if (!device || holder->admission != ADMISSION_GRANTED ||
        !device->is_enrolled || (device->is_connected && !device->is_lost) ||
        !take_slot(state, device, body->slot))
        return RESULT_CORRUPT;
    state->lost_count -= device->is_lost;
    device->is_connected = true;
    device->is_lost = false;
    return RESULT_OK;
}

enum result state_apply_connection_lost(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    const struct event_connection_lost *body = &event->body.connection_lost;
    struct meeting_holder *holder = state_holder(state, &body->holder);
    struct meeting_device *device =
        holder ? state_device(holder, &body->device) : NULL;
    struct meeting_person *person = state_person(state, &body->holder);

    if (!device || !device->is_connected || device->is_lost)
        return RESULT_CORRUPT;
    device->is_lost = true;
    device->lost_at_ms = event->at_ms;
    state->lost_count++;
    if (person)
        person->disconnections++;
    return RESULT_OK;
}

enum result state_apply_disconnected(struct meeting_state *state,
                                     const struct meeting_event *event)
{
    const struct event_disconnected *body = &event->body.disconnected;
    struct meeting_holder *holder = state_holder(state, &body->holder);
    struct meeting_device *device =
        holder ? state_device(holder, &body->device) : NULL;

    if (!device || !device->is_connected)
        return RESULT_CORRUPT;
    state->lost_count -= device->is_lost;
    device->is_connected = false;
    device->is_lost = false;
    return RESULT_OK;
}

static void lose_devices(struct meeting_state *state,
                         struct meeting_holder *holder, int64_t at_ms)
{
    size_t i;

    for (i = 0; i < holder->device_count; i++) {
        struct meeting_device *device = &holder->devices[i];

        if (!device->is_connected || device->is_lost)
            continue;
        device->is_lost = true;
        device->lost_at_ms = at_ms;
        state->lost_count++;
    }
}

/* The server's fault is not counted among a member's disconnections. */
enum result state_apply_server_restarted(struct meeting_state *state,
                                         const struct meeting_event *event)
{
    size_t i;

    for (i = 0; i < state->person_count; i++)
        lose_devices(state, &state->people[i].holder, event->at_ms);
    for (i = 0; i < state->site_count; i++)
        lose_devices(state, &state->sites[i].holder, event->at_ms);
    return RESULT_OK;
}
