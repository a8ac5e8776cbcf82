#include "protocol/verify/verify_documents.h"

#include "protocol/base/limits.h"
#include "protocol/document/carried_text.h"
#include "protocol/document/document_facts.h"
#include "protocol/document/document_set.h"
#include "protocol/document/docx_text.h"
#include "protocol/document/shipped_template.h"
#include "protocol/verify/verify_groups.h"
#include "protocol/verify/verify_same.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct judging {
    struct verify_record *record;
    struct verify_findings *findings;
    struct verify_source source; /* owned, as are all below */
    struct verify_groups groups;
    json_t *adopted; /* minutes.json; NULL: not, or hidden */
    json_t *facts;
    struct document_set set;
    int format; /* in which the documents were made */
};

static enum result fail(struct judging *judging, enum verify_fault fault,
                        struct text_view name)
{
    struct verify_findings *findings = judging->findings;

    findings->verdict = VERIFY_INVALID;
    findings->failure = (struct verify_failure){ .fault = fault,
                                                 .file = VERIFY_IN_RECORD,
                                                 .name = name };
    return RESULT_REFUSED;
}

/* NULL: there is no such file, perhaps because it is hidden. */
static const struct record_zip_entry *find(const struct judging *judging,
                                           const char *path)
{
    return record_zip_find(&judging->record->zip, text_view_of(path));
}

/* A file that has to be named, whether it is hidden or not. */
static enum result want(struct judging *judging, const char *path)
{
    struct verify_record *record = judging->record;
    const struct text_view name = text_view_of(path);

    if (record_manifest_hideable(&record->manifest, name) ||
        record_manifest_file(&record->manifest, name))
        return RESULT_OK;
    (void)snprintf(record->wanted, sizeof record->wanted, "%s", path);
    return fail(judging, VERIFY_FAULT_FILE_MISSING,
                text_view_of(record->wanted));
}

/* --- In which form -------------------------------------------------------- */

/* Is everything in it known here, so that it can be drawn again? */
static enum result read_format(struct judging *judging, bool *is_known)
{
    const struct record_zip_entry *entry = find(judging, RECORD_FORMAT_PATH);
    const struct verify_reader *reader = &judging->findings->meeting.reader;
    char text[32];
    unsigned long format = 0;
    json_t *root;

    if (!entry)
        return want(judging, RECORD_FORMAT_PATH) == RESULT_OK
                   ? fail(judging, VERIFY_FAULT_FILE_FORM,
                          TEXT_LITERAL(RECORD_FORMAT_PATH))
                   : RESULT_REFUSED;
    /* Before it is read: it may be large. */
    if (entry->data.size >= sizeof text)
        return fail(judging, VERIFY_FAULT_FILE_FORM, entry->name);
    root = json_loadb(entry->data.data, entry->data.size, 0, NULL);
    format = (unsigned long)json_integer_value(json_object_get(root, "format"));
    json_decref(root);
    if (format == 0 || format > 1000000 ||
        snprintf(text, sizeof text, RECORD_FORMAT_TEXT, (int)format) < 0 ||
        !text_view_is(entry->data, text))
        return fail(judging, VERIFY_FAULT_FILE_FORM, entry->name);
    judging->format = (int)format;
    *is_known = format >= DOCUMENT_FORMAT_WITHOUT_ERRATA &&
                format <= DOCUMENT_FORMAT && reader->unknown_count == 0 &&
                reader->newer_count == 0 && judging->record->rulesets.count > 0;
    return RESULT_OK;
}

/* --- What was adopted ----------------------------------------------------- */

static bool hides(const struct verify_reader *reader)
{
    size_t i;

    for (i = 0; i < reader->text_count; i++)
        if (reader->texts[i].opened < reader->texts[i].total)
            return true;
    return false;
}

static bool has_hidden(const struct judging *judging)
{
    bool is_hidden = hides(&judging->findings->meeting.reader);
    size_t i;

    for (i = 0; i < judging->groups.count; i++)
        is_hidden |= hides(&judging->groups.rows[i].reader);
    return is_hidden;
}

