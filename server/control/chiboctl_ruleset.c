/* Looking into a ruleset file before meetings are held under it. */
#include "server/control/chiboctl.h"

#include "protocol/base/encoding.h"
#include "protocol/program/result_words.h"
#include "protocol/program/rule_words.h"
#include "protocol/rules/ruleset.h"
#include "server/control/ruleset_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- What is wrong ------------------------------------------------------- */

static void print_fault_row(const char *path, int line,
                            const struct ruleset_fault *fault,
                            const char *reason)
{
    json_t *row = json_pack("{s:s, s:i, s:s, s:s}", "file", path, "line", line,
                            "place", fault->place, "reason", reason);

    /* What cannot be said for want of memory is told by the exit code. */
    if (row && json_dumpf(row, stderr, JSON_COMPACT) == 0)
        (void)fputc('\n', stderr);
    json_decref(row);
}

static void print_faults(const struct chiboctl *ctl, const char *path,
                         const struct ruleset_faults *faults)
{
    size_t i;

    for (i = 0; i < faults->count; i++) {
        const struct ruleset_fault *fault = &faults->faults[i];
        const int line = fault->line > 0 ? fault->line : 1;
        char reason[RULESET_WORDS_SIZE];

        ruleset_words(fault, reason);
        if (ctl->is_json)
            print_fault_row(path, line, fault, reason);
        else
            (void)fprintf(stderr, "%s:%d: %s\n", path, line, reason);
    }
}

/* --- What it says -------------------------------------------------------- */

static const char *certainty_of(const struct ruleset_note *note)
{
    const char *word = certainty_words.words[note->certainty];

    return word ? word : "";
}

static json_t *list_unverified(const struct ruleset *rules,
                               const struct ruleset_notes *notes)
{
    json_t *list = json_array();
    int i;

    for (i = 1; i < rule_id_count_; i++) {
        const struct ruleset_note *note = &notes->of[i];

        if (ruleset_is_unverified(rules, (enum rule_id)i) &&
            json_array_append_new(
                list, json_pack("{s:s, s:i, s:s, s:s}", "rule",
                                rule_id_words.words[i], "line", note->line,
                                "certainty", certainty_of(note), "source",
                                note->source)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* "  line 71, categories.official (“rights of official members”): the source
 * (certainty: medium)" */
static void print_unverified(const json_t *row)
{
    const char *certainty =
        json_string_value(json_object_get(row, "certainty"));

    const char *place = json_string_value(json_object_get(row, "rule"));

    (void)printf(_("  line %d, %s (%s): %s"),
                 (int)json_integer_value(json_object_get(row, "line")), place,
                 rule_words(rule_id_read(text_view_of(place)), ""),
                 json_string_value(json_object_get(row, "source")));
    if (strcmp(certainty, "high") == 0)
        (void)fputs(_(" (certainty: high)"), stdout);
    else if (strcmp(certainty, "medium") == 0)
        (void)fputs(_(" (certainty: medium)"), stdout);
    else if (strcmp(certainty, "low") == 0)
        (void)fputs(_(" (certainty: low)"), stdout);
    (void)fputc('\n', stdout);
}

static size_t count_rules(const struct ruleset *rules)
{
    size_t count = 0;
    int i;

    for (i = 1; i < rule_id_count_; i++)
        count += ruleset_has_rule(rules, (enum rule_id)i);
    return count;
}

static int print_ruleset(const struct chiboctl *ctl,
                         const struct ruleset *rules,
                         const struct ruleset_notes *notes)
{
    json_t *unverified = list_unverified(rules, notes);
    char hash[2 * HASH_SIZE + 1];
    size_t i;

    if (!unverified)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s",
                             result_words(RESULT_NO_MEMORY));
    hex_encode(rules->hash.bytes, HASH_SIZE, hash);
    if (ctl->is_json) {
        chiboctl_row(ctl,
                     json_pack("{s:s, s:s, s:s, s:I, s:o}", "name", rules->name,
                               "valid_from", rules->valid_from, "hash", hash,
                               "rules", (json_int_t)count_rules(rules),
                               "unverified", unverified),
                     NULL);
        return CHIBOCTL_OK;
    }
    (void)printf(_("ruleset %s, in force from %s\n"), rules->name,
                 rules->valid_from);
    (void)printf("SHA-256 %s\n", hash);
    (void)printf(_("%zu rules, %zu of them not verified:\n"),
                 count_rules(rules), json_array_size(unverified));
    for (i = 0; i < json_array_size(unverified); i++)
        print_unverified(json_array_get(unverified, i));
    json_decref(unverified);
    return CHIBOCTL_OK;
}

/* --- The file ------------------------------------------------------------ */

/* One byte more than a ruleset may have is read, so that it is seen. */
static char *read_ruleset_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(RULESET_SIZE_MAX + 1) : NULL;

    if (!text) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    } else {
        *size = fread(text, 1, RULESET_SIZE_MAX + 1, file);
        if (ferror(file)) {
            chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
            free(text);
            text = NULL;
        }
    }
    if (file)
        (void)fclose(file); /* only read */
    return text;
}

static int run_check(struct chiboctl *ctl)
{
    const char *path = ctl->arguments[0];
    struct ruleset_faults faults;
    struct ruleset_notes notes;
    struct ruleset rules;
    enum result result;
    size_t size = 0;
    char *text = read_ruleset_file(path, &size);
    int code;

    if (!text)
        return CHIBOCTL_FAILED;
    result = ruleset_read(text, size, &rules, &notes, &faults);
    free(text);
    if (result == RESULT_NO_MEMORY)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s", result_words(result));
    if (result != RESULT_OK) {
        print_faults(ctl, path, &faults);
        return CHIBOCTL_REFUSED;
    }
    code = print_ruleset(ctl, &rules, &notes);
    ruleset_notes_release(&notes);
    return code;
}

const struct chiboctl_command chiboctl_ruleset_commands[] = {
    { "ruleset", "check", "FILE",
      N_("say whether a ruleset is right, and what in it is not verified"),
      NULL, 1, 1, run_check },
    { 0 }
};
