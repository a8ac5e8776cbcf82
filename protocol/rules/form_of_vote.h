/*
 * By which form a matter is voted on, and whether remote seats take part.
 * Pure; any thread.
 *
 * Source: 190-QĐ/TW (10/10/2024), Điều 3 (elections), 30-QĐ/TW, Điều 38
 * (discipline). Nothing known allows or forbids formal votes of remote seats:
 * a ruleset asks for the document by which they are allowed.
 */
#ifndef PROTOCOL_RULES_FORM_OF_VOTE_H
#define PROTOCOL_RULES_FORM_OF_VOTE_H

#include "protocol/rules/rule_id.h"

struct form_rule {
    enum rule_id rule;
    unsigned allowed; /* set of enum vote_form */
    enum vote_form usual;
    bool is_published; /* else whoever presides alone knows the result */
    enum remote remote;
};

struct form_rules {
    struct form_rule of[matter_count_];
};

enum form_refusal {
    FORM_ACCEPTED,
    FORM_NOT_ALLOWED,        /* another form is asked for */
    FORM_REMOTE_NEVER,       /* somebody would vote from a remote seat */
    FORM_REMOTE_UNAUTHORISED /* the same; the document that allows it is
                                not named */
};

/* How a vote is to be held. */
struct form_asked {
    enum matter matter;
    enum vote_form form;
    bool has_remote;    /* somebody online or by voice relay would vote */
    bool has_authority; /* number, date and issuer are entered */
};

struct form_decision {
    enum form_refusal refusal;
    enum rule_id rule;      /* the ground of the decision */
    struct form_rule asked; /* what the ruleset says of the matter */
};

struct form_decision form_decide(const struct form_rules *rules,
                                 const struct form_asked *asked);

#endif
