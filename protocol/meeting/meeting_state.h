/*
 * A meeting as the fold of its log. Shared by server, clients, verifier and
 * tests: meeting_state_apply() is the only thing that changes it, and it never
 * looks at an opening. A state belongs to one thread.
 *
 * Readers look at the fields; only meeting_state*.c writes them.
 */
#ifndef PROTOCOL_MEETING_MEETING_STATE_H
#define PROTOCOL_MEETING_MEETING_STATE_H

#include "protocol/meeting/identifier_index.h"
#include "protocol/meeting/meeting_agenda.h"
#include "protocol/meeting/meeting_attendance.h"
#include "protocol/meeting/meeting_ballot.h"
#include "protocol/meeting/meeting_election.h"
#include "protocol/meeting/meeting_event.h"
#include "protocol/meeting/meeting_terms.h"
#include "protocol/meeting/meeting_kinds.h"
#include "protocol/meeting/meeting_minutes.h"
#include "protocol/meeting/meeting_recording.h"
#include "protocol/meeting/meeting_score.h"
#include "protocol/rules/category.h"
#include "protocol/rules/outcome.h"

enum meeting_phase {
    MEETING_NOTHING,   /* no genesis yet */
    MEETING_SCHEDULED, /* genesis, lobby shut */
    MEETING_LOBBY,
    MEETING_OPEN,
    MEETING_ADJOURNED,
    MEETING_CLOSED,
    MEETING_PHASE_COUNT
};

/* A device of a member or a site. */
struct meeting_device {
    struct key key;
    char vouched_by[201]; /* "" while it is not vouched */
    bool is_founding;     /* vouched in the pairs of the first meeting */
    bool is_enrolled;     /* false once the register dropped it */
    bool is_connected;    /* connected, or lost within its grace period */
    bool is_lost;
    int64_t lost_at_ms;
    bool has_slot;
    uint16_t slot; /* audio sender number, the same for the whole meeting */
    uint64_t listed_seq; /* the newest checkpoint that names it; 0: none */
};

enum admission {
    ADMISSION_NONE,
    ADMISSION_WAITING, /* knocked */
    ADMISSION_GRANTED,
    ADMISSION_REFUSED
};

/* Whoever can hold devices: what members and sites have in common. */
struct meeting_holder {
    struct identifier id;
    enum admission admission;
    bool is_muted;        /* opened by the holder alone */
    bool is_blocked;      /* muted, and not even by the holder until released */
    uint64_t subroom;     /* 0: the plenary */
    uint64_t chats;       /* lines it has said */
    uint64_t hands;       /* it has raised, points of order too */
    uint64_t nominations; /* it has made, but for a committee's list */
    struct meeting_device *devices;
    size_t device_count;
};

struct meeting_person {
    struct meeting_holder holder; /* id is the member's */
    enum category category;
    enum office office;
    enum ground ground; /* 0: can come */
    /* The last day of a probation, 20261115, of whom it was still to be decided
     * when the register was read; 0: of nobody else. */
    uint64_t probation_end;
    struct identifier group;
    enum presence_mode mode; /* 0: not present */
    struct identifier site;  /* of mode site */
    int64_t present_since_ms;
    int64_t first_present_ms; /* 0: never came */
    int64_t present_total_ms; /* of spells that have ended */
    int64_t last_left_ms;
    bool has_attended;         /* a spell since the opening has ended */
    enum absence absence;      /* 0: not noted */
    bool is_absent_throughout; /* the whole congress, and it was accepted */
    uint64_t disconnections;
    uint64_t speeches;
    int64_t spoken_ms;
    bool is_co_chair;
    bool is_moderator;
    bool has_presided; /* before who presides now */
};

struct meeting_site {
    struct meeting_holder holder;
    struct identifier keeper;
    bool is_check_in_open;
    struct head_count heads;
};

/* Who wants to speak. What the order rests on does not change while a hand is
 * up: spoken_ms is that of the member then. */
struct meeting_hand {
    struct identifier member;
    bool is_point_of_order;
    int64_t spoken_ms;
    uint64_t raised_seq; /* of the event that raised it */
};

