#include "server/store/store_sqlite_internal.h"

#include "protocol/base/limits.h"
#include "server/store/store_batch.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

struct blob_row {
    uint64_t id;
    uint64_t durable_size;
    bool is_complete;
};

/* RESULT_NOT_FOUND: nothing is stored of a blob of this name and size. */
static enum result find_blob(struct store_sqlite *sqlite,
                             const struct hash *blob, uint64_t blob_size,
                             struct blob_row *out)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_BLOB);
    sqlite_bind_bytes(stmt, 1, blob->bytes, sizeof blob->bytes);
    sqlite_bind_number(stmt, 2, blob_size);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        out->id = (uint64_t)sqlite3_column_int64(stmt, 0);
        out->durable_size = (uint64_t)sqlite3_column_int64(stmt, 1);
        out->is_complete = sqlite3_column_int(stmt, 2) != 0;
    }
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return code == SQLITE_DONE ? RESULT_NOT_FOUND : sqlite_result(code);
}

/* ---- Writing ------------------------------------------------------------ */

static enum result find_or_insert_blob(struct store_sqlite *sqlite,
                                       const struct hash *blob,
                                       uint64_t blob_size, struct blob_row *out)
{
    enum result result = find_blob(sqlite, blob, blob_size, out);
    if (result != RESULT_NOT_FOUND)
        return result;
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_INSERT_BLOB);
    sqlite_bind_bytes(stmt, 1, blob->bytes, sizeof blob->bytes);
    sqlite_bind_number(stmt, 2, blob_size);
    result = sqlite_run(stmt);
    if (result == RESULT_OK)
        *out = (struct blob_row){ .id = (uint64_t)sqlite3_last_insert_rowid(
                                      sqlite->db) };
    return result;
}

static enum result insert_piece(struct store_sqlite *sqlite, uint64_t id,
                                uint64_t start, const uint8_t *bytes,
                                size_t size)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_INSERT_PIECE);
    sqlite_bind_number(stmt, 1, id);
    sqlite_bind_number(stmt, 2, start);
    sqlite_bind_bytes(stmt, 3, bytes, size);
    enum result result = sqlite_run(stmt);
    if (result != RESULT_OK)
        return result;
    stmt = sqlite_statement(sqlite, STATEMENT_GROW_BLOB);
    sqlite_bind_number(stmt, 1, id);
    sqlite_bind_number(stmt, 2, start + size);
    return sqlite_run(stmt);
}

/* Pieces stand without a gap from 0 on, so what is there is one number. */
static enum result append_piece(struct store_sqlite *sqlite,
                                const struct store_blob_piece *piece)
{
    struct blob_row row = { 0 };
    enum result result =
        find_or_insert_blob(sqlite, &piece->blob, piece->blob_size, &row);
    if (result != RESULT_OK)
        return result;
    if (piece->offset > row.durable_size)
        return RESULT_INVALID;
    const uint64_t known = row.durable_size - piece->offset;
    if (known >= piece->size)
        return RESULT_OK;
    const size_t new_size = piece->size - (size_t)known;

    return insert_piece(sqlite, row.id, row.durable_size, &piece->bytes[known],
                        new_size);
}

enum result sqlite_append_pieces(struct store_sqlite *sqlite,
                                 const struct store_batch *batch)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < batch->piece_count && result == RESULT_OK; i++)
        result = append_piece(sqlite, &batch->pieces[i]);
    return result;
}

static enum result run_on_blob(struct store_sqlite *sqlite,
                               enum statement statement, uint64_t id)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, statement);
    sqlite_bind_number(stmt, 1, id);
    return sqlite_run(stmt);
}

enum result sqlite_delete_blob(struct store_sqlite *sqlite, uint64_t id)
{
    enum result result = run_on_blob(sqlite, STATEMENT_DELETE_PIECES, id);
    if (result == RESULT_OK)
        result = run_on_blob(sqlite, STATEMENT_DELETE_BLOB, id);
    return result;
}

/* Its name was computed from these very bytes: what somebody sent in pieces
 * under the same name, and was not yet compared, gives way. */
