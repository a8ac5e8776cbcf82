/*
 * A decision in the making: what the rules of one command or report look at,
 * and the events or the refusal they write. Used inside server/domain only.
 */
#ifndef SERVER_DOMAIN_DRAFT_H
#define SERVER_DOMAIN_DRAFT_H

#include "protocol/meeting/command_roles.h"
#include "server/domain/meeting_rules.h"

struct draft {
    const struct meeting_state *state;
    const struct ruleset *rules;
    const struct command *command;   /* NULL for a report */
    const struct identifier *holder; /* who acts; NULL for a report */
    const struct key *device;
    int64_t now_ms;
    bool is_floor_ended; /* by an event of this decision */
    struct meeting_decision *out;
};

/* A new event of `kind`, zeroed. Asserts that there is room for it. */
struct meeting_event *draft_add(struct draft *draft,
                                enum meeting_event_kind kind);
/* How many more events fit. */
size_t draft_room(const struct draft *draft);

/* Refusals take back what was added. The first argument of most is an id. */
void draft_refuse(struct draft *draft, enum refusal_code code);
void draft_refuse_id(struct draft *draft, enum refusal_code code,
                     const struct identifier *id);
void draft_refuse_who(struct draft *draft, const char *who);
/* CANNOT_ATTEND or CANNOT_SPEAK, with id and category. */
void draft_refuse_category(struct draft *draft, enum refusal_code code,
                           const struct meeting_person *person);
/* Is there still a share of `max` for whoever has had so many? Else refuses. */
bool draft_has_share(struct draft *draft, uint64_t had, uint64_t max);
void draft_refuse_max(struct draft *draft, uint64_t max);

/* Who acts, as a person; NULL if it is a site. */
const struct meeting_person *draft_person(const struct draft *draft);
bool draft_is_chair(const struct draft *draft);
bool draft_is_minute_taker(const struct draft *draft);
/* Has who acts one of these roles (command_roles.h)? */
bool draft_has_role(const struct draft *draft, unsigned roles);
/* The member of this id, or NULL with the refusal written. */
const struct meeting_person *draft_member(struct draft *draft,
                                          const struct identifier *id);
/* Was there a vote of this id, and carried out? Then the refusal is written. */
bool draft_refuse_spent(struct draft *draft, const struct identifier *id);
/* Was a vote of this matter passed, and is it for something else than `target`
 * ("": a new item)? Then the refusal is written. */
bool draft_refuse_other(struct draft *draft, const struct identifier *id,
                        enum matter matter, const struct identifier *target);
/* The vote of this id, or NULL with the refusal written. */
const struct meeting_vote *draft_vote(struct draft *draft,
                                      const struct identifier *id);
/* Is the member ticked at the site that acts? */
bool draft_is_own_site(const struct draft *draft,
                       const struct meeting_person *person);
/* Had the signer seen the event `seq`? Else refuses. */
bool draft_has_seen(struct draft *draft, uint64_t seq);

/* Ends the floor if this member has it. */
void draft_end_floor_of(struct draft *draft, const struct identifier *member,
                        enum floor_end reason);
/* Ends the floor, whoever has it. */
void draft_end_floor(struct draft *draft, enum floor_end reason);
/* Ends the member's presence, if any, and the floor with it. At most two
 * events. */
void draft_end_presence(struct draft *draft,
                        const struct meeting_person *person,
                        enum presence_end reason, const struct act *act);

#endif
