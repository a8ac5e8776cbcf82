/*
 * The insides of the client's engine, shared by the files that make it up and
 * by nobody else:
 *   client_engine.c     phases of the line, time, what a frame is
 *   client_handshake.c  hello, enrolment, login
 *   client_servers.c    which keys are our server's
 *   client_logs.c       joining logs
 *   client_events.c     events and openings
 *   client_memory.c     what outlasts a run: journal and anchors
 *   client_hearing.c    what is told of how this device hears
 *   client_checkpoints.c  signed heads, the server's and our own
 *   client_roster.c     the meeting's people against the register's
 *   client_recovery.c   where the server's history and ours part
 *   client_giving.c     giving back what the server lost
 *   client_devices.c    warnings of foreign devices
 *   client_alarms.c     when trust is broken, and when it is mended
 *   client_requests.c   commands, their answers and their repetition
 *   client_texts.c      texts for the minutes, kept until they are in the log
 *   client_blobs.c      files up and down
 *   client_minutes.c    minutes that are read back or signed here
 *   client_rules.c      the ruleset of the meeting
 *   client_fetch.c      records that the engine itself wants, or gives
 *   client_ballots.h    secret ballots, which have files of their own
 *   client_lines.h      what is done about a bad line, likewise
 *   client_notices.c    what is told to the outside
 */
#ifndef CLIENT_CORE_CLIENT_ENGINE_TYPES_H
#define CLIENT_CORE_CLIENT_ENGINE_TYPES_H

#include "client/core/ballot_notes.h"
#include "client/core/client_engine.h"
#include "client/core/log_follower.h"
#include "client/core/roster_check.h"
#include "client/core/text_store.h"
#include "protocol/meeting/command.h"
#include "protocol/meeting/checkpoint_check.h"
#include "protocol/rules/ruleset.h"
#include "protocol/wire/json_read.h"
#include "protocol/wire/succession_codec.h"

enum engine_phase {
    ENGINE_WAITING = 1, /* for the time of the next try, or for client_enrol */
    ENGINE_CONNECTING,
    ENGINE_GREETING, /* the line is up, the server's hello is awaited */
    ENGINE_INVITING, /* asked whom the invitation is for */
    ENGINE_INVITED,  /* told so; client_enrol is awaited */
    ENGINE_ENROLLING,
    ENGINE_LOGGING_IN,
    ENGINE_UP,
    ENGINE_CLOSING, /* closed by us; the transport has not said so yet */
    ENGINE_STOPPED, /* not tried again by itself */
    ENGINE_PHASE_COUNT
};

/* The handshake's requests; only their answers are paired by these. */
enum { REQUEST_INVITATION = 1, REQUEST_ENROL, REQUEST_LOGIN };

enum follow_phase {
    FOLLOW_OFF,     /* not wanted */
    FOLLOW_UNASKED, /* wanted; not asked for on this connection */
    FOLLOW_JOINING, /* asked for; events before the answer are not ours */
    FOLLOW_LOBBY,
    FOLLOW_CATCHING_UP,
    FOLLOW_LIVE,
    FOLLOW_GIVING, /* what the server lost is given back to it */
    FOLLOW_AGAIN,  /* to be asked for again in a moment */
    FOLLOW_REFUSED
};

/* What a meeting's genesis says of the server and the register. */
struct meeting_origin {
    bool is_known;
    struct key server;
    uint64_t register_seq;
    struct hash register_head;
};

/* A head that the server asked this device to confirm. */
enum { ASKED_MAX = 8 };
struct asked_head {
    uint64_t seq;
    enum checkpoint_reason reason;
};

/* What an event `restored` says. */
struct loss_told {
    uint64_t from, lost_seq;
    struct hash lost_head; /* zeros: nobody knows */
};

