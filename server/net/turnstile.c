#include "server/net/turnstile.h"

#include "protocol/base/limits.h"
#include "server/room/pause_book.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ADDRESSES_MAX = 1024 }; /* that are remembered */

/* Who waits. Freed when the loop has let go of `watch`. */
struct guest {
    uv_poll_t watch; /* the peer goes */
    struct turnstile *turnstile;
    int fd;
    struct address_slot *slot; /* one for all of an address */
};

struct turn {
    struct turn *next; /* which is not before */
    struct guest *guest;
    int64_t at_ms; /* as uv_now() tells it */
};

struct turnstile {
    struct address_limit *limit;
    struct pause_book *pauses; /* owned */
    struct turn *first;        /* owned, as its guest */
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

static void on_unwatched(uv_handle_t *handle) { free(handle->data); }

/* The guest goes; his descriptor and his slot are the caller's. */
static void dismiss(struct guest *guest)
{
    uv_close((uv_handle_t *)&guest->watch, on_unwatched);
}

static void let_go(struct guest *guest)
{
    dismiss(guest);
    close(guest->fd);
    address_limit_give(guest->turnstile->limit, guest->slot);
}

static void on_timer(uv_timer_t *timer);

static void set_timer(struct turnstile *turnstile)
{
    int64_t wait_ms;

    if (!turnstile->first)
        return;
    wait_ms = turnstile->first->at_ms - now_ms(turnstile);
    (void)uv_timer_start(&turnstile->timer, on_timer,
                         wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct turnstile *turnstile = timer->data;
    const int64_t until_ms = now_ms(turnstile);
    struct turn *turn;

    while ((turn = turnstile->first) && turn->at_ms <= until_ms) {
        struct guest *guest = turn->guest;

        turnstile->first = turn->next;
        free(turn);
        dismiss(guest); /* the loop watches his descriptor no more */
        turnstile->on_turn(guest->fd, guest->slot, turnstile->user);
    }
    set_timer(turnstile);
}

/* Whoever waits behind him moves up: nobody waits for those who have gone. */
static void leave(struct turnstile *turnstile, const struct guest *guest)
{
    const struct pause_key key = key_of(guest->slot);
    struct turn **last = &turnstile->first, **at, *freed;

    while ((*last)->guest != guest)
        last = &(*last)->next;
    for (at = &(*last)->next; *at; at = &(*at)->next) {
        if ((*at)->guest->slot != guest->slot)
            continue;
        (*last)->guest = (*at)->guest;
        last = at;
    }
    freed = *last;
    *last = freed->next;
    pause_book_turn_back(turnstile->pauses, &key, freed->at_ms);
    free(freed);
    set_timer(turnstile);
}

static void on_gone(uv_poll_t *watch, int status, int events)
{
    struct guest *guest = watch->data;

    (void)status; /* that of a reset is an error */
    (void)events;
    leave(guest->turnstile, guest);
    let_go(guest);
}

static void add(struct turnstile *turnstile, struct turn *turn)
{
    struct turn **link = &turnstile->first;

    while (*link && (*link)->at_ms <= turn->at_ms)
        link = &(*link)->next;
    turn->next = *link;
    *link = turn;
    set_timer(turnstile);
}

/* False: there is no memory for it. */
static bool wait(struct turnstile *turnstile, int fd, struct address_slot *slot,
                 int64_t at_ms)
{
    struct guest *guest = calloc(1, sizeof *guest);
    struct turn *turn = calloc(1, sizeof *turn);

    if (!guest || !turn ||
        uv_poll_init(turnstile->timer.loop, &guest->watch, fd)) {
        free(guest);
        free(turn);
        return false;
    }
    guest->watch.data = guest;
    guest->turnstile = turnstile;
    guest->fd = fd;
    guest->slot = slot;
    turn->guest = guest;
    turn->at_ms = at_ms;
    (void)uv_poll_start(&guest->watch, UV_DISCONNECT, on_gone);
    add(turnstile, turn);
    return true;
}

void turnstile_enter(struct turnstile *turnstile, int fd,
                     struct address_slot *slot)
{
    const struct pause_key key = key_of(slot);
    int64_t at_ms = now_ms(turnstile);
    int64_t wait_ms = pause_book_turn_ms(turnstile->pauses, &key, at_ms);

    if (wait_ms == 0) {
        turnstile->on_turn(fd, slot, turnstile->user);
        return;
    }
    turnstile->held++;
    if (wait(turnstile, fd, slot, at_ms + wait_ms))
        return;
    close(fd);
    address_limit_give(turnstile->limit, slot);
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
        struct turn *turn = turnstile->first;

        turnstile->first = turn->next;
        let_go(turn->guest);
        free(turn);
    }
    uv_close((uv_handle_t *)&turnstile->timer, on_closed);
    return NULL;
}
