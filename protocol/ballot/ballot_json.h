/*
 * JSON in the one spelling that the records of an election have: UTF-8 without
 * spaces, fields in their order, and of all escapes only those that the program
 * belenios-tool writes: \" \\ \b \f \n \r \t, other controls and DEL as \u00xx.
 *
 * A reader goes through a text from left to right, and is told what comes next.
 * The first misfit sticks and says what it is; after it nothing is read any
 * more and every value is empty, so that a record is read at one go and asked
 * at its end with ballot_json_end(). Nothing is allocated; views borrow from
 * the text. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_JSON_H
#define PROTOCOL_BALLOT_BALLOT_JSON_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_json {
    struct text_view text; /* borrowed */
    size_t position;
    enum ballot_fault fault; /* BALLOT_FAULT_NONE while all fits */
    bool is_lenient;         /* fields that are not known are passed over, where
                                ballot_json_object_end() stands */
};

void ballot_json_init(struct ballot_json *json, struct text_view text);
/* Notes a fault of the caller's finding; an earlier one stays. */
void ballot_json_fail(struct ballot_json *json, enum ballot_fault fault);
/* Has everything been read, and fitted? JSON if something is left. */
enum ballot_fault ballot_json_end(struct ballot_json *json);

/* `{`; then fields; then `}`. An unexpected field is UNKNOWN_FIELD. */
void ballot_json_object(struct ballot_json *json);
void ballot_json_object_end(struct ballot_json *json);
/* The key that must come next, with its comma and colon; FIELD if another one
 * comes, JSON if none. */
void ballot_json_field(struct ballot_json *json, const char *name);
/* The same for a field that may be missing: takes it if it comes next. */
bool ballot_json_optional(struct ballot_json *json, const char *name);

/* For objects in which other programs may have fields of their own: the key of
 * one that is left, whose value is to be read or passed over next; false, and
 * behind the `}`, if there is none. */
bool ballot_json_other_field(struct ballot_json *json, struct text_view *key);

/* `[`; then while (ballot_json_item()) an element, which ends behind `]`. */
void ballot_json_array(struct ballot_json *json);
bool ballot_json_item(struct ballot_json *json);
/* An element of an array that has a fixed number of them. */
void ballot_json_next_item(struct ballot_json *json);
void ballot_json_array_end(struct ballot_json *json);

/* A JSON integer without sign and leading zeros, at most `max`; NUMBER. */
uint64_t ballot_json_number(struct ballot_json *json, uint64_t max);
bool ballot_json_flag(struct ballot_json *json);
/* A string of printable ASCII without escapes (JSON), for digits and ids;
 * FIELD.
 */
struct text_view ballot_json_word(struct ballot_json *json);
/* Exactly this string; FIELD. */
void ballot_json_exactly(struct ballot_json *json, const char *word);
/* Lower-case hexadecimal of exactly `size` bytes; zeros on a misfit (FIELD). */
void ballot_json_hex(struct ballot_json *json, uint8_t *out, size_t size);
struct hash ballot_json_hash(struct ballot_json *json);
/*
 * Any string. `out` receives the text with its escapes resolved: at most as
 * many bytes as the JSON had, no NUL behind it. Escapes in another spelling
 * than ours are JSON. Whether it is well-formed UTF-8 is asked with
 * text_check().
 */
struct text_view ballot_json_text(struct ballot_json *json, char *out);
/* The bytes of any value, canonical in its spacing, nested at most
 * LIMIT_JSON_DEPTH deep. */
struct text_view ballot_json_skip(struct ballot_json *json);

/* A string with its quotes and escapes. */
void ballot_json_write_text(struct byte_writer *writer, struct text_view text);
/* Static text as it stands: `{"election":`. */
void ballot_json_write(struct byte_writer *writer, const char *literal);
void ballot_json_write_number(struct byte_writer *writer, uint64_t number);
/* With its quotes. */
void ballot_json_write_hex(struct byte_writer *writer, const uint8_t *bytes,
                           size_t size);

#endif
