/*
 * Anchors: what a device keeps of every log it has followed, for good. A server
 * or a record that later tells another story contradicts them.
 *
 * Of each log are kept h[0], every checkpoint event, the newest head that the
 * server signed, and the last head that this device verified itself; these are
 * its positions: a seq and the head there. Receipts of secret ballots are kept
 * beside them. They are monotonic. A position that
 * contradicts one already held is refused, and goes into an alarm, which keeps
 * both heads; the last head goes forward only.
 *
 * One thing takes positions back: the server may lose events, by a restore from
 * a backup. anchors_rewind() is for events that it had not signed,
 * anchors_give_up() for a stretch that the act `restored` gives up. What lay
 * there is kept as lost: it contradicts nothing any more, and nothing that
 * comes in its place contradicts it.
 *
 * Whether a signature is good is not looked at here, but by
 * anchor_signature_verify(), before something signed is added.
 *
 * Pure; struct anchors belongs to one thread at a time. anchor_file.h has the
 * form on disk, anchor_merge.h brings two files together.
 */
#ifndef PROTOCOL_RECORD_ANCHORS_H
#define PROTOCOL_RECORD_ANCHORS_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A word of the protocol: 1 to 31 of a-z, 0-9, "_" and "-". */
enum { ANCHOR_WORD_SIZE = 32 };
struct anchor_word {
    char text[ANCHOR_WORD_SIZE];
};

/* RESULT_MALFORMED leaves `out` untouched. */
MUST_USE enum result anchor_word_parse(struct text_view text,
                                       struct anchor_word *out);

/* The server's statement `checkpoint`, role "server", over a seq and head. */
struct anchor_signature {
    struct anchor_word reason;
    struct key server; /* the key that signed */
    struct signature sig;
};

/*
 * RESULT_OK if this is the server's signature over `head` at `seq` of the log
 * `scope`; RESULT_REFUSED, RESULT_CRYPTO or RESULT_NO_MEMORY. Whether `server`
 * is a key of this organisation is for the caller to know.
 */
MUST_USE enum result
anchor_signature_verify(const struct identifier *scope, uint64_t seq,
                        const struct hash *head,
                        const struct anchor_signature *signature);

/* A head that the server may have signed. */
struct anchor_side {
    struct hash head;
    bool is_signed;
    struct anchor_signature by; /* if so */
};

struct anchor_position {
    uint64_t seq;
    struct hash head;
};

struct anchor_signed {
    uint64_t seq;
    struct hash head;
    struct anchor_signature by;
};

/* X(identifier, word in the file) */
#define ANCHOR_STANDING_LIST(X)                                                \
    X(STANDS, "stands")                                                        \
    /* the head that was signed stands, the event that says so was lost */     \
    X(EVENT_LOST, "event-lost")                                                \
    X(LOST, "lost")

enum anchor_standing {
    ANCHOR_STANDING_NONE = 0,
#define ANCHOR_STANDING_ENUM(name, word) ANCHOR_##name,
    ANCHOR_STANDING_LIST(ANCHOR_STANDING_ENUM)
#undef ANCHOR_STANDING_ENUM
        ANCHOR_STANDING_COUNT
};

/* A checkpoint event, and the two positions that it gives. */
struct anchor_checkpoint {
    uint64_t upto;          /* below `seq` */
    struct hash head;       /* at upto: what was signed */
    uint64_t seq;           /* of the event */
    struct hash event_head; /* at seq: covers the signatures */
    struct anchor_word reason;
    uint32_t confirmed; /* devices that signed */
    uint32_t asked;     /* devices connected, not below `confirmed` */
    enum anchor_standing standing;
};

/* A position of a stretch that began at `from` and was lost. */
struct anchor_lost {
    uint64_t from; /* 1 to seq */
    uint64_t seq;
    struct anchor_side side;
};

/*
 * Trust in a log is broken: two heads where there can be one, of which `ours`
 * is the one that this device had verified; or something else that the reason
 * says, and then both heads are zeros. The reason is a word of whoever raises
 * the alarm; two heads are ANCHOR_ALARM_FORK.
 */
#define ANCHOR_ALARM_FORK "fork"

struct anchor_alarm {
    bool is_forgotten; /* the user took it away; it stays on record */
    struct anchor_word reason;
    uint64_t seq;
    struct anchor_side ours;
    struct anchor_side theirs;
};

/*
 * The server's statement `receipt`: the ballot whose tracker `ballot` is stands
 * at `height` of the record of the election `uuid`. Whoever has it can show
 * that it is there, or is not; how somebody voted is not in it.
 */
