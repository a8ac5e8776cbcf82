#include "protocol/rules/rating.h"

#define WORD(name, word) [name] = word,
static const char *const rating_level_list[] = { RATING_LEVEL_LIST(WORD) };
const struct enum_words rating_level_words = { rating_level_list,
                                               rating_level_count_ };

/* Twice the width of what is multiplied. */
__extension__ typedef unsigned __int128 wide;

enum result rating_decide(const struct rating_rules *rules,
                          const struct rating_count *count,
                          struct rating_result *out)
{
    struct rating_result result = { .level = rating_level_none_ };
    uint64_t sum = 0;
    int level;

    for (level = 1; level < rating_level_count_; level++) {
        if (__builtin_add_overflow(sum, count->votes[level], &sum) ||
            outcome_of(&rules->test, count->votes[level], count->d,
                       &result.outcomes[level]) != RESULT_OK)
            return RESULT_INVALID;
        /* A test that two levels could meet would give the better one. */
        if (result.level == rating_level_none_ && result.outcomes[level].is_met)
            result.level = (enum rating_level)level;
    }
    if (sum > count->d)
        return RESULT_INVALID;
    *out = result;
    return RESULT_OK;
}

enum result rating_check_cap(const struct rating_rules *rules,
                             uint64_t excellent, uint64_t good,
                             struct rating_cap *out)
{
    struct rating_cap cap = { .rule = RULE_ID_RATING,
                              .excellent = excellent,
                              .good = good };
    uint64_t sum;

    if (__builtin_add_overflow(excellent, good, &sum))
        return RESULT_INVALID;
    cap.excellent_max = (uint64_t)((wide)rules->cap_percent * sum / 100);
    cap.is_exceeded = excellent > cap.excellent_max;
    *out = cap;
    return RESULT_OK;
}