/* What is given back, and how far it is. */
struct giving {
    bool is_on;
    bool is_of_openings; /* of these alone */
    uint64_t next, end;
    const struct kept_opening *opening; /* of event `next`, the next one */
    size_t offset;    /* in event `next`, if it goes in pieces */
    uint64_t request; /* awaits its answer */
};

/* A log that is followed, or wanted. */
struct followed {
    struct client_engine *engine; /* whose this is */
    enum follow_phase phase;
    struct log_follower *follower; /* owned; NULL when FOLLOW_OFF */
    uint64_t expected_next; /* an earlier run got so far; 0: there was none */
    struct hash expected_head; /* h[expected_next - 1] then */
    uint64_t bound_next; /* events below were bound by an earlier run, or by
                            what this device signed */
    uint64_t new_from;   /* events below were told by an earlier run */
    uint64_t void_from;  /* what was seen from here on counts for nothing */
    uint64_t ask_below;  /* the next join asks from no later place */
    uint64_t asked_from; /* what the last one asked */
    uint64_t join_request;
    bool knows_recorded; /* the user knows that the meeting may be recorded */
    bool has_tag;        /* a join command waits for its answer */
    uint64_t tag;
    int64_t retry_ms;      /* of FOLLOW_REFUSED and FOLLOW_AGAIN; INT64_MAX: not
                              by itself */
    uint64_t news_from;    /* events before were history when we joined */
    unsigned gap_count;    /* gaps since the last event that fitted */
    bool is_unsaved;       /* the journal does not have the newest head */
    bool is_held;          /* the server says that events may be missing */
    struct view_hold hold; /* if so */
    uint64_t lacked_from;  /* events from here on may have been given back */
    bool is_short;         /* the server has less than we saw, and has not
                              said that the log is held */
    uint64_t short_count;  /* what it has */
    uint64_t short_request; /* behind its answer it has said so, or not */
    struct giving giving;
    struct asked_head asked[ASKED_MAX];
    size_t asked_count;
    enum checkpoint_role role, role_before; /* of this holder */
    uint64_t role_since;
    struct meeting_origin origin; /* of a meeting */
    bool is_repeating; /* the room was loaded again: what it has not answered
                          before the join goes out once more */
};

struct hello {
    struct key server;
    struct identifier organisation;
    struct hash nonce;
    struct signature sig;
    struct succession succession;
};

/* A frame as it came. */
struct said {
    json_t *object;
    const char *text;
    size_t size;
};

/* Why trust is broken, with both heads if that is why; zeros else. */
struct trust_alarm {
    enum client_reason reason;
    struct identifier log;
    uint64_t seq;
    struct anchor_side ours, theirs;
    bool is_recorded; /* of an earlier run */
};

enum request_kind { REQUEST_COMMAND = 1, REQUEST_PLAIN };

/* Something asked of the server that is not answered yet. */
struct request {
    uint64_t id;
    uint64_t tag;
    bool has_tag;
    enum request_kind kind;
    enum command_op op; /* of REQUEST_COMMAND */
    struct identifier log;
    bool is_own;              /* the engine's: `ballot` and `order` are told */
    struct identifier ballot; /* whose terms the statement needs, or "" */
    int order;
    json_t *object; /* owned; of a command until it is signed and sent */
    char *text;     /* owned; exact, once it exists never changed */
    size_t size;
    bool is_sent;         /* on this connection */
    bool is_quiet;        /* nobody waits for the answer */
    bool is_text;         /* of client_texts.c */
    uint64_t text_number; /* in the store; 0: it could not be kept */
    int64_t retry_ms;     /* not to be sent before */
    struct request *next;
};

struct upload {
    uint8_t *bytes; /* owned; NULL: none under way */
    size_t size;
    struct hash blob;
    bool is_own; /* the engine's, not the user's: nobody is told */
    uint64_t tag;
    uint64_t request; /* awaits its answer; 0: it has come */
    bool is_asked;    /* on this connection */
    size_t sent, durable;
};

