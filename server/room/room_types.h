/*
 * The insides of hub, room and session, shared by the files of this folder and
 * by nobody else.
 *
 * A room is one log: the register of the organisation, or a meeting. It has two
 * folds: `head` is what decisions are made on, `committed` is what people are
 * told. An event goes from decision to head at once, to the store, and only
 * when it is on disk to `committed` and to those who follow the room.
 */
#ifndef SERVER_ROOM_ROOM_TYPES_H
#define SERVER_ROOM_ROOM_TYPES_H

#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/line/copy_plan.h"
#include "protocol/line/sequence_window.h"
#include "protocol/meeting/register_state.h"
#include "protocol/record/statement.h"
#include "protocol/wire/blob_piece.h"
#include "protocol/wire/hearing_report.h"
#include "protocol/wire/json_read.h"
#include "protocol/wire/succession_codec.h"
#include "server/audio/audio_queue.h"
#include "server/audio/bundle_window.h"
#include "server/audio/one_voice.h"
#include "server/audio/talkers.h"
#include "server/audio/voice_budget.h"
#include "server/domain/meeting_rules.h"
#include "server/domain/register_rules.h"
#include "server/room/ballot_work.h"
#include "server/room/blob_set.h"
#include "server/room/giving.h"
#include "server/room/check_in_code.h"
#include "server/room/hall_pin.h"
#include "server/room/hub.h"
#include "server/room/pause_book.h"
#include "server/room/room_pace.h"
#include "server/room/room_recording.h"
#include "server/room/room_sound.h"
#include "server/room/session.h"
#include "server/room/upload_proof.h"

enum room_kind { ROOM_REGISTER = 1, ROOM_MEETING };
/* ROOM_SETTLING: something could not be written. What was handed to the store
 * before is awaited, and told, then the log is loaded again. */
enum room_phase { ROOM_LOADING = 1, ROOM_READY, ROOM_SETTLING, ROOM_FAILED };

struct history_entry {
    struct frame *frame; /* the event's exact bytes */
    struct hash head;    /* h[seq] */
};

struct room_opening {
    uint64_t seq;
    char field[OPENING_FIELD_SIZE_MAX + 1];
    enum audience audience;
    struct identifier unit; /* register: whose people may open it */
    struct frame *frame;
    char *value; /* NUL-terminated copy, for the server's own use */
};

/* A request that caused events, and what was answered. */
struct done_request {
    struct key device;
    uint64_t id;
    uint64_t threshold; /* the answer is true once so many are committed */
    struct frame *answer;
    struct done_request *next;
};
enum { REQUEST_BUCKETS = 256 };

enum answer_effect {
    EFFECT_ANSWER = 1,
    EFFECT_JOIN,
    EFFECT_ADMITTED,
    EFFECT_CALL /* of `then`, which answers */
};

struct room;
struct session;
struct waiting_answer;
typedef void (*room_answer_fn)(struct room *room, struct session *session,
                               const struct waiting_answer *waiting);

/* Something to be said once `threshold` events are committed. */
struct waiting_answer {
    uint64_t threshold;
    uint64_t session;
    enum answer_effect effect;
    uint64_t request;    /* of EFFECT_JOIN and EFFECT_CALL */
    struct frame *frame; /* of EFFECT_ANSWER */
    room_answer_fn then; /* of EFFECT_CALL */
    uint64_t number;     /* what it says, if it needs one */
    struct waiting_answer *next;
};

/* Something that came while the room was being loaded. */
struct room_job {
    uint64_t session;
    struct request *request; /* owned */
    struct room_job *next;
};

struct pending_batch {
    uint64_t ticket;
    uint64_t next_seq; /* committed count when this batch is on disk */
};

/* Signatures of one head, as they come. */
struct collection_row {
    struct identifier holder;
    struct key device;
    enum checkpoint_role role;
    bool has_signed;
    struct signature sig;
};
struct collection {
    uint64_t seq;
    struct hash head;
    enum checkpoint_reason reason;
    int64_t due_ms;              /* monotonic */
    struct collection_row *rows; /* owned; devices that were connected */
    size_t row_count, signed_count;
    size_t asked; /* the first so many rows; the others in their turn */
    bool is_signing, has_sig; /* the server's own */
    struct signature sig;
};
enum { COLLECTIONS_MAX = 8 };

/* Signed heads of a room. */
struct room_heads {
    struct frame *newest;  /* the server's newest signed head, or NULL */
    uint64_t signed_count; /* events that it covers */
    int64_t signed_ms;     /* monotonic; 0: none yet */
    bool is_urgent;        /* something signed was committed since */
    bool is_signing;
    struct collection collections[COLLECTIONS_MAX];
    size_t count;
    int64_t periodic_ms; /* monotonic; 0: not set yet */
};

