#include "server/net/turnstile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

/* With so many at an address its turns are half a second apart. Those of the
 * other address are the clock: they have their turns for eight seconds,
 * and those who have gone would have had them for longer. */
enum { PRESENT = 16, OTHERS = 16, GONE = 40, GUESTS_MAX = 128 };

struct hall {
    uv_loop_t loop;
    struct address_limit *limit;
    struct turnstile *turnstile;
    struct address_slot *present[2]; /* of two addresses: one of many */
    int peers[GUESTS_MAX];           /* the far ends; -1: gone */
    int fds[GUESTS_MAX];
    unsigned count;
    int let_in[GUESTS_MAX]; /* descriptors, in this order */
    unsigned let_in_count;
};

static void on_turn(int fd, struct address_slot *slot, void *user)
{
    struct hall *hall = user;

    hall->let_in[hall->let_in_count++] = fd;
    address_limit_give(hall->limit, slot);
}

static struct address_slot *take(struct hall *hall, unsigned address)
{
    static const char *const names[] = { "192.0.2.1", "192.0.2.2" };
    struct sockaddr_in from = { 0 };
    struct address_slot *slot = NULL;

    assert_int_equal(uv_ip4_addr(names[address], 1, &from), 0);
    assert_int_equal(
        address_limit_take(hall->limit, (struct sockaddr *)&from, &slot),
        RESULT_OK);
    return slot;
}

static void open_hall(struct hall *hall)
{
    unsigned address, i;

    *hall = (struct hall){ .count = 0 };
    assert_int_equal(uv_loop_init(&hall->loop), 0);
    assert_int_equal(address_limit_new(&hall->limit, 1000, 500), RESULT_OK);
    assert_int_equal(turnstile_new(&hall->turnstile, &hall->loop, hall->limit,
                                   on_turn, hall),
                     RESULT_OK);
    for (address = 0; address < 2; address++)
        for (i = 0; i < PRESENT; i++)
            hall->present[address] = take(hall, address);
}

/* One comes from the address; his number. */
static unsigned come(struct hall *hall, unsigned address)
{
    unsigned number = hall->count++;
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends),
                     0);
    hall->fds[number] = ends[0];
    hall->peers[number] = ends[1];
    turnstile_enter(hall->turnstile, ends[0], take(hall, address));
    return number;
}

static void go(struct hall *hall, unsigned number)
{
    close(hall->peers[number]);
    hall->peers[number] = -1;
}

static bool is_in(const struct hall *hall, unsigned number)
{
    unsigned i;

    for (i = 0; i < hall->let_in_count; i++)
        if (hall->let_in[i] == hall->fds[number])
            return true;
    return false;
}

static void run_until_in(struct hall *hall, unsigned number)
{
    while (!is_in(hall, number))
        uv_run(&hall->loop, UV_RUN_ONCE);
}

/* The last of the other address, who comes in eight seconds later. */
static unsigned fill_other(struct hall *hall)
{
    unsigned last = 0, i;

    turnstile_cut(hall->turnstile, hall->present[1]);
    for (i = 0; i < OTHERS; i++)
        last = come(hall, 1);
    return last;
}

static void close_hall(struct hall *hall)
{
    unsigned i;

    hall->turnstile = turnstile_close(hall->turnstile);
    uv_run(&hall->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&hall->loop), 0);
    /* Who is still counted is one of those who were there. */
    assert_int_equal(address_limit_count(hall->limit), 2 * PRESENT);
    for (i = 0; i < hall->let_in_count; i++)
        close(hall->let_in[i]);
    for (i = 0; i < hall->count; i++)
        if (hall->peers[i] >= 0)
            close(hall->peers[i]);
    address_limit_free(hall->limit);
}

static void where_nobody_was_cut_off_nobody_waits(void **state)
{
    struct hall hall;
    unsigned other;

    (void)state;
    open_hall(&hall);
    turnstile_cut(hall.turnstile, hall.present[0]);
    other = come(&hall, 1);
    assert_int_equal(hall.let_in_count, 1);
    assert_int_equal(hall.let_in[0], hall.fds[other]);
    assert_int_equal(turnstile_held(hall.turnstile), 0);
    close_hall(&hall);
}

static void those_of_an_address_come_in_as_they_came(void **state)
{
    struct hall hall;
    unsigned i;

    (void)state;
    open_hall(&hall);
    turnstile_cut(hall.turnstile, hall.present[0]);
    for (i = 0; i < 3; i++)
        (void)come(&hall, 0);
    assert_int_equal(hall.let_in_count, 0);
    assert_int_equal(turnstile_held(hall.turnstile), 3);
    run_until_in(&hall, 2);
    for (i = 0; i < 3; i++)
        assert_int_equal(hall.let_in[i], hall.fds[i]);
    close_hall(&hall);
}

static void nobody_waits_for_those_who_have_gone(void **state)
{
    struct hall hall;
    unsigned gone[GONE], i, here, last;

    (void)state;
    open_hall(&hall);
    last = fill_other(&hall);
    turnstile_cut(hall.turnstile, hall.present[0]);
    for (i = 0; i < GONE; i++)
        gone[i] = come(&hall, 0);
    here = come(&hall, 0);
    for (i = 0; i < GONE; i++)
        go(&hall, gone[i]);
    run_until_in(&hall, here);
    assert_false(is_in(&hall, last));
    close_hall(&hall);
}

static void the_slots_of_those_who_have_gone_are_free_at_once(void **state)
{
    struct hall hall;
    unsigned i, here, last;

    (void)state;
    open_hall(&hall);
    last = fill_other(&hall);
    turnstile_cut(hall.turnstile, hall.present[0]);
    for (i = 0; i < GONE; i++)
        go(&hall, come(&hall, 0));
    while (address_limit_slot_count(hall.present[0]) > PRESENT)
        uv_run(&hall.loop, UV_RUN_ONCE);
    assert_false(is_in(&hall, last));
    /* Their turns are the next comer's. */
    here = come(&hall, 0);
    run_until_in(&hall, here);
    assert_false(is_in(&hall, last));
    close_hall(&hall);
}

static void who_waits_at_the_end_is_let_go(void **state)
{
    struct hall hall;
    char byte;
    unsigned i;

    (void)state;
    open_hall(&hall);
    turnstile_cut(hall.turnstile, hall.present[0]);
    for (i = 0; i < 3; i++)
        (void)come(&hall, 0);
    go(&hall, 1);
    hall.turnstile = turnstile_close(hall.turnstile);
    assert_int_equal(recv(hall.peers[0], &byte, 1, 0), 0);
    assert_int_equal(recv(hall.peers[2], &byte, 1, 0), 0);
    assert_int_equal(hall.let_in_count, 0);
    close_hall(&hall);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_nobody_was_cut_off_nobody_waits),
        cmocka_unit_test(those_of_an_address_come_in_as_they_came),
        cmocka_unit_test(nobody_waits_for_those_who_have_gone),
        cmocka_unit_test(the_slots_of_those_who_have_gone_are_free_at_once),
        cmocka_unit_test(who_waits_at_the_end_is_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
