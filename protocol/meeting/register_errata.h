/*
 * Errata of minutes, as the register keeps them: of which meeting, which
 * number, who has signed. The texts are where their events are. Written by
 * register_errata.c alone; pure; belongs to the register's state.
 *
 * Source: docs/trust.md, "The minutes": later corrections are signed errata,
 * never edits.
 */
#ifndef PROTOCOL_MEETING_REGISTER_ERRATA_H
#define PROTOCOL_MEETING_REGISTER_ERRATA_H

#include "protocol/meeting/register_event.h"

struct meeting_state;
struct register_state;

enum { ERRATUM_SIGNERS = 2 }; /* chair and minute-taker */

struct register_erratum_signature {
    enum minutes_signer role;
    struct identifier member;
    struct key device;
    uint64_t seq;
    int64_t at_ms;
};
struct register_erratum {
    struct identifier meeting;
    uint64_t number;     /* 1, 2, … of the meeting */
    struct hash minutes; /* commitment of what was adopted */
    struct hash c;       /* of its own text */
    uint64_t seq;        /* event whose field "erratum" is its text */
    struct register_erratum_signature signatures[ERRATUM_SIGNERS];
    size_t signature_count;
};

/* All zeros: empty; in the order of the log. */
struct register_errata {
    struct register_erratum *rows; /* owned */
    size_t count, capacity;
};

void register_errata_release(struct register_errata *errata);

/* What stands against an event, which is one of an erratum. */
enum erratum_fault {
    ERRATUM_FAULT_NONE,
    ERRATUM_FAULT_MEETING, /* there is none, or it has not ended */
    ERRATUM_FAULT_NUMBER,  /* not the next one; or there is none of it */
    ERRATUM_FAULT_MANY,
    ERRATUM_FAULT_MINUTES, /* of other minutes than the errata before it */
    ERRATUM_FAULT_TEXT,    /* the second signature is over another text */
    ERRATUM_FAULT_ROLE,    /* none of the two, or that one has signed */
    ERRATUM_FAULT_DEVICE   /* the signer is no device of this member now */
};
enum erratum_fault register_errata_fault(const struct register_state *state,
                                         const struct register_event *event);

/* NULL if there is none. Borrowed until the next apply. */
const struct register_erratum *
register_state_erratum(const struct register_state *state,
                       const struct identifier *meeting, uint64_t number);
/* The one whose text is in this event; NULL if there is none. */
const struct register_erratum *
register_state_erratum_at(const struct register_state *state, uint64_t seq);
/* How many this meeting has, whether in force or not. */
uint64_t register_state_errata(const struct register_state *state,
                               const struct identifier *meeting);
/* Have both signed? */
bool register_erratum_is_in_force(const struct register_erratum *erratum);
/* NULL: nobody has signed in this role yet. */
const struct register_erratum_signature *
register_erratum_signature(const struct register_erratum *erratum,
                           enum minutes_signer role);
/* May this holder read errata of this meeting: who is summoned to such a
 * meeting now, or was called to one of its offices, or has signed one? */
bool register_errata_may_open(const struct register_state *state,
                              const struct identifier *holder,
                              const struct identifier *meeting);

/* In which standing somebody signs. */
enum erratum_standing {
    ERRATUM_STANDING_NONE,
    ERRATUM_STANDING_OWN, /* who presided, or took the minutes, at the end */
    ERRATUM_STANDING_IN_PLACE /* that one is not there any more; leader or
                                 deputy leader of the cell now */
};
/*
 * May this member sign in this role, as the register stands: who had the office
 * when the meeting was closed; or, where that member has left the cell or is
 * suspended, the leader or the deputy leader of the cell, if it is not who
 * signs in the other role. `meeting` is the state of the meeting at its end,
 * `erratum` the one to be signed, or NULL: a new one.
 */
enum erratum_standing erratum_standing(const struct register_state *state,
                                       const struct meeting_state *meeting,
                                       const struct register_erratum *erratum,
                                       const struct identifier *member,
                                       enum minutes_signer role);

#endif
