#include "protocol/record/record_manifest.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/record_json.h"
#include "protocol/record/record_path.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, OPENING_SIZE_MAX = 1024 };

bool record_manifest_is_outside(struct text_view path)
{
    static const char *const outside[] = {
        RECORD_MANIFEST_PATH,          RECORD_SIGNATURES_PATH,
        RECORD_REDACTION_PATH,         RECORD_OPENINGS_PATH,
        RECORD_REGISTER_OPENINGS_PATH,
    };
    size_t i;

    for (i = 0; i < sizeof outside / sizeof outside[0]; i++)
        if (text_view_is(path, outside[i]))
            return true;
    return false;
}

/* --- Writing ------------------------------------------------------------- */

static json_t *json_of_seq(const void *row)
{
    const uint64_t *seq = row;

    return json_integer((json_int_t)*seq);
}

static json_t *json_of_file(const void *row)
{
    const struct record_manifest_file *file = row;

    return json_pack("{s:o, s:I, s:o}", "path", record_json_of_text(file->path),
                     "size", (json_int_t)file->size, "sha256",
                     record_json_of_hex(file->sha256.bytes, HASH_SIZE));
}

static json_t *json_of_hideable(const void *row)
{
    const struct record_manifest_hideable *file = row;

    return json_pack("{s:o, s:o}", "path", record_json_of_text(file->path), "c",
                     record_json_of_hex(file->commitment.bytes, HASH_SIZE));
}

enum result record_manifest_write(const struct record_manifest *manifest,
                                  char **out, size_t *size)
{
    /* json_pack() takes what it is given, and gives NULL if any of it is. */
    return record_json_take(
        json_pack(
            "{s:i, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "v", VERSION, "meeting",
            manifest->meeting.text, "organisation", manifest->organisation.text,
            "seq", (json_int_t)manifest->seq, "head",
            record_json_of_hex(manifest->head.bytes, HASH_SIZE), "signed",
            record_json_of_rows(manifest->signed_seqs, manifest->signed_count,
                                sizeof *manifest->signed_seqs, json_of_seq),
            "files",
            record_json_of_rows(manifest->files, manifest->file_count,
                                sizeof *manifest->files, json_of_file),
            "hideable",
            record_json_of_rows(manifest->hideable, manifest->hideable_count,
                                sizeof *manifest->hideable, json_of_hideable)),
        out, size);
}

/* --- Reading ------------------------------------------------------------- */

static enum result read_signed(const json_t *list, struct record_manifest *out)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (!list || count > LIMIT_RECORD_SIGNATURES)
        return RESULT_MALFORMED;
    out->signed_seqs = calloc(count + 1, sizeof *out->signed_seqs);
    if (!out->signed_seqs)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const json_t *seq = json_array_get(list, i);

        if (!json_is_integer(seq) || json_integer_value(seq) < 0 ||
            (i > 0 &&
             (uint64_t)json_integer_value(seq) <= out->signed_seqs[i - 1]))
            return RESULT_MALFORMED;
        out->signed_seqs[i] = (uint64_t)json_integer_value(seq);
    }
    out->signed_count = count;
    return RESULT_OK;
}

/* A path that may be named, behind the one before it. */
static bool is_next(struct text_view path, const struct text_view *before)
{
    return record_path_check(path) == RESULT_OK &&
           !record_manifest_is_outside(path) &&
           (!before || record_path_compare(*before, path) < 0);
}

static enum result read_files(const json_t *list, struct record_manifest *out)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (!list || count > LIMIT_RECORD_FILES)
        return RESULT_MALFORMED;
    out->files = calloc(count + 1, sizeof *out->files);
    if (!out->files)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        struct record_manifest_file *file = &out->files[i];

        if (json_object_size(row) != 3 ||
            !record_json_text(row, "path", &file->path) ||
            !record_json_number(row, "size", &file->size) ||
            !record_json_hex(row, "sha256", file->sha256.bytes, HASH_SIZE) ||
            !is_next(file->path, i > 0 ? &file[-1].path : NULL))
            return RESULT_MALFORMED;
    }
    out->file_count = count;
    return RESULT_OK;
}

static enum result read_hideable(const json_t *list,
                                 struct record_manifest *out)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (!list || count > LIMIT_RECORD_FILES)
        return RESULT_MALFORMED;
    out->hideable = calloc(count + 1, sizeof *out->hideable);
    if (!out->hideable)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        struct record_manifest_hideable *file = &out->hideable[i];

        if (json_object_size(row) != 2 ||
            !record_json_text(row, "path", &file->path) ||
            !record_json_hex(row, "c", file->commitment.bytes, HASH_SIZE) ||
            !is_next(file->path, i > 0 ? &file[-1].path : NULL) ||
            record_manifest_file(out, file->path))
            return RESULT_MALFORMED;
    }
    out->hideable_count = count;
    return RESULT_OK;
}

static enum result read_members(json_t *root, void *manifest)
{
    struct record_manifest *out = manifest;
    uint64_t version;
    enum result result;

