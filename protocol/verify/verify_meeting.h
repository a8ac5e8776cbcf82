/*
 * A meeting read from its file: every act, checkpoint and result is checked at
 * its place, and what was seen is kept for the report. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_MEETING_H
#define PROTOCOL_VERIFY_VERIFY_MEETING_H

#include "protocol/ballot/ballot_group.h"
#include "protocol/meeting/act_ledger.h"
#include "protocol/record/statement_cache.h"
#include "protocol/rules/ruleset_shelf.h"
#include "protocol/verify/verify_register.h"

/* A growing array; `items` is owned. */
#define VERIFY_LIST(type, name)                                                \
    type *name;                                                                \
    size_t name##_count

/* What one holder signed, or entered for others. */
struct verify_signer {
    struct identifier id;
    uint64_t acts;
    uint64_t unvouched; /* of these, by devices that nobody had vouched for */
    uint64_t founding;  /* by devices of a founding pair */
    uint64_t ticks;     /* presences entered, and taken back */
    uint64_t absences;
    uint64_t hall_entries;
};

struct verify_device {
    struct identifier holder;
    struct key key;
    uint64_t acts;
    uint64_t unvouched_acts; /* before anybody vouched for it */
    bool is_unvouched;       /* when it signed last */
    bool is_unproven;        /* by the register; false if there is none */
    bool is_founding;
};

struct verify_checkpoint {
    uint64_t seq, upto;
    enum checkpoint_reason reason;
    size_t signer_count, asked_count;
    bool is_complete;
};

/* A device that was asked for its signature: it gave it, or did not. */
struct verify_asked {
    struct identifier holder;
    struct key device;
};

struct verify_vote {
    struct identifier id;
    uint64_t seq;
    struct identifier opened_by;
    struct identifier ended_by;
    char *motion;         /* owned; NULL: not opened */
    uint64_t own_count;   /* votes that members' own devices signed */
    bool is_d_recomputed; /* it could be one number only */
    char test[THRESHOLD_TEXT_SIZE];
};

/* What a hall's operator entered, the newest entry of each. */
struct verify_hall {
    struct identifier vote, site, by;
    uint64_t counts[choice_count_];
    uint64_t ticked;
};

/* A matter decided by the votes of party groups, added. */
struct verify_group_decision {
    uint64_t seq;
    struct identifier by;
    char *motion; /* owned; NULL: not opened */
    uint64_t counts[choice_count_];
    uint64_t denominator;
    bool is_passed;
    bool is_by_rules; /* held against the ruleset */
    char test[THRESHOLD_TEXT_SIZE];
};

struct verify_loss {
    uint64_t seq; /* of the event `restored` */
    uint64_t lost_seq;
    struct hash lost_head;
    struct identifier by, second; /* "" if one person is both */
};

/* Who held the offices, from an event on. */
struct verify_office {
    uint64_t since;
    struct identifier presiding, minute_taker;
};

struct verify_dropped {
    struct key device;
    uint64_t seq; /* the event by which it was no longer enrolled */
};

struct verify_meeting {
    struct verify_reader reader;
    struct meeting_state *state;      /* owned; at the end */
    struct act_ledger ledger;         /* owned */
    struct statement_cache cache;     /* of acts that several events carry */
    struct verify_register *registry; /* borrowed; NULL: none given */
    const struct ruleset_shelf *rulesets; /* borrowed; NULL: none given */
    const struct ruleset *rules;          /* of them, that the meeting names */
    struct ballot_group *group; /* owned; NULL: no keys had to be judged */

    struct verify_names names; /* members and sites */
    char *title, *unit_name;   /* owned; NULL: not opened */
    struct hash ruleset_hash;
    int64_t first_ms, last_ms;
    uint64_t kinds[MEETING_EVENT_COUNT]; /* events of each kind */
    uint64_t act_count;                  /* commands signed by devices */
    uint64_t unsigned_count;             /* events without any act */
    uint64_t snapshot_count; /* genesis and changes held against the register */
    uint64_t unreached_count; /* the register given does not reach so far */
    struct verify_register_call call; /* what the register says of it */

    VERIFY_LIST(struct verify_signer, signers);
    VERIFY_LIST(struct verify_device, devices);
    VERIFY_LIST(struct verify_checkpoint, checkpoints);
    VERIFY_LIST(struct verify_asked, missing);   /* in the newest checkpoint */
    VERIFY_LIST(struct verify_asked, confirmed); /* likewise */
    VERIFY_LIST(struct verify_vote, votes);
    VERIFY_LIST(struct verify_hall, halls);
    VERIFY_LIST(struct verify_group_decision, decisions);
    VERIFY_LIST(struct verify_loss, losses);
    VERIFY_LIST(struct verify_office, offices);
    VERIFY_LIST(struct verify_dropped, dropped);
};

/*
 * Reads and checks the whole meeting. `registry` and `rulesets` may be NULL and
 * outlive it. Results and end as verify_reader_open(), with the failure in
 * reader.failure; the file has to be that of a meeting (RESULT_MALFORMED).
 */
MUST_USE enum result verify_meeting_read(struct verify_meeting *meeting,
                                         struct text_view file,
                                         struct text_view openings,
                                         struct verify_register *registry,
                                         const struct ruleset_shelf *rulesets);
void verify_meeting_release(struct verify_meeting *meeting);

/* Is the record whole: is the meeting closed, and confirmed to its end where
 * heads were confirmed at all? */
bool verify_meeting_is_complete(const struct verify_meeting *meeting);

/* --- For verify_meeting*.c ----------------------------------------------- */

/* Room for one element more at the end of a list: NULL if memory is lacking. */
void *verify_list_grow(void *items, size_t count, size_t size);

/* Each checks one part of the next event against the state before it:
 * RESULT_OK, RESULT_REFUSED with the failure set, or RESULT_NO_MEMORY; a
 * verdict may also end with RESULT_CRYPTO. */
MUST_USE enum result verify_meeting_acts(struct verify_meeting *meeting,
                                         const struct verify_event *event);
MUST_USE enum result
verify_meeting_checkpoint(struct verify_meeting *meeting,
                          const struct verify_event *event);
MUST_USE enum result verify_meeting_result(struct verify_meeting *meeting,
                                           const struct verify_event *event);
MUST_USE enum result verify_meeting_verdict(struct verify_meeting *meeting,
                                            const struct verify_event *event);
MUST_USE enum result verify_meeting_snapshot(struct verify_meeting *meeting,
                                             const struct verify_event *event);
/* Keeps what the report tells; the event was applied. RESULT_OK or
 * RESULT_NO_MEMORY. */
MUST_USE enum result verify_meeting_keep(struct verify_meeting *meeting,
                                         const struct verify_event *event);
/* What is kept of a vote; NULL if it has not been seen. */
struct verify_vote *verify_meeting_vote(struct verify_meeting *meeting,
                                        const struct identifier *id);
/* What a command that begins with this event adds to who signed what. */
MUST_USE enum result verify_meeting_note_act(struct verify_meeting *meeting,
                                             const struct act *act);

#endif
