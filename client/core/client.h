/*
 * The whole public face of the client core: commands in, notices out, one
 * wake-up, and a view that is read under a lock.
 *
 * A client is one device's session with its server: it proves the server,
 * enrols or logs in, follows the logs it was told to join, checks every event
 * and opening, keeps connecting again, and repeats what was not answered. A
 * client_loop is the thread that does it; one loop carries one client or a
 * thousand.
 *
 * Threads. Everything here may be called from any thread but a client's own
 * hooks, unless a comment says otherwise. Hooks (on_audio, on_poke, wakeup)
 * run on the loop's thread and must not block. `wakeup` must not call back
 * into the client: it only makes another thread call client_next_notice().
 */
#ifndef CLIENT_CORE_CLIENT_H
#define CLIENT_CORE_CLIENT_H

#include "client/core/anchor_store.h"
#include "client/core/client_ballot.h"
#include "client/core/keystore.h"
#include "client/core/text_store.h"
#include "client/line/line_ladder.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/refusal.h"
#include "protocol/meeting/register_state.h"
#include "protocol/record/invitation_link.h"
#include "protocol/wire/field.h"
#include "protocol/wire/hearing_report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- the loop ------------------------------------------------------------ */

struct client_loop;

/*
 * Starts a thread with an event loop for at most `client_max` connections. On
 * RESULT_OK the caller owns `*out` and ends it with client_loop_stop().
 * RESULT_NO_MEMORY, or RESULT_IO (no thread, no loop, libwebsockets' plugin
 * for libuv is missing).
 */
MUST_USE enum result client_loop_start(struct client_loop **out,
                                       size_t client_max);
/* Every client of the loop is closed before. Joins the thread. Takes NULL and
 * returns NULL. */
struct client_loop *client_loop_stop(struct client_loop *loop);

/* --- a client ------------------------------------------------------------ */

struct client;

struct client_hooks {
    /* There are notices to fetch. Calls may merge. */
    void (*wakeup)(void *user);
    /* A received audio frame; `payload` is borrowed for the call. May be NULL:
     * audio is then thrown away. */
    void (*on_audio)(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size);
    /*
     * How speech should be encoded from now on, for this line's sake or that of
     * somebody who listens: bits a second, and length of a frame; and how long
     * frames should at least wait before they are heard. May be NULL.
     */
    void (*on_voice_advice)(void *user, unsigned rate, unsigned frame_ms,
                            unsigned floor_ms);
    /* After client_poke(). May be NULL. Not under any lock of the client. */
    void (*on_poke)(void *user);
    void *user;
};

/* Everything is copied. */
struct client_config {
    /* Server, host and port are always needed. Organisation, holder, label and
     * seed are the device's identity; with `token` they come later, by
     * client_enrol(). */
    const struct keystore_profile *profile;
    /* Of the invitation, INVITATION_TOKEN_SIZE bytes; NULL: log in. */
    const uint8_t *token;
    /* The device's journal; NULL keeps request ids and heads in memory only,
     * which is right for keys that live as long as the process. */
    const char *journal_path;
    /* Folder of the profile for the secrets and records of ballots, made when
     * it is needed; NULL keeps them in memory only. */
    const char *ballots_path;
    /* Folder of the profile for texts of the minutes that are not in the log
     * yet, made when it is needed; NULL keeps them in memory only. */
    const char *texts_path;
    /* The device's anchors, a file that is made if it is not there; NULL keeps
     * them in memory only. Of the same profile as the journal. */
    const char *anchors_path;
    /*
     * Whenever the line is up the organisation's register is joined, before the
     * meeting, and kept up. What a meeting says of people and devices is held
     * against it, and nothing is signed in the meeting before. Foreign devices
     * are warned of. The exact bytes of what is followed are kept, to be given
     * back to a server that lost them. False for load generators.
     */
    bool follows_register;
    /* "host:port" of an HTTP proxy; NULL: none. Environment variables are not
     * looked at. */
    const char *proxy;
    struct client_hooks hooks;
};