static enum result append_blob(struct store_sqlite *sqlite,
                               const struct store_whole_blob *blob)
{
    struct blob_row row = { 0 };
    enum result result =
        find_or_insert_blob(sqlite, &blob->name, blob->size, &row);
    if (result != RESULT_OK || row.is_complete)
        return result;
    result = run_on_blob(sqlite, STATEMENT_DELETE_PIECES, row.id);
    for (size_t start = 0; start < blob->size && result == RESULT_OK;
         start += LIMIT_BLOB_PIECE_SIZE) {
        const size_t left = blob->size - start;
        result = insert_piece(
            sqlite, row.id, start, &blob->bytes[start],
            left < LIMIT_BLOB_PIECE_SIZE ? left : LIMIT_BLOB_PIECE_SIZE);
    }
    if (result == RESULT_OK)
        result = run_on_blob(sqlite, STATEMENT_COMPLETE_BLOB, row.id);
    return result;
}

enum result sqlite_append_blobs(struct store_sqlite *sqlite,
                                const struct store_batch *batch)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < batch->blob_count && result == RESULT_OK; i++)
        result = append_blob(sqlite, &batch->blobs[i]);
    return result;
}

static enum result settle(struct store_sqlite *sqlite, const struct hash *blob,
                          uint64_t blob_size, bool is_right)
{
    struct blob_row row = { 0 };
    enum result result = find_blob(sqlite, blob, blob_size, &row);
    if (result == RESULT_NOT_FOUND)
        return is_right ? RESULT_NOT_FOUND : RESULT_OK;
    if (result != RESULT_OK || row.is_complete)
        return result;
    if (is_right)
        return run_on_blob(sqlite, STATEMENT_COMPLETE_BLOB, row.id);
    return sqlite_delete_blob(sqlite, row.id);
}

enum result store_sqlite_settle_blob(struct store_sqlite *sqlite,
                                     const struct hash *blob,
                                     uint64_t blob_size, bool is_right)
{
    enum result result = sqlite_savepoint_begin(sqlite);
    if (result != RESULT_OK)
        return result;
    result = settle(sqlite, blob, blob_size, is_right);
    return sqlite_savepoint_end(sqlite, result);
}

/* ---- Reading ------------------------------------------------------------ */

enum result store_sqlite_blob_state(struct store_sqlite *sqlite,
                                    const struct hash *blob, uint64_t blob_size,
                                    struct store_blob_state *out)
{
    struct blob_row row = { 0 };
    enum result result = find_blob(sqlite, blob, blob_size, &row);
    if (result != RESULT_OK && result != RESULT_NOT_FOUND)
        return result;
    *out = (struct store_blob_state){ .durable_size = row.durable_size,
                                      .is_complete = row.is_complete };
    return RESULT_OK;
}

/*
 * Hands the bytes from `offset` to `end` to `take`, in order. RESULT_CORRUPT:
 * some are not there.
 */
static enum result read_pieces(struct store_sqlite *sqlite, uint64_t blob_id,
                               uint64_t offset, uint64_t end,
                               enum result (*take)(const uint8_t *bytes,
                                                   size_t size, void *user),
                               void *user)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_SELECT_PIECES);
    sqlite_bind_number(stmt, 1, blob_id);
    sqlite_bind_number(stmt, 2,
                       offset < LIMIT_BLOB_PIECE_SIZE
                           ? 0
                           : offset - LIMIT_BLOB_PIECE_SIZE + 1);
    sqlite_bind_number(stmt, 3, end);
    uint64_t position = offset;
    enum result result = RESULT_OK;
    int code = sqlite3_step(stmt);
    while (code == SQLITE_ROW && result == RESULT_OK) {
        const uint64_t start = (uint64_t)sqlite3_column_int64(stmt, 0);
        const uint8_t *bytes = sqlite3_column_blob(stmt, 1);
        const uint64_t stop = start + (uint64_t)sqlite3_column_bytes(stmt, 1);
        if (start > position || !bytes) {
            result = RESULT_CORRUPT;
        } else if (stop > position) {
            const uint64_t upto = stop < end ? stop : end;
            result =
                take(&bytes[position - start], (size_t)(upto - position), user);
            position = upto;
        }
        if (result == RESULT_OK)
            code = sqlite3_step(stmt);
    }
    if (result == RESULT_OK)
        result = sqlite_result(code);
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    if (result == RESULT_OK && position != end)
        result = RESULT_CORRUPT;
    return result;
}

