#include "protocol/rules/ruleset.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

/* The bounds of what a ruleset may ask for. */
enum {
    GRACE_MS_MAX = 10 * 60 * 1000,
    FLOOR_LIMIT_MS_MAX = 24 * 60 * 60 * 1000,
    CHECKPOINT_WAIT_MS_MAX = 60 * 1000,
    CHECKPOINT_EVERY_MS_MAX = 24 * 60 * 60 * 1000,
    FRACTION_MAX = 1000,
    K_MIN_MAX = 1000,
    ATTEST_MS_MIN = 1000,
    ATTEST_MS_MAX = 60 * 60 * 1000,
    CLOSING_MS_MAX = 60 * 60 * 1000,
    TOLERANCE_PERCENT_MAX = 100,
    NAME_LENGTH_MAX = 100,
    SOURCE_LENGTH_MAX = 500
};

/* A file under examination. The first fault sticks, so that the whole is read
 * like the list that it is. */
struct reading {
    struct ruleset ruleset;
    enum result result;
    int line;
};

static void fault(struct reading *reading, const config_setting_t *at)
{
    if (reading->result)
        return;
    reading->result = RESULT_MALFORMED;
    reading->line = at ? (int)config_setting_source_line(at) : 0;
}

static const config_setting_t *member(struct reading *reading,
                                      const config_setting_t *group,
                                      const char *name, int type)
{
    const config_setting_t *setting =
        reading->result ? NULL : config_setting_get_member(group, name);

    if (!setting || config_setting_type(setting) != type) {
        fault(reading, setting ? setting : group);
        return NULL;
    }
    return setting;
}

static int64_t read_number(struct reading *reading,
                           const config_setting_t *group, const char *name,
                           int min, int max)
{
    const config_setting_t *setting =
        member(reading, group, name, CONFIG_TYPE_INT);
    int value;

    if (!setting)
        return min;
    value = config_setting_get_int(setting);
    if (value < min || value > max)
        fault(reading, setting);
    return value;
}

static bool read_flag(struct reading *reading, const config_setting_t *group,
                      const char *name)
{
    const config_setting_t *setting =
        member(reading, group, name, CONFIG_TYPE_BOOL);

    return setting && config_setting_get_bool(setting);
}

static struct text_view read_text(struct reading *reading,
                                  const config_setting_t *group,
                                  const char *name, size_t length_max)
{
    const config_setting_t *setting =
        member(reading, group, name, CONFIG_TYPE_STRING);
    struct text_view text;

    if (!setting)
        return TEXT_LITERAL("");
    text = text_view_of(config_setting_get_string(setting));
    if (text.size == 0 || text_check(text, length_max, false) != RESULT_OK)
        fault(reading, setting);
    return text;
}

/* Names are NULL-terminated. */
static void refuse_others(struct reading *reading,
                          const config_setting_t *group,
                          const char *const *names)
{
    int i, count = config_setting_length(group);

    for (i = 0; i < count && !reading->result; i++) {
        const config_setting_t *setting =
            config_setting_get_elem(group, (unsigned)i);
        const char *const *name = names;

        while (*name && strcmp(*name, config_setting_name(setting)) != 0)
            name++;
        if (!*name)
            fault(reading, setting);
    }
}

/* A rule's group with its source; NULL once there is a fault. */
static const config_setting_t *
open_rule(struct reading *reading, const config_setting_t *root,
          const char *name, enum ruleset_rule rule, const char *const *names)
{
    const config_setting_t *group =
        member(reading, root, name, CONFIG_TYPE_GROUP);

    if (!group)
        return NULL;
    refuse_others(reading, group, names);
    (void)read_text(reading, group, "source", SOURCE_LENGTH_MAX);
    if (read_flag(reading, group, "unverified"))
        reading->ruleset.unverified |= (unsigned)rule;
    return group;
}

static void read_times(struct reading *reading, const config_setting_t *root)
{
    static const char *const names[] = { "ms", "source", "unverified", NULL };
    const config_setting_t *rule =
        open_rule(reading, root, "grace", RULE_GRACE, names);

    if (rule)
        reading->ruleset.grace_ms =
            read_number(reading, rule, "ms", 0, GRACE_MS_MAX);
    rule = open_rule(reading, root, "floor_limit", RULE_FLOOR_LIMIT, names);
    if (rule)
        reading->ruleset.floor_limit_ms =
            read_number(reading, rule, "ms", 0, FLOOR_LIMIT_MS_MAX);
}

