#include "protocol/rules/motion_count.h"

/* False if the sum does not fit. */
static bool add_up(const struct motion_count *count, uint64_t *sum)
{
    int choice;

    *sum = 0;
    for (choice = 1; choice < choice_count_; choice++)
        if (__builtin_add_overflow(*sum, count->votes[choice], sum))
            return false;
    return true;
}

/* A test of those present wants those present, and no other does. */
static bool is_counted_for(const struct electorate *electorate,
                           const struct vote_test *test)
{
    return (electorate->measure == MEASURE_PRESENT) ==
           (test->of == MEASURE_PRESENT);
}

enum result motion_decide(const struct vote_test *test,
                          const struct motion_count *count,
                          const struct electorate *electorate,
                          struct motion_result *out)
{
    const bool is_of_valid = test->of == MEASURE_VALID;
    struct motion_result result = { .voted = 0 };

    if (!add_up(count, &result.voted) || result.voted > electorate->d ||
        (!is_of_valid && !is_counted_for(electorate, test)))
        return RESULT_INVALID;
    result.not_voted = electorate->d - result.voted;
    if (outcome_of(test, count->votes[CHOICE_YES],
                   is_of_valid ? result.voted : electorate->d,
                   &result.outcome) != RESULT_OK)
        return RESULT_INVALID;
    *out = result;
    return RESULT_OK;
}
