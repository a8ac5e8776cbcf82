/*
 * A disk that forgets: preloaded into a process, it keeps the old bytes of
 * every write to the files under one folder until an fsync has covered it.
 * After a SIGKILL, which the page cache survives, apply.py puts the old bytes
 * back, and the files are what a power cut would have left at the worst.
 *
 *   UNDO_FS_DIR   the folder, as realpath() gives it
 *   UNDO_FS_LOG   the undo log, outside the folder; records are appended
 *   UNDO_FS_STOP_AT=n   the process is killed before its n-th change
 *   UNDO_FS_FAIL_AT=n   its n-th change is not done, and fails with EIO
 *   UNDO_FS_LIE=1       a sync does nothing, and says that all went well
 *
 * A record is written before what it undoes, in one write, so that a record
 * cut short belongs to a write that has not happened. README.md has the format
 * and says what is not undone.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

enum record_kind {
    RECORD_BEFORE = 1, /* the file's size and the bytes at offset, until now */
    RECORD_SYNCED,     /* what stands before `offset` of this log is durable */
    RECORD_UNLINKED,   /* the name is gone */
    RECORD_RENAMED,    /* the data is the new name */
    RECORD_MAPPED      /* written through memory, which cannot be undone */
};

/* Little-endian as the machine; then the path, then the data. */
struct record {
    uint32_t magic;
    uint32_t kind;
    uint32_t path_size;
    uint32_t data_size;
    uint64_t offset;
    uint64_t file_size;
};

static const uint32_t RECORD_MAGIC = 0x6f646e75;

/* Held over a record and the write that it is for, so that an fsync that
 * begins later covers both or neither. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char folder[PATH_MAX];
static size_t folder_size; /* 0: nothing is watched */
static int log_fd = -1;
static atomic_long change_count;
static long stop_at;  /* 0: never */
static long fail_at;  /* 0: never */
static bool is_lying; /* syncs cover nothing */

/* ---- The real functions ------------------------------------------------- */

/* The system calls themselves: below every other wrapper. */
static ssize_t real_pread(int fd, void *bytes, size_t size, off_t offset)
{
    return syscall(SYS_pread64, fd, bytes, size, offset);
}

static void fail_hard(const char *what)
{
    (void)dprintf(STDERR_FILENO, "undo_fs: %s: %s\n", what, strerror(errno));
    abort(); /* a loss test that does not see a write proves nothing */
}

/* A count from the environment; 0 if there is none. */
static long number_of(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    if (!text)
        return 0;
    const long number = strtol(text, &end, 10);
    if (number <= 0 || *end != '\0')
        fail_hard(name);
    return number;
}

static void start(void)
{
    const char *dir = getenv("UNDO_FS_DIR");
    const char *log = getenv("UNDO_FS_LOG");
    if (!dir || !log)
        return;
    folder_size = strlen(dir);
    while (folder_size > 1 && dir[folder_size - 1] == '/')
        folder_size--;
    if (folder_size >= sizeof folder)
        fail_hard("UNDO_FS_DIR is too long");
    memcpy(folder, dir, folder_size);
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, log,
                          O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_fd < 0)
        fail_hard("cannot open UNDO_FS_LOG");
    stop_at = number_of("UNDO_FS_STOP_AT");
    fail_at = number_of("UNDO_FS_FAIL_AT");
    is_lying = number_of("UNDO_FS_LIE") > 0;
}

/* ---- Which files -------------------------------------------------------- */

static bool ends_with(const char *path, const char *ending)
{
    const size_t size = strlen(path);
    const size_t ending_size = strlen(ending);
    return size >= ending_size &&
           strcmp(path + size - ending_size, ending) == 0;
}

/* SQLite's shared memory is made anew from the log beside it. */
static bool is_watched_path(const char *path)
{
    return folder_size > 0 && strncmp(path, folder, folder_size) == 0 &&
           path[folder_size] == '/' && !ends_with(path, "-shm");
}

/* The path of a watched regular file that still has a name. */
static bool find_path(int fd, char path[PATH_MAX], struct stat *status)
{
    (void)pthread_once(&once, start);
    if (folder_size == 0 || fstat(fd, status) != 0 ||
        !S_ISREG(status->st_mode) || status->st_nlink == 0)
        return false;
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size <= 0)
        return false;
    path[size] = '\0';
    return is_watched_path(path);
}

