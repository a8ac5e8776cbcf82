#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/audio/audio_ring.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

static void push_number(struct audio_ring *ring, uint32_t number)
{
    audio_ring_push(ring, &number, sizeof number);
}

static void messages_come_out_in_order_and_whole(void **state)
{
    const char *words[] = { "Đồng chí", "", "phát biểu ý kiến", "a" };
    struct audio_ring *ring;
    char out[64];
    size_t size;

    (void)state;
    assert_int_equal(audio_ring_new(&ring, 4, sizeof out), RESULT_OK);
    for (size_t i = 0; i < 4; i++)
        audio_ring_push(ring, words[i], strlen(words[i]));
    for (size_t i = 0; i < 4; i++) {
        assert_true(audio_ring_pop(ring, out, &size));
        assert_int_equal(size, strlen(words[i]));
        assert_memory_equal(out, words[i], size);
    }
    assert_false(audio_ring_pop(ring, out, &size));
    assert_int_equal(audio_ring_overruns(ring), 0);
    audio_ring_free(ring);
}

static void a_full_ring_loses_the_oldest_and_counts_it(void **state)
{
    struct audio_ring *ring;
    uint32_t number;
    size_t size;

    (void)state;
    assert_int_equal(audio_ring_new(&ring, 3, sizeof number), RESULT_OK);
    for (uint32_t i = 1; i <= 5; i++)
        push_number(ring, i);
    assert_int_equal(audio_ring_overruns(ring), 2);
    for (uint32_t i = 3; i <= 5; i++) {
        assert_true(audio_ring_pop(ring, &number, &size));
        assert_int_equal(number, i);
    }
    assert_false(audio_ring_pop(ring, &number, &size));
    audio_ring_free(ring);
}

static void a_cleared_ring_is_empty_and_goes_on(void **state)
{
    struct audio_ring *ring;
    uint32_t number;
    size_t size;

    (void)state;
    assert_int_equal(audio_ring_new(&ring, 3, sizeof number), RESULT_OK);
    push_number(ring, 1);
    push_number(ring, 2);
    audio_ring_clear(ring);
    assert_false(audio_ring_pop(ring, &number, &size));
    push_number(ring, 3);
    assert_true(audio_ring_pop(ring, &number, &size));
    assert_int_equal(number, 3);
    assert_int_equal(audio_ring_overruns(ring), 0);
    audio_ring_free(ring);
}

static void a_ring_of_nothing_is_refused(void **state)
{
    struct audio_ring *ring = NULL;

    (void)state;
    assert_int_equal(audio_ring_new(&ring, 0, 8), RESULT_INVALID);
    assert_int_equal(audio_ring_new(&ring, 8, 0), RESULT_INVALID);
    assert_int_equal(audio_ring_new(&ring, SIZE_MAX / 4, 64), RESULT_INVALID);
    assert_int_equal(audio_ring_new(&ring, 8, SIZE_MAX), RESULT_INVALID);
    assert_null(ring);
}

/* --- two threads --------------------------------------------------------- */

enum { NUMBER_COUNT = 200000, WORD_COUNT = 30 };

/* All words of a message are its number: a torn one would show. */
struct message {
    uint32_t words[WORD_COUNT];
};

struct producer {
    struct audio_ring *ring;
    _Atomic bool is_done;
};

static void *produce(void *user)
{
    struct producer *producer = user;
    struct message message;

    for (uint32_t number = 1; number <= NUMBER_COUNT; number++) {
        for (size_t i = 0; i < WORD_COUNT; i++)
            message.words[i] = number;
        /* Messages of all sizes, so that a size of another shows, too. */
        audio_ring_push(producer->ring, &message,
                        (1 + number % WORD_COUNT) * sizeof message.words[0]);
        if (number % 64 == 0)
            sched_yield();
    }
    atomic_store(&producer->is_done, true);
    return NULL;
}

static void two_threads_see_whole_messages_in_order(void **state)
{
    struct producer producer = { 0 };
    struct message message;
    pthread_t thread;
    uint64_t received = 0;
    uint32_t last = 0;
    size_t size;

    (void)state;
    assert_int_equal(audio_ring_new(&producer.ring, 8, sizeof message),
                     RESULT_OK);
    assert_int_equal(pthread_create(&thread, NULL, produce, &producer), 0);
    for (;;) {
        bool was_done = atomic_load(&producer.is_done);

        if (!audio_ring_pop(producer.ring, &message, &size)) {
            if (was_done)
                break;
            sched_yield();
            continue;
        }
        received++;
        assert_true(message.words[0] > last);
        last = message.words[0];
        assert_int_equal(size, (1 + last % WORD_COUNT) * sizeof last);
        for (size_t i = 0; i < size / sizeof last; i++)
            assert_int_equal(message.words[i], last);
    }
    pthread_join(thread, NULL);
    assert_int_equal(last, NUMBER_COUNT);
    assert_int_equal(received + audio_ring_overruns(producer.ring),
                     NUMBER_COUNT);
    audio_ring_free(producer.ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_out_in_order_and_whole),
        cmocka_unit_test(a_full_ring_loses_the_oldest_and_counts_it),
        cmocka_unit_test(a_cleared_ring_is_empty_and_goes_on),
        cmocka_unit_test(a_ring_of_nothing_is_refused),
        cmocka_unit_test(two_threads_see_whole_messages_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