    out->root = root;
    if (json_object_size(root) != 8 ||
        !record_json_number(root, "v", &version) || version != VERSION ||
        !record_json_id(root, "meeting", &out->meeting) ||
        !record_json_id(root, "organisation", &out->organisation) ||
        !record_json_number(root, "seq", &out->seq) ||
        !record_json_hex(root, "head", out->head.bytes, HASH_SIZE))
        return RESULT_MALFORMED;
    result = read_signed(record_json_list(root, "signed"), out);
    if (result == RESULT_OK)
        result = read_files(record_json_list(root, "files"), out);
    if (result == RESULT_OK)
        result = read_hideable(record_json_list(root, "hideable"), out);
    return result;
}

static enum result write_members(const void *manifest, char **out, size_t *size)
{
    return record_manifest_write(manifest, out, size);
}

enum result record_manifest_read(struct text_view text,
                                 struct record_manifest *out)
{
    static const struct record_json_form form = { LIMIT_MANIFEST_SIZE,
                                                  read_members, write_members };
    struct record_manifest read = { .root = NULL };
    const enum result result = record_json_read(text, &form, &read);

    if (result == RESULT_OK)
        *out = read;
    else
        record_manifest_release(&read);
    return result;
}

void record_manifest_release(struct record_manifest *manifest)
{
    free(manifest->signed_seqs);
    free(manifest->files);
    free(manifest->hideable);
    json_decref(manifest->root);
    *manifest = (struct record_manifest){ .root = NULL };
}

/* --- Finding ------------------------------------------------------------- */

static int by_file(const void *path, const void *file)
{
    return record_path_compare(
        *(const struct text_view *)path,
        ((const struct record_manifest_file *)file)->path);
}

const struct record_manifest_file *
record_manifest_file(const struct record_manifest *manifest,
                     struct text_view path)
{
    if (manifest->file_count == 0)
        return NULL;
    return bsearch(&path, manifest->files, manifest->file_count,
                   sizeof *manifest->files, by_file);
}

static int by_hideable(const void *path, const void *file)
{
    return record_path_compare(
        *(const struct text_view *)path,
        ((const struct record_manifest_hideable *)file)->path);
}

const struct record_manifest_hideable *
record_manifest_hideable(const struct record_manifest *manifest,
                         struct text_view path)
{
    if (manifest->hideable_count == 0)
        return NULL;
    return bsearch(&path, manifest->hideable, manifest->hideable_count,
                   sizeof *manifest->hideable, by_hideable);
}

/* --- Openings of files --------------------------------------------------- */

struct hash record_file_commitment(const struct identifier *meeting,
                                   const struct record_file_opening *opening)
{
    static const char prefix[] = "file:";
    char field[sizeof prefix + LIMIT_RECORD_PATH_SIZE];
    char value[HEX_SIZE(HASH_SIZE)];
    const size_t size = opening->path.size < LIMIT_RECORD_PATH_SIZE
                            ? opening->path.size
                            : LIMIT_RECORD_PATH_SIZE;

    memcpy(field, prefix, sizeof prefix - 1);
    memcpy(&field[sizeof prefix - 1], opening->path.data, size);
    hex_encode(opening->value.bytes, HASH_SIZE, value);
    return commitment_of(identifier_view(meeting),
                         (struct text_view){ field, sizeof prefix - 1 + size },
                         &opening->salt, text_view_of(value));
}

struct salt record_file_salt(const uint8_t *secret, size_t secret_size,
                             const struct identifier *meeting,
                             struct text_view path, const struct hash *value)
{
    struct digest digest;
    struct hash input, made;
    struct salt salt;

    digest_begin(&digest);
    digest_domain(&digest, "file-salt");
    digest_prefixed_text(&digest, identifier_view(meeting));
    digest_prefixed_text(&digest, path);
    digest_prefixed(&digest, value->bytes, HASH_SIZE);
    input = digest_finish(&digest);
    made = digest_hmac_sha256(secret, secret_size, input.bytes, HASH_SIZE);
    memcpy(salt.bytes, made.bytes, SALT_SIZE);
    return salt;
}

bool record_file_opening_is(struct text_view line)
{
    static const char beginning[] = "{\"file\":";

    return line.size > sizeof beginning &&
           memcmp(line.data, beginning, sizeof beginning - 1) == 0;
}

static json_t *json_of_opening(const struct record_file_opening *opening)
{
    return json_pack(
        "{s:o, s:o, s:o}", "file", record_json_of_text(opening->path), "salt",
        record_json_of_hex(opening->salt.bytes, SALT_SIZE), "value",
        record_json_of_hex(opening->value.bytes, HASH_SIZE));
}

enum result record_file_opening_write(const struct record_file_opening *opening,
                                      char **out, size_t *size)
{
    return record_json_take(json_of_opening(opening), out, size);
}

enum result record_file_opening_read(struct text_view line,
                                     struct record_file_opening *out,
                                     json_t **memory)
{
    struct record_file_opening read = { .path = { NULL, 0 } };
    json_t *root = NULL;
    enum result result = record_json_parse(line, OPENING_SIZE_MAX, &root);

    if (result != RESULT_OK)
        return result;
    if (json_object_size(root) != 3 || !record_file_opening_is(line) ||
        !record_json_text(root, "file", &read.path) ||
        record_path_check(read.path) != RESULT_OK ||
        !record_json_hex(root, "salt", read.salt.bytes, SALT_SIZE) ||
        !record_json_hex(root, "value", read.value.bytes, HASH_SIZE)) {
        json_decref(root);
        return RESULT_MALFORMED;
    }
    *out = read;
    *memory = root;
    return RESULT_OK;
}
