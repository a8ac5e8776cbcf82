/*
 * The statements about a meeting's minutes and its record; scope is the
 * meeting. Each function gives the bytes as statement_finish() does, with its
 * errors. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_STATEMENT_MINUTES_H
#define PROTOCOL_RECORD_STATEMENT_MINUTES_H

#include "protocol/record/statement.h"

/* What was adopted is what I sign. role: minute-taker, chair or member. */
struct statement_minutes {
    struct text_view member;
    struct text_view role;
    uint64_t version;
    struct hash commitment; /* `minutes` of that version */
    struct statement_seen seen;
};

MUST_USE enum result statement_minutes(const struct key *signer,
                                       struct text_view scope,
                                       const struct statement_minutes *fields,
                                       uint8_t **bytes, size_t *size);

/* What was adopted says something wrong, and this is what should stand. role:
 * minute-taker or chair. `seen` is of the register, in which it stands. */
struct statement_erratum {
    struct text_view member;
    struct text_view role;
    uint64_t number;
    struct hash minutes; /* `minutes` of the version that was adopted */
    struct hash erratum; /* commitment of the erratum's text */
    struct statement_seen seen;
};

MUST_USE enum result statement_erratum(const struct key *signer,
                                       struct text_view scope,
                                       const struct statement_erratum *fields,
                                       uint8_t **bytes, size_t *size);

#endif
