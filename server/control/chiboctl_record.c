/* The file of a meeting's record: exporting it, leaving things out of it. */
#include "server/control/chiboctl_record.h"

#include "protocol/program/result_words.h"
#include "protocol/verify/verify_redact.h"
#include "protocol/verify/verify_words.h"
#include "server/control/identity_file.h"
#include "server/control/record_export.h"
#include "server/control/ruleset_folder.h"
#include "server/control/ruleset_store.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite_destroy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void chiboctl_record_release(struct chiboctl_record *whole)
{
    verify_findings_release(&whole->findings);
    verify_record_release(&whole->record);
    free(whole->bytes);
    *whole = (struct chiboctl_record){ .bytes = NULL };
}

static bool fail(const char *name, enum result result)
{
    chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", name, result_words(result));
    return false;
}

bool chiboctl_record_look(struct chiboctl_record *whole, const char *name,
                          const struct verify_given *given, size_t given_count)
{
    const struct verify_input input = { .given = given,
                                        .given_count = given_count };
    enum result result;

    verify_findings_release(&whole->findings);
    verify_record_release(&whole->record);
    whole->findings = (struct verify_findings){ .verdict = VERIFY_UNUSABLE };
    whole->record = (struct verify_record){ .zip = { NULL, 0 } };
    result = verify_record_run((struct text_view){ whole->bytes, whole->size },
                               &input, &whole->record, &whole->findings);
    return result == RESULT_OK || fail(name, result);
}

static bool look(struct chiboctl_record *whole, const char *name)
{
    return chiboctl_record_look(whole, name, NULL, 0);
}

bool chiboctl_record_is_valid(const struct chiboctl_record *whole,
                              const char *name)
{
    if (whole->findings.verdict != VERIFY_INVALID)
        return true;
    chiboctl_fail(
        CHIBOCTL_REFUSED, _("%s is not valid: %s"), name,
        verify_failure_words(&whole->findings, &whole->findings.failure).text);
    return false;
}

static bool read_identity(struct chiboctl *ctl, struct signing_key *out)
{
    const char *path = ctl->config.identity_key_path;
    const enum result result = identity_file_read(path, out);

    return result == RESULT_OK || fail(path, result);
}

static bool write_whole(const char *path, const struct chiboctl_record *whole)
{
    if (private_file_write(path, whole->bytes, whole->size) == RESULT_OK)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    return false;
}

/* A record without its list of what is missing gets it, at this level. */
static bool leave_out(struct chiboctl_record *whole, enum record_level level,
                      const struct signing_key *server, const char *name)
{
    char *bytes = NULL;
    size_t size = 0;
    const enum result result =
        verify_redact(&whole->record, level, server, &bytes, &size);

    if (result == RESULT_EXISTS) {
        chiboctl_fail(CHIBOCTL_REFUSED,
                      _("%s: more than that is left out of it already"), name);
        return false;
    }
    if (result != RESULT_OK)
        return fail(name, result);
    chiboctl_record_release(whole);
    whole->bytes = bytes;
    whole->size = size;
    return look(whole, name);
}

/* --- Exporting ----------------------------------------------------------- */

/* Which template, where in it, and why; the line is of what it gives where the
 * template itself is right. */
static bool say_not_drawn(const struct record_document_failure *failure,
                          enum result result)
{
    const struct document_fault *fault = &failure->fault;

    if (fault->kind == DOCUMENT_FAULT_NONE)
        chiboctl_fail(CHIBOCTL_REFUSED, _("document %s: %s"), failure->name,
                      result_words(result));
    else if (fault->detail[0] == '\0')
        chiboctl_fail(CHIBOCTL_REFUSED, _("document %s, line %d: %s"),
                      failure->name, fault->line,
                      _(document_fault_words(fault->kind)));
    else
        chiboctl_fail(CHIBOCTL_REFUSED, _("document %s, line %d: %s: %s"),
                      failure->name, fault->line,
                      _(document_fault_words(fault->kind)), fault->detail);
    return false;
}

static bool say_not_exported(const struct record_export *export,
                             enum result result,
                             const struct record_export_failure *failure)
{
    if (failure->document.name[0] != '\0')
        return say_not_drawn(&failure->document, result);
    if (result == RESULT_NOT_FOUND)
        chiboctl_fail(CHIBOCTL_REFUSED,
                      _("meeting %s: \"%s\" is not in the database, or not "
                        "among the rulesets"),
                      export->meeting.text,
                      failure->missing ? failure->missing : "?");
    else if (result == RESULT_CLOSED)
        chiboctl_fail(CHIBOCTL_REFUSED,
                      _("meeting %s was destroyed: see chiboctl record "
                        "destroyed"),
                      export->meeting.text);
    else
        chiboctl_fail(CHIBOCTL_REFUSED, _("meeting %s: %s"),
                      export->meeting.text, result_words(result));
    return false;
}

