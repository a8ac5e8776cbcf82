/* The insides of a log follower, shared by log_follower.c and
 * log_follower_check.c and by nobody else. */
#ifndef CLIENT_CORE_LOG_FOLLOWER_INTERNAL_H
#define CLIENT_CORE_LOG_FOLLOWER_INTERNAL_H

#include "client/core/log_follower.h"
#include "protocol/meeting/decision_check.h"

/* A device that one of its holder is said to have added: signed over a label
 * that has not come. */
struct follower_addition {
    uint64_t seq;
    struct register_device_added event; /* without its label */
};

struct link {
    struct hash head;
    bool is_unknown; /* of a kind not known here: its texts are passed over */
    bool is_roster;
    bool is_of_call; /* in a register: a meeting began or ended */
    char *bytes;     /* owned; NULL if not kept */
    size_t size;
    struct kept_opening *openings; /* owned; in the order of their coming */
    struct kept_opening *last_opening;
};

struct log_follower {
    struct log_follower_config config;
    bool is_register;
    struct link *links; /* owned; one an event */
    size_t count, capacity;
    struct meeting_state *meeting;   /* owned; NULL in a register */
    struct register_state *registry; /* owned; NULL in a meeting */
    struct text_table *texts;        /* owned */
    size_t kept_size;
    bool is_keeping; /* no event was too much yet */
    bool is_copying; /* what comes was verified before */
    uint64_t acted_next;
    uint64_t complete_below;     /* texts of events below are not waited for */
    unsigned audiences;          /* bit per audience that may be opened now */
    struct act_ledger ledger;    /* of a meeting; owned */
    const struct ruleset *rules; /* of it, borrowed; NULL: not known */
    struct follower_addition *additions; /* of a register; owned */
    size_t addition_count;
};

/* NO_MEMORY, or `bad` for any other failure. */
enum intake follower_intake_of(enum result result, enum intake bad);
/* Identity, acts, statements and signed heads of the next event, and that those
 * who signed saw our history. */
enum intake follower_check_event(const struct log_follower *follower,
                                 const struct taken_event *event);
/* Could an honest server have let it happen? Of an event that passed the checks
 * above, before it is applied; what it has to remember of it is kept. */
enum intake follower_check_decision(struct log_follower *follower,
                                    const struct taken_event *event);
/* Of a register's event that was applied. */
MUST_USE enum result follower_note_addition(struct log_follower *follower,
                                            const struct register_event *event);
/* Was it done by somebody who signed it? */
bool follower_is_act(const struct taken_event *event);
/* With its label the statement about a device can be checked: RESULT_OK, or
 * RESULT_REFUSED and others. */
MUST_USE enum result follower_check_label(struct log_follower *follower,
                                          const struct opening *opening);

#endif