struct download {
    bool is_on;
    struct hash blob;
    bool is_own; /* as of an upload */
    uint64_t tag;
    uint64_t request; /* awaits its answer; 0: it has come */
    bool is_asked;    /* on this connection */
    bool is_answered; /* the command's answer was given */
    uint8_t *bytes;   /* owned; NULL while the size is not known */
    size_t size, done;
};

/* The ruleset of the meeting, once it is here. */
struct client_rules {
    bool is_known;
    struct ruleset ruleset;
    struct ruleset_notes notes;
    bool is_asked;    /* for the file with the hash `asked` */
    bool is_answered; /* it came, or will not */
    struct hash asked;
};

struct client_ballot;
struct ballot_group;
struct engine_lines;

/* A file that the engine itself wants, or gives. */
struct fetch {
    struct hash blob;
    struct identifier ballot; /* for which it is wanted */
    uint8_t *bytes;           /* owned; of what is given, else NULL */
    size_t size;
    struct fetch *next;
};

/* Asked for one after the other, when the user asks for nothing. */
struct fetches {
    struct fetch *wanted, **wanted_end; /* downloads; the first is under way
                                           if the download is our own */
    struct fetch *given, **given_end;   /* uploads, likewise */
    int64_t tokens_ms; /* how often may be asked: see client_fetch.c */
    int64_t tokens_at_ms;
};

struct client_engine {
    struct client_engine_config config;
    struct keystore_profile *profile; /* secret memory; holds the seed */
    bool has_identity;
    struct signing_key *key; /* secret memory */
    uint8_t token[INVITATION_TOKEN_SIZE];
    bool has_token;
    unsigned enrol_count; /* sent and not answered: one may have been done */
    bool has_enrol_tag;
    uint64_t enrol_tag;
    struct journal *own_journal;      /* owned; if none was given */
    struct anchor_store *own_anchors; /* owned; if none was given */

    enum engine_phase phase;
    int64_t retry_ms;       /* of ENGINE_WAITING; INT64_MAX: not by itself */
    int64_t pause_until_ms; /* the server takes this device no sooner */
    int64_t deadline_ms;    /* of the handshake */
    int64_t up_ms;
    int64_t save_ms;
    unsigned retries;
    bool is_proven;       /* this connection was good for something */
    bool has_asked_ahead; /* for its logs, with the login */
    bool is_going_down;
    enum client_reason close_reason; /* of ENGINE_CLOSING, NONE: see the code */
    bool is_close_final;
    struct refusal close_refusal;
    bool is_alarmed;
    bool accepts_loss; /* the user takes it that the register lost events */

    struct hash exporter, nonce; /* of this connection */
    struct key server;           /* its key now */
    struct key *earlier;         /* owned; its keys before, as hello says */
    size_t earlier_count;
    struct key accepted; /* the newest key that this device has accepted */
    bool has_accepted;
    struct identifier organisation; /* of hello */

    struct followed meeting, registry;
    struct followed *current; /* whose events come; NULL: nobody's */
    bool has_slot;
    uint16_t slot;
    struct roster_check *roster; /* owned; NULL until it is needed */
    bool is_register_asked_again;
    bool has_device_news; /* a device whose label may be on its way */
    struct key device_news;
    uint64_t device_news_seq;

    struct request *requests, **requests_end;
    size_t request_count;
    uint64_t hearing_request; /* the last one told; 0: none */
    bool hears_in_vain;       /* the server knows nothing of such reports */
    int64_t put_off_ms; /* when one that was put off goes out, or INT64_MAX */
    struct upload upload;
    struct download download;
    bool has_waiting_get; /* the user's, behind an own download */
    uint64_t waiting_tag;
    struct hash waiting_blob;
    struct fetches fetches;
    struct client_rules rules;
    struct ballot_notes ballot_notes; /* of the meeting's log */
    struct client_ballot **ballots;   /* owned, and what they point to */
    size_t ballot_count;
    struct ballot_group *ballot_group; /* owned; NULL until it is needed */
    bool is_pumping;                   /* ballots */
    bool has_ballot_news;              /* they are to be looked at again */
    struct text_store *texts;   /* owned; NULL before there is an identity */
    struct engine_lines *lines; /* owned: client_lines.h */
    struct meeting_view view;
};

