/*
 * Does a meeting see the register as the register says? The rows of people,
 * sites and devices in a meeting's genesis and in roster_changed are held
 * against a fold of the register up to the very position they name. Names and
 * labels are sealed with other salts there, and are not compared.
 *
 * Pure; one thread.
 */
#ifndef PROTOCOL_MEETING_SNAPSHOT_CHECK_H
#define PROTOCOL_MEETING_SNAPSHOT_CHECK_H

#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/register_state.h"

/* X(identifier, English words for logs) */
#define SNAPSHOT_FAULT_LIST(X)                                                 \
    X(NONE, "agrees")                                                          \
    X(HEAD, "the register's head is another")                                  \
    X(ORGANISATION, "the organisation is another")                             \
    X(SERVER, "the server's key is another")                                   \
    X(CALL, "the register calls no such meeting")                              \
    X(CHAIR, "the chair is another than called")                               \
    X(DEPUTY, "the deputy is another than called")                             \
    X(MINUTE_TAKER, "the minute-taker is another than called")                 \
    X(KIND, "the kind of meeting is another than called")                      \
    X(STARTS_AT, "the date is another than called")                            \
    X(PREVIOUS, "the meeting before is another")                               \
    X(GROUPS, "the party groups by which it is held are others")               \
    X(GATHERED, "the record of a party group ends otherwise")                  \
    X(HOLDER_MISSING, "somebody is left out")                                  \
    X(HOLDER_EXTRA, "somebody does not belong to this cell")                   \
    X(HOLDER_TWICE, "somebody stands there twice")                             \
    X(CATEGORY, "the category is another")                                     \
    X(OFFICE, "the office is another")                                         \
    X(GROUP, "the party group is another")                                     \
    X(GROUND, "the ground for not coming is another")                          \
    X(PROBATION, "the end of probation is another")                            \
    X(KEEPER, "the keeper is another")                                         \
    X(DEVICE_MISSING, "a device is left out")                                  \
    X(DEVICE_EXTRA, "a device is not this holder's, or was revoked")           \
    X(DEVICE_TWICE, "a device stands there twice")                             \
    X(VOUCHED_BY, "others vouched for the device")                             \
    X(FOUNDING, "the device is marked founding, or not, against the register")

enum snapshot_fault {
#define SNAPSHOT_ENUM(name, words) SNAPSHOT_##name,
    SNAPSHOT_FAULT_LIST(SNAPSHOT_ENUM)
#undef SNAPSHOT_ENUM
        SNAPSHOT_FAULT_COUNT
};

/* The first thing that differs, and whose row it is: holder "" and a zero key
 * where the fault is of none. */
struct snapshot_difference {
    enum snapshot_fault fault;
    struct identifier holder;
    struct key device;
};

/* English words for a fault, for logs; never NULL. */
const char *snapshot_fault_text(enum snapshot_fault fault);

/*
 * `at` is the register folded up to and with the event register_seq, `head` its
 * head there. Rows and register have to agree exactly: all current members and
 * sites of the cell, and nobody else. RESULT_OK; RESULT_REFUSED with `*out`
 * set; RESULT_INVALID: `at` is folded up to another place; RESULT_NO_MEMORY.
 */
MUST_USE enum result snapshot_check_genesis(const struct event_genesis *genesis,
                                            const struct register_state *at,
                                            const struct hash *head,
                                            struct snapshot_difference *out);

/*
 * The same for a change while the meeting is on: the rows given agree with the
 * register, and those of the cell that are left out are in the meeting as the
 * register has them. `before` is the meeting that the event is about to be
 * applied to. Who left the cell stays in the meeting as she came.
 */
MUST_USE enum result
snapshot_check_changed(const struct event_roster_changed *event,
                       const struct meeting_state *before,
                       const struct register_state *at, const struct hash *head,
                       struct snapshot_difference *out);

/*
 * Is the meeting held by the party groups that the register names at its
 * genesis? `held` is the event after it if that is held_by_groups, else NULL.
 */
MUST_USE enum result snapshot_check_groups(
    const struct identifier *meeting, const struct event_held_by_groups *held,
    const struct register_state *at, struct snapshot_difference *out);

#endif
