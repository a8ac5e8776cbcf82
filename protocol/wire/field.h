/*
 * Messages as tables. A schema lists the fields of one event, command or list
 * element; the same list makes the C struct, decodes it from JSON, encodes it,
 * and is what protocol/README.md is held against.
 *
 * A list of fields is an X-macro: X(TYPE, name, argument, audience).
 * FIELD_MEMBER makes the struct members of it, FIELD_ROW the rows of the table.
 */
#ifndef PROTOCOL_WIRE_FIELD_H
#define PROTOCOL_WIRE_FIELD_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who is sent the opening of a sealed field. */
enum audience {
    AUDIENCE_NONE,      /* not a sealed field */
    AUDIENCE_ALL,       /* whoever is admitted, guests too */
    AUDIENCE_MEMBERS,   /* members, delegates and sites, not guests */
    AUDIENCE_PRESIDING, /* chair, deputy, minute-taker */
    AUDIENCE_MINUTES    /* presiding; members too once the minutes are shared */
};

enum field_type {
    FIELD_NONE,
    FIELD_NUMBER, /* uint64_t, 0..argument (0 = 2^53-1); JSON integer */
    FIELD_TIME,   /* int64_t, milliseconds; JSON integer, may be negative */
    FIELD_FLAG,   /* bool; JSON true or false */
    FIELD_ID,     /* struct identifier, not empty; JSON string */
    FIELD_OPTIONAL_ID,   /* struct identifier; "" if none */
    FIELD_KEY,           /* struct key; 64 hex digits */
    FIELD_HASH,          /* struct hash; 64 hex digits */
    FIELD_SIGNATURE,     /* struct signature; 128 hex digits */
    FIELD_TEXT,          /* struct text_view, single line, at most argument code
                            points; JSON string; in clear in the log */
    FIELD_ENUM,          /* int, 1..; JSON string from the table `argument` */
    FIELD_OPTIONAL_ENUM, /* int; the same, "" if 0 */
    FIELD_SEALED,        /* struct sealed, at most argument code points */
    FIELD_ACT,   /* struct act; JSON object or null (is_present false) */
    FIELD_ITEMS, /* struct items of the schema `argument`; JSON array */
    /* Joined their message when logs without them existed: 0 is left out, and
     * what is missing is 0; written down they are never 0. */
    FIELD_LATER_NUMBER, /* else as NUMBER */
    FIELD_LATER_ENUM    /* else as ENUM */
};

/*
 * A text that the log holds only as a commitment: {"c":hex}. In a command it is
 * a string (the server makes the salt) or, authored, an object
 * {"c":hex,"salt":hex,"value":"..."}: the author made commitment and salt.
 */
struct sealed {
    struct hash commitment;
    uint8_t salt[32];
    struct text_view value; /* borrowed */
    bool has_value;         /* value (and, if authored, salt) is known */
    bool is_authored;       /* commitment and salt come from the author */
};

/* A signed act, with everything the statement is rebuilt from. */
struct act {
    bool is_present;
    struct identifier member; /* member or site id of the signer */
    struct key device;
    struct text_view op; /* borrowed; static in acts made by decide */
    uint64_t request;
    struct text_view subject; /* borrowed */
    struct text_view value;   /* borrowed */
    uint64_t seen;
    struct hash head;
    struct signature sig;
};

struct items {
    void *data; /* array of `count` structs of the list's schema */
    size_t count;
};

/* Words of an enum on the wire; index 0 is the invalid value and NULL. */
struct enum_words {
    const char *const *words;
    int count;
};

struct schema;
struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    uint64_t max; /* NUMBER, LATER_NUMBER, TEXT, SEALED; count of ITEMS */
    const struct enum_words *words; /* ENUM, OPTIONAL_ENUM, LATER_ENUM */
    const struct schema *items;     /* ITEMS */
    enum audience audience;         /* SEALED */
};
struct schema {
    const char *name;
    size_t size; /* of the C struct */
    const struct field *fields;
    size_t field_count;
};

/* The C type behind each field type. */
#define FIELD_C_NUMBER uint64_t
#define FIELD_C_TIME int64_t
#define FIELD_C_FLAG bool
#define FIELD_C_ID struct identifier
#define FIELD_C_OPTIONAL_ID struct identifier
#define FIELD_C_KEY struct key
#define FIELD_C_HASH struct hash
#define FIELD_C_SIGNATURE struct signature
#define FIELD_C_TEXT struct text_view
#define FIELD_C_ENUM int
#define FIELD_C_OPTIONAL_ENUM int
#define FIELD_C_SEALED struct sealed
#define FIELD_C_ACT struct act
#define FIELD_C_ITEMS struct items
#define FIELD_C_LATER_NUMBER uint64_t
#define FIELD_C_LATER_ENUM int
#define FIELD_MEMBER(type, name, argument, audience) FIELD_C_##type name;