/* The path as the records have it; the name itself may not exist. */
static bool resolve(int dirfd, const char *name, char path[PATH_MAX])
{
    (void)pthread_once(&once, start);
    if (folder_size == 0)
        return false;
    char joined[PATH_MAX];
    char link[64];
    const char *slash = strrchr(name, '/');
    const int parent_size = slash ? (int)(slash - name) + 1 : 0;
    if (name[0] == '/') {
        (void)snprintf(joined, sizeof joined, "%.*s", parent_size, name);
    } else if (dirfd == AT_FDCWD) {
        (void)snprintf(joined, sizeof joined, "./%.*s", parent_size, name);
    } else {
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd);
        (void)snprintf(joined, sizeof joined, "%s/%.*s", link, parent_size,
                       name);
    }
    char parent[PATH_MAX];
    if (!realpath(joined, parent))
        return false;
    const char *base = slash ? slash + 1 : name;
    const int size = snprintf(path, PATH_MAX, "%s/%s", parent, base);
    return size > 0 && size < PATH_MAX && is_watched_path(path);
}

/* ---- Stopping and failing at a change ----------------------------------- */

/* Before a change of what is watched. True: it is the one that fails. */
static bool fails_now(void)
{
    const long number = atomic_fetch_add(&change_count, 1) + 1;
    if (number == stop_at) {
        (void)kill(getpid(), SIGKILL);
        for (;;)
            (void)pause();
    }
    if (number != fail_at)
        return false;
    errno = EIO;
    return true;
}

static bool is_counting(void)
{
    (void)pthread_once(&once, start);
    return stop_at > 0 || fail_at > 0;
}

/* The same before a change through a descriptor: of a file, or a sync of the
 * folder itself. */
static bool change_fails(int fd)
{
    char path[PATH_MAX];
    char link[64];
    struct stat status;
    const int saved = errno;
    if (!is_counting())
        return false;
    if (!find_path(fd, path, &status)) {
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        const ssize_t size = readlink(link, path, PATH_MAX - 1);
        if (size != (ssize_t)folder_size ||
            memcmp(path, folder, folder_size) != 0) {
            errno = saved;
            return false;
        }
    }
    errno = saved;
    return fails_now();
}

/* And of a name. */
static bool name_change_fails(bool is_watched)
{
    return is_watched && is_counting() && fails_now();
}

/* ---- Records ------------------------------------------------------------ */

static void write_record(struct record record, const char *path,
                         const void *data, size_t data_size)
{
    record.magic = RECORD_MAGIC;
    record.path_size = (uint32_t)strlen(path);
    record.data_size = (uint32_t)data_size;
    const size_t size = sizeof record + record.path_size + data_size;
    char *bytes = malloc(size);
    if (!bytes)
        fail_hard("out of memory");
    memcpy(bytes, &record, sizeof record);
    memcpy(bytes + sizeof record, path, record.path_size);
    if (data_size > 0)
        memcpy(bytes + sizeof record + record.path_size, data, data_size);
    const ssize_t written = syscall(SYS_write, log_fd, bytes, size);
    free(bytes);
    if (written != (ssize_t)size)
        fail_hard("cannot write the undo log");
}

/* Notes what stands at offset..offset+size, and how long the file is. */
static void note_before(int fd, const char *path, uint64_t file_size,
                        uint64_t offset, uint64_t size)
{
    uint64_t old_size = offset < file_size ? file_size - offset : 0;
    if (old_size > size)
        old_size = size;
    char *old = malloc((size_t)old_size + 1);
    if (!old)
        fail_hard("out of memory");
    int own = fd;
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
        own = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    size_t done = 0;
    while (done < old_size) {
        const ssize_t count = real_pread(
            own, old + done, (size_t)old_size - done, (off_t)(offset + done));
        if (count <= 0)
            fail_hard("cannot read what is overwritten");
        done += (size_t)count;
    }
    if (own != fd)
        (void)syscall(SYS_close, own);
    write_record((struct record){ .kind = RECORD_BEFORE,
                                  .offset = offset,
                                  .file_size = file_size },
                 path, old, (size_t)old_size);
    free(old);
}

/*
 * Called with the mutex held before a write of `size` bytes at `offset` (-1:
 * where the file stands).
 */
static void before_write(int fd, off_t offset, size_t size)
{
    char path[PATH_MAX];
    struct stat status;
    const int saved = errno;
    if (find_path(fd, path, &status)) {
        if ((fcntl(fd, F_GETFL) & O_APPEND) != 0)
            offset = status.st_size;
        else if (offset < 0)
            offset = (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR);
        note_before(fd, path, (uint64_t)status.st_size, (uint64_t)offset, size);
    }
    errno = saved;
}

