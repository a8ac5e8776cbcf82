#include "protocol/record/statement_ballot.h"

enum result statement_trustee(const struct key *signer, struct text_view scope,
                              const struct statement_trustee *fields,
                              uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_TRUSTEE, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_number(&statement, fields->attempt);
    statement_add_number(&statement, fields->index);
    statement_add_number(&statement, fields->count);
    statement_add_number(&statement, fields->threshold);
    statement_add_hash(&statement, &fields->message);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_trustees(const struct key *signer, struct text_view scope,
                               const struct statement_trustees *fields,
                               uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_TRUSTEES, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_number(&statement, fields->attempt);
    statement_add_number(&statement, fields->owner);
    statement_add_hash(&statement, &fields->key);
    statement_add_hash(&statement, &fields->trustees);
    return statement_finish(&statement, bytes, size);
}

enum result statement_issue(const struct key *signer, struct text_view scope,
                            const struct statement_issue *fields,
                            uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_ISSUE, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->election);
    statement_add_hash(&statement, &fields->credential);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_issued(const struct key *signer, struct text_view scope,
                             const struct statement_issue *fields,
                             uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_ISSUED, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->election);
    statement_add_hash(&statement, &fields->credential);
    return statement_finish(&statement, bytes, size);
}

enum result statement_attest(const struct key *signer, struct text_view scope,
                             const struct statement_attest *fields,
                             uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_ATTEST, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->setup);
    statement_add_number(&statement, fields->length);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

/* Two who say the same. */
static enum result hall(enum statement_kind kind, const struct key *signer,
                        struct text_view scope,
                        const struct statement_hall *fields, uint8_t **bytes,
                        size_t *size)
{
    struct statement statement;

    statement_begin(&statement, kind, signer, scope);
    statement_add_text(&statement, fields->site);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->setup);
    statement_add_number(&statement, fields->k);
    statement_add_hash(&statement, &fields->pool);
    statement_add_text(&statement, fields->members);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_attest_hall(const struct key *signer,
                                  struct text_view scope,
                                  const struct statement_hall *fields,
                                  uint8_t **bytes, size_t *size)
{
    return hall(STATEMENT_ATTEST_HALL, signer, scope, fields, bytes, size);
}

enum result statement_hall_confirm(const struct key *signer,
                                   struct text_view scope,
                                   const struct statement_hall *fields,
                                   uint8_t **bytes, size_t *size)
{
    return hall(STATEMENT_HALL_CONFIRM, signer, scope, fields, bytes, size);
}

enum result statement_receipt(const struct key *signer, struct text_view scope,
                              const struct statement_receipt *fields,
                              uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_RECEIPT, signer, scope);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->setup);
    statement_add_hash(&statement, &fields->ballot);
    statement_add_number(&statement, fields->height);
    statement_add_hash(&statement, &fields->record);
    statement_add_number(&statement, fields->at_ms);
    return statement_finish(&statement, bytes, size);
}

enum result statement_included(const struct key *signer, struct text_view scope,
                               const struct statement_included *fields,
                               uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_INCLUDED, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->setup);
    statement_add_hash(&statement, &fields->end);
    statement_add_number(&statement, fields->count);
    statement_add_text(&statement, fields->what);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result
statement_included_hall(const struct key *signer, struct text_view scope,
                        const struct statement_included_hall *fields,
                        uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_INCLUDED_HALL, signer, scope);
    statement_add_text(&statement, fields->site);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->setup);
    statement_add_hash(&statement, &fields->end);
    statement_add_number(&statement, fields->count);
    statement_add_number(&statement, fields->own);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_paper(const struct key *signer, struct text_view scope,
                            const struct statement_paper *fields,
                            uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_PAPER, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->step);
    statement_add_text(&statement, fields->uuid);
    statement_add_hash(&statement, &fields->end);
    statement_add_hash(&statement, &fields->record);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_decrypt(const struct key *signer, struct text_view scope,
                              const struct statement_decrypt *fields,
                              uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_DECRYPT, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->uuid);
    statement_add_number(&statement, fields->owner);
    statement_add_hash(&statement, &fields->end);
    statement_add_hash(&statement, &fields->tally);
    statement_add_hash(&statement, &fields->payload);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}
