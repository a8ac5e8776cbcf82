#include "protocol/rules/ruleset_reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRACTION_MAX = 1000, SOURCE_LENGTH_MAX = 500, PLACE_DEPTH_MAX = 4 };

/* --- Faults -------------------------------------------------------------- */

/* "thresholds.admission.of": the names from the root on. */
static void write_place(const config_setting_t *at, const char *name,
                        char out[RULESET_PLACE_SIZE])
{
    const char *names[PLACE_DEPTH_MAX];
    size_t depth = 0, used = 0;

    for (; at && !config_setting_is_root(at) && depth < PLACE_DEPTH_MAX;
         at = config_setting_parent(at))
        names[depth++] = config_setting_name(at);
    out[0] = '\0';
    while (depth > 0) {
        const char *next = names[--depth];

        if (!next) /* an element of a list */
            continue;
        (void)snprintf(&out[used], RULESET_PLACE_SIZE - used, "%s%s",
                       used ? "." : "", next);
        used = strlen(out);
    }
    if (name)
        (void)snprintf(&out[used], RULESET_PLACE_SIZE - used, "%s%s",
                       used ? "." : "", name);
}

struct ruleset_fault *reading_fault(struct ruleset_reading *reading,
                                    enum ruleset_fault_kind kind,
                                    const config_setting_t *at,
                                    const char *name)
{
    struct ruleset_faults *faults = &reading->faults;
    /* The last place is written over once all are taken: there are so many
     * that the file is another thing. */
    struct ruleset_fault *fault =
        &faults->faults[faults->count < RULESET_FAULTS_MAX
                            ? faults->count++
                            : RULESET_FAULTS_MAX - 1];

    memset(fault, 0, sizeof *fault);
    fault->kind = kind;
    fault->line = at ? (int)config_setting_source_line(at) : 0;
    write_place(at, name, fault->place);
    return fault;
}

static void describe(struct ruleset_fault *fault, const char *detail)
{
    (void)snprintf(fault->detail, sizeof fault->detail, "%s", detail);
}

static const char *type_name(int type)
{
    switch (type) {
    case CONFIG_TYPE_INT:
        return "7";
    case CONFIG_TYPE_BOOL:
        return "true";
    case CONFIG_TYPE_STRING:
        return "\"...\"";
    case CONFIG_TYPE_ARRAY:
        return "[ ... ]";
    default:
        return "{ ... }";
    }
}

/* --- Settings ------------------------------------------------------------ */

const config_setting_t *reading_member(struct ruleset_reading *reading,
                                       const config_setting_t *group,
                                       const char *name, int type)
{
    const config_setting_t *setting =
        group ? config_setting_get_member(group, name) : NULL;

    if (!group)
        return NULL;
    if (!setting) {
        (void)reading_fault(reading, RULESET_FAULT_MISSING, group, name);
        return NULL;
    }
    if (config_setting_type(setting) != type) {
        describe(reading_fault(reading, RULESET_FAULT_TYPE, setting, NULL),
                 type_name(type));
        return NULL;
    }
    return setting;
}

static int64_t take_number(struct ruleset_reading *reading,
                           const config_setting_t *setting, int64_t min,
                           int64_t max)
{
    const int64_t value = config_setting_get_int(setting);

    if (value < min || value > max) {
        struct ruleset_fault *fault =
            reading_fault(reading, RULESET_FAULT_RANGE, setting, NULL);

        fault->min = min;
        fault->max = max;
    }
    return value;
}

int64_t reading_number(struct ruleset_reading *reading,
                       const config_setting_t *group, const char *name,
                       int64_t min, int64_t max)
{
    const config_setting_t *setting =
        reading_member(reading, group, name, CONFIG_TYPE_INT);

    return setting ? take_number(reading, setting, min, max) : min;
}

size_t reading_numbers(struct ruleset_reading *reading,
                       const config_setting_t *group, const char *name,
                       int64_t *out, size_t max)
{
    const config_setting_t *setting =
        reading_member(reading, group, name, CONFIG_TYPE_ARRAY);
    const size_t count = setting ? (size_t)config_setting_length(setting) : 0;
    size_t i;

    if (!setting)
        return 0;
    if (count == 0 || count > max ||
        config_setting_type(config_setting_get_elem(setting, 0)) !=
            CONFIG_TYPE_INT) {
        describe(reading_fault(reading, RULESET_FAULT_TYPE, setting, NULL),
                 "[ 7, ... ]");
        return 0;
    }
    for (i = 0; i < count; i++)
        out[i] = take_number(
            reading, config_setting_get_elem(setting, (unsigned)i), 0, 100);
    return count;
}

