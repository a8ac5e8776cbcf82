#include "protocol/ballot/ballot_json.h"

#include "protocol/base/limits.h"

#include <string.h>

enum { ESCAPE_SIZE = 6 /* \u001f */ };

void ballot_json_init(struct ballot_json *json, struct text_view text)
{
    *json = (struct ballot_json){ .text = text };
}

void ballot_json_fail(struct ballot_json *json, enum ballot_fault fault)
{
    if (json->fault == BALLOT_FAULT_NONE)
        json->fault = fault;
}

enum ballot_fault ballot_json_end(struct ballot_json *json)
{
    if (json->position != json->text.size)
        ballot_json_fail(json, BALLOT_FAULT_JSON);
    return json->fault;
}

/* --- The cursor ---------------------------------------------------------- */

/* The next character; NUL, which no record holds, at the end or after a
 * misfit. */
static char peek_at(const struct ballot_json *json, size_t offset)
{
    if (json->fault != BALLOT_FAULT_NONE ||
        offset >= json->text.size - json->position)
        return '\0';
    return json->text.data[json->position + offset];
}

static char peek(const struct ballot_json *json) { return peek_at(json, 0); }

static bool begins(const struct ballot_json *json, size_t offset,
                   const char *literal)
{
    const size_t size = strlen(literal);
    const size_t left = json->text.size - json->position;

    return json->fault == BALLOT_FAULT_NONE && offset <= left &&
           size <= left - offset &&
           memcmp(&json->text.data[json->position + offset], literal, size) ==
               0;
}

static bool take(struct ballot_json *json, char wanted)
{
    if (peek(json) != wanted) {
        ballot_json_fail(json, BALLOT_FAULT_JSON);
        return false;
    }
    json->position++;
    return true;
}

/* Was `{` or `[` taken just now? Nothing but a bracket ends in one. */
static bool is_behind(const struct ballot_json *json, char bracket)
{
    return json->position > 0 && json->fault == BALLOT_FAULT_NONE &&
           json->text.data[json->position - 1] == bracket;
}

static struct text_view taken_from(const struct ballot_json *json, size_t start)
{
    return (struct text_view){ &json->text.data[start],
                               json->position - start };
}

/* --- Objects ------------------------------------------------------------- */

void ballot_json_object(struct ballot_json *json)
{
    (void)take(json, '{'); /* the misfit sticks */
}

bool ballot_json_optional(struct ballot_json *json, const char *name)
{
    const size_t comma = is_behind(json, '{') ? 0 : 1;
    const size_t size = strlen(name);

    if ((comma == 1 && peek(json) != ',') || peek_at(json, comma) != '"' ||
        !begins(json, comma + 1, name) ||
        !begins(json, comma + 1 + size, "\":"))
        return false;
    json->position += comma + size + 3;
    return true;
}

void ballot_json_field(struct ballot_json *json, const char *name)
{
    const size_t comma = is_behind(json, '{') ? 0 : 1;

    if (ballot_json_optional(json, name))
        return;
    if (peek(json) == '}' ||
        ((comma == 0 || peek(json) == ',') && peek_at(json, comma) == '"'))
        ballot_json_fail(json, BALLOT_FAULT_FIELD);
    else
        ballot_json_fail(json, BALLOT_FAULT_JSON);
}

bool ballot_json_other_field(struct ballot_json *json, struct text_view *key)
{
    if (peek(json) == '}') {
        json->position++;
        return false;
    }
    if (!is_behind(json, '{'))
        (void)take(json, ',');
    *key = ballot_json_word(json);
    return take(json, ':');
}

void ballot_json_object_end(struct ballot_json *json)
{
    struct text_view key;

    if (json->is_lenient) {
        while (ballot_json_other_field(json, &key))
            (void)ballot_json_skip(json);
        return;
    }
    if (peek(json) == ',' && peek_at(json, 1) == '"')
        ballot_json_fail(json, BALLOT_FAULT_UNKNOWN_FIELD);
    (void)take(json, '}');
}

/* --- Arrays -------------------------------------------------------------- */

void ballot_json_array(struct ballot_json *json) { (void)take(json, '['); }

bool ballot_json_item(struct ballot_json *json)
{
    if (peek(json) == ']') {
        json->position++;
        return false;
    }
    return is_behind(json, '[') ? json->fault == BALLOT_FAULT_NONE
                                : take(json, ',');
}

void ballot_json_next_item(struct ballot_json *json)
{
    if (!is_behind(json, '['))
        (void)take(json, ',');
}

void ballot_json_array_end(struct ballot_json *json) { (void)take(json, ']'); }

/* --- Values -------------------------------------------------------------- */

