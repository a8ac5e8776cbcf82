#include "server/platform/private_file.h"

#include "protocol/program/file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A device, a pipe or a folder is nothing to put a file in the place of: the
 * administrator may write "--out /dev/stdout". */
static bool may_replace(const char *path)
{
    struct stat status;

    if (stat(path, &status) || S_ISREG(status.st_mode))
        return true;
    errno = S_ISDIR(status.st_mode) ? EISDIR : EEXIST;
    return false;
}

enum result private_file_write(const char *path, const void *bytes, size_t size)
{
    char *temporary = NULL;

    if (!may_replace(path))
        return RESULT_IO;
    if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
        return RESULT_NO_MEMORY;
    int fd = mkostemp(temporary, O_CLOEXEC); /* with mode 0600 */
    if (fd < 0)
        goto fail_open;
    if (file_write_whole(fd, bytes, size) != RESULT_OK || fsync(fd))
        goto fail;
    if (rename(temporary, path) || file_sync_folder_of(path) != RESULT_OK)
        goto fail;
    close(fd);
    free(temporary);
    return RESULT_OK;

fail:
    close(fd);
    unlink(temporary);
fail_open:
    free(temporary);
    return RESULT_IO;
}

enum result private_file_read(const char *path, void *out, size_t size_max,
                              size_t *size)
{
    uint8_t *bytes = out;
    size_t end = 0;
    ssize_t got;
    uint8_t beyond;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    do {
        got = end < size_max ? read(fd, bytes + end, size_max - end)
                             : read(fd, &beyond, 1);
        if (got > 0 && end == size_max) {
            close(fd);
            return RESULT_TOO_LARGE;
        }
        if (got > 0)
            end += (size_t)got;
    } while (got > 0 || (got < 0 && errno == EINTR));
    close(fd);
    if (got < 0)
        return RESULT_IO;
    *size = end;
    return RESULT_OK;
}

enum result private_file_publish(const char *unnamed, const char *path)
{
    int status = renameat2(AT_FDCWD, unnamed, AT_FDCWD, path, RENAME_NOREPLACE);

    /* Some file systems cannot refuse by themselves. */
    if (status && (errno == EINVAL || errno == ENOSYS)) {
        if (!access(path, F_OK))
            return RESULT_EXISTS;
        status = rename(unnamed, path);
    }
    if (status)
        return errno == EEXIST ? RESULT_EXISTS : RESULT_IO;
    return file_sync_folder_of(path);
}

enum result private_file_replace(const char *from, const char *path)
{
    return rename(from, path) ? RESULT_IO : file_sync_folder_of(path);
}

enum result private_file_link(const char *path, const char *second)
{
    if (link(path, second))
        return errno == EEXIST ? RESULT_EXISTS : RESULT_IO;
    return file_sync_folder_of(second);
}

enum result private_directory_sync(const char *path)
{
    return file_sync_folder_of(path);
}

enum result private_directory_make(const char *path)
{
    struct stat status;

    if (!mkdir(path, 0700))
        return file_sync_folder_of(path);
    if (errno != EEXIST)
        return RESULT_IO;
    if (stat(path, &status))
        return RESULT_IO;
    if (!S_ISDIR(status.st_mode)) {
        errno = ENOTDIR;
        return RESULT_IO;
    }
    return RESULT_OK;
}