static enum result take_into_digest(const uint8_t *bytes, size_t size,
                                    void *user)
{
    return EVP_DigestUpdate(user, bytes, size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

static enum result digest_blob(struct store_sqlite *sqlite, uint64_t blob_id,
                               uint64_t blob_size, struct hash *out)
{
    enum result result = RESULT_CRYPTO;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1)
        result = read_pieces(sqlite, blob_id, 0, blob_size, take_into_digest,
                             context);
    if (result == RESULT_OK &&
        EVP_DigestFinal_ex(context, out->bytes, NULL) != 1)
        result = RESULT_CRYPTO;
    EVP_MD_CTX_free(context);
    return result;
}

enum result store_sqlite_hash_blob(struct store_sqlite *sqlite,
                                   const struct hash *blob, uint64_t blob_size,
                                   bool *is_right)
{
    struct blob_row row = { 0 };
    struct hash digest = { 0 };
    enum result result =
        sqlite_run(sqlite_statement(sqlite, STATEMENT_BEGIN_READ));
    if (result == RESULT_OK)
        result = find_blob(sqlite, blob, blob_size, &row);
    if (result == RESULT_OK && row.durable_size < blob_size)
        result = RESULT_NOT_FOUND;
    if (result == RESULT_OK)
        result = digest_blob(sqlite, row.id, blob_size, &digest);
    store_sqlite_rollback(sqlite);
    if (result == RESULT_OK)
        *is_right = hash_equal(&digest, blob);
    return result;
}

struct copy {
    uint8_t *bytes;
    size_t size;
};

static enum result take_into_copy(const uint8_t *bytes, size_t size, void *user)
{
    struct copy *copy = user;
    memcpy(&copy->bytes[copy->size], bytes, size);
    copy->size += size;
    return RESULT_OK;
}

static enum result find_complete_blob(struct store_sqlite *sqlite,
                                      const struct hash *blob, uint64_t *id,
                                      uint64_t *size)
{
    sqlite3_stmt *stmt = sqlite_statement(sqlite, STATEMENT_FIND_COMPLETE_BLOB);
    sqlite_bind_bytes(stmt, 1, blob->bytes, sizeof blob->bytes);
    int code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        *id = (uint64_t)sqlite3_column_int64(stmt, 0);
        *size = (uint64_t)sqlite3_column_int64(stmt, 1);
    }
    (void)sqlite3_reset(stmt); /* repeats the failure of the step */
    return code == SQLITE_DONE ? RESULT_NOT_FOUND : sqlite_result(code);
}

enum result store_sqlite_read_blob(struct store_sqlite *sqlite,
                                   const struct hash *blob, uint64_t offset,
                                   size_t size_max, uint64_t *blob_size,
                                   uint8_t **bytes, size_t *size)
{
    uint64_t id = 0;
    uint64_t whole = 0;
    enum result result = find_complete_blob(sqlite, blob, &id, &whole);
    if (result != RESULT_OK)
        return result;
    const uint64_t left = offset < whole ? whole - offset : 0;
    const size_t wanted = left < size_max ? (size_t)left : size_max;
    struct copy copy = { .bytes = malloc(wanted + 1) };
    if (!copy.bytes)
        return RESULT_NO_MEMORY;
    if (wanted > 0)
        result = read_pieces(sqlite, id, offset, offset + wanted,
                             take_into_copy, &copy);
    if (result != RESULT_OK) {
        free(copy.bytes);
        return result;
    }
    *blob_size = whole;
    *bytes = copy.bytes;
    *size = copy.size;
    return RESULT_OK;
}
