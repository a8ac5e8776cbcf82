#include "protocol/rules/confidence.h"

#define WORD(name, word) [name] = word,
static const char *const confidence_level_list[] = { CONFIDENCE_LEVEL_LIST(
    WORD) };
const struct enum_words confidence_level_words = { confidence_level_list,
                                                   confidence_level_count_ };

enum result confidence_decide(const struct confidence_rules *rules,
                              const struct confidence_count *count,
                              struct confidence_result *out)
{
    struct confidence_result result = { .end = CONFIDENCE_KEPT };
    const uint64_t low = count->votes[CONFIDENCE_LOW];
    uint64_t sum = 0;
    int level;

    for (level = 1; level < confidence_level_count_; level++)
        if (__builtin_add_overflow(sum, count->votes[level], &sum))
            return RESULT_INVALID;
    if (sum > count->d ||
        outcome_of(&rules->replan, low, count->d, &result.replan) !=
            RESULT_OK ||
        outcome_of(&rules->remove, low, count->d, &result.remove) != RESULT_OK)
        return RESULT_INVALID;
    if (result.remove.is_met)
        result.end = CONFIDENCE_REMOVE;
    else if (result.replan.is_met)
        result.end = CONFIDENCE_REPLAN;
    *out = result;
    return RESULT_OK;
}
