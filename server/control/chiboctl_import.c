/* Taking records of other, or of older, servers into the archive. */
#include "protocol/record/anchor_file.h"
#include "protocol/program/result_words.h"
#include "protocol/verify/verify_file.h"
#include "protocol/verify/verify_words.h"
#include "server/archive/archive_compare.h"
#include "server/control/chiboctl_record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANCHORS_MAX = 64 };

struct import {
    struct chiboctl *ctl;
    struct chiboctl_archive archive;
    struct store_log *registry; /* owned; of this server, or NULL */
    struct verify_given given[ANCHORS_MAX];
    size_t given_count;
    int code; /* of all files together */
};

/* The worst of all files counts: FAILED before REFUSED. */
static void note(struct import *import, int code)
{
    if (code > import->code)
        import->code = code;
}

static void say(const struct import *import, const char *path,
                const struct chiboctl_record *whole, const char *word,
                const char *words)
{
    const struct record_manifest *manifest = &whole->record.manifest;

    if (!import->ctl->is_json) {
        (void)printf(_("%s: meeting %s of %s, %llu events: %s\n"), path,
                     manifest->meeting.text, manifest->organisation.text,
                     (unsigned long long)manifest->seq + 1, words);
        return;
    }
    chiboctl_row(
        import->ctl,
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:b}", "file", path,
                  "result", word, "meeting", manifest->meeting.text,
                  "organisation", manifest->organisation.text, "events",
                  (json_int_t)manifest->seq + 1, "level",
                  record_level_word(whole->record.redaction.level),
                  "signed_off", (int)whole->record.is_signed_off, "complete",
                  (int)(whole->findings.verdict == VERIFY_COMPLETE)),
        NULL);
}

static int refuse(const struct import *import, const char *path,
                  const char *words)
{
    (void)import;
    return chiboctl_fail(CHIBOCTL_REFUSED, _("%s is not imported: %s"), path,
                         words);
}

/* --- Against this server's own logs -------------------------------------- */

/* Does what the server has, and what the record has, begin alike? */
static enum result is_one_history(const struct store_log *log,
                                  const struct hash *heads, size_t count,
                                  bool *is_one)
{
    struct hash *own = calloc(log->event_count + 1, sizeof *own);
    size_t i;

    if (!own)
        return RESULT_NO_MEMORY;
    for (i = 0; i < log->event_count; i++)
        own[i] = log->events[i].head;
    *is_one = archive_is_one_history(own, log->event_count, heads, count);
    free(own);
    return RESULT_OK;
}

/* True: it may be stored. Else `*code` is what this file ends with. */
static bool is_for_archive(struct import *import, const char *path,
                           const struct chiboctl_record *whole, int *code)
{
    const struct verify_findings *findings = &whole->findings;
    struct store_log *log = NULL;
    bool is_one = true, has_all = false;
    enum result result = RESULT_OK;

    *code = CHIBOCTL_OK;
    if (!import->registry ||
        !identifier_equal(&findings->organisation, &import->registry->id))
        return true;
    result = is_one_history(import->registry, findings->registry.reader.heads,
                            findings->registry.reader.count, &is_one);
    if (result == RESULT_OK && is_one)
        result = store_sqlite_load_log(import->archive.sqlite, &findings->scope,
                                       &log);
    if (log && log->event_count > 0 && result == RESULT_OK) {
        result = is_one_history(log, findings->history.heads,
                                findings->history.count, &is_one);
        has_all = log->event_count >= findings->history.count;
    }
    store_log_free(log);
    if (result != RESULT_OK)
        *code = chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path,
                              result_words(result));
    else if (!is_one)
        *code = refuse(import, path,
                       _("it CONTRADICTS what this server has of the same "
                         "organisation"));
    else if (has_all)
        say(import, path, whole, "own", _("this server has it itself"));
    return result == RESULT_OK && is_one && !has_all;
}

/* --- Against what is stored ---------------------------------------------- */

