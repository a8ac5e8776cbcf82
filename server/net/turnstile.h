/*
 * Newcomers from an address of which somebody was just cut off (CLOSE_TOO_FAST)
 * are let in one after the other while the pause lasts: he cannot keep the
 * server busy with handshakes, and whoever else is behind that address still
 * comes in. Those who wait cost a socket and nothing else; nothing is read from
 * them. Who goes before his turn leaves it to those behind him. Loop thread
 * only.
 */
#ifndef SERVER_NET_TURNSTILE_H
#define SERVER_NET_TURNSTILE_H

#include "protocol/base/result.h"
#include "server/net/address_limit.h"

#include <stdint.h>
#include <uv.h>

struct turnstile;

/* Takes both, as they were given. */
typedef void (*turnstile_turn_fn)(int fd, struct address_slot *slot,
                                  void *user);

/* `limit` is where slots are given back; borrowed, as `loop`. On RESULT_OK the
 * caller ends `*out` with turnstile_close(). RESULT_NO_MEMORY. */
MUST_USE enum result turnstile_new(struct turnstile **out, uv_loop_t *loop,
                                   struct address_limit *limit,
                                   turnstile_turn_fn on_turn, void *user);

/* A connection of this address was cut off. All who are there now could come
 * back within LIMIT_PAUSE_ALL_MS. */
void turnstile_cut(struct turnstile *turnstile,
                   const struct address_slot *slot);

/* Takes `fd` and `slot` of a connection that has just come, and calls `on_turn`
 * with them: from inside, nearly always, or in a later turn of the loop. */
void turnstile_enter(struct turnstile *turnstile, int fd,
                     struct address_slot *slot);

/* Connections that had to wait, so far. */
uint64_t turnstile_held(const struct turnstile *turnstile);

/* Who still waits is let go; the memory goes in a later turn of the loop. Takes
 * NULL, returns NULL. */
struct turnstile *turnstile_close(struct turnstile *turnstile);

#endif