static void read_motion(struct reading *reading, const config_setting_t *root)
{
    static const char *const names[] = { "numerator", "denominator", "strict",
                                         "source",    "unverified",  NULL };
    const config_setting_t *rule = open_rule(reading, root, "ordinary_motion",
                                             RULE_ORDINARY_MOTION, names);
    struct ruleset *out = &reading->ruleset;

    if (!rule)
        return;
    out->majority_numerator =
        (uint64_t)read_number(reading, rule, "numerator", 1, FRACTION_MAX);
    out->majority_denominator =
        (uint64_t)read_number(reading, rule, "denominator", 1, FRACTION_MAX);
    out->is_majority_strict = read_flag(reading, rule, "strict");
    if (out->majority_numerator > out->majority_denominator)
        fault(reading, rule);
}

static void read_denominator(struct reading *reading,
                             const config_setting_t *root)
{
    static const char *const names[] = { "counts_suspended", "source",
                                         "unverified", NULL };
    const config_setting_t *rule =
        open_rule(reading, root, "denominator", RULE_DENOMINATOR, names);

    if (rule)
        reading->ruleset.is_suspended_counted =
            read_flag(reading, rule, "counts_suspended");
}

static void read_checkpoint(struct reading *reading,
                            const config_setting_t *root)
{
    static const char *const names[] = { "wait_ms", "every_ms", "source",
                                         "unverified", NULL };
    const config_setting_t *rule =
        open_rule(reading, root, "checkpoint", RULE_CHECKPOINT, names);

    if (!rule)
        return;
    reading->ruleset.checkpoint_wait_ms =
        read_number(reading, rule, "wait_ms", 0, CHECKPOINT_WAIT_MS_MAX);
    reading->ruleset.checkpoint_every_ms =
        read_number(reading, rule, "every_ms", 1000, CHECKPOINT_EVERY_MS_MAX);
}

static void read_ballot(struct reading *reading, const config_setting_t *root)
{
    static const char *const names[] = { "k_min",
                                         "attest_ms",
                                         "closing_ms",
                                         "changes_max",
                                         "tolerance_percent",
                                         "source",
                                         "unverified",
                                         NULL };
    const config_setting_t *rule =
        open_rule(reading, root, "ballot", RULE_BALLOT, names);
    struct ruleset *out = &reading->ruleset;

    if (!rule)
        return;
    out->ballot_k_min =
        (uint64_t)read_number(reading, rule, "k_min", 1, K_MIN_MAX);
    out->ballot_attest_ms =
        read_number(reading, rule, "attest_ms", ATTEST_MS_MIN, ATTEST_MS_MAX);
    out->ballot_closing_ms =
        read_number(reading, rule, "closing_ms", 0, CLOSING_MS_MAX);
    out->ballot_changes_max = (uint64_t)read_number(
        reading, rule, "changes_max", 1, LIMIT_BALLOTS_PER_CREDENTIAL);
    out->ballot_tolerance_percent = (uint64_t)read_number(
        reading, rule, "tolerance_percent", 0, TOLERANCE_PERCENT_MAX);
}

static void read_root(struct reading *reading, const config_setting_t *root)
{
    static const char *const names[] = {
        "name",        "valid_from", "grace",  "floor_limit", "ordinary_motion",
        "denominator", "checkpoint", "ballot", NULL
    };
    struct text_view name;

    refuse_others(reading, root, names);
    name = read_text(reading, root, "name", NAME_LENGTH_MAX);
    (void)read_text(reading, root, "valid_from", NAME_LENGTH_MAX);
    read_times(reading, root);
    read_motion(reading, root);
    read_denominator(reading, root);
    read_checkpoint(reading, root);
    read_ballot(reading, root);
    if (!reading->result)
        memcpy(reading->ruleset.name, name.data, name.size);
}

enum result ruleset_parse(const char *text, size_t size, struct ruleset *out,
                          int *error_line)
{
    struct reading reading = { .result = RESULT_OK };
    config_t config;
    char *copy;

    *error_line = 0;
    if (size > RULESET_SIZE_MAX)
        return RESULT_TOO_LARGE;
    /* An include would make this function read files. */
    if (memchr(text, '\0', size) || memmem(text, size, "@include", 8))
        return RESULT_MALFORMED;
    copy = strndup(text, size);
    if (!copy)
        return RESULT_NO_MEMORY;
    config_init(&config);
    if (config_read_string(&config, copy)) {
        read_root(&reading, config_root_setting(&config));
    } else {
        reading.result = RESULT_MALFORMED;
        reading.line = config_error_line(&config);
    }
    reading.ruleset.hash = digest_sha256(text, size);
    config_destroy(&config);
    free(copy);
    if (reading.result)
        *error_line = reading.line;
    else
        *out = reading.ruleset;
    return reading.result;
}

struct threshold ruleset_majority(const struct ruleset *ruleset)
{
    return (struct threshold){ ruleset->majority_numerator,
                               ruleset->majority_denominator,
                               ruleset->is_majority_strict };
}
