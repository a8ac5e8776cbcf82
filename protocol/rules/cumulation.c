#include "protocol/rules/cumulation.h"

#define WORD(name, word) [name] = word,
static const char *const subject_votes_list[] = { SUBJECT_VOTES_LIST(WORD) };
const struct enum_words subject_votes_words = { subject_votes_list,
                                                subject_votes_count_ };

unsigned discipline_forms(const struct discipline_rules *rules,
                          bool is_probationary, bool has_post)
{
    unsigned forms = 0;
    int form;

    for (form = 1; form < discipline_count_; form++)
        if ((!is_probationary || rule_set_has(rules->probationary, form)) &&
            (has_post || !rule_set_has(rules->with_post, form)))
            forms |= 1U << form;
    return forms;
}

static bool is_possible(const struct discipline_count *count)
{
    uint64_t sum = count->none;
    bool has_form = false;
    int form;

    for (form = 1; form < discipline_count_; form++) {
        if (rule_set_has(count->listed, form))
            has_form = true;
        else if (count->votes[form] > 0)
            return false;
        if (__builtin_add_overflow(sum, count->votes[form], &sum))
            return false;
    }
    return has_form && sum <= count->d;
}

/* The hardest form of those listed whose outcome is met. */
static enum discipline hardest(const struct discipline_count *count,
                               const struct outcome *outcomes)
{
    int form;

    for (form = discipline_count_ - 1; form > 0; form--)
        if (rule_set_has(count->listed, form) && outcomes[form].is_met)
            return (enum discipline)form;
    return discipline_none_;
}

enum result discipline_decide(const struct discipline_rules *rules,
                              const struct discipline_count *count,
                              struct discipline_result *out)
{
    struct discipline_result result = { .form = discipline_none_ };
    uint64_t added = 0;
    int form;

    if (!is_possible(count))
        return RESULT_INVALID;
    for (form = discipline_count_ - 1; form > 0; form--) {
        if (!rule_set_has(count->listed, form))
            continue;
        added += count->votes[form];
        if (outcome_of(&rules->tests[form], count->votes[form], count->d,
                       &result.alone[form]) != RESULT_OK ||
            outcome_of(&rules->tests[form], added, count->d,
                       &result.added[form]) != RESULT_OK)
            return RESULT_INVALID;
    }
    result.form = hardest(count, result.alone);
    if (result.form == discipline_none_ && rules->cumulates) {
        result.form = hardest(count, result.added);
        result.is_cumulated = result.form != discipline_none_;
    }
    if (result.form != discipline_none_)
        result.rule = result.is_cumulated ? RULE_ID_DISCIPLINE
                                          : rules->tests[result.form].rule;
    result.is_proposal = result.form != discipline_none_ &&
                         !rule_set_has(rules->decides, (int)result.form);
    *out = result;
    return RESULT_OK;
}
