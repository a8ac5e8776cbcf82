/*
 * The golden statements of tests/vectors/statements.json as values, to be built
 * as they are and with faults. What cannot be read fails the test that asks.
 */
#ifndef TESTS_SUPPORT_STATEMENT_VECTOR_H
#define TESTS_SUPPORT_STATEMENT_VECTOR_H

#include "protocol/record/statement.h"

#include <jansson.h>

enum { STATEMENT_FIELDS_MAX = 12, STATEMENT_VECTORS_MAX = 64 };

/* Of the four, the one that its letter names is in use. */
struct statement_field {
    char letter;
    struct text_view text; /* T */
    uint64_t number;       /* U */
    struct key key;        /* K */
    struct hash hash;      /* H */
};

struct statement_vector {
    enum statement_kind kind;
    struct text_view scope;
    struct statement_field fields[STATEMENT_FIELDS_MAX];
    size_t field_count;
    struct text_view bytes;  /* hex */
    struct text_view sha256; /* hex */
    struct signature signature;
};

struct statement_vectors {
    json_t *root; /* owned; texts borrow from it */
    struct signing_key signer;
    struct statement_vector rows[STATEMENT_VECTORS_MAX];
    size_t count;
};

void statement_vectors_load(struct statement_vectors *out);
void statement_vectors_release(struct statement_vectors *vectors);

/* The first one of this kind. */
const struct statement_vector *
statement_vector_of(const struct statement_vectors *vectors,
                    enum statement_kind kind);

/* Adds the field as what it says it is. */
void statement_add_field(struct statement *statement,
                         const struct statement_field *field);
/* Builds a statement of `kind` from the fields of the vector; as
 * statement_finish(). */
enum result statement_vector_build(const struct statement_vector *vector,
                                   enum statement_kind kind,
                                   const struct key *signer, uint8_t **bytes,
                                   size_t *size);

#endif