static int store(struct import *import, const char *path,
                 const struct chiboctl_record *whole, const char *word,
                 const char *words)
{
    const struct archive_file_name name = archive_folder_name(
        &whole->record.manifest.organisation, &whole->record.manifest.meeting);
    enum result result;

    errno = 0;
    result = archive_folder_write(import->archive.folder, name.text,
                                  whole->bytes, whole->size);
    if (result != RESULT_OK)
        return chiboctl_fail(
            CHIBOCTL_FAILED, _("%s is not imported: %s; nothing was changed"),
            path,
            result == RESULT_IO && errno ? system_words(errno)
                                         : result_words(result));
    say(import, path, whole, word, words);
    return CHIBOCTL_OK;
}

static int settle(struct import *import, const char *path,
                  const struct chiboctl_record *whole,
                  enum archive_relation relation)
{
    switch (relation) {
    case ARCHIVE_EXTENDS:
        return store(import, path, whole, "extended",
                     _("stored in the place of one with less in it"));
    case ARCHIVE_SAME:
        say(import, path, whole, "same",
            _("what is stored already shows the same"));
        return CHIBOCTL_OK;
    case ARCHIVE_OLDER:
        say(import, path, whole, "older",
            _("what is stored already goes on further"));
        return CHIBOCTL_OK;
    case ARCHIVE_LESS:
        return refuse(import, path,
                      _("something is left out of it that is in what is "
                        "stored"));
    case ARCHIVE_CONTRADICTS:
        return refuse(import, path,
                      _("it CONTRADICTS what is stored of this meeting; see "
                        "chibo-verify --fork"));
    }
    return CHIBOCTL_FAILED; /* there is no other */
}

/* What is stored must be sound itself to be held against anything. */
static int meet(struct import *import, const char *path,
                const struct chiboctl_record *fresh, const char *name,
                struct chiboctl_record *old)
{
    const struct archive_record rows[] = {
        { { old->bytes, old->size }, &old->record, &old->findings },
        { { fresh->bytes, fresh->size }, &fresh->record, &fresh->findings }
    };
    enum archive_relation relation = ARCHIVE_SAME;
    enum result result = RESULT_OK;

    if (old->size == fresh->size &&
        memcmp(old->bytes, fresh->bytes, old->size) == 0) {
        say(import, path, fresh, "same", _("it is stored already"));
        return CHIBOCTL_OK;
    }
    if (!chiboctl_record_look(old, name, NULL, 0))
        return CHIBOCTL_FAILED;
    if (old->findings.verdict == VERIFY_INVALID)
        return store(import, path, fresh, "mended",
                     _("stored in the place of one that was damaged"));
    result = archive_compare(&rows[0], &rows[1], &relation);
    if (result != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path,
                             result_words(result));
    return settle(import, path, fresh, relation);
}

static int keep(struct import *import, const char *path,
                const struct chiboctl_record *whole)
{
    const struct archive_file_name name = archive_folder_name(
        &whole->record.manifest.organisation, &whole->record.manifest.meeting);
    struct chiboctl_record old = { .bytes = NULL };
    int code;
    enum result result = archive_folder_read(import->archive.folder, name.text,
                                             &old.bytes, &old.size);

    if (result == RESULT_NOT_FOUND)
        return store(import, path, whole, "stored", _("stored"));
    if (result != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", name.text,
                             result_words(result));
    code = meet(import, path, whole, name.text, &old);
    chiboctl_record_release(&old);
    return code;
}

/* --- One file ------------------------------------------------------------ */

/* Root reads what only root may read, and is the owner of the archive again
 * afterwards. */
static bool read_as_caller(struct import *import, const char *path,
                           struct chiboctl_record *out)
{
    const uid_t owner = geteuid();
    bool is_read;

    if (owner != getuid() && seteuid(getuid()) != 0) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
        return false;
    }
    is_read = chiboctl_record_read(path, out);
    if (geteuid() != owner && seteuid(owner) != 0) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
        return false;
    }
    (void)import;
    return is_read;
}