/* What may have been lost of a log, and what comes back. */
enum { GIVINGS_MAX = 8, CLAIMS_MAX = 16 };
/* A head beyond ours that a device showed, signed by this server. */
struct loss_claim {
    uint64_t seq;
    struct hash head;
};
struct room_loss {
    struct loss_claim claims[CLAIMS_MAX]; /* the furthest one first */
    size_t claim_count;
    json_t *late; /* owned; openings on their way to the store, "seq/field" */
    struct giving *givings[GIVINGS_MAX]; /* owned; one a session */
    size_t giving_count;
    uint64_t ticket;   /* of the batch that ends the hold; 0: none */
    int64_t reload_ms; /* monotonic; openings came late; 0: none */
    struct act first;  /* `restored`, by the one of the two who signed first */
    char *op, *subject, *value; /* owned; of `first` */
};

/* Files of minutes that were drawn here, the last ones: they are in no log. */
enum { DRAWN_MAX = 16 };
struct drawn_minutes {
    struct hash blob;
    uint64_t upto; /* the newest event in it; 0: as plain text */
};

struct subscription;

/* Wrong codes of a member in this meeting, at all places. Opening it anew takes
 * none back: a site opens its own, and would give tries at the others. */
struct check_in_try {
    struct identifier holder;
    unsigned wrong;
};
struct room_check_in {
    bool has_secret; /* drawn when it is needed first */
    struct check_in_secret secret;
    struct check_in_try *tries; /* owned */
    size_t try_count, try_capacity;
};

struct room {
    struct hub *hub;
    struct identifier id;
    enum room_kind kind;
    enum room_phase phase;
    bool is_log_begun;
    bool is_closed_on_disk; /* when it was loaded */
    /* Loaded, and nothing said about it yet: a device that is ahead of the log
     * has to be heard before anything is added. */
    bool is_fresh;
    int64_t loaded_ms;   /* monotonic */
    struct room_key key; /* zeros once closed */
    int64_t failed_ms;   /* monotonic; of the last failure to load */

    struct history_entry *history;
    size_t history_count; /* = events of the head */
    size_t history_capacity;
    size_t committed;              /* events on disk, and told */
    struct room_opening *openings; /* sorted by seq */
    size_t opening_count, opening_capacity;

    struct meeting_state *head_meeting, *committed_meeting;
    /* That the meeting was begun under; NULL: the one of the hub. */
    const struct ruleset *rules;
    bool lacks_rules; /* it is over, and they are nowhere */
    /* When the head has something to do by itself: as of the head with so many
     * events; 0: not asked yet. */
    uint64_t ticked_seq;
    int64_t next_tick_ms;
    struct register_state *head_register, *committed_register;

    struct pending_batch *batches; /* FIFO */
    size_t batch_first, batch_count, batch_capacity;
    struct waiting_answer *answers, **answers_end;
    size_t answer_count;
    struct room_job *jobs, **jobs_end;
    size_t job_count;
    struct done_request *requests[REQUEST_BUCKETS];

    struct room_heads heads;
    struct ballot_desk *desk; /* owned; NULL before the first ballot */
    struct room_check_in check_in;
    struct room_pace pace;
    struct blob_set blobs; /* that the committed events name */
    struct drawn_minutes drawn[DRAWN_MAX];
    size_t drawn_count; /* so far; the oldest one gives way */
    bool is_going_on;   /* the batch under way accepts the loss */
    bool is_held;       /* events may have been lost: nothing is decided */
    struct room_loss loss;

    struct subscription *subscribers;
    struct identifier carry_from; /* the meeting before, until it is loaded */
    uint64_t mirrored;            /* events of the register looked at so far */
    uint64_t voice_version;       /* changes when who may be heard may have */
    struct talkers talkers;       /* those who speak freely */
    struct voice_budgets budgets; /* of those who speak */
    struct room_sound sound;
    bool asks_rate; /* a line of who hears it may ask speakers for a rate */
    struct room_recording *recording; /* owned; NULL: nothing is recorded */
    bool is_recording_swept;          /* its folder, since the log was loaded */

    int64_t origin_utc_ms, origin_monotonic_ms;
    int64_t last_at_ms;
    struct room *next; /* in its bucket of the hub */
};

enum subscription_phase {
    SUBSCRIPTION_NONE,
    SUBSCRIPTION_LOBBY,
    SUBSCRIPTION_ACTIVE
};

/* One session following one room. Lives inside its session. */
struct subscription {
    struct session *session;
    struct room *room;
    enum subscription_phase phase;
    uint64_t cursor;       /* next event to be sent */
    uint64_t ends_at;      /* events to send before it ends; UINT64_MAX */
    size_t opening_cursor; /* next opening to be looked at */
    unsigned audiences;    /* bit per enum audience that may be opened */
    size_t regain_cursor, regain_end; /* older openings of gained audiences */
    unsigned regain_audiences;
    bool is_caught_up;
    uint64_t announced; /* items of the outbox that go before its events */
    uint64_t subroom;   /* of a meeting: whose sound it is sent; 0: plenary */
    uint64_t signed_count; /* covered by the signed head sent last */
    struct subscription *next, **link; /* in room->subscribers */
};

