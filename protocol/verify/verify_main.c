/*
 * chibo-verify: a record held against itself, its register and what devices
 * kept; the archive of a secret ballot against its proofs. The only program
 * under protocol/; it opens no connection and writes nothing but its report.
 */
#include "protocol/base/limits.h"
#include "protocol/program/catalogue.h"
#include "protocol/program/folding_stream.h"
#include "protocol/program/result_words.h"
#include "protocol/record/anchor_file.h"
#include "protocol/record/destruction_report.h"
#include "protocol/verify/verify_ballot_file.h"
#include "protocol/verify/verify_destruction_file.h"
#include "protocol/verify/verify_file.h"
#include "protocol/verify/verify_json.h"
#include "protocol/verify/verify_options.h"
#include "protocol/verify/verify_record.h"
#include "protocol/verify/verify_report.h"
#include "protocol/verify/verify_text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* --- Files --------------------------------------------------------------- */

static bool read_file(const char *path, struct verify_file_text *out)
{
    const enum result result = verify_file_read(path, out);

    if (result == RESULT_OK)
        return true;
    verify_complain("%s: %s", path,
                    result == RESULT_IO || result == RESULT_NOT_FOUND
                        ? system_words(errno)
                        : result_words(result));
    return false;
}

/* The openings that were named, or those that lie beside the log, if any. */
static bool read_openings(const char *named, const char *log,
                          struct verify_file_text *out)
{
    char path[PATH_MAX];
    enum result result;

    if (named)
        return read_file(named, out);
    if (snprintf(path, sizeof path, "%s.openings", log) >= (int)sizeof path)
        return true;
    result = verify_file_read(path, out);
    if (result == RESULT_OK || result == RESULT_NOT_FOUND)
        return true;
    verify_complain("%s: %s", path, result_words(result));
    return false;
}

/* Adds one file to the shelf. */
static bool read_ruleset(const char *path, struct ruleset_shelf *shelf)
{
    struct verify_file_text text = { NULL, 0 };
    struct ruleset_faults faults;
    enum result result;

    if (!read_file(path, &text))
        return false;
    result = ruleset_shelf_add(shelf, text.data, text.size, &faults);
    verify_file_release(&text);
    if (result == RESULT_MALFORMED || result == RESULT_TOO_LARGE)
        verify_complain(_("%s, line %d: this is no ruleset"), path,
                        faults.count > 0 ? faults.faults[0].line : 0);
    else if (result != RESULT_OK)
        verify_complain("%s: %s", path, result_words(result));
    return result == RESULT_OK;
}

/* One file, or all files *.conf of a folder. */
static bool read_rules(const char *path, struct ruleset_shelf *shelf)
{
    struct verify_folder folder = { NULL, 0 };
    bool is_read = true;
    size_t i;

    if (!verify_folder_read(path, ".conf", &folder))
        return read_ruleset(path, shelf);
    for (i = 0; i < folder.count && is_read; i++)
        is_read = read_ruleset(folder.paths[i], shelf);
    verify_folder_release(&folder);
    return is_read;
}

static bool read_anchors(const char *path, struct anchors *out)
{
    struct verify_file_text text = { NULL, 0 };
    enum result result;

    if (!read_file(path, &text))
        return false;
    result = anchor_file_parse(verify_file_view(&text), out);
    if (result != RESULT_OK)
        verify_complain(_("%s: these are no anchors (%s)"), path,
                        result_words(result));
    verify_file_release(&text);
    return result == RESULT_OK;
}

/* --- One record ---------------------------------------------------------- */

/* Everything that was read for a run. */
struct material {
    struct verify_file_text log, openings, registry, registry_openings;
    struct ruleset_shelf rulesets;
    struct verify_given given[2 * VERIFY_GIVEN_MAX];
    size_t given_count;
    char beside[LIMIT_BALLOTS][PATH_MAX]; /* archives that lie beside the log */
    struct verify_findings findings;
    bool is_record; /* the log came in the file of a record */
    struct verify_record record;
};

static void release_material(struct material *material)
{
    size_t i;

    verify_findings_release(&material->findings);
    verify_record_release(&material->record);
    ruleset_shelf_release(&material->rulesets);
    verify_file_release(&material->log);
    verify_file_release(&material->openings);
    verify_file_release(&material->registry);
    verify_file_release(&material->registry_openings);
    for (i = 0; i < material->given_count; i++)
        if (!material->given[i].is_head)
            anchors_release(&material->given[i].anchors);
    free(material);
}

