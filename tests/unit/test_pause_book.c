#include "server/room/pause_book.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
enum { TURN_MS = 500, START_MS = 77 };

static struct pause_key key_of(const char *name)
{
    return pause_key_of(name, strlen(name));
}

static struct pause_book *book_of(size_t rows)
{
    struct pause_book *book = NULL;

    assert_int_equal(pause_book_new(&book, rows), RESULT_OK);
    return book;
}

/* A row: so long after the one before, one is cut off; for how long. */
struct cut {
    int64_t after_ms;
    int64_t pause_ms;
};

static void check_cuts(const struct cut *cuts, size_t count)
{
    struct pause_book *book = book_of(4);
    struct pause_key who = key_of("máy");
    int64_t now_ms = START_MS;
    size_t i;

    for (i = 0; i < count; i++) {
        now_ms += cuts[i].after_ms;
        assert_int_equal(pause_book_cut(book, &who, TURN_MS, now_ms),
                         cuts[i].pause_ms);
        assert_int_equal(pause_book_left_ms(book, &who, now_ms),
                         cuts[i].pause_ms);
        assert_int_equal(
            pause_book_left_ms(book, &who, now_ms + cuts[i].pause_ms - 1), 1);
        assert_int_equal(
            pause_book_left_ms(book, &who, now_ms + cuts[i].pause_ms), 0);
    }
    pause_book_free(book);
}

static void each_cut_doubles_the_pause_up_to_the_longest(void **state)
{
    static const struct cut cuts[] = {
        { 0, 5000 },      { 5000, 10000 },   { 10001, 20000 },
        { 60000, 40000 }, { 600000, 60000 }, { 60000, 60000 },
    };

    (void)state;
    check_cuts(cuts, COUNT_OF(cuts));
}

static void a_quiet_time_after_the_pause_makes_it_forgotten(void **state)
{
    /* The second is 10 s long: known for ten minutes behind it. */
    static const struct cut cuts[] = { { 0, 5000 },
                                       { 5000, 10000 },
                                       { 10000 + 599999, 20000 },
                                       { 20000 + 600000, 5000 } };

    (void)state;
    check_cuts(cuts, COUNT_OF(cuts));
}

static void a_cut_while_the_pause_lasts_does_not_lengthen_it(void **state)
{
    struct pause_book *book = book_of(1);
    struct pause_key who = key_of("nhà văn hoá");

    (void)state;
    assert_int_equal(pause_book_cut(book, &who, TURN_MS, 1000), 5000);
    assert_int_equal(pause_book_cut(book, &who, TURN_MS, 4000), 2000);
    assert_int_equal(pause_book_cut(book, &who, TURN_MS, 5999), 1);
    assert_int_equal(pause_book_cut(book, &who, TURN_MS, 6000), 10000);
    pause_book_free(book);
}

static void nobody_else_waits(void **state)
{
    struct pause_book *book = book_of(4);
    struct pause_key who = key_of("máy 1"), other = key_of("máy 2"),
                     longer = key_of("máy 1 ");

    (void)state;
    (void)pause_book_cut(book, &who, TURN_MS, 1000);
    assert_int_equal(pause_book_left_ms(book, &other, 1000), 0);
    assert_int_equal(pause_book_left_ms(book, &longer, 1000), 0);
    assert_int_equal(pause_book_turn_ms(book, &other, 1000), 0);
    assert_int_equal(pause_book_turn_ms(book, &other, 1000), 0);
    pause_book_free(book);
}

/* A row: so long after the cut, one comes; how long until his turn. */
static void newcomers_are_let_in_one_after_the_other(void **state)
{
    static const struct {
        int64_t at_ms, wait_ms;
    } rows[] = {
        { 0, 500 },     { 0, 1000 },    { 10, 1490 }, { 1500, 500 },
        { 2600, 0 },    { 2600, 500 },  { 4999, 0 },  { 4999, 500 },
        { 4999, 1000 }, { 5000, 1499 }, /* the pause is over, others still wait
                                           before him */
        { 6998, 1 },                    /* the same */
        { 7498, 1 },    { 8000, 0 },    { 8000, 0 },
    };
    struct pause_book *book = book_of(1);
    struct pause_key who = key_of("192.0.2.1");
    size_t i;

    (void)state;
    assert_int_equal(pause_book_cut(book, &who, TURN_MS, START_MS), 5000);
    for (i = 0; i < COUNT_OF(rows); i++)
        assert_int_equal(
            pause_book_turn_ms(book, &who, START_MS + rows[i].at_ms),
            rows[i].wait_ms);
    pause_book_free(book);
}

