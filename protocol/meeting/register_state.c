#include "protocol/meeting/register_state.h"

#include "protocol/meeting/register_state_index.h"

#include <stdlib.h>

enum result register_state_new(struct register_state **out)
{
    struct register_state *state = calloc(1, sizeof *state);

    if (!state)
        return RESULT_NO_MEMORY;
    state->index = calloc(1, sizeof *state->index);
    if (!state->index) {
        free(state);
        return RESULT_NO_MEMORY;
    }
    *out = state;
    return RESULT_OK;
}

struct register_state *register_state_free(struct register_state *state)
{
    size_t i;

    if (!state)
        return NULL;
    register_slots_release(&state->index->units);
    register_slots_release(&state->index->members);
    register_slots_release(&state->index->sites);
    register_slots_release(&state->index->devices);
    register_slots_release(&state->index->invitations);
    register_slots_release(&state->index->tokens);
    register_slots_release(&state->index->meetings);
    free(state->index);
    register_opinions_release(&state->opinions);
    register_errata_release(&state->errata);
    free(state->units);
    free(state->members);
    free(state->sites);
    free(state->devices);
    free(state->invitations);
    for (i = 0; i < state->meeting_count; i++)
        free(state->meetings[i].agenda);
    free(state->meetings);
    free(state->moves);
    free(state->pairings);
    free(state->server_keys);
    free(state);
    return NULL;
}

/* --- Look-ups --------------------------------------------------------------
 * A matcher and a function for each array whose rows are found by their id. */

#define FIND_BY_ID(row, rows)                                                  \
    static bool is_##row(const struct register_state *state, size_t place,     \
                         const void *key)                                      \
    {                                                                          \
        return identifier_equal(&state->rows[place].id, key);                  \
    }                                                                          \
    const struct register_##row *register_state_##row(                         \
        const struct register_state *state, const struct identifier *id)       \
    {                                                                          \
        size_t place;                                                          \
                                                                               \
        if (!register_slots_find(&state->index->rows, register_hash_id(id),    \
                                 is_##row, state, id, &place))                 \
            return NULL;                                                       \
        return &state->rows[place];                                            \
    }

FIND_BY_ID(unit, units)
FIND_BY_ID(member, members)
FIND_BY_ID(site, sites)
FIND_BY_ID(invitation, invitations)
FIND_BY_ID(meeting, meetings)

static bool is_device(const struct register_state *state, size_t place,
                      const void *key)
{
    return key_equal(&state->devices[place].key, key);
}

const struct register_device *
register_state_device(const struct register_state *state, const struct key *key)
{
    size_t place;

    if (!register_slots_find(&state->index->devices,
                             register_hash_bytes(key->bytes, sizeof key->bytes),
                             is_device, state, key, &place))
        return NULL;
    return &state->devices[place];
}

static bool has_token(const struct register_state *state, size_t place,
                      const void *key)
{
    return hash_equal(&state->invitations[place].token, key);
}

const struct register_invitation *
register_state_invitation_by_token(const struct register_state *state,
                                   const struct hash *token)
{
    size_t place;

    if (!register_slots_find(
            &state->index->tokens,
            register_hash_bytes(token->bytes, sizeof token->bytes), has_token,
            state, token, &place))
        return NULL;
    return &state->invitations[place];
}

/* --- Questions ----------------------------------------------------------- */

bool register_state_is_within(const struct register_state *state,
                              const struct identifier *unit,
                              const struct identifier *ancestor)
{
    const struct register_unit *step;

    if (identifier_is_empty(&state->organisation))
        return false;
    if (identifier_equal(unit, &state->organisation))
        return identifier_equal(ancestor, unit);
    /* No unit ever lies in itself, so this comes to an end. */
    for (step = register_state_unit(state, unit); step;
         step = register_state_unit(state, &step->parent)) {
        if (identifier_equal(&step->id, ancestor))
            return true;
        if (identifier_is_empty(&step->parent))
            return identifier_equal(ancestor, &state->organisation);
    }
    return false;
}

struct identifier register_state_parent_at(const struct register_state *state,
                                           const struct register_unit *unit,
                                           int64_t at_ms)
{
    struct identifier parent = unit->first_parent;
    size_t i;

    for (i = 0; i < state->move_count; i++)
        if (identifier_equal(&state->moves[i].unit, &unit->id) &&
            state->moves[i].since_ms <= at_ms)
            parent = state->moves[i].parent;
    return parent;
}

uint64_t register_state_groups_held(const struct register_state *state,
                                    const struct identifier *cell,
                                    uint64_t year,
                                    const struct identifier *except)
{
    uint64_t count = 0;

    for (size_t i = 0; i < state->meeting_count; i++) {
        const struct register_meeting *meeting = &state->meetings[i];

        count += meeting->groups_year == year && year > 0 &&
                 meeting->phase != CALL_CANCELLED &&
                 identifier_equal(&meeting->unit, cell) &&
                 !identifier_equal(&meeting->id, except);
    }
    return count;
}

/* --- The server's own keys ------------------------------------------------ */

const struct register_server_key *
register_state_server_key(const struct register_state *state,
                          const struct key *key)
{
    for (size_t i = 0; i < state->server_key_count; i++)
        if (key_equal(&state->server_keys[i].key, key))
            return &state->server_keys[i];
    return NULL;
}

const struct register_server_key *
register_state_server_at(const struct register_state *state, uint64_t seq)
{
    for (size_t i = state->server_key_count; i > 0; i--)
        if (state->server_keys[i - 1].since <= seq)
            return &state->server_keys[i - 1];
    return NULL;
}

void register_state_succession(const struct register_state *state,
                               struct succession *out)
{
    size_t first = state->server_key_count;

    while (first > 0 && state->server_keys[first - 1].is_proven &&
           state->server_key_count - first < LIMIT_SUCCESSION_STEPS)
        first--;
    out->count = state->server_key_count - first;
    for (size_t i = 0; i < out->count; i++)
        out->steps[i] = state->server_keys[first + i].step;
}

/* --- Openings ------------------------------------------------------------ */

static bool member_may_open(const struct register_state *state,
                            const struct register_member *member,
                            const struct identifier *unit,
                            enum audience audience)
{
    const bool is_own_cell =
        register_state_is_within(state, unit, &member->unit);

    switch (audience) {
    case AUDIENCE_ALL:
        return true;
    case AUDIENCE_MEMBERS:
        return is_own_cell && member->category != CATEGORY_GUEST &&
               member->category != CATEGORY_TECHNICIAN;
    case AUDIENCE_PRESIDING:
    case AUDIENCE_MINUTES:
        return is_own_cell && member->category != CATEGORY_SUSPENDED &&
               (member->office == OFFICE_CELL_LEADER ||
                member->office == OFFICE_DEPUTY_LEADER);
    case AUDIENCE_NONE:
        break;
    }
    return false;
}

bool register_state_may_open(const struct register_state *state,
                             const struct identifier *holder,
                             const struct identifier *unit,
                             enum audience audience)
{
    const struct register_member *member = register_state_member(state, holder);
    const struct register_site *site = register_state_site(state, holder);

    if (member)
        return !member->is_removed &&
               member_may_open(state, member, unit, audience);
    if (!site)
        return false;
    return audience == AUDIENCE_ALL ||
           (audience == AUDIENCE_MEMBERS &&
            register_state_is_within(state, unit, &site->unit));
}
