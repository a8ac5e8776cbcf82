/*
 * One log as this device verified it: the chain over the exact bytes, the state
 * folded from them, and the texts opened so far. Whatever does not fit is
 * reported and taken no further; nothing is ever taken back. One thread.
 */
#ifndef CLIENT_CORE_LOG_FOLLOWER_H
#define CLIENT_CORE_LOG_FOLLOWER_H

#include "protocol/meeting/act_check.h"
#include "client/core/text_table.h"
#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/register_state.h"
#include "protocol/record/signing_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_follower;

struct log_follower_config {
    struct identifier scope; /* the log's id */
    struct identifier organisation;
    struct identifier me;          /* this device's holder */
    struct statement_cache *cache; /* outlives the follower; may be NULL */
};

/* A register is the log whose id is the organisation's. */
MUST_USE enum result log_follower_new(struct log_follower **out,
                                      const struct log_follower_config *config);
/* Takes NULL and returns NULL. */
struct log_follower *log_follower_free(struct log_follower *follower);

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

/* This log, an earlier run and this head: whoever comes by must agree.
 * RESULT_INVALID if what was taken in already does not. */
MUST_USE enum result log_follower_expect_head(struct log_follower *follower,
                                              uint64_t seq,
                                              const struct hash *head);
/* Up to where an earlier run got; 0 events if it is not known. */
uint64_t log_follower_expected_next(const struct log_follower *follower);

enum intake {
    INTAKE_TAKEN,
    INTAKE_KNOWN, /* taken in before, and the same */
    INTAKE_GAP,   /* events before it are missing */
    INTAKE_FORK,  /* another history than the one that we, or whoever signed
                     it, had seen */
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

/* INTAKE_TAKEN, INTAKE_KNOWN, INTAKE_BAD_OPENING or INTAKE_NO_MEMORY. */
enum intake log_follower_open(struct log_follower *follower,
                              const struct opening *opening);

/*
 * From where to ask again after the line was cut: at most log_follower_next(),
 * less if texts may have been lost with the line. `*head` becomes h[from - 1].
 */
uint64_t log_follower_resume_from(const struct log_follower *follower,
                                  struct hash *head);
/* Everything that the server had for this device has come. */
void log_follower_set_complete(struct log_follower *follower);

#endif
