#include "protocol/rules/eligibility.h"

#define WORD(name, word) [name] = word,
static const char *const ground_list[] = { GROUND_LIST(WORD) };
const struct enum_words ground_words = { ground_list, ground_count_ };

enum result eligibility_decide(const struct eligibility_rules *rules,
                               const struct eligibility_person *people,
                               size_t count, struct eligibility *out)
{
    const struct vote_test test = { RULE_ID_ELIGIBILITY, rules->test,
                                    MEASURE_MEETING };
    struct eligibility sum = { .by_ground = { 0 } };
    uint64_t unable = 0, members = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        const struct eligibility_person *person = &people[i];

        if (person->category == category_none_ ||
            person->category >= category_count_ ||
            (person->ground != ground_none_ &&
             !rule_set_has(rules->grounds, (int)person->ground)))
            return RESULT_INVALID;
        if (!rule_set_has(rules->counts, (int)person->category)) {
            sum.left_out[person->category]++;
            continue;
        }
        members++;
        if (person->ground != ground_none_) {
            unable++;
            sum.by_ground[person->ground]++;
        }
    }
    if (outcome_of(&test, unable, members, &sum.outcome) != RESULT_OK)
        return RESULT_INVALID;
    *out = sum;
    return RESULT_OK;
}