static void nobody_waits_longer_than_all_who_were_there(void **state)
{
    const unsigned in_time = LIMIT_PAUSE_ALL_MS / TURN_MS;
    struct pause_book *book = book_of(1);
    struct pause_key who = key_of("192.0.2.1");
    unsigned i;

    (void)state;
    (void)pause_book_cut(book, &who, TURN_MS, START_MS);
    for (i = 1; i <= in_time; i++)
        assert_int_equal(pause_book_turn_ms(book, &who, START_MS), i * TURN_MS);
    for (i = 0; i < 400; i++)
        assert_int_equal(pause_book_turn_ms(book, &who, START_MS + 7),
                         LIMIT_PAUSE_ALL_MS);
    assert_int_equal(pause_book_turn_ms(book, &who, START_MS + 1007),
                     LIMIT_PAUSE_ALL_MS - 1000 + TURN_MS);
    pause_book_free(book);
}

static void a_turn_that_is_given_back_is_the_next_newcomers(void **state)
{
    struct pause_book *book = book_of(2);
    struct pause_key who = key_of("192.0.2.1"), other = key_of("192.0.2.2");

    (void)state;
    pause_book_turn_back(book, &who, START_MS);
    (void)pause_book_cut(book, &who, TURN_MS, START_MS);
    (void)pause_book_cut(book, &other, TURN_MS, START_MS);
    assert_int_equal(pause_book_turn_ms(book, &who, START_MS), TURN_MS);
    assert_int_equal(pause_book_turn_ms(book, &who, START_MS), 2 * TURN_MS);
    pause_book_turn_back(book, &who, START_MS + 2 * TURN_MS);
    assert_int_equal(pause_book_turn_ms(book, &who, START_MS), 2 * TURN_MS);
    assert_int_equal(pause_book_turn_ms(book, &other, START_MS), TURN_MS);
    pause_book_free(book);
}

static void
when_all_rows_are_taken_the_least_left_to_wait_makes_room(void **state)
{
    struct pause_book *book = book_of(2);
    struct pause_key first = key_of("1"), second = key_of("2"),
                     third = key_of("3");

    (void)state;
    (void)pause_book_cut(book, &first, TURN_MS, 0);
    (void)pause_book_cut(book, &first, TURN_MS, 5000);
    (void)pause_book_cut(book, &second, TURN_MS, 5000);
    (void)pause_book_cut(book, &third, TURN_MS, 5001);
    assert_int_equal(pause_book_left_ms(book, &first, 5001), 9999);
    assert_int_equal(pause_book_left_ms(book, &second, 5001), 0);
    assert_int_equal(pause_book_left_ms(book, &third, 5001), 5000);
    /* Forgotten rows are taken first. */
    assert_int_equal(pause_book_cut(book, &second, TURN_MS, 700000), 5000);
    assert_int_equal(pause_book_cut(book, &third, TURN_MS, 700000), 5000);
    assert_int_equal(pause_book_left_ms(book, &second, 700000), 5000);
    pause_book_free(book);
}

static void a_book_without_rows_is_refused(void **state)
{
    struct pause_book *book = NULL;

    (void)state;
    assert_int_equal(pause_book_new(&book, 0), RESULT_INVALID);
    assert_int_equal(pause_book_new(&book, SIZE_MAX), RESULT_NO_MEMORY);
    assert_null(pause_book_free(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cut_doubles_the_pause_up_to_the_longest),
        cmocka_unit_test(a_quiet_time_after_the_pause_makes_it_forgotten),
        cmocka_unit_test(a_cut_while_the_pause_lasts_does_not_lengthen_it),
        cmocka_unit_test(nobody_else_waits),
        cmocka_unit_test(newcomers_are_let_in_one_after_the_other),
        cmocka_unit_test(nobody_waits_longer_than_all_who_were_there),
        cmocka_unit_test(a_turn_that_is_given_back_is_the_next_newcomers),
        cmocka_unit_test(
            when_all_rows_are_taken_the_least_left_to_wait_makes_room),
        cmocka_unit_test(a_book_without_rows_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
