/* Which numbers of rooms are tried, on the way to the most that are held. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/bench/bench_search.h"

enum { TRIES_MAX = 60 };

/* The result for a server that holds so many. */
static size_t find(size_t holds, size_t begin, size_t most, size_t *tries)
{
    struct bench_search search = bench_search_begin(begin, most);

    for (*tries = 0; search.rooms > 0; (*tries)++) {
        assert_true(*tries < TRIES_MAX);
        assert_true(search.rooms <= most);
        bench_search_go_on(&search, search.rooms > holds);
    }
    return search.good;
}

/* Within a tenth below what is held, wherever the search begins. */
static void what_is_found_is_held_and_a_tenth_more_is_not(void **state)
{
    size_t holds, begin, tries;

    (void)state;
    for (holds = 1; holds < 300; holds += 7)
        for (begin = 1; begin <= 250; begin += 31) {
            size_t found = find(holds, begin, 250, &tries);

            assert_true(found <= holds);
            assert_true(found == 250 || found * 11 / 10 + 1 > holds);
        }
}

static void who_holds_nothing_is_found_to_hold_nothing(void **state)
{
    size_t tries;

    (void)state;
    assert_int_equal(find(0, 140, 250, &tries), 0);
    assert_true(tries < 20);
}

/* Each number of rooms is too many once: none of them is the knee. */
static void what_was_too_many_is_tried_once_more(void **state)
{
    struct bench_search search = bench_search_begin(140, 250);
    size_t before = 0;

    (void)state;
    while (search.rooms > 0) {
        const bool is_first = search.rooms != before;

        before = search.rooms;
        bench_search_go_on(&search, is_first);
    }
    assert_int_equal(search.good, 250);
}

static void there_are_never_more_than_there_are(void **state)
{
    size_t tries;

    (void)state;
    assert_int_equal(find(1000, 300, 250, &tries), 250);
    assert_int_equal(tries, 1);
    assert_int_equal(find(1000, 240, 250, &tries), 250);
    assert_int_equal(tries, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_found_is_held_and_a_tenth_more_is_not),
        cmocka_unit_test(who_holds_nothing_is_found_to_hold_nothing),
        cmocka_unit_test(what_was_too_many_is_tried_once_more),
        cmocka_unit_test(there_are_never_more_than_there_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