/* --- client_engine.c ----------------------------------------------------- */
int64_t engine_now(const struct client_engine *engine);
void engine_enter(struct client_engine *engine, enum engine_phase phase);
/* Closes the line; when it is down, it is tried again unless `is_final`. */
void engine_drop(struct client_engine *engine, enum client_reason reason,
                 bool is_final);
/* Takes `object`; the line is dropped if it cannot be sent. */
void engine_send(struct client_engine *engine, json_t *object);
/* The server said in this refusal when this device may come back. */
void engine_pause(struct client_engine *engine, const json_t *refused);
void engine_send_bytes(struct client_engine *engine, enum client_lane lane,
                       const void *bytes, size_t size);
/* 0 when there is none left or the journal failed: the line is then dropped. */
uint64_t engine_next_id(struct client_engine *engine);
/* Connects at once, or as soon as the line is down. */
void engine_connect_again(struct client_engine *engine);
void engine_update_view(struct client_engine *engine);

/* --- client_handshake.c ----------------------------------------------------
 */
MUST_USE enum result engine_set_identity(struct client_engine *engine,
                                         const struct keystore_profile *);
void handshake_on_hello(struct client_engine *engine, const json_t *hello);
bool handshake_read_hello(const json_t *object, struct hello *out);
void handshake_on_answer(struct client_engine *engine, uint64_t id,
                         const json_t *answer, const char *text, size_t size);
void handshake_enrol(struct client_engine *engine);

/* --- client_servers.c ------------------------------------------------------
 */
/* Why this is not our server; CLIENT_REASON_NONE if it is. */
enum client_reason servers_judge(const struct client_engine *engine,
                                 const struct hello *hello,
                                 const struct hash *exporter);
/* The key counts from here on. RESULT_NO_MEMORY, or what keeping it gave. */
MUST_USE enum result servers_accept(struct client_engine *engine,
                                    const struct hello *hello);
/*
 * Does the register end at the server's key, and was the meeting's genesis made
 * under a key that the server had then? True as long as too little is known to
 * say no. To be asked when one of both has taken in more.
 */
bool servers_fit_register(const struct client_engine *engine);
bool servers_fit_meeting(const struct client_engine *engine);

/* --- client_logs.c ---------------------------------------------------------
 */
/* The one with this id, wanted or not; NULL if it is neither. */
struct followed *engine_followed(struct client_engine *engine,
                                 const struct identifier *log);
void logs_want(struct client_engine *engine, uint64_t tag,
               const struct identifier *log, bool knows_recorded);
void logs_forget(struct client_engine *engine, struct followed *followed);
/* Nothing is followed there; what was, is not ended. */
void logs_clear(struct client_engine *engine, struct followed *followed);
void logs_ask(struct client_engine *engine, struct followed *followed);
void logs_on_up(struct client_engine *engine);
/* The same before the login is answered, if all that is wanted was asked for on
 * an earlier connection; false: it was not. */
bool logs_ask_ahead(struct client_engine *engine);
void logs_on_down(struct client_engine *engine);
bool logs_on_answer(struct client_engine *engine, uint64_t id,
                    const json_t *answer, const char *text, size_t size);
void logs_on_switch(struct client_engine *engine, const json_t *frame);
void logs_on_caught_up(struct client_engine *engine, const json_t *frame);
void logs_on_event(struct client_engine *engine, struct followed *followed,
                   const struct taken_event *event);
void logs_on_note(struct client_engine *engine, const json_t *frame);
void logs_on_turned_away(struct client_engine *engine,
                         struct followed *followed);
