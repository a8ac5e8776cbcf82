#include "protocol/record/record_files.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/record_path.h"
#include "protocol/record/record_zip_write.h"

#include <stdlib.h>
#include <string.h>

/* --- Collecting ---------------------------------------------------------- */

enum result record_files_add(struct record_files *files, const char *path,
                             enum record_file_kind kind, const void *bytes,
                             size_t size)
{
    struct record_file row = { .size = size, .kind = kind };
    struct record_file *rows;

    if (record_path_check(text_view_of(path)) != RESULT_OK)
        return RESULT_INVALID;
    if (files->count == LIMIT_RECORD_FILES)
        return RESULT_FULL;
    rows = realloc(files->rows, (files->count + 1) * sizeof *rows);
    if (!rows)
        return RESULT_NO_MEMORY;
    files->rows = rows;
    row.path = strdup(path);
    row.bytes = malloc(size + 1);
    if (!row.path || !row.bytes) {
        free(row.path);
        free(row.bytes);
        return RESULT_NO_MEMORY;
    }
    if (size > 0)
        memcpy(row.bytes, bytes, size);
    rows[files->count++] = row;
    return RESULT_OK;
}

void record_files_release(struct record_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++) {
        free(files->rows[i].path);
        free(files->rows[i].bytes);
    }
    free(files->rows);
    *files = (struct record_files){ NULL, 0 };
}

/* --- The manifest -------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct record_file *)a)->path,
                  ((const struct record_file *)b)->path);
}

/* One of these lines is short: a path and two hashes. */
static enum result add_opening(struct byte_writer *openings,
                               const struct record_file_opening *opening)
{
    char *line = NULL;
    size_t size = 0;
    const enum result result = record_file_opening_write(opening, &line, &size);

    if (result != RESULT_OK)
        return result;
    byte_writer_bytes(openings, line, size);
    byte_writer_u8(openings, '\n');
    free(line);
    return openings->result;
}

static enum result name_file(const struct record_file *file,
                             const struct record_seal *seal,
                             struct record_manifest *manifest,
                             struct byte_writer *openings)
{
    const struct text_view path = text_view_of(file->path);
    const struct hash hash = digest_sha256(file->bytes, file->size);
    struct record_file_opening opening = { .path = path, .value = hash };

    if (file->kind == RECORD_FILE_OUTSIDE)
        return RESULT_OK;
    if (file->kind == RECORD_FILE_PLAIN) {
        manifest->files[manifest->file_count++] =
            (struct record_manifest_file){ path, file->size, hash };
        return RESULT_OK;
    }
    opening.salt =
        record_file_salt(seal->server->seed, sizeof seal->server->seed,
                         &seal->about->meeting, path, &hash);
    manifest->hideable[manifest->hideable_count++] =
        (struct record_manifest_hideable){
            path, record_file_commitment(&seal->about->meeting, &opening)
        };
    return add_opening(openings, &opening);
}

static enum result name_files(struct record_files *files,
                              const struct record_seal *seal,
                              struct record_manifest *manifest,
                              struct byte_writer *openings)
{
    enum result result = RESULT_OK;
    size_t i;

    manifest->files = calloc(files->count + 1, sizeof *manifest->files);
    manifest->hideable = calloc(files->count + 1, sizeof *manifest->hideable);
    if (!manifest->files || !manifest->hideable)
        return RESULT_NO_MEMORY;
    if (files->count > 0)
        qsort(files->rows, files->count, sizeof *files->rows, by_path);
    byte_writer_text(openings, seal->openings);
    for (i = 0; i < files->count && result == RESULT_OK; i++)
        result = name_file(&files->rows[i], seal, manifest, openings);
    return result == RESULT_OK ? openings->result : result;
}

/* --- The files that no manifest names ------------------------------------ */

static enum result sign(const struct record_seal *seal,
                        const struct record_manifest *manifest,
                        struct text_view text, char **signatures, size_t *size)
{
    struct record_signatures rows = { .count = 1 };
    const enum result result = record_signature_make(
        manifest, text, RECORD_ROLE_SERVER, seal->server, &rows.rows[0]);

    return result == RESULT_OK
               ? record_signatures_write(&rows, signatures, size)
               : result;
}

static enum result add_redaction(struct record_files *files,
                                 const struct record_seal *seal,
                                 const struct record_manifest *manifest,
                                 struct text_view text)
{
    char *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (!seal->redaction)
        return RESULT_OK;
    result =
        record_redaction_sign(seal->redaction, manifest, text, seal->server);
    if (result == RESULT_OK)
        result = record_redaction_write(seal->redaction, &bytes, &size);
    if (result == RESULT_OK)
        result = record_files_add(files, RECORD_REDACTION_PATH,
                                  RECORD_FILE_OUTSIDE, bytes, size);
    free(bytes);
    return result;
}

static enum result add_outside(struct record_files *files,
                               const struct record_seal *seal,
                               const struct record_manifest *manifest,
                               const struct byte_writer *openings)
{
    char *text = NULL, *signatures = NULL;
    size_t size = 0, signatures_size = 0;
    enum result result = record_manifest_write(manifest, &text, &size);

    if (result == RESULT_OK)
        result = sign(seal, manifest, (struct text_view){ text, size },
                      &signatures, &signatures_size);
    if (result == RESULT_OK)
        result = add_redaction(files, seal, manifest,
                               (struct text_view){ text, size });
    if (result == RESULT_OK)
        result = record_files_add(files, RECORD_MANIFEST_PATH,
                                  RECORD_FILE_OUTSIDE, text, size);
    if (result == RESULT_OK)
        result =
            record_files_add(files, RECORD_SIGNATURES_PATH, RECORD_FILE_OUTSIDE,
                             signatures, signatures_size);
    if (result == RESULT_OK)
        result =
            record_files_add(files, RECORD_OPENINGS_PATH, RECORD_FILE_OUTSIDE,
                             openings->data, openings->size);
    free(text);
    free(signatures);
    return result;
}

/* --- All of it ----------------------------------------------------------- */

static enum result write_zip(const struct record_files *files, char **out,
                             size_t *size)
{
    struct record_zip_entry *entries = calloc(files->count, sizeof *entries);
    enum result result;
    size_t i;

    if (!entries)
        return RESULT_NO_MEMORY;
    for (i = 0; i < files->count; i++)
        entries[i] = (struct record_zip_entry){
            text_view_of(files->rows[i].path),
            { files->rows[i].bytes, files->rows[i].size },
        };
    result = record_zip_write(entries, files->count, out, size);
    free(entries);
    return result;
}

enum result record_files_write(struct record_files *files,
                               const struct record_seal *seal, char **out,
                               size_t *size)
{
    struct record_manifest manifest = *seal->about;
    struct byte_writer openings;
    enum result result;

    byte_writer_init(&openings, LIMIT_RECORD_SIZE);
    manifest.files = NULL;
    manifest.hideable = NULL;
    manifest.file_count = manifest.hideable_count = 0;
    result = name_files(files, seal, &manifest, &openings);
    if (result == RESULT_OK)
        result = add_outside(files, seal, &manifest, &openings);
    if (result == RESULT_OK)
        result = write_zip(files, out, size);
    free(manifest.files);
    free(manifest.hideable);
    byte_writer_release(&openings);
    return result;
}