/* Something else than the value that was asked for: `fault`, unless it is no
 * value at all. */
static void fail_value(struct ballot_json *json, enum ballot_fault fault)
{
    const char next = peek(json);

    ballot_json_fail(json, next != '\0' && strchr(" \t\r\n", next) != NULL
                               ? BALLOT_FAULT_JSON
                               : fault);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

uint64_t ballot_json_number(struct ballot_json *json, uint64_t max)
{
    const bool is_zero = peek(json) == '0';
    uint64_t number = 0;

    if (!is_digit(peek(json)) || (is_zero && is_digit(peek_at(json, 1)))) {
        fail_value(json, BALLOT_FAULT_NUMBER);
        return 0;
    }
    for (; is_digit(peek(json)); json->position++) {
        const uint64_t digit = (uint64_t)(peek(json) - '0');

        if (number > (UINT64_MAX - digit) / 10) {
            ballot_json_fail(json, BALLOT_FAULT_NUMBER);
            return 0;
        }
        number = 10 * number + digit;
    }
    if (number > max || peek(json) == '.' || peek(json) == 'e' ||
        peek(json) == 'E') {
        ballot_json_fail(json, BALLOT_FAULT_NUMBER);
        return 0;
    }
    return number;
}

bool ballot_json_flag(struct ballot_json *json)
{
    const bool is_true = begins(json, 0, "true");

    if (is_true || begins(json, 0, "false")) {
        json->position += is_true ? 4 : 5;
        return is_true;
    }
    fail_value(json, BALLOT_FAULT_FIELD);
    return false;
}

struct text_view ballot_json_word(struct ballot_json *json)
{
    size_t start;

    if (peek(json) != '"') {
        fail_value(json, BALLOT_FAULT_FIELD);
        return (struct text_view){ "", 0 };
    }
    start = ++json->position;
    while (peek(json) > ' ' && peek(json) <= '~' && peek(json) != '"' &&
           peek(json) != '\\')
        json->position++;
    if (peek(json) != '"') {
        ballot_json_fail(json, peek(json) == '\\' ? BALLOT_FAULT_JSON
                                                  : BALLOT_FAULT_FIELD);
        return (struct text_view){ "", 0 };
    }
    json->position++;
    return (struct text_view){ &json->text.data[start],
                               json->position - start - 1 };
}

void ballot_json_exactly(struct ballot_json *json, const char *word)
{
    if (!text_view_is(ballot_json_word(json), word))
        ballot_json_fail(json, BALLOT_FAULT_FIELD);
}

void ballot_json_hex(struct ballot_json *json, uint8_t *out, size_t size)
{
    const struct text_view word = ballot_json_word(json);

    memset(out, 0, size);
    if (json->fault == BALLOT_FAULT_NONE &&
        hex_decode(word, out, size) != RESULT_OK)
        ballot_json_fail(json, BALLOT_FAULT_FIELD);
}

struct hash ballot_json_hash(struct ballot_json *json)
{
    struct hash hash = { { 0 } };

    ballot_json_hex(json, hash.bytes, sizeof hash.bytes);
    return hash;
}

/* --- Texts --------------------------------------------------------------- */

static const char short_escapes[] = "\"\\bfnrt";
static const char short_values[] = "\"\\\b\f\n\r\t";

/* The escape of a byte that must not stand as it is; its size, 0 if none. */
static size_t escape_of(unsigned char byte, char out[ESCAPE_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";
    const char *found;

    if (byte != '\0' && (found = strchr(short_values, byte)) != NULL) {
        out[0] = '\\';
        out[1] = short_escapes[found - short_values];
        out[2] = '\0';
        return 2;
    }
    if (byte >= ' ' && byte != 0x7f)
        return 0;
    memcpy(out, "\\u00", 4);
    out[4] = digits[byte >> 4];
    out[5] = digits[byte & 15];
    out[6] = '\0';
    return ESCAPE_SIZE;
}

/* A byte by its escape, which must be the one that we would write. */
static char take_escape(struct ballot_json *json)
{
    char escape[ESCAPE_SIZE + 1];
    unsigned byte;

    for (byte = 1; byte < 0x80; byte++) {
        const size_t size = escape_of((unsigned char)byte, escape);

        if (size > 0 && begins(json, 0, escape)) {
            json->position += size;
            return (char)byte;
        }
    }
    ballot_json_fail(json, BALLOT_FAULT_JSON);
    return '\0';
}

struct text_view ballot_json_text(struct ballot_json *json, char *out)
{
    char escape[ESCAPE_SIZE + 1];
    size_t size = 0;

    if (peek(json) != '"') {
        fail_value(json, BALLOT_FAULT_FIELD);
        return (struct text_view){ "", 0 };
    }
    json->position++;
    while (json->fault == BALLOT_FAULT_NONE && peek(json) != '"') {
        if (peek(json) == '\\')
            out[size++] = take_escape(json);
        else if (escape_of((unsigned char)peek(json), escape) > 0)
            ballot_json_fail(json, BALLOT_FAULT_JSON);
        else
            out[size++] = json->text.data[json->position++];
    }
    if (json->fault != BALLOT_FAULT_NONE)
        return (struct text_view){ "", 0 };
    json->position++;
    return (struct text_view){ out, size };
}

/* --- Any value ----------------------------------------------------------- */

static void skip_text(struct ballot_json *json)
{
    char escape[ESCAPE_SIZE + 1];

    json->position++;
    while (json->fault == BALLOT_FAULT_NONE && peek(json) != '"') {
        if (peek(json) == '\\')
            (void)take_escape(json);
        else if (escape_of((unsigned char)peek(json), escape) > 0)
            ballot_json_fail(json, BALLOT_FAULT_JSON);
        else
            json->position++;
    }
    (void)take(json, '"');
}

/* A number of any kind, true, false or null. */
static void skip_bare(struct ballot_json *json)
{
    const size_t start = json->position;

    while (is_digit(peek(json)) || (peek(json) >= 'a' && peek(json) <= 'z') ||
           (peek(json) != '\0' && strchr("+-.E", peek(json)) != NULL))
        json->position++;
    if (json->position == start)
        ballot_json_fail(json, BALLOT_FAULT_JSON);
}

/* What may come after a value at this depth, up to the next value. */
static void skip_between(struct ballot_json *json, char stack[], size_t *depth)
{
    while (*depth > 0 && peek(json) == stack[*depth - 1]) {
        json->position++;
        --*depth;
    }
    if (*depth == 0)
        return;
    if (take(json, ',') && stack[*depth - 1] == '}') {
        (void)ballot_json_word(json);
        (void)take(json, ':');
    }
}

/* Opens brackets up to a value that is none; false: an empty pair was one. */
static bool skip_opening(struct ballot_json *json, char stack[], size_t *depth)
{
    while (peek(json) == '{' || peek(json) == '[') {
        if (*depth == LIMIT_JSON_DEPTH) {
            ballot_json_fail(json, BALLOT_FAULT_TOO_LARGE);
            return false;
        }
        stack[*depth] = peek(json) == '{' ? '}' : ']';
        ++*depth;
        json->position++;
        if (peek(json) == stack[*depth - 1])
            return false;
        if (stack[*depth - 1] == '}') {
            (void)ballot_json_word(json);
            (void)take(json, ':');
        }
    }
    return true;
}

struct text_view ballot_json_skip(struct ballot_json *json)
{
    const size_t start = json->position;
    char stack[LIMIT_JSON_DEPTH]; /* the brackets that are to be closed */
    size_t depth = 0;

    do {
        if (skip_opening(json, stack, &depth)) {
            if (peek(json) == '"')
                skip_text(json);
            else
                skip_bare(json);
        }
        skip_between(json, stack, &depth);
    } while (depth > 0 && json->fault == BALLOT_FAULT_NONE);
    if (json->fault != BALLOT_FAULT_NONE)
        return (struct text_view){ "", 0 };
    return taken_from(json, start);
}

/* --- Writing ------------------------------------------------------------- */

void ballot_json_write_text(struct byte_writer *writer, struct text_view text)
{
    char escape[ESCAPE_SIZE + 1];
    size_t i;

    byte_writer_u8(writer, '"');
    for (i = 0; i < text.size; i++) {
        const size_t size = escape_of((unsigned char)text.data[i], escape);

        if (size > 0)
            byte_writer_bytes(writer, escape, size);
        else
            byte_writer_bytes(writer, &text.data[i], 1);
    }
    byte_writer_u8(writer, '"');
}

void ballot_json_write(struct byte_writer *writer, const char *literal)
{
    byte_writer_text(writer, text_view_of(literal));
}

void ballot_json_write_number(struct byte_writer *writer, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    byte_writer_bytes(writer, &digits[at], sizeof digits - at);
}

void ballot_json_write_hex(struct byte_writer *writer, const uint8_t *bytes,
                           size_t size)
{
    size_t i;

    byte_writer_u8(writer, '"');
    for (i = 0; i < size; i++) {
        char digits[HEX_SIZE(1)];

        hex_encode(&bytes[i], 1, digits);
        byte_writer_bytes(writer, digits, 2);
    }
    byte_writer_u8(writer, '"');
}