struct request;
/* Takes the request. */
typedef void (*request_again_fn)(struct session *session,
                                 struct request *request);
/* A parsed message on its way, with its memory. */
struct request {
    json_t *object;
    struct message_memory memory;
    struct command command; /* op 0: a session operation */
    char *subject, *value;  /* owned; of a signed command */
    bool is_giving;         /* give_events, not join */
    request_again_fn again; /* when the room that it waits for is loaded */
};
struct request *request_free(struct request *request);

struct text_line {
    struct text_line *next;
    size_t size;
    char text[];
};
struct outbox_item {
    struct outbox_item *next;
    struct frame *frame;
};

/* How a session on a bad line is sent sound, and its further connections. */
enum { LINE_TOKEN_SIZE = 32 };
struct session_line {
    struct session *session;
    struct line_wish wish;
    uint8_t token[LINE_TOKEN_SIZE];     /* by which lanes attach */
    struct session *lanes[LIMIT_LANES]; /* in the order they came */
    size_t lane_count;
    bool has_ticket; /* for their handshakes */
    struct copy_plan plan;
    int64_t due_ms; /* monotonic; of the plan's next message; INT64_MAX */
    struct one_voice voice;
    struct sequence_window heard; /* what the session itself has sent */
    int64_t new_tokens_ms;        /* of its frames that are no copies */
    int64_t new_at_ms;            /* monotonic */
    int64_t changed_ms[LIMIT_LINE_CHANGES]; /* the last ones */
    size_t changes;
    struct session_line *next, **link; /* in hub->lines */
};

/* What a device last told of how it hears, in the meeting it is in. */
struct session_hearing {
    bool is_told;
    struct hearing_report last;
    int64_t told_ms; /* monotonic */
    int64_t due_ms;  /* monotonic; the next one at its own pace */
};

enum session_phase {
    SESSION_NEW = 1,
    SESSION_GREETED,
    SESSION_READY,
    SESSION_CLOSING
};

struct session {
    /* What each delivery of sound looks at stands together, in as many bytes as
     * a processor fetches at once. */
    const struct transport *transport;
    struct transport_connection *connection;
    struct hub *hub;
    enum session_phase phase;
    bool is_waiting_writable;
    bool plans_sound; /* it goes to the plan of `line` */
    struct outbox_item *outbox;
    int64_t blocked_ms; /* monotonic since when nothing could be written; 0 */
    struct audio_queue audio;

    struct outbox_item **outbox_end;
    struct session_line *line; /* owned; NULL: nothing was asked for */
    struct session *lane_of;   /* whose sound it carries; NULL: no lane */

    uint64_t id;
    struct session_peer peer;
    int64_t opened_ms; /* monotonic */

    struct hash nonce;
    bool is_enrol_spent, is_login_spent;
    struct actor actor;

    bool is_busy;    /* a request is under way; the next ones wait */
    bool is_in_turn; /* guards against recursion of the inbox */
    struct text_line *inbox, **inbox_end;
    size_t inbox_count;

    size_t outbox_size;
    uint64_t outbox_in, outbox_out; /* items queued and sent so far */
    unsigned turn_left; /* frames that may still go out in this turn */

    struct subscription meeting, registry;
    struct identifier last_log; /* of the last event or opening frame */

    int64_t tokens_ms; /* request rate, in milliseconds of budget */
    int64_t tokens_at_ms;
    int64_t audio_tokens_ms;
    int64_t audio_at_ms;
    int64_t audio_excess_ms; /* frames above the rate, below 0 */
    int64_t voice_error_ms;
    size_t budget_at;       /* in the room's `budgets` */
    unsigned voice_rate;    /* told to this speaker last; 0: none */
    int64_t voice_raise_ms; /* monotonic since when a higher one is wanted */
    uint64_t voice_version;
    bool may_be_heard;
    bool is_called;         /* of those: heard however many speak */
    int64_t heard_until_ms; /* monotonic; frames under way when it ended */
    uint16_t slot;
    bool has_slot;
    /* Of the room's arrays, when they are ready. */
    size_t crowd;
    const struct meeting_holder *sound_holder; /* only compared */

    struct session_hearing hearing;

    /* The blob that is being sent to this session. */
    struct hash blob;
    uint64_t blob_offset, blob_size;
    bool is_sending_blob, is_reading_blob;
    bool is_drawing_minutes;
    struct room *minutes_room; /* of which they were drawn last, or NULL */
    /* The blob that this session sends to us. */
    struct hash upload;
    uint64_t upload_size;
    uint64_t blob_unacknowledged; /* bytes of it not yet durable */

    struct session *next, *previous; /* in hub->sessions */
    struct session *bucket_next;
};

enum { SESSION_BUCKETS = 1024, ROOM_BUCKETS = 256 };

