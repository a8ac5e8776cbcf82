/*
 * What the log of the register says of itself, of its server's key and of the
 * units; and the one place at which an event of any kind is taken in.
 */
#include "protocol/meeting/register_state_internal.h"

#include "protocol/meeting/register_state_index.h"
#include "protocol/record/signing_key.h"

#include <assert.h>

/* --- Rows to be changed; look-ups give constant ones ---------------------- */

struct register_unit *register_find_unit(struct register_state *state,
                                         const struct identifier *id)
{
    const struct register_unit *row = register_state_unit(state, id);

    return row ? &state->units[row - state->units] : NULL;
}

struct register_member *register_find_member(struct register_state *state,
                                             const struct identifier *id)
{
    const struct register_member *row = register_state_member(state, id);

    return row && !row->is_removed ? &state->members[row - state->members]
                                   : NULL;
}

struct register_site *register_find_site(struct register_state *state,
                                         const struct identifier *id)
{
    const struct register_site *row = register_state_site(state, id);

    return row ? &state->sites[row - state->sites] : NULL;
}

struct register_meeting *register_find_meeting(struct register_state *state,
                                               const struct identifier *id,
                                               enum call_phase phase)
{
    const struct register_meeting *row = register_state_meeting(state, id);

    return row && row->phase == phase ? &state->meetings[row - state->meetings]
                                      : NULL;
}

bool register_is_holder_current(struct register_state *state,
                                const struct identifier *id)
{
    return register_find_member(state, id) || register_find_site(state, id);
}

bool register_is_unit(const struct register_state *state,
                      const struct identifier *id, enum unit_kind kind)
{
    const struct register_unit *unit = register_state_unit(state, id);

    return unit && unit->kind == kind;
}

/* --- The server's own key ------------------------------------------------- */

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

enum result
register_apply_server_key_changed(struct register_state *state,
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
enum result register_apply_server_key_lost(struct register_state *state,
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

/* --- The organisation and its units --------------------------------------- */

enum result register_apply_genesis(struct register_state *state,
                                   const struct register_event *event)
{
    const struct register_genesis *body = &event->body.genesis;
    const struct register_server_key first = { .key = body->server,
                                               .since_ms = event->at_ms };

    if (state->next_seq != 0)
        return RESULT_CORRUPT;
    state->organisation = body->organisation;
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
        return is_at_top || register_is_unit(state, parent, UNIT_PARTY_ORG);
    case UNIT_PARTY_GROUP:
        return register_is_unit(state, parent, UNIT_CELL);
    case unit_kind_none_:
    case unit_kind_count_:
        break;
    }
    return false;
}

enum result register_apply_unit_added(struct register_state *state,
                                      const struct register_event *event)
{
    const struct register_unit_added *body = &event->body.unit_added;
    struct register_index *index = state->index;
    struct register_unit *units;

    if (register_state_unit(state, &body->unit) ||
        identifier_equal(&body->unit, &state->organisation) ||
        !is_parent_right(state, (enum unit_kind)body->kind, &body->parent))
        return RESULT_CORRUPT;
    units = register_grow(state->units, &index->unit_capacity,
                          state->unit_count, sizeof *units);
    if (!units)
        return RESULT_NO_MEMORY;
    state->units = units;
    units[state->unit_count] =
        (struct register_unit){ .id = body->unit,
                                .kind = (enum unit_kind)body->kind,
                                .parent = body->parent,
                                .first_parent = body->parent,
                                .name_seq = event->seq };
    return register_slots_add(&index->units, register_hash_id(&body->unit),
                              state->unit_count++);
}

enum result register_apply_unit_renamed(struct register_state *state,
                                        const struct register_event *event)
{
    const struct register_unit_renamed *body = &event->body.unit_renamed;
    struct register_unit *unit = register_find_unit(state, &body->unit);

    if (!unit)
        return RESULT_CORRUPT;
    unit->name_seq = event->seq;
    return RESULT_OK;
}

enum result register_apply_unit_moved(struct register_state *state,
                                      const struct register_event *event)
{
    const struct register_unit_moved *body = &event->body.unit_moved;
    struct register_unit *unit = register_find_unit(state, &body->unit);
    struct register_move *moves;

    if (!unit || unit->kind == UNIT_PARTY_GROUP ||
        !is_parent_right(state, unit->kind, &body->parent) ||
        (!identifier_is_empty(&body->parent) &&
         register_state_is_within(state, &body->parent, &body->unit)))
        return RESULT_CORRUPT;
    moves = register_grow(state->moves, &state->index->move_capacity,
                          state->move_count, sizeof *moves);
    if (!moves)
        return RESULT_NO_MEMORY;
    state->moves = moves;
    moves[state->move_count++] = (struct register_move){
        .unit = body->unit, .parent = body->parent, .since_ms = body->since
    };
    unit->parent = body->parent;
    return RESULT_OK;
}

/* --- After a loss --------------------------------------------------------- */

/* What is lost lies at or after the place where the log goes on. */
enum result register_apply_restored(struct register_state *state,
                                    const struct register_event *event)
{
    const struct register_restored *body = &event->body.restored;

    if (body->from != event->seq || body->lost_seq < event->seq)
        return RESULT_CORRUPT;
    state->restored_count++;
    return RESULT_OK;
}

/* --- Any event ------------------------------------------------------------ */

typedef enum result (*apply_fn)(struct register_state *state,
                                const struct register_event *event);

static const apply_fn appliers[REGISTER_EVENT_COUNT] = {
#define APPLIER(NAME, name) [REGISTER_##NAME##_KIND] = register_apply_##name,
    REGISTER_EVENT_LIST(APPLIER)
#undef APPLIER
};

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
    assert(event->kind < REGISTER_EVENT_COUNT);
    if (appliers[event->kind]) {
        result = appliers[event->kind](state, event);
        if (result != RESULT_OK)
            return result;
    }
    if (state->device_count > device_count)
        state->devices[device_count].enrolled_ms = event->at_ms;
    state->next_seq++;
    state->at_ms = event->at_ms;
    return RESULT_OK;
}
