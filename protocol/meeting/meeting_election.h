/*
 * The lists of names of a meeting's elections, as far as its log says: part of
 * meeting_state, which alone writes it. Readers look at the fields. Pure; one
 * thread.
 */
#ifndef PROTOCOL_MEETING_MEETING_ELECTION_H
#define PROTOCOL_MEETING_MEETING_ELECTION_H

#include "protocol/meeting/meeting_event.h"

struct meeting_nominee {
    struct identifier member;
    enum nomination_source source;
    struct identifier by;
    uint64_t seq; /* of the nomination */
    bool is_withdrawn;
    /* The newest show of hands on this name. */
    bool has_support; /* was it asked for? */
    struct identifier vote;
    uint64_t yes, present, need;
    bool is_supported;
};

struct meeting_election {
    struct identifier id;
    struct identifier item;
    enum elected_post post;
    uint64_t seats;
    uint64_t called_seq;
    uint64_t changed_seq; /* of the newest change of the list */
    bool is_closed;
    uint64_t closed_seq;    /* of the event that closed it; 0: it is open */
    struct identifier vote; /* that closed it */
    /* In the order of nomination, withdrawn ones too; owned. */
    struct meeting_nominee *nominees;
    size_t nominee_count;
};

/* The list of an election from the beginning on; NULL: there is no nominee of
 * this id. */
const struct meeting_nominee *
meeting_election_nominee(const struct meeting_election *,
                         const struct identifier *member);
/* Names that stand: not withdrawn. */
size_t meeting_election_names(const struct meeting_election *);
/* Was this name proposed by others than the committee, and not supported by
 * enough yet? */
bool meeting_nominee_is_unsupported(const struct meeting_nominee *);
/* Are these exactly the names that stand, in their order? */
bool meeting_election_is_list(const struct meeting_election *,
                              const struct items *candidates);

#endif