/* What a ticket of the store stands for. */
enum ticket_kind {
    TICKET_PIECE = 1, /* a piece of an upload is durable */
    TICKET_PUT_STATE, /* how much of an upload is there */
    TICKET_GET,       /* bytes for a download */
    TICKET_ATTACH,    /* is the file of attach_document complete? */
    TICKET_MINUTES,   /* the rendered minutes are durable */
    TICKET_RECORD     /* a ballot's record, for its desk */
};
struct desk_gathering;
struct ticket {
    uint64_t id;
    enum ticket_kind kind;
    uint64_t session;
    uint64_t request;
    struct hash blob;
    uint64_t size;           /* piece, or whole blob */
    struct request *waiting; /* owned, TICKET_ATTACH */
    struct room *room;       /* TICKET_ATTACH, TICKET_MINUTES; lives as long
                              * as the hub */
    uint64_t upto; /* TICKET_MINUTES: of minutes.json; 0: it is plain text */
    struct desk_gathering *gathering; /* owned, TICKET_RECORD */
    struct ticket *next;
};

/* A member may set a PIN at a site. */
enum { PIN_GRANTS_MAX = 64 };
struct pin_grant {
    struct identifier member, site;
    int64_t until_ms; /* monotonic; 0: none */
};
struct pin_job;

struct hub {
    struct hub_config config;
    struct ballot_tools ballot_tools;
    struct ballot_group *ballot_group; /* owned */
    struct upload_proofs *uploads;     /* owned */
    struct pause_book *pauses;         /* owned; of devices */
    struct pin_job *pins;              /* owned; under way */
    size_t pin_count;
    struct pin_grant pin_grants[PIN_GRANTS_MAX];
    char *public_host;
    struct server_fingerprint fingerprint;
    json_t *succession; /* of the hello; owned; NULL: the key never changed */
    struct store *store;
    enum result state; /* RESULT_BUSY until the register is loaded */
    bool is_going_down;
    bool plants_early_release;
    bool takes_turns;    /* hub_turn() is called */
    size_t turn_written; /* bytes, but of sound, in this turn of the loop */
    struct room *register_room;
    struct room *rooms[ROOM_BUCKETS];
    size_t room_count;
    struct session *sessions;
    struct session *next_checked; /* of them, by the next tick; NULL: first */
    struct session *session_buckets[SESSION_BUCKETS];
    size_t session_count;
    uint64_t next_session, next_ticket;
    struct ticket *tickets;
    struct hub_job *jobs, **jobs_end;  /* waiting for a worker */
    size_t job_count;                  /* with the workers */
    int64_t clock_offset_ms;           /* utc - monotonic, as last seen */
    struct meeting_decision *decision; /* scratch */
    struct hub_figures figures;
    struct bundle_window window;
    uint64_t counted_frames, counted_messages; /* of sound, told to it */
    struct room *held, **held_end; /* that hold sound back, longest first */
    struct session_line *lines;    /* of all sessions on bad lines */
    int64_t lines_due_ms; /* not after any of theirs; INT64_MAX: none */
    struct room_recording *recordings; /* of all rooms */
};

/* --- hub.c --------------------------------------------------------------- */
int64_t hub_monotonic_ms(const struct hub *hub);
/* May more be written in this turn of the loop? */
bool hub_has_turn(const struct hub *hub);
struct room *hub_find_room(const struct hub *hub, const struct identifier *id);
/* The room of this log, made and being loaded if it was not. NULL: no memory.
 */
struct room *hub_room(struct hub *hub, const struct identifier *id);
struct session *hub_session(const struct hub *hub, uint64_t id);
/* Is this the server's own key, or one that led to it without a loss? */
bool hub_has_had_key(const struct hub *hub, const struct key *key);
/* Work off the loop, in its turn: a session has at most one job, so the queue
 * is no longer than the sessions are many. `done` gets RESULT_CLOSED when the
 * workers have stopped. */
MUST_USE enum result hub_work(struct hub *hub, void (*work)(void *data),
                              void (*done)(void *data, enum result result),
                              void *data);
MUST_USE enum result
hub_verify(struct hub *hub, struct session *session, const struct key *signer,
           uint8_t *statement, size_t size, const struct signature *sig,
           struct request *request,
           void (*then)(struct session *session, struct request *request,
                        bool is_good));
struct ticket *hub_ticket(struct hub *hub, enum ticket_kind kind,
                          uint64_t session, uint64_t request);
/* Ends the sessions of a device with this code. */
void hub_end_device(struct hub *hub, const struct key *device, uint16_t code,
                    const char *reason, const struct session *except);

/* --- history.c --------------------------------------------------------------
 */
/* Grows an array to hold one more. */
bool history_grow(void *array_pointer, size_t *capacity, size_t count,
                  size_t element_size);
/* Frees everything that came from the log. */
void history_clear(struct room *room);
/* The same, given to another room that holds nothing. */
void history_move(struct room *to, struct room *from);
MUST_USE enum result history_add(struct room *room, const char *bytes,
                                 size_t size, int64_t at_ms);
MUST_USE enum result history_open(struct room *room,
                                  const struct opening *opening,
                                  const struct identifier *unit);
