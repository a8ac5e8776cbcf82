/*
 * The papers of a meeting as a folder, ready to be put into Sổ tay đảng viên
 * điện tử: what its record has as PDF and DOCX, its lists as CSV, and an entry
 * for calendars; under Vietnamese names without marks. Papers to be filled in
 * by hand are not among them.
 */
#include "server/control/chiboctl_record.h"

#include "protocol/document/document_facts.h"
#include "protocol/document/document_set.h"
#include "protocol/program/result_words.h"
#include "protocol/verify/verify_groups.h"
#include "server/document/calendar_ics.h"
#include "server/platform/private_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { USUAL_LENGTH_MIN = 90, REMIND_MIN = 60 };

struct folder {
    struct chiboctl *ctl;
    const char *path;
    struct list_csv_form form; /* of lists */
    struct chiboctl_record whole;
    struct verify_source source;
    struct verify_groups groups;
    json_t *facts, *adopted; /* owned */
    struct document_set set;
    json_t *names; /* owned; of what was written */
};

/* --- Names ---------------------------------------------------------------- */

/* What a document is called; NULL: it stays where it is. */
static const char *name_of(const char *template)
{
    static const char *const names[][2] = {
        { "minutes", "bien-ban" },
        { "resolution", "nghi-quyet" },
        { "tally", "bien-ban-kiem-phieu" },
        { "attendance", "danh-sach-diem-danh" },
        { "voting", "tong-hop-bieu-quyet" },
        { "tasks", "phan-cong-nhiem-vu" },
        { "notice", "thong-bao" },
    };
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], template) == 0)
            return names[i][1];
    return NULL;
}

/* --- Writing -------------------------------------------------------------- */

static bool write_file(struct folder *folder, const char *name,
                       const char *ending, const void *bytes, size_t size)
{
    char *path = NULL;
    bool is_written =
        asprintf(&path, "%s/%s.%s", folder->path, name, ending) >= 0;

    if (!is_written)
        path = NULL;
    is_written =
        is_written && private_file_write(path, bytes, size) == RESULT_OK;
    if (!is_written)
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path ? path : folder->path,
                      system_words(errno));
    else
        (void)json_array_append_new(
            folder->names, json_string(path + strlen(folder->path) + 1));
    free(path);
    return is_written;
}

/* What the record has; hidden files are not there. */
static bool write_paper(struct folder *folder, const struct document *document,
                        const char *name, const char *ending)
{
    char path[LIMIT_RECORD_PATH_SIZE];
    const struct record_zip_entry *entry;

    (void)snprintf(path, sizeof path, RECORD_DOCUMENTS_FOLDER "%s.%s",
                   document->name, ending);
    entry = record_zip_find(&folder->whole.record.zip, text_view_of(path));
    return !entry ||
           write_file(folder, name, ending, entry->data.data, entry->data.size);
}

static bool write_list(struct folder *folder, const struct document *document,
                       const char *name)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    bool is_written;

    if (!document->list)
        return true;
    if (document_csv(document, &folder->form, &bytes, &size) != RESULT_OK) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s.csv: %s", document->name,
                      result_words(RESULT_NO_MEMORY));
        return false;
    }
    is_written = write_file(folder, name, "csv", bytes, size);
    free(bytes);
    return is_written;
}

static bool write_documents(struct folder *folder)
{
    size_t i;

    for (i = 0; i < folder->set.count; i++) {
        const struct document *document = &folder->set.rows[i];
        const char *called = name_of(document->template);
        char name[2 * DOCUMENT_NAME_SIZE];

        if (!called)
            continue;
        /* "tally-b1" */
        (void)snprintf(name, sizeof name, "%s%s", called,
                       document->name + strlen(document->template));
        if (!write_paper(folder, document, name, "pdf") ||
            !write_paper(folder, document, name, "docx") ||
            !write_list(folder, document, name))
            return false;
    }
    return true;
}

/* --- The entry for calendars ---------------------------------------------- */

static const char *fact(const json_t *facts, const char *name)
{
    const char *text = json_string_value(json_object_get(facts, name));

    return text ? text : "";
}

static int64_t length_of(const struct meeting_state *state)
{
    uint64_t minutes = 0;
    size_t i;

    for (i = 0; i < state->item_count; i++)
        minutes += state->items[i].planned_min;
    return minutes > 0 && minutes < 24 * 60 ? (int64_t)minutes
                                            : USUAL_LENGTH_MIN;
}