bool reading_flag(struct ruleset_reading *reading,
                  const config_setting_t *group, const char *name)
{
    const config_setting_t *setting =
        reading_member(reading, group, name, CONFIG_TYPE_BOOL);

    return setting && config_setting_get_bool(setting);
}

struct text_view reading_text(struct ruleset_reading *reading,
                              const config_setting_t *group, const char *name,
                              size_t length_max)
{
    const config_setting_t *setting =
        reading_member(reading, group, name, CONFIG_TYPE_STRING);
    struct text_view text;

    if (!setting)
        return TEXT_LITERAL("");
    text = text_view_of(config_setting_get_string(setting));
    if (text.size == 0 || text_check(text, length_max, false) != RESULT_OK) {
        reading_fault(reading, RULESET_FAULT_TEXT, setting, NULL)->max =
            (int64_t)length_max;
        return TEXT_LITERAL("");
    }
    return text;
}

/* --- Words --------------------------------------------------------------- */

static void list_words(const struct enum_words *words, const char *also,
                       struct ruleset_fault *fault)
{
    size_t used = 0;
    int i;

    for (i = 1; i < words->count && used < sizeof fault->detail; i++) {
        (void)snprintf(&fault->detail[used], sizeof fault->detail - used,
                       "%s%s", i > 1 ? ", " : "", words->words[i]);
        used = strlen(fault->detail);
    }
    if (also && used < sizeof fault->detail)
        (void)snprintf(&fault->detail[used], sizeof fault->detail - used,
                       ", %s", also);
}

int reading_word(struct ruleset_reading *reading, const config_setting_t *group,
                 const char *name, const struct enum_words *words)
{
    const config_setting_t *setting =
        reading_member(reading, group, name, CONFIG_TYPE_STRING);
    const int value =
        setting ? rule_word_find(words, config_setting_get_string(setting)) : 0;

    if (setting && value == 0)
        list_words(words, NULL,
                   reading_fault(reading, RULESET_FAULT_WORD, setting, NULL));
    return value;
}

unsigned reading_set(struct ruleset_reading *reading,
                     const config_setting_t *group, const char *name,
                     const struct enum_words *words)
{
    const config_setting_t *setting =
        reading_member(reading, group, name, CONFIG_TYPE_ARRAY);
    const int count = setting ? config_setting_length(setting) : 0;
    unsigned set = 0;
    int i;

    for (i = 0; i < count; i++) {
        const config_setting_t *element =
            config_setting_get_elem(setting, (unsigned)i);
        const char *word = config_setting_get_string(element);
        const int value = word ? rule_word_find(words, word) : 0;

        if (word && count == 1 && strcmp(word, "all") == 0)
            return (1U << words->count) - 2;
        if (value == 0) {
            list_words(
                words, "all",
                reading_fault(reading, RULESET_FAULT_WORD, element, NULL));
            return 0;
        }
        if (rule_set_has(set, value)) {
            describe(reading_fault(reading, RULESET_FAULT_TWICE, element, NULL),
                     word);
            return 0;
        }
        set |= 1U << value;
    }
    return set;
}

struct threshold reading_threshold(struct ruleset_reading *reading,
                                   const config_setting_t *group)
{
    const struct threshold threshold = {
        (uint64_t)reading_number(reading, group, "numerator", 1, FRACTION_MAX),
        (uint64_t)reading_number(reading, group, "denominator", 1,
                                 FRACTION_MAX),
        reading_flag(reading, group, "strict"),
    };

    /* More than the whole, or strictly more than it, would never be met. */
    if (group &&
        (threshold.numerator > threshold.denominator ||
         (threshold.is_strict && threshold.numerator == threshold.denominator)))
        (void)reading_fault(reading, RULESET_FAULT_FRACTION, group, NULL);
    return threshold;
}