/* What was left of it then lies in the archive. */
static enum result collect_rest(const struct chiboctl_export *exporting,
                                struct chiboctl_record *whole)
{
    const struct record_export *export = &exporting->export;
    const struct archive_file_name name =
        archive_folder_rest(&export->organisation, &export->meeting);
    char *path = NULL;
    bool is_read = false;

    if (asprintf(&path, "%s/%s", exporting->archive, name.text) < 0)
        return RESULT_NO_MEMORY;
    is_read = chiboctl_record_read(path, whole) && look(whole, path);
    free(path);
    return is_read ? RESULT_OK : RESULT_IO;
}

static enum result collect_all(const struct record_export *export,
                               struct chiboctl_record *whole,
                               struct record_export_failure *failure)
{
    const char *name = export->meeting.text;
    enum result result =
        record_export(export, &whole->bytes, &whole->size, failure);

    if (result == RESULT_OK && !look(whole, name))
        result = RESULT_NO_MEMORY;
    /* What the server itself has no text of any more is listed. */
    if (result == RESULT_OK && whole->findings.verdict == VERIFY_INVALID &&
        whole->findings.failure.fault == VERIFY_FAULT_REDACTION &&
        !leave_out(whole, RECORD_LEVEL_AS_KEPT, export->server, name))
        result = RESULT_REFUSED;
    return result;
}

enum result chiboctl_export_collect(const struct chiboctl_export *exporting,
                                    struct chiboctl_record *whole,
                                    struct record_export_failure *failure)
{
    enum store_extent extent = STORE_EXTENT_NOTHING;
    const enum result result = store_sqlite_extent(
        exporting->sqlite, &exporting->export.meeting, &extent);

    *failure = (struct record_export_failure){ .missing = NULL };
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    if (extent == STORE_EXTENT_ALL)
        return RESULT_CLOSED;
    return extent == STORE_EXTENT_NOTHING
               ? collect_all(&exporting->export, whole, failure)
               : collect_rest(exporting, whole);
}

bool chiboctl_export_draw(const struct chiboctl_export *exporting,
                          struct chiboctl_record *whole)
{
    const struct record_export *export = &exporting->export;
    struct record_export_failure failure = { .missing = NULL };
    const enum result result =
        chiboctl_export_collect(exporting, whole, &failure);
    const bool is_drawn =
        result == RESULT_OK ||
        (!whole->bytes && say_not_exported(export, result, &failure));

    free(failure.missing);
    return is_drawn && chiboctl_record_is_valid(whole, export->meeting.text);
}

/* Beside the rulesets. */
static bool read_templates(struct chiboctl *ctl, struct template_folder *out)
{
    const char *name = NULL;
    char *directory = NULL;
    enum result result = RESULT_NO_MEMORY;

    if (asprintf(&directory, "%s/../templates/documents",
                 ctl->config.rules_directory) < 0)
        directory = NULL;
    if (directory)
        result = template_folder_read(directory, out, &name);
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED, "%s/%s.mustache: %s",
                      directory ? directory : "", name ? name : "",
                      result_words(result));
    free(directory);
    return result == RESULT_OK;
}

/* The first log of a database is the register. */
static bool find_organisation(struct store_sqlite *sqlite,
                              struct identifier *out)
{
    struct store_log_summary *summaries = NULL;
    size_t count = 0;
    enum result result = store_sqlite_list_logs(sqlite, &summaries, &count);

    if (result == RESULT_OK && count == 0)
        result = RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        *out = summaries[0].id;
    free(summaries);
    return result == RESULT_OK || fail("database", result);
}

bool chiboctl_export_open(struct chiboctl *ctl, struct chiboctl_export *out)
{
    enum result result;

    *out = (struct chiboctl_export){ .sqlite = NULL };
    if (!chiboctl_load_config(ctl) || !read_templates(ctl, &out->templates))
        return false;
    result = ruleset_folder_read(ctl->config.rules_directory, &out->rulesets);
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return fail(ctl->config.rules_directory, result);
    result = store_sqlite_open(&out->sqlite, ctl->config.database_path,
                               STORE_SQLITE_READ);
    if (result != RESULT_OK)
        return chiboctl_fail_database(ctl->config.database_path,
                                      ctl->config.database_path,
                                      result) == CHIBOCTL_OK;
    result = ruleset_store_find(out->sqlite, &out->rulesets);
    if (result != RESULT_OK)
        return fail(ctl->config.database_path, result);
    out->archive = ctl->config.archive_directory;
    out->export.sqlite = out->sqlite;
    out->export.rulesets = &out->rulesets;
    out->export.templates = &out->templates;
    out->export.server = &out->server;
    return read_identity(ctl, &out->server) &&
           find_organisation(out->sqlite, &out->export.organisation);
}

void chiboctl_export_close(struct chiboctl_export *exporting)
{
    signing_key_wipe(&exporting->server);
    store_sqlite_close(exporting->sqlite);
    ruleset_shelf_release(&exporting->rulesets);
    template_folder_release(&exporting->templates);
}

