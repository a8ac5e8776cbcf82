/*
 * The statements of secret ballots; scope is the meeting. uuid is the
 * election's, `SHA(x)` is over a record's exact bytes. Each function gives the
 * bytes as statement_finish() does, with its errors. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_STATEMENT_BALLOT_H
#define PROTOCOL_RECORD_STATEMENT_BALLOT_H

#include "protocol/record/statement.h"

/* A teller's device: this is my certificate (message M, or S(X) of a single
 * key), at this place of a committee of so many with this threshold. */
struct statement_trustee {
    struct text_view member;
    struct text_view uuid;
    uint64_t attempt;
    uint64_t index;
    uint64_t count;
    uint64_t threshold;
    struct hash message;
    struct statement_seen seen;
};

/* A teller's device or the server ("server"): this is my key, and these are
 * the trustees. Stands in the election, so that it has no seen. */
struct statement_trustees {
    struct text_view member;
    struct text_view uuid;
    uint64_t attempt;
    uint64_t owner;
    struct hash key;
    struct hash trustees;
};

/* A voter's device asks for its credential to be listed; the server signs the
 * same without seen (`issued`). member: a site's id for each of its pool. */
struct statement_issue {
    struct text_view member;
    struct text_view uuid;
    struct hash election;
    struct hash credential;
    struct statement_seen seen; /* `issue` only */
};

struct statement_attest {
    struct text_view member;
    struct text_view uuid;
    struct hash setup;
    uint64_t length;
    struct statement_seen seen;
};

/* The site's device (`attest-hall`), and a device of the committee over the
 * same fields (`hall-confirm`). members: ids in ascending order, joined by ",".
 */
struct statement_hall {
    struct text_view site;
    struct text_view uuid;
    struct hash setup;
    uint64_t k;
    struct hash pool;
    struct text_view members;
    struct statement_seen seen;
};

/* The server: this ballot stands at this height. */
struct statement_receipt {
    struct text_view uuid;
    struct hash setup;
    struct hash ballot;
    uint64_t height;
    struct hash record; /* SHA(Ballot event) */
    uint64_t at_ms;
};

struct statement_included {
    struct text_view member;
    struct text_view uuid;
    struct hash setup;
    struct hash end;
    uint64_t count;
    struct text_view what; /* cast, none */
    struct statement_seen seen;
};

struct statement_included_hall {
    struct text_view site;
    struct text_view uuid;
    struct hash setup;
    struct hash end;
    uint64_t count;
    uint64_t own;
    struct statement_seen seen;
};

struct statement_paper {
    struct text_view member;
    struct text_view step; /* enter, confirm */
    struct text_view uuid;
    struct hash end;
    struct hash record;
    struct statement_seen seen;
};

struct statement_decrypt {
    struct text_view member;
    struct text_view uuid;
    uint64_t owner;
    struct hash end;
    struct hash tally;
    struct hash payload;
    struct statement_seen seen;
};

MUST_USE enum result statement_trustee(const struct key *signer,
                                       struct text_view scope,
                                       const struct statement_trustee *fields,
                                       uint8_t **bytes, size_t *size);
MUST_USE enum result statement_trustees(const struct key *signer,
                                        struct text_view scope,
                                        const struct statement_trustees *fields,
                                        uint8_t **bytes, size_t *size);
MUST_USE enum result statement_issue(const struct key *signer,
                                     struct text_view scope,
                                     const struct statement_issue *fields,
                                     uint8_t **bytes, size_t *size);
MUST_USE enum result statement_issued(const struct key *signer,
                                      struct text_view scope,
                                      const struct statement_issue *fields,
                                      uint8_t **bytes, size_t *size);
MUST_USE enum result statement_attest(const struct key *signer,
                                      struct text_view scope,
                                      const struct statement_attest *fields,
                                      uint8_t **bytes, size_t *size);
MUST_USE enum result statement_attest_hall(const struct key *signer,
                                           struct text_view scope,
                                           const struct statement_hall *fields,
                                           uint8_t **bytes, size_t *size);
MUST_USE enum result statement_hall_confirm(const struct key *signer,
                                            struct text_view scope,
                                            const struct statement_hall *fields,
                                            uint8_t **bytes, size_t *size);
MUST_USE enum result statement_receipt(const struct key *signer,
                                       struct text_view scope,
                                       const struct statement_receipt *fields,
                                       uint8_t **bytes, size_t *size);
MUST_USE enum result statement_included(const struct key *signer,
                                        struct text_view scope,
                                        const struct statement_included *fields,
                                        uint8_t **bytes, size_t *size);
MUST_USE enum result
statement_included_hall(const struct key *signer, struct text_view scope,
                        const struct statement_included_hall *fields,
                        uint8_t **bytes, size_t *size);
MUST_USE enum result statement_paper(const struct key *signer,
                                     struct text_view scope,
                                     const struct statement_paper *fields,
                                     uint8_t **bytes, size_t *size);
MUST_USE enum result statement_decrypt(const struct key *signer,
                                       struct text_view scope,
                                       const struct statement_decrypt *fields,
                                       uint8_t **bytes, size_t *size);

#endif
