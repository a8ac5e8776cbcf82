/*
 * An organisation's register as the fold of its log. Sealed names are kept
 * where their openings are known (the server knows all of them), for snapshots
 * and lists only: no rule reads them. A state belongs to one thread.
 */
#ifndef PROTOCOL_MEETING_REGISTER_STATE_H
#define PROTOCOL_MEETING_REGISTER_STATE_H

#include "protocol/meeting/refusal.h"
#include "protocol/meeting/register_errata.h"
#include "protocol/meeting/register_event.h"
#include "protocol/meeting/register_opinions.h"
#include "protocol/record/succession.h"

struct register_unit {
    struct identifier id;
    enum unit_kind kind;
    struct identifier parent; /* by the newest move, whatever its date */
    struct identifier first_parent;
    uint64_t name_seq; /* event whose field "name" is the newest name */
    bool has_met; /* a meeting of this cell has ended, since the server's key
                     was lost if it ever was */
};
/* A unit was put under another; papers of meetings that start before `since`
 * keep the parent of before. */
struct register_move {
    struct identifier unit;
    struct identifier parent;
    int64_t since_ms;
};
/* How many members have to vouch for a device. */
enum { REGISTER_VOUCHERS = 2 };
struct register_device {
    struct key key;
    struct identifier holder;
    uint64_t enrolled_seq; /* event whose field "label" is its label */
    int64_t enrolled_ms;   /* when that was */
    bool is_revoked;
    bool is_vouched;
    bool is_founding; /* vouched in a pair before the cell's first meeting */
    /* Other members whose vouched devices vouched for it; once is_founding,
     * the member of the pair; once added by a device of its own holder, that
     * holder alone. */
    struct identifier vouchers[REGISTER_VOUCHERS];
    size_t voucher_count;
};
/* A vouch in the founding of a cell, waiting for its counterpart. */
struct register_pairing {
    struct key signer, device;
};
struct register_member {
    struct identifier id;
    struct identifier unit;
    struct identifier group;
    enum category category;
    enum office office;
    enum ground ground;
    uint64_t probation_end; /* the last day of it, 20261115; 0: not said */
    /* The meeting that decided on her recognition, once one has; "". */
    struct identifier considered;
    int64_t considered_ms;
    uint64_t name_seq;
    bool is_removed;
};
struct register_site {
    struct identifier id;
    struct identifier unit;
    struct identifier keeper;
    uint64_t name_seq;
};
struct register_invitation {
    struct identifier id;
    struct identifier holder;
    struct hash token;
    int64_t expires_ms;
    bool is_over; /* used or withdrawn */
};
enum call_phase { CALL_SCHEDULED = 1, CALL_BEGUN, CALL_ENDED, CALL_CANCELLED };
/* How an agenda item was planned; its title is a text of the event. */
struct register_call_item {
    struct identifier presenter; /* "": nobody in particular */
    uint64_t planned_min;        /* 0: as long as it takes */
    enum item_kind kind;         /* none: business */
};

struct register_meeting {
    struct identifier id;
    struct identifier unit;
    enum call_phase phase;
    enum meeting_kind kind;
    int64_t starts_at_ms;
    char zone[257];
    struct identifier chair, deputy, minute_taker;
    uint64_t seq;                      /* event with title, place and agenda */
    struct register_call_item *agenda; /* owned */
    size_t agenda_count;
    struct hash final_head; /* once it has ended, with final_seq */
    uint64_t final_seq;
    /* Held by party groups: the year it counts for (0: it is a plenary), and
     * what the cell was then. Of a group's meeting: the cell's that it is part
     * of, or "". */
    uint64_t groups_year, groups_members, groups_before;
    struct identifier part_of;
};

/* A key of the server, from one event on. */
struct register_server_key {
    struct key key;
    uint64_t since; /* the event that names it first */
    int64_t since_ms;
    bool is_proven; /* the key before it signed; not the first one, and not
                       one that took the place of a lost one */
    struct succession_step step; /* to this key, if it is proven */
};

struct register_index;