/* In which way a member votes in one vote. */
enum vote_channel { CHANNEL_NONE, CHANNEL_OWN, CHANNEL_HALL };
struct vote_ballot {
    struct identifier member;
    enum vote_channel channel;
    struct identifier site; /* of CHANNEL_HALL; "" is the meeting's own place */
    enum choice choice;     /* 0: not cast; own devices only */
};
struct vote_hall {
    struct identifier site;
    uint64_t counts[choice_count_]; /* by enum choice; [0] unused */
};
enum vote_phase { VOTE_OPEN = 1, VOTE_CLOSED, VOTE_CANCELLED };
struct meeting_vote {
    struct identifier id;
    struct identifier item; /* "": of none */
    /* What alone it can carry out: an item of the agenda that waited, or the
     * election whose list it takes. "": it names nothing. */
    struct identifier target;
    enum vote_phase phase;
    uint64_t started_seq;
    int64_t started_ms;
    /* Frozen when it was opened. */
    enum matter matter;
    struct identifier subject; /* "": it is about nobody */
    bool is_remote;            /* remote seats take part */
    struct vote_test test;
    uint64_t d, present, need;
    struct vote_people people[category_count_]; /* by enum category */
    struct vote_ballot *ballots; /* of whom it counts and who may vote */
    size_t ballot_count;
    struct identifier_index ballot_index; /* by member */
    struct vote_hall *halls;
    size_t hall_count;
    uint64_t counts[choice_count_]; /* final, once closed */
    uint64_t denominator;           /* D, but for a vote of those valid */
    bool is_passed;
    bool is_spent;       /* it changed the agenda, or closed a list: once */
    uint64_t closed_seq; /* of the event that closed it; 0: none */
    struct identifier proposer; /* of `subject` to preside; "": no such vote */
};

/* The newest checkpoint: whose devices confirmed the head at `upto`. */
struct meeting_checkpoint {
    uint64_t seq; /* of its event; 0: there was none yet */
    enum checkpoint_reason reason;
    uint64_t upto;
    int64_t at_ms;
    size_t signer_count; /* devices that signed */
    size_t asked_count;  /* and all that were asked */
    bool is_complete;    /* chair, minute-taker and more than half of them */
};

struct meeting_state {
    enum meeting_phase phase;
    uint64_t next_seq; /* events applied so far */
    int64_t at_ms;     /* of the newest event */

    struct identifier meeting;
    struct identifier organisation;
    struct identifier unit;
    struct key server;
    uint64_t register_seq; /* newest register position mirrored here */
    struct hash register_head;
    char ruleset[401];
    struct hash ruleset_hash;
    enum meeting_kind kind;
    int64_t starts_at_ms;
    char zone[257];
    struct identifier chair; /* as called */
    struct identifier deputy;
    struct identifier minute_taker; /* now */
    struct identifier presiding;    /* who is in the chair now */
    int64_t opened_ms;
    int64_t closed_ms;
    uint64_t closed_seq; /* of the event `closed`; 0: it is not closed */

    struct meeting_person *people;
    size_t person_count;
    struct meeting_site *sites;
    size_t site_count;
    uint16_t next_slot;
    struct meeting_item *items; /* in the order of the agenda */
    size_t item_count;
    struct meeting_agenda agenda; /* its documents, comments and tasks */
    struct meeting_hand *hands;   /* in the order in which they are called */
    size_t hand_count;
    enum floor_mode floor_mode;
    enum floor_order floor_order;
    uint64_t floor_speakers; /* who may speak freely: floor_speaker_bit() */
    bool has_floor;
    struct identifier floor_member;
    int64_t floor_since_ms;
    int64_t floor_limit_ms; /* 0: none; counts from floor_since_ms */
    bool is_floor_warned;   /* that this limit is near */
    struct meeting_vote *votes;
    size_t vote_count;
    struct meeting_entry *entries;
    size_t entry_count;
    struct meeting_minutes minutes; /* and how they were adopted and signed */
    struct meeting_ballot *ballots; /* secret ones, as they were drafted */
    size_t ballot_count;
    struct meeting_election *elections; /* as they were called */
    size_t election_count;
    struct meeting_attendance attendance;
    struct meeting_terms terms;
    struct meeting_score score;
    struct meeting_kinds kinds;
    struct meeting_recordings recordings; /* by the server */
    struct meeting_checkpoint checkpoint;
    uint64_t checkpoint_count;
    bool is_vouching_required; /* formal votes and offices ask for it */
    uint64_t restored_count;   /* losses that were accepted */
    bool is_ended;             /* the closing checkpoint: nothing follows */
    bool is_recording_allowed;
    bool are_minutes_shared;
    bool is_roll_confirmed;

