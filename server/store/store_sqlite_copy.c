/* Whole databases: copying one, putting one in the place of another. */
#include "protocol/program/file_bytes.h"
#include "server/store/store_sqlite_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* After a failure: errno says what the system said to SQLite. */
static void explain(sqlite3 *db)
{
    const int code = sqlite3_errcode(db);
    const int system_error = sqlite3_system_errno(db);
    errno = code == SQLITE_FULL ? ENOSPC : system_error ? system_error : EIO;
}

/* Opens what is there already. RESULT_NOT_FOUND: nothing is. */
static enum result open_there(sqlite3 **out, const char *path, int mode)
{
    sqlite3 *db = NULL;
    if (access(path, F_OK) != 0)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    const int code = sqlite3_open_v2(
        path, &db, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) {
        *out = db;
        return RESULT_OK;
    }
    explain(db);
    (void)sqlite3_close(db); /* nothing was done with it */
    return sqlite_result(code);
}

/* ---- Copying ------------------------------------------------------------ */

/* As much as the disk is given at once: a commit of the server that comes
 * meanwhile waits behind no more than that. */
enum { COPY_STEP_PAGES = 256 };

struct copy {
    sqlite3 *from; /* in a transaction, which sees one moment while it lasts */
    sqlite3 *to;
    int fd; /* of the new file, or -1 */
    uint64_t size;
    store_copy_progress_fn progress;
    void *user;
};

static enum result begin_reading(struct copy *copy, const char *path)
{
    int64_t version = 0;
    int64_t page_size = 0;
    int64_t page_count = 0;
    enum result result = open_there(&copy->from, path, SQLITE_OPEN_READONLY);
    if (result != RESULT_OK)
        return result;
    result = sqlite_execute(copy->from, "BEGIN");
    if (result == RESULT_OK)
        result = sqlite_read_version(copy->from, &version);
    if (result == RESULT_OK)
        result = sqlite_read_number(copy->from, "PRAGMA page_size", &page_size);
    if (result == RESULT_OK)
        result =
            sqlite_read_number(copy->from, "PRAGMA page_count", &page_count);
    if (result != RESULT_OK)
        explain(copy->from);
    copy->size = (uint64_t)page_size * (uint64_t)page_count;
    return result == RESULT_OK && version == 0 ? RESULT_UNSUPPORTED : result;
}

/* Nothing of the new file counts before all of it is there: it needs no
 * journal, and is synchronised from here. */
static enum result begin_writing(struct copy *copy, const char *out_path)
{
    enum result result = open_there(&copy->to, out_path, SQLITE_OPEN_READWRITE);
    if (result != RESULT_OK)
        return result;
    result = sqlite_execute(copy->to,
                            "PRAGMA journal_mode = OFF; PRAGMA synchronous = "
                            "OFF; PRAGMA locking_mode = EXCLUSIVE");
    if (result != RESULT_OK)
        explain(copy->to);
    return result;
}

/* False: the copy is given up. */
static bool tell_progress(const struct copy *copy, sqlite3_backup *backup)
{
    const int count = sqlite3_backup_pagecount(backup);
    const int done = count - sqlite3_backup_remaining(backup);
    if (!copy->progress || count == 0)
        return true;
    return copy->progress(copy->size / (uint64_t)count * (uint64_t)done,
                          copy->size, copy->user);
}

/* The steps up to the last, which is SQLITE_DONE. */
static enum result step_through(const struct copy *copy, sqlite3_backup *backup)
{
    int code = SQLITE_OK;
    while (code == SQLITE_OK) {
        code = sqlite3_backup_step(backup, COPY_STEP_PAGES);
        if (code != SQLITE_OK && code != SQLITE_DONE)
            return sqlite_result(code); /* finishing says the same */
        if (!tell_progress(copy, backup))
            return RESULT_CLOSED;
        if (fdatasync(copy->fd) != 0)
            return RESULT_IO;
    }
    return RESULT_OK;
}

static enum result copy_pages(const struct copy *copy)
{
    sqlite3_backup *backup =
        sqlite3_backup_init(copy->to, "main", copy->from, "main");
    if (!backup) {
        explain(copy->to);
        return sqlite_result(sqlite3_extended_errcode(copy->to));
    }
    const enum result result = step_through(copy, backup);
    const int system_error = errno;
    const int code = sqlite3_backup_finish(backup);
    errno = system_error;
    if (code == SQLITE_OK)
        return result;
    explain(copy->to);
    return sqlite_result(code);
}

/* Closes both. There is no statement left to object. */
static void end_copy(struct copy *copy)
{
    const int system_error = errno;
    (void)sqlite3_close(copy->to);
    (void)sqlite3_close(copy->from);
    errno = system_error;
}

/* What is copied becomes a database of this version that stands alone. */
static enum result finish_file(const struct copy *copy, const char *out_path)
{
    struct store_sqlite *alone = NULL;
    const enum result result =
        store_sqlite_open(&alone, out_path, STORE_SQLITE_WRITE_ALONE);
    store_sqlite_close(alone);
    if (result != RESULT_OK)
        return result;
    return fsync(copy->fd) == 0 ? RESULT_OK : RESULT_IO;
}

