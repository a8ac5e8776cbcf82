/* Verifying again what is stored: after an upgrade, or from time to time. */
#include "protocol/verify/verify_words.h"
#include "protocol/program/result_words.h"
#include "server/control/chiboctl_record.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum reverified {
    IS_COMPLETE,
    IS_SO_FAR,    /* under way, or not signed off */
    IS_DESTROYED, /* as a report says; its chain is for "verify" */
    IS_INVALID,
    IS_UNREADABLE,
    OUTCOME_COUNT
};

struct reverify {
    struct chiboctl *ctl;
    struct chiboctl_archive archive;
    struct chiboctl_export exporting;
    bool is_exporting; /* there is a database */
    size_t total, done;
    size_t counts[OUTCOME_COUNT];
};

static const char *const outcome_words[OUTCOME_COUNT] = {
    [IS_COMPLETE] = "complete",     [IS_SO_FAR] = "so_far",
    [IS_DESTROYED] = "destroyed",   [IS_INVALID] = "invalid",
    [IS_UNREADABLE] = "unreadable",
};

static const char *outcome_text(enum reverified outcome)
{
    switch (outcome) {
    case IS_COMPLETE:
        return _("valid and complete");
    case IS_SO_FAR:
        return _("valid so far");
    case IS_DESTROYED:
        return _("destroyed, see chiboctl record destroyed");
    case IS_INVALID:
        return _("NOT VALID");
    case IS_UNREADABLE:
        return _("cannot be read");
    case OUTCOME_COUNT:
        break;
    }
    return "";
}

/* --- Telling ------------------------------------------------------------- */

static void tell_progress(const struct reverify *work, const char *name)
{
    if (!isatty(STDERR_FILENO) || work->ctl->is_json)
        return;
    (void)fputs("\r\033[K", stderr);
    (void)fprintf(stderr, _("%zu of %zu: %s"), work->done + 1, work->total,
                  name);
}

static void tell(struct reverify *work, const char *name, const char *origin,
                 enum reverified outcome, const char *reason)
{
    work->done++;
    work->counts[outcome]++;
    if (work->ctl->is_json) {
        chiboctl_row(work->ctl,
                     json_pack("{s:s, s:s, s:s, s:s*}", "name", name, "origin",
                               origin, "result", outcome_words[outcome],
                               "reason", reason),
                     NULL);
        return;
    }
    if (isatty(STDERR_FILENO))
        (void)fputs("\r\033[K", stderr);
    if (reason)
        (void)printf("%s: %s: %s\n", name, outcome_text(outcome), reason);
    else
        (void)printf("%s: %s\n", name, outcome_text(outcome));
}

/* For programs by the word of logs, which no language changes. */
static const char *reason_of(const struct reverify *work, enum result result)
{
    return work->ctl->is_json ? result_text(result) : result_words(result);
}

static void tell_sum(const struct reverify *work)
{
    const size_t *counts = work->counts;

    if (work->ctl->is_json) {
        chiboctl_row(work->ctl,
                     json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "verified",
                               (json_int_t)work->done, "complete",
                               (json_int_t)counts[IS_COMPLETE], "so_far",
                               (json_int_t)counts[IS_SO_FAR], "destroyed",
                               (json_int_t)counts[IS_DESTROYED], "invalid",
                               (json_int_t)counts[IS_INVALID], "unreadable",
                               (json_int_t)counts[IS_UNREADABLE]),
                     NULL);
        return;
    }
    (void)printf(_("verified: %zu; complete: %zu, so far: %zu, destroyed: %zu, "
                   "NOT VALID: %zu, unreadable: %zu\n"),
                 work->done, counts[IS_COMPLETE], counts[IS_SO_FAR],
                 counts[IS_DESTROYED], counts[IS_INVALID],
                 counts[IS_UNREADABLE]);
}

/* --- One of them --------------------------------------------------------- */

static void judge(struct reverify *work, const char *name, const char *origin,
                  const struct verify_findings *findings)
{
    if (findings->verdict == VERIFY_INVALID)
        tell(work, name, origin, IS_INVALID,
             verify_failure_words(findings, &findings->failure).text);
    else
        tell(work, name, origin,
             findings->verdict == VERIFY_COMPLETE ? IS_COMPLETE : IS_SO_FAR,
             NULL);
}

static void verify_file(struct reverify *work, const char *name)
{
    struct chiboctl_record whole = { .bytes = NULL };
    const enum result result = archive_folder_read(work->archive.folder, name,
                                                   &whole.bytes, &whole.size);

    tell_progress(work, name);
    if (result != RESULT_OK)
        tell(work, name, "imported", IS_UNREADABLE, reason_of(work, result));
    else if (chiboctl_record_look(&whole, name, NULL, 0))
        judge(work, name, "imported", &whole.findings);
    else
        tell(work, name, "imported", IS_UNREADABLE, NULL);
    chiboctl_record_release(&whole);
}