/* As far as the texts that are opened go. */
static enum result compare_facts(struct judging *judging, struct text_view told,
                                 struct text_view whole)
{
    json_t *one = json_loadb(told.data, told.size, 0, NULL);
    json_t *other =
        json_loadb(whole.data, whole.size, JSON_REJECT_DUPLICATES, NULL);
    const bool is_right = one && other && verify_same_as_far(one, other);

    json_decref(one);
    json_decref(other);
    judging->record->compared.minutes = VERIFY_MINUTES_PARTLY;
    return is_right ? RESULT_OK
                    : fail(judging, VERIFY_FAULT_MINUTES_FACTS,
                           TEXT_LITERAL(RECORD_MINUTES_PATH));
}

static enum result compare_minutes(struct judging *judging,
                                   struct text_view said, int format)
{
    struct minutes_source source = judging->source.minutes;
    const struct verify_meeting *meeting = &judging->findings->meeting;
    struct text_view told = { NULL, 0 };
    char *text = NULL;
    enum result result;

    source.format = format;
    result = minutes_json_draw(&source, meeting->state->minutes.upto, &text,
                               &told.size);
    told.data = text;
    if (result == RESULT_OK && !text_view_equal(told, said)) {
        if (has_hidden(judging))
            result = compare_facts(judging, told, said);
        else
            result = fail(judging, VERIFY_FAULT_MINUTES_FACTS,
                          TEXT_LITERAL(RECORD_MINUTES_PATH));
    }
    free(text);
    if (result == RESULT_NOT_FOUND || result == RESULT_CORRUPT)
        result = fail(judging, VERIFY_FAULT_MINUTES_FACTS,
                      TEXT_LITERAL(RECORD_MINUTES_PATH));
    return result;
}

/* The form of ours in which they say that they are, the newest where they say
 * none; 0: another one. */
static int form_of(const json_t *minutes)
{
    const json_t *told = json_object_get(minutes, "format");
    const json_int_t format = json_integer_value(told);

    if (!json_is_integer(told))
        return DOCUMENT_FORMAT;
    return format >= 1 && format <= DOCUMENT_FORMAT ? (int)format : 0;
}

static enum result judge_minutes(struct judging *judging)
{
    const struct meeting_state *state = judging->findings->meeting.state;
    struct verify_compared *compared = &judging->record->compared;
    const struct record_zip_entry *entry = find(judging, RECORD_MINUTES_PATH);
    enum result result = RESULT_OK;
    json_t *minutes;
    int form;

    if (state->minutes.version == 0)
        return RESULT_OK;
    compared->minutes = VERIFY_MINUTES_HIDDEN;
    if (!entry)
        return RESULT_OK;
    /* No larger than what is put on the server; before it is read. */
    minutes = entry->data.size <= LIMIT_BLOB_SIZE
                  ? json_loadb(entry->data.data, entry->data.size,
                               JSON_REJECT_DUPLICATES, NULL)
                  : NULL;
    if (!minutes)
        return fail(judging, VERIFY_FAULT_MINUTES, entry->name);
    form = form_of(minutes);
    if (form == 0) {
        compared->minutes = VERIFY_MINUTES_UNKNOWN;
        judging->findings->gaps |= VERIFY_GAP_DOCUMENTS;
    } else if (!judging->groups.is_whole) {
        compared->minutes = VERIFY_MINUTES_OTHERS;
    } else {
        compared->minutes = VERIFY_MINUTES_WHOLE;
        result = compare_minutes(judging, entry->data, form);
    }
    if (state->minutes.adopted_version > 0)
        judging->adopted = json_incref(minutes);
    json_decref(minutes);
    return result;
}

/* --- One document --------------------------------------------------------- */

static enum result judge_text(struct judging *judging,
                              const struct record_zip_entry *entry,
                              struct text_view carried, struct text_view wanted)
{
    if (!text_view_equal(carried, wanted))
        return fail(judging, VERIFY_FAULT_DOCUMENT, entry->name);
    judging->record->compared.count++;
    return RESULT_OK;
}

