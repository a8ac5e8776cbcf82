/*
 * Events and openings of both logs: a body and its place in the log to the
 * exact bytes that are stored, sent and chained, and back.
 *
 *   {"seq":n,"n":hex,"at":ms,"ev":"name",<fields in the order of the table>}
 *   {"open":seq,"field":path,"salt":hex,"value":"..."}
 *
 * An event is encoded once, by the server; whoever receives it chains the bytes
 * as they came and never encodes again. Nonce and the salts that the server
 * makes follow from the room key, seq and path alone. Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_EVENT_CODEC_H
#define PROTOCOL_WIRE_EVENT_CODEC_H

#include "protocol/record/commitment.h"
#include "protocol/wire/field.h"

enum { EVENT_NAME_LENGTH_MAX = 60, OPENING_FIELD_SIZE_MAX = 64 };

/* What every event has before its own fields. */
struct event_head {
    uint64_t seq;
    struct event_nonce nonce;
    int64_t at_ms;
    struct text_view name; /* borrowed; of a kind that may be unknown here */
};

/* Where an event goes that is being made. Pointers are borrowed. */
struct event_place {
    uint64_t seq;
    int64_t at_ms;
    struct text_view scope; /* the id of the log */
    const struct room_key *key;
};

/* The text behind the commitment in a sealed field. */
struct opening {
    uint64_t seq;
    char field[OPENING_FIELD_SIZE_MAX + 1]; /* path: "roster.3.name" */
    struct salt salt;
    struct text_view value; /* borrowed */
    enum audience audience; /* AUDIENCE_NONE when read from a frame */
};

struct event_encoding {
    char *bytes; /* owned; not NUL-terminated by contract */
    size_t size;
    struct opening *openings; /* owned; values borrow from the body */
    size_t opening_count;
};

/*
 * Encodes a new event. First fills in commitment and salt of each sealed field
 * of `body` that its author did not seal; a field without a value gets the
 * empty text. There is one opening a sealed field, in the order of the table.
 * Authors' commitments are taken as they are: whoever accepted the command has
 * checked them.
 *
 * On RESULT_OK the caller ends `*out` with event_encoding_release(). Fails with
 * RESULT_INVALID (a value the decoder would refuse, or a commitment without
 * its text, which nobody could ever open), RESULT_TOO_LARGE
 * (LIMIT_EVENT_SIZE) or RESULT_NO_MEMORY.
 */
MUST_USE enum result event_encode(const struct schema *schema, void *body,
                                  const struct event_place *place,
                                  struct event_encoding *out);
void event_encoding_release(struct event_encoding *encoding);

/*
 * The bytes of an event whose commitments stand. The name is the schema's;
 * `head->name` is not looked at. The caller ends `*out` with free().
 */
MUST_USE enum result event_write(const struct schema *schema,
                                 const struct event_head *head,
                                 const void *body, char **out, size_t *size);

/*
 * Parses an event into `memory`, which is empty, and reads its head; the body
 * is then read with schema_decode() from memory->root, if the name is known.
 * RESULT_MALFORMED or RESULT_TOO_LARGE with `*error` (which may be NULL) set;
 * RESULT_NO_MEMORY. The caller releases `memory` in every case.
 */
MUST_USE enum result event_parse(const char *bytes, size_t size,
                                 struct event_head *out,
                                 struct message_memory *memory,
                                 struct field_error *error);
/* The same of an event that is parsed already. */
MUST_USE enum result event_head_read(const json_t *object,
                                     struct event_head *out,
                                     struct field_error *error);

/* An opening as a frame. The caller ends `*out` with free(). */
MUST_USE enum result opening_write(const struct opening *opening, char **out,
                                   size_t *size);
/* Views borrow from `memory`, which is empty and released by the caller. */
MUST_USE enum result opening_parse(const char *bytes, size_t size,
                                   struct opening *out,
                                   struct message_memory *memory,
                                   struct field_error *error);
MUST_USE enum result opening_read(const json_t *object, struct opening *out,
                                  struct field_error *error);

/*
 * Does this opening open a sealed field of `body`, an event of the log `scope`?
 * The caller has compared the seq. RESULT_OK; RESULT_NOT_FOUND (no such sealed
 * field), RESULT_MALFORMED or RESULT_TOO_LARGE (a text that this field cannot
 * hold), RESULT_REFUSED (the commitment is to something else).
 */
MUST_USE enum result event_opening_check(const struct schema *schema,
                                         void *body, struct text_view scope,
                                         const struct opening *opening);
/* Checks, then puts salt and value, which stays borrowed, into the field. */
MUST_USE enum result event_opening_apply(const struct schema *schema,
                                         void *body, struct text_view scope,
                                         const struct opening *opening);

#endif