static bool read_given(const struct verify_options *options,
                       struct material *material)
{
    size_t i;

    for (i = 0; i < options->anchor_count; i++) {
        struct verify_given *given = &material->given[material->given_count];

        given->name = options->anchors[i];
        if (!read_anchors(given->name, &given->anchors))
            return false;
        material->given_count++;
    }
    for (i = 0; i < options->head_count; i++) {
        struct verify_given *given = &material->given[material->given_count];

        given->name = options->heads[i];
        given->is_head = true;
        if (verify_head_parse(given->name, &given->seq, &given->head) !=
            RESULT_OK) {
            verify_complain(_("--head %s: write the number of an event, a "
                              "colon and 64 digits"),
                            given->name);
            return false;
        }
        material->given_count++;
    }
    return true;
}

/* What lies inside the file of a record cannot be given again. */
static bool is_alone(const struct verify_options *options)
{
    if (!options->openings && !options->registry &&
        !options->registry_openings && !options->rules &&
        options->archive_count == 0)
        return true;
    verify_complain(_("%s is a whole record: openings, register, ruleset and "
                      "ballots are in it"),
                    options->log);
    return false;
}

static bool read_material(const struct verify_options *options,
                          struct material *material)
{
    material->is_record = verify_record_is(verify_file_view(&material->log));
    if (material->is_record)
        return is_alone(options) && read_given(options, material);
    return read_openings(options->openings, options->log,
                         &material->openings) &&
           (!options->registry ||
            (read_file(options->registry, &material->registry) &&
             read_openings(options->registry_openings, options->registry,
                           &material->registry_openings))) &&
           (!options->rules ||
            read_rules(options->rules, &material->rulesets)) &&
           read_given(options, material);
}

/* False: it cannot be used, which was said. */
static bool run(const struct verify_options *options, struct material *material)
{
    const struct verify_input input = {
        .log = verify_file_view(&material->log),
        .openings = verify_file_view(&material->openings),
        .registry = verify_file_view(&material->registry),
        .registry_openings = verify_file_view(&material->registry_openings),
        .rulesets = options->rules ? &material->rulesets : NULL,
        .given = material->given,
        .given_count = material->given_count,
    };
    const struct text_view file = verify_file_view(&material->log);
    const enum result result =
        verify_record_is(file)
            ? verify_record_run(file, &input, &material->record,
                                &material->findings)
            : verify_run(&input, &material->findings);

    if (result == RESULT_OK)
        return true;
    if (result == RESULT_MALFORMED)
        verify_complain(_("%s: this is no record"), options->log);
    else if (result == RESULT_INVALID)
        verify_complain(_("%s: this is not the register of this organisation"),
                        options->registry);
    else
        verify_complain("%s: %s", options->log, result_words(result));
    return false;
}

/* --- Archives of its ballots --------------------------------------------- */

static bool take_archive(struct material *material, const char *path,
                         const struct verify_file_text *file,
                         const struct meeting_ballot *ballot)
{
    const enum result result = verify_archives_take(
        &material->findings, path, verify_file_view(file), ballot);

    if (result == RESULT_NOT_FOUND)
        verify_complain(_("%s: this is the archive of no ballot of this "
                          "record"),
                        path);
    else if (result != RESULT_OK)
        verify_complain("%s: %s", path, result_words(result));
    return result == RESULT_OK;
}

static bool take_named(const struct verify_options *options,
                       struct material *material)
{
    size_t i;
    bool is_taken = true;

    for (i = 0; i < options->archive_count && is_taken; i++) {
        struct verify_file_text file = { NULL, 0 };

        is_taken = read_file(options->archives[i], &file) &&
                   take_archive(material, options->archives[i], &file, NULL);
        verify_file_release(&file);
    }
    return is_taken;
}

/* UUID.bel in the folder of the log. */
static bool take_beside(const char *log, const struct meeting_ballot *ballot,
                        char path[PATH_MAX], struct material *material)
{
    const struct text_view uuid = meeting_ballot_uuid(ballot, ballot->attempt);
    const char *slash = strrchr(log, '/');
    struct verify_file_text file = { NULL, 0 };
    bool is_taken = true;

    if (uuid.size == 0 ||
        snprintf(path, PATH_MAX, "%.*s%.*s.bel",
                 slash ? (int)(slash + 1 - log) : 0, log, (int)uuid.size,
                 uuid.data) >= PATH_MAX ||
        verify_file_read(path, &file) != RESULT_OK)
        return true;
    is_taken = take_archive(material, path, &file, ballot);
    verify_file_release(&file);
    return is_taken;
}

