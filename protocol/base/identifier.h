/*
 * The names of things: 32-byte keys and hashes, and short ids of members,
 * units, meetings, motions.
 */
#ifndef PROTOCOL_BASE_IDENTIFIER_H
#define PROTOCOL_BASE_IDENTIFIER_H

#include "protocol/base/encoding.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { KEY_SIZE = 32, HASH_SIZE = 32, NONCE_SIZE = 16, SIGNATURE_SIZE = 64 };

/* A raw Ed25519 public key. */
struct key {
    uint8_t bytes[KEY_SIZE];
};

/* A raw SHA-256. */
struct hash {
    uint8_t bytes[HASH_SIZE];
};

struct signature {
    uint8_t bytes[SIGNATURE_SIZE];
};

/* An id: 1..47 of [a-z0-9.-], NUL-terminated; "" is "none". */
enum { IDENTIFIER_SIZE = 48 };
struct identifier {
    char text[IDENTIFIER_SIZE];
};

bool key_equal(const struct key *a, const struct key *b);
bool key_is_zero(const struct key *key);
bool hash_equal(const struct hash *a, const struct hash *b);
bool identifier_equal(const struct identifier *a, const struct identifier *b);
bool identifier_is(const struct identifier *a, const char *text);
bool identifier_is_empty(const struct identifier *id);

/* RESULT_MALFORMED unless 1..47 of [a-z0-9.-]; `out` is untouched then. */
MUST_USE enum result identifier_parse(struct text_view text,
                                      struct identifier *out);
/* "" becomes the empty id, everything else as identifier_parse(). */
MUST_USE enum result identifier_parse_optional(struct text_view text,
                                               struct identifier *out);
/* `prefix` and `number` in decimal: "m" and 7 give "m7". Asserts that it fits.
 */
void identifier_number(struct identifier *out, const char *prefix,
                       uint64_t number);
struct text_view identifier_view(const struct identifier *id);

#endif
