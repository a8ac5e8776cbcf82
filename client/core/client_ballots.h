/*
 * The ballots of the meeting that an engine follows, shared by the files that
 * do a device's part in them and by nobody else:
 *   client_ballots.c         which there are, what is done next, what is told
 *   client_ballot_orders.c   what the user decides; the engine's own commands
 *   client_ballot_keys.c     a teller's part in making the keys
 *   client_ballot_verdict.c  whose fault it is that keys came to nothing
 *   client_ballot_list.c     a voter's credential, and the list's attestation
 *   client_ballot_cast.c     votes, receipts
 *   client_ballot_include.c  is it in the count: statements and objections
 *   client_ballot_objection.c  objections that rest on the list
 *   client_ballot_record.c   records fetched, put together and verified
 *   client_ballot_setup.c    is what was set up what the log says
 *   client_ballot_count.c    a teller's decryption
 *   client_ballot_end.c      the result verified, everything secret wiped
 *   client_ballot_job.c      work that takes longer than a loop may
 *   client_ballot_pool.c     a site's device: its credentials
 *   client_ballot_hall.c     a site's device: votes at it
 *
 * What is to be done is worked out anew whenever something has changed, from
 * the meeting's state, the vault and the records alone: so a new run, a new
 * connection or a log that went back needs no rules of its own. Nothing is sent
 * before the vault that it comes from is durable.
 */
#ifndef CLIENT_CORE_CLIENT_BALLOTS_H
#define CLIENT_CORE_CLIENT_BALLOTS_H

#include "client/core/ballot_check.h"
#include "client/core/ballot_notes.h"
#include "client/core/ballot_records.h"
#include "client/core/ballot_teller.h"
#include "client/core/ballot_vault.h"
#include "client/core/client_engine_types.h"
#include "protocol/ballot/ballot_booth.h"
#include "protocol/ballot/ballot_credential.h"
#include "protocol/ballot/ballot_election.h"
#include "protocol/ballot/ballot_vote.h"

/* What this device signs in a ballot by itself, as commands of the log. */
enum ballot_order {
    ORDER_CERTIFY,
    ORDER_DEAL,
    ORDER_CONFIRM_SHARE,
    ORDER_DISPUTE,
    ORDER_SIGN_TRUSTEES,
    ORDER_ATTEST,
    ORDER_INCLUDE,
    ORDER_OBJECT,
    ORDER_DECRYPT,
    ORDER_ATTEST_HALL,
    ORDER_INCLUDE_HALL,
    ORDER_COUNT
};

enum order_state {
    ORDER_NONE,
    ORDER_UNDER_WAY,
    ORDER_DONE, /* the server has said yes; the event may still be on its way */
    ORDER_LATER,  /* the server was busy: asked again in a moment */
    ORDER_REFUSED /* not asked again before the line has come up anew */
};

/* What is asked of the server beside the log, once a connection. */
enum ballot_ask { ASK_ISSUE, ASK_CAST, ASK_UNLOCK, ASK_COUNT };

struct ballot_job;

/* An own ballot, as the vault has it. */
struct ballot_own_vote {
    struct hash tracker;
    bool has_receipt; /* then the rest is there */
    uint64_t height;
    uint64_t at_ms;
    struct hash record; /* SHA-256 of its event */
    struct key server;  /* which signed the receipt */
    struct signature sig;
};

struct client_ballot {
    struct client_ballot_view view; /* what the screen sees; first */
    struct client_engine *engine;
    uint64_t attempt;
    struct ballot_vault *vault;     /* of view.uuid; NULL: not opened yet */
    struct ballot_records *records; /* likewise */
    struct ballot_job *job;         /* under way; its own owner */
    bool is_halted;                 /* it failed: nothing more in this run */
    bool is_wiped;                  /* it is over: nothing is kept any more */
    uint64_t judged_next;           /* failures before this event were judged */
    bool is_misjudged;              /* the server's verdict on one was false */
    enum order_state orders[ORDER_COUNT];
    struct hash
        order_about[ORDER_COUNT]; /* of what; another is another order */
    int order_turns[ORDER_COUNT]; /* how often each was given */
    uint64_t asks[ASK_COUNT];     /* requests; 0: none under way */
    bool is_asked[ASK_COUNT];     /* on this connection */
    bool is_later[ASK_COUNT];     /* likewise: in a moment */
    int64_t retry_ms;             /* 0: nothing is to be asked again */
    bool is_told[CLIENT_BALLOT_STAGE_COUNT];

    /* election.json, once it is here. */
    bool has_election;
    struct ballot_election election;
    /* The record as far as it is put together, of this setup. */
    struct ballot_check *check; /* NULL: none; a job's while one has it */
    struct hash check_setup;
    int64_t check_opened_at_ms;
    bool is_setup_right; /* ballot_setup_is_right() asks */

