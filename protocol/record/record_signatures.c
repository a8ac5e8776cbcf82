#include "protocol/record/record_signatures.h"

#include "protocol/record/digest.h"
#include "protocol/record/record_json.h"
#include "protocol/record/statement.h"

#include <stdlib.h>

enum { FILE_SIZE_MAX = 16 * 1024 };

static const char *const words[RECORD_ROLE_COUNT] = { "", "server", "chair",
                                                      "minute-taker" };

const char *record_role_word(enum record_role role) { return words[role]; }

/* --- Statements ---------------------------------------------------------- */

static enum result statement_of(const struct record_manifest *manifest,
                                struct text_view text, enum record_role role,
                                const struct key *signer, uint8_t **bytes,
                                size_t *size)
{
    const struct hash hash = digest_sha256(text.data, text.size);
    struct statement statement;

    statement_begin(&statement, STATEMENT_MANIFEST, signer,
                    identifier_view(&manifest->meeting));
    statement_add_text(&statement, text_view_of(words[role]));
    statement_add_hash(&statement, &hash);
    statement_add_number(&statement, manifest->seq);
    statement_add_hash(&statement, &manifest->head);
    return statement_finish(&statement, bytes, size);
}

enum result record_signature_make(const struct record_manifest *manifest,
                                  struct text_view text, enum record_role role,
                                  const struct signing_key *key,
                                  struct record_signature *out)
{
    struct record_signature made = { .role = role, .key = key->public_key };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        statement_of(manifest, text, role, &key->public_key, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(key, bytes, size, &made.sig);
    free(bytes);
    if (result == RESULT_OK)
        *out = made;
    return result;
}

enum result record_signature_verify(const struct record_manifest *manifest,
                                    struct text_view text,
                                    const struct record_signature *signature)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_of(manifest, text, signature->role,
                                      &signature->key, &bytes, &size);

    if (result == RESULT_OK)
        result =
            statement_verify(&signature->key, bytes, size, &signature->sig);
    free(bytes);
    return result;
}

/* --- The file ------------------------------------------------------------ */

static json_t *json_of_signature(const void *signature)
{
    const struct record_signature *row = signature;

    return json_pack("{s:s, s:o, s:o}", "role", words[row->role], "key",
                     record_json_of_hex(row->key.bytes, KEY_SIZE), "sig",
                     record_json_of_hex(row->sig.bytes, SIGNATURE_SIZE));
}

static json_t *json_of(const struct record_signatures *signatures)
{
    return json_pack("{s:o}", "signatures",
                     record_json_of_rows(signatures->rows, signatures->count,
                                         sizeof *signatures->rows,
                                         json_of_signature));
}

enum result record_signatures_write(const struct record_signatures *signatures,
                                    char **out, size_t *size)
{
    return record_json_take(json_of(signatures), out, size);
}

static bool read_row(const json_t *row, struct record_signature *out)
{
    struct text_view word;
    int role;

    if (json_object_size(row) != 3 || !record_json_text(row, "role", &word) ||
        !record_json_hex(row, "key", out->key.bytes, KEY_SIZE) ||
        !record_json_hex(row, "sig", out->sig.bytes, SIGNATURE_SIZE))
        return false;
    for (role = RECORD_ROLE_SERVER; role < RECORD_ROLE_COUNT; role++)
        if (text_view_is(word, words[role])) {
            out->role = (enum record_role)role;
            return true;
        }
    return false;
}

static enum result read_list(const json_t *root, struct record_signatures *out)
{
    const json_t *list = record_json_list(root, "signatures");
    size_t i;

    if (json_object_size(root) != 1 || !list ||
        json_array_size(list) > LIMIT_RECORD_SIGNATURES)
        return RESULT_MALFORMED;
    for (i = 0; i < json_array_size(list); i++)
        if (!read_row(json_array_get(list, i), &out->rows[i]) ||
            (i > 0 && out->rows[i].role < out->rows[i - 1].role))
            return RESULT_MALFORMED;
    out->count = json_array_size(list);
    return RESULT_OK;
}

static enum result read_rows(json_t *root, void *signatures)
{
    const enum result result = read_list(root, signatures);

    json_decref(root);
    return result;
}

static enum result write_rows(const void *signatures, char **out, size_t *size)
{
    return record_signatures_write(signatures, out, size);
}

enum result record_signatures_read(struct text_view text,
                                   struct record_signatures *out)
{
    static const struct record_json_form form = { FILE_SIZE_MAX, read_rows,
                                                  write_rows };
    struct record_signatures read = { .count = 0 };
    const enum result result = record_json_read(text, &form, &read);

    if (result == RESULT_OK)
        *out = read;
    return result == RESULT_TOO_LARGE ? RESULT_MALFORMED : result;
}
