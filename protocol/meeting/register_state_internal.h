/*
 * What the files that write the state of the register share: look-ups that may
 * write, and one function a kind of event. Each of them returns
 * RESULT_NO_MEMORY, or RESULT_CORRUPT for an event that contradicts the log
 * before it: ids are new or known, steps follow each other. Who may do what is
 * not asked again. Nobody else includes this header.
 */
#ifndef PROTOCOL_MEETING_REGISTER_STATE_INTERNAL_H
#define PROTOCOL_MEETING_REGISTER_STATE_INTERNAL_H

#include "protocol/meeting/register_state.h"

#define REGISTER_APPLY(NAME, name)                                             \
    MUST_USE enum result register_apply_##name(                                \
        struct register_state *state, const struct register_event *event);
REGISTER_EVENT_LIST(REGISTER_APPLY)
#undef REGISTER_APPLY

/* NULL if there is none; a member who was removed is none. */
struct register_unit *register_find_unit(struct register_state *state,
                                         const struct identifier *id);
struct register_member *register_find_member(struct register_state *state,
                                             const struct identifier *id);
struct register_site *register_find_site(struct register_state *state,
                                         const struct identifier *id);
/* In this phase alone. */
struct register_meeting *register_find_meeting(struct register_state *state,
                                               const struct identifier *id,
                                               enum call_phase phase);

/* A member who was not removed, or a site. */
bool register_is_holder_current(struct register_state *state,
                                const struct identifier *id);
/* Is there such a unit, of this kind? */
bool register_is_unit(const struct register_state *state,
                      const struct identifier *id, enum unit_kind kind);

#endif
