/*
 * One log as this device verified it: the chain over the exact bytes, the state
 * folded from them, the texts opened so far, and if wanted the bytes
 * themselves. Whatever does not fit is reported and taken no further. One
 * thread.
 */
#ifndef CLIENT_CORE_LOG_FOLLOWER_H
#define CLIENT_CORE_LOG_FOLLOWER_H

#include "protocol/meeting/act_check.h"
#include "client/core/text_table.h"
#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/register_state.h"
#include "protocol/record/signing_key.h"
#include "protocol/rules/ruleset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_follower;

struct log_follower_config {
    struct identifier scope; /* the log's id */
    struct identifier organisation;
    struct identifier me;          /* this device's holder */
    struct statement_cache *cache; /* outlives the follower; may be NULL */
    /* Bytes of events and openings that are kept; 0: none. What does not fit
     * is followed all the same, and cannot be given back. */
    size_t keep_max;
    /* Does what else is known of this log allow this head at seq? Asked for
     * each new event. NULL: nothing else is known. */
    bool (*allows)(const void *user, uint64_t seq, const struct hash *head);
    const void *user; /* borrowed, outlives the follower */
};

/* A register is the log whose id is the organisation's. */
MUST_USE enum result log_follower_new(struct log_follower **out,
                                      const struct log_follower_config *config);
/* Takes NULL and returns NULL. */
struct log_follower *log_follower_free(struct log_follower *follower);

/* The ruleset of the meeting, borrowed, or NULL: events that come are checked
 * against it, too. */
void log_follower_set_rules(struct log_follower *follower,
                            const struct ruleset *rules);
/* Is what was decided before they came right by them, as far as the state tells
 * it? False: the server's log contradicts the ruleset that it names. */
bool log_follower_is_right_by_rules(const struct log_follower *follower);

bool log_follower_is_register(const struct log_follower *follower);
const struct identifier *
log_follower_scope(const struct log_follower *follower);
/* Events taken in so far. */
uint64_t log_follower_next(const struct log_follower *follower);
/* h[next - 1]; zeros while there is none. */
struct hash log_follower_head(const struct log_follower *follower);
/* h[seq] of an event that was taken in. */
struct hash log_follower_head_at(const struct log_follower *follower,
                                 uint64_t seq);
/* NULL until the genesis is in, and for a log of the other kind. */
const struct meeting_state *
log_follower_meeting(const struct log_follower *follower);
const struct register_state *
log_follower_register(const struct log_follower *follower);
const struct text_table *
log_follower_texts(const struct log_follower *follower);

enum intake {
    INTAKE_TAKEN,
    INTAKE_KNOWN,  /* taken in before, and the same */
    INTAKE_GAP,    /* events before it are missing */
    INTAKE_PARTED, /* another event than the one that is held, or was seen in
                      an earlier run, at this place */
    INTAKE_FORK,   /* whoever signed it had seen another history */
    INTAKE_BAD_EVENT,
    INTAKE_BAD_ACT,
    INTAKE_BAD_OPENING,
    INTAKE_BAD_IDENTITY, /* the log of another meeting, organisation, server */
    INTAKE_NO_MEMORY
};

/* An event as it was taken in: one of both kinds. */
struct taken_event {
    bool is_register;
    struct meeting_event meeting;
    struct register_event registry;
    struct message_memory memory; /* owned by the struct */
};

/*
 * Takes an event in. `object` is what `bytes` parse to. On INTAKE_TAKEN `out`
 * holds the event and is ended with taken_event_release(); in other cases it is
 * empty.
 */
enum intake log_follower_take(struct log_follower *follower, const char *bytes,
                              size_t size, json_t *object,
                              struct taken_event *out);
void taken_event_release(struct taken_event *event);

/* `text` is the opening's frame. INTAKE_TAKEN, INTAKE_KNOWN,
 * INTAKE_BAD_OPENING, INTAKE_BAD_ACT (a statement is not over this text) or
 * INTAKE_NO_MEMORY. */
enum intake log_follower_open(struct log_follower *follower,
                              const struct opening *opening, const char *text,
                              size_t size);

/*
 * Is this a device of a register that one of its holder is said to have added,
 * while its label, over which that was signed and which this holder may read,
 * never came? Nothing that rests on it is to be believed.
 */
bool log_follower_is_unproven(const struct log_follower *follower,
                              const struct key *device);

/* --- What is kept -------------------------------------------------------- */

/* The exact bytes of an event; false if they are not kept. Borrowed until the
 * log is rewound or ended. */
bool log_follower_event(const struct log_follower *follower, uint64_t seq,
                        struct text_view *out);

/* A received frame of an opening. */
struct kept_opening {
    struct kept_opening *next; /* of the same event; NULL: the last */
    size_t size;
    char text[];
};
/* The first of an event; NULL if there is none. Borrowed as the events are. */
const struct kept_opening *
log_follower_openings(const struct log_follower *follower, uint64_t seq);

/* Events below are not to be lost: behind the newest one that somebody signed.
 * 0 if there is none. */
uint64_t log_follower_acted_next(const struct log_follower *follower);
/* Does this event say anew who takes part: the genesis, a changed roster? */
bool log_follower_is_roster(const struct log_follower *follower, uint64_t seq);
/* Does this event of a register say how a meeting began or ended? */
bool log_follower_is_of_call(const struct log_follower *follower, uint64_t seq);

/*
 * Another follower of the same log that has taken in only the first `count`
 * events, folded anew from what is kept. RESULT_NOT_FOUND (their bytes are not
 * kept), RESULT_INVALID (there are not so many) or RESULT_NO_MEMORY.
 */
MUST_USE enum result log_follower_copy(struct log_follower **out,
                                       const struct log_follower *follower,
                                       uint64_t count);
/* Takes back what came after the first `count` events. As log_follower_copy();
 * on failure the follower is as it was. */
MUST_USE enum result log_follower_rewind(struct log_follower *follower,
                                         uint64_t count);

/*
 * From where to ask again after the line was cut: at most log_follower_next(),
 * less if texts may have been lost with the line. `*head` becomes h[from - 1].
 */
uint64_t log_follower_resume_from(const struct log_follower *follower,
                                  struct hash *head);
/* Everything that the server had for this device has come. */
void log_follower_set_complete(struct log_follower *follower);

#endif
