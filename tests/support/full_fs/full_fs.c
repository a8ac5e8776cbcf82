/*
 * A disk that takes nothing more for some files: preloaded, it lets write()
 * fail with ENOSPC for files whose path has FULL_FS_UNDER in it, once the file
 * FULL_FS_FROM is there. The write after that takes half of what it is given
 * before, as a disk does that becomes full in the midst.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static bool is_full_for(int fd)
{
    const char *under = getenv("FULL_FS_UNDER");
    const char *from = getenv("FULL_FS_FROM");
    char link[64], path[4096];
    ssize_t size;

    if (!under || !from || access(from, F_OK) != 0)
        return false;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    size = readlink(link, path, sizeof path - 1);
    if (size <= 0)
        return false;
    path[size] = '\0';
    return strstr(path, under) != NULL;
}

EXPORTED ssize_t write(int fd, const void *bytes, size_t size)
{
    static atomic_bool has_torn;

    if (!is_full_for(fd))
        return (ssize_t)syscall(SYS_write, fd, bytes, size);
    if (size > 1 && !atomic_exchange(&has_torn, true))
        return (ssize_t)syscall(SYS_write, fd, bytes, size / 2);
    errno = ENOSPC;
    return -1;
}
