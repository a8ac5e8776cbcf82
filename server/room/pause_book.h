/*
 * Who was cut off for sending too much, and how soon he may be back: a pause
 * that doubles each time, LIMIT_PAUSE_MS to LIMIT_PAUSE_MAX_MS, and is
 * forgotten after LIMIT_PAUSE_QUIET_MS without another. Whoever is cut off
 * while a pause lasts (another device of the same address) does not lengthen
 * it.
 *
 * Of a device, nothing is taken until the pause is over. Of an address, behind
 * which others may be who did nothing, newcomers are let in one after the other
 * while it lasts: each is given a turn.
 *
 * A key is any bytes that name somebody, up to PAUSE_KEY_SIZE. Times are
 * monotonic, in ms. Pure; its owner's thread only.
 */
#ifndef SERVER_ROOM_PAUSE_BOOK_H
#define SERVER_ROOM_PAUSE_BOOK_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

enum { PAUSE_KEY_SIZE = 32 };

struct pause_book;
struct pause_key {
    uint8_t bytes[PAUSE_KEY_SIZE];
};

/* The rest of a shorter one is zeros. */
struct pause_key pause_key_of(const void *bytes, size_t size);

/* Room for so many at once; if there are more, whoever has the least left to
 * wait makes room. RESULT_OK: `*out` ends with pause_book_free().
 * RESULT_INVALID (no rows), RESULT_NO_MEMORY. */
MUST_USE enum result pause_book_new(struct pause_book **out, size_t rows);

/* He is cut off now. Between turns there are `turn_ms` from here on. How long
 * he has to stay away, in ms. */
int64_t pause_book_cut(struct pause_book *book, const struct pause_key *who,
                       int64_t turn_ms, int64_t now_ms);

/* How long he still has to stay away; 0: not at all. */
int64_t pause_book_left_ms(const struct pause_book *book,
                           const struct pause_key *who, int64_t now_ms);

/* A newcomer takes the next turn: how long until then; 0: now, as always where
 * no pause lasts and nobody waits any more. At most LIMIT_PAUSE_ALL_MS: where
 * more come than have a turn by then, the others come in with the last. */
int64_t pause_book_turn_ms(struct pause_book *book, const struct pause_key *who,
                           int64_t now_ms);

/* The last turn that was taken, at `at_ms`, is not needed. */
void pause_book_turn_back(struct pause_book *book, const struct pause_key *who,
                          int64_t at_ms);

/* Takes NULL, returns NULL. */
struct pause_book *pause_book_free(struct pause_book *book);

#endif