    size_t lost_count; /* devices that are lost now */
    size_t open_vote_count;
    struct identifier_index person_index;
    struct identifier_index site_index;
    struct identifier_index vote_index;
    struct identifier_index entry_index;
};

MUST_USE enum result meeting_state_new(struct meeting_state **out);
/* Always NULL; takes NULL. */
struct meeting_state *meeting_state_free(struct meeting_state *state);

/*
 * Folds one event in. event->seq must be state->next_seq.
 * RESULT_CORRUPT: the log contradicts itself (the state is then not to be used
 * any more, the fault is the log's, not a user's). RESULT_NO_MEMORY likewise.
 * Unknown kinds only count.
 */
MUST_USE enum result meeting_state_apply(struct meeting_state *state,
                                         const struct meeting_event *event);

/* Look-ups; NULL if there is none. Borrowed until the next apply. */
const struct meeting_person *meeting_state_person(const struct meeting_state *,
                                                  const struct identifier *id);
const struct meeting_site *meeting_state_site(const struct meeting_state *,
                                              const struct identifier *id);
const struct meeting_holder *meeting_state_holder(const struct meeting_state *,
                                                  const struct identifier *id);
const struct meeting_device *meeting_state_device(const struct meeting_state *,
                                                  const struct identifier *id,
                                                  const struct key *device);
const struct meeting_item *meeting_state_item(const struct meeting_state *,
                                              const struct identifier *id);
const struct meeting_vote *meeting_state_vote(const struct meeting_state *,
                                              const struct identifier *id);
const struct meeting_entry *meeting_state_entry(const struct meeting_state *,
                                                const struct identifier *id);
const struct meeting_ballot *meeting_state_ballot(const struct meeting_state *,
                                                  const struct identifier *id);
const struct meeting_election *
meeting_state_election(const struct meeting_state *,
                       const struct identifier *id);
/* Is the vote a closed show of hands on this name, after it was proposed? */
bool meeting_state_is_support(const struct meeting_state *,
                              const struct meeting_nominee *,
                              const struct identifier *vote);
/* Did this vote take the list of the election as it stands: on procedure,
 * about nobody, begun after the last change of the list, and not used before?
 * It names the election, or nothing while this list alone was open. A vote on
 * support is about the nominee. */
bool meeting_state_takes_list(const struct meeting_state *,
                              const struct meeting_election *,
                              const struct identifier *vote);
/* Does the server record at this moment? */
bool meeting_state_is_recorded(const struct meeting_state *);
/* The first recording of which nothing is said yet that was kept, whether it
 * goes on or has stopped; 0: none. */
uint64_t meeting_state_unkept_recording(const struct meeting_state *);
/* The secret ballot that is under way: adopted, neither done nor void. */
const struct meeting_ballot *
meeting_state_open_ballot(const struct meeting_state *);
/*
 * What the statement of a command says beside it (command_statement.h).
 * RESULT_NOT_FOUND if the command needs no ballot, or the log does not know it,
 * or its attempt. Borrowed until the next apply.
 */
MUST_USE enum result meeting_state_ballot_terms(const struct meeting_state *,
                                                const struct command *command,
                                                struct ballot_terms *out);
/* May an event of this kind stand now, by the phases of meeting and ballot? */
bool meeting_state_ballot_admits(const struct meeting_state *,
                                 const struct meeting_ballot *,
                                 enum meeting_event_kind kind);
/* Would an event of a secret ballot fit the log, its at_ms being set?
 * RESULT_OK, RESULT_CORRUPT or RESULT_NO_MEMORY. */
MUST_USE enum result
meeting_state_check_ballot(const struct meeting_state *,
                           const struct meeting_event *event);