const struct done_request *
history_find_request(struct room *room, const struct key *device, uint64_t id);
MUST_USE enum result history_add_request(struct room *room,
                                         const struct key *device, uint64_t id,
                                         uint64_t threshold,
                                         struct frame *answer);
const struct room_opening *room_find_opening(const struct room *room,
                                             uint64_t seq, const char *field);

/* --- room_carry.c: what the meeting before left ------------------------------
 */
/* Looks for the meeting before this one, where the ruleset says so. */
void room_carry_begin(struct room *room);
/* As time passes: takes over from it once it is loaded. */
void room_carry_act(struct room *room);
/* room_join.c: the lobby is open, so reading ahead is over. */
void room_send_readers_to_lobby(struct room *room);

/* --- room_load.c: coming back from the log ----------------------------------
 */
void room_on_loaded(struct room *room, enum result result,
                    struct store_log *log);
MUST_USE enum result room_new_states(struct room *room);
MUST_USE enum result room_fold(struct room *room, bool is_head,
                               const char *bytes, size_t size);
/* What was decided and not written is void; what the store has is awaited. */
void room_fail(struct room *room, enum result why);
/* Tells everybody to come again and loads the log. */
void room_reload(struct room *room);
/* A room that could not be loaded is tried again after a while. */
void room_retry(struct room *room);
/* Keeps a request until the log is loaded; takes it. */
void room_enqueue(struct room *room, struct session *session,
                  struct request *request);

/* --- room.c: writing, releasing, answering ----------------------------------
 */
MUST_USE enum result room_new(struct room **out, struct hub *hub,
                              const struct identifier *id, enum room_kind kind);
struct room *room_free(struct room *room);
/* What the meeting is judged by; one that `lacks_rules` by none at all. */
const struct ruleset *room_rules(const struct room *room);
int64_t room_now_ms(const struct room *room);
/* Its committed events may be told. */
bool room_is_live(const struct room *room);
void room_on_committed(struct room *room, uint64_t ticket, enum result result);
void room_submit(struct room *room, struct session *session,
                 struct request *request);
void room_answer(struct room *room, uint64_t session, uint64_t request,
                 uint64_t threshold, struct frame *frame);
/* Takes `waiting`. */
void room_await(struct room *room, struct waiting_answer *waiting);
/* Calls `then` once what the head has now is committed. */
void room_await_call(struct room *room, uint64_t session, uint64_t request,
                     room_answer_fn then, uint64_t number);
/* Did whoever signed this see a head of this very history? */
bool room_has_seen(const struct room *room, const struct act *act);
/* The first answer, now the caller's. There is one. */
struct waiting_answer *room_take_answer(struct room *room);
struct waiting_answer *waiting_answer_free(struct waiting_answer *waiting);
void room_release(struct room *room);

/* Events made by one decision, encoded and folded into the head already. */
struct proposal {
    struct store_batch *batch;
    uint64_t first_seq, ticket;
    bool closes_log;
};
MUST_USE enum result room_propose(struct room *room, struct proposal *proposal,
                                  const struct event_encoding *encoding,
                                  int64_t at_ms, const struct identifier *unit);
MUST_USE enum result room_begin(struct room *room, struct proposal *proposal);
MUST_USE enum result room_commit(struct room *room, struct proposal *proposal,
                                 const struct key *device, uint64_t request,
                                 struct frame *answer);

/* --- room_meeting.c, room_register.c ---------------------------------------
 */
MUST_USE enum result meeting_room_fold(struct room *room, bool is_head,
                                       const char *bytes, size_t size);
MUST_USE enum result register_room_fold(struct room *room, bool is_head,
                                        const char *bytes, size_t size);
void meeting_room_command(struct room *room, struct session *session,
                          const struct request *request);
void register_room_command(struct room *room, struct session *session,
                           const struct request *request);
/* False: the room is not ready, or what was decided could not be stored. The
 * decision, a refusal too, stays in hub->decision until the next one. */
/* The same of what a session's request showed, which is answered. */
void meeting_room_answer_report(struct room *room, struct session *session,
                                uint64_t request,
                                const struct meeting_report *report);
bool meeting_room_report(struct room *room,
                         const struct meeting_report *report);
/* The same with records that its events name, in the same batch. */
struct report_blob {
    const void *bytes;
    size_t size;
};
bool meeting_room_report_blobs(struct room *room,
                               const struct meeting_report *report,
                               const struct report_blob *blobs,
                               size_t blob_count);
/* A teller's decryption, whose proofs have been looked at: decides, and answers
 * the session. */
void meeting_room_decrypt(struct room *room, struct session *session,
                          const struct command *command,
                          const struct decryption_verdict *verdict,
                          const struct report_blob *blobs, size_t blob_count);
/* An objection that rests on a list, which has been looked at; likewise. */
void meeting_room_object(struct room *room, struct session *session,
                         const struct command *command, bool is_in_list);
