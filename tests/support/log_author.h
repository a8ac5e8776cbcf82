/*
 * The log of a small meeting as an honest server writes it, for tests of those
 * who read it: exact events, openings, signed acts.
 *
 * Meeting "c1.1" of the organisation "to-chuc-mau": chair m1, minute-taker m2,
 * official member m4, guest m9; items a1, a2. Each has one device.
 */
#ifndef TESTS_SUPPORT_LOG_AUTHOR_H
#define TESTS_SUPPORT_LOG_AUTHOR_H

#include "protocol/meeting/log_codec.h"
#include "protocol/record/signing_key.h"

enum { AUTHOR_EVENTS_MAX = 128, AUTHOR_OPENINGS_MAX = 128 };

#define AUTHOR_ORGANISATION "to-chuc-mau"
#define AUTHOR_MEETING "c1.1"

struct log_author {
    struct identifier scope;
    struct room_key room_key;
    struct signing_key server;
    uint64_t register_seq; /* of the genesis */
    struct hash register_head;
    struct hash ruleset; /* of the genesis; zeros: none that could be fetched */
    size_t count;        /* a test may take events back */
    char *events[AUTHOR_EVENTS_MAX]; /* owned, NUL-terminated */
    struct hash heads[AUTHOR_EVENTS_MAX];
    size_t opening_count;
    char *openings[AUTHOR_OPENINGS_MAX]; /* owned, NUL-terminated frames */
    uint64_t opening_seqs[AUTHOR_OPENINGS_MAX];
    int64_t at_ms;
    char *kept[AUTHOR_EVENTS_MAX]; /* texts that acts borrow */
    size_t kept_count;
    uint64_t request; /* of the next act; 0: any */
};

void log_author_init(struct log_author *author);
void log_author_release(struct log_author *author);
/* Lines as a file holds them. The caller frees. */
char *log_author_lines(char *const *lines, size_t count);

/* The key of a holder's device, or of the server. */
struct signing_key author_key(const char *name);

/* Adds an event; seq and time are set here. Returns its text. */
const char *log_author_add(struct log_author *author,
                           struct meeting_event *event);
/* The same of a kind that nobody knows, with a text of so many bytes in it. */
const char *log_author_add_unknown(struct log_author *author, size_t size);
/* The same for the log of a register, whose scope is AUTHOR_ORGANISATION. */
const char *log_author_add_register(struct log_author *author,
                                    struct register_event *event);
/* The genesis, the lobby opened, m4 and m9 knock, m1 admits both, all are
 * connected and present, the meeting is opened: events 0 to 14. */
void log_author_open_meeting(struct log_author *author);
enum { AUTHOR_OPENED = 15 };
/* The same, held by one party group's meeting: one event more. */
void log_author_open_by_groups(struct log_author *author, const char *group,
                               const char *meeting);
/* m1 gathers that meeting's record, which ends so. */
const char *log_author_gathered(struct log_author *author, const char *meeting,
                                uint64_t final_seq, const struct hash *head);

/*
 * The act of a member's device that has seen everything up to now, as the
 * statement `act` has it, for the author's `request`. Texts are copied and live
 * as long as the author.
 */
struct act log_author_act(struct log_author *author, const char *member,
                          const char *op, const char *subject,
                          const char *value);
/* A text sealed by its author for a field of this name; the value is
 * borrowed. */
struct sealed author_seal(const char *field, const char *value);
/* m1 says something: the whole event. */
const char *log_author_chat(struct log_author *author, const char *member,
                            const char *text);
/* A hand goes up: an event that nobody signs. */
const char *log_author_hand(struct log_author *author, const char *member);
/* The same hand is taken down again. */
const char *log_author_hand_down(struct log_author *author, const char *member);

/* The statement `checkpoint` of a key, by its name, over the author's head at
 * `seq`. */
struct signature log_author_signed(const struct log_author *author,
                                   const char *key, enum checkpoint_role role,
                                   enum checkpoint_reason reason, uint64_t seq);
/* The server's frame `signed`; ended with free(). */
char *log_author_signed_frame(const struct log_author *author,
                              enum checkpoint_reason reason, uint64_t seq);
/* Who signed the head at `upto`, and who did not: names, then NULL. Chair and
 * minute-taker sign as such. */
const char *log_author_checkpoint(struct log_author *author,
                                  enum checkpoint_reason reason, uint64_t upto,
                                  const char *const *signers,
                                  const char *const *missing);
/* m4's row anew, with the devices of these names, then NULL; the register is
 * pointed to before. */
const char *log_author_roster(struct log_author *author,
                              const char *const *devices);
/* Chair and minute-taker let the meeting go on here. */
const char *log_author_restored(struct log_author *author, uint64_t lost_seq,
                                const struct hash *lost_head);

#endif