/* May this member count a ballot with these candidates? */
bool meeting_state_may_count(const struct meeting_state *,
                             const struct identifier *member,
                             const struct items *candidates);
/*
 * How a member votes in a ballot that is adopted now: by presence, and where
 * the ballot has halls by the devices of the member's site. With a site `entry`
 * whose device can do that, who votes on paper in the room, or attends there,
 * is transcribed. none: not present, or without a vote.
 */
enum ballot_channel meeting_state_ballot_channel(
    const struct meeting_state *, const struct meeting_ballot *,
    const struct meeting_person *, const struct identifier *entry);
/* Has the site a device that can be voted at: the ballot has halls, it was
 * vouched for, and it is connected? */
bool meeting_state_has_hall(const struct meeting_state *,
                            const struct meeting_ballot *,
                            const struct identifier *site);
/* The site at whose device a ballot of this channel is made; "" if at none. */
struct identifier ballot_site_of(enum ballot_channel channel,
                                 const struct meeting_person *,
                                 const struct identifier *entry);
/* Could the member vote this way now, whatever the ballot says? */
bool meeting_state_may_vote_by(const struct meeting_state *,
                               const struct meeting_ballot *,
                               const struct meeting_person *,
                               enum ballot_channel channel,
                               const struct identifier *site);
/* Did everybody of the list attest it with a device that is valid now, is each
 * pool confirmed, and have they all a vote still? If not, `*which` is one who
 * is missing. */
bool meeting_state_list_is_valid(const struct meeting_state *,
                                 const struct meeting_ballot *,
                                 const struct identifier **which);
/* Keeps what the adoption says of who counts. */
void ballot_freeze(struct meeting_ballot *ballot,
                   const struct event_ballot_adopted *body);
/* Has the member a vote in this ballot, and is counted: as the roll has it
 * while it is a draft, as it had it when it was adopted from then on. */
bool ballot_counts(const struct meeting_state *state,
                   const struct meeting_ballot *ballot,
                   const struct meeting_person *person);
/* The time that an event gets at `now_ms`: not earlier than the one before, and
 * of a ballot that is recorded the time of its opening. */
int64_t meeting_state_event_time(const struct meeting_state *,
                                 const struct meeting_event *event,
                                 int64_t now_ms);
/* Documents, comments and tasks of the agenda. */
const struct meeting_document *
meeting_state_document(const struct meeting_state *,
                       const struct identifier *id);
const struct meeting_task *meeting_state_task(const struct meeting_state *,
                                              const struct identifier *id);
/* May this member read, comment and report although nobody is let in yet? In a
 * meeting that is prepared, until the lobby opens. By the plain rights of
 * category.h, not those of the ruleset: of that the log, and so the state, has
 * the name and the hash only, and whoever folds the log, with or without the
 * file, has to come to the same state. The server asks the ruleset, too, before
 * anybody joins or says something. */
bool meeting_state_reads_ahead(const struct meeting_state *,
                               const struct identifier *id);
/* Has the member read the document, as far as the log says? */
bool meeting_state_has_read(const struct meeting_state *,
                            const struct meeting_document *,
                            const struct identifier *member);
/* When the time planned for the item that is being dealt with is over: UTC ms;
 * INT64_MAX if none is planned, or the log says so already. */
int64_t meeting_state_item_over_ms(const struct meeting_state *);
/* Who attends at the site, by name; "": in person at the meeting's place. */
uint64_t meeting_state_named_at(const struct meeting_state *,
                                const struct identifier *site);
/* May members check in by code there? site "": the meeting's own place. */
bool meeting_state_is_check_in_open(const struct meeting_state *,
                                    const struct identifier *site);
/* The item that is being dealt with. */
const struct meeting_item *
meeting_state_started_item(const struct meeting_state *);
const struct meeting_device *
meeting_holder_device(const struct meeting_holder *, const struct key *device);
/* Devices that are connected or within their grace period. */
size_t meeting_holder_connected(const struct meeting_holder *);
/* Has a device whose connection is up at this moment: a lost one is not. */
bool meeting_holder_is_live(const struct meeting_holder *);
/* Position in the queue, from 1; 0 if the hand is not up. */
size_t meeting_state_hand(const struct meeting_state *,
                          const struct identifier *member);