static bool write_calendar(struct folder *folder)
{
    const struct meeting_state *state = folder->whole.findings.meeting.state;
    const json_t *meeting = json_object_get(folder->facts, "meeting");
    const char *title = fact(meeting, "name");
    const struct calendar_event event = {
        .uid = state->meeting.text,
        .summary = title[0] != '\0' ? title : fact(meeting, "title"),
        .description = "",
        .location = fact(meeting, "place"),
        .url = "",
        .zone = state->zone,
        .starts_at_ms = state->starts_at_ms,
        .length_min = length_of(state),
        .made_at_ms = state->starts_at_ms,
        .remind_min = REMIND_MIN,
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result result = calendar_ics_write(&event, &bytes, &size);
    bool is_written;

    if (result != RESULT_OK) {
        chiboctl_fail(CHIBOCTL_FAILED, "lich-hop.ics: %s",
                      result_words(result));
        return false;
    }
    is_written = write_file(folder, "lich-hop", "ics", bytes, size);
    free(bytes);
    return is_written;
}

/* --- The whole ------------------------------------------------------------ */

static enum result draw_facts(struct folder *folder)
{
    const struct verify_meeting *meeting = &folder->whole.findings.meeting;
    const struct record_zip_entry *minutes = record_zip_find(
        &folder->whole.record.zip, TEXT_LITERAL(RECORD_MINUTES_PATH));
    struct text_view name = { NULL, 0 };
    enum result result =
        verify_source_make(&meeting->reader, &folder->whole.record.rulesets,
                           &meeting->ruleset_hash, &folder->source);

    if (result == RESULT_OK)
        result =
            verify_groups_read(&folder->whole.record, &meeting->state->kinds,
                               &folder->groups, &name);
    folder->source.minutes.parts = folder->groups.parts;
    folder->source.minutes.part_count = folder->groups.count;
    if (result == RESULT_OK)
        result = document_facts_draw(&folder->source.minutes, &folder->facts);
    if (result == RESULT_OK && minutes &&
        meeting->state->minutes.adopted_version > 0)
        folder->adopted = json_loadb(minutes->data.data, minutes->data.size,
                                     JSON_REJECT_DUPLICATES, NULL);
    if (result == RESULT_OK)
        result =
            document_set_draw(folder->facts, folder->adopted, &folder->set);
    return result;
}

/* A file, or a meeting of the database. */
static bool find_record(struct folder *folder, const char *word)
{
    struct chiboctl_export exporting = { .sqlite = NULL };
    struct stat about;
    bool is_found = false;

    if (stat(word, &about) == 0)
        return chiboctl_record_read(word, &folder->whole) &&
               chiboctl_record_look(&folder->whole, word, NULL, 0) &&
               chiboctl_record_is_valid(&folder->whole, word);
    if (chiboctl_export_open(folder->ctl, &exporting)) {
        if (identifier_parse(text_view_of(word), &exporting.export.meeting) !=
            RESULT_OK)
            chiboctl_fail(CHIBOCTL_FAILED, _("no meeting \"%s\" has begun"),
                          word);
        else
            is_found = chiboctl_export_draw(&exporting, &folder->whole);
    }
    chiboctl_export_close(&exporting);
    return is_found;
}

static bool make_folder(const char *path)
{
    if (mkdir(path, 0700) == 0)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    return false;
}

static void say_written(const struct folder *folder)
{
    const json_t *name;
    size_t i;

    if (folder->ctl->is_json) {
        chiboctl_row(
            folder->ctl,
            json_pack("{s:s, s:O, s:b, s:b}", "folder", folder->path, "files",
                      folder->names, "signed_off",
                      (int)folder->whole.record.is_signed_off, "compared",
                      (int)(folder->whole.record.compared.unknown == 0)),
            NULL);
        return;
    }
    json_array_foreach(folder->names, i, name)(void)
        printf("%s/%s\n", folder->path, json_string_value(name));
    if (!folder->whole.record.is_signed_off)
        (void)puts(_("Chair and minute-taker have not signed the minutes in "
                     "it."));
    if (folder->whole.record.compared.unknown > 0)
        (void)puts(_("ATTENTION: these papers are of another version of this "
                     "program; whether they say what the record says was not "
                     "compared."));
}

static bool read_separator(const char *word, char *out)
{
    if (!word || strcmp(word, ",") == 0)
        *out = ',';
    else if (strcmp(word, ";") == 0)
        *out = ';';
    else if (strcmp(word, "tab") == 0)
        *out = '\t';
    else
        return false;
    return true;
}

static int run_folder(struct chiboctl *ctl)
{
    struct folder folder = { .ctl = ctl, .names = json_array() };
    int code = CHIBOCTL_FAILED;
    enum result result;

    folder.path = chiboctl_option(ctl, "out");
    folder.form.has_mark = !chiboctl_has(ctl, "no-bom");
    if (!folder.path)
        chiboctl_fail(CHIBOCTL_FAILED, "%s", _("--out is missing"));
    else if (!read_separator(chiboctl_option(ctl, "separator"),
                             &folder.form.separator))
        chiboctl_fail(CHIBOCTL_FAILED, "%s",
                      _("--separator is \",\", \";\" or tab"));
    else if (folder.names && find_record(&folder, ctl->arguments[0])) {
        result = draw_facts(&folder);
        if (result != RESULT_OK)
            chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", ctl->arguments[0],
                          result_words(result));
        else if (make_folder(folder.path) && write_documents(&folder) &&
                 write_calendar(&folder))
            code = CHIBOCTL_OK;
    }
    if (code == CHIBOCTL_OK)
        say_written(&folder);
    document_set_release(&folder.set);
    json_decref(folder.facts);
    json_decref(folder.adopted);
    json_decref(folder.names);
    verify_groups_release(&folder.groups);
    verify_source_release(&folder.source);
    chiboctl_record_release(&folder.whole);
    return code;
}

static const struct chiboctl_option folder_options[] = {
    { "out", "FOLDER", N_("a new folder, for the files") },
    { "separator", "\",\"|\";\"|tab",
      N_("between the fields of lists; without: a comma") },
    { "no-bom", NULL,
      N_("no mark of UTF-8 at the start, which spreadsheets look for") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_folder_commands[] = {
    { "record", "folder", "MEETING|FILE",
      N_("write the papers of a meeting into a folder: PDF, DOCX, lists as CSV "
         "and an entry for calendars, ready to be uploaded"),
      folder_options, 1, 1, run_folder },
    { 0 }
};