    bool wants_credential; /* the user said so; not kept yet */
    uint8_t *marks;        /* owned, secret: of a vote that is to be made */
    size_t mark_count;
    uint64_t marks_tag;
    /* What the server says, until the log says it too. */
    bool has_waiting_receipt;
    struct ballot_own_vote waiting_receipt;
    size_t untold_receipt; /* number of a ballot; the log does not say so */
    size_t held_receipts;  /* those that bind this device to the log */
    bool is_not_taken;     /* the newest vote was refused, and that is told */
    bool may_decrypt;      /* the user said: anyway */
    uint64_t asked_count;  /* members that the newest question named */
    /* Objections: the list that was searched for the own credential. */
    bool has_seen_list, is_left_out;
    struct hash seen_list;
    bool has_weighed; /* nobody's objection proves a fault */
    bool is_payload_given, is_payload_refused; /* as the server said */
    bool is_of_site;                           /* this device is a site's */
    uint64_t unlock_tag;
    struct identifier unlocking; /* asked for, not answered */
    struct identifier casting;   /* at a site: whose vote is being made */
};

/* --- jobs ----------------------------------------------------------------- */

/*
 * Something for the worker about one ballot; the first member of the structs
 * that say what. Its inputs are copies. finish() is not called when the ballot
 * is gone, or another attempt's, by then.
 */
struct ballot_job {
    struct client_job port;
    struct identifier ballot;
    char uuid[CLIENT_BALLOT_UUID_SIZE];
    const struct ballot_group *group;
    struct ballot_random random;
    struct client_entropy entropy;
    bool is_random_failed;
    bool is_of_past;    /* about an earlier attempt: finish() is called */
    enum result result; /* of work() */
    void (*work)(struct ballot_job *job);
    void (*finish)(struct client_ballot *ballot, struct ballot_job *job);
    void (*release)(struct ballot_job *job); /* what it owns, and itself */
    struct ballot_kept *kept;
};

/* NULL, and the ballot is halted, if there is no memory. `size` is that of the
 * struct that begins with the job. */
void *ballot_job_new(struct client_ballot *ballot, size_t size,
                     void (*work)(struct ballot_job *job),
                     void (*finish)(struct client_ballot *ballot,
                                    struct ballot_job *job));
/* A copy for the job, overwritten at its end; job->result says if it failed. */
struct text_view ballot_job_keep(struct ballot_job *job, struct text_view text);
/* Takes the job. */
void ballot_job_run(struct client_ballot *ballot, struct ballot_job *job);
/* Ends what every job has; for release(). */
void ballot_job_release(struct ballot_job *job);
/* Halts the ballot for a job that did not end RESULT_OK, and says so. */
bool ballot_job_is_fine(struct client_ballot *ballot,
                        const struct ballot_job *job);

/* --- client_ballots.c ----------------------------------------------------- */

/* What the log says of it; never NULL for a ballot in the engine's list. */
const struct noted_ballot *ballot_noted(const struct client_ballot *ballot);
/* The same as the meeting's state has it; likewise. */
const struct meeting_ballot *ballot_course(const struct client_ballot *ballot);
struct client_ballot *ballots_find(struct client_engine *engine,
                                   const struct identifier *id);
/* Opens what is kept of this attempt. False: halted. */
bool ballot_open_vault(struct client_ballot *ballot);
bool ballot_open_records(struct client_ballot *ballot);
/* Makes the vault durable; false: halted, nothing is to be sent. */
bool ballot_keep(struct client_ballot *ballot);
/* Puts an entry and makes it durable. */
bool ballot_keep_entry(struct client_ballot *ballot, const char *name,
                       const void *bytes, size_t size);
/* The record; data NULL, and it is asked for, if it is not here. */
struct text_view ballot_record(struct client_ballot *ballot,
                               const struct hash *hash);
/* The group's constants and tables; NULL: halted for want of memory. */
const struct ballot_group *ballot_group_of(struct client_ballot *ballot);
/* What this device has signed and seen, to be named in a statement; false: it
 * cannot be made durable. */
bool ballot_seen(struct client_ballot *ballot, struct statement_seen *seen);

/* Told once in a run, unless is_told is taken back. */
void ballot_tell(struct client_ballot *ballot, enum client_ballot_stage stage);
/* With more in it; takes `more` (may be NULL). */
void ballot_tell_more(struct client_ballot *ballot,
                      enum client_ballot_stage stage, json_t *more);
/* Nothing more is done in this run. `text` may be NULL. */
void ballot_halt(struct client_ballot *ballot, enum client_ballot_fault fault,
                 const char *text);

void ballot_forget_marks(struct client_ballot *ballot);
/* The same, and whoever gave them is told that the ballot is `state`. */
void ballot_refuse_marks(struct client_ballot *ballot, const char *state);
struct refusal ballot_out_of_place(const struct client_ballot *ballot,
                                   const char *state);

/* --- client_ballot_orders.c ----------------------------------------------- */

/* Is this order, about this, still to be given? */
bool ballot_may_order(struct client_ballot *ballot, enum ballot_order order,
                      const struct hash *about);
/* Gives it: the command with these fields and the ballot's id. Takes `fields`.
 */