/* Is it known where we stand in this log, and that it is to be trusted? */
bool logs_may_sign(const struct followed *followed);
int64_t logs_next_ms(const struct client_engine *engine);
void logs_tick(struct client_engine *engine);

/* --- client_events.c -------------------------------------------------------
 */
void events_on_event(struct client_engine *engine, json_t *frame,
                     const char *text, size_t size);
void events_on_opening(struct client_engine *engine, const json_t *frame,
                       const char *text, size_t size);
/* False: one of the logs is not of our server, and the alarm was given. */
bool events_check_servers(struct client_engine *engine);
/* Events of this log are for us now. */
bool events_are_awaited(const struct followed *followed);
/* Something was wrong with the event, or the events, at `seq`. */
void events_complain(struct client_engine *engine, struct followed *followed,
                     enum intake intake, uint64_t seq);

/* --- client_memory.c -------------------------------------------------------
 */
/* In memory only, where no journal or no anchors were given. */
MUST_USE enum result memory_open(struct client_engine *engine);
void memory_close(struct client_engine *engine);
struct anchors *memory_anchors(struct client_engine *engine);
/* NULL if nothing of this log is kept. */
const struct anchor_log *memory_log(const struct followed *followed);
/* What this device verified in an earlier run holds for ever. */
void memory_recall(struct followed *followed);
/* Does what an earlier run saw allow this head? `user` is the followed log. */
bool memory_allows(const void *user, uint64_t seq, const struct hash *head);
/* Our head at a place, with the server's signature if that is kept; zeros if
 * it is not known. */
struct anchor_side memory_own_side(const struct followed *followed,
                                   uint64_t seq);
/* An event was taken in: RESULT_INVALID if what is kept contradicts it. */
MUST_USE enum result memory_note_event(struct followed *followed,
                                       const struct taken_event *event);
MUST_USE enum result memory_note_signed(struct followed *followed,
                                        const struct signed_head *head);
MUST_USE enum result memory_note_alarm(struct client_engine *engine,
                                       const struct identifier *log,
                                       const struct anchor_alarm *alarm);
/* Was this loss known before? */
bool memory_knows_loss(const struct followed *followed,
                       const struct loss_told *told);
/* Makes the newest heads durable. False: the line was dropped. */
bool memory_save(struct client_engine *engine);
/* The same within CLIENT_SAVE_MS, for there is something new. */
void memory_save_later(struct client_engine *engine);
/* The same, and events below `next` are not to be lost any more. */
bool memory_bind(struct followed *followed, uint64_t next);
/* The same, before this device confirms its head at `seq`; false, too, if it
 * must not: it may have confirmed another one there. */
bool memory_confirm(struct followed *followed, uint64_t seq);
/* What lay at `next` and behind it is lost: the head before is `before`.
 * RESULT_INVALID: it must not be. */
MUST_USE enum result memory_lose_tail(struct followed *followed, uint64_t next,
                                      const struct hash *before);
/* The same by an act, whoever signed what; `own` is how far this device was. */
MUST_USE enum result memory_give_up(struct followed *followed,
                                    const struct loss_told *told,
                                    const struct hash *before,
                                    const struct anchor_position *own);

/* --- client_checkpoints.c --------------------------------------------------
 */
void checkpoints_on_signed(struct client_engine *engine, const json_t *object);
void checkpoints_on_sign(struct client_engine *engine, const json_t *object);
void checkpoints_on_event(struct client_engine *engine,
                          struct followed *followed,
                          const struct taken_event *event);
/* Confirms what was asked for, as far as it is here and to be trusted. */
void checkpoints_pump(struct client_engine *engine);

/* --- client_hearing.c ------------------------------------------------------
 */
bool hearing_on_answer(struct client_engine *engine, uint64_t id,
                       const json_t *answer);

/* --- client_roster.c -------------------------------------------------------
 */
