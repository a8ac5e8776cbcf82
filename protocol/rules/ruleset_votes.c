/* How votes are held: thresholds, forms, quorum, validity of ballots. */
#include "protocol/rules/ruleset_reading.h"

static const char *const test_names[] = { "numerator", "denominator", "strict",
                                          "of", NULL };

static struct vote_test read_test(struct ruleset_reading *reading,
                                  const config_setting_t *rule, enum rule_id id)
{
    return (struct vote_test){
        .rule = id,
        .test = reading_threshold(reading, rule),
        .of = (enum measure)reading_word(reading, rule, "of", &measure_words),
    };
}

/* What is not there stays zero, a test that nothing passes. */
static void read_test_if_there(struct ruleset_reading *reading,
                               const config_setting_t *group, enum rule_id id,
                               struct vote_test *out)
{
    const config_setting_t *rule =
        reading_rule_if_there(reading, group, id, test_names);

    if (rule)
        *out = read_test(reading, rule, id);
}

static void read_thresholds(struct ruleset_reading *reading,
                            const config_setting_t *root)
{
    static const char *const names[] = {
        "resolution", "agenda",  "minutes",     "procedure", "admission",
        "rating",     "straw",   "recognition", "election",  "warning",
        "reprimand",  "removal", "expulsion"
    };
    const config_setting_t *group = reading_group(
        reading, root, RULESET_THRESHOLDS, names, NAME_COUNT(names));
    struct ruleset *out = &reading->ruleset;
    int i;

    for (i = 1; i < matter_count_; i++) {
        const enum rule_id id = rule_id_of_threshold((enum matter)i);

        if (id != rule_id_none_)
            read_test_if_there(reading, group, id, &out->thresholds[i]);
    }
    for (i = 1; i < discipline_count_; i++)
        read_test_if_there(reading, group,
                           rule_id_of_discipline((enum discipline)i),
                           &out->discipline.tests[i]);
    out->rating.test = out->thresholds[MATTER_RATING];
    out->election.elected = out->thresholds[MATTER_ELECTION];
}

static void read_form(struct ruleset_reading *reading,
                      const config_setting_t *rule, enum rule_id id,
                      struct form_rule *out)
{
    *out = (struct form_rule){
        .rule = id,
        .allowed = reading_set(reading, rule, "allowed", &vote_form_words),
        .usual = (enum vote_form)reading_word(reading, rule, "usual",
                                              &vote_form_words),
        .is_published = reading_flag(reading, rule, "published"),
    };
    if (out->usual != vote_form_none_ &&
        !rule_set_has(out->allowed, (int)out->usual))
        (void)reading_fault(reading, RULESET_FAULT_DIFFERS, rule, "usual");
}

static void read_forms(struct ruleset_reading *reading,
                       const config_setting_t *root)
{
    static const char *const names[] = { "allowed", "usual", "published",
                                         NULL };
    const config_setting_t *group =
        reading_group(reading, root, RULESET_FORMS, matter_words.words + 1,
                      matter_count_ - 1);
    int i;

    for (i = 1; i < matter_count_; i++) {
        const enum rule_id id = rule_id_of_form((enum matter)i);
        const config_setting_t *rule =
            reading_rule_if_there(reading, group, id, names);

        if (rule)
            read_form(reading, rule, id, &reading->ruleset.forms.of[i]);
    }
}

static bool has_form(const struct ruleset_reading *reading, int matter)
{
    return ruleset_has_rule(&reading->ruleset,
                            rule_id_of_form((enum matter)matter));
}

/* Of each matter that has a form. */
static void read_remote(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    const char *names[matter_count_] = { NULL };
    const config_setting_t *rule;
    size_t count = 0;
    int i;

    for (i = 1; i < matter_count_; i++)
        if (has_form(reading, i))
            names[count++] = matter_words.words[i];
    rule =
        reading_root_rule(reading, root, RULESET_REMOTE, RULE_ID_REMOTE, names);
    for (i = 1; i < matter_count_; i++)
        if (has_form(reading, i))
            reading->ruleset.forms.of[i].remote = (enum remote)reading_word(
                reading, rule, matter_words.words[i], &remote_words);
}

static void read_quorum_rule(struct ruleset_reading *reading,
                             const config_setting_t *rule, enum rule_id id,
                             struct quorum_rule *out)
{
    *out = (struct quorum_rule){
        .test = read_test(reading, rule, id),
        .is_blocking = reading_flag(reading, rule, "blocking"),
        .voids_vote = reading_flag(reading, rule, "voids_vote"),
    };
}