static enum result judge_pdf(struct judging *judging,
                             const struct record_zip_entry *entry,
                             struct text_view wanted)
{
    struct text_view carried = { NULL, 0 };
    const enum result result = carried_text_in_pdf(entry->data, &carried);

    if (result == RESULT_OK)
        return judge_text(judging, entry, carried, wanted);
    return result == RESULT_NO_MEMORY
               ? result
               : fail(judging, VERIFY_FAULT_DOCUMENT_FORM, entry->name);
}

static enum result judge_docx(struct judging *judging,
                              const struct record_zip_entry *entry,
                              struct paper *paper, struct text_view wanted)
{
    char *text = NULL;
    size_t size = 0;
    enum result result = docx_text_carried(entry->data, &text, &size);

    if (result == RESULT_OK)
        result = judge_text(judging, entry, (struct text_view){ text, size },
                            wanted);
    else if (result != RESULT_NO_MEMORY)
        result = fail(judging, VERIFY_FAULT_DOCUMENT_FORM, entry->name);
    free(text);
    if (result != RESULT_OK)
        return result;
    result = docx_text_check(
        entry->data, paper,
        document_set_created_ms(judging->findings->meeting.state));
    if (result == RESULT_REFUSED || result == RESULT_MALFORMED)
        result = fail(judging, VERIFY_FAULT_DOCUMENT_SHOWN, entry->name);
    return result;
}

static enum result judge_csv(struct judging *judging,
                             const struct record_zip_entry *entry,
                             const struct document *document)
{
    uint8_t *text = NULL;
    size_t size = 0;
    enum result result = document_csv(document, NULL, &text, &size);

    if (result == RESULT_OK)
        result = judge_text(judging, entry, entry->data,
                            (struct text_view){ (const char *)text, size });
    free(text);
    return result;
}

/* The files of a document; `docx` and `csv` NULL: hidden. */
struct files {
    const struct record_zip_entry *pdf, *docx, *csv;
};

static enum result find_file(struct judging *judging,
                             const struct document *document,
                             const char *ending,
                             const struct record_zip_entry **out)
{
    char path[LIMIT_RECORD_PATH_SIZE];

    (void)snprintf(path, sizeof path, RECORD_DOCUMENTS_FOLDER "%s.%s",
                   document->name, ending);
    *out = find(judging, path);
    return want(judging, path);
}

static enum result find_files(struct judging *judging,
                              const struct document *document,
                              struct files *out)
{
    enum result result = find_file(judging, document, "pdf", &out->pdf);

    *out = (struct files){ .pdf = out->pdf };
    if (result == RESULT_OK)
        result = find_file(judging, document, "docx", &out->docx);
    if (result == RESULT_OK && document->list)
        result = find_file(judging, document, "csv", &out->csv);
    return result;
}

/* What its template gives; the fault of a template is the template's. */
static enum result draw(struct judging *judging,
                        const struct document *document, struct paper **out)
{
    const struct record_zip_entry *template;
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    char path[LIMIT_RECORD_PATH_SIZE];
    enum result result;

    (void)snprintf(path, sizeof path, RECORD_TEMPLATES_FOLDER "%s.mustache",
                   document->template);
    template = find(judging, path);
    if (!template) {
        result = want(judging, path);
        return result == RESULT_OK ? fail(judging, VERIFY_FAULT_FILE_MISSING,
                                          text_view_of(document->template))
                                   : result;
    }
    result = document_paper(template->data, document->values, out, &fault);
    if (result == RESULT_OK || fault.kind == DOCUMENT_FAULT_MEMORY)
        return result;
    return fail(judging, VERIFY_FAULT_TEMPLATE, template->name);
}

