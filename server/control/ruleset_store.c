#include "server/control/ruleset_store.h"

#include "protocol/record/digest.h"
#include "server/control/ruleset_folder.h"
#include "server/store/store_batch.h"

#include <stdio.h>
#include <stdlib.h>

/* --- from the store ------------------------------------------------------ */

/* A ruleset that cannot be used is as one that is not there. */
static void keep_on_shelf(struct ruleset_shelf *shelf, const struct hash *hash,
                          const uint8_t *bytes, size_t size)
{
    struct ruleset_faults faults = { .count = 0 };
    const struct hash found = digest_sha256(bytes, size);
    enum result result = RESULT_CORRUPT;
    char name[sizeof "the kept ruleset " + HEX_SIZE(HASH_SIZE)];
    int begun;

    if (hash_equal(&found, hash))
        result = ruleset_shelf_keep(shelf, (const char *)bytes, size, &faults);
    begun = snprintf(name, sizeof name, "the kept ruleset ");
    hex_encode(hash->bytes, HASH_SIZE, &name[begun]);
    if (result != RESULT_OK)
        ruleset_report(name, result, &faults);
}

static enum result find_one(struct store_sqlite *sqlite,
                            struct ruleset_shelf *shelf,
                            const struct hash *hash)
{
    uint64_t whole = 0;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (ruleset_shelf_by_hash(shelf, hash))
        return RESULT_OK;
    result = store_sqlite_read_blob(sqlite, hash, 0, RULESET_SIZE_MAX + 1,
                                    &whole, &bytes, &size);
    if (result == RESULT_OK)
        keep_on_shelf(shelf, hash, bytes, size);
    free(bytes);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

enum result ruleset_store_find(struct store_sqlite *sqlite,
                               struct ruleset_shelf *shelf)
{
    struct hash *named = NULL;
    size_t i, count = 0;
    enum result result = store_sqlite_list_rulesets(sqlite, &named, &count);

    for (i = 0; i < count && result == RESULT_OK; i++)
        result = find_one(sqlite, shelf, &named[i]);
    free(named);
    return result;
}

/* --- to the store -------------------------------------------------------- */

/* Into the batch, which is made for the first of them. */
static enum result add_missing(struct store_sqlite *sqlite,
                               const struct ruleset_shelf *shelf,
                               const struct hash *hash,
                               struct store_batch **batch)
{
    const struct ruleset_book *book = ruleset_shelf_by_hash(shelf, hash);
    struct store_blob_state state = { .is_complete = false };
    enum result result = RESULT_OK;

    if (!book)
        return RESULT_OK;
    result = store_sqlite_blob_state(sqlite, hash, book->size, &state);
    if (result != RESULT_OK || state.is_complete)
        return result;
    if (!*batch)
        result = store_batch_new(batch, NULL, 0);
    return result == RESULT_OK
               ? store_batch_add_blob(*batch, book->text, book->size, NULL)
               : result;
}

static enum result gather_missing(const char *path,
                                  const struct ruleset_shelf *shelf,
                                  const struct hash *chosen,
                                  struct store_batch **batch)
{
    struct store_sqlite *sqlite = NULL;
    struct hash *named = NULL;
    size_t i, count = 0;
    enum result result = store_sqlite_open(&sqlite, path, STORE_SQLITE_READ);

    if (result == RESULT_OK)
        result = store_sqlite_list_rulesets(sqlite, &named, &count);
    if (result == RESULT_OK)
        result = add_missing(sqlite, shelf, chosen, batch);
    for (i = 0; i < count && result == RESULT_OK; i++)
        if (!hash_equal(&named[i], chosen))
            result = add_missing(sqlite, shelf, &named[i], batch);
    free(named);
    store_sqlite_close(sqlite);
    return result;
}

static enum result write_batch(const char *path,
                               const struct store_batch *batch)
{
    struct store_lock *lock = NULL;
    struct store_sqlite *sqlite = NULL;
    enum result result = store_sqlite_lock(&lock, path);

    if (result == RESULT_OK)
        result = store_sqlite_open(&sqlite, path, STORE_SQLITE_WRITE);
    if (result == RESULT_OK)
        result = store_sqlite_write(sqlite, batch);
    store_sqlite_close(sqlite);
    store_lock_release(lock);
    return result;
}

enum result ruleset_store_keep(const char *path,
                               const struct ruleset_shelf *shelf,
                               const struct hash *chosen)
{
    struct store_batch *batch = NULL;
    enum result result = gather_missing(path, shelf, chosen, &batch);

    if (result == RESULT_OK && batch)
        result = write_batch(path, batch);
    store_batch_free(batch);
    return result;
}
