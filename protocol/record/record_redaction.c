#include "protocol/record/record_redaction.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"
#include "protocol/record/record_json.h"
#include "protocol/record/record_path.h"
#include "protocol/record/statement.h"

#include <stdlib.h>

enum { VERSION = 1 };

static const char *const words[RECORD_LEVEL_COUNT] = { "full",
#define WORD(name, word) word,
                                                       RECORD_LEVEL_LIST(WORD)
#undef WORD
};

const char *record_level_word(enum record_level level) { return words[level]; }

enum record_level record_level_of(struct text_view word)
{
    int level;

    for (level = RECORD_LEVEL_FULL + 1; level < RECORD_LEVEL_COUNT; level++)
        if (text_view_is(word, words[level]))
            return (enum record_level)level;
    return RECORD_LEVEL_FULL;
}

/* --- Order --------------------------------------------------------------- */

static int by_text(const void *left, const void *right)
{
    const struct record_hidden_text *a = left, *b = right;
    const int order = record_path_compare(a->kind, b->kind);

    return order != 0 ? order : record_path_compare(a->path, b->path);
}

static int by_path(const void *left, const void *right)
{
    return record_path_compare(*(const struct text_view *)left,
                               *(const struct text_view *)right);
}

void record_redaction_sort(struct record_redaction *redaction)
{
    if (redaction->text_count > 0)
        qsort(redaction->texts, redaction->text_count, sizeof *redaction->texts,
              by_text);
    if (redaction->file_count > 0)
        qsort(redaction->files, redaction->file_count, sizeof *redaction->files,
              by_path);
}

/* --- Writing ------------------------------------------------------------- */

static json_t *json_of_hidden(const void *text)
{
    const struct record_hidden_text *row = text;

    return json_pack("{s:o, s:o, s:I}", "ev", record_json_of_text(row->kind),
                     "field", record_json_of_text(row->path), "count",
                     (json_int_t)row->count);
}

static json_t *json_of_path(const void *path)
{
    return record_json_of_text(*(const struct text_view *)path);
}

/* What is signed. */
static json_t *json_of_content(const struct record_redaction *redaction)
{
    return json_pack(
        "{s:i, s:s, s:o, s:o}", "v", VERSION, "level", words[redaction->level],
        "openings",
        record_json_of_rows(redaction->texts, redaction->text_count,
                            sizeof *redaction->texts, json_of_hidden),
        "files",
        record_json_of_rows(redaction->files, redaction->file_count,
                            sizeof *redaction->files, json_of_path));
}

enum result record_redaction_write(const struct record_redaction *redaction,
                                   char **out, size_t *size)
{
    json_t *object = json_of_content(redaction);

    if (!object ||
        json_object_set_new(
            object, "key",
            record_json_of_hex(redaction->key.bytes, KEY_SIZE)) != 0 ||
        json_object_set_new(
            object, "sig",
            record_json_of_hex(redaction->sig.bytes, SIGNATURE_SIZE)) != 0) {
        json_decref(object);
        return RESULT_NO_MEMORY;
    }
    return record_json_take(object, out, size);
}

/* --- The statement ------------------------------------------------------- */

static void hex_of(struct text_view text, char out[HEX_SIZE(HASH_SIZE)])
{
    const struct hash hash = digest_sha256(text.data, text.size);

    hex_encode(hash.bytes, HASH_SIZE, out);
}

static enum result statement_of(const struct record_redaction *redaction,
                                const struct record_manifest *manifest,
                                struct text_view text, const struct key *signer,
                                uint8_t **bytes, size_t *size)
{
    char subject[HEX_SIZE(HASH_SIZE)], value[HEX_SIZE(HASH_SIZE)];
    char *content = NULL;
    size_t content_size = 0;
    struct statement_act act = { .member = TEXT_LITERAL("server"),
                                 .op = TEXT_LITERAL("redact"),
                                 .seen = { manifest->seq, manifest->head } };
    enum result result =
        record_json_take(json_of_content(redaction), &content, &content_size);

    if (result != RESULT_OK)
        return result;
    hex_of(text, subject);
    hex_of((struct text_view){ content, content_size }, value);
    free(content);
    act.subject = text_view_of(subject);
    act.value = text_view_of(value);
    return statement_act(signer, identifier_view(&manifest->meeting), &act,
                         bytes, size);
}

