#include "client/core/secret_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static int set_up(void **state)
{
    (void)state;
    (void)secret_memory_begin();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return secret_memory_end() ? 0 : -1; /* nothing was left in it */
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static void what_is_taken_is_zero_and_lies_in_it(void **state)
{
    uint8_t *first = secret_memory_new(100);
    uint8_t *second = secret_memory_new(SECRET_MEMORY_PIECE_MAX);

    (void)state;
    assert_true(secret_memory_holds(first));
    assert_true(secret_memory_holds(second));
    assert_true(is_zero(first, 100));
    assert_true(is_zero(second, SECRET_MEMORY_PIECE_MAX));
    assert_null(secret_memory_free(first, 100));
    assert_null(secret_memory_free(second, SECRET_MEMORY_PIECE_MAX));
}

static void what_is_given_back_is_overwritten(void **state)
{
    enum { SIZE = 256, LINKS = 64 /* the free list is kept in it */ };
    uint8_t *memory = secret_memory_new(SIZE);
    const volatile uint8_t *after = memory;

    (void)state;
    memset(memory, 0xa5, SIZE);
    secret_memory_free(memory, SIZE);
    for (size_t i = LINKS; i < SIZE; i++)
        assert_int_equal(after[i], 0);
}

static void larger_pieces_come_from_the_ordinary_heap(void **state)
{
    uint8_t *memory = secret_memory_new(SECRET_MEMORY_PIECE_MAX + 1);

    (void)state;
    assert_false(secret_memory_holds(memory));
    assert_true(is_zero(memory, SECRET_MEMORY_PIECE_MAX + 1));
    secret_memory_free(memory, SECRET_MEMORY_PIECE_MAX + 1);
}

/* The library has no other place for its keys. */
static void when_it_is_full_a_quarter_is_left_to_the_library(void **state)
{
    enum { PIECES = 2 * SECRET_MEMORY_SIZE / SECRET_MEMORY_PIECE_MAX };
    void *pieces[PIECES], *of_library;
    size_t held = 0;

    (void)state;
    for (size_t i = 0; i < PIECES; i++) {
        pieces[i] = secret_memory_new(SECRET_MEMORY_PIECE_MAX);
        assert_non_null(pieces[i]);
        assert_true(is_zero(pieces[i], SECRET_MEMORY_PIECE_MAX));
        held += secret_memory_holds(pieces[i]) ? 1 : 0;
    }
    assert_true(held > 0);
    assert_true(held * SECRET_MEMORY_PIECE_MAX <= SECRET_MEMORY_SIZE / 4 * 3);
    of_library = OPENSSL_secure_malloc(SECRET_MEMORY_SIZE_MIN / 4);
    assert_true(secret_memory_holds(of_library));
    OPENSSL_secure_free(of_library);
    for (size_t i = 0; i < PIECES; i++)
        secret_memory_free(pieces[i], SECRET_MEMORY_PIECE_MAX);
}

static void memory_of_malloc_and_nothing_are_taken_back_too(void **state)
{
    (void)state;
    assert_null(secret_memory_free(malloc(10), 10));
    assert_null(secret_memory_free(NULL, 10));
}

static void before_it_is_set_up_the_ordinary_heap_serves(void **state)
{
    uint8_t *memory = secret_memory_new(100);

    (void)state;
    assert_int_equal(secret_memory_locked(), 0);
    assert_non_null(memory);
    assert_false(secret_memory_holds(memory));
    assert_true(is_zero(memory, 100));
    secret_memory_free(memory, 100);
}

/* What an ordinary user gets who may lock so much, in KiB; -1: it went wrong.
 */
static int locked_with(rlim_t limit)
{
    const struct rlimit most = { limit, limit };
    const pid_t child = fork();
    int status = 0;

    assert_true(child >= 0);
    if (child == 0) {
        size_t locked;
        uint8_t *memory;

        if ((geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) != 0) ||
            setrlimit(RLIMIT_MEMLOCK, &most) != 0)
            _exit(255);
        locked = secret_memory_begin();
        memory = secret_memory_new(1000);
        if (!secret_memory_holds(memory) || locked != secret_memory_locked())
            _exit(255);
        secret_memory_free(memory, 1000);
        _exit(secret_memory_end() ? (int)(locked / 2048) : 255);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 255);
    return WEXITSTATUS(status) * 2;
}

static void as_much_is_locked_as_the_user_may_lock(void **state)
{
    struct rlimit allowed;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &allowed), 0);
    assert_int_equal(locked_with(64 * 1024), 64);
    if (geteuid() != 0 && allowed.rlim_max < SECRET_MEMORY_SIZE)
        return; /* it cannot be raised here */
    assert_int_equal(locked_with(SECRET_MEMORY_SIZE), 256);
    assert_int_equal(locked_with(100 * 1024), 64);
}

static void where_nothing_can_be_locked_it_works_on(void **state)
{
    (void)state;
    assert_int_equal(locked_with(16 * 1024), 0);
    assert_int_equal(locked_with(0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(before_it_is_set_up_the_ordinary_heap_serves),
        cmocka_unit_test(as_much_is_locked_as_the_user_may_lock),
        cmocka_unit_test(where_nothing_can_be_locked_it_works_on),
        TEST(what_is_taken_is_zero_and_lies_in_it),
        TEST(what_is_given_back_is_overwritten),
        TEST(larger_pieces_come_from_the_ordinary_heap),
        TEST(when_it_is_full_a_quarter_is_left_to_the_library),
        TEST(memory_of_malloc_and_nothing_are_taken_back_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
