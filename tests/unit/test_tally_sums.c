#include "protocol/rules/tally_sums.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>

/* Written out: every sum of small numbers. */
static void a_tally_is_right_exactly_if_all_its_sums_are(void **state)
{
    enum { SMALL = 4, CASES = SMALL * SMALL * SMALL * SMALL * SMALL * SMALL };
    unsigned i;

    (void)state;
    for (i = 0; i < CASES; i++) {
        unsigned rest = i;
        struct tally_sums sums;
        bool is_right;

        sums.voters = rest % SMALL;
        sums.issued = (rest /= SMALL) % SMALL;
        sums.returned = (rest /= SMALL) % SMALL;
        sums.not_returned = (rest /= SMALL) % SMALL;
        sums.valid = (rest /= SMALL) % SMALL;
        sums.invalid = (rest /= SMALL) % SMALL;
        is_right = sums.issued <= sums.voters &&
                   sums.returned + sums.not_returned == sums.issued &&
                   sums.valid + sums.invalid == sums.returned;
        assert_int_equal(tally_sums_check(&sums) == TALLY_SUMS_RIGHT, is_right);
    }
}

static void sums_that_wrap_around_are_wrong(void **state)
{
    const struct tally_sums sums = { 5, 5, UINT64_MAX, 6, 0, UINT64_MAX };

    (void)state;
    assert_int_equal(tally_sums_check(&sums), TALLY_ISSUED_DIFFERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tally_is_right_exactly_if_all_its_sums_are),
        cmocka_unit_test(sums_that_wrap_around_are_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
