#include "protocol/program/file_bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum result file_write_whole(int fd, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;

    while (size > 0) {
        const ssize_t count = write(fd, next, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return RESULT_IO;
        next += count;
        size -= (size_t)count;
    }
    return RESULT_OK;
}

enum result file_read_whole(int fd, void *bytes, size_t size)
{
    uint8_t *next = bytes;

    errno = 0;
    while (size > 0) {
        const ssize_t count = read(fd, next, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return RESULT_IO;
        next += count;
        size -= (size_t)count;
    }
    return RESULT_OK;
}

enum result file_sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = 0;

    if (fd < 0)
        return RESULT_IO;
    if (fsync(fd) != 0)
        error = errno;
    (void)close(fd); /* only read */
    if (error == 0)
        return RESULT_OK;
    errno = error;
    return RESULT_IO;
}

enum result file_sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX] = ".";

    if (slash) {
        const size_t size = slash == path ? 1 : (size_t)(slash - path);

        if (size >= sizeof folder) {
            errno = ENAMETOOLONG;
            return RESULT_IO;
        }
        memcpy(folder, path, size);
        folder[size] = '\0';
    }
    return file_sync_folder(folder);
}