enum result record_redaction_sign(struct record_redaction *redaction,
                                  const struct record_manifest *manifest,
                                  struct text_view text,
                                  const struct signing_key *key)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_of(redaction, manifest, text,
                                      &key->public_key, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(key, bytes, size, &redaction->sig);
    if (result == RESULT_OK)
        redaction->key = key->public_key;
    free(bytes);
    return result;
}

enum result record_redaction_verify(const struct record_redaction *redaction,
                                    const struct record_manifest *manifest,
                                    struct text_view text)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_of(redaction, manifest, text, &redaction->key, &bytes, &size);

    if (result == RESULT_OK)
        result =
            statement_verify(&redaction->key, bytes, size, &redaction->sig);
    free(bytes);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

static enum result read_texts(const json_t *list, struct record_redaction *out)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (!list)
        return RESULT_MALFORMED;
    out->texts = calloc(count + 1, sizeof *out->texts);
    if (!out->texts)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        struct record_hidden_text *text = &out->texts[i];

        if (json_object_size(row) != 3 ||
            !record_json_text(row, "ev", &text->kind) ||
            !record_json_text(row, "field", &text->path) ||
            !record_json_number(row, "count", &text->count) ||
            text->count == 0 || (i > 0 && by_text(&text[-1], text) >= 0))
            return RESULT_MALFORMED;
    }
    out->text_count = count;
    return RESULT_OK;
}

static enum result read_paths(const json_t *list, struct record_redaction *out)
{
    const size_t count = json_array_size(list);
    size_t i;

    if (!list || count > LIMIT_RECORD_FILES)
        return RESULT_MALFORMED;
    out->files = calloc(count + 1, sizeof *out->files);
    if (!out->files)
        return RESULT_NO_MEMORY;
    for (i = 0; i < count; i++) {
        const json_t *path = json_array_get(list, i);

        if (!json_is_string(path))
            return RESULT_MALFORMED;
        out->files[i] = (struct text_view){ json_string_value(path),
                                            json_string_length(path) };
        if (i > 0 && by_path(&out->files[i - 1], &out->files[i]) >= 0)
            return RESULT_MALFORMED;
    }
    out->file_count = count;
    return RESULT_OK;
}

static enum result read_members(json_t *root, void *redaction)
{
    struct record_redaction *out = redaction;
    struct text_view level;
    uint64_t version;
    enum result result;

    out->root = root;
    if (json_object_size(root) != 6 ||
        !record_json_number(root, "v", &version) || version != VERSION ||
        !record_json_text(root, "level", &level) ||
        !record_json_hex(root, "key", out->key.bytes, KEY_SIZE) ||
        !record_json_hex(root, "sig", out->sig.bytes, SIGNATURE_SIZE))
        return RESULT_MALFORMED;
    out->level = record_level_of(level);
    if (out->level == RECORD_LEVEL_FULL)
        return RESULT_MALFORMED;
    result = read_texts(record_json_list(root, "openings"), out);
    if (result == RESULT_OK)
        result = read_paths(record_json_list(root, "files"), out);
    return result;
}

static enum result write_members(const void *redaction, char **out,
                                 size_t *size)
{
    return record_redaction_write(redaction, out, size);
}

enum result record_redaction_read(struct text_view text,
                                  struct record_redaction *out)
{
    static const struct record_json_form form = { LIMIT_MANIFEST_SIZE,
                                                  read_members, write_members };
    struct record_redaction read = { .root = NULL };
    const enum result result = record_json_read(text, &form, &read);

    if (result == RESULT_OK)
        *out = read;
    else
        record_redaction_release(&read);
    return result;
}

void record_redaction_release(struct record_redaction *redaction)
{
    free(redaction->texts);
    free(redaction->files);
    json_decref(redaction->root);
    *redaction = (struct record_redaction){ .root = NULL };
}