static size_t vector_size(const struct iovec *vector, int count)
{
    size_t size = 0;
    for (int i = 0; i < count; i++)
        size += vector[i].iov_len;
    return size;
}

/* ---- Writing ------------------------------------------------------------ */

EXPORTED ssize_t write(int fd, const void *bytes, size_t size);
ssize_t write(int fd, const void *bytes, size_t size)
{
    char path[PATH_MAX];
    struct stat status;
    /* Sockets and pipes may block: not with the mutex held. */
    if (!find_path(fd, path, &status))
        return syscall(SYS_write, fd, bytes, size);
    if (change_fails(fd))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    before_write(fd, -1, size);
    const ssize_t written = syscall(SYS_write, fd, bytes, size);
    (void)pthread_mutex_unlock(&mutex);
    return written;
}

EXPORTED ssize_t writev(int fd, const struct iovec *vector, int count);
ssize_t writev(int fd, const struct iovec *vector, int count)
{
    char path[PATH_MAX];
    struct stat status;
    if (!find_path(fd, path, &status))
        return syscall(SYS_writev, fd, vector, count);
    if (change_fails(fd))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    before_write(fd, -1, vector_size(vector, count));
    const ssize_t written = syscall(SYS_writev, fd, vector, count);
    (void)pthread_mutex_unlock(&mutex);
    return written;
}

static ssize_t write_at(int fd, const void *bytes, size_t size, off_t offset)
{
    if (change_fails(fd))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    before_write(fd, offset, size);
    const ssize_t written = syscall(SYS_pwrite64, fd, bytes, size, offset);
    (void)pthread_mutex_unlock(&mutex);
    return written;
}

EXPORTED ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset);
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    return write_at(fd, bytes, size, offset);
}

EXPORTED ssize_t pwrite64(int fd, const void *bytes, size_t size,
                          off64_t offset);
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
    return write_at(fd, bytes, size, offset);
}

static ssize_t write_vector_at(int fd, const struct iovec *vector, int count,
                               off_t offset)
{
    if (change_fails(fd))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    before_write(fd, offset, vector_size(vector, count));
    const ssize_t written =
        syscall(SYS_pwritev, fd, vector, count, (unsigned long)offset, 0UL);
    (void)pthread_mutex_unlock(&mutex);
    return written;
}

EXPORTED ssize_t pwritev(int fd, const struct iovec *vector, int count,
                         off_t offset);
ssize_t pwritev(int fd, const struct iovec *vector, int count, off_t offset)
{
    return write_vector_at(fd, vector, count, offset);
}

EXPORTED ssize_t pwritev64(int fd, const struct iovec *vector, int count,
                           off64_t offset);
ssize_t pwritev64(int fd, const struct iovec *vector, int count, off64_t offset)
{
    return write_vector_at(fd, vector, count, offset);
}

/* ---- Changing the size -------------------------------------------------- */

/* Everything from `size` on is about to go. */
static void before_cut(int fd, const char *path, const struct stat *status,
                       uint64_t size)
{
    const uint64_t file_size = (uint64_t)status->st_size;
    const uint64_t lost = size < file_size ? file_size - size : 0;
    note_before(fd, path, file_size, size, lost);
}

static int cut(int fd, off_t size)
{
    char path[PATH_MAX];
    struct stat status;
    if (change_fails(fd))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    if (find_path(fd, path, &status))
        before_cut(fd, path, &status, (uint64_t)size);
    const int result = (int)syscall(SYS_ftruncate, fd, size);
    (void)pthread_mutex_unlock(&mutex);
    return result;
}

EXPORTED int ftruncate(int fd, off_t size);
int ftruncate(int fd, off_t size) { return cut(fd, size); }

EXPORTED int ftruncate64(int fd, off64_t size);
int ftruncate64(int fd, off64_t size) { return cut(fd, size); }

/* With the mutex held: the file of that name, if there is one, loses all from
 * `size` on. */
static void before_cut_of(int dirfd, const char *name, uint64_t size)
{
    char path[PATH_MAX];
    struct stat status;
    const int saved = errno;
    if (resolve(dirfd, name, path)) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
            before_cut(fd, path, &status, size);
        if (fd >= 0)
            (void)syscall(SYS_close, fd);
    }
    errno = saved;
}

EXPORTED int truncate(const char *name, off_t size);
int truncate(const char *name, off_t size)
{
    (void)pthread_mutex_lock(&mutex);
    before_cut_of(AT_FDCWD, name, (uint64_t)size);
    const int result = (int)syscall(SYS_truncate, name, size);
    (void)pthread_mutex_unlock(&mutex);
    return result;
}