void meeting_room_loaded(struct room *room);
/* Says what loading has to say, once: before anything else is decided. */
void meeting_room_wake(struct room *room);
/* The register learns that this log began or ended, if it does not know. */
void meeting_room_settle(struct room *room);
/* Brings the register's changes since the last mirrored one into the log. */
void meeting_room_mirror(struct room *room);
void meeting_room_released(struct room *room,
                           const struct meeting_event *event);
void register_room_released(struct room *room,
                            const struct register_event *event);
void register_room_loaded(struct room *room);
struct identifier register_event_unit(const struct register_state *state,
                                      const struct register_event *event);
void register_room_enrol(struct room *room, struct session *session,
                         uint64_t request, const struct hash *token,
                         const struct register_device_enrolled *);
void register_room_meeting_began(struct room *room,
                                 const struct identifier *meeting,
                                 const struct hash *head);
/* Does the request wait for the meeting whose minutes it corrects to be read?
 * Then it is taken, and comes again. */
bool register_room_awaits_minutes(struct room *room, struct session *session,
                                  struct request *request);
void register_room_meeting_ended(struct room *room,
                                 const struct identifier *meeting,
                                 uint64_t final_seq, const struct hash *head,
                                 const struct meeting_state *held);

/* --- room_checkpoint.c -------------------------------------------------------
 */
/* Nothing more will be written into this meeting's log. */
bool room_is_over(const struct room *room, const struct meeting_state *state);
/* Signs what was committed, if it is time to. */
void room_heads_settle(struct room *room);
void room_heads_tick(struct room *room);
void room_heads_loaded(struct room *room);
void room_heads_clear(struct room *room);
/* A committed event of a meeting: signed acts are urgent, moments are opened.
 */
void room_heads_on_event(struct room *room, const struct meeting_event *event);
void room_checkpoint_open(struct room *room, uint64_t seq,
                          enum checkpoint_reason reason, int64_t wait_ms);
/* Is a head being signed for this reason? */
bool room_checkpoint_is_open(const struct room *room,
                             enum checkpoint_reason reason);
/* Asks a device that has just come in for what is still collected. */
void room_checkpoint_ask(struct room *room, struct session *session);
/* What this device is to sign at `seq`; false: nobody asked it. */
bool room_checkpoint_find(struct room *room, const struct actor *actor,
                          uint64_t seq, struct hash *head,
                          enum checkpoint_reason *reason,
                          enum checkpoint_role *role);
/* Its signature, verified. */
void room_checkpoint_signed(struct room *room, const struct actor *actor,
                            uint64_t seq, const struct signature *sig);

/* --- room_loss.c -------------------------------------------------------------
 */
void room_loss_clear(struct room *room);
struct meeting_loss room_loss_known(const struct room *room);
void room_tell_held(struct room *room, struct session *session);
/* The device joins at a place that we do not have and shows a signed head: is
 * it ours? True: the request was taken. */
bool room_take_shown(struct room *room, struct session *session,
                     struct request *request);
/* The operation give_events. */
void room_take_back(struct room *room, struct session *session,
                    const struct request *request);
/* True if the ticket was that of what came back. */
bool room_loss_committed(struct room *room, uint64_t ticket,
                         enum result result);
void room_loss_tick(struct room *room);
/* Copies the act; false when memory is out. */
bool room_keep_first_act(struct room *room, const struct act *act);

/* --- ballot_desk*.c: what the server does in secret ballots -----------------
 */
struct ballot_desk *ballot_desk_free(struct ballot_desk *desk);
/* Does what is due, if anything is. */
void ballot_desk_act(struct room *room);
/* Ballots that came and are not looked at yet. */
size_t ballot_desk_waiting(const struct room *room);
/* False, and why: the command would lead on a ballot that can never be counted.
 */
bool ballot_desk_may_lead_on(const struct room *room,
                             const struct command *command,
                             struct refusal *refusal);
/* Tells a session that has come in so, if it is of chair or minute-taker. */
void ballot_desk_tell_stuck(struct room *room, struct session *session);
/* False, and why: the list cannot be closed yet, or ever. */
bool ballot_desk_may_close_issue(struct room *room, struct refusal *refusal);
/* False, and why: the questions, which the log has behind a commitment, are
 * those of an earlier ballot whose electorate differed by too few. */
bool ballot_desk_may_count(const struct room *room,
                           const struct command_count_ballot *command,
                           struct refusal *refusal);
/* False, and why: what a teller enters of paper has other answers than the
 * questions, which the log has behind a commitment. Of other commands true. */
bool ballot_desk_paper_fits(const struct room *room,
                            const struct command *command,
                            struct refusal *refusal);
/* Has the proofs of a teller's `decrypt` looked at, which the rules have
 * accepted; then it is decided. False: not now. */
bool ballot_desk_check_decryption(struct room *room, struct session *session,
                                  const struct command *command);
/* Has the list looked at on which an objection rests that the rules have
 * accepted; then it is decided. False: not now. */
