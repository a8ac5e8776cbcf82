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