EXPORTED int truncate64(const char *name, off64_t size);
int truncate64(const char *name, off64_t size) { return truncate(name, size); }

static int allocate(int fd, int mode, off_t offset, off_t size)
{
    char path[PATH_MAX];
    struct stat status;
    if (change_fails(fd))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    /* With a mode it could move or punch any byte: note the whole file. */
    if (find_path(fd, path, &status))
        before_cut(fd, path, &status, mode == 0 ? (uint64_t)status.st_size : 0);
    const int result = (int)syscall(SYS_fallocate, fd, mode, offset, size);
    (void)pthread_mutex_unlock(&mutex);
    return result;
}

EXPORTED int fallocate(int fd, int mode, off_t offset, off_t size);
int fallocate(int fd, int mode, off_t offset, off_t size)
{
    return allocate(fd, mode, offset, size);
}

EXPORTED int fallocate64(int fd, int mode, off64_t offset, off64_t size);
int fallocate64(int fd, int mode, off64_t offset, off64_t size)
{
    return allocate(fd, mode, offset, size);
}

EXPORTED int posix_fallocate(int fd, off_t offset, off_t size);
int posix_fallocate(int fd, off_t offset, off_t size)
{
    return allocate(fd, 0, offset, size) == 0 ? 0 : errno;
}

EXPORTED int posix_fallocate64(int fd, off64_t offset, off64_t size);
int posix_fallocate64(int fd, off64_t offset, off64_t size)
{
    return posix_fallocate(fd, offset, size);
}

/* ---- Opening: only O_TRUNC changes a file ------------------------------- */

static int open_any(int dirfd, const char *name, int flags, mode_t mode)
{
    if ((flags & O_TRUNC) == 0)
        return (int)syscall(SYS_openat, dirfd, name, flags, mode);
    (void)pthread_mutex_lock(&mutex);
    before_cut_of(dirfd, name, 0);
    const int fd = (int)syscall(SYS_openat, dirfd, name, flags, mode);
    (void)pthread_mutex_unlock(&mutex);
    return fd;
}

/* The mode is there only if the flags say that a file may be made. */
#define OPEN_MODE(flags, last)                                                 \
    mode_t mode = 0;                                                           \
    if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) {                            \
        va_list arguments;                                                     \
        va_start(arguments, last);                                             \
        mode = va_arg(arguments, mode_t);                                      \
        va_end(arguments);                                                     \
    }

EXPORTED int open(const char *name, int flags, ...);
int open(const char *name, int flags, ...)
{
    OPEN_MODE(flags, flags)
    return open_any(AT_FDCWD, name, flags, mode);
}

EXPORTED int open64(const char *name, int flags, ...);
int open64(const char *name, int flags, ...)
{
    OPEN_MODE(flags, flags)
    return open_any(AT_FDCWD, name, flags, mode);
}

EXPORTED int openat(int dirfd, const char *name, int flags, ...);
int openat(int dirfd, const char *name, int flags, ...)
{
    OPEN_MODE(flags, flags)
    return open_any(dirfd, name, flags, mode);
}

EXPORTED int openat64(int dirfd, const char *name, int flags, ...);
int openat64(int dirfd, const char *name, int flags, ...)
{
    OPEN_MODE(flags, flags)
    return open_any(dirfd, name, flags, mode);
}

