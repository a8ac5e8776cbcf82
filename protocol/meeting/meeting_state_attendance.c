/* How people take part: the declaration, and what else is not one person's. */
#include "protocol/meeting/meeting_state_internal.h"

enum result state_apply_open_content_declared(struct meeting_state *state,
                                              const struct meeting_event *event)
{
    struct meeting_attendance *attendance = &state->attendance;

    if (attendance->is_content_open)
        return RESULT_CORRUPT;
    attendance->is_content_open = true;
    attendance->declared_by = event->body.open_content_declared.act.member;
    attendance->declared_ms = event->at_ms;
    return RESULT_OK;
}

enum result state_apply_eligibility_found(struct meeting_state *state,
                                          const struct meeting_event *event)
{
    const struct event_eligibility_found *body = &event->body.eligibility_found;

    if (body->unable > body->members)
        return RESULT_CORRUPT;
    state->attendance.eligibility =
        (struct meeting_eligibility){ true, body->unable, body->members,
                                      body->need, body->met };
    return RESULT_OK;
}

bool meeting_state_is_check_in_open(const struct meeting_state *state,
                                    const struct identifier *site)
{
    const struct meeting_site *found;

    if (identifier_is_empty(site))
        return state->attendance.is_check_in_open;
    found = meeting_state_site(state, site);
    return found && found->is_check_in_open;
}

static enum result set_check_in(struct meeting_state *state,
                                const struct identifier *site, bool is_open)
{
    const size_t position = identifier_index_find(&state->site_index, site);
    bool *flag = &state->attendance.is_check_in_open;

    if (!identifier_is_empty(site)) {
        if (position == IDENTIFIER_NOWHERE)
            return RESULT_CORRUPT;
        flag = &state->sites[position].is_check_in_open;
    }
    *flag = is_open;
    return RESULT_OK;
}

enum result state_apply_check_in_opened(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    return set_check_in(state, &event->body.check_in_opened.site, true);
}

enum result state_apply_check_in_closed(struct meeting_state *state,
                                        const struct meeting_event *event)
{
    return set_check_in(state, &event->body.check_in_closed.site, false);
}

enum result state_apply_heads_counted(struct meeting_state *state,
                                      const struct meeting_event *event)
{
    const struct event_heads_counted *body = &event->body.heads_counted;
    const size_t position =
        identifier_index_find(&state->site_index, &body->site);
    struct head_count *heads = &state->attendance.heads;

    if (!identifier_is_empty(&body->site)) {
        if (position == IDENTIFIER_NOWHERE)
            return RESULT_CORRUPT;
        heads = &state->sites[position].heads;
    }
    *heads = (struct head_count){ true, body->count, body->act.member,
                                  event->at_ms };
    return RESULT_OK;
}

uint64_t meeting_state_named_at(const struct meeting_state *state,
                                const struct identifier *site)
{
    const enum presence_mode mode =
        identifier_is_empty(site) ? MODE_IN_PERSON : MODE_SITE;
    uint64_t count = 0;
    size_t i;

    for (i = 0; i < state->person_count; i++)
        count += state->people[i].mode == mode &&
                 identifier_equal(&state->people[i].site, site);
    return count;
}
