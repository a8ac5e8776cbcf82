/* What waits for a slow listener, and how old it may get. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/audio/audio_queue.h"

static int items[LIMIT_AUDIO_QUEUE + 1];

static void what_waits_comes_out_in_its_order_with_its_age(void **state)
{
    struct audio_queue queue;
    int64_t age_ms = 0;

    (void)state;
    audio_queue_init(&queue);
    assert_null(audio_queue_push(&queue, &items[0], 1000));
    assert_null(audio_queue_push(&queue, &items[1], 1020));
    assert_ptr_equal(audio_queue_at(&queue, 1), &items[1]);
    assert_null(audio_queue_at(&queue, 2));
    assert_ptr_equal(audio_queue_pop(&queue, 1100, &age_ms), &items[0]);
    assert_int_equal(age_ms, 100);
    assert_ptr_equal(audio_queue_pop(&queue, 1100, &age_ms), &items[1]);
    assert_int_equal(age_ms, 80);
    assert_null(audio_queue_pop(&queue, 1100, NULL));
}

static void a_full_queue_loses_the_oldest(void **state)
{
    struct audio_queue queue;
    int i;

    (void)state;
    audio_queue_init(&queue);
    for (i = 0; i < LIMIT_AUDIO_QUEUE; i++)
        assert_null(audio_queue_push(&queue, &items[i], i));
    assert_ptr_equal(audio_queue_push(&queue, &items[i], i), &items[0]);
    for (i = 1; i <= LIMIT_AUDIO_QUEUE; i++)
        assert_ptr_equal(audio_queue_pop(&queue, i, NULL), &items[i]);
    assert_null(audio_queue_at(&queue, 0));
}

static void only_what_is_older_than_the_limit_expires(void **state)
{
    struct audio_queue queue;
    const int64_t born_ms = 7000;

    (void)state;
    audio_queue_init(&queue);
    assert_null(audio_queue_expire(&queue, born_ms));
    assert_null(audio_queue_push(&queue, &items[0], born_ms));
    assert_null(audio_queue_push(&queue, &items[1], born_ms + 20));
    assert_null(audio_queue_expire(&queue, born_ms + LIMIT_AUDIO_AGE_MS));
    assert_ptr_equal(
        audio_queue_expire(&queue, born_ms + LIMIT_AUDIO_AGE_MS + 1),
        &items[0]);
    assert_null(audio_queue_expire(&queue, born_ms + LIMIT_AUDIO_AGE_MS + 1));
    assert_ptr_equal(audio_queue_at(&queue, 0), &items[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_comes_out_in_its_order_with_its_age),
        cmocka_unit_test(a_full_queue_loses_the_oldest),
        cmocka_unit_test(only_what_is_older_than_the_limit_expires),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
