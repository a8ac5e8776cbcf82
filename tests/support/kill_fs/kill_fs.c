/*
 * A process that dies at a chosen step: preloaded, it counts the calls that
 * change files or make a change durable, and just before the one with the
 * number KILL_FS_AT it sends itself a signal, SIGKILL unless KILL_FS_SIGNAL
 * names another. A test that goes through all numbers has seen the program
 * stop everywhere. Only files count whose path has KILL_FS_UNDER in it, and not
 * KILL_FS_BUT.
 *
 * Seen: write pwrite ftruncate, open with O_CREAT, fsync fdatasync, rename
 * renameat2 link unlink fchown, in the spellings that SQLite and our programs
 * use. Standard input and output are no files here.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static long number_of(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : otherwise;
}

static void step(void)
{
    static atomic_long count;
    if (atomic_fetch_add(&count, 1) + 1 == number_of("KILL_FS_AT", -1))
        (void)kill(getpid(), (int)number_of("KILL_FS_SIGNAL", SIGKILL));
}

static bool is_path_seen(const char *path)
{
    const char *under = getenv("KILL_FS_UNDER");
    const char *but = getenv("KILL_FS_BUT");
    return (!under || strstr(path, under)) && (!but || !strstr(path, but));
}

static bool is_file_seen(int fd)
{
    char link[64], path[4096] = "";
    if (!getenv("KILL_FS_UNDER"))
        return true;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return readlink(link, path, sizeof path - 1) > 0 && is_path_seen(path);
}

/* Defines `name`, which takes `parameters` and hands `arguments` on. */
#define WATCH(type, name, parameters, arguments, is_seen)                      \
    EXPORTED type name parameters;                                             \
    type name parameters                                                       \
    {                                                                          \
        type(*real) parameters;                                                \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                             \
        if (is_seen)                                                           \
            step();                                                            \
        return real arguments;                                                 \
    }

WATCH(ssize_t, write, (int fd, const void *bytes, size_t size),
      (fd, bytes, size), fd > STDERR_FILENO && is_file_seen(fd))
WATCH(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t offset),
      (fd, bytes, size, offset), is_file_seen(fd))
WATCH(ssize_t, pwrite64,
      (int fd, const void *bytes, size_t size, off64_t offset),
      (fd, bytes, size, offset), is_file_seen(fd))
WATCH(int, ftruncate, (int fd, off_t size), (fd, size), is_file_seen(fd))
WATCH(int, ftruncate64, (int fd, off64_t size), (fd, size), is_file_seen(fd))
WATCH(int, fsync, (int fd), (fd), is_file_seen(fd))
WATCH(int, fdatasync, (int fd), (fd), is_file_seen(fd))
WATCH(int, rename, (const char *old, const char *new), (old, new),
      is_path_seen(old))
WATCH(int, renameat2,
      (int old_fd, const char *old, int new_fd, const char *new,
       unsigned int flags),
      (old_fd, old, new_fd, new, flags), is_path_seen(old))
WATCH(int, link, (const char *old, const char *new), (old, new),
      is_path_seen(old))
WATCH(int, unlink, (const char *path), (path), is_path_seen(path))
WATCH(int, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group),
      is_file_seen(fd))

static int open_watched(const char *name, const char *path, int flags,
                        mode_t mode)
{
    int (*real)(const char *, int, ...);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if ((flags & O_CREAT) != 0 && is_path_seen(path))
        step();
    return real(path, flags, mode);
}

#define WATCH_OPEN(name)                                                       \
    EXPORTED int name(const char *path, int flags, ...);                       \
    int name(const char *path, int flags, ...)                                 \
    {                                                                          \
        va_list more;                                                          \
        va_start(more, flags);                                                 \
        const mode_t mode = (flags & O_CREAT) ? va_arg(more, mode_t) : 0;      \
        va_end(more);                                                          \
        return open_watched(#name, path, flags, mode);                         \
    }

WATCH_OPEN(open)
WATCH_OPEN(open64)
