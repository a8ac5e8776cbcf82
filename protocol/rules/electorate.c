#include "protocol/rules/electorate.h"

enum measure electorate_measure(enum measure asked, const struct roll *roll)
{
    switch (asked) {
    case MEASURE_MEETING:
    case MEASURE_COMMITTEE:
        return roll->is_committee ? MEASURE_COMMITTEE : MEASURE_MEETING;
    case MEASURE_CONGRESS:
        if (roll->is_committee)
            return MEASURE_COMMITTEE;
        return roll->kind == KIND_CONGRESS ? MEASURE_CONGRESS : MEASURE_MEETING;
    case MEASURE_PRESENT:
    case MEASURE_VALID:
    case measure_none_:
    case measure_count_:
        break;
    }
    return asked;
}

bool electorate_may_count(const struct electorate_rule *rule,
                          enum category category)
{
    return rule_set_has(rule->always | rule->if_present | rule->unless_excused,
                        (int)category);
}

static const struct electorate_rule *
rule_of(const struct electorate_rules *rules, enum measure measure)
{
    if (measure == MEASURE_CONGRESS)
        return &rules->congress;
    return measure == MEASURE_COMMITTEE ? &rules->committee : &rules->meeting;
}

static bool counts(const struct electorate_rule *rule, enum measure measure,
                   const struct roll_person *person)
{
    const int category = (int)person->category;

    if (measure == MEASURE_PRESENT)
        return person->is_present &&
               electorate_may_count(rule, person->category);
    return rule_set_has(rule->always, category) ||
           (rule_set_has(rule->if_present, category) && person->is_present) ||
           (rule_set_has(rule->unless_excused, category) &&
            !person->is_excused_throughout);
}

/* The measure whose people are counted: those present are some of those whom
 * the body itself counts. */
static enum measure body_of(enum measure measure, const struct roll *roll)
{
    return measure == MEASURE_PRESENT
               ? electorate_measure(MEASURE_MEETING, roll)
               : measure;
}

enum result electorate_count(const struct electorate_rules *rules,
                             enum measure asked, const struct roll *roll,
                             struct electorate *out)
{
    const enum measure measure = electorate_measure(asked, roll);
    const enum measure body = body_of(measure, roll);
    const struct electorate_rule *rule = rule_of(rules, body);
    struct electorate sum = { .rule = rule_id_of_measure(body),
                              .measure = measure };
    size_t i;

    if (measure == MEASURE_VALID || measure == measure_none_)
        return RESULT_INVALID;
    for (i = 0; i < roll->count; i++) {
        const struct roll_person *person = &roll->people[i];

        if (person->category == category_none_ ||
            person->category >= category_count_ ||
            (person->is_present && person->is_excused_throughout))
            return RESULT_INVALID;
        if (roll->is_committee && !person->is_in_committee)
            continue;
        sum.people[person->category]++;
        if (counts(rule, measure, person)) {
            sum.counted[person->category]++;
            sum.d++;
            sum.present += person->is_present;
        } else if (person->is_excused_throughout &&
                   rule_set_has(rule->unless_excused, (int)person->category)) {
            sum.excused++;
        }
    }
    *out = sum;
    return RESULT_OK;
}
