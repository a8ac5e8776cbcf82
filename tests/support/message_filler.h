/*
 * Messages made up from their tables: every field of a schema gets a legal
 * value drawn from a seeded generator, so that a test covers each kind of event
 * and command without naming one.
 */
#ifndef TESTS_SUPPORT_MESSAGE_FILLER_H
#define TESTS_SUPPORT_MESSAGE_FILLER_H

#include "protocol/wire/field.h"

#include <stdbool.h>
#include <stdint.h>

struct message_filler {
    uint64_t state;                /* of the generator */
    struct message_memory *memory; /* borrowed; texts and lists live in it */
    bool is_long;                  /* texts and lists as long as allowed */
};

void message_filler_init(struct message_filler *filler, uint64_t seed,
                         struct message_memory *memory);
/* The next number of the generator, below `limit`. */
uint64_t message_filler_below(struct message_filler *filler, uint64_t limit);
/*
 * Fills `out` (schema->size bytes). Sealed fields get a value; every third one
 * is sealed by its author where `has_authors`, with a true commitment for the
 * log `scope` (this needs the real path, so it is done last, over the whole).
 */
void message_filler_fill(struct message_filler *filler,
                         const struct schema *schema, bool has_authors,
                         struct text_view scope, void *out);

/*
 * Do both hold the same message? Sealed fields are compared by commitment, and
 * by value too where `with_values`.
 */
bool message_equal(const struct schema *schema, const void *a, const void *b,
                   bool with_values);

#endif
