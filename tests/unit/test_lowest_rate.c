#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/audio/lowest_rate.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
enum { ASKS_MAX = 4, HOLDERS = 4 };

static const char holders[HOLDERS];

struct ask {
    size_t holder;
    unsigned rate;
    bool is_guest;
};

static void each_is_asked_for_the_lowest_of_the_others(void **state)
{
    static const struct {
        struct ask asks[ASKS_MAX];
        unsigned told[HOLDERS]; /* the last one asks for nothing */
    } rows[] = {
        { { { 0, 0, false } }, { 0, 0, 0, 0 } },
        { { { 0, 6000, false } }, { 0, 6000, 6000, 6000 } },
        { { { 0, 6000, false }, { 1, 8000, false } },
          { 8000, 6000, 6000, 6000 } },
        { { { 0, 8000, false }, { 1, 6000, false } },
          { 6000, 8000, 6000, 6000 } },
        { { { 0, 9000, false }, { 1, 6000, false }, { 2, 8000, false } },
          { 6000, 8000, 6000, 6000 } },
        /* Two devices of one. */
        { { { 0, 9000, false }, { 0, 6000, false }, { 1, 8000, false } },
          { 8000, 6000, 6000, 6000 } },
        /* Guests are not in the way of the others' being heard well. */
        { { { 0, 6000, true } }, { 0, 12000, 12000, 12000 } },
        { { { 0, 11999, true } }, { 0, 12000, 12000, 12000 } },
        { { { 0, 16000, true } }, { 0, 16000, 16000, 16000 } },
        { { { 0, 0, true } }, { 0, 0, 0, 0 } },
        { { { 0, 6000, true }, { 1, 8000, false } },
          { 8000, 12000, 8000, 8000 } },
        { { { 0, 6000, true }, { 1, 7000, true }, { 2, 24000, false } },
          { 12000, 12000, 12000, 12000 } },
    };
    size_t i, j;

    (void)state;
    for (i = 0; i < COUNT_OF(rows); i++) {
        struct lowest_rate lowest = { .rate = 0 };

        for (j = 0; j < ASKS_MAX; j++)
            lowest_rate_note(&lowest, &holders[rows[i].asks[j].holder],
                             rows[i].asks[j].rate, rows[i].asks[j].is_guest);
        for (j = 0; j < HOLDERS; j++)
            assert_int_equal(lowest_rate_for(&lowest, &holders[j]),
                             rows[i].told[j]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_asked_for_the_lowest_of_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