static enum result judge_files(struct judging *judging,
                               const struct document *document,
                               const struct files *files)
{
    struct paper *paper = NULL;
    char *text = NULL;
    size_t size = 0;
    enum result result = draw(judging, document, &paper);

    if (result == RESULT_OK)
        result = paper_canonical_text(paper, &text, &size);
    if (result == RESULT_OK && files->pdf)
        result =
            judge_pdf(judging, files->pdf, (struct text_view){ text, size });
    if (result == RESULT_OK && files->docx)
        result = judge_docx(judging, files->docx, paper,
                            (struct text_view){ text, size });
    if (result == RESULT_OK && files->csv)
        result = judge_csv(judging, files->csv, document);
    free(text);
    paper_free(paper);
    return result;
}

/* Minutes that were adopted and are hidden can give no document. */
static bool can_draw(const struct judging *judging,
                     const struct document *document)
{
    const struct meeting_state *state = judging->findings->meeting.state;

    return judging->adopted || state->minutes.adopted_version == 0 ||
           strcmp(document->template, "minutes") != 0;
}

static enum result judge_document(struct judging *judging,
                                  const struct document *document)
{
    struct files files = { NULL, NULL, NULL };
    enum result result = find_files(judging, document, &files);
    const size_t count =
        (files.pdf ? 1U : 0U) + (files.docx ? 1U : 0U) + (files.csv ? 1U : 0U);

    if (result != RESULT_OK || count == 0)
        return result;
    if (can_draw(judging, document))
        return judge_files(judging, document, &files);
    judging->record->compared.unknown += count;
    return RESULT_OK;
}

/* --- Whose words ---------------------------------------------------------- */

bool verify_template_is_other(const struct record_zip_entry *entry)
{
    static const char folder[] = RECORD_TEMPLATES_FOLDER,
                      ending[] = ".mustache";
    const size_t before = sizeof folder - 1, behind = sizeof ending - 1;
    char name[LIMIT_RECORD_PATH_SIZE + 1];
    size_t size;

    if (entry->name.size <= before ||
        memcmp(entry->name.data, folder, before) != 0)
        return false;
    size = entry->name.size - before;
    if (size <= behind || memcmp(&entry->name.data[entry->name.size - behind],
                                 ending, behind) != 0)
        return true;
    (void)snprintf(name, sizeof name, "%.*s", (int)(size - behind),
                   &entry->name.data[before]);
    return !shipped_template_is(name, entry->data);
}

/* --- All of them ---------------------------------------------------------- */

static enum result judge_plain(struct judging *judging)
{
    const char *path = RECORD_DOCUMENTS_FOLDER "minutes.txt";
    const struct record_zip_entry *entry = find(judging, path);
    char *text = NULL;
    size_t size = 0;
    enum result result = want(judging, path);

    if (result != RESULT_OK || !entry)
        return result;
    result = minutes_text_render(&judging->source.minutes, MINUTES_VIETNAMESE,
                                 &text, &size);
    if (result == RESULT_OK)
        result = judge_text(judging, entry, entry->data,
                            (struct text_view){ text, size });
    free(text);
    return result;
}

static bool is_named(const struct judging *judging, struct text_view name)
{
    static const char *const endings[] = { "pdf", "docx", "csv" };
    const size_t folder = sizeof RECORD_DOCUMENTS_FOLDER - 1;
    size_t i, k;

    if (text_view_is(name, RECORD_DOCUMENTS_FOLDER "minutes.txt"))
        return true;
    for (i = 0; i < judging->set.count; i++)
        for (k = 0; k < 3; k++) {
            const struct document *document = &judging->set.rows[i];
            char path[LIMIT_RECORD_PATH_SIZE];

            (void)snprintf(path, sizeof path, "%s.%s", document->name,
                           endings[k]);
            if ((k < 2 || document->list) &&
                text_view_is((struct text_view){ &name.data[folder],
                                                 name.size - folder },
                             path))
                return true;
        }
    return false;
}

/* Files that no document of this meeting has, hidden ones, too. */
static enum result judge_strays(struct judging *judging)
{
    const struct record_manifest *manifest = &judging->record->manifest;
    const struct text_view folder = TEXT_LITERAL(RECORD_DOCUMENTS_FOLDER);
    size_t i;

