/*
 * PINs by which members unlock a ballot at a hall device. The PIN is known to
 * the member and checked here: scrypt (2^15, 8, 1) over HMAC-SHA-256(pepper,
 * PIN) with a salt of the member's own. The pepper lies outside the database,
 * so that a copy of that alone does not even let PINs be guessed.
 *
 * A wrong PIN costs one of HALL_PIN_TRIES; the try is paid for, durably, before
 * the PIN is looked at. No PIN is ever in a log line, a row or an event.
 *
 * Loop thread. `then` is called in a later turn of the loop, unless the hub has
 * stopped; the session may be gone by then and is looked up again.
 */
#ifndef SERVER_ROOM_HALL_PIN_H
#define SERVER_ROOM_HALL_PIN_H

#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { HALL_PIN_LENGTH_MIN = 6, HALL_PIN_TRIES = 5 };

struct hub;
struct store_pin;

enum hall_pin_answer {
    HALL_PIN_FAILED, /* the store or memory: nothing is known */
    HALL_PIN_DONE,   /* set, right or unlocked */
    HALL_PIN_WRONG,
    HALL_PIN_LOCKED,
    HALL_PIN_NONE /* the member has none */
};

typedef void (*hall_pin_fn)(struct hub *hub, uint64_t session, uint64_t request,
                            const struct identifier *member,
                            enum hall_pin_answer answer, unsigned tries_left,
                            void *user);

/* Digits only, HALL_PIN_LENGTH_MIN to LIMIT_PIN_LENGTH of them. */
bool hall_pin_is_possible(struct text_view pin);

/*
 * Each: RESULT_OK and `then` will be called; RESULT_BUSY (too many are under
 * way, or one about this member), RESULT_UNSUPPORTED (no pepper here),
 * RESULT_CLOSED or RESULT_NO_MEMORY, and it will not. `pin` is copied, and
 * possible.
 */
MUST_USE enum result hall_pin_set(struct hub *hub, uint64_t session,
                                  uint64_t request,
                                  const struct identifier *member,
                                  struct text_view pin, hall_pin_fn then,
                                  void *user);
MUST_USE enum result hall_pin_check(struct hub *hub, uint64_t session,
                                    uint64_t request,
                                    const struct identifier *member,
                                    struct text_view pin, hall_pin_fn then,
                                    void *user);
/* All tries again, of the PIN as it is. */
MUST_USE enum result hall_pin_unlock(struct hub *hub, uint64_t session,
                                     uint64_t request,
                                     const struct identifier *member,
                                     hall_pin_fn then, void *user);

/* What the store answers to a ticket of TICKET_PIN. */
void hall_pin_on_read(struct hub *hub, uint64_t ticket, enum result result,
                      const struct store_pin *pin);
void hall_pin_on_written(struct hub *hub, uint64_t ticket, enum result result);
/* Forgets what is under way: the store and the workers have stopped. */
void hall_pin_clear(struct hub *hub);

#endif