/* Its record is drawn as for an export. */
static void verify_meeting(struct reverify *work, const struct identifier *id)
{
    struct record_export_failure failure = { .missing = NULL };
    struct chiboctl_record whole = { .bytes = NULL };
    enum result result;

    tell_progress(work, id->text);
    work->exporting.export.meeting = *id;
    result = chiboctl_export_collect(&work->exporting, &whole, &failure);
    if (result == RESULT_OK)
        judge(work, id->text, "server", &whole.findings);
    else if (result == RESULT_CLOSED)
        tell(work, id->text, "server", IS_DESTROYED, NULL);
    else
        tell(work, id->text, "server",
             result == RESULT_CORRUPT ? IS_INVALID : IS_UNREADABLE,
             failure.missing ? failure.missing : reason_of(work, result));
    free(failure.missing);
    chiboctl_record_release(&whole);
}

/* --- All of them --------------------------------------------------------- */

static bool is_wanted(const struct chiboctl *ctl, const char *name)
{
    size_t i;

    for (i = 0; i < ctl->argument_count; i++)
        if (strcmp(ctl->arguments[i], name) == 0)
            return true;
    return ctl->argument_count == 0;
}

static size_t count_wanted(const struct chiboctl *ctl,
                           const struct archive_files *files,
                           const struct store_log_summary *logs,
                           size_t log_count)
{
    size_t count = 0, i;

    for (i = 0; i < files->count; i++)
        count += is_wanted(ctl, files->rows[i].name);
    for (i = 1; i < log_count; i++)
        count += is_wanted(ctl, logs[i].id.text);
    return count;
}

static int code_of(const struct reverify *work)
{
    if (work->counts[IS_INVALID] > 0)
        return CHIBOCTL_REFUSED;
    return work->counts[IS_UNREADABLE] > 0 ? CHIBOCTL_FAILED : CHIBOCTL_OK;
}

static int verify_all(struct reverify *work, const struct archive_files *files,
                      const struct store_log_summary *logs, size_t log_count)
{
    const struct chiboctl *ctl = work->ctl;
    size_t i;

    work->total = count_wanted(ctl, files, logs, log_count);
    if (work->total < ctl->argument_count)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("not all of these are stored: see chiboctl "
                               "record list"));
    for (i = 1; i < log_count; i++)
        if (is_wanted(ctl, logs[i].id.text))
            verify_meeting(work, &logs[i].id);
    for (i = 0; i < files->count; i++)
        if (is_wanted(ctl, files->rows[i].name))
            verify_file(work, files->rows[i].name);
    tell_sum(work);
    return code_of(work);
}

static bool open_all(struct reverify *work)
{
    if (!chiboctl_archive_open(work->ctl, &work->archive))
        return false;
    if (!work->archive.sqlite)
        return true;
    work->is_exporting = true;
    return chiboctl_export_open(work->ctl, &work->exporting);
}

static int run_verify(struct chiboctl *ctl)
{
    struct reverify work = { .ctl = ctl };
    struct archive_files files = { NULL, 0 };
    struct store_log_summary *logs = NULL;
    size_t log_count = 0;
    int code = CHIBOCTL_FAILED;
    enum result result = RESULT_OK;

    if (chiboctl_has(ctl, "all") == (ctl->argument_count > 0))
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("give --all, or what is to be verified"));
    if (open_all(&work)) {
        result = archive_folder_list(work.archive.folder, &files);
        if (result == RESULT_OK && work.archive.sqlite)
            result =
                store_sqlite_list_logs(work.archive.sqlite, &logs, &log_count);
        code = result == RESULT_OK
                   ? verify_all(&work, &files, logs, log_count)
                   : chiboctl_fail(CHIBOCTL_FAILED, "%s", result_words(result));
    }
    free(logs);
    archive_files_release(&files);
    if (work.is_exporting)
        chiboctl_export_close(&work.exporting);
    chiboctl_archive_close(&work.archive);
    return code;
}

static const struct chiboctl_option verify_options[] = {
    { "all", NULL, N_("every meeting and every imported record") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_reverify_commands[] = {
    { "record", "verify", "[MEETING|RECORD...]",
      N_("verify again what is stored, as chibo-verify does: meetings of the "
         "server by their id, imported records by their name; the server may "
         "be running"),
      verify_options, 0, CHIBOCTL_ARGUMENTS_MAX, run_verify },
    { 0 }
};