void ballot_order(struct client_ballot *ballot, enum ballot_order order,
                  json_t *fields);
/* Was it refused for now only? Then it is asked again by itself. */
bool ballot_is_for_now(struct client_ballot *ballot, const json_t *answer);
/* Asks beside the log; takes `fields`. */
void ballot_ask(struct client_ballot *ballot, enum ballot_ask ask,
                const char *op, json_t *fields);

/* --- the parts: each looks whether it has something to do ----------------- */

void ballot_pump_keys(struct client_ballot *ballot);
/* The own credential is where the server's word has it, and nobody has proven a
 * fault that the server passes over; else halted. */
void ballot_pump_objections(struct client_ballot *ballot);
/* Objects that the own credential is left out, until the log says so; also of a
 * ballot that is halted for it. */
void ballot_object_left_out(struct client_ballot *ballot);
/* Was it known whether a void ballot's objection proves something? If it does
 * not, that is told. False: a record is on its way. */
bool ballot_void_is_weighed(struct client_ballot *ballot);
/* Does an attempt that failed wait for the own verdict on it? Then that is
 * being made, and nothing else is done before: the next attempt is taken up
 * when every one before it is judged. */
bool ballot_pump_verdict(struct client_ballot *ballot);
bool ballot_has_unjudged(const struct client_ballot *ballot);
/* The log has `next` events now. */
void ballot_verdict_rewind(struct client_ballot *ballot, uint64_t next);
void ballot_pump_list(struct client_ballot *ballot);
void ballot_on_issued(struct client_ballot *ballot, const json_t *answer);
/* Has this very device attested the newest list? */
bool ballot_has_attested(const struct client_ballot *ballot);
/* Ballots that this device has made, and the one with a number from 1. */
size_t ballot_own_count(const struct client_ballot *ballot);
bool ballot_own(const struct client_ballot *ballot, size_t number,
                struct ballot_own_vote *out);
/* Do these, which verify by themselves, belong to this log and ballot? */
bool ballot_meeting_is_right(const struct client_ballot *ballot,
                             const struct ballot_election *election);
bool ballot_committee_is_right(const struct client_ballot *ballot,
                               const struct ballot_election *election);
bool ballot_trustees_are_right(const struct client_ballot *ballot,
                               const struct ballot_trustees *trustees);
/* Is the Setup of the newest list verified, and as the log has it? */
bool ballot_setup_is_right(const struct client_ballot *ballot);
/* Puts the receipts where they stay for good, and makes that durable. */
MUST_USE enum result ballot_keep_receipts(struct client_ballot *ballot);
/* Writes the record as far as it goes; answers the tag. */
void ballot_export(struct client_ballot *ballot, uint64_t tag,
                   const json_t *command);
/* Makes and keeps a vote of this credential with the marks that wait. */
void ballot_start_vote(struct client_ballot *ballot,
                       struct text_view credential);
void ballot_take_receipt(struct client_ballot *ballot);
/* The number of the newest ballot, if it has no receipt; 0: there is none such.
 */
size_t ballot_pending(const struct client_ballot *ballot);
/* It is sent, unless it is on its way. */
void ballot_send_pending(struct client_ballot *ballot);
/* Everybody in the list stands behind it, by the own count; else halted. */
bool ballot_is_attested(struct client_ballot *ballot);
/* The end follows from the ballots in the log; else halted. */
bool ballot_end_is_right(struct client_ballot *ballot);
/* Marks that waited for other work while voting ended: nobody keeps them, and
 * who gave them is told. */
void ballot_drop_late_marks(struct client_ballot *ballot);
/* The user's marks, of a voter or at a site. */
void ballot_cast_command(struct client_ballot *ballot, uint64_t tag,
                         const json_t *command);
/* A site's device: its pool, and the list that has it. */
size_t ballot_pool_size(const struct client_ballot *ballot);
void ballot_pump_pool(struct client_ballot *ballot);
void ballot_attest_pool(struct client_ballot *ballot,
                        const struct noted_hall *row);
/* A site's device: before a vote, and a receipt, are kept with the rest. */
bool ballot_hall_on_made(struct client_ballot *ballot);
bool ballot_hall_on_receipt(struct client_ballot *ballot);
void ballot_hall_on_issued(struct client_ballot *ballot, const json_t *answer);
void ballot_hall_command(struct client_ballot *ballot, uint64_t tag,
                         const json_t *command, const char *op);
void ballot_on_unlocked(struct client_ballot *ballot, const json_t *answer,
                        const char *text, size_t size);
void ballot_pump_cast(struct client_ballot *ballot);
void ballot_on_receipt(struct client_ballot *ballot, const json_t *answer);
void ballot_pump_include(struct client_ballot *ballot);
void ballot_pump_hall(struct client_ballot *ballot);
void ballot_pump_record(struct client_ballot *ballot);
void ballot_pump_count(struct client_ballot *ballot);
void ballot_pump_end(struct client_ballot *ballot);

#endif