/*
 * Opens the journal and starts connecting. On RESULT_OK the caller owns `*out`
 * and ends it with client_close(). RESULT_INVALID (a field is missing),
 * RESULT_FULL (the loop carries its maximum), RESULT_CRYPTO, RESULT_NO_MEMORY,
 * or an error of journal_open() (RESULT_BUSY: another process uses this
 * profile) or of anchor_store_open().
 */
MUST_USE enum result client_open(struct client **out, struct client_loop *loop,
                                 const struct client_config *config);
/* What became of the anchors when they were opened. */
struct anchor_store_report client_anchors_report(const struct client *client);
/*
 * Says goodbye, closes the connection and waits until the loop has let go: no
 * hook runs after this. Not from a hook. Takes NULL and returns NULL.
 */
struct client *client_close(struct client *client);

/*
 * Answers CLIENT_INVITED: becomes a device of the invited holder. `profile` is
 * complete and already durable in its keystore, so that a crash cannot lose an
 * enrolled key; its journal exists. Copied. RESULT_INVALID or an error of
 * journal_open(). What the server says comes as an answer notice with `tag`;
 * the login follows by itself.
 */
MUST_USE enum result client_enrol(struct client *client, uint64_t tag,
                                  const struct keystore_profile *profile,
                                  const char *journal_path);

/*
 * Does one thing. `json` is a JSON object with "op" and its fields in the form
 * of the wire, without id, log and act, which the core adds:
 *
 *   {"op":"join","log":ID}   enter a meeting, or the register by the
 *                            organisation's id; kept up through reconnections;
 *                            "recorded":true: the user knows that the server
 *                            may be recording it, and consents
 *   {"op":"leave"}           leave the meeting ({"log":ID}: another log)
 *   {"op":"meetings"}  {"op":"ping"}  {"op":"minutes","language":"vi"}
 *   {"op":"get_blob","blob":HEX}          CLIENT_BLOB notices follow
 *   {"op":"keep_text","text":N,"command":{"op":"write_entry",…}}   keeps what
 *                            is being typed for the joined meeting (0 or left
 *                            out: as a new text); answered with "text", its
 *                            number. write_entry and edit_entry with "kept":N
 *                            send it: the text kept before is theirs.
 *                            "follows":M in the command: it goes on from the
 *                            text M, and is an edit of the same entry once that
 *                            is saved
 *   {"op":"drop_text","text":N}   forgets one that is not on its way
 *   {"op":"sign_minutes",…,"unchecked":true}   likewise present_minutes: not
 *                            held against what this device draws itself from
 *                            the record, which else refuses to answer for
 *                            others (minutes_differ, minutes_unchecked)
 *   {"op":"use_line","line":"auto"}   how sound is sent: as the line asks for,
 *                            or "plain", "rough", "narrow" whatever it asks for
 *   {"op":"vote","vote":"v1","choice":"yes"}   every command of
 *                            protocol/meeting/command.h; a "log" given here
 *                            takes the place of the joined meeting
 *
 * Texts may come in any normal form. They are sealed by this device in
 * commands that are signed.
 *
 * There is exactly one answer notice with this tag, unless the client is
 * closed first; while the line is down it waits for the line. RESULT_FULL: too
 * many are waiting, nothing was taken. RESULT_MALFORMED: not a JSON object with
 * an "op".
 */
MUST_USE enum result client_command(struct client *client, uint64_t tag,
                                    const char *json);
/*
 * Sends a file (copied). CLIENT_BLOB notices with `tag` tell how far it is, the
 * last one that it is complete on the server; then name it in a command
 * attach_document. RESULT_BUSY: another file is under way; RESULT_INVALID:
 * empty or larger than LIMIT_BLOB_SIZE.
 */
MUST_USE enum result client_put_blob(struct client *client, uint64_t tag,
                                     const void *bytes, size_t size);
/* Tries again at once, also after CLIENT_REFUSED; not after a trust alarm. */
void client_reconnect(struct client *client);

/*
 * Decisions that only the user can take. Each has exactly one answer notice
 * with its tag, unless the client is closed first. RESULT_FULL or
 * RESULT_NO_MEMORY: nothing was taken.
 */
