#include "server/platform/recording_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A name is never a path, and no file is hidden. */
static bool make_path(const void *user, const char *name, char path[PATH_MAX])
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_.";
    const size_t size = strlen(name);
    int written;

    if (size == 0 || name[0] == '.' || strspn(name, allowed) != size)
        return false;
    written = snprintf(path, PATH_MAX, "%s/%s", (const char *)user, name);
    return written > 0 && written < PATH_MAX;
}

/* --- Writing ------------------------------------------------------------- */

static enum result write_all(int fd, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t count = write(fd, bytes, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return RESULT_IO;
        bytes += count;
        size -= (size_t)count;
    }
    return RESULT_OK;
}

static enum result sync_folder(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum result result = RESULT_IO;

    if (fd < 0)
        return RESULT_IO;
    if (fsync(fd) == 0)
        result = RESULT_OK;
    (void)close(fd); /* only read */
    return result;
}

static enum result append(void *user, const char *name, const void *bytes,
                          size_t size)
{
    char path[PATH_MAX];
    struct stat before;
    enum result result;
    int fd;

    if (!make_path(user, name, path))
        return RESULT_INVALID;
    fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
              0600);
    if (fd < 0)
        return RESULT_IO;
    result = fstat(fd, &before) == 0 ? write_all(fd, bytes, size) : RESULT_IO;
    if (result == RESULT_OK && fdatasync(fd) != 0)
        result = RESULT_IO;
    if (close(fd) != 0)
        result = RESULT_IO;
    /* A new name is to be there after a stop of the machine, too. */
    if (result == RESULT_OK && before.st_size == 0)
        result = sync_folder(user);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

static enum result read_all(int fd, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t count = read(fd, bytes, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return RESULT_IO;
        bytes += count;
        size -= (size_t)count;
    }
    return RESULT_OK;
}

static enum result read_file(int fd, size_t size_max, uint8_t **out,
                             size_t *size)
{
    struct stat status;
    uint8_t *bytes;
    enum result result;

    if (fstat(fd, &status) != 0 || status.st_size < 0)
        return RESULT_IO;
    if ((uint64_t)status.st_size > size_max)
        return RESULT_TOO_LARGE;
    bytes = malloc((size_t)status.st_size + 1);
    if (!bytes)
        return RESULT_NO_MEMORY;
    result = read_all(fd, bytes, (size_t)status.st_size);
    if (result != RESULT_OK) {
        free(bytes);
        return result;
    }
    *out = bytes;
    *size = (size_t)status.st_size;
    return RESULT_OK;
}

static enum result read_named(void *user, const char *name, size_t size_max,
                              uint8_t **out, size_t *size)
{
    char path[PATH_MAX];
    enum result result;
    int fd;

    if (!make_path(user, name, path))
        return RESULT_NOT_FOUND;
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    result = read_file(fd, size_max, out, size);
    (void)close(fd); /* only read */
    return result;
}

/* --- Names --------------------------------------------------------------- */

static enum result remove_named(void *user, const char *name)
{
    char path[PATH_MAX];

    if (!make_path(user, name, path))
        return RESULT_OK;
    if (unlink(path) != 0)
        return errno == ENOENT ? RESULT_OK : RESULT_IO;
    return sync_folder(user);
}

static enum result each(void *user, const char *prefix,
                        void (*take)(void *data, const char *name), void *data)
{
    DIR *directory = opendir(user);
    const struct dirent *entry;
    char path[PATH_MAX];

    if (!directory)
        return RESULT_IO;
    errno = 0;
    while ((entry = readdir(directory)))
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
            make_path(user, entry->d_name, path))
            take(data, entry->d_name);
    (void)closedir(directory); /* only read */
    return RESULT_OK;
}

struct recording_store recording_folder_store(const char *path)
{
    /* Given back to these functions, which only read it. */
    union {
        const char *given;
        void *kept;
    } user = { path };

    return (struct recording_store){ .append = append,
                                     .read = read_named,
                                     .remove = remove_named,
                                     .each = each,
                                     .user = user.kept };
}
