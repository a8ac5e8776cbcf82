/* The rules that every file has: times, the ordinary motion, D, the signing of
 * heads, secret ballots. */
#include "protocol/rules/ruleset_reading.h"

#include "protocol/base/limits.h"

/* The bounds of what a ruleset may ask for. */
enum {
    GRACE_MS_MAX = 10 * 60 * 1000,
    FLOOR_LIMIT_MS_MAX = 24 * 60 * 60 * 1000,
    CHECKPOINT_WAIT_MS_MAX = 60 * 1000,
    CHECKPOINT_EVERY_MS_MAX = 24 * 60 * 60 * 1000,
    K_MIN_MAX = 1000,
    ATTEST_MS_MIN = 1000,
    ATTEST_MS_MAX = 60 * 60 * 1000,
    CLOSING_MS_MAX = 60 * 60 * 1000,
    TOLERANCE_PERCENT_MAX = 100
};

/* A rule of the base, which old readers know by a bit of its own. */
static const config_setting_t *
base_rule(struct ruleset_reading *reading, const config_setting_t *root,
          enum rule_id rule, enum ruleset_rule bit, const char *const *names)
{
    const config_setting_t *group = reading_rule(reading, root, rule, names);

    if (ruleset_is_unverified(&reading->ruleset, rule))
        reading->ruleset.unverified |= (unsigned)bit;
    return group;
}

static void read_times(struct ruleset_reading *reading,
                       const config_setting_t *root)
{
    static const char *const names[] = { "ms", NULL };
    const config_setting_t *rule =
        base_rule(reading, root, RULE_ID_GRACE, RULE_GRACE, names);

    reading->ruleset.grace_ms =
        reading_number(reading, rule, "ms", 0, GRACE_MS_MAX);
    rule =
        base_rule(reading, root, RULE_ID_FLOOR_LIMIT, RULE_FLOOR_LIMIT, names);
    reading->ruleset.floor_limit_ms =
        reading_number(reading, rule, "ms", 0, FLOOR_LIMIT_MS_MAX);
}

static void read_motion(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    static const char *const names[] = { "numerator", "denominator", "strict",
                                         NULL };
    const config_setting_t *rule = base_rule(
        reading, root, RULE_ID_ORDINARY_MOTION, RULE_ORDINARY_MOTION, names);
    const struct threshold test = reading_threshold(reading, rule);

    reading->ruleset.majority_numerator = test.numerator;
    reading->ruleset.majority_denominator = test.denominator;
    reading->ruleset.is_majority_strict = test.is_strict;
}

static void read_denominator(struct ruleset_reading *reading,
                             const config_setting_t *root)
{
    static const char *const names[] = { "counts_suspended", NULL };
    const config_setting_t *rule =
        base_rule(reading, root, RULE_ID_DENOMINATOR, RULE_DENOMINATOR, names);

    reading->ruleset.is_suspended_counted =
        reading_flag(reading, rule, "counts_suspended");
}

static void read_checkpoint(struct ruleset_reading *reading,
                            const config_setting_t *root)
{
    static const char *const names[] = { "wait_ms", "every_ms", NULL };
    const config_setting_t *rule =
        base_rule(reading, root, RULE_ID_CHECKPOINT, RULE_CHECKPOINT, names);

    reading->ruleset.checkpoint_wait_ms =
        reading_number(reading, rule, "wait_ms", 0, CHECKPOINT_WAIT_MS_MAX);
    reading->ruleset.checkpoint_every_ms = reading_number(
        reading, rule, "every_ms", 1000, CHECKPOINT_EVERY_MS_MAX);
}

static void read_ballot(struct ruleset_reading *reading,
                        const config_setting_t *root)
{
    static const char *const names[] = {
        "k_min",       "attest_ms",         "closing_ms",
        "changes_max", "tolerance_percent", NULL
    };
    const config_setting_t *rule =
        base_rule(reading, root, RULE_ID_BALLOT, RULE_BALLOT, names);
    struct ruleset *out = &reading->ruleset;

    out->ballot_k_min =
        (uint64_t)reading_number(reading, rule, "k_min", 1, K_MIN_MAX);
    out->ballot_attest_ms = reading_number(reading, rule, "attest_ms",
                                           ATTEST_MS_MIN, ATTEST_MS_MAX);
    out->ballot_closing_ms =
        reading_number(reading, rule, "closing_ms", 0, CLOSING_MS_MAX);
    out->ballot_changes_max = (uint64_t)reading_number(
        reading, rule, "changes_max", 1, LIMIT_BALLOTS_PER_CREDENTIAL);
    out->ballot_tolerance_percent = (uint64_t)reading_number(
        reading, rule, "tolerance_percent", 0, TOLERANCE_PERCENT_MAX);
}

void ruleset_read_base(struct ruleset_reading *reading,
                       const config_setting_t *root)
{
    read_times(reading, root);
    read_motion(reading, root);
    read_denominator(reading, root);
    read_checkpoint(reading, root);
    read_ballot(reading, root);
}