/* The user knows this device of her own; there are no more warnings of it. */
MUST_USE enum result client_accept_device(struct client *client, uint64_t tag,
                                          const struct key *device);
/*
 * The user takes it that the register goes on without the events that were
 * lost, after a trust alarm with CLIENT_REASON_LOSS: the alarm is over, the
 * client connects again, and what was lost is kept in the anchors. Refused with
 * not_held if there was no such alarm.
 */
MUST_USE enum result client_accept_loss(struct client *client, uint64_t tag);
/*
 * Takes the trust alarm of a log away, also one of an earlier run, and connects
 * again. What was verified before still has to be there: if the server goes on
 * contradicting it, the alarm is given again.
 */
MUST_USE enum result client_forget_alarm(struct client *client, uint64_t tag,
                                         const struct identifier *log);

/*
 * Queues an audio frame under this device's slot; dropped without a word when
 * not connected or when the line is behind. `sequence` is the sender's count.
 */
void client_send_audio(struct client *client, uint8_t flags, uint32_t sequence,
                       uint32_t timestamp, const uint8_t *payload, size_t size);
/*
 * Tells the server how this device has heard since it told last, in the meeting
 * it is in; dropped without a word when it is in none, or when the server does
 * not know of such reports. At most every LIMIT_HEARING_MS.
 */
void client_report_hearing(struct client *client,
                           const struct hearing_report *report);
/* Makes on_poke run soon on the loop's thread. Calls may merge. */
void client_poke(struct client *client);

/* --- notices ------------------------------------------------------------- */

enum client_notice_kind {
    CLIENT_NOTHING,
    CLIENT_CONNECTING,
    /* The invitation is good; `holder`, `name` and `organisation_name` say for
     * whom, `organisation` its id. client_enrol() goes on. */
    CLIENT_INVITED,
    /* Logged in; on_time_ms is the server's UTC clock. */
    CLIENT_CONNECTED,
    /* The line is down; tried again in retry_ms. */
    CLIENT_LOST,
    /* Not tried again by itself: `reason` says why. */
    CLIENT_REFUSED,
    CLIENT_ANSWER,       /* to the command with `tag` */
    CLIENT_JOINED,       /* `log`; its missing events follow */
    CLIENT_WAITING,      /* `log`: in the lobby */
    CLIENT_ADMITTED,     /* `log`: out of the lobby; events follow */
    CLIENT_TURNED_AWAY,  /* `log` */
    CLIENT_JOIN_REFUSED, /* `log`, `refusal`; not_scheduled is tried again */
    CLIENT_CAUGHT_UP,    /* `log`, up to `seq` (the next one) */
    CLIENT_EVENT,        /* `log`, `seq`, meeting_event or register_event */
    CLIENT_OPENING,      /* `log`, `seq`, `field`, `text` */
    CLIENT_BLOB,         /* `blob`, blob_done of blob_size bytes */
    /*
     * `reason`, `log`, `seq`: nothing is signed any more, nor after a new start
     * of the program, until client_forget_alarm(). Where two histories are the
     * reason, `head` is the head that this device verified at `seq` and
     * `other_head` the one it was shown; else zeros.
     */
    CLIENT_TRUST_ALARM,
    /*
     * `log`: events may have been lost. The log has `seq` of them and can be
     * read; nothing is decided in it until devices give back what is missing,
     * or the act `restored` (register: the administrator) lets it go on.
     * lost_seq and lost_head: the newest head signed by the server that any
     * device showed (lost_seq = seq and zeros: none yet). When it is over the
     * log is joined again (CLIENT_JOINED).
     */
    CLIENT_HELD,
    /*
     * `log`: `count` events (at most so many, if an earlier run saw them) from
     * `seq` on, which the server never signed and which hold no signed act, are
     * gone. Read the view again.
     */
    CLIENT_TAIL_LOST,
    /*
     * `log`: the people in charge let the meeting go on although its events
     * from `seq` on were lost; this device had seen them up to `lost_seq` with
     * head `lost_head`, which is kept. Read the view again.
     */
    CLIENT_RESTORED,
    /* `log`: this device confirmed the head at `seq`, and the checkpoint leaves
     * its confirmation out. */
    CLIENT_UNCONFIRMED,
    /*
     * `device`, `code`: a device of this very holder, which this device did not
     * add and the user did not accept. `text` is its label, or NULL if that is
     * not known; `is_vouched`: people vouched for it; `seq` is that of the
     * register's event. Told at each login until client_accept_device(), or
     * until it is revoked.
     */
    CLIENT_FOREIGN_DEVICE,
    /* `log`, `ballot`, `stage`: client_ballot.h. */
    CLIENT_BALLOT,
    CLIENT_TEXT, /* `log`, `text_number`, `text_stage`, and `tag` of the command
                    (0: of an earlier run) */
    CLIENT_LINE, /* `line`: something else is done about the line from now on */
    CLIENT_RESYNC /* notices of events and openings were dropped: read the view
                   */
};

