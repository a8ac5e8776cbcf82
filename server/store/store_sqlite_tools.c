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