static void read_quorum(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    static const char *const names[] = { "meeting", "congress", "committee",
                                         "confidence" };
    static const char *const rule_names[] = { "numerator", "denominator",
                                              "strict",    "of",
                                              "blocking",  "voids_vote",
                                              NULL };
    struct quorum_rules *out = &reading->ruleset.quorum;
    const struct {
        enum rule_id id;
        struct quorum_rule *out;
    } rules[] = {
        { RULE_ID_QUORUM_MEETING, &out->meeting },
        { RULE_ID_QUORUM_CONGRESS, &out->congress },
        { RULE_ID_QUORUM_COMMITTEE, &out->committee },
    };
    const config_setting_t *group =
        reading_group(reading, root, RULESET_QUORUM, names, NAME_COUNT(names));
    const config_setting_t *rule;
    size_t i;

    if (!group)
        return;
    for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
        read_quorum_rule(reading,
                         reading_rule(reading, group, rules[i].id, rule_names),
                         rules[i].id, rules[i].out);
    rule = reading_rule_if_there(reading, group, RULE_ID_QUORUM_CONFIDENCE,
                                 rule_names);
    if (rule)
        read_quorum_rule(reading, rule, RULE_ID_QUORUM_CONFIDENCE,
                         &out->confidence);
}

static void read_list_surplus(struct ruleset_reading *reading,
                              const config_setting_t *group)
{
    static const char *const names[] = { "names_min", "writing_valid", NULL };
    const config_setting_t *rule =
        reading_rule(reading, group, RULE_ID_VALIDITY_LIST_SURPLUS, names);

    reading->ruleset.validity.of[PAPER_LIST_SURPLUS] = (struct validity_rule){
        .rule = RULE_ID_VALIDITY_LIST_SURPLUS,
        .names_min = (uint64_t)reading_number(reading, rule, "names_min", 0, 1),
        .writing_is_valid = reading_flag(reading, rule, "writing_valid"),
    };
}

/* A secret ballot is counted row by row: whether a row of several was left out
 * on the same ballot is what nobody may know, so it cannot spoil the ballot. */
static void check_bad_row(struct ruleset_reading *reading,
                          const config_setting_t *rule, enum paper_kind paper)
{
    struct ruleset_fault *fault;

    if ((paper != PAPER_LIST_NO_SURPLUS && paper != PAPER_LEVELS) ||
        reading->ruleset.validity.of[paper].bad_row != BAD_ROW_SPOILS_BALLOT)
        return;
    fault = reading_fault(reading, RULESET_FAULT_WORD,
                          config_setting_get_member(rule, "bad_row"), NULL);
    (void)snprintf(fault->detail, sizeof fault->detail, "%s",
                   bad_row_words.words[BAD_ROW_SPOILS_ROW]);
}

static void read_validity(struct ruleset_reading *reading,
                          const config_setting_t *root)
{
    static const char *const names[] = { "bad_row", "writing_valid", NULL };
    static const enum rule_id ids[paper_kind_count_] = {
        [PAPER_LIST_NO_SURPLUS] = RULE_ID_VALIDITY_LIST_NO_SURPLUS,
        [PAPER_SINGLE] = RULE_ID_VALIDITY_SINGLE,
        [PAPER_ONE_OF] = RULE_ID_VALIDITY_ONE_OF,
        [PAPER_LEVELS] = RULE_ID_VALIDITY_LEVELS,
    };
    const config_setting_t *group =
        reading_group(reading, root, RULESET_VALIDITY,
                      paper_kind_words.words + 1, paper_kind_count_ - 1);
    int i;

    if (!group)
        return;
    read_list_surplus(reading, group);
    for (i = 1; i < paper_kind_count_; i++) {
        const config_setting_t *rule;

        if (ids[i] == rule_id_none_)
            continue;
        rule = reading_rule(reading, group, ids[i], names);
        reading->ruleset.validity.of[i] = (struct validity_rule){
            .rule = ids[i],
            .bad_row = (enum bad_row)reading_word(reading, rule, "bad_row",
                                                  &bad_row_words),
            .writing_is_valid = reading_flag(reading, rule, "writing_valid"),
        };
        check_bad_row(reading, rule, (enum paper_kind)i);
    }
}

static void read_roll_call(struct ruleset_reading *reading,
                           const config_setting_t *root)
{
    static const char *const names[] = { "before", NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_ROLL_CALL, RULE_ID_ROLL_CALL, names);

    reading->ruleset.roll_call =
        reading_set(reading, rule, "before", &matter_words);
}

void ruleset_read_votes(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    read_thresholds(reading, root);
    read_forms(reading, root);
    read_remote(reading, root);
    read_quorum(reading, root);
    read_roll_call(reading, root);
    read_validity(reading, root);
}