/*
 * What became of a text for the minutes (write_entry, edit_entry). Kept texts
 * are sent again, each once, until they are saved or refused: after an outage,
 * and after a crash of either side.
 */
enum client_text_stage {
    CLIENT_TEXT_KEPT = 1, /* on this device's disk, and on its way */
    CLIENT_TEXT_UNKEPT,   /* on its way; this device's disk does not take it */
    CLIENT_TEXT_AGAIN,    /* left by an earlier run, and on its way */
    CLIENT_TEXT_DELAYED,  /* `refusal`: cannot be done now; tried again */
    /* It is in the log, checked, and so on the server's disk: `entry`,
     * `version`, `seq`. Not kept here any longer. */
    CLIENT_TEXT_SAVED,
    CLIENT_TEXT_REFUSED /* `refusal`: kept here until the user sends or drops it
                         */
};
/* "saved", for scripts; never NULL. */
const char *client_text_stage_word(enum client_text_stage stage);

enum client_reason {
    CLIENT_REASON_NONE,
    /* of CLIENT_LOST and CLIENT_REFUSED */
    CLIENT_REASON_LINE,       /* no connection, or it broke */
    CLIENT_REASON_TIMEOUT,    /* the server did not answer in time */
    CLIENT_REASON_GOING_DOWN, /* the server is being stopped */
    CLIENT_REASON_TRY_LATER,  /* the server is full */
    CLIENT_REASON_PAUSED,     /* this device sent too much: see `refusal` */
    CLIENT_REASON_CLOSED,     /* closed by the server; close_code says more */
    CLIENT_REASON_NOT_THE_SERVER, /* this is no hello of this organisation */
    CLIENT_REASON_OTHER_KEY,      /* it is signed by a key that does not follow
                                     from the one that we know */
    CLIENT_REASON_BAD_MESSAGE,    /* the server speaks another language */
    CLIENT_REASON_INVITATION,     /* unknown, used or expired: see `refusal` */
    CLIENT_REASON_LOGIN,          /* this device is not known: see `refusal` */
    CLIENT_REASON_REVOKED,        /* this device was revoked */
    CLIENT_REASON_REPLACED,       /* the same device logged in elsewhere */
    CLIENT_REASON_STORAGE,        /* the journal cannot be written */
    /* of CLIENT_TRUST_ALARM */
    CLIENT_REASON_GAP,      /* events are missing, also when asked again */
    CLIENT_REASON_HEAD,     /* the server denies the history we hold */
    CLIENT_REASON_FORK,     /* another history than we, or a signer, saw */
    CLIENT_REASON_EVENT,    /* an event contradicts itself or the log */
    CLIENT_REASON_ACT,      /* a signed act is not what its device signed */
    CLIENT_REASON_OPENING,  /* a text is not the one that was committed to */
    CLIENT_REASON_IDENTITY, /* the log is of another server or meeting */
    CLIENT_REASON_UNSIGNED, /* a head that the server shows as signed by itself
                               is not */
    CLIENT_REASON_SNAPSHOT, /* people or devices of the meeting are not those of
                               the register */
    CLIENT_REASON_OLD_REGISTER, /* the register shown is older than the meeting
                                   says */
    CLIENT_REASON_LOSS /* the administrator let the register go on after a loss:
                          client_accept_loss() */
};
/* A word for logs and scripts: "not_the_server"; never NULL. */
const char *client_reason_word(enum client_reason reason);

