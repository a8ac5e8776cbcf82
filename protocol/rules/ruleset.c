#include "protocol/rules/ruleset.h"

#include "protocol/base/date.h"
#include "protocol/record/digest.h"
#include "protocol/rules/ruleset_reading.h"

#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LENGTH_MAX = 100 };

#define WORD(name, word) [name] = word,
static const char *const ruleset_group_list[] = { RULESET_GROUP_LIST(WORD) };
const struct enum_words ruleset_group_words = { ruleset_group_list,
                                                ruleset_group_count_ };

static const char *const certainty_list[] = { CERTAINTY_LIST(WORD) };
const struct enum_words certainty_words = { certainty_list, certainty_count_ };
static const char *const recording_by_list[] = { RECORDING_BY_LIST(WORD) };
const struct enum_words recording_by_words = { recording_by_list,
                                               recording_by_count_ };

/* --- Asking a ruleset ---------------------------------------------------- */

struct threshold ruleset_majority(const struct ruleset *ruleset)
{
    return (struct threshold){ ruleset->majority_numerator,
                               ruleset->majority_denominator,
                               ruleset->is_majority_strict };
}

bool ruleset_has(const struct ruleset *ruleset, enum ruleset_group group)
{
    return rule_set_has(ruleset->groups, (int)group);
}

bool ruleset_has_rule(const struct ruleset *ruleset, enum rule_id rule)
{
    return rule < rule_id_count_ &&
           (ruleset->marks[rule] & RULE_MARK_THERE) != 0;
}

bool ruleset_has_matter(const struct ruleset *ruleset, enum matter matter)
{
    return matter != matter_none_ && matter < matter_count_ &&
           ruleset->forms.of[matter].allowed != 0;
}

bool ruleset_is_unverified(const struct ruleset *ruleset, enum rule_id rule)
{
    return rule < rule_id_count_ &&
           (ruleset->marks[rule] & RULE_MARK_UNVERIFIED) != 0;
}

void ruleset_notes_release(struct ruleset_notes *notes)
{
    int i;

    for (i = 0; i < rule_id_count_; i++)
        free(notes->of[i].source);
    memset(notes, 0, sizeof *notes);
}

/* --- The file ------------------------------------------------------------ */

static void read_head(struct ruleset_reading *reading,
                      const config_setting_t *root)
{
    const struct text_view name =
        reading_text(reading, root, "name", NAME_LENGTH_MAX);
    const struct text_view date =
        reading_text(reading, root, "valid_from", NAME_LENGTH_MAX);

    memcpy(reading->ruleset.name, name.data, name.size);
    if (date_is_valid(date))
        memcpy(reading->ruleset.valid_from, date.data, date.size);
    else if (date.size > 0)
        (void)reading_fault(reading, RULESET_FAULT_DATE,
                            config_setting_get_member(root, "valid_from"),
                            NULL);
}

static void read_root(struct ruleset_reading *reading,
                      const config_setting_t *root)
{
    static const char *const names[] = { "name",
                                         "valid_from",
                                         "grace",
                                         "floor_limit",
                                         "ordinary_motion",
                                         "denominator",
                                         "checkpoint",
                                         "ballot",
                                         "categories",
                                         "denominators",
                                         "thresholds",
                                         "forms",
                                         "remote",
                                         "quorum",
                                         "validity",
                                         "discipline",
                                         "confidence",
                                         "rating",
                                         "election",
                                         "roll_call",
                                         "online_eligibility",
                                         "declaration",
                                         "punctuality",
                                         "length",
                                         "party_groups",
                                         "deadlines",
                                         "score_sheet",
                                         "floor",
                                         "agenda",
                                         "recording",
                                         NULL };

    reading_refuse_others(reading, root, names);
    read_head(reading, root);
    ruleset_read_base(reading, root);
    ruleset_read_people(reading, root);
    ruleset_read_votes(reading, root);
    ruleset_read_decisions(reading, root);
    ruleset_read_norms(reading, root);
    /* Rules that are wrong by themselves fit nothing. */
    if (reading->faults.count == 0)
        ruleset_check_consistency(reading, root);
}

static void read_settings(struct ruleset_reading *reading, const char *text)
{
    config_t config;

    config_init(&config);
    if (config_read_string(&config, text)) {
        read_root(reading, config_root_setting(&config));
    } else {
        struct ruleset_fault *fault =
            reading_fault(reading, RULESET_FAULT_SYNTAX, NULL, NULL);

        fault->line = config_error_line(&config);
        (void)snprintf(fault->detail, sizeof fault->detail, "%s",
                       config_error_text(&config));
    }
    config_destroy(&config);
}

/* False with a fault noted: what no parser has to see. */
static bool is_readable(struct ruleset_reading *reading, const char *text,
                        size_t size)
{
    if (size > RULESET_SIZE_MAX) {
        reading_fault(reading, RULESET_FAULT_SIZE, NULL, NULL)->max =
            RULESET_SIZE_MAX;
        return false;
    }
    /* An include would make this function read files. */
    if (!memchr(text, '\0', size) && !memmem(text, size, "@include", 8))
        return true;
    (void)reading_fault(reading, RULESET_FAULT_BYTES, NULL, NULL);
    return false;
}

static enum result read_copy(struct ruleset_reading *reading, const char *text,
                             size_t size)
{
    char *copy;

    if (!is_readable(reading, text, size))
        return size > RULESET_SIZE_MAX ? RESULT_TOO_LARGE : RESULT_MALFORMED;
    copy = strndup(text, size);
    if (!copy)
        return RESULT_NO_MEMORY;
    read_settings(reading, copy);
    free(copy);
    if (reading->result == RESULT_OK && reading->faults.count > 0)
        return RESULT_MALFORMED;
    return reading->result;
}

/* As one reads the file; on one line in the order in which they were found. */
static void sort_by_line(struct ruleset_faults *faults)
{
    size_t i, at;

    for (i = 1; i < faults->count; i++) {
        const struct ruleset_fault fault = faults->faults[i];

        for (at = i; at > 0 && faults->faults[at - 1].line > fault.line; at--)
            faults->faults[at] = faults->faults[at - 1];
        faults->faults[at] = fault;
    }
}

enum result ruleset_read(const char *text, size_t size, struct ruleset *out,
                         struct ruleset_notes *notes,
                         struct ruleset_faults *faults)
{
    struct ruleset_notes read = { .of = { { .line = 0 } } };
    struct ruleset_reading reading = { .result = RESULT_OK,
                                       .notes = notes ? &read : NULL };
    const enum result result = read_copy(&reading, text, size);

    *faults = reading.faults;
    sort_by_line(faults);
    if (result != RESULT_OK) {
        ruleset_notes_release(&read);
        return result;
    }
    reading.ruleset.hash = digest_sha256(text, size);
    ruleset_complete(&reading.ruleset);
    *out = reading.ruleset;
    if (notes)
        *notes = read;
    return RESULT_OK;
}

enum result ruleset_parse(const char *text, size_t size, struct ruleset *out,
                          int *error_line)
{
    struct ruleset_faults faults;
    const enum result result = ruleset_read(text, size, out, NULL, &faults);
    size_t i;

    *error_line = 0;
    for (i = 0; i < faults.count && *error_line == 0; i++)
        *error_line = faults.faults[i].line;
    return result;
}