/* --- Groups -------------------------------------------------------------- */

static bool is_one_of(const char *const *names, int count, const char *name)
{
    int i = 0;

    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i < count;
}

static int count_names(const char *const *names)
{
    int count = 0;

    while (names[count])
        count++;
    return count;
}

static void refuse_others(struct ruleset_reading *reading,
                          const config_setting_t *group,
                          const char *const *names, int name_count,
                          bool has_source)
{
    static const char *const common[] = { "source", "certainty", "unverified" };
    int i, count = config_setting_length(group);

    for (i = 0; i < count; i++) {
        const config_setting_t *setting =
            config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(setting);

        if (!is_one_of(names, name_count, name) &&
            !(has_source && is_one_of(common, 3, name)))
            (void)reading_fault(reading, RULESET_FAULT_UNKNOWN, setting, NULL);
    }
}

void reading_refuse_others(struct ruleset_reading *reading,
                           const config_setting_t *group,
                           const char *const *names)
{
    refuse_others(reading, group, names, count_names(names), false);
}

/* The base of a file is older than this word. */
static enum certainty read_certainty(struct ruleset_reading *reading,
                                     const config_setting_t *group,
                                     enum rule_id rule)
{
    if (rule <= RULE_ID_BALLOT &&
        !config_setting_get_member(group, "certainty"))
        return certainty_none_;
    return (enum certainty)reading_word(reading, group, "certainty",
                                        &certainty_words);
}

static void keep_source(struct ruleset_reading *reading,
                        const config_setting_t *group, enum rule_id rule)
{
    const struct text_view source =
        reading_text(reading, group, "source", SOURCE_LENGTH_MAX);
    const enum certainty certainty = read_certainty(reading, group, rule);
    struct ruleset_note *note =
        reading->notes ? &reading->notes->of[rule] : NULL;

    reading->ruleset.marks[rule] = RULE_MARK_THERE;
    if (reading_flag(reading, group, "unverified"))
        reading->ruleset.marks[rule] |= RULE_MARK_UNVERIFIED;
    if (!note || note->source)
        return;
    note->line = (int)config_setting_source_line(group);
    note->certainty = certainty;
    note->source = strndup(source.data, source.size);
    if (!note->source)
        reading->result = RESULT_NO_MEMORY;
}

/* What comes after the last dot: the name within the parent. */
static const char *last_name(enum rule_id rule)
{
    const char *word = rule_id_words.words[rule];
    const char *dot = strrchr(word, '.');

    return dot ? dot + 1 : word;
}

const config_setting_t *reading_rule(struct ruleset_reading *reading,
                                     const config_setting_t *parent,
                                     enum rule_id rule,
                                     const char *const *names)
{
    const config_setting_t *group =
        reading_member(reading, parent, last_name(rule), CONFIG_TYPE_GROUP);

    if (!group)
        return NULL;
    refuse_others(reading, group, names, count_names(names), true);
    keep_source(reading, group, rule);
    return group;
}

const config_setting_t *reading_rule_if_there(struct ruleset_reading *reading,
                                              const config_setting_t *parent,
                                              enum rule_id rule,
                                              const char *const *names)
{
    if (!parent || !config_setting_get_member(parent, last_name(rule)))
        return NULL;
    return reading_rule(reading, parent, rule, names);
}

const config_setting_t *reading_group(struct ruleset_reading *reading,
                                      const config_setting_t *root,
                                      enum ruleset_group group,
                                      const char *const *names, int count)
{
    const char *word = ruleset_group_words.words[group];
    const config_setting_t *setting;

    if (!config_setting_get_member(root, word))
        return NULL;
    reading->ruleset.groups |= 1U << group;
    setting = reading_member(reading, root, word, CONFIG_TYPE_GROUP);
    if (setting)
        refuse_others(reading, setting, names, count, false);
    return setting;
}

const config_setting_t *reading_root_rule(struct ruleset_reading *reading,
                                          const config_setting_t *root,
                                          enum ruleset_group group,
                                          enum rule_id rule,
                                          const char *const *names)
{
    if (!config_setting_get_member(root, ruleset_group_words.words[group]))
        return NULL;
    reading->ruleset.groups |= 1U << group;
    return reading_rule(reading, root, rule, names);
}
