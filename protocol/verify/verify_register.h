/*
 * A register read from its file: chain, fold, and the statements about devices
 * and keys. It then answers how the register stood when a meeting looked at it.
 * Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_REGISTER_H
#define PROTOCOL_VERIFY_VERIFY_REGISTER_H

#include "protocol/meeting/register_state.h"
#include "protocol/verify/verify_names.h"
#include "protocol/verify/verify_reader.h"

/* What the register says about one meeting. */
struct verify_register_call {
    bool has_began;
    uint64_t began_seq;
    struct hash began; /* h[0] */
    bool has_ended;
    uint64_t ended_seq;
    uint64_t final_seq;
    struct hash final_head;
};

struct verify_register_loss {
    uint64_t seq; /* of the event `restored` */
    uint64_t lost_seq;
    struct hash lost_head;
    struct identifier by;
};

struct verify_register {
    struct verify_reader reader;
    struct register_state *state; /* owned; at the end */
    struct verify_names names;    /* members, sites, units */
    char *title;                  /* owned; the organisation's name, or NULL */
    uint64_t proven_count;        /* statements whose signature is good */
    uint64_t hidden_count;        /* whose text is not opened */
    uint64_t unsigned_count;      /* events that the server alone wrote */
    struct verify_register_loss *losses; /* owned */
    size_t loss_count;
    struct key *unproven; /* owned; see verify_register_is_unproven() */
    size_t unproven_count;
    /* The second reading, up to what meetings ask for. */
    struct verify_reader again;
    struct register_state *at; /* owned */
};

/*
 * Reads and checks the whole register; results, texts and end as
 * verify_reader_open(), with the failure in reader.failure.
 */
MUST_USE enum result verify_register_read(struct verify_register *registry,
                                          struct text_view file,
                                          struct text_view openings,
                                          enum verify_file in);
void verify_register_release(struct verify_register *registry);

/*
 * Is this a device that counts as vouched for by a statement which could not be
 * checked, because its text is hidden? Its holder is said to have added it, or
 * such a device to have vouched for it.
 */
bool verify_register_is_unproven(const struct verify_register *registry,
                                 const struct key *device);

/*
 * The register folded up to and with the event `seq`; asked for in ascending
 * order. RESULT_NOT_FOUND if it does not reach so far, or RESULT_NO_MEMORY.
 */
MUST_USE enum result verify_register_at(struct verify_register *registry,
                                        uint64_t seq,
                                        const struct register_state **out);

/* What it says about a meeting. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result
verify_register_find_call(const struct verify_register *registry,
                          const struct identifier *meeting,
                          struct verify_register_call *out);

#endif