struct register_state {
    uint64_t next_seq;
    int64_t at_ms;
    struct identifier organisation; /* "" until the genesis */
    struct key server;              /* its key now */
    struct register_unit *units;
    size_t unit_count;
    struct register_member *members;
    size_t member_count;
    struct register_site *sites;
    size_t site_count;
    struct register_device *devices;
    size_t device_count;
    struct register_invitation *invitations;
    size_t invitation_count;
    struct register_meeting *meetings;
    size_t meeting_count;
    struct register_move *moves; /* as they were made */
    size_t move_count;
    struct register_pairing *pairings;
    size_t pairing_count;
    struct register_server_key *server_keys; /* oldest first */
    size_t server_key_count;
    uint64_t restored_count;      /* losses that were accepted */
    struct identifier last_ended; /* meeting that ended last, "" if none */
    struct hash last_ended_head;
    struct register_opinions opinions;
    struct register_errata errata;
    struct register_index *index; /* owned; of register_state*.c only */
};

MUST_USE enum result register_state_new(struct register_state **out);
struct register_state *register_state_free(struct register_state *state);
/* As meeting_state_apply(). */
MUST_USE enum result register_state_apply(struct register_state *state,
                                          const struct register_event *event);

const struct register_unit *register_state_unit(const struct register_state *,
                                                const struct identifier *);
const struct register_member *
register_state_member(const struct register_state *, const struct identifier *);
/* The day on which a probation ends after which the cell is still to decide on
 * a recognition; 0: nothing of the kind is known. */
uint64_t register_member_probation(const struct register_member *member);
/* May a member of this category have this day for the end of probation? 0: not
 * said. */
bool register_probation_is_right(enum category category, uint64_t end);
const struct register_site *register_state_site(const struct register_state *,
                                                const struct identifier *);
const struct register_device *
register_state_device(const struct register_state *, const struct key *);
const struct register_invitation *
register_state_invitation(const struct register_state *,
                          const struct identifier *);
const struct register_invitation *
register_state_invitation_by_token(const struct register_state *,
                                   const struct hash *token);
const struct register_meeting *
register_state_meeting(const struct register_state *,
                       const struct identifier *);
/* Meetings of this cell that are held by party groups in that year, or were,
 * without `except` and those cancelled. */
uint64_t register_state_groups_held(const struct register_state *,
                                    const struct identifier *cell,
                                    uint64_t year,
                                    const struct identifier *except);
/* NULL if the server never had this key. */
const struct register_server_key *
register_state_server_key(const struct register_state *, const struct key *);
/* The server's key when `seq` was the register's last event; NULL in an empty
 * register. */
const struct register_server_key *
register_state_server_at(const struct register_state *, uint64_t seq);
/* How the server's key now follows from earlier ones: all of them back to the
 * founding, to a loss, or to the limit. */
void register_state_succession(const struct register_state *,
                               struct succession *out);
/*
 * Who vouched for a device, as the snapshot of a meeting says it: ids joined by
 * ",", "" while it is not vouched.
 */
enum { REGISTER_VOUCHED_BY_SIZE = 201 };
void register_device_vouched_by(const struct register_device *device,
                                char out[REGISTER_VOUCHED_BY_SIZE]);
/*
 * What stands against a vouch of `signer` for `device`, both known and not
 * revoked, or REFUSAL_NONE. One answer for who decides and for the fold:
 * OWN_DEVICE; NOT_ALLOWED (its holder is none of the members who vouch);
 * NOT_VOUCHED (the signer, outside of its cell's founding); VOUCHED_ALREADY;
 * EXISTS (nothing would come of it that was not there before).
 */
enum refusal_code
register_state_vouch_refusal(const struct register_state *,
                             const struct register_device *signer,
                             const struct register_device *device);
/* Are both holders members, who may vouch, of one cell that is being founded:
 * that has not ended a meeting yet, or none since the server's key was lost? */
bool register_state_is_founding(const struct register_state *,
                                const struct register_device *signer,
                                const struct register_device *device);
/* The parent of a unit for papers of that time; "": the organisation. */
struct identifier register_state_parent_at(const struct register_state *,
                                           const struct register_unit *unit,
                                           int64_t at_ms);
/* Does this unit lie in that cell or organisation (itself included)? */
bool register_state_is_within(const struct register_state *,
                              const struct identifier *unit,
                              const struct identifier *ancestor);
/*
 * May this holder have the openings of the register event `seq`, for this
 * audience? ALL: everyone enrolled; MEMBERS and PRESIDING: own cell, PRESIDING
 * its officers (leader, deputy) only.
 */
bool register_state_may_open(const struct register_state *,
                             const struct identifier *holder,
                             const struct identifier *unit,
                             enum audience audience);

#endif
