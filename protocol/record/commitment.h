/*
 * Commitments of sealed fields, and the nonces and salts made for them.
 *
 *   c = SHA-256(D("open") ‖ LP(T scope) ‖ LP(T field) ‖ LP(salt) ‖ LP(value))
 *
 * scope is the id of the meeting (or organisation) whose log holds the field,
 * field its name in the event, salt 32 bytes, value UTF-8 NFC text or, for a
 * list, its canonical JSON. An event shows only c; salt and value are the
 * opening, which may be kept from some and destroyed later.
 *
 * What the server makes itself comes from the key of the room, so that the
 * same event always encodes to the same bytes:
 *
 *   made(what, seq, field) =
 *       HMAC-SHA-256(room key, LP(T what) ‖ LP(U seq) ‖ LP(T field))
 *   nonce of event seq        = first 16 bytes of made("nonce", seq, "")
 *   salt of a field of event seq = made("salt", seq, field)
 *
 * For what = "salt", seq = 7, field = "text" the HMAC input is these 28 bytes:
 *   00000004 73616c74  00000008 0000000000000007  00000004 74657874
 *
 * Pure; any thread. Texts have been checked by the caller.
 */
#ifndef PROTOCOL_RECORD_COMMITMENT_H
#define PROTOCOL_RECORD_COMMITMENT_H

#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { SALT_SIZE = 32, ROOM_KEY_SIZE = 32 };

struct salt {
    uint8_t bytes[SALT_SIZE];
};

/* Secret until its meeting is closed, then deleted. */
struct room_key {
    uint8_t bytes[ROOM_KEY_SIZE];
};

struct event_nonce {
    uint8_t bytes[NONCE_SIZE];
};

struct hash commitment_of(struct text_view scope, struct text_view field,
                          const struct salt *salt, struct text_view value);

/* Does this opening open `commitment`? */
bool commitment_check(const struct hash *commitment, struct text_view scope,
                      struct text_view field, const struct salt *salt,
                      struct text_view value);

struct event_nonce commitment_nonce(const struct room_key *key, uint64_t seq);
struct salt commitment_salt(const struct room_key *key, uint64_t seq,
                            struct text_view field);

#endif