#define FIELD_ARG_NUMBER(argument) .max = (argument)
#define FIELD_ARG_TIME(argument) .max = 0
#define FIELD_ARG_FLAG(argument) .max = 0
#define FIELD_ARG_ID(argument) .max = 0
#define FIELD_ARG_OPTIONAL_ID(argument) .max = 0
#define FIELD_ARG_KEY(argument) .max = 0
#define FIELD_ARG_HASH(argument) .max = 0
#define FIELD_ARG_SIGNATURE(argument) .max = 0
#define FIELD_ARG_TEXT(argument) .max = (argument)
#define FIELD_ARG_ENUM(argument) .words = &(argument)
#define FIELD_ARG_OPTIONAL_ENUM(argument) .words = &(argument)
#define FIELD_ARG_SEALED(argument) .max = (argument)
#define FIELD_ARG_ACT(argument) .max = 0
#define FIELD_ARG_ITEMS(argument) .items = &(argument)
#define FIELD_ARG_LATER_NUMBER(argument) .max = (argument)
#define FIELD_ARG_LATER_ENUM(argument) .words = &(argument)
/* Used where `field_struct` (a local typedef or macro) is the struct of the
 * row. */
#define FIELD_ROW(ftype, fname, argument, faudience)                           \
    { .name = #fname,                                                          \
      .type = FIELD_##ftype,                                                   \
      .offset = offsetof(field_struct, fname),                                 \
      FIELD_ARG_##ftype(argument),                                             \
      .audience = AUDIENCE_##faudience },

/*
 * Memory that a decoded message's arrays live in, and the JSON that its views
 * borrow from. Zero-initialised is empty.
 */
struct message_memory {
    json_t *root; /* owned */
    void **blocks;
    size_t block_count;
};
void message_memory_release(struct message_memory *memory);

/* What was wrong with a message, for the answer to its sender. */
struct field_error {
    char path[96];      /* "roster.3.name" */
    const char *reason; /* static English: "missing", "not a string", ... */
};

/*
 * Strict JSON: one object, UTF-8, no duplicate keys, at most LIMIT_JSON_DEPTH
 * deep (checked before parsing), nothing behind it. `*out` is a new reference.
 * RESULT_MALFORMED, RESULT_TOO_LARGE (deeper than allowed) or RESULT_NO_MEMORY.
 */
MUST_USE enum result message_parse(const char *text, size_t size, json_t **out);

/*
 * Reads the fields of `schema` from `object` into `out` (schema->size bytes).
 * Every field must be there (ACT may be null), but for LATER_NUMBER and
 * LATER_ENUM, which are 0 then; unknown ones are passed over.
 * In commands (`is_command`) OPTIONAL_ID, OPTIONAL_ENUM, SEALED, NUMBER, FLAG,
 * ITEMS and ACT may be missing (empty, zero, not present; a SEALED is then the
 * empty text with has_value false), and SEALED takes the two command forms.
 * Texts are views into `object`, and must be NFC already.
 * Views borrow from `object`, arrays from `memory`.
 * RESULT_MALFORMED or RESULT_TOO_LARGE with `*error` (which may be NULL) set;
 * RESULT_NO_MEMORY. `out` is then undefined, and `memory` is still released by
 * the caller.
 */
MUST_USE enum result schema_decode(const struct schema *schema,
                                   const json_t *object, bool is_command,
                                   void *out, struct message_memory *memory,
                                   struct field_error *error);

/*
 * Adds the fields of `in` to the JSON object `object`, in the order of the
 * table. Sealed fields become {"c":hex} (`is_command` false) or their command
 * form. RESULT_OK, RESULT_NO_MEMORY, or RESULT_INVALID for a value that the
 * decoder would refuse (an empty id, an enum without a word, a text too long).
 */
MUST_USE enum result schema_encode(const struct schema *schema, const void *in,
                                   bool is_command, json_t *object);

/*
 * Calls `visit` for each sealed field of `in`, in table order, those of list
 * elements too; `path` is the name the commitment uses: "title",
 * "roster.3.name". Stops at the first result that is not RESULT_OK.
 */
typedef enum result (*sealed_visit_fn)(const char *path, struct sealed *sealed,
                                       enum audience audience,
                                       uint64_t length_max, void *user);
MUST_USE enum result schema_visit_sealed(const struct schema *schema, void *in,
                                         sealed_visit_fn visit, void *user);
/* The field behind a path ("roster.3.name"), or NULL. */
const struct field *schema_find_path(const struct schema *schema,
                                     struct text_view path);
/* The sealed field of `in` at a path; NULL if it has none there. */
struct sealed *schema_find_sealed(const struct schema *schema, void *in,
                                  struct text_view path);

/* Compact JSON, UTF-8 in clear, keys in insertion order. Caller free()s. */
MUST_USE enum result message_text(const json_t *object, char **out,
                                  size_t *size);

/* The word of a value, "?" if out of range; the value of a word, 0 if none. */
const char *enum_word(const struct enum_words *words, int value);
int enum_value(const struct enum_words *words, struct text_view word);

#endif