/* False: one cannot be used, which was said. */
static bool take_archives(const struct verify_options *options,
                          struct material *material)
{
    struct verify_findings *findings = &material->findings;
    const struct meeting_state *state = findings->meeting.state;
    size_t i;

    if (material->is_record)
        return true; /* they are in it */
    if (findings->is_register || !findings->history.heads) {
        if (options->archive_count == 0 || !findings->is_register)
            return true;
        verify_complain(_("--ballot is for the record of a meeting"));
        return false;
    }
    if (!take_named(options, material))
        return false;
    for (i = 0; i < state->ballot_count && i < LIMIT_BALLOTS; i++)
        if (!take_beside(options->log, &state->ballots[i], material->beside[i],
                         material))
            return false;
    verify_archives_judge(findings);
    return true;
}

/* An archive of an election is told by its beginning. */
static enum verify_exit verify_log(const struct verify_options *options,
                                   struct material *material)
{
    enum verify_exit end;

    if (verify_ballot_is(verify_file_view(&material->log)))
        return verify_ballot_file(options, verify_file_view(&material->log));
    if (!verify_ballot_file_is_not_meant(options))
        return VERIFY_EXIT_UNUSABLE;
    if (destruction_report_is(verify_file_view(&material->log)))
        return verify_destruction_file(options,
                                       verify_file_view(&material->log));
    if (!read_material(options, material) || !run(options, material) ||
        !take_archives(options, material))
        return VERIFY_EXIT_UNUSABLE;
    end = verify_exit_of(material->findings.verdict);
    if (!options->is_json)
        verify_report(&material->findings, stdout);
    else if (!verify_print_json(verify_json(&material->findings)))
        end = VERIFY_EXIT_UNUSABLE;
    return end;
}

static enum verify_exit verify_record(const struct verify_options *options)
{
    struct material *material = calloc(1, sizeof *material);
    enum verify_exit end = VERIFY_EXIT_UNUSABLE;

    if (!material)
        return end;
    if (read_file(options->log, &material->log))
        end = verify_log(options, material);
    release_material(material);
    return end;
}

/* --- Two files ----------------------------------------------------------- */

struct two {
    struct material *logs[VERIFY_SIDE_COUNT]; /* NULL: anchors */
    struct anchors anchors[VERIFY_SIDE_COUNT];
    bool is_anchors[VERIFY_SIDE_COUNT];
    struct verify_fork fork;
};

/* Every key that the server has had. */
static enum result know_servers(struct verify_fork *fork,
                                const struct register_state *state)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < state->server_key_count && result == RESULT_OK; i++)
        result = verify_fork_know_server(fork, &state->server_keys[i].key);
    return result;
}

/* A log that is valid by itself, with its history and signed heads. */
static bool take_log(struct two *two, enum verify_side side,
                     const struct verify_options *options)
{
    struct material *material = two->logs[side];
    struct verify_findings *findings = &material->findings;
    enum result result = RESULT_OK;

    if (!run(options, material))
        return false;
    if (findings->verdict == VERIFY_INVALID) {
        verify_complain(_("%s is not valid by itself: verify it alone first"),
                        options->log);
        return false;
    }
    if (!findings->is_register)
        result = verify_fork_add_meeting(&two->fork, side, &findings->meeting);
    if (result == RESULT_OK && findings->has_registry)
        result = know_servers(&two->fork, findings->registry.state);
    two->fork.history[side] = findings->history;
    findings->history = (struct verify_history){ .heads = NULL };
    return result == RESULT_OK;
}

static bool take_file(struct two *two, enum verify_side side, const char *path,
                      const struct verify_options *options)
{
    struct verify_options own = { .log = path, .registry = options->registry };
    struct material *material = calloc(1, sizeof *material);
    enum result result;

    two->logs[side] = material;
    if (!material || !read_file(path, &material->log))
        return false;
    result = anchor_file_parse(verify_file_view(&material->log),
                               &two->anchors[side]);
    if (result == RESULT_OK) {
        two->is_anchors[side] = true;
        return verify_fork_add_anchors(&two->fork, side, &two->anchors[side]) ==
               RESULT_OK;
    }
    if (result != RESULT_MALFORMED) {
        verify_complain(_("%s: these are no anchors (%s)"), path,
                        result_words(result));
        return false;
    }
    if (verify_record_is(verify_file_view(&material->log)))
        own.registry = NULL; /* it has its own */
    if (own.registry && !read_file(own.registry, &material->registry))
        return false;
    return take_log(two, side, &own);
}

