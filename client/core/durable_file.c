#include "client/core/durable_file.h"

#include "protocol/program/file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes and syncs a new file beside `path`; its name goes to `aside`. */
static enum result write_aside(const char *path, const uint8_t *bytes,
                               size_t size, char aside[PATH_MAX])
{
    const int length = snprintf(aside, PATH_MAX, "%s.XXXXXX", path);
    int fd = -1;
    bool is_done = false;

    if (length < 0 || length >= PATH_MAX)
        return RESULT_INVALID;
    fd = mkostemp(aside, O_CLOEXEC);
    if (fd < 0)
        return RESULT_IO;
    is_done = fchmod(fd, S_IRUSR | S_IWUSR) == 0 &&
              file_write_whole(fd, bytes, size) == RESULT_OK && fsync(fd) == 0;
    is_done = close(fd) == 0 && is_done;
    if (is_done)
        return RESULT_OK;
    /* Without its content the file is of no use; the failure is told anyway. */
    (void)unlink(aside);
    return RESULT_IO;
}

/* Moves `aside` to `path` unless something is there, in one step. */
static enum result place_new(const char *aside, const char *path)
{
    if (renameat2(AT_FDCWD, aside, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return RESULT_OK;
    if (errno == EEXIST)
        return RESULT_EXISTS;
    if (errno != EINVAL && errno != ENOSYS)
        return RESULT_IO;
    /* Network file systems know no such rename, but a link never replaces. */
    if (link(aside, path) != 0)
        return errno == EEXIST ? RESULT_EXISTS : RESULT_IO;
    return unlink(aside) == 0 ? RESULT_OK : RESULT_IO;
}

static enum result place_over(const char *aside, const char *path)
{
    return rename(aside, path) == 0 ? RESULT_OK : RESULT_IO;
}

/* Puts a whole file in place, without its folder being synced yet. */
static enum result put(const char *path, const uint8_t *bytes, size_t size,
                       enum result (*place)(const char *, const char *))
{
    char aside[PATH_MAX];
    enum result result = write_aside(path, bytes, size, aside);

    if (result)
        return result;
    result = place(aside, path);
    if (result) {
        /* The first failure is the one to tell. */
        (void)unlink(aside);
    }
    return result;
}

enum result durable_file_create(const char *path, const uint8_t *bytes,
                                size_t size)
{
    enum result result = put(path, bytes, size, place_new);

    if (result)
        return result;
    result = file_sync_folder_of(path);
    /* A file that nobody may count on is not left to stand in the way. */
    if (result)
        (void)unlink(path);
    return result;
}

enum result durable_file_replace(const char *path, const uint8_t *bytes,
                                 size_t size)
{
    const enum result result = put(path, bytes, size, place_over);

    return result ? result : file_sync_folder_of(path);
}

/* `others` are the permissions that it must not have. */
static enum result check_file(int fd, mode_t others, size_t size_max,
                              size_t *size)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return RESULT_IO;
    if (!S_ISREG(status.st_mode) || status.st_mode & others)
        return RESULT_INVALID;
    if ((uintmax_t)status.st_size > size_max)
        return RESULT_TOO_LARGE;
    *size = (size_t)status.st_size;
    return RESULT_OK;
}

static enum result read_open(int fd, mode_t others, size_t size_max,
                             uint8_t **out, size_t *size)
{
    size_t file_size = 0;
    uint8_t *bytes = NULL;
    enum result result = check_file(fd, others, size_max, &file_size);

    if (result)
        return result;
    bytes = malloc(file_size + 1);
    if (!bytes)
        return RESULT_NO_MEMORY;
    if (file_read_whole(fd, bytes, file_size) != RESULT_OK) {
        free(bytes);
        return RESULT_IO;
    }
    *out = bytes;
    *size = file_size;
    return RESULT_OK;
}

static enum result read_path(const char *path, mode_t others, size_t size_max,
                             uint8_t **out, size_t *size)
{
    /* O_NONBLOCK: a named pipe in this place must not hold us up. */
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum result result = RESULT_OK;

    if (fd < 0)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    result = read_open(fd, others, size_max, out, size);
    /* Nothing was written: closing has nothing to lose. */
    (void)close(fd);
    return result;
}

enum result durable_file_read(const char *path, size_t size_max, uint8_t **out,
                              size_t *size)
{
    return read_path(path, S_IRWXG | S_IRWXO, size_max, out, size);
}

enum result durable_file_read_any(const char *path, size_t size_max,
                                  uint8_t **out, size_t *size)
{
    return read_path(path, 0, size_max, out, size);
}
