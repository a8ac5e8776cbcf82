/*
 * chibo anchors: takes what a device has seen of each log to another place and
 * back, and holds exports and records against it. Without a connection.
 */
#include "client/cli/cli_keeping.h"
#include "client/cli/cli_record.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/core/durable_file.h"
#include "protocol/program/result_words.h"
#include "protocol/record/anchor_file.h"
#include "protocol/record/anchor_merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    N_("usage: chibo anchors export FILE [options]\n"
       "       chibo anchors import FILE [options]\n"
       "       chibo anchors check FILE... [options]\n"
       "\n"
       "Anchors are what this device has seen of every record: hashes that a\n"
       "record which was changed later contradicts. Keep an export away from\n"
       "this computer and from the server; it holds no secret.\n"
       "\n"
       "  export   write the anchors to a new file\n"
       "  import   take an export into this profile, as after a new enrolment\n"
       "  check    hold exports, and records from \"chibo log\", against the\n"
       "           anchors; ends with 1 if one of them contradicts\n"
       "\n"
       "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

enum { FILES_MAX = 32 };

/* --- Words --------------------------------------------------------------- */

static void complain_of_export(const char *path, enum result result)
{
    if (result == RESULT_MALFORMED)
        cli_complain(_("%s is no file of anchors"), path);
    else if (result == RESULT_TRUNCATED)
        cli_complain(_("%s was cut short"), path);
    else if (result == RESULT_CORRUPT || result == RESULT_TOO_LARGE)
        cli_complain(_("%s is damaged"), path);
    else if (result == RESULT_UNSUPPORTED)
        cli_complain(_("%s was written by a later version: update chibo"),
                     path);
    else if (result == RESULT_NOT_FOUND)
        cli_complain(_("there is no file %s"), path);
    else
        cli_complain(_("cannot read %s: %s"), path, result_words(result));
}

static void print_side(const char *place, const struct anchor_side *side)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(side->head.bytes, HASH_SIZE, hex);
    (void)printf("  %s %s%s\n", place, hex,
                 side->is_signed ? _(" (signed by the server)") : "");
}

static void print_contradiction(const char *log, uint64_t seq,
                                const struct anchor_side *ours,
                                const struct anchor_side *theirs)
{
    (void)printf(_("%s: CONTRADICTS at event %llu\n"), log,
                 (unsigned long long)seq);
    print_side(_("kept here:  "), ours);
    print_side(_("in the file:"), theirs);
}

static void print_agreement(const char *log, uint64_t seq)
{
    (void)printf(_("%s: agrees up to event %llu\n"), log,
                 (unsigned long long)seq);
}

/* --- The files ----------------------------------------------------------- */

static bool read_export(const char *path, struct anchors *out)
{
    const enum result result = anchor_store_read_file(path, out);

    if (result)
        complain_of_export(path, result);
    return result == RESULT_OK;
}

/* --- export -------------------------------------------------------------- */

static bool write_export(const struct anchors *anchors, const char *path)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = anchor_file_encode(anchors, &bytes, &size);

    if (!result)
        result = durable_file_create(path, bytes, size);
    free(bytes);
    if (result == RESULT_EXISTS)
        cli_complain(_("there is a file %s already: choose another name"),
                     path);
    else if (result)
        cli_complain(_("cannot write %s: %s"), path, result_words(result));
    else
        (void)printf(_("Written: %s, anchors of %zu records\n"), path,
                     anchors->logs_count);
    return result == RESULT_OK;
}

static enum cli_exit export_to(const struct cli_profile *profile,
                               const char *path)
{
    struct anchors anchors;
    bool is_done = false;

    if (!cli_keeping_read(profile, &anchors))
        return CLI_FAILED;
    is_done = write_export(&anchors, path);
    anchors_release(&anchors);
    return is_done ? CLI_DONE : CLI_FAILED;
}

/* --- Comparing ----------------------------------------------------------- */

/* True unless there is a contradiction. */
static bool compare_log(const struct anchors *ours,
                        const struct anchor_log *theirs)
{
    const struct anchor_log *log = anchors_find(ours, &theirs->scope);
    const char *name = theirs->scope.text;
    struct anchor_comparison found;

    anchor_logs_compare(log, theirs, &found);
    if (found.contradiction_count) {
        if (found.has_agreed && found.agreed_seq < found.seq)
            print_agreement(name, found.agreed_seq);
        print_contradiction(name, found.seq, &found.ours, &found.theirs);
        return false;
    }
    if (found.has_agreed)
        print_agreement(name, found.agreed_seq);
    else if (log)
        (void)printf(_("%s: the two have no event in common\n"), name);
    else
        (void)printf(_("%s: unknown here\n"), name);
    return true;
}

static bool compare_export(const struct anchors *ours,
                           const struct anchors *theirs)
{
    bool is_good = true;

    if (!identifier_equal(&ours->organisation, &theirs->organisation)) {
        cli_complain(_("the file is of another organisation: %s"),
                     theirs->organisation.text);
        return false;
    }
    for (size_t i = 0; i < theirs->logs_count; i++)
        is_good = compare_log(ours, theirs->logs[i]) && is_good;
    return is_good;
}

/* --- import -------------------------------------------------------------- */