enum { ANCHOR_UUID_SIZE = 32 };
struct anchor_receipt {
    char uuid[ANCHOR_UUID_SIZE]; /* Base58, NUL-terminated, not empty */
    struct hash setup;           /* of the setup record */
    struct hash ballot;
    uint64_t height;    /* from 1 */
    struct hash record; /* of the Ballot event */
    uint64_t at_ms;
    struct key server; /* the key that signed */
    struct signature sig;
};

/* A line that this version does not know, kept as it is. */
struct anchor_unknown {
    char *text;  /* owned, not NUL-terminated */
    size_t size; /* not 0 */
};

/* A list that belongs to the anchors; read it, change it by functions only. */
#define ANCHOR_LIST(type, name)                                                \
    type *name;                                                                \
    size_t name##_count;                                                       \
    size_t name##_capacity

struct anchor_log {
    struct identifier scope;
    bool has_genesis;
    struct hash genesis; /* h[0] */
    bool has_signed;
    struct anchor_signed newest; /* head signed by the server */
    bool has_last;
    struct anchor_position last; /* verified by this device */
    /* ordered by seq; one event is there once unless it was lost */
    ANCHOR_LIST(struct anchor_checkpoint, checkpoints);
    ANCHOR_LIST(struct anchor_lost, lost);
    ANCHOR_LIST(struct anchor_alarm, alarms);
    ANCHOR_LIST(struct anchor_receipt, receipts); /* as they came */
    ANCHOR_LIST(struct anchor_unknown, unknown);
};

/* X(identifier, word in the file) */
#define ANCHOR_DEVICE_LIST(X)                                                  \
    /* this user enrolled it, or signed `device-add` */                        \
    X(ADDED, "added")                                                          \
    /* this device saw its enrolment in the register */                        \
    X(SEEN, "seen")                                                            \
    /* a warning was shown, and the user knows the device */                   \
    X(ACCEPTED, "accepted")

enum anchor_device_how {
    ANCHOR_DEVICE_UNKNOWN = 0,
#define ANCHOR_DEVICE_ENUM(name, word) ANCHOR_DEVICE_##name,
    ANCHOR_DEVICE_LIST(ANCHOR_DEVICE_ENUM)
#undef ANCHOR_DEVICE_ENUM
        ANCHOR_DEVICE_HOW_COUNT
};

struct anchor_device {
    struct key key;
    enum anchor_device_how how;
};

struct anchors {
    struct identifier organisation;
    bool has_server;
    struct key server; /* the newest that was accepted */
    ANCHOR_LIST(struct anchor_device, devices);
    ANCHOR_LIST(struct anchor_log *, logs); /* ascending scopes */
    ANCHOR_LIST(struct anchor_unknown, unknown);
    size_t reserved;  /* bytes that the file may need, at most */
    uint64_t changes; /* counts up whenever something has changed */
};

/* Empty anchors. Nothing is allocated; end them with anchors_release(). */
void anchors_init(struct anchors *anchors,
                  const struct identifier *organisation);
void anchors_release(struct anchors *anchors);

/* --- Asking -------------------------------------------------------------- */

/* NULL if nothing of this log is kept. Valid until anchors_release(). */
const struct anchor_log *anchors_find(const struct anchors *anchors,
                                      const struct identifier *scope);

enum anchor_check {
    ANCHOR_CHECK_UNKNOWN = 1, /* nothing is kept at this seq */
    ANCHOR_CHECK_AGREES,
    ANCHOR_CHECK_LOST, /* it is a position of a stretch that was lost */
    ANCHOR_CHECK_CONTRADICTS
};

/*
 * Is `head` at `seq` the head that is kept there? After a contradiction `ours`
 * (which may be NULL) has our head, with the server's signature if one is kept;
 * else it is untouched.
 */
enum anchor_check anchors_check_head(const struct anchors *anchors,
                                     const struct identifier *scope,
                                     uint64_t seq, const struct hash *head,
                                     struct anchor_side *ours);
enum anchor_check anchor_log_check(const struct anchor_log *log, uint64_t seq,
                                   const struct hash *head,
                                   struct anchor_side *ours);

/*
 * Goes through the positions of a log that stand, in no order, some twice:
 * begin with *cursor 0, and stop at false.
 */
bool anchor_log_next_position(const struct anchor_log *log, size_t *cursor,
                              struct anchor_position *out);

/* The newest alarm that was not forgotten; NULL: trust in the log holds. */
const struct anchor_alarm *anchor_log_alarm(const struct anchor_log *log);

/* A position with the server's signature, if it is that of the newest signed
 * head. */
struct anchor_side anchor_log_side(const struct anchor_log *log,
                                   const struct anchor_position *position);

/* How the user knows this device; ANCHOR_DEVICE_UNKNOWN if he does not. */
enum anchor_device_how anchors_device(const struct anchors *anchors,
                                      const struct key *device);

