#include "protocol/rules/outcome.h"

enum result outcome_of(const struct vote_test *test, uint64_t yes, uint64_t d,
                       struct outcome *out)
{
    if (yes > d)
        return RESULT_INVALID;
    *out = (struct outcome){
        .rule = test->rule,
        .test = test->test,
        .of = test->of,
        .yes = yes,
        .d = d,
        .need = threshold_need(&test->test, d),
        .is_met = threshold_is_met(&test->test, yes, d),
    };
    return RESULT_OK;
}
