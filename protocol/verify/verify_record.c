#include "protocol/verify/verify_record.h"

#include "protocol/record/digest.h"
#include "protocol/record/record_path.h"
#include "protocol/verify/verify_lines.h"

#include <string.h>

bool verify_record_is(struct text_view file) { return record_zip_is(file); }

static enum result refuse(struct verify_failure *failure,
                          enum verify_fault fault, struct text_view name)
{
    *failure = (struct verify_failure){ .fault = fault,
                                        .file = VERIFY_IN_RECORD,
                                        .name = name };
    return RESULT_REFUSED;
}

/* --- The parts ----------------------------------------------------------- */

/* A file that every record has. */
static enum result need(const struct verify_record *record, const char *path,
                        struct text_view *out, struct verify_failure *failure)
{
    const struct record_zip_entry *entry =
        record_zip_find(&record->zip, text_view_of(path));

    if (!entry)
        return refuse(failure, VERIFY_FAULT_FILE_MISSING, text_view_of(path));
    *out = entry->data;
    return RESULT_OK;
}

/* A file of a fixed form that was read with this result. */
static enum result formed(enum result result, const char *path,
                          struct verify_failure *failure)
{
    return result == RESULT_MALFORMED || result == RESULT_TOO_LARGE
               ? refuse(failure, VERIFY_FAULT_FILE_FORM, text_view_of(path))
               : result;
}

static enum result read_parts(struct verify_record *record,
                              struct verify_failure *failure)
{
    const struct record_zip_entry *redaction =
        record_zip_find(&record->zip, TEXT_LITERAL(RECORD_REDACTION_PATH));
    struct text_view text = { NULL, 0 };
    enum result result =
        need(record, RECORD_MANIFEST_PATH, &record->manifest_text, failure);

    if (result == RESULT_OK)
        result = formed(
            record_manifest_read(record->manifest_text, &record->manifest),
            RECORD_MANIFEST_PATH, failure);
    if (result == RESULT_OK)
        result = need(record, RECORD_SIGNATURES_PATH, &text, failure);
    if (result == RESULT_OK)
        result = formed(record_signatures_read(text, &record->signatures),
                        RECORD_SIGNATURES_PATH, failure);
    if (result == RESULT_OK && redaction) {
        result =
            formed(record_redaction_read(redaction->data, &record->redaction),
                   RECORD_REDACTION_PATH, failure);
        record->has_redaction = result == RESULT_OK;
    }
    return result;
}

static enum result check_signatures(const struct verify_record *record,
                                    struct verify_failure *failure)
{
    const char *path = RECORD_SIGNATURES_PATH;
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < record->signatures.count && result == RESULT_OK; i++)
        result =
            record_signature_verify(&record->manifest, record->manifest_text,
                                    &record->signatures.rows[i]);
    if (result == RESULT_OK && record->has_redaction) {
        path = RECORD_REDACTION_PATH;
        result = record_redaction_verify(&record->redaction, &record->manifest,
                                         record->manifest_text);
    }
    return result == RESULT_REFUSED
               ? refuse(failure, VERIFY_FAULT_RECORD_SIGNATURE,
                        text_view_of(path))
               : result;
}

/* --- Files against the manifest ------------------------------------------ */

static enum result check_plain(const struct verify_record *record,
                               struct verify_failure *failure)
{
    const struct record_manifest *manifest = &record->manifest;
    size_t i;

    for (i = 0; i < manifest->file_count; i++) {
        const struct record_manifest_file *file = &manifest->files[i];
        const struct record_zip_entry *entry =
            record_zip_find(&record->zip, file->path);
        struct hash hash;

        if (!entry)
            return refuse(failure, VERIFY_FAULT_FILE_MISSING, file->path);
        hash = digest_sha256(entry->data.data, entry->data.size);
        if (entry->data.size != file->size || !hash_equal(&hash, &file->sha256))
            return refuse(failure, VERIFY_FAULT_FILE, file->path);
    }
    return RESULT_OK;
}

static enum result check_unnamed(const struct verify_record *record,
                                 struct verify_failure *failure)
{
    size_t i;

    for (i = 0; i < record->zip.count; i++) {
        const struct text_view name = record->zip.entries[i].name;

        if (!record_manifest_is_outside(name) &&
            !record_manifest_file(&record->manifest, name) &&
            !record_manifest_hideable(&record->manifest, name))
            return refuse(failure, VERIFY_FAULT_FILE_UNNAMED, name);
    }
    return RESULT_OK;
}

