/*
 * The record of an election's trustees, whose keys make up the election's:
 *
 *   [["Single",key],["Pedersen",record],…]
 *
 * (ballot_trustee_key.h, ballot_pedersen.h). The election's key is the product
 * of the single keys and of the groups' keys. Owners are the keys of all parts
 * in their order, from 1; to decrypt, every single owner is needed and of each
 * group as many as its threshold. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_TRUSTEES_H
#define PROTOCOL_BALLOT_BALLOT_TRUSTEES_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_owner {
    struct ballot_element public_key;
    uint32_t part;  /* index into parts */
    uint32_t index; /* within it, from 1 */
};

struct ballot_part {
    bool is_group;        /* else a single key: size and threshold 1 */
    uint32_t first_owner; /* from 1 */
    uint32_t size;
    uint32_t threshold;
};

/* What a record says, once it is known to be right. A plain value of 15 KiB. */
struct ballot_trustees {
    struct ballot_element public_key; /* the election's */
    uint32_t owner_count;
    struct ballot_owner owners[LIMIT_BALLOT_TRUSTEES]; /* owner - 1 */
    uint32_t part_count;
    struct ballot_part parts[LIMIT_BALLOT_TRUSTEES];
};

/*
 * Reads a record and checks everything in it: form, membership, proofs,
 * certificates, contexts, signatures, that the keys are what the coefficients
 * say, that no two keys are equal and none is 1. `is_lenient`: of elections
 * made by other programs, with the form of Belenios 2 for groups, and unknown
 * fields.
 *
 * The fault, and in `*owner` whose it is (0: nobody's in particular); `*out`
 * is filled when there is none.
 */
MUST_USE enum ballot_fault
ballot_trustees_read(const struct ballot_group *group, struct text_view record,
                     bool is_lenient, struct ballot_trustees *out,
                     uint32_t *owner);

/* One part for writing: a key's or a threshold group's text. */
struct ballot_part_text {
    bool is_group;
    struct text_view text;
};
void ballot_trustees_write(struct byte_writer *writer,
                           const struct ballot_part_text *parts, size_t count);

/* NULL if there is no such owner; numbers from 1. */
const struct ballot_owner *
ballot_trustees_owner(const struct ballot_trustees *trustees, uint64_t owner);
/* Does this set of owners (bit owner - 1) suffice to decrypt? */
bool ballot_trustees_suffice(const struct ballot_trustees *trustees,
                             uint64_t owners);

#endif