/* How the line is, in a word for people. */
enum line_state {
    LINE_STATE_GOOD,
    LINE_STATE_SLOW,   /* fuller messages, or a poorer voice */
    LINE_STATE_ROUGH,  /* sound is sent several times, over several lanes */
    LINE_STATE_NARROW, /* it carries one poor voice */
    LINE_STATE_SILENT  /* nothing comes; another connection is looked for */
};

/* What is known of the line, and done about it. */
struct view_line {
    enum line_step step;
    enum line_choice choice;
    bool is_silent;
    unsigned lanes;    /* connections beside the line's own that carry sound */
    unsigned rate;     /* at which own speech should be encoded, bits a second;
                          0: nothing was advised yet */
    unsigned floor_ms; /* that frames should wait at least */
    int64_t round_trip_ms; /* 0: not known */
    /* Frames in all: that came, of these late, that never came; messages of own
     * sound that became too old to be sent. */
    uint64_t came, late, lost, dropped;
    unsigned copies_given_up; /* how often, because they brought nothing */
    unsigned copies_wait_s;   /* until they may be tried again; 0: now */
};
enum line_state client_line_state(const struct view_line *line);
/* "good", for scripts; never NULL. */
const char *client_line_state_word(enum line_state state);

struct client_notice {
    enum client_notice_kind kind;
    int64_t received_ms; /* monotonic, when the core learned of it */
    uint64_t tag;        /* of answers and blobs */
    bool is_ok;          /* of an answer, and of a blob that goes well */
    enum client_reason reason;
    struct refusal refusal; /* of an answer not ok, or a refused connection */
    char *json;             /* NUL-terminated exact text of an answer, event,
                               opening, or what CLIENT_BALLOT says; NULL
                               elsewhere */
    size_t json_size;
    int64_t retry_ms;
    int64_t on_time_ms;
    uint16_t close_code;
    struct identifier log;
    uint64_t seq;
    /* Of CLIENT_EVENT; one of both, the other NULL. Views live in `memory`. */
    struct meeting_event *meeting_event;
    struct register_event *register_event;
    struct message_memory memory;
    struct identifier organisation;
    struct identifier holder;
    char *name;              /* NUL-terminated, or NULL */
    char *organisation_name; /* NUL-terminated, or NULL */
    char *field;             /* NUL-terminated path, or NULL */
    char *text;              /* NUL-terminated, or NULL */
    struct hash blob;
    uint64_t blob_done;
    uint64_t blob_size;
    uint8_t *blob_bytes; /* owned; of a finished download, else NULL */
    struct hash head;
    struct hash other_head;
    uint64_t count;
    uint64_t lost_seq;
    struct hash lost_head;
    struct key device;
    struct device_code code;
    bool is_vouched;
    struct identifier ballot;
    enum client_ballot_stage stage;
    enum client_ballot_fault fault;
    uint64_t text_number; /* of CLIENT_TEXT, in the view's `kept`; 0: it could
                             not be kept */
    enum client_text_stage text_stage;
    struct identifier entry;
    uint64_t version;
    struct view_line line;
};

/*
 * The next notice, which the caller ends with client_notice_free(); NULL if
 * there is none. A wake-up is drained in a loop until NULL.
 */
struct client_notice *client_next_notice(struct client *client);
/* Takes NULL and returns NULL. */
struct client_notice *client_notice_free(struct client_notice *notice);

/* --- the view ------------------------------------------------------------ */

enum client_line { LINE_DOWN = 1, LINE_CONNECTING, LINE_UP, LINE_REFUSED };
enum client_place {
    PLACE_NONE,    /* no meeting was asked for */
    PLACE_ASKED,   /* the server has not answered yet, or the line is down */
    PLACE_REFUSED, /* not there yet, or not for us */
    PLACE_LOBBY,
    PLACE_CATCHING_UP,
    PLACE_IN
};

struct log_follower; /* what is followed of a log */

/* A log that waits for events that were lost; fields as in CLIENT_HELD. */
struct view_hold {
    bool is_held;
    uint64_t next;
    uint64_t lost_seq;
    struct hash lost_head;
};