/* An opening fits its commitment, and the file, if it is there, the opening. */
static enum result check_opening(const struct verify_record *record,
                                 const struct record_file_opening *opening)
{
    const struct record_manifest_hideable *file =
        record_manifest_hideable(&record->manifest, opening->path);
    const struct record_zip_entry *entry =
        record_zip_find(&record->zip, opening->path);
    struct hash hash;

    if (!file)
        return RESULT_REFUSED;
    hash = record_file_commitment(&record->manifest.meeting, opening);
    if (!hash_equal(&hash, &file->commitment))
        return RESULT_REFUSED;
    if (!entry)
        return RESULT_OK;
    hash = digest_sha256(entry->data.data, entry->data.size);
    return hash_equal(&hash, &opening->value) ? RESULT_OK : RESULT_INVALID;
}

/* The openings of files, which stand in the order of paths: how many of the
 * files that are there were opened. */
static enum result check_openings(struct verify_record *record,
                                  const struct verify_lines *lines,
                                  size_t first, size_t *opened,
                                  struct verify_failure *failure)
{
    const struct text_view path = TEXT_LITERAL(RECORD_OPENINGS_PATH);
    struct text_view before = { NULL, 0 };
    json_t *before_memory = NULL;
    enum result result = RESULT_OK;
    size_t i;

    for (i = first; i < lines->count && result == RESULT_OK; i++) {
        struct record_file_opening opening = { .path = { NULL, 0 } };
        json_t *memory = NULL;

        result = record_file_opening_read(lines->lines[i], &opening, &memory);
        if (result == RESULT_OK && i > first &&
            record_path_compare(before, opening.path) >= 0)
            result = RESULT_MALFORMED;
        if (result == RESULT_OK)
            result = check_opening(record, &opening);
        if (result == RESULT_OK)
            *opened += record_zip_find(&record->zip, opening.path) != NULL;
        else if (result == RESULT_INVALID)
            result =
                refuse(failure, VERIFY_FAULT_FILE,
                       record_manifest_hideable(&record->manifest, opening.path)
                           ->path);
        else if (result != RESULT_NO_MEMORY)
            result = refuse(failure, VERIFY_FAULT_FILE_OPENING, path);
        json_decref(before_memory);
        before_memory = memory;
        before = opening.path;
    }
    json_decref(before_memory);
    if (result == RESULT_REFUSED)
        failure->line = i;
    return result;
}

/* Events' openings come first. */
static size_t first_of_files(const struct verify_lines *lines)
{
    size_t i = 0;

    while (i < lines->count && !record_file_opening_is(lines->lines[i]))
        i++;
    return i;
}

static size_t there(const struct verify_record *record)
{
    size_t i, count = 0;

    for (i = 0; i < record->manifest.hideable_count; i++)
        count += record_zip_find(&record->zip,
                                 record->manifest.hideable[i].path) != NULL;
    return count;
}

static enum result check_hideable(struct verify_record *record,
                                  struct text_view openings,
                                  struct verify_failure *failure)
{
    struct verify_lines lines = { .lines = NULL };
    size_t first = 0, opened = 0;
    enum result result = verify_lines_split(openings, &lines);

    if (result == RESULT_OK) {
        first = first_of_files(&lines);
        result = check_openings(record, &lines, first, &opened, failure);
    }
    if (result == RESULT_OK && opened != there(record))
        result = refuse(failure, VERIFY_FAULT_FILE_OPENING,
                        TEXT_LITERAL(RECORD_OPENINGS_PATH));
    if (result == RESULT_OK) {
        record->openings = openings;
        if (first < lines.count)
            record->openings.size =
                (size_t)(lines.lines[first].data - openings.data);
        record->hidden_count = record->manifest.hideable_count - there(record);
    }
    verify_lines_release(&lines);
    return result;
}

static enum result check_files(struct verify_record *record,
                               struct verify_failure *failure)
{
    struct text_view openings = { NULL, 0 };
    enum result result = check_unnamed(record, failure);

    if (result == RESULT_OK)
        result = check_plain(record, failure);
    if (result == RESULT_OK)
        result = need(record, RECORD_OPENINGS_PATH, &openings, failure);
    if (result == RESULT_OK)
        result = check_hideable(record, openings, failure);
    record->file_count =
        record->manifest.file_count + record->manifest.hideable_count;
    return result;
}