/* Heads that other devices keep: a log has only those of its checkpoints. */
static bool take_beside_both(struct two *two,
                             const struct verify_options *options)
{
    size_t i;
    bool is_taken = true;

    for (i = 0; i < options->anchor_count && is_taken; i++) {
        struct anchors anchors = { .logs = NULL };

        is_taken = read_anchors(options->anchors[i], &anchors);
        if (is_taken && verify_fork_add_anchors(&two->fork, VERIFY_SIDE_BESIDE,
                                                &anchors) != RESULT_OK) {
            verify_complain("%s", result_words(RESULT_NO_MEMORY));
            is_taken = false;
        }
        anchors_release(&anchors);
    }
    return is_taken;
}

/* Is there a log of which both files say something? */
static bool have_common_scope(const struct two *two)
{
    const struct verify_history *history = two->fork.history;
    size_t i;

    if (history[VERIFY_SIDE_A].heads && history[VERIFY_SIDE_B].heads)
        return identifier_equal(&history[VERIFY_SIDE_A].scope,
                                &history[VERIFY_SIDE_B].scope);
    if (history[VERIFY_SIDE_A].heads || history[VERIFY_SIDE_B].heads) {
        const int side =
            history[VERIFY_SIDE_A].heads ? VERIFY_SIDE_A : VERIFY_SIDE_B;

        return anchors_find(&two->anchors[1 - side], &history[side].scope) !=
               NULL;
    }
    for (i = 0; i < two->anchors[VERIFY_SIDE_A].logs_count; i++)
        if (anchors_find(&two->anchors[VERIFY_SIDE_B],
                         &two->anchors[VERIFY_SIDE_A].logs[i]->scope))
            return true;
    return false;
}

static enum verify_exit find_fork(struct two *two,
                                  const struct verify_options *options)
{
    const char *const names[VERIFY_SIDE_COUNT] = {
        [VERIFY_SIDE_A] = options->log,
        [VERIFY_SIDE_B] = options->other,
        [VERIFY_SIDE_BESIDE] = "--anchor",
    };
    struct verify_proof proof;
    const enum result result = verify_fork_find(&two->fork, &proof);
    const struct verify_proof *found = result == RESULT_OK ? &proof : NULL;

    if (result != RESULT_OK && result != RESULT_NOT_FOUND) {
        verify_complain("%s", result_words(result));
        return VERIFY_EXIT_UNUSABLE;
    }
    if (!options->is_json)
        verify_report_fork(found, names, stdout);
    else if (!verify_print_json(verify_json_fork(found, names)))
        return VERIFY_EXIT_UNUSABLE;
    return found && !found->is_explained ? VERIFY_EXIT_INVALID
                                         : VERIFY_EXIT_COMPLETE;
}

static enum verify_exit verify_two(const struct verify_options *options)
{
    struct two two = { .logs = { NULL } };
    enum verify_exit end = VERIFY_EXIT_UNUSABLE;
    int side;

    if (take_file(&two, VERIFY_SIDE_A, options->log, options) &&
        take_file(&two, VERIFY_SIDE_B, options->other, options) &&
        take_beside_both(&two, options)) {
        if (have_common_scope(&two))
            end = find_fork(&two, options);
        else
            verify_complain(_("the two files are of different records"));
    }
    verify_fork_release(&two.fork);
    for (side = 0; side < VERIFY_SIDE_COUNT; side++) {
        if (two.is_anchors[side])
            anchors_release(&two.anchors[side]);
        if (two.logs[side])
            release_material(two.logs[side]);
    }
    return end;
}

int main(int argc, char **argv)
{
    struct verify_options options;
    enum verify_exit end;

    catalogue_begin();
    folding_stream_begin();
    if (!verify_options_read(argc, argv, &options, &end))
        return (int)end;
    if (options.is_fork && !verify_ballot_file_is_not_meant(&options))
        return (int)VERIFY_EXIT_UNUSABLE;
    return (int)(options.is_fork ? verify_two(&options)
                                 : verify_record(&options));
}
