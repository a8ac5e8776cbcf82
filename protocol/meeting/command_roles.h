/*
 * Who gives which command of a meeting, by office. Whether it is taken depends
 * on more (the phase, what was said before); this much everybody who holds the
 * log can ask again. Pure; any thread.
 */
#ifndef PROTOCOL_MEETING_COMMAND_ROLES_H
#define PROTOCOL_MEETING_COMMAND_ROLES_H

#include "protocol/meeting/command.h"
#include "protocol/meeting/meeting_state.h"

/* Roles as a set. */
enum command_role {
    ROLE_CHAIR = 1 << 0,     /* who is in the chair now */
    ROLE_MINUTES = 1 << 1,   /* the minute-taker */
    ROLE_PRESIDING = 1 << 2, /* chair as called, deputy, minute-taker */
    ROLE_SITE = 1 << 3,
    ROLE_MEMBER = 1 << 4, /* everybody on the roll but guests */
    ROLE_GUEST = 1 << 5,
    ROLE_CO_CHAIR = 1 << 6,
    ROLE_MODERATOR = 1 << 7,
    ROLE_LEADING = ROLE_CHAIR | ROLE_CO_CHAIR, /* of the floor */
    ROLE_PERSON = ROLE_MEMBER | ROLE_GUEST,
    ROLE_ANYONE = ROLE_PERSON | ROLE_SITE
};

/* The roles that an operation is open to; 0 for one that is of no meeting. */
unsigned command_roles(enum command_op op);

/* The roles that a holder has now; 0 if nobody of this id is on the roll. */
unsigned meeting_state_roles(const struct meeting_state *state,
                             const struct identifier *id);

/*
 * Formal votes, and what chair and minute-taker do by their office: these are
 * taken from devices that others vouched for, where the meeting asks for it.
 * What only prepares the meeting (lobby, ticks) is not among them.
 */
bool command_is_formal(enum command_op op);

#endif