/* One of both logs has taken in more. */
void roster_on_news(struct client_engine *engine);
/* One of both has gone back, or is another one. */
void roster_on_rewound(struct client_engine *engine);

/* --- client_recovery.c -----------------------------------------------------
 */
bool loss_told_by(const struct taken_event *event, struct loss_told *out);
/* A join was refused. False: for another reason than history. */
bool recovery_on_refused(struct client_engine *engine,
                         struct followed *followed, const json_t *answer);
void recovery_on_held(struct client_engine *engine, struct followed *followed,
                      const json_t *frame);
/* All `count` events that the server has were said. */
void recovery_on_caught_up(struct client_engine *engine,
                           struct followed *followed, uint64_t count);
bool recovery_on_answer(struct client_engine *engine, uint64_t id);
/* Another event at `seq` than ours: true if it is to be taken now. */
bool recovery_on_parted(struct client_engine *engine, struct followed *followed,
                        uint64_t seq, const char *text, size_t size);
/* Does this event say that what we saw at `seq` and behind it was lost? */
bool recovery_is_loss(const struct followed *followed, const json_t *object,
                      uint64_t seq, const char *text, size_t size);
/* Takes such an event in: as log_follower_take() with INTAKE_TAKEN, if true. */
bool recovery_on_loss(struct client_engine *engine, struct followed *followed,
                      uint64_t seq, const struct said *said,
                      struct taken_event *out);
/* What was given was answered: all of it, or with a refusal. */
void recovery_on_given(struct client_engine *engine, struct followed *followed,
                       const json_t *answer);

/* --- client_giving.c -------------------------------------------------------
 */
/* Gives events from `from` up to `end`; false: they are not kept. */
bool giving_begin(struct client_engine *engine, struct followed *followed,
                  uint64_t from, uint64_t end);
/* Gives what openings there are of events from `from` on. */
void giving_begin_openings(struct client_engine *engine,
                           struct followed *followed, uint64_t from);
void giving_send(struct client_engine *engine, struct followed *followed);
bool giving_on_answer(struct client_engine *engine, uint64_t id,
                      const json_t *answer);
/* Nothing more is given; the log is asked for again in a moment. */
void giving_end(struct client_engine *engine, struct followed *followed);

/* --- client_devices.c ------------------------------------------------------
 */
void devices_on_caught_up(struct client_engine *engine);
void devices_on_event(struct client_engine *engine,
                      const struct followed *followed,
                      const struct taken_event *event);
/* The opening was taken in. */
void devices_on_opening(struct client_engine *engine,
                        const struct followed *followed,
                        const struct opening *opening);
/* Whatever came behind the newest device has come. */
void devices_tell_news(struct client_engine *engine);

/* --- client_alarms.c -------------------------------------------------------
 */
/* Trust is broken: nothing is signed or sent from here on. */
void engine_alarm(struct client_engine *engine,
                  const struct trust_alarm *alarm);
/* The same, where it is not about two heads. */
void engine_alarm_at(struct client_engine *engine, enum client_reason reason,
                     const struct followed *followed, uint64_t seq);
/* Gives the alarm of an earlier run; false if there is none. */
bool alarms_recall(struct client_engine *engine,
                   const struct followed *followed);

/* --- client_requests.c -----------------------------------------------------
 */
void requests_pump(struct client_engine *engine);
void requests_on_down(struct client_engine *engine);
/* Those of a log that were asked before this join and are not answered. */
void requests_repeat(struct client_engine *engine, const struct identifier *log,
                     uint64_t join_request);
void requests_on_forgotten(struct client_engine *engine,
                           const struct identifier *log);
void requests_on_answer(struct client_engine *engine, uint64_t id,
                        const json_t *answer, const char *text, size_t size);
/* Answers everything that waits, with this code. */
void requests_refuse_all(struct client_engine *engine, enum refusal_code code);
/* A command that the engine gives by itself for a ballot; ballots_on_order()
 * is told of its answer. `command` as the user's would be; borrowed. */