    for (i = 0; i < manifest->hideable_count + manifest->file_count; i++) {
        const struct text_view name =
            i < manifest->hideable_count
                ? manifest->hideable[i].path
                : manifest->files[i - manifest->hideable_count].path;

        if (name.size > folder.size &&
            memcmp(name.data, folder.data, folder.size) == 0 &&
            !is_named(judging, name))
            return fail(judging, VERIFY_FAULT_DOCUMENT_UNKNOWN, name);
    }
    return RESULT_OK;
}

static enum result judge_all(struct judging *judging)
{
    enum result result =
        document_facts_draw(&judging->source.minutes, &judging->facts);
    size_t i;

    if (result == RESULT_OK)
        result =
            document_set_draw(judging->facts, judging->adopted, &judging->set);
    if (result == RESULT_MALFORMED)
        result = fail(judging, VERIFY_FAULT_MINUTES,
                      TEXT_LITERAL(RECORD_MINUTES_PATH));
    if (result == RESULT_OK)
        result = judge_plain(judging);
    for (i = 0; i < judging->set.count && result == RESULT_OK; i++)
        result = judge_document(judging, &judging->set.rows[i]);
    return result == RESULT_OK ? judge_strays(judging) : result;
}

static enum result read_groups(struct judging *judging)
{
    const struct meeting_state *state = judging->findings->meeting.state;
    struct text_view name = TEXT_LITERAL(RECORD_GROUPS_FOLDER);
    const enum result result = verify_groups_read(
        judging->record, &state->kinds, &judging->groups, &name);

    judging->source.minutes.parts = judging->groups.parts;
    judging->source.minutes.part_count = judging->groups.count;
    return result == RESULT_REFUSED ? fail(judging, VERIFY_FAULT_GROUP, name)
                                    : result;
}

static enum result judge_known(struct judging *judging)
{
    const struct verify_meeting *meeting = &judging->findings->meeting;
    enum result result =
        verify_source_make(&meeting->reader, &judging->record->rulesets,
                           &meeting->ruleset_hash, &judging->source);

    judging->source.minutes.format = judging->format;
    if (judging->format > DOCUMENT_FORMAT_WITHOUT_ERRATA)
        judging->source.minutes.errata = &judging->findings->errata.told;
    if (result == RESULT_OK)
        result = read_groups(judging);
    if (result == RESULT_OK)
        result = judge_minutes(judging);
    /* What party groups did stands in their own logs. */
    if (!judging->groups.is_whole)
        judging->record->compared.unknown = judging->record->document_count;
    /* Which ones there are, a log with hidden texts may not say. */
    else if (result == RESULT_OK && (judging->record->document_count > 0 ||
                                     !judging->record->has_redaction))
        result = judge_all(judging);
    verify_source_release(&judging->source);
    verify_groups_release(&judging->groups);
    document_set_release(&judging->set);
    json_decref(judging->facts);
    json_decref(judging->adopted);
    return result;
}

enum result verify_documents_judge(struct verify_record *record,
                                   struct verify_findings *findings)
{
    struct judging judging = { .record = record, .findings = findings };
    bool is_known = false;
    enum result result;

    if (findings->verdict == VERIFY_INVALID)
        return RESULT_OK;
    result = read_format(&judging, &is_known);
    if (result == RESULT_OK && !is_known) {
        findings->gaps |= VERIFY_GAP_DOCUMENTS;
        record->compared.minutes = VERIFY_MINUTES_UNKNOWN;
        record->compared.unknown = record->document_count;
    }
    if (result == RESULT_OK && is_known)
        result = judge_known(&judging);
    if (result == RESULT_NO_MEMORY)
        return result;
    if (result != RESULT_OK && result != RESULT_REFUSED)
        (void)fail(&judging, VERIFY_FAULT_DOCUMENT_FORM,
                   TEXT_LITERAL(RECORD_DOCUMENTS_FOLDER));
    return RESULT_OK;
}
