/* Members and sites of the register. */
#include "protocol/meeting/register_state_internal.h"

#include "protocol/base/date.h"
#include "protocol/meeting/register_state_index.h"

/* Members and sites share one space of ids: both hold devices. */
static bool is_holder_known(const struct register_state *state,
                            const struct identifier *id)
{
    return register_state_member(state, id) || register_state_site(state, id);
}

static bool is_place_right(const struct register_state *state,
                           const struct identifier *unit,
                           const struct identifier *group)
{
    const struct register_unit *party_group;

    if (!register_is_unit(state, unit, UNIT_CELL))
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

enum result register_apply_member_added(struct register_state *state,
                                        const struct register_event *event)
{
    const struct register_member_added *body = &event->body.member_added;
    struct register_index *index = state->index;
    struct register_member *members;

    if (is_holder_known(state, &body->member) ||
        !is_place_right(state, &body->unit, &body->group) ||
        !register_probation_is_right((enum category)body->category,
                                     body->probation_end))
        return RESULT_CORRUPT;
    members = register_grow(state->members, &index->member_capacity,
                            state->member_count, sizeof *members);
    if (!members)
        return RESULT_NO_MEMORY;
    state->members = members;
    members[state->member_count] =
        (struct register_member){ .id = body->member,
                                  .unit = body->unit,
                                  .group = body->group,
                                  .category = (enum category)body->category,
                                  .office = (enum office)body->office,
                                  .ground = (enum ground)body->ground,
                                  .probation_end = body->probation_end,
                                  .name_seq = event->seq };
    return register_slots_add(&index->members, register_hash_id(&body->member),
                              state->member_count++);
}

enum result register_apply_member_changed(struct register_state *state,
                                          const struct register_event *event)
{
    const struct register_member_changed *body = &event->body.member_changed;
    struct register_member *member = register_find_member(state, &body->member);

    if (!member || !is_place_right(state, &body->unit, &body->group) ||
        !register_probation_is_right((enum category)body->category,
                                     body->probation_end))
        return RESULT_CORRUPT;
    /* Another probation is another recognition. */
    if (member->probation_end != body->probation_end)
        member->considered = (struct identifier){ "" };
    member->probation_end = body->probation_end;
    member->unit = body->unit;
    member->group = body->group;
    member->category = (enum category)body->category;
    member->office = (enum office)body->office;
    member->ground = (enum ground)body->ground;
    member->name_seq = event->seq;
    return RESULT_OK;
}

enum result
register_apply_recognition_considered(struct register_state *state,
                                      const struct register_event *event)
{
    const struct register_recognition_considered *body =
        &event->body.recognition_considered;
    struct register_member *member = register_find_member(state, &body->member);

    if (!member || !register_find_meeting(state, &body->meeting, CALL_BEGUN))
        return RESULT_CORRUPT;
    member->considered = body->meeting;
    member->considered_ms = event->at_ms;
    return RESULT_OK;
}

/* With the member go her devices and the links she has not used. */
enum result register_apply_member_removed(struct register_state *state,
                                          const struct register_event *event)
{
    const struct register_member_removed *body = &event->body.member_removed;
    struct register_member *member = register_find_member(state, &body->member);

    if (!member)
        return RESULT_CORRUPT;
    member->is_removed = true;
    for (size_t i = 0; i < state->device_count; i++)
        if (identifier_equal(&state->devices[i].holder, &body->member))
            state->devices[i].is_revoked = true;
    for (size_t i = 0; i < state->invitation_count; i++)
        if (identifier_equal(&state->invitations[i].holder, &body->member))
            state->invitations[i].is_over = true;
    return RESULT_OK;
}

enum result register_apply_site_added(struct register_state *state,
                                      const struct register_event *event)
{
    const struct register_site_added *body = &event->body.site_added;
    struct register_index *index = state->index;
    struct register_site *sites;

    if (is_holder_known(state, &body->site) ||
        !register_is_unit(state, &body->unit, UNIT_CELL) ||
        !register_find_member(state, &body->keeper))
        return RESULT_CORRUPT;
    sites = register_grow(state->sites, &index->site_capacity,
                          state->site_count, sizeof *sites);
    if (!sites)
        return RESULT_NO_MEMORY;
    state->sites = sites;
    sites[state->site_count] = (struct register_site){ .id = body->site,
                                                       .unit = body->unit,
                                                       .keeper = body->keeper,
                                                       .name_seq = event->seq };
    return register_slots_add(&index->sites, register_hash_id(&body->site),
                              state->site_count++);
}

enum result register_apply_site_changed(struct register_state *state,
                                        const struct register_event *event)
{
    const struct register_site_changed *body = &event->body.site_changed;
    struct register_site *site = register_find_site(state, &body->site);

    if (!site || !register_is_unit(state, &body->unit, UNIT_CELL) ||
        !register_find_member(state, &body->keeper))
        return RESULT_CORRUPT;
    site->unit = body->unit;
    site->keeper = body->keeper;
    site->name_seq = event->seq;
    return RESULT_OK;
}
