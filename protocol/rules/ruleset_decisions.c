/* What follows from votes on persons: discipline, confidence, rating,
 * elections. Their thresholds are read before, by ruleset_votes.c. */
#include "protocol/rules/ruleset_reading.h"

enum { SEATS_MAX = LIMIT_BALLOT_CANDIDATES, MEMBERS_MAX = LIMIT_MEMBERS };

static void read_discipline(struct ruleset_reading *reading,
                            const config_setting_t *root)
{
    static const char *const names[] = { "decides",       "probationary",
                                         "with_post",     "cumulates",
                                         "subject_votes", NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_DISCIPLINE, RULE_ID_DISCIPLINE, names);
    struct discipline_rules *out = &reading->ruleset.discipline;

    out->decides = reading_set(reading, rule, "decides", &discipline_words);
    out->probationary =
        reading_set(reading, rule, "probationary", &discipline_words);
    out->with_post = reading_set(reading, rule, "with_post", &discipline_words);
    out->cumulates = reading_flag(reading, rule, "cumulates");
    out->subject_votes = (enum subject_votes)reading_word(
        reading, rule, "subject_votes", &subject_votes_words);
}

/* A fraction within a rule, of what the rule measures against. */
static struct vote_test read_share(struct ruleset_reading *reading,
                                   const config_setting_t *rule,
                                   const char *name, enum measure of)
{
    static const char *const names[] = { "numerator", "denominator", "strict",
                                         NULL };
    const config_setting_t *share =
        reading_member(reading, rule, name, CONFIG_TYPE_GROUP);

    if (share)
        reading_refuse_others(reading, share, names);
    return (struct vote_test){ RULE_ID_CONFIDENCE,
                               reading_threshold(reading, share), of };
}

static void read_confidence(struct ruleset_reading *reading,
                            const config_setting_t *root)
{
    static const char *const names[] = { "of", "replan", "remove", NULL };
    const config_setting_t *rule = reading_root_rule(
        reading, root, RULESET_CONFIDENCE, RULE_ID_CONFIDENCE, names);
    const enum measure of =
        (enum measure)reading_word(reading, rule, "of", &measure_words);
    struct confidence_rules *out = &reading->ruleset.confidence;

    if (!rule)
        return;
    out->replan = read_share(reading, rule, "replan", of);
    out->remove = read_share(reading, rule, "remove", of);
}

static void read_rating(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    static const char *const names[] = { "cap_percent", NULL };
    const config_setting_t *rule =
        reading_root_rule(reading, root, RULESET_RATING, RULE_ID_RATING, names);
    struct rating_rules *out = &reading->ruleset.rating;

    if (!rule)
        return;
    out->cap_percent =
        (uint64_t)reading_number(reading, rule, "cap_percent", 0, 100);
}

/* --- Elections ----------------------------------------------------------- */

static void read_surplus(struct ruleset_reading *reading,
                         const config_setting_t *group)
{
    static const char *const names[] = { "numerator",   "denominator",
                                         "small_from",  "small_to",
                                         "small_extra", NULL };
    const config_setting_t *rule =
        reading_rule(reading, group, RULE_ID_ELECTION_SURPLUS, names);
    struct election_surplus_rule *out = &reading->ruleset.election.surplus;

    out->numerator =
        (uint64_t)reading_number(reading, rule, "numerator", 0, 1000);
    out->denominator =
        (uint64_t)reading_number(reading, rule, "denominator", 1, 1000);
    out->small_from =
        (uint64_t)reading_number(reading, rule, "small_from", 0, SEATS_MAX);
    out->small_to =
        (uint64_t)reading_number(reading, rule, "small_to", 0, SEATS_MAX);
    out->small_extra =
        (uint64_t)reading_number(reading, rule, "small_extra", 0, SEATS_MAX);
    if (out->small_from > out->small_to)
        (void)reading_fault(reading, RULESET_FAULT_ORDER, rule, "small_to");
}

static void read_election(struct ruleset_reading *reading,
                          const config_setting_t *root)
{
    static const char *const names[] = { "surplus", "outside_nominee",
                                         "second_round", "committee" };
    static const char *const outside_names[] = { "numerator", "denominator",
                                                 "strict", "of", NULL };
    static const char *const round_names[] = { "tested", NULL };
    static const char *const committee_names[] = { "members_min", NULL };
    const config_setting_t *group = reading_group(
        reading, root, RULESET_ELECTION, names, NAME_COUNT(names));
    struct election_rules *out = &reading->ruleset.election;
    const config_setting_t *rule;

    if (!group)
        return;
    read_surplus(reading, group);
    rule =
        reading_rule(reading, group, RULE_ID_ELECTION_OUTSIDE, outside_names);
    out->outside = (struct vote_test){
        .rule = RULE_ID_ELECTION_OUTSIDE,
        .test = reading_threshold(reading, rule),
        .of = (enum measure)reading_word(reading, rule, "of", &measure_words),
    };
    rule = reading_rule(reading, group, RULE_ID_ELECTION_SECOND_ROUND,
                        round_names);
    out->is_tie_tested = reading_flag(reading, rule, "tested");
    rule = reading_rule(reading, group, RULE_ID_ELECTION_COMMITTEE,
                        committee_names);
    out->committee_members_min =
        (uint64_t)reading_number(reading, rule, "members_min", 0, MEMBERS_MAX);
}

void ruleset_read_decisions(struct ruleset_reading *reading,
                            const config_setting_t *root)
{
    read_discipline(reading, root);
    read_confidence(reading, root);
    read_rating(reading, root);
    read_election(reading, root);
}