bool ballot_desk_check_objection(struct room *room, struct session *session,
                                 const struct command *command,
                                 const struct hash *list);
/* What the store answers to a ticket of TICKET_RECORD. */
void ballot_desk_on_record(struct ticket *ticket, enum result result,
                           uint64_t blob_size, const uint8_t *bytes,
                           size_t size);
struct desk_gathering *desk_gathering_free(struct desk_gathering *gathering);
void session_take_ballot(struct session *session, struct request *request);
void session_take_pool(struct session *session, struct request *request);
void session_cast(struct session *session, struct request *request);

/* --- snapshot.c: from the register to rosters and genesis -------------------
 */
struct snapshot {
    struct event_genesis genesis;
    struct event_held_by_groups held; /* year 0: a plenary */
    struct event_roster_changed changed;
    struct agenda_item *agenda;
    struct group_of_meeting *groups;
    struct roster_person *people;
    struct roster_site *sites;
    struct roster_device *devices;              /* of all, back to back */
    char (*vouchers)[REGISTER_VOUCHED_BY_SIZE]; /* texts of the devices */
    size_t device_count, device_capacity;
    struct message_memory memory; /* of the scheduling event */
};
/* Views borrow from the register's room until its next event. */
MUST_USE enum result snapshot_genesis(const struct room *registry,
                                      const struct identifier *meeting,
                                      const struct hub_config *config,
                                      struct snapshot *out);
/* Rows of the people and sites of this meeting changed since `since` (a seq).
 */
MUST_USE enum result snapshot_changes(const struct room *registry,
                                      const struct meeting_state *meeting,
                                      uint64_t since, struct snapshot *out);
void snapshot_release(struct snapshot *snapshot);

/* --- room_groups.c: records of party groups' meetings -----------------------
 */
/*
 * The logs of the groups by which a meeting is held, those of one meeting or
 * all (NULL) that are gathered. True: one of them is being loaded, and the
 * request was taken: `again` gets it when that is done.
 */
bool room_groups_await(const struct room *room, const struct identifier *only,
                       struct session *session, struct request *request,
                       request_again_fn again);
/* Decides on a gather_group that was accepted: into hub->decision. */
void room_groups_gather(struct room *room, const struct session *session,
                        const struct command *command);

/* --- room_join.c ------------------------------------------------------------
 */
/* Takes the request. */
void room_join(struct room *room, struct session *session,
               struct request *request);
/* A device that waited in the lobby comes in. */
void room_join_admitted(struct room *room, struct session *session);
void room_join_decided(struct room *room, struct session *session,
                       const struct waiting_answer *waiting);
void subscription_attach(struct subscription *subscription, struct room *room,
                         enum subscription_phase phase, uint64_t from);
void subscription_detach(struct subscription *subscription);
/* Whoever has gone to another sub-room, or back, hears nothing more of the one
 * that was left. */
void subscription_follow_subroom(struct subscription *subscription);
/* Recomputes what the holder may open; older openings follow if it is more. */
void subscription_refresh(struct subscription *subscription);
/* Everything older is looked at again, in a register: who may open what hangs
 * on units and offices there. */
void subscription_look_again(struct subscription *subscription);

/* --- session.c, session_*.c --------------------------------------------------
 */
void session_send(struct session *session, struct frame *frame); /* takes */
void session_send_json(struct session *session, json_t *object); /* takes */
void session_pump(struct session *session);
void session_end(struct session *session, uint16_t code, const char *reason);
void session_resume_inbox(struct session *session);
/* Out of the meeting it follows, as by a lost connection. */
void session_leave_meeting(struct session *session);
void session_refuse(struct session *session, uint64_t request,
                    const struct refusal *refusal);
void session_refuse_code(struct session *session, uint64_t request,
                         enum refusal_code code);
/* bad_message at `path`. */
void session_refuse_field(struct session *session, uint64_t request,
                          const char *path, const char *problem);
/* not_allowed: it is for `who`, in words. */
void session_refuse_who(struct session *session, uint64_t request,
                        const char *who);
/* The field `name`, which has to be an id; false: refused. */
bool session_read_id(struct session *session, const struct request *request,
                     const char *name, struct identifier *out);
/* --- session_pause.c --- */
/* Too much came: the session ends with CLOSE_TOO_FAST, and its device is not
 * taken again at once. */
void session_cut_off(struct session *session, enum cut_reason why,
                     const char *reason);
/* Has this device to wait before it may log in? Then it was told. */
bool session_is_turned_away(struct session *session, uint64_t request,
                            const struct key *device);
/* Takes the request; it has been checked for shape only. */
void session_dispatch(struct session *session, struct request *request);
/* To the room of its log; takes the request. */
void session_submit(struct session *session, struct request *request);
void session_login(struct session *session, struct request *request);
void session_enrol(struct session *session, struct request *request);
void session_invitation(struct session *session, struct request *request);
void session_meetings(struct session *session, struct request *request);
void session_greet(struct session *session);
/* What came for `session` over `carrier`: itself, or one of its lanes. */
void session_on_audio(struct session *session, struct session *carrier,
                      const uint8_t *bytes, size_t size);
