/* Frames that come twice, late, not at all, or counted anew. */
#include "server/audio/voice_order.h"

#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

struct fixture {
    struct voice_order order;
    struct voice_frame given[64];
    size_t count;
};

static int begin(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state ? 0 : -1;
}

static int end(void **state)
{
    free(*state);
    return 0;
}

static void give(struct fixture *fixture, int64_t now_ms, bool is_flushed)
{
    while (fixture->count < 64 &&
           voice_order_give(&fixture->order, now_ms, is_flushed,
                            &fixture->given[fixture->count]))
        fixture->count++;
}

static void take(struct fixture *fixture, uint32_t sequence, int64_t at_ms)
{
    struct voice_frame frame = { .sequence = sequence,
                                 .at_ms = at_ms,
                                 .size = 1 };

    give(fixture, at_ms, false);
    if (!voice_order_take(&fixture->order, &frame)) {
        give(fixture, at_ms, true);
        assert_true(voice_order_take(&fixture->order, &frame));
    }
}

static void assert_given(const struct fixture *fixture, size_t count, ...)
{
    va_list sequences;
    size_t i;

    assert_int_equal(fixture->count, count);
    va_start(sequences, count);
    for (i = 0; i < count; i++)
        assert_int_equal(fixture->given[i].sequence,
                         va_arg(sequences, unsigned));
    va_end(sequences);
}

static void the_first_waits_for_those_that_may_have_been_before_it(void **state)
{
    struct fixture *fixture = *state;

    take(fixture, 11, 1000);
    take(fixture, 10, 1010);
    give(fixture, 1999, false);
    assert_int_equal(fixture->count, 0);
    give(fixture, 2000, false);
    assert_given(fixture, 2, 10, 11);
}

static void each_is_given_once_in_its_order(void **state)
{
    struct fixture *fixture = *state;

    take(fixture, 1, 0);
    give(fixture, 1000, false);
    take(fixture, 3, 1020);
    take(fixture, 2, 1040);
    take(fixture, 3, 1050);
    take(fixture, 1, 1060);
    take(fixture, 4, 1080);
    give(fixture, 1080, false);
    assert_given(fixture, 4, 1, 2, 3, 4);
    assert_int_equal(fixture->order.twice_count + fixture->order.late_count, 2);
}

static void a_missing_one_is_gone_on_without_after_a_while(void **state)
{
    struct fixture *fixture = *state;

    take(fixture, 1, 0);
    give(fixture, 1000, false);
    take(fixture, 3, 1040);
    take(fixture, 4, 1060);
    give(fixture, 2039, false);
    assert_given(fixture, 1, 1);
    give(fixture, 2040, false);
    assert_given(fixture, 3, 1, 3, 4);
    take(fixture, 2, 2050);
    give(fixture, 4000, false);
    assert_given(fixture, 3, 1, 3, 4);
    assert_int_equal(fixture->order.late_count, 1);
}

static void numbers_wrap(void **state)
{
    struct fixture *fixture = *state;

    take(fixture, 0, 0);
    take(fixture, UINT32_MAX, 10);
    take(fixture, 1, 20);
    give(fixture, 1000, false);
    assert_given(fixture, 3, UINT32_MAX, 0, 1);
}

static void a_sender_that_counts_anew_is_noticed(void **state)
{
    struct fixture *fixture = *state;

    /* Far behind: at once, and what waits goes first. */
    take(fixture, 5000, 0);
    give(fixture, 1000, false);
    take(fixture, 5002, 1010);
    take(fixture, 7, 1020);
    give(fixture, 2020, false);
    assert_given(fixture, 3, 5000, 5002, 7);
    assert_false(fixture->given[1].is_anew);
    assert_true(fixture->given[2].is_anew);
    /* Not far: after a silence only. */
    take(fixture, 3, 2020 + VOICE_ORDER_SILENCE_MS - 1000);
    give(fixture, 9000, false);
    assert_int_equal(fixture->count, 3);
    take(fixture, 3, 9000);
    give(fixture, 10000, false);
    assert_given(fixture, 4, 5000, 5002, 7, 3);
    assert_true(fixture->given[3].is_anew);
}

static void a_full_order_gives_the_oldest(void **state)
{
    struct fixture *fixture = *state;
    uint32_t i;

    take(fixture, 0, 0);
    give(fixture, 1000, false);
    for (i = 0; i < VOICE_ORDER_PLACES; i++)
        take(fixture, 2 + i, 1001);
    assert_given(fixture, 1, 0);
    take(fixture, 2 + i, 1001);
    assert_int_equal(fixture->given[1].sequence, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_waits_for_those_that_may_have_been_before_it),
        TEST(each_is_given_once_in_its_order),
        TEST(a_missing_one_is_gone_on_without_after_a_while),
        TEST(numbers_wrap),
        TEST(a_sender_that_counts_anew_is_noticed),
        TEST(a_full_order_gives_the_oldest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
