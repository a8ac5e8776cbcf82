#include "protocol/record/statement_minutes.h"

enum result statement_minutes(const struct key *signer, struct text_view scope,
                              const struct statement_minutes *fields,
                              uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_MINUTES, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->role);
    statement_add_number(&statement, fields->version);
    statement_add_hash(&statement, &fields->commitment);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}

enum result statement_erratum(const struct key *signer, struct text_view scope,
                              const struct statement_erratum *fields,
                              uint8_t **bytes, size_t *size)
{
    struct statement statement;

    statement_begin(&statement, STATEMENT_ERRATUM, signer, scope);
    statement_add_text(&statement, fields->member);
    statement_add_text(&statement, fields->role);
    statement_add_number(&statement, fields->number);
    statement_add_hash(&statement, &fields->minutes);
    statement_add_hash(&statement, &fields->erratum);
    statement_add_seen(&statement, &fields->seen);
    return statement_finish(&statement, bytes, size);
}