static int import_file(struct import *import, const char *path)
{
    struct chiboctl_record whole = { .bytes = NULL };
    int code = CHIBOCTL_FAILED;

    if (!read_as_caller(import, path, &whole)) {
        chiboctl_record_release(&whole);
        return CHIBOCTL_FAILED;
    }
    if (!verify_record_is((struct text_view){ whole.bytes, whole.size }))
        code = refuse(import, path, _("it is no file of a record"));
    else if (chiboctl_record_look(&whole, path, import->given,
                                  import->given_count)) {
        if (whole.findings.verdict == VERIFY_INVALID)
            code = refuse(
                import, path,
                verify_failure_words(&whole.findings, &whole.findings.failure)
                    .text);
        else if (is_for_archive(import, path, &whole, &code))
            code = keep(import, path, &whole);
    }
    chiboctl_record_release(&whole);
    return code;
}

/* --- All of it ----------------------------------------------------------- */

static bool read_anchor(struct import *import, const char *path)
{
    struct verify_given *given = &import->given[import->given_count];
    struct verify_file_text text = { NULL, 0 };
    enum result result = verify_file_read(path, &text);

    if (result == RESULT_OK)
        result = anchor_file_parse(verify_file_view(&text), &given->anchors);
    verify_file_release(&text);
    if (result != RESULT_OK) {
        chiboctl_fail(CHIBOCTL_FAILED, _("%s: these are no anchors (%s)"), path,
                      result_words(result));
        return false;
    }
    given->name = path;
    import->given_count++;
    return true;
}

static bool read_anchors(struct import *import)
{
    const char *paths[ANCHORS_MAX];
    const size_t count =
        chiboctl_each(import->ctl, "anchor", paths, ANCHORS_MAX);
    bool is_read = count <= ANCHORS_MAX;
    size_t i;

    if (!is_read)
        chiboctl_fail(CHIBOCTL_FAILED, _("too many options"));
    for (i = 0; i < count && is_read; i++)
        is_read = read_anchor(import, paths[i]);
    return is_read;
}

static bool read_register(struct import *import)
{
    enum result result;

    if (identifier_is_empty(&import->archive.organisation))
        return true;
    result =
        store_sqlite_load_log(import->archive.sqlite,
                              &import->archive.organisation, &import->registry);
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s",
                      import->ctl->config.database_path, result_words(result));
    return result == RESULT_OK;
}

static int run_import(struct chiboctl *ctl)
{
    struct import *import = calloc(1, sizeof *import);
    bool is_ready;
    size_t i;
    int code;

    if (!import)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s",
                             result_words(RESULT_NO_MEMORY));
    import->ctl = ctl;
    is_ready = read_anchors(import) &&
               chiboctl_archive_open(ctl, &import->archive) &&
               read_register(import);
    if (!is_ready)
        note(import, CHIBOCTL_FAILED);
    for (i = 0; is_ready && i < ctl->argument_count; i++)
        note(import, import_file(import, ctl->arguments[i]));
    if (is_ready && !chiboctl_archive_refresh(ctl, &import->archive))
        note(import,
             chiboctl_fail(CHIBOCTL_FAILED,
                           _("the records are kept as was said; only the index "
                             "is not up to date: chiboctl record index")));
    code = import->code;
    for (i = 0; i < import->given_count; i++)
        anchors_release(&import->given[i].anchors);
    store_log_free(import->registry);
    chiboctl_archive_close(&import->archive);
    free(import);
    return code;
}

static const struct chiboctl_option import_options[] = {
    { "anchor", "FILE",
      N_("what a device kept: records that contradict it are refused; may be "
         "given again") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_import_commands[] = {
    { "record", "import", "FILE...",
      N_("verify records, as chibo-verify does, and keep them in the archive; "
         "the server may be running"),
      import_options, 1, CHIBOCTL_ARGUMENTS_MAX, run_import },
    { 0 }
};
