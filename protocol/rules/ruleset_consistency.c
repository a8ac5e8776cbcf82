/* That the rules of a file fit each other. */
#include "protocol/rules/ruleset_reading.h"

#include <stdio.h>
#include <string.h>

/* Of "group.rule" and "rule"; NULL if it is not there. */
static const config_setting_t *place_of(const config_setting_t *root,
                                        enum rule_id rule)
{
    const char *word = rule_id_words.words[rule];
    const char *dot = strchr(word, '.');
    char group[RULESET_PLACE_SIZE];
    const config_setting_t *parent;

    if (!dot)
        return config_setting_get_member(root, word);
    (void)snprintf(group, sizeof group, "%.*s", (int)(dot - word), word);
    parent = config_setting_get_member(root, group);
    return parent ? config_setting_get_member(parent, dot + 1) : NULL;
}

/* Notes that `rule` has a fault which `other` explains. */
static void fault_of_rule(struct ruleset_reading *reading,
                          enum ruleset_fault_kind kind,
                          const config_setting_t *root, enum rule_id rule,
                          const char *other)
{
    struct ruleset_fault *fault =
        reading_fault(reading, kind, place_of(root, rule), NULL);

    (void)snprintf(fault->place, sizeof fault->place, "%s",
                   rule_id_words.words[rule]);
    (void)snprintf(fault->detail, sizeof fault->detail, "%s", other);
}

/* --- What needs what ----------------------------------------------------- */

/* The groups on votes come together, and the others with them. */
static void check_groups(struct ruleset_reading *reading,
                         const config_setting_t *root)
{
    const unsigned groups = reading->ruleset.groups;
    int present, needed;

    for (present = 1; present < ruleset_group_count_; present++) {
        if (!rule_set_has(groups, present))
            continue;
        for (needed = RULESET_CATEGORIES; needed <= RULESET_VALIDITY;
             needed++) {
            struct ruleset_fault *fault;

            if (rule_set_has(groups, needed))
                continue;
            fault = reading_fault(reading, RULESET_FAULT_NEEDS,
                                  config_setting_get_member(
                                      root, ruleset_group_words.words[present]),
                                  NULL);
            (void)snprintf(fault->detail, sizeof fault->detail, "%s",
                           ruleset_group_words.words[needed]);
            return;
        }
    }
}

static void need_rule(struct ruleset_reading *reading,
                      const config_setting_t *root, enum rule_id rule,
                      enum rule_id needed)
{
    if (ruleset_has_rule(&reading->ruleset, rule) &&
        !ruleset_has_rule(&reading->ruleset, needed))
        fault_of_rule(reading, RULESET_FAULT_NEEDS, root, rule,
                      rule_id_words.words[needed]);
}

/* A form without a threshold, and the other way round, decides nothing. */
static void check_matters(struct ruleset_reading *reading,
                          const config_setting_t *root)
{
    static const enum rule_id pairs[][2] = {
        { RULE_ID_FORM_DISCIPLINE, RULE_ID_DISCIPLINE },
        { RULE_ID_DISCIPLINE, RULE_ID_FORM_DISCIPLINE },
        { RULE_ID_DISCIPLINE, RULE_ID_THRESHOLD_REPRIMAND },
        { RULE_ID_DISCIPLINE, RULE_ID_THRESHOLD_WARNING },
        { RULE_ID_DISCIPLINE, RULE_ID_THRESHOLD_REMOVAL },
        { RULE_ID_DISCIPLINE, RULE_ID_THRESHOLD_EXPULSION },
        { RULE_ID_THRESHOLD_REPRIMAND, RULE_ID_DISCIPLINE },
        { RULE_ID_THRESHOLD_WARNING, RULE_ID_DISCIPLINE },
        { RULE_ID_THRESHOLD_REMOVAL, RULE_ID_DISCIPLINE },
        { RULE_ID_THRESHOLD_EXPULSION, RULE_ID_DISCIPLINE },
        { RULE_ID_FORM_CONFIDENCE, RULE_ID_CONFIDENCE },
        { RULE_ID_CONFIDENCE, RULE_ID_FORM_CONFIDENCE },
        { RULE_ID_CONFIDENCE, RULE_ID_QUORUM_CONFIDENCE },
        { RULE_ID_QUORUM_CONFIDENCE, RULE_ID_CONFIDENCE },
        { RULE_ID_FORM_RATING, RULE_ID_RATING },
        { RULE_ID_RATING, RULE_ID_FORM_RATING },
        { RULE_ID_FORM_ELECTION, RULE_ID_ELECTION_SURPLUS },
        { RULE_ID_ELECTION_SURPLUS, RULE_ID_FORM_ELECTION },
    };
    size_t i;
    int matter;

    for (matter = 1; matter < matter_count_; matter++) {
        const enum rule_id test = rule_id_of_threshold((enum matter)matter);
        const enum rule_id form = rule_id_of_form((enum matter)matter);

        if (test == rule_id_none_)
            continue;
        need_rule(reading, root, test, form);
        need_rule(reading, root, form, test);
    }
    for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        need_rule(reading, root, pairs[i][0], pairs[i][1]);
}

/* --- What has to agree --------------------------------------------------- */

/* Meetings that know only the base and those that know all decide alike. */
static void check_base(struct ruleset_reading *reading,
                       const config_setting_t *root)
{
    const struct ruleset *rules = &reading->ruleset;
    const struct threshold *test = &rules->thresholds[MATTER_RESOLUTION].test;
    const bool counts_suspended =
        electorate_may_count(&rules->electorate.meeting, CATEGORY_SUSPENDED);

    if (!ruleset_has_rule(rules, RULE_ID_THRESHOLD_RESOLUTION))
        fault_of_rule(reading, RULESET_FAULT_MISSING, root,
                      RULE_ID_THRESHOLD_RESOLUTION, "");
    else if (test->numerator != rules->majority_numerator ||
             test->denominator != rules->majority_denominator ||
             test->is_strict != rules->is_majority_strict)
        fault_of_rule(reading, RULESET_FAULT_DIFFERS, root,
                      RULE_ID_THRESHOLD_RESOLUTION, "ordinary_motion");
    if (counts_suspended != rules->is_suspended_counted)
        fault_of_rule(reading, RULESET_FAULT_DIFFERS, root,
                      RULE_ID_DENOMINATOR_MEETING,
                      "denominator.counts_suspended");
}

/* Whoever votes has to be counted, or more could vote than there are. */
static void check_voters(struct ruleset_reading *reading,
                         const config_setting_t *root)
{
    const struct electorate_rules *electorate = &reading->ruleset.electorate;
    int i;

    for (i = 1; i < category_count_; i++) {
        const enum category category = (enum category)i;
        const unsigned votes = reading->ruleset.rights.of[i].votes;

        if (votes != 0 && !electorate_may_count(&electorate->meeting, category))
            fault_of_rule(reading, RULESET_FAULT_UNCOUNTED, root,
                          rule_id_of_category(category),
                          "denominators.meeting");
        if (rule_set_has(votes, MATTER_ELECTION) &&
            !electorate_may_count(&electorate->congress, category))
            fault_of_rule(reading, RULESET_FAULT_UNCOUNTED, root,
                          rule_id_of_category(category),
                          "denominators.congress");
    }
}

void ruleset_check_consistency(struct ruleset_reading *reading,
                               const config_setting_t *root)
{
    if ((reading->ruleset.groups & ~(unsigned)RULESET_BESIDE_BASE) == 0)
        return;
    check_groups(reading, root);
    if (reading->faults.count > 0)
        return;
    check_matters(reading, root);
    check_base(reading, root);
    check_voters(reading, root);
}