/* --- What the log is held against ---------------------------------------- */

static enum result find_logs(struct verify_record *record,
                             struct verify_failure *failure)
{
    enum result result =
        need(record, RECORD_EVENTS_PATH, &record->log, failure);

    if (result == RESULT_OK)
        result = need(record, RECORD_REGISTER_EVENTS_PATH, &record->registry,
                      failure);
    if (result == RESULT_OK)
        result = need(record, RECORD_REGISTER_OPENINGS_PATH,
                      &record->registry_openings, failure);
    return result;
}

static bool begins(struct text_view name, const char *folder)
{
    const size_t size = strlen(folder);

    return name.size > size && memcmp(name.data, folder, size) == 0;
}

/* Another version may have written one that this program cannot read: then it
 * is held against the genesis by its hash alone. */
static enum result find_ruleset(struct verify_record *record,
                                struct verify_failure *failure)
{
    struct ruleset_faults faults;
    size_t i, count = 0;

    for (i = 0; i < record->zip.count; i++) {
        const struct record_zip_entry *entry = &record->zip.entries[i];

        if (!begins(entry->name, "ruleset/"))
            continue;
        count++;
        record->ruleset = digest_sha256(entry->data.data, entry->data.size);
        if (ruleset_shelf_add(&record->rulesets, entry->data.data,
                              entry->data.size, &faults) == RESULT_NO_MEMORY)
            return RESULT_NO_MEMORY;
    }
    return count == 1 ? RESULT_OK
                      : refuse(failure, VERIFY_FAULT_FILE_MISSING,
                               TEXT_LITERAL("ruleset/"));
}

/* --- All of it ----------------------------------------------------------- */

enum result verify_record_open(struct text_view file, struct verify_record *out,
                               struct verify_failure *failure)
{
    struct record_zip_failure zip = { RECORD_ZIP_SOUND, { NULL, 0 } };
    enum result result;

    *out = (struct verify_record){ .zip = { NULL, 0 } };
    result = record_zip_open(file, &out->zip, &zip);
    if (result == RESULT_REFUSED) {
        result = refuse(failure, VERIFY_FAULT_ZIP, zip.name);
        failure->zip = zip.fault;
    }
    if (result == RESULT_OK)
        result = read_parts(out, failure);
    if (result == RESULT_OK)
        result = check_signatures(out, failure);
    if (result == RESULT_OK)
        result = check_files(out, failure);
    if (result == RESULT_OK)
        result = find_logs(out, failure);
    if (result == RESULT_OK)
        result = find_ruleset(out, failure);
    return result;
}

void verify_record_release(struct verify_record *record)
{
    record_zip_release(&record->zip);
    record_manifest_release(&record->manifest);
    record_redaction_release(&record->redaction);
    ruleset_shelf_release(&record->rulesets);
}

void verify_record_input(const struct verify_record *record,
                         struct verify_input *out)
{
    out->log = record->log;
    out->openings = record->openings;
    out->registry = record->registry;
    out->registry_openings = record->registry_openings;
    out->rulesets = record->rulesets.count > 0 ? &record->rulesets : NULL;
}

enum result verify_record_run(struct text_view file,
                              const struct verify_input *input,
                              struct verify_record *record,
                              struct verify_findings *out)
{
    struct verify_input whole = *input;
    struct verify_failure failure = { .fault = VERIFY_FAULT_NONE };
    enum result result = verify_record_open(file, record, &failure);

    *out = (struct verify_findings){ .verdict = VERIFY_UNUSABLE };
    out->scope = record->manifest.meeting;
    out->organisation = record->manifest.organisation;
    if (result == RESULT_REFUSED) {
        out->verdict = VERIFY_INVALID;
        out->failure = failure;
        return RESULT_OK;
    }
    if (result == RESULT_OK) {
        verify_record_input(record, &whole);
        result = verify_run(&whole, out);
    }
    if (result == RESULT_MALFORMED || result == RESULT_INVALID) {
        out->verdict = VERIFY_INVALID;
        (void)refuse(&out->failure, VERIFY_FAULT_FILE_FORM,
                     text_view_of(result == RESULT_MALFORMED
                                      ? RECORD_EVENTS_PATH
                                      : RECORD_REGISTER_EVENTS_PATH));
        return RESULT_OK;
    }
    return result == RESULT_OK ? verify_record_judge(record, out) : result;
}