static void say_written(const struct chiboctl *ctl, const char *path,
                        const struct chiboctl_record *whole)
{
    const char *level = record_level_word(whole->record.redaction.level);

    if (ctl->is_json) {
        chiboctl_row(ctl,
                     json_pack("{s:s, s:s, s:I, s:I, s:s, s:b}", "meeting",
                               whole->record.manifest.meeting.text, "file",
                               path, "size", (json_int_t)whole->size, "events",
                               (json_int_t)whole->record.manifest.seq + 1,
                               "level", level, "signed_off",
                               (int)whole->record.is_signed_off),
                     NULL);
        return;
    }
    (void)printf(_("%s: %llu events, %zu files, %zu bytes\n"), path,
                 (unsigned long long)whole->record.manifest.seq + 1,
                 whole->record.zip.count, whole->size);
    if (!whole->record.is_signed_off)
        (void)puts(_("Chair and minute-taker have not signed the minutes in "
                     "it."));
}

static int run_export(struct chiboctl *ctl)
{
    struct chiboctl_export exporting = { .sqlite = NULL };
    struct chiboctl_record whole = { .bytes = NULL };
    struct identifier meeting;
    const char *path = chiboctl_option(ctl, "out");
    char usual[64 + IDENTIFIER_SIZE];
    int code = CHIBOCTL_FAILED;

    if (identifier_parse(text_view_of(ctl->arguments[0]), &meeting) !=
        RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, _("no meeting \"%s\" has begun"),
                             ctl->arguments[0]);
    (void)snprintf(usual, sizeof usual, "meeting-%s.chibo", meeting.text);
    path = path ? path : usual;
    if (chiboctl_export_open(ctl, &exporting)) {
        exporting.export.meeting = meeting;
        code = CHIBOCTL_REFUSED;
        if (chiboctl_export_draw(&exporting, &whole))
            code = write_whole(path, &whole) ? CHIBOCTL_OK : CHIBOCTL_FAILED;
        if (code == CHIBOCTL_OK)
            say_written(ctl, path, &whole);
    }
    chiboctl_record_release(&whole);
    chiboctl_export_close(&exporting);
    return code;
}

/* --- Leaving things out -------------------------------------------------- */

bool chiboctl_record_read(const char *path, struct chiboctl_record *out)
{
    struct stat about;
    enum result result;
    size_t size = 0;

    if (stat(path, &about) != 0) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
        return false;
    }
    if (about.st_size < 0 || about.st_size > LIMIT_RECORD_SIZE)
        return fail(path, RESULT_TOO_LARGE);
    out->bytes = malloc((size_t)about.st_size + 1);
    if (!out->bytes)
        return fail(path, RESULT_NO_MEMORY);
    result = private_file_read(path, out->bytes, (size_t)about.st_size, &size);
    out->size = size;
    return result == RESULT_OK || fail(path, result);
}

static int run_redact(struct chiboctl *ctl)
{
    const char *word = chiboctl_option(ctl, "level");
    const enum record_level level =
        word ? record_level_of(text_view_of(word)) : RECORD_LEVEL_FULL;
    const char *from = ctl->arguments[0], *to = ctl->arguments[1];
    struct signing_key server = { .seed = { 0 } };
    struct chiboctl_record whole = { .bytes = NULL };
    int code = CHIBOCTL_FAILED;

    if (level != RECORD_LEVEL_MEMBER && level != RECORD_LEVEL_UPPER)
        return chiboctl_fail(CHIBOCTL_FAILED, _("--level is member or upper"));
    if (chiboctl_load_config(ctl) && read_identity(ctl, &server) &&
        chiboctl_record_read(from, &whole) && look(&whole, from)) {
        code = CHIBOCTL_REFUSED;
        if (chiboctl_record_is_valid(&whole, from) &&
            leave_out(&whole, level, &server, from) &&
            chiboctl_record_is_valid(&whole, to))
            code = write_whole(to, &whole) ? CHIBOCTL_OK : CHIBOCTL_FAILED;
        if (code == CHIBOCTL_OK)
            say_written(ctl, to, &whole);
    }
    chiboctl_record_release(&whole);
    signing_key_wipe(&server);
    return code;
}

/* --- The commands -------------------------------------------------------- */

static const struct chiboctl_option export_options[] = {
    { "out", "FILE", N_("where to; without: meeting-MEETING.chibo here") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option redact_options[] = {
    { "level", "member|upper",
      N_("member: without reasons of absence, lobby, data of guests; upper: "
         "also without all that was said and written") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_record_commands[] = {
    { "record", "export", "MEETING",
      N_("write the file of a meeting's record, which chibo-verify checks; the "
         "server may be running"),
      export_options, 1, 1, run_export },
    { "record", "redact", "IN OUT",
      N_("write a record with less in it, which lists what was left out"),
      redact_options, 2, 2, run_redact },
    { 0 }
};
