#include "server/platform/recording_folder.h"

#include "protocol/program/file_bytes.h"

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
    result =
        fstat(fd, &before) == 0 ? file_write_whole(fd, bytes, size) : RESULT_IO;
    if (result == RESULT_OK && fdatasync(fd) != 0)
        result = RESULT_IO;
    if (close(fd) != 0)
        result = RESULT_IO;
    /* A new name is to be there after a stop of the machine, too. */
    if (result == RESULT_OK && before.st_size == 0)
        result = file_sync_folder(user);
    return result;
}

/* --- Reading ------------------------------------------------------------- */

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
    result = file_read_whole(fd, bytes, (size_t)status.st_size);
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
    return file_sync_folder(user);
}

static enum result each(void *user, const char *prefix,
                        void (*take)(void *data, const char *name), void *data)
{
    DIR *directory = opendir(user);
    const struct dirent *entry;
    char path[PATH_MAX];
    bool is_whole;

    if (!directory)
        return RESULT_IO;
    while (errno = 0, (entry = readdir(directory)))
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
            make_path(user, entry->d_name, path))
            take(data, entry->d_name);
    is_whole = errno == 0;
    (void)closedir(directory); /* only read */
    return is_whole ? RESULT_OK : RESULT_IO;
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