enum result store_sqlite_copy(const char *path, const char *out_path,
                              store_copy_progress_fn progress, void *user)
{
    struct copy copy = { .fd = -1, .progress = progress, .user = user };
    enum result result = begin_reading(&copy, path);
    if (result == RESULT_OK) {
        copy.fd = open(out_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (copy.fd < 0)
            result = errno == EEXIST ? RESULT_EXISTS : RESULT_IO;
    }
    if (result == RESULT_OK)
        result = begin_writing(&copy, out_path);
    if (result == RESULT_OK)
        result = copy_pages(&copy);
    end_copy(&copy);
    if (result == RESULT_OK)
        result = finish_file(&copy, out_path);
    const int system_error = errno;
    if (copy.fd >= 0)
        (void)close(copy.fd); /* it is synchronised, or goes */
    if (copy.fd >= 0 && result != RESULT_OK)
        (void)unlink(out_path); /* half a copy is none */
    errno = system_error;
    return result;
}

/* ---- Replacing ---------------------------------------------------------- */

/* What SQLite keeps beside a database: what is not yet in it, and what may
 * have to be undone in it. Either would spoil another database. */
enum { SIDE_FILE_COUNT = 3, SIDE_FILE_PATH_SIZE = 4096, PAGE_SIZE_MIN = 512 };
static const char *const side_file_endings[SIDE_FILE_COUNT] = { "-wal",
                                                                "-journal",
                                                                "-shm" };

/* RESULT_TOO_LARGE: no file can have such a name. */
static enum result side_file(const char *path, size_t which,
                             char out[SIDE_FILE_PATH_SIZE])
{
    const int size = snprintf(out, SIDE_FILE_PATH_SIZE, "%s%s", path,
                              side_file_endings[which]);
    return size > 0 && size < SIDE_FILE_PATH_SIZE ? RESULT_OK
                                                  : RESULT_TOO_LARGE;
}

/*
 * Makes the database whole without the files beside it. RESULT_BUSY: somebody
 * reads it. RESULT_CORRUPT or RESULT_UNSUPPORTED: no program can read it.
 */
static enum result settle(const char *path)
{
    struct stat status;
    sqlite3 *db = NULL;
    int64_t tables = 0;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? RESULT_OK : RESULT_IO;
    /* SQLite would take what is cut so short for empty, and delete the
     * write-ahead log beside it. */
    if (status.st_size < PAGE_SIZE_MIN)
        return RESULT_CORRUPT;
    enum result result = open_there(&db, path, SQLITE_OPEN_READWRITE);
    if (result != RESULT_OK)
        return result;
    /* A log that cannot be used must not be deleted as it is closed. */
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    /* The first look undoes what was left half done. */
    result =
        sqlite_read_number(db, "SELECT count(*) FROM sqlite_schema", &tables);
    if (result == RESULT_OK)
        result = sqlite_result(sqlite3_wal_checkpoint_v2(
            db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
    if (result != RESULT_OK)
        explain(db);
    const int system_error = errno;
    (void)sqlite3_close(db); /* no statement is left to object */
    errno = system_error;
    return result;
}

/* A second name, if the file is there at all. */
static enum result link_if_there(const char *path, const char *name,
                                 bool *is_there)
{
    *is_there = link(path, name) == 0;
    if (*is_there || errno == ENOENT)
        return RESULT_OK;
    return errno == EEXIST ? RESULT_EXISTS : RESULT_IO;
}

/* The side files stay with the database under its second name. */
static enum result keep_side_files(const char *path, const char *kept_path)
{
    char name[SIDE_FILE_PATH_SIZE];
    char kept_name[SIDE_FILE_PATH_SIZE];
    bool is_there = false;
    enum result result = RESULT_OK;
    for (size_t i = 0; i < SIDE_FILE_COUNT && result == RESULT_OK; i++) {
        result = side_file(path, i, name);
        if (result == RESULT_OK)
            result = side_file(kept_path, i, kept_name);
        if (result == RESULT_OK)
            result = link_if_there(name, kept_name, &is_there);
    }
    return result;
}

static enum result remove_side_files(const char *path)
{
    char name[SIDE_FILE_PATH_SIZE];
    enum result result = RESULT_OK;
    for (size_t i = 0; i < SIDE_FILE_COUNT && result == RESULT_OK; i++) {
        result = side_file(path, i, name);
        if (result == RESULT_OK && unlink(name) != 0 && errno != ENOENT)
            result = RESULT_IO;
    }
    return result;
}

/* Every step is durable before the next. */
static enum result switch_names(const char *path, const char *new_path)
{
    enum result result = file_sync_folder_of(path);
    if (result == RESULT_OK)
        result = remove_side_files(path);
    if (result == RESULT_OK)
        result = file_sync_folder_of(path);
    if (result == RESULT_OK && rename(new_path, path) != 0)
        result = RESULT_IO;
    if (result == RESULT_OK)
        result = file_sync_folder_of(path);
    return result;
}

enum result store_sqlite_replace(const char *path, const char *new_path,
                                 const char *kept_path, bool *has_kept)
{
    bool is_there = false;
    enum result result = settle(path);
    /* One that is damaged keeps its side files: they may save something. */
    const bool is_damaged =
        result == RESULT_CORRUPT || result == RESULT_UNSUPPORTED;
    if (is_damaged)
        result = RESULT_OK;
    if (result == RESULT_OK)
        result = link_if_there(path, kept_path, &is_there);
    if (result == RESULT_OK && is_damaged)
        result = keep_side_files(path, kept_path);
    if (result == RESULT_OK)
        result = switch_names(path, new_path);
    if (result == RESULT_OK)
        *has_kept = is_there;
    return result;
}

enum result store_sqlite_remove(const char *path)
{
    enum result result = remove_side_files(path);
    if (result == RESULT_OK && unlink(path) != 0 && errno != ENOENT)
        result = RESULT_IO;
    return result;
}
