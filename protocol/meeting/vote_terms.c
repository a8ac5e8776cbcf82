#include "protocol/meeting/vote_terms.h"

/* --- Who counts ---------------------------------------------------------- */

/* A vote against the valid votes is cast by those whom the body counts. */
static enum measure counted_by(enum measure asked)
{
    return asked == MEASURE_VALID ? MEASURE_MEETING : asked;
}

static const struct electorate_rule *
rule_of(const struct electorate_rules *rules, enum rule_id rule)
{
    if (rule == RULE_ID_DENOMINATOR_CONGRESS)
        return &rules->congress;
    return rule == RULE_ID_DENOMINATOR_COMMITTEE ? &rules->committee
                                                 : &rules->meeting;
}

static enum vote_counts counts_of(const struct electorate_rule *rule,
                                  enum measure measure, int category)
{
    if (!electorate_may_count(rule, (enum category)category))
        return COUNTS_NEVER;
    if (measure == MEASURE_PRESENT || rule_set_has(rule->if_present, category))
        return COUNTS_IF_PRESENT;
    return rule_set_has(rule->always, category) ? COUNTS_ALWAYS
                                                : COUNTS_UNLESS_EXCUSED;
}

static bool counts(int when, const struct roll_person *person)
{
    switch ((enum vote_counts)when) {
    case COUNTS_ALWAYS:
        return true;
    case COUNTS_IF_PRESENT:
        return person->is_present;
    case COUNTS_UNLESS_EXCUSED:
        return !person->is_excused_throughout;
    case COUNTS_NEVER:
    case vote_counts_none_:
    case vote_counts_count_:
        break;
    }
    return false;
}

/* Numbers by category, as `counts` of each row says. */
static void count_people(const struct roll *roll,
                         struct vote_people by[category_count_], uint64_t *d,
                         uint64_t *present)
{
    size_t i;

    *d = *present = 0;
    for (i = 0; i < roll->count; i++) {
        const struct roll_person *person = &roll->people[i];
        struct vote_people *row = &by[person->category];

        if (roll->is_committee && !person->is_in_committee)
            continue;
        row->people++;
        row->present += person->is_present;
        if (!counts(row->counts, person))
            continue;
        row->counted++;
        *d += 1;
        *present += person->is_present;
    }
}

/* --- Terms --------------------------------------------------------------- */

/* A category of which nobody is there, who counts never and may not vote, says
 * nothing. */
static bool says_something(const struct vote_people *row)
{
    return row->people > 0 || row->votes || row->counts != COUNTS_NEVER;
}

static void fill_people(const struct ruleset *rules, const struct roll *roll,
                        const struct electorate *electorate,
                        struct vote_terms *terms)
{
    const struct electorate_rule *rule =
        rule_of(&rules->electorate, electorate->rule);
    struct vote_people by[category_count_] = { { .category = 0 } };
    uint64_t d, present;
    int i;

    for (i = 1; i < category_count_; i++) {
        by[i].category = i;
        by[i].counts = (int)counts_of(rule, electorate->measure, i);
        by[i].votes =
            rights_has_vote(&rules->rights, (enum category)i, terms->matter);
    }
    count_people(roll, by, &d, &present);
    for (i = 1; i < category_count_; i++)
        if (says_something(&by[i]))
            terms->people[terms->count++] = by[i];
}

enum result vote_terms_by(const struct meeting_state *state,
                          const struct ruleset *rules, enum matter matter,
                          const struct vote_test *test, struct vote_terms *out)
{
    struct vote_terms terms = { .matter = matter, .test = *test };
    struct roll_person people[LIMIT_ROSTER];
    struct roll roll;
    struct electorate electorate;
    enum result result;

    if (test->rule == rule_id_none_)
        return RESULT_INVALID;
    meeting_state_roll_of(state, people, &roll);
    result = electorate_count(&rules->electorate, counted_by(test->of), &roll,
                              &electorate);
    if (result != RESULT_OK)
        return result;
    if (test->of != MEASURE_VALID)
        terms.test.of = electorate.measure;
    terms.d = electorate.d;
    terms.present = electorate.present;
    if (test->of != MEASURE_VALID)
        terms.need = threshold_need(&test->test, electorate.d);
    fill_people(rules, &roll, &electorate, &terms);
    *out = terms;
    return RESULT_OK;
}

enum result vote_terms_of(const struct meeting_state *state,
                          const struct ruleset *rules, enum matter matter,
                          struct vote_terms *out)
{
    if (matter >= matter_count_ ||
        rules->thresholds[matter].rule == rule_id_none_)
        return RESULT_NOT_FOUND;
    return vote_terms_by(state, rules, matter, &rules->thresholds[matter], out);
}

const struct vote_test *vote_test_by_rule(const struct ruleset *rules,
                                          enum matter matter, enum rule_id rule)
{
    if (matter >= matter_count_ || rule == rule_id_none_)
        return NULL;
    if (rules->thresholds[matter].rule == rule)
        return &rules->thresholds[matter];
    return rules->election.outside.rule == rule ? &rules->election.outside
                                                : NULL;
}

/* --- Rows of an event ---------------------------------------------------- */

static bool same_numbers(const struct vote_people *a,
                         const struct vote_people *b)
{
    return a->people == b->people && a->present == b->present &&
           a->counted == b->counted;
}

/* Each category once, in order, and none of those present counted otherwise
 * than the measure says. */
static bool take_rows(const struct items *people, enum measure measure,
                      struct vote_people by[category_count_])
{
    const struct vote_people *row = people->data;
    int last = 0;
    size_t i;

    for (i = 0; i < people->count; i++) {
        if (row[i].category <= last || row[i].category >= category_count_ ||
            row[i].counts <= 0 || row[i].counts >= vote_counts_count_ ||
            (measure == MEASURE_PRESENT && row[i].counts != COUNTS_NEVER &&
             row[i].counts != COUNTS_IF_PRESENT))
            return false;
        last = row[i].category;
        by[last].category = last;
        by[last].counts = row[i].counts;
    }
    return true;
}

bool vote_people_fit(const struct meeting_state *state, enum measure measure,
                     const struct items *people, uint64_t d, uint64_t present)
{
    struct vote_people by[category_count_] = { { .category = 0 } };
    struct roll_person persons[LIMIT_ROSTER];
    const struct vote_people *row = people->data;
    uint64_t counted, there;
    struct roll roll;
    size_t i, next = 0;

    if (!take_rows(people, measure, by))
        return false;
    meeting_state_roll_of(state, persons, &roll);
    count_people(&roll, by, &counted, &there);
    for (i = 1; i < category_count_; i++) {
        const bool has_row =
            next < people->count && row[next].category == (int)i;

        if (has_row ? !same_numbers(&by[i], &row[next]) : by[i].people > 0)
            return false;
        next += has_row;
    }
    return counted == d && there == present;
}

bool vote_people_count(const struct vote_people rows[category_count_],
                       const struct roll *roll,
                       const struct roll_person *person)
{
    return (!roll->is_committee || person->is_in_committee) &&
           counts(rows[person->category].counts, person);
}

/* --- The result ---------------------------------------------------------- */

enum result vote_decide(const struct meeting_vote *vote,
                        const struct motion_count *count,
                        struct motion_result *out)
{
    const struct electorate electorate = { .measure = vote->test.of,
                                           .d = vote->d,
                                           .present = vote->present };

    return motion_decide(&vote->test, count, &electorate, out);
}
