#include "server/store/store_sqlite_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- One owner ---------------------------------------------------------- */

struct store_lock {
    int fd;
};

enum result store_sqlite_lock(struct store_lock **out, const char *path)
{
    enum result result = RESULT_OK;
    struct store_lock *lock = calloc(1, sizeof *lock);
    char *lock_path = NULL;
    if (!lock || asprintf(&lock_path, "%s.lock", path) < 0) {
        free(lock);
        return RESULT_NO_MEMORY;
    }
    lock->fd = open(lock_path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    free(lock_path);
    if (lock->fd < 0)
        result = RESULT_IO;
    else if (flock(lock->fd, LOCK_EX | LOCK_NB) != 0)
        result = errno == EWOULDBLOCK ? RESULT_BUSY : RESULT_IO;
    if (result != RESULT_OK) {
        store_lock_release(lock);
        return result;
    }
    *out = lock;
    return RESULT_OK;
}

struct store_lock *store_lock_release(struct store_lock *lock)
{
    if (!lock)
        return NULL;
    /* Closing gives the lock back. The file stays: unlinking it could take it
     * from under another process that has just locked it. */
    if (lock->fd >= 0)
        (void)close(lock->fd);
    free(lock);
    return NULL;
}

/* ---- Backup ------------------------------------------------------------- */

/* Makes the name durable too. */
static enum result sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return RESULT_IO;
    const bool is_synced = fsync(fd) == 0;
    return close(fd) == 0 && is_synced ? RESULT_OK : RESULT_IO;
}

static enum result sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return sync_path(".", O_DIRECTORY);
    char *folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
    if (!folder)
        return RESULT_NO_MEMORY;
    enum result result = sync_path(folder, O_DIRECTORY);
    free(folder);
    return result;
}

static enum result copy_pages(sqlite3 *from, const char *out_path)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(out_path, &to,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                   SQLITE_OPEN_EXRESCODE,
                               NULL);
    if (code == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
        if (backup) {
            /* All in one step: the copy is of one moment. */
            (void)sqlite3_backup_step(backup, -1);
            code = sqlite3_backup_finish(backup);
        } else {
            code = sqlite3_extended_errcode(to);
        }
    }
    (void)sqlite3_close(to); /* no statement is left to object */
    return sqlite_result(code);
}

enum result store_sqlite_backup(const char *path, const char *out_path)
{
    struct store_sqlite *sqlite = NULL;
    enum result result = store_sqlite_open(&sqlite, path, STORE_SQLITE_READ);
    if (result != RESULT_OK)
        return result;
    int fd = open(out_path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        result = errno == EEXIST ? RESULT_EXISTS : RESULT_IO;
    } else {
        (void)close(fd); /* nothing was written */
        result = copy_pages(sqlite->db, out_path);
        if (result == RESULT_OK)
            result = sync_path(out_path, 0);
        if (result == RESULT_OK)
            result = sync_folder_of(out_path);
        if (result != RESULT_OK)
            (void)unlink(out_path); /* half a backup is none */
    }
    store_sqlite_close(sqlite);
    return result;
}

/* ---- Check -------------------------------------------------------------- */

/* The check answers one row "ok", or what is wrong in many. */
static enum result check_integrity(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    bool is_sound = false;
    int code =
        sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    if (code == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(stmt, 0);
        is_sound = text && strcmp((const char *)text, "ok") == 0;
    }
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    if (code != SQLITE_ROW)
        return code == SQLITE_DONE ? RESULT_CORRUPT : sqlite_result(code);
    return is_sound ? RESULT_OK : RESULT_CORRUPT;
}

/* Each row is a reference that leads nowhere. */
static enum result check_references(sqlite3 *db)
{
    sqlite3_stmt *stmt = NULL;
    int code =
        sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &stmt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(stmt);
    (void)sqlite3_finalize(stmt); /* repeats the failure of the step */
    return code == SQLITE_ROW ? RESULT_CORRUPT : sqlite_result(code);
}

static enum result check_logs(struct store_sqlite *sqlite,
                              store_log_check_fn check, void *user)
{
    struct store_log_summary *list = NULL;
    size_t count = 0;
    enum result result = store_sqlite_list_logs(sqlite, &list, &count);
    for (size_t i = 0; i < count && result == RESULT_OK; i++) {
        struct store_log *log = NULL;
        result = store_sqlite_load_log(sqlite, &list[i].id, &log);
        if (result == RESULT_OK)
            result = check(log, user);
        store_log_free(log);
    }
    free(list);
    return result;
}

enum result store_sqlite_check(const char *path, store_log_check_fn check,
                               void *user)
{
    struct store_sqlite *sqlite = NULL;
    enum result result = store_sqlite_open(&sqlite, path, STORE_SQLITE_READ);
    if (result != RESULT_OK)
        return result;
    result = check_integrity(sqlite->db);
    if (result == RESULT_OK)
        result = check_references(sqlite->db);
    if (result == RESULT_OK)
        result = check_logs(sqlite, check, user);
    store_sqlite_close(sqlite);
    return result;
}
