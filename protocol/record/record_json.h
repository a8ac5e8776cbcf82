/*
 * The small JSON files of a record, which have one spelling: no space, keys in
 * the order of their format, UTF-8 as it is. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_JSON_H
#define PROTOCOL_RECORD_RECORD_JSON_H

#include "protocol/base/identifier.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * RESULT_OK and a new reference; RESULT_TOO_LARGE, RESULT_MALFORMED (no JSON
 * object, a key twice, or another spelling) or RESULT_NO_MEMORY.
 */
MUST_USE enum result record_json_parse(struct text_view text, size_t size_max,
                                       json_t **out);
/* Takes the reference, which may be NULL; the caller ends `*out` with free().
 * RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result record_json_take(json_t *object, char **out, size_t *size);

/* A file of a fixed form. */
struct record_json_form {
    size_t size_max;
    /* Fills `out` from an object that it takes. RESULT_OK; RESULT_MALFORMED or
     * RESULT_NO_MEMORY, and `out` may be half filled. */
    enum result (*read)(json_t *root, void *out);
    /* As record_json_take(). */
    enum result (*write)(const void *value, char **out, size_t *size);
};

/*
 * Reads a file, and writes it again: keys in another order, which parsing does
 * not tell, are RESULT_MALFORMED. Else as record_json_parse() and the form.
 * After any result but RESULT_OK the caller ends what `out` has.
 */
MUST_USE enum result record_json_read(struct text_view text,
                                      const struct record_json_form *form,
                                      void *out);

/* The members of an object that has exactly so many; each false if it is not
 * there, or not so. Texts borrow from the object. */
bool record_json_text(const json_t *object, const char *key,
                      struct text_view *out);
bool record_json_id(const json_t *object, const char *key,
                    struct identifier *out);
bool record_json_number(const json_t *object, const char *key, uint64_t *out);
bool record_json_hex(const json_t *object, const char *key, uint8_t *out,
                     size_t size);
/* NULL if there is none. */
json_t *record_json_list(const json_t *object, const char *key);

/* New references; NULL for want of memory. */
json_t *record_json_of_text(struct text_view text);
json_t *record_json_of_hex(const uint8_t *bytes, size_t size);
/* What `of` makes of each of `count` rows of `size` bytes. */
json_t *record_json_of_rows(const void *rows, size_t count, size_t size,
                            json_t *(*of)(const void *row));

#endif