/* Sound to this session: now, or as soon as it can be. */
void session_deliver(struct session *listener, struct frame *frame);
/* The next message of what waits for it, with a reference; `count` is how many
 * of the queue it holds. What is too old is dropped. NULL: nothing waits. */
struct frame *session_next_sound(struct session *session, unsigned *count);
void session_sound_sent(struct session *session, struct frame *message,
                        unsigned count);
void session_drop_sound(struct session *session);
/* A message to just this connection, whatever its session asks for. */
void session_write_sound(struct session *session, struct frame *frame);
bool session_may_be_heard(struct session *session);

/* --- session_line.c, room_rate.c: bad lines ----------------------------------
 */
void session_line(struct session *session, struct request *request);
void session_attach_lane(struct session *session, struct request *request);
/* A lane leaves its session; a session's lanes are closed, and its line is
 * gone. */
void session_line_end(struct session *session);
/* Forgets what was gathered. */
void session_line_clear(struct session *session);
/* The same, and what waits, over whichever connection: it is of a meeting or a
 * sub-room that is left. */
void session_forget_sound(struct session *session);
/* Of one that `plans_sound`. */
void session_line_deliver(struct session *listener, struct frame *frame);
/* Has the speaker not sent this frame before, and is it not one more than may
 * come without copies? Of good lines always true. */
bool session_line_is_new(struct session *speaker, uint32_t sequence,
                         int64_t now_ms);
/* Sends what is due of all lines; ms until the next is, -1: nothing is. */
int64_t hub_lines_turn(struct hub *hub, int64_t now_ms);
/* Tells speakers what the lines of their listeners ask for, if that changed. */
void room_rate_tick(struct room *room);
void hub_rates_tick(struct hub *hub);
void session_on_piece(struct session *session, const uint8_t *bytes,
                      size_t size);
void session_put_blob(struct session *session, struct request *request);
void session_get_blob(struct session *session, struct request *request);
/* attach_document: once the file is known to be complete, to its room. */
void session_attach(struct session *session, struct room *room,
                    struct request *request);
void session_checkpoint(struct session *session, struct request *request);
void session_hearing(struct session *session, struct request *request);
/* What was told is of a meeting that is left. */
void session_hearing_clear(struct session *session);
void session_who_hears(struct session *session, struct request *request);
void session_check_in_code(struct session *session, struct request *request);
void session_check_in(struct session *session, struct request *request);
void session_check_in_pin(struct session *session, struct request *request);
/* Wipes the secret. */
void room_check_in_clear(struct room *room);

void session_set_pin(struct session *session, struct request *request);
void session_allow_pin(struct session *session, struct request *request);
void session_unlock_pin(struct session *session, struct request *request);
void session_unlock_hall(struct session *session, struct request *request);
/* The field "pin"; false: refused. */
bool session_read_pin(struct session *session, const struct request *request,
                      struct text_view *out);
void session_wipe_pin(const struct request *request);
/* Anything but HALL_PIN_DONE. */
void session_refuse_pin(struct session *session, uint64_t request,
                        const struct identifier *member,
                        enum hall_pin_answer answer, unsigned tries_left);
void session_minutes(struct session *session, struct request *request);
void session_draw_minutes(struct session *session, struct request *request);
void minutes_stored(struct hub *hub, struct ticket *ticket, enum result result);
void minutes_settled(struct session *session, const struct ticket *ticket);
/* Is what this command presents drawn here, from the log up to its event? */
bool minutes_are_drawn(const struct room *room, const struct command *command);
/* Minutes that were drawn of this room, for one who may read them now. */
bool minutes_may_fetch(const struct room *room, const struct actor *actor,
                       const struct hash *blob);
void session_blob_written(struct session *session);
struct ticket *hub_take_ticket(struct hub *hub, uint64_t id); /* or NULL */
struct ticket *ticket_free(struct ticket *ticket);
void hub_on_blob(void *user, uint64_t ticket, enum result result,
                 uint64_t blob_size, const uint8_t *bytes, size_t size);
void hub_on_blob_state(void *user, uint64_t ticket, enum result result,
                       const struct hash *blob, uint64_t durable_size,
                       bool is_complete);
void hub_on_piece_committed(struct hub *hub, uint64_t ticket,
                            enum result result);

/* --- answer.c ------------------------------------------------------------ */
/* {"re":n,"ok":true}; NULL when memory is out. */
json_t *answer_ok(uint64_t request);
struct frame *answer_frame(json_t *object); /* takes; NULL when out of memory */
/* A decision that was accepted, its events (if any) being the head's newest;
 * `made` may be empty. NULL when memory is out. */
struct frame *answer_accepted(const struct room *room, uint64_t request,
                              bool has_events, const struct identifier *made);
struct frame *answer_refusal(uint64_t request, const struct refusal *refusal);

#endif
