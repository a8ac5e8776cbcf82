/*
 * A process that dies at a chosen step: preloaded, it counts the calls that
 * change files or make a change durable, and just before the one with the
 * number KILL_FS_AT it sends itself a signal, SIGKILL unless KILL_FS_SIGNAL
 * names another. A test that goes through all numbers has seen the program
 * stop everywhere.
 *
 * Seen: write pwrite ftruncate, open with O_CREAT, fsync fdatasync, rename
 * renameat2 link unlink fchown, in the spellings that SQLite and our programs
 * use. Standard input and output are no files here.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
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
    static long count;
    if (++count == number_of("KILL_FS_AT", -1))
        (void)kill(getpid(), (int)number_of("KILL_FS_SIGNAL", SIGKILL));
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
      (fd, bytes, size), fd > STDERR_FILENO)
WATCH(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t offset),
      (fd, bytes, size, offset), 1)
WATCH(ssize_t, pwrite64,
      (int fd, const void *bytes, size_t size, off64_t offset),
      (fd, bytes, size, offset), 1)
WATCH(int, ftruncate, (int fd, off_t size), (fd, size), 1)
WATCH(int, ftruncate64, (int fd, off64_t size), (fd, size), 1)
WATCH(int, fsync, (int fd), (fd), 1)
WATCH(int, fdatasync, (int fd), (fd), 1)
WATCH(int, rename, (const char *old, const char *new), (old, new), 1)
WATCH(int, renameat2,
      (int old_fd, const char *old, int new_fd, const char *new,
       unsigned int flags),
      (old_fd, old, new_fd, new, flags), 1)
WATCH(int, link, (const char *old, const char *new), (old, new), 1)
WATCH(int, unlink, (const char *path), (path), 1)
WATCH(int, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group), 1)

static int open_watched(const char *name, const char *path, int flags,
                        mode_t mode)
{
    int (*real)(const char *, int, ...);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if ((flags & O_CREAT) != 0)
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
