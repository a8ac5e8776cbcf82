/*
 * What a decision is made of and what comes out of it: events, or a refusal
 * with its reason. Pure: time, actor and signature checks are arguments.
 */
#ifndef SERVER_DOMAIN_DECISION_H
#define SERVER_DOMAIN_DECISION_H

#include "protocol/meeting/ballot_matter.h"
#include "protocol/meeting/command.h"
#include "protocol/meeting/meeting_event.h"
#include "protocol/meeting/refusal.h"
#include "protocol/meeting/register_event.h"
#include "protocol/rules/ruleset.h"

enum actor_kind {
    ACTOR_NONE,
    ACTOR_HOLDER,        /* a member's or a site's enrolled device */
    ACTOR_ADMINISTRATOR, /* through the unix socket */
    ACTOR_SERVER         /* timers, connections, the register's mirror */
};

struct actor {
    enum actor_kind kind;
    struct identifier holder; /* of ACTOR_HOLDER */
    struct key device;
};

/* Room for one event of everybody on a roll, and some around them. */
enum { DECISION_EVENTS_MAX = LIMIT_ROSTER + 64 };

/* One of both logs; events are in order, seq and at_ms are the room's to set.
 */
struct meeting_decision {
    struct refusal refusal; /* code REFUSAL_NONE: accepted */
    size_t count;           /* 0 and accepted: nothing to do, answered ok */
    struct meeting_event events[DECISION_EVENTS_MAX];
    struct identifier made; /* id of what was created, for the answer */
    /* What views of an event borrow: a decision is not to be copied. */
    char test[THRESHOLD_TEXT_SIZE];
    struct ballot_channel_row channels[LIMIT_ROSTER];
    struct discipline_form forms[discipline_count_];
    struct member_id names[LIMIT_BALLOT_CANDIDATES];
    struct ballot_decision_memory decided;
    struct vote_people people[category_count_];
    struct group_vote group_votes[LIMIT_VOTES];
};

struct register_decision {
    struct refusal refusal;
    size_t count;
    struct register_event *events; /* array, grows; owned by the decision */
    size_t capacity;
    struct identifier made;
    struct agenda_item *agenda; /* memory of events' lists */
    struct group_call *groups;  /* likewise */
};
void register_decision_release(struct register_decision *decision);

#endif
