/* What a connection is like when it is handed over. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

/* The acceptance of the socket under test, and its other end. */
struct pair {
    uv_loop_t loop;
    struct listener *listener;
    int far, near;
};

static void on_connection(int fd, const struct sockaddr *peer, void *user)
{
    struct pair *pair = user;

    (void)peer;
    pair->near = fd;
}

/* A small receive buffer at the far end: what does not fit stays at ours. */
static int connect_to(uint16_t port)
{
    const int small = 4096;
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(
        connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int set_up(void **state)
{
    static struct pair pair;

    memset(&pair, 0, sizeof pair);
    pair.near = -1;
    assert_int_equal(uv_loop_init(&pair.loop), 0);
    assert_int_equal(listener_open(&pair.listener, &pair.loop, "127.0.0.1", 0,
                                   on_connection, &pair),
                     RESULT_OK);
    pair.far = connect_to(listener_port(pair.listener));
    while (pair.near < 0)
        (void)uv_run(&pair.loop, UV_RUN_ONCE);
    *state = &pair;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *pair = *state;

    close(pair->far);
    close(pair->near);
    listener_close(pair->listener);
    (void)uv_run(&pair->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&pair->loop), 0);
    return 0;
}

static int option(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof value;

    assert_int_equal(getsockopt(fd, IPPROTO_TCP, name, &value, &size), 0);
    return value;
}

static void small_writes_go_out_at_once_and_do_not_block(void **state)
{
    const struct pair *pair = *state;

    assert_int_not_equal(option(pair->near, TCP_NODELAY), 0);
    assert_true(fcntl(pair->near, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(pair->near, F_GETFD) & FD_CLOEXEC);
}

/* Records of 105 bytes, of which one speaker makes 50 a second, that the kernel
 * takes for a peer that does not read. */
enum { RECORD_SIZE = 105, RECORDS_A_SECOND = 50 };

static int taken_for_a_peer_that_stalls(const struct pair *pair)
{
    const char record[RECORD_SIZE] = { 0 };
    int taken = 0;

    while (send(pair->near, record, sizeof record, MSG_NOSIGNAL) ==
           (ssize_t)sizeof record)
        taken++;
    assert_int_equal(errno, EAGAIN);
    print_message("%d records taken\n", taken);
    return taken;
}

static void
the_kernel_takes_a_second_of_sound_for_a_peer_that_stalls(void **state)
{
    const struct pair *pair = *state;

    assert_in_range(option(pair->near, TCP_NOTSENT_LOWAT), 1, 2048);
    assert_in_range(taken_for_a_peer_that_stalls(pair), 1, RECORDS_A_SECOND);
}

/* So the test above is one: without the option there is no end of it. */
static void
without_that_option_the_kernel_would_take_minutes_of_sound(void **state)
{
    const struct pair *pair = *state;
    const int unlimited = -1;

    assert_int_equal(setsockopt(pair->near, IPPROTO_TCP, TCP_NOTSENT_LOWAT,
                                &unlimited, sizeof unlimited),
                     0);
    assert_true(taken_for_a_peer_that_stalls(pair) > 60 * RECORDS_A_SECOND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            small_writes_go_out_at_once_and_do_not_block, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            the_kernel_takes_a_second_of_sound_for_a_peer_that_stalls, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            without_that_option_the_kernel_would_take_minutes_of_sound, set_up,
            tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