static bool merge(struct anchors *ours, const struct anchors *theirs)
{
    struct anchor_merge merged;
    const enum result result = anchors_merge(ours, theirs, &merged);

    if (result) {
        if (result == RESULT_FULL)
            cli_complain(_("there are more anchors than one profile may keep"));
        else
            cli_complain(_("cannot take the anchors over: %s"),
                         result_words(result));
        return false;
    }
    if (merged.refused_count)
        cli_complain(_("%zu heads of the file are not signed by the key that "
                       "it names: they were left out"),
                     merged.refused_count);
    if (merged.has_other_server)
        cli_complain(_("the file names another server key than this profile: "
                       "its own stays"));
    return true;
}

/* Contradictions are kept as alarms, so they are saved like everything else. */
static enum cli_exit import_into(struct cli_keeping *keeping,
                                 const struct cli_profile *profile,
                                 const struct anchors *theirs)
{
    struct anchors *ours = anchor_store_anchors(keeping->anchors);
    const bool is_good = compare_export(ours, theirs);

    if (!identifier_equal(&ours->organisation, &theirs->organisation) ||
        !merge(ours, theirs) || !cli_keeping_save(keeping, profile))
        return CLI_FAILED;
    if (is_good) {
        (void)printf(_("Taken over: anchors of %zu records\n"),
                     theirs->logs_count);
        return CLI_DONE;
    }
    cli_complain(_("the file CONTRADICTS what this device has seen: the two "
                   "heads are kept, and the records concerned are not trusted "
                   "any more"));
    return CLI_FAILED;
}

static enum cli_exit import_from(const struct cli_profile *profile,
                                 const char *passphrase_file, const char *path)
{
    struct keystore_profile identity = { .port = 0 };
    struct identifier organisation;
    struct cli_keeping keeping;
    struct anchors theirs;
    enum cli_exit end = CLI_FAILED;
    bool is_empty;

    if (!cli_profile_open(profile, passphrase_file, &identity, &is_empty))
        return CLI_FAILED;
    organisation = identity.organisation;
    keystore_profile_wipe(&identity);
    if (!read_export(path, &theirs))
        return CLI_FAILED;
    if (cli_keeping_open(&keeping, profile, &organisation))
        end = import_into(&keeping, profile, &theirs);
    cli_keeping_close(&keeping);
    anchors_release(&theirs);
    return end;
}

/* --- check --------------------------------------------------------------- */

static bool check_export(const struct anchors *ours, const char *path)
{
    struct anchors theirs;
    bool is_good = false;

    if (!read_export(path, &theirs))
        return false;
    is_good = compare_export(ours, &theirs);
    anchors_release(&theirs);
    return is_good;
}

static bool check_record(const struct anchors *ours, const char *path)
{
    struct cli_record_check found = { .count = 0 };
    const char *name = found.log.text;

    if (!cli_record_check(path, ours, &found))
        return false;
    if (found.has_contradiction) {
        if (found.has_agreed)
            print_agreement(name, found.agreed_seq);
        print_contradiction(name, found.seq, &found.ours, &found.theirs);
        return false;
    }
    if (found.has_agreed)
        print_agreement(name, found.agreed_seq);
    else
        (void)printf(found.is_known ? _("%s: the two have no event in common\n")
                                    : _("%s: unknown here\n"),
                     name);
    if (found.has_lost)
        (void)printf(_("%s: the file ends with events from %llu on that the "
                       "server lost and that were given up\n"),
                     name, (unsigned long long)found.lost_from);
    else if (found.is_short)
        (void)printf(_("%s: the file has %llu events; this device has verified "
                       "event %llu, too\n"),
                     name, (unsigned long long)found.count,
                     (unsigned long long)found.last_seq);
    return true;
}

static enum cli_exit check(const struct cli_profile *profile,
                           const char *const *paths, size_t count)
{
    struct anchors ours;
    bool is_good = true;

    if (!cli_keeping_read(profile, &ours))
        return CLI_FAILED;
    for (size_t i = 0; i < count; i++)
        is_good =
            (cli_record_is_one(paths[i]) ? check_record(&ours, paths[i])
                                         : check_export(&ours, paths[i])) &&
            is_good;
    anchors_release(&ours);
    return is_good ? CLI_DONE : CLI_FAILED;
}

/* --- The command --------------------------------------------------------- */

enum cli_exit cli_anchors(int argc, char **argv)
{
    const char *words[1 + FILES_MAX] = { NULL };
    const struct cli_usage usage = { usage_text, NULL, 0, 2, 1 + FILES_MAX };
    struct cli_common common = { NULL, NULL };
    struct cli_profile profile;
    size_t count = 0;
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &common, words, &end))
        return end;
    while (count < FILES_MAX && words[1 + count])
        count++;
    if (!cli_profile_locate(common.profile, &profile))
        return CLI_FAILED;
    if (strcmp(words[0], "check") == 0)
        return check(&profile, &words[1], count);
    if (count == 1 && strcmp(words[0], "export") == 0)
        return export_to(&profile, words[1]);
    if (count == 1 && strcmp(words[0], "import") == 0)
        return import_from(&profile, common.passphrase_file, words[1]);
    cli_complain(_("say export FILE, import FILE, or check FILE..."));
    return CLI_USAGE;
}