/* The member's row in a vote; NULL if none. */
const struct vote_ballot *meeting_vote_ballot(const struct meeting_vote *,
                                              const struct identifier *member);

/* Was the roll confirmed, and nobody came, left or counts otherwise since? */
bool meeting_state_has_fresh_roll(const struct meeting_state *);
/* Is this device vouched for, as far as the register says so here? */
bool meeting_device_is_vouched(const struct meeting_device *);
/* In which role a holder signs a checkpoint now. */
enum checkpoint_role meeting_state_checkpoint_role(const struct meeting_state *,
                                                   const struct identifier *id);
/* Does an event of this kind ask for a checkpoint, and which? 0: none. */
enum checkpoint_reason meeting_event_checkpoint(enum meeting_event_kind kind);
/*
 * Do these two answer together for going on after a loss: one of the chair's
 * side (as called, deputy, who presides now) and the minute-taker, another
 * person? "" for the second: the first one presides and takes the minutes.
 */
bool meeting_state_may_go_on(const struct meeting_state *,
                             const struct identifier *chair,
                             const struct identifier *minute_taker);
/* Chair as called, deputy, who presides now, or the minute-taker. */
bool meeting_state_is_presiding(const struct meeting_state *,
                                const struct identifier *id);
/* May this holder have openings for this audience now? */
bool meeting_state_may_open(const struct meeting_state *,
                            const struct identifier *holder,
                            enum audience audience);
/* The part of a meeting by party groups; NULL if this is none. */
const struct meeting_group *
meeting_state_group(const struct meeting_state *,
                    const struct identifier *meeting);
/* Who of the roll came. */
struct group_attendance meeting_state_came(const struct meeting_state *);
/*
 * Is audio from this holder relayed? Admitted, connected, not muted, meeting
 * open, and: presides or is a co-chair, or has the floor, or is the site at
 * which the member with the floor is present; where everybody may speak, also
 * whoever may by category, and any site. In a sub-room: whoever may speak by
 * category, or a site. It is relayed to those in the same sub-room, or in the
 * plenary.
 */
bool meeting_state_may_be_heard(const struct meeting_state *,
                                const struct identifier *holder);
/* Of those who may be heard: one of whom everybody has to hear, however many
 * speak. All but those who speak freely. */
bool meeting_state_is_called(const struct meeting_state *,
                             const struct identifier *holder);
/* The bit of a category in floor_speakers and subroom_speakers. */
static inline uint64_t floor_speaker_bit(enum category category)
{
    return UINT64_C(1) << ((unsigned)category - 1);
}
/* Presides, or is a co-chair. */
bool meeting_state_leads(const struct meeting_state *,
                         const struct identifier *id);
/* Has the member never had the floor in this meeting? */
bool meeting_person_is_first_time(const struct meeting_person *);
/* Members with a vote whose channel in this vote is that hall and who are thus
 * covered by its entry. */
uint64_t meeting_vote_ticked(const struct meeting_vote *,
                             const struct identifier *site);
/* Sums of device votes and hall entries so far, by enum choice. */
void meeting_vote_count(const struct meeting_vote *,
                        uint64_t counts[choice_count_]);
bool meeting_vote_has_hall_entry(const struct meeting_vote *,
                                 const struct identifier *site);

/*
 * What the roll holds now, by category group; exact. Official and probationary
 * members are present or absent, and every absent one is counted once below:
 * as noted, or as not noted (who left early, too).
 */
struct roll_count {
    uint64_t official, official_present;
    uint64_t probationary, probationary_present;
    uint64_t exempt, exempt_present;
    uint64_t others_present;
    uint64_t by_mode[presence_mode_count_]; /* official and probationary */
    uint64_t absent_excused, absent_unexcused, absent_unnoted;
    /* The same of each of the two; [0]: not noted. */
    uint64_t official_absent[absence_count_];
    uint64_t probationary_absent[absence_count_];
};
void meeting_state_roll(const struct meeting_state *, struct roll_count *out);
/* The numbers of `roll_confirmed` at this moment; its act is left alone. */
void meeting_state_roll_numbers(const struct meeting_state *,
                                struct event_roll_confirmed *out);

#endif
