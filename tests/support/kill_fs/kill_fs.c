/*
 * A process that dies at a chosen step: preloaded, it counts the calls that
 * change files or make a change durable, and just before the one with the
 * number KILL_FS_AT it sends itself a signal, SIGKILL unless KILL_FS_SIGNAL
 * names another. A test that goes through all numbers has seen the program
 * stop everywhere. Only files count whose path has KILL_FS_UNDER in it, and not
 * KILL_FS_BUT; nothing counts before the file KILL_FS_FROM is there.
 *
 * Each call that counts adds a line "call path" to the file KILL_FS_LOG, also
 * the one before which the process dies.
 *
 * Seen: write pwrite ftruncate, open with O_CREAT, fsync fdatasync, rename
 * renameat2 link unlink mkostemp fchown, in the spellings that SQLite and our
 * programs use. Standard input and output are no files here.
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
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

static long number_of(const char *name, long otherwise)
{
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : otherwise;
}

/* One line, in one write: lines of several threads do not mix. The system call
 * itself, for our own write counts. */
static void add_line(const char *call, const char *path)
{
    const char *log = getenv("KILL_FS_LOG");
    char line[4096 + 64];
    int size, fd;

    if (!log)
        return;
    size = snprintf(line, sizeof line, "%s %s\n", call, path);
    fd = (int)syscall(SYS_openat, AT_FDCWD, log,
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || syscall(SYS_write, fd, line, (size_t)size) != size)
        abort(); /* a count that is not to be relied upon proves nothing */
    (void)close(fd);
}

static bool has_begun(void)
{
    static atomic_bool begun;
    const char *sign = getenv("KILL_FS_FROM");

    if (sign && !begun && access(sign, F_OK) == 0)
        begun = true;
    return !sign || begun;
}

static void step(const char *call, const char *path)
{
    static atomic_long count;

    if (!has_begun())
        return;
    add_line(call, path);
    if (atomic_fetch_add(&count, 1) + 1 == number_of("KILL_FS_AT", -1))
        (void)kill(getpid(), (int)number_of("KILL_FS_SIGNAL", SIGKILL));
}

static void step_of_path(const char *call, const char *path)
{
    const char *under = getenv("KILL_FS_UNDER");
    const char *but = getenv("KILL_FS_BUT");

    if ((!under || strstr(path, under)) && (!but || !strstr(path, but)))
        step(call, path);
}

static void step_of_file(const char *call, int fd)
{
    char link[64], path[4096] = "";

    if (fd <= STDERR_FILENO)
        return;
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (readlink(link, path, sizeof path - 1) > 0 || !getenv("KILL_FS_UNDER"))
        step_of_path(call, path);
}

/* Defines `name`, which takes `parameters` and hands `arguments` on. */
#define WATCH(type, name, parameters, arguments, count)                        \
    EXPORTED type name parameters;                                             \
    type name parameters                                                       \
    {                                                                          \
        type(*real) parameters;                                                \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                             \
        count;                                                                 \
        return real arguments;                                                 \
    }

#define WATCH_FILE(type, name, parameters, arguments)                          \
    WATCH(type, name, parameters, arguments, step_of_file(#name, fd))
#define WATCH_PATH(type, name, parameters, arguments)                          \
    WATCH(type, name, parameters, arguments, step_of_path(#name, path))

WATCH_FILE(ssize_t, write, (int fd, const void *bytes, size_t size),
           (fd, bytes, size))
WATCH_FILE(ssize_t, pwrite,
           (int fd, const void *bytes, size_t size, off_t offset),
           (fd, bytes, size, offset))
WATCH_FILE(ssize_t, pwrite64,
           (int fd, const void *bytes, size_t size, off64_t offset),
           (fd, bytes, size, offset))
WATCH_FILE(int, ftruncate, (int fd, off_t size), (fd, size))
WATCH_FILE(int, ftruncate64, (int fd, off64_t size), (fd, size))
WATCH_FILE(int, fsync, (int fd), (fd))
WATCH_FILE(int, fdatasync, (int fd), (fd))
WATCH_FILE(int, fchown, (int fd, uid_t owner, gid_t group), (fd, owner, group))
WATCH_PATH(int, rename, (const char *path, const char *new), (path, new))
WATCH_PATH(int, renameat2,
           (int old_fd, const char *path, int new_fd, const char *new,
            unsigned int flags),
           (old_fd, path, new_fd, new, flags))
WATCH_PATH(int, link, (const char *path, const char *new), (path, new))
WATCH_PATH(int, unlink, (const char *path), (path))
WATCH_PATH(int, mkostemp, (char *path, int flags), (path, flags))

static int open_watched(const char *name, const char *path, int flags,
                        mode_t mode)
{
    int (*real)(const char *, int, ...);
    *(void **)&real = dlsym(RTLD_NEXT, name);
    if ((flags & O_CREAT) != 0)
        step_of_path(name, path);
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
