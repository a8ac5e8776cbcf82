#include "server/net/turnstile.h"

#include "protocol/base/limits.h"
#include "server/room/pause_book.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ADDRESSES_MAX = 1024 }; /* that are remembered */

struct waiting {
    struct waiting *next; /* whose turn is not before */
    int fd;
    struct address_slot *slot;
    int64_t turn_ms; /* as uv_now() tells it */
};

struct turnstile {
    struct address_limit *limit;
    struct pause_book *pauses; /* owned */
    struct waiting *first;     /* owned */
    uint64_t held;
    uv_timer_t timer;
    turnstile_turn_fn on_turn;
    void *user;
};

static int64_t now_ms(const struct turnstile *turnstile)
{
    return (int64_t)uv_now(turnstile->timer.loop);
}

static struct pause_key key_of(const struct address_slot *slot)
{
    uint8_t bytes[ADDRESS_KEY_SIZE];

    address_limit_key(slot, bytes);
    return pause_key_of(bytes, sizeof bytes);
}

enum result turnstile_new(struct turnstile **out, uv_loop_t *loop,
                          struct address_limit *limit,
                          turnstile_turn_fn on_turn, void *user)
{
    struct turnstile *turnstile = calloc(1, sizeof *turnstile);
    enum result result;

    if (!turnstile)
        return RESULT_NO_MEMORY;
    result = pause_book_new(&turnstile->pauses, ADDRESSES_MAX);
    if (result) {
        free(turnstile);
        return result;
    }
    turnstile->limit = limit;
    turnstile->on_turn = on_turn;
    turnstile->user = user;
    (void)uv_timer_init(loop, &turnstile->timer);
    turnstile->timer.data = turnstile;
    *out = turnstile;
    return RESULT_OK;
}

void turnstile_cut(struct turnstile *turnstile, const struct address_slot *slot)
{
    const struct pause_key key = key_of(slot);
    int64_t turn_ms =
        LIMIT_PAUSE_ALL_MS / (int64_t)address_limit_slot_count(slot);

    if (turn_ms > LIMIT_PAUSE_TURN_MS)
        turn_ms = LIMIT_PAUSE_TURN_MS;
    (void)pause_book_cut(turnstile->pauses, &key, turn_ms, now_ms(turnstile));
}

static void let_go(struct turnstile *turnstile, struct waiting *waiting)
{
    close(waiting->fd);
    address_limit_give(turnstile->limit, waiting->slot);
    free(waiting);
}

static void on_timer(uv_timer_t *timer);

static void set_timer(struct turnstile *turnstile)
{
    int64_t wait_ms;

    if (!turnstile->first)
        return;
    wait_ms = turnstile->first->turn_ms - now_ms(turnstile);
    (void)uv_timer_start(&turnstile->timer, on_timer,
                         wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct turnstile *turnstile = timer->data;
    const int64_t until_ms = now_ms(turnstile);
    struct waiting *waiting;

    while ((waiting = turnstile->first) && waiting->turn_ms <= until_ms) {
        turnstile->first = waiting->next;
        turnstile->on_turn(waiting->fd, waiting->slot, turnstile->user);
        free(waiting);
    }
    set_timer(turnstile);
}

static void add(struct turnstile *turnstile, struct waiting *waiting)
{
    struct waiting **link = &turnstile->first;

    while (*link && (*link)->turn_ms <= waiting->turn_ms)
        link = &(*link)->next;
    waiting->next = *link;
    *link = waiting;
    set_timer(turnstile);
}

void turnstile_enter(struct turnstile *turnstile, int fd,
                     struct address_slot *slot)
{
    const struct pause_key key = key_of(slot);
    int64_t wait_ms =
        pause_book_turn_ms(turnstile->pauses, &key, now_ms(turnstile));
    struct waiting *waiting;

    if (wait_ms == 0) {
        turnstile->on_turn(fd, slot, turnstile->user);
        return;
    }
    turnstile->held++;
    waiting = malloc(sizeof *waiting);
    if (!waiting) {
        close(fd);
        address_limit_give(turnstile->limit, slot);
        return;
    }
    *waiting = (struct waiting){ .fd = fd,
                                 .slot = slot,
                                 .turn_ms = now_ms(turnstile) + wait_ms };
    add(turnstile, waiting);
}

uint64_t turnstile_held(const struct turnstile *turnstile)
{
    return turnstile->held;
}

static void on_closed(uv_handle_t *handle)
{
    struct turnstile *turnstile = handle->data;

    pause_book_free(turnstile->pauses);
    free(turnstile);
}

struct turnstile *turnstile_close(struct turnstile *turnstile)
{
    if (!turnstile)
        return NULL;
    while (turnstile->first) {
        struct waiting *waiting = turnstile->first;

        turnstile->first = waiting->next;
        let_go(turnstile, waiting);
    }
    uv_close((uv_handle_t *)&turnstile->timer, on_closed);
    return NULL;
}