MUST_USE enum result request_own_command(struct client_engine *engine,
                                         const json_t *command,
                                         enum command_op op,
                                         const struct identifier *ballot,
                                         int order);
/* What this device has seen of a log, made durable to be signed; false: it
 * cannot be, and the line was dropped. */
bool request_seen(struct followed *followed, struct statement_seen *seen);
void requests_free(struct client_engine *engine);
/* NULL if none of this id is under way. */
const struct request *request_find(const struct client_engine *engine,
                                   uint64_t id);
/* Asks for a kept text again under its id, without anybody who waits for the
 * answer; NULL if it cannot be. Borrowed until the next request. */
struct request *request_again(struct client_engine *engine,
                              const struct kept_text *text);
/* Sends what was put off until now. */
void requests_tick(struct client_engine *engine);
void request_answer_locally(struct client_engine *engine, uint64_t tag,
                            const struct refusal *refusal);

/* --- client_texts.c --------------------------------------------------------
 */
/* RESULT_NO_MEMORY, RESULT_INVALID or RESULT_IO: what is kept cannot be read.
 */
MUST_USE enum result texts_open(struct client_engine *engine);
void texts_close(struct client_engine *engine);
/* Is it a command with a text for the minutes? */
bool texts_are_of(enum command_op op);
/* The command without the member "kept", which is ours; a new reference, or
 * NULL for want of memory. */
json_t *texts_plain(const json_t *command);
/* Keeps the text of a request that is about to be sent, and says so: in the
 * place of the one that `command` names as kept. */
void texts_begin(struct client_engine *engine, struct request *request,
                 const json_t *command, json_t *plain);
void texts_on_event(struct client_engine *engine,
                    const struct followed *followed,
                    const struct taken_event *event);
/* The server has refused it. True: it goes out once more after a while. */
bool texts_on_refused(struct client_engine *engine, struct request *request,
                      const json_t *answer);
/* What an earlier run, or an earlier stay, left is sent now. */
void texts_on_caught_up(struct client_engine *engine,
                        const struct followed *followed);
/* A command of the user about kept texts; false: it is none. */
bool texts_command(struct client_engine *engine, uint64_t tag,
                   const json_t *command, const char *op);

/* --- client_blobs.c --------------------------------------------------------
 */
void blobs_on_up(struct client_engine *engine);
/* Whether the meeting may be entered is answered now. */
void blobs_on_joined(struct client_engine *engine);
void blobs_on_down(struct client_engine *engine);
bool blobs_on_answer(struct client_engine *engine, uint64_t id,
                     const json_t *answer, const char *text, size_t size);
void blobs_on_durable(struct client_engine *engine, const json_t *frame);
void blobs_on_piece(struct client_engine *engine, const uint8_t *bytes,
                    size_t size);
void blobs_get(struct client_engine *engine, uint64_t tag,
               const struct hash *blob);
void blobs_refuse(struct client_engine *engine, enum refusal_code code);
void blobs_free(struct client_engine *engine);
/* Begins one of the engine's own; false: another one is under way. */
bool blobs_get_own(struct client_engine *engine, const struct hash *blob);
/* The same; takes `bytes` (of malloc) unless false. */
bool blobs_put_own(struct client_engine *engine, uint8_t *bytes, size_t size);

/* --- client_fetch.c --------------------------------------------------------
 */
/*
 * The file with this hash is wanted; again is nothing new. ballots_on_record(),
 * or for no ballot rules_on_got(), is told what came of it. What is wanted
 * stays so over connections.
 */
void fetch_want(struct client_engine *engine, const struct identifier *ballot,
                const struct hash *blob);
/* Is given to the server, until it has it; takes `bytes` (of malloc). False for
 * want of memory. */
