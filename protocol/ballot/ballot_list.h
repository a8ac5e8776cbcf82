/*
 * Who may vote: the record of public credentials, a JSON list of the texts
 * S(g^s) in ascending order, so that it does not show the order of the voters.
 * In elections that other programs made, each may have a weight, "S(g^s),2".
 *
 * Written in the order of the numbers; read also in the order of the texts,
 * which some programs write. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_LIST_H
#define PROTOCOL_BALLOT_BALLOT_LIST_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_credential {
    struct ballot_element key;
    uint64_t weight; /* 1..LIMIT_BALLOT_WEIGHT; 1 in ours */
};

struct ballot_list {
    struct ballot_credential *rows; /* owned; ascending by the numbers */
    size_t count;                   /* at most LIMIT_BALLOT_VOTERS */
    uint64_t weight;                /* of all together */
};

/*
 * The record of `count` keys, in whatever order they are given. RESULT_INVALID
 * if there are too many, or one is there twice; RESULT_NO_MEMORY; or the
 * writer's failure.
 */
MUST_USE enum result ballot_list_write(const struct ballot_element *keys,
                                       size_t count, struct byte_writer *out);

/*
 * Reads the record; weights only where `is_lenient`. Membership in the group
 * is not asked here, see ballot_list_check(). BALLOT_FAULT_NONE, and the caller
 * ends `*out` with ballot_list_release(); else NO_MEMORY, TOO_LARGE, JSON,
 * FIELD, NUMBER, CREDENTIAL (order, weight), SAME_CREDENTIAL.
 */
MUST_USE enum ballot_fault ballot_list_read(const struct ballot_group *group,
                                            struct text_view record,
                                            bool is_lenient,
                                            struct ballot_list *out);
void ballot_list_release(struct ballot_list *list);

/* Is each in the group, and none the identity? NOT_IN_GROUP, IDENTITY, or not
 * the record's fault. An exponentiation each. */
MUST_USE enum ballot_fault ballot_list_check(const struct ballot_group *group,
                                             const struct ballot_list *list);

/* The row of a key; NULL if it is not in the list. */
const struct ballot_credential *
ballot_list_find(const struct ballot_list *list,
                 const struct ballot_element *key);

#endif