/* --- Adding --------------------------------------------------------------
 *
 * A log is taken up with the first thing that is said of it. All give
 * RESULT_OK, also if nothing is new; RESULT_INVALID (it contradicts what is
 * kept, or goes back, or is no such thing); RESULT_FULL (a limit of
 * protocol/base/limits.h); or RESULT_NO_MEMORY. On failure nothing has changed.
 * What is kept already is never pushed out by something new.
 */

/* The caller has proved the succession, or the user has accepted the key. */
void anchors_set_server(struct anchors *anchors, const struct key *server);
/* A new invitation says which key counts from here on. */
void anchors_forget_server(struct anchors *anchors);

/* The last word about a device holds; no device is forgotten. */
MUST_USE enum result anchors_note_device(struct anchors *anchors,
                                         const struct key *device,
                                         enum anchor_device_how how);

MUST_USE enum result anchors_note_genesis(struct anchors *anchors,
                                          const struct identifier *scope,
                                          const struct hash *head);

/* `standing` of what is given is ANCHOR_STANDS. */
MUST_USE enum result
anchors_add_checkpoint(struct anchors *anchors, const struct identifier *scope,
                       const struct anchor_checkpoint *checkpoint);

/* The newest is kept; an older one is compared, and not kept. */
MUST_USE enum result anchors_note_signed(struct anchors *anchors,
                                         const struct identifier *scope,
                                         const struct anchor_signed *newest);

/* RESULT_INVALID, too, if `seq` lies before the last one. */
MUST_USE enum result anchors_note_last(struct anchors *anchors,
                                       const struct identifier *scope,
                                       uint64_t seq, const struct hash *head);

/*
 * An alarm of the same reason, seq and heads is kept once; said again, it is no
 * longer forgotten. Where there are LIMIT_ANCHOR_ALARMS the oldest one that was
 * forgotten and is no proof (two heads that the server signed) makes room; if
 * there is none, RESULT_FULL, and the log is in alarm by an earlier one.
 */
MUST_USE enum result anchors_add_alarm(struct anchors *anchors,
                                       const struct identifier *scope,
                                       const struct anchor_alarm *alarm);

/* The user takes the alarms of a log away. */
void anchors_forget_alarms(struct anchors *anchors,
                           const struct identifier *scope);

/* --- Taking back ---------------------------------------------------------
 *
 * With the results of adding. What lay behind stays on record as lost.
 */

/*
 * The server has lost events that it had not signed, and goes on behind `seq`:
 * the last head goes back to there. `head` is h[seq], which the caller has
 * verified. RESULT_INVALID if the server signed a head behind `seq`, as far as
 * is kept here, or if `head` contradicts a position; RESULT_NOT_FOUND if no
 * last head of this log is kept.
 */
MUST_USE enum result anchors_rewind(struct anchors *anchors,
                                    const struct identifier *scope,
                                    uint64_t seq, const struct hash *head);

/*
 * The act `restored` gives up what was at `from` and behind it, up to `lost`;
 * `before` is h[from - 1], which the caller has verified. Positions from `from`
 * on are lost, whoever signed them, and the last head goes back to `before` if
 * it was one. Saying the same again changes nothing, so it may be said whenever
 * the event is folded; it has to be said before anything behind the event is
 * added. RESULT_INVALID if `from` is 0 or behind `lost`, or if `before` or
 * `lost` contradicts a position that is kept.
 */
MUST_USE enum result anchors_give_up(struct anchors *anchors,
                                     const struct identifier *scope,
                                     uint64_t from, const struct hash *before,
                                     const struct anchor_position *lost);

/* Keeps a receipt for good. What is kept already is nothing new. */
MUST_USE enum result anchors_add_receipt(struct anchors *anchors,
                                         const struct identifier *scope,
                                         const struct anchor_receipt *receipt);

/* --- For anchor_file and anchor_merge ------------------------------------ */

/* As adding; of any standing, and at any place among the others. */
MUST_USE enum result
anchors_keep_checkpoint(struct anchors *anchors, const struct identifier *scope,
                        const struct anchor_checkpoint *checkpoint);
MUST_USE enum result anchors_keep_lost(struct anchors *anchors,
                                       const struct identifier *scope,
                                       const struct anchor_lost *lost);
/* A line without its line feed; `scope` NULL for one that is of no log. */
MUST_USE enum result anchors_keep_unknown(struct anchors *anchors,
                                          const struct identifier *scope,
                                          struct text_view line);
/* Takes a log up. */
MUST_USE enum result anchors_keep_log(struct anchors *anchors,
                                      const struct identifier *scope);

#endif