bool fetch_give(struct client_engine *engine, uint8_t *bytes, size_t size);
bool fetch_is_giving(const struct client_engine *engine,
                     const struct hash *blob);
/* An own download, or upload, has ended; takes `bytes`, NULL if there is no
 * such file. */
void fetch_on_got(struct client_engine *engine, const struct hash *blob,
                  uint8_t *bytes, size_t size);
void fetch_on_given(struct client_engine *engine, const struct hash *blob,
                    bool is_there);
/* Asks for the next, if it may. */
void fetch_pump(struct client_engine *engine);
int64_t fetch_next_ms(const struct client_engine *engine);
void fetch_free(struct client_engine *engine);

/* --- client_minutes.c ------------------------------------------------------
 */
/* May this device read back, or sign, the minutes that the command is about?
 * REFUSAL_NONE; REFUSAL_MINUTES_DIFFER: it draws others from the record;
 * REFUSAL_MINUTES_UNCHECKED: it cannot draw them; REFUSAL_BUSY: not now. */
enum refusal_code minutes_judge(const struct client_engine *engine,
                                const struct followed *followed,
                                enum command_op op, const json_t *command);

/* --- client_rules.c --------------------------------------------------------
 */
/* Asks for the ruleset of the meeting, and shows it if it is here. */
void rules_pump(struct client_engine *engine);
/* The file that was wanted for no ballot; NULL if there is none. Borrowed. */
void rules_on_got(struct client_engine *engine, const uint8_t *bytes,
                  size_t size);
void rules_free(struct client_engine *engine);

/* --- client_ballots.c and client_ballot_*.c --------------------------------
 */
void ballots_on_event(struct client_engine *engine,
                      const struct followed *followed,
                      const struct taken_event *event);
/* The meeting's log went back, or is another one, or none. */
void ballots_on_rewound(struct client_engine *engine);
/* Does what is next in each ballot, if there is anything. */
void ballots_pump(struct client_engine *engine);
void ballots_on_down(struct client_engine *engine);
/* A record came; NULL: it cannot be had. */
void ballots_on_record(struct client_engine *engine,
                       const struct identifier *ballot, const struct hash *hash,
                       const uint8_t *bytes, size_t size);
/* The server has what was given to it, or does not take it. */
void ballots_on_given(struct client_engine *engine, const struct hash *blob,
                      bool is_there);
/* The note `ballot_stuck`. */
void ballots_on_stuck(struct client_engine *engine,
                      const struct followed *followed, const json_t *frame);
bool ballots_on_answer(struct client_engine *engine, uint64_t id,
                       const json_t *answer, const char *text, size_t size);
/* An own command was answered: that with this number, as it was given to
 * request_own_command(). NULL: it is not asked any more. */
void ballots_on_order(struct client_engine *engine,
                      const struct identifier *ballot, int number,
                      const json_t *answer);
/* A command of the user about a ballot; false: it is none. */
bool ballots_command(struct client_engine *engine, uint64_t tag,
                     const json_t *command, const char *op);
/* When something that the server was too busy for is asked again. */
int64_t ballots_next_ms(const struct client_engine *engine);
void ballots_tick(struct client_engine *engine);
void ballots_free(struct client_engine *engine);

/* --- client_notices.c ------------------------------------------------------
 */
void notice_put(struct client_engine *engine, struct client_notice *notice);
void notice_simple(struct client_engine *engine, enum client_notice_kind kind);
void notice_of_log(struct client_engine *engine, enum client_notice_kind kind,
                   const struct followed *followed);
void notice_answer(struct client_engine *engine, uint64_t tag,
                   const json_t *answer, const char *text, size_t size);
/* The refusal inside an answer; code REFUSAL_NONE if it is not known here. */
struct refusal refusal_of_answer(const json_t *answer);
bool answer_is_ok(const json_t *answer);
/* An owned NUL-terminated copy; NULL when memory is out. */
char *copy_text(const char *text, size_t size);

#endif
