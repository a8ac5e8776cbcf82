/* How many speak at the same time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "server/audio/chorus.h"

enum { FRAME_MS = 20, SPEAKERS = 6 };

static const char speakers[SPEAKERS] = { 0 };

/* The last count after a second in which the first `count` take turns. */
static unsigned talk(struct chorus *chorus, unsigned count, int64_t from_ms)
{
    unsigned heard = 0;
    int64_t ms;
    unsigned i;

    for (ms = 0; ms < 1000; ms += FRAME_MS)
        for (i = 0; i < count; i++)
            heard = chorus_hear(chorus, &speakers[i], from_ms + ms + i);
    return heard;
}

static void so_many_speak_as_are_heard_in_turns(void **state)
{
    unsigned count;

    (void)state;
    for (count = 1; count <= CHORUS_COUNTED; count++) {
        struct chorus chorus = { .places = { { .who = NULL } } };

        assert_int_equal(talk(&chorus, count, 5000), count);
    }
}

static void more_than_are_counted_count_as_the_most(void **state)
{
    struct chorus chorus = { .places = { { .who = NULL } } };

    (void)state;
    assert_int_equal(talk(&chorus, SPEAKERS, 0), CHORUS_COUNTED);
}

static void who_falls_silent_is_not_counted_any_more(void **state)
{
    struct chorus chorus = { .places = { { .who = NULL } } };

    (void)state;
    (void)chorus_hear(&chorus, &speakers[0], 1000);
    assert_int_equal(chorus_hear(&chorus, &speakers[1], 1000 + CHORUS_MS - 1),
                     2);
    assert_int_equal(chorus_hear(&chorus, &speakers[1], 1000 + CHORUS_MS), 1);
    assert_int_equal(chorus_hear(&chorus, &speakers[0], 1000 + CHORUS_MS), 2);
}

static void a_newcomer_takes_the_place_of_the_longest_silent(void **state)
{
    struct chorus chorus = { .places = { { .who = NULL } } };
    unsigned i;

    (void)state;
    for (i = 0; i < CHORUS_COUNTED; i++)
        (void)chorus_hear(&chorus, &speakers[i], 10 + i);
    (void)chorus_hear(&chorus, &speakers[CHORUS_COUNTED], CHORUS_MS);
    /* Of the five, those heard at 11, 12, 13 and 100 have places. */
    assert_int_equal(chorus_hear(&chorus, &speakers[1], CHORUS_MS + 10), 4);
    assert_int_equal(chorus_hear(&chorus, &speakers[1], CHORUS_MS + 12), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_speak_as_are_heard_in_turns),
        cmocka_unit_test(more_than_are_counted_count_as_the_most),
        cmocka_unit_test(who_falls_silent_is_not_counted_any_more),
        cmocka_unit_test(a_newcomer_takes_the_place_of_the_longest_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