/* The newest head of a log that the server has signed, and that is ours. */
struct view_signed {
    bool is_there;
    uint64_t seq;
    struct hash head;
};

/*
 * What this device knows. Fields and everything reached through them are valid
 * while the view is locked, and are not changed by readers.
 */
struct meeting_view {
    enum client_line line;
    enum client_place place;
    bool is_alarmed;          /* trust is broken: nothing is signed any more */
    enum client_reason alarm; /* why, else NONE */
    struct identifier alarm_log;
    bool is_me_vouched; /* people vouched for this device, by the newest known
                           of register or meeting */
    struct identifier organisation;
    struct identifier me; /* this device's holder */
    struct key device;
    struct identifier log;             /* of the meeting; "" if none */
    const struct meeting_state *state; /* NULL until its genesis is here */
    struct hash head;                  /* of the newest event */
    struct view_hold hold;             /* of the meeting */
    struct view_signed confirmed;      /* of the meeting */
    /* What the meeting says of people and devices is what the register says;
     * true, too, if the register is not followed. Until then commands of the
     * meeting wait. */
    bool is_roster_checked;
    const struct register_state *org; /* NULL unless the register is joined */
    struct hash register_head;
    struct view_hold register_hold;
    struct view_signed register_confirmed;
    /* The ruleset of the meeting, and where its rules come from; NULL until the
     * server has given the file that the first event names. */
    const struct ruleset *rules;
    const struct ruleset_notes *rule_notes;
    /* Secret ballots of the meeting, in the order of their drafts. */
    const struct client_ballot_view *const *ballots;
    size_t ballot_count;
    const struct text_table *texts;          /* of the meeting */
    const struct text_table *register_texts; /* of the register */
    const struct log_follower *events;       /* of the meeting, or NULL */
    /* Texts for minutes that are in no log yet, of all meetings; NULL before
     * there is an identity. */
    const struct text_store *kept;
    size_t unread_text_count; /* files of it that are not this device's */
    struct view_line speech_line;
};

/* Locks and gives the view. To be unlocked soon: the core waits meanwhile. Not
 * from a hook but on_audio and on_poke. */
const struct meeting_view *client_view_lock(struct client *client);
void client_view_unlock(struct client *client);

/*
 * Texts that were opened to this device. data is NULL while a text is not
 * known; a text that is known and empty has data and size 0.
 */
/* By event and field: 0 and "title" is the meeting's title; "unit_name",
 * "upper_name", "place" likewise. */
struct text_view meeting_view_text(const struct meeting_view *view,
                                   uint64_t seq, const char *field);
/* The exact text of an event of the meeting; false if it is not kept (only
 * where the register is followed) or not there. */
bool meeting_view_event(const struct meeting_view *view, uint64_t seq,
                        struct text_view *out);
/* Newest name of a member or site. */
struct text_view meeting_view_name(const struct meeting_view *view,
                                   const struct identifier *id);
/* Title of an agenda item, motion of a vote, newest text of an entry. */
struct text_view meeting_view_item_title(const struct meeting_view *view,
                                         const struct identifier *item);
struct text_view meeting_view_motion(const struct meeting_view *view,
                                     const struct identifier *vote);
struct text_view meeting_view_entry_text(const struct meeting_view *view,
                                         const struct identifier *entry);
/* The same of the register: by event and field, and the newest name of a
 * member, site or unit or title of a meeting. */
struct text_view meeting_view_register_text(const struct meeting_view *view,
                                            uint64_t seq, const char *field);
struct text_view meeting_view_register_name(const struct meeting_view *view,
                                            const struct identifier *id);
/* The label of a device in the register, of whomever it is. */
struct text_view meeting_view_device_label(const struct meeting_view *view,
                                           const struct key *device);
/* Has this device an audio slot, and which? */
bool meeting_view_slot(const struct meeting_view *view, uint16_t *slot);
/* The holder who sends under a slot; NULL if nobody does. */
const struct meeting_holder *
meeting_view_sender(const struct meeting_view *view, uint16_t slot);

#endif