EXPORTED int creat(const char *name, mode_t mode);
int creat(const char *name, mode_t mode)
{
    return open_any(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

EXPORTED int creat64(const char *name, mode_t mode);
int creat64(const char *name, mode_t mode) { return creat(name, mode); }

/* What a fortified open() without a mode becomes. */
EXPORTED int __open_2(const char *name, int flags);
int __open_2(const char *name, int flags)
{
    return open_any(AT_FDCWD, name, flags, 0);
}

EXPORTED int __open64_2(const char *name, int flags);
int __open64_2(const char *name, int flags)
{
    return open_any(AT_FDCWD, name, flags, 0);
}

/* ---- Names -------------------------------------------------------------- */

static int remove_name(int dirfd, const char *name, int flags)
{
    char path[PATH_MAX];
    const bool is_watched = resolve(dirfd, name, path);
    if (name_change_fails(is_watched))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    const int result = (int)syscall(SYS_unlinkat, dirfd, name, flags);
    if (result == 0 && is_watched)
        write_record((struct record){ .kind = RECORD_UNLINKED }, path, NULL, 0);
    (void)pthread_mutex_unlock(&mutex);
    return result;
}

EXPORTED int unlink(const char *name);
int unlink(const char *name) { return remove_name(AT_FDCWD, name, 0); }

EXPORTED int unlinkat(int dirfd, const char *name, int flags);
int unlinkat(int dirfd, const char *name, int flags)
{
    return remove_name(dirfd, name, flags);
}

static int move_name(int old_dirfd, const char *old_name, int new_dirfd,
                     const char *new_name, unsigned int flags)
{
    char old_path[PATH_MAX];
    char new_path[PATH_MAX];
    const bool is_old_watched = resolve(old_dirfd, old_name, old_path);
    const bool is_new_watched = resolve(new_dirfd, new_name, new_path);
    if (name_change_fails(is_old_watched || is_new_watched))
        return -1;
    (void)pthread_mutex_lock(&mutex);
    const int result = (int)syscall(SYS_renameat2, old_dirfd, old_name,
                                    new_dirfd, new_name, flags);
    if (result == 0 && is_old_watched && is_new_watched)
        write_record((struct record){ .kind = RECORD_RENAMED }, old_path,
                     new_path, strlen(new_path));
    else if (result == 0 && (is_old_watched || is_new_watched))
        write_record((struct record){ .kind = RECORD_UNLINKED },
                     is_old_watched ? old_path : new_path, NULL, 0);
    (void)pthread_mutex_unlock(&mutex);
    return result;
}

EXPORTED int rename(const char *old_name, const char *new_name);
int rename(const char *old_name, const char *new_name)
{
    return move_name(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}

EXPORTED int renameat(int old_dirfd, const char *old_name, int new_dirfd,
                      const char *new_name);
int renameat(int old_dirfd, const char *old_name, int new_dirfd,
             const char *new_name)
{
    return move_name(old_dirfd, old_name, new_dirfd, new_name, 0);
}

EXPORTED int renameat2(int old_dirfd, const char *old_name, int new_dirfd,
                       const char *new_name, unsigned int flags);
int renameat2(int old_dirfd, const char *old_name, int new_dirfd,
              const char *new_name, unsigned int flags)
{
    return move_name(old_dirfd, old_name, new_dirfd, new_name, flags);
}

/* ---- Durable ------------------------------------------------------------ */

/* Only a sync that has ended well covers, and only what was written before it
 * began. */
static int sync_file(long call, int fd)
{
    char path[PATH_MAX];
    struct stat status;
    if (change_fails(fd))
        return -1;
    if (is_lying)
        return 0;
    (void)pthread_mutex_lock(&mutex);
    const bool is_watched = find_path(fd, path, &status);
    const off_t covered =
        is_watched ? (off_t)syscall(SYS_lseek, log_fd, 0, SEEK_END) : 0;
    (void)pthread_mutex_unlock(&mutex);
    const int result = (int)syscall(call, fd);
    if (result == 0 && is_watched) {
        (void)pthread_mutex_lock(&mutex);
        write_record((struct record){ .kind = RECORD_SYNCED,
                                      .offset = (uint64_t)covered },
                     path, NULL, 0);
        (void)pthread_mutex_unlock(&mutex);
    }
    return result;
}

EXPORTED int fsync(int fd);
int fsync(int fd) { return sync_file(SYS_fsync, fd); }

EXPORTED int fdatasync(int fd);
int fdatasync(int fd) { return sync_file(SYS_fdatasync, fd); }

/* ---- Memory ------------------------------------------------------------- */

static void note_mapping(int protection, int flags, int fd)
{
    char path[PATH_MAX];
    struct stat status;
    const int saved = errno;
    if (fd >= 0 && (protection & PROT_WRITE) != 0 &&
        (flags & MAP_TYPE) != MAP_PRIVATE && find_path(fd, path, &status)) {
        (void)pthread_mutex_lock(&mutex);
        write_record((struct record){ .kind = RECORD_MAPPED }, path, NULL, 0);
        (void)pthread_mutex_unlock(&mutex);
    }
    errno = saved;
}

EXPORTED void *mmap(void *address, size_t size, int protection, int flags,
                    int fd, off_t offset);
void *mmap(void *address, size_t size, int protection, int flags, int fd,
           off_t offset)
{
    if (fd >= 0)
        note_mapping(protection, flags, fd);
    return (void *)syscall(SYS_mmap, address, size, protection, flags, fd,
                           offset);
}

EXPORTED void *mmap64(void *address, size_t size, int protection, int flags,
                      int fd, off64_t offset);
void *mmap64(void *address, size_t size, int protection, int flags, int fd,
             off64_t offset)
{
    return mmap(address, size, protection, flags, fd, offset);
}
