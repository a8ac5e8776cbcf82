/* Who may do what, who counts, who may meet online, and when. */
#include "protocol/rules/ruleset_reading.h"

static void read_categories(struct ruleset_reading *reading,
                            const config_setting_t *root)
{
    static const char *const rule_names[] = { "attends", "speaks", "votes",
                                              NULL };
    const config_setting_t *group =
        reading_group(reading, root, RULESET_CATEGORIES,
                      category_words.words + 1, category_count_ - 1);
    int i;

    for (i = 1; i < category_count_; i++) {
        const config_setting_t *rule = reading_rule_if_there(
            reading, group, rule_id_of_category((enum category)i), rule_names);
        struct rights_rule *out = &reading->ruleset.rights.of[i];

        out->attends = reading_flag(reading, rule, "attends");
        out->speaks = reading_flag(reading, rule, "speaks");
        out->votes = reading_set(reading, rule, "votes", &matter_words);
    }
}

/* In two of the sets, a category would be counted twice. */
static void check_once(struct ruleset_reading *reading,
                       const config_setting_t *rule,
                       const struct electorate_rule *sets)
{
    if (rule && ((sets->always & sets->if_present) != 0 ||
                 (sets->always & sets->unless_excused) != 0 ||
                 (sets->if_present & sets->unless_excused) != 0))
        (void)reading_fault(reading, RULESET_FAULT_TWICE, rule, NULL);
}

static struct electorate_rule read_denominator(struct ruleset_reading *reading,
                                               const config_setting_t *group,
                                               enum rule_id id)
{
    static const char *const names[] = { "always", "if_present",
                                         "unless_excused", NULL };
    const config_setting_t *rule = reading_rule(reading, group, id, names);
    const struct electorate_rule sets = {
        reading_set(reading, rule, "always", &category_words),
        reading_set(reading, rule, "if_present", &category_words),
        reading_set(reading, rule, "unless_excused", &category_words),
    };

    check_once(reading, rule, &sets);
    return sets;
}

static void read_denominators(struct ruleset_reading *reading,
                              const config_setting_t *root)
{
    static const char *const names[] = { "meeting", "congress", "committee" };
    const config_setting_t *group = reading_group(
        reading, root, RULESET_DENOMINATORS, names, NAME_COUNT(names));
    struct electorate_rules *out = &reading->ruleset.electorate;

    if (!group)
        return;
    out->meeting =
        read_denominator(reading, group, RULE_ID_DENOMINATOR_MEETING);
    out->congress =
        read_denominator(reading, group, RULE_ID_DENOMINATOR_CONGRESS);
    out->committee =
        read_denominator(reading, group, RULE_ID_DENOMINATOR_COMMITTEE);
}

static void read_eligibility(struct ruleset_reading *reading,
                             const config_setting_t *root)
{
    static const char *const names[] = { "numerator", "denominator", "strict",
                                         "counts",    "grounds",     NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_ELIGIBILITY, RULE_ID_ELIGIBILITY, names);
    struct eligibility_rules *out = &reading->ruleset.eligibility;

    if (!rule)
        return;
    out->test = reading_threshold(reading, rule);
    out->counts = reading_set(reading, rule, "counts", &category_words);
    out->grounds = reading_set(reading, rule, "grounds", &ground_words);
}

static void read_declaration(struct ruleset_reading *reading,
                             const config_setting_t *root)
{
    static const char *const names[] = { "seats", NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_DECLARATION, RULE_ID_DECLARATION, names);

    reading->ruleset.declaration.seats =
        reading_set(reading, rule, "seats", &presence_mode_words);
}

static void read_punctuality(struct ruleset_reading *reading,
                             const config_setting_t *root)
{
    enum { MINUTES_MAX = 24 * 60 };
    static const char *const names[] = { "late_minutes", "early_minutes",
                                         NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_PUNCTUALITY, RULE_ID_PUNCTUALITY, names);
    struct punctuality_rule *out = &reading->ruleset.punctuality;

    out->late_minutes =
        (uint64_t)reading_number(reading, rule, "late_minutes", 0, MINUTES_MAX);
    out->early_minutes = (uint64_t)reading_number(
        reading, rule, "early_minutes", 0, MINUTES_MAX);
}

void ruleset_read_people(struct ruleset_reading *reading,
                         const config_setting_t *root)
{
    read_categories(reading, root);
    read_denominators(reading, root);
    read_eligibility(reading, root);
    read_declaration(reading, root);
    read_punctuality(reading, root);
}
