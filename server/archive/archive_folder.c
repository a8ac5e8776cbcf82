#include "server/archive/archive_folder.h"

#include "protocol/base/limits.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENDING ".chibo"
#define REST_ENDING ".rest"

struct archive_folder {
    char *path;
    char *index; /* both owned */
    struct store_lock *lock;
};

static char *path_of(const struct archive_folder *folder, const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", folder->path, name) < 0 ? NULL : path;
}

static bool ends_so(const char *name)
{
    const size_t size = strlen(name), ending = sizeof ENDING - 1;

    return size > ending && strcmp(&name[size - ending], ENDING) == 0;
}

/* "<name>.chibo.XXXXXX": written, and never given its name. */
static bool is_left_over(const char *name)
{
    const char *ending = strstr(name, ENDING ".");
    const char *rest = strstr(name, REST_ENDING ".");

    return (ending && strlen(ending) == sizeof ENDING + 6) ||
           (rest && strlen(rest) == sizeof REST_ENDING + 6);
}

/* --- Opening ------------------------------------------------------------- */

static enum result sweep(const struct archive_folder *folder)
{
    DIR *directory = opendir(folder->path);
    enum result result = directory ? RESULT_OK : RESULT_IO;
    const struct dirent *entry;

    while (result == RESULT_OK && (entry = readdir(directory)) != NULL)
        if (is_left_over(entry->d_name))
            result = archive_folder_remove(folder, entry->d_name);
    if (directory)
        (void)closedir(directory); /* it was only read */
    return result;
}

enum result archive_folder_open(struct archive_folder **out, const char *path)
{
    struct archive_folder *folder = calloc(1, sizeof *folder);
    enum result result = RESULT_NO_MEMORY;

    if (folder) {
        folder->path = strdup(path);
        if (folder->path)
            folder->index = path_of(folder, "index.db");
    }
    if (folder && folder->index)
        result = private_directory_make(path);
    if (result == RESULT_OK)
        result = store_sqlite_lock(&folder->lock, folder->index);
    if (result == RESULT_OK)
        result = sweep(folder);
    if (result != RESULT_OK) {
        archive_folder_close(folder);
        return result;
    }
    *out = folder;
    return RESULT_OK;
}

struct archive_folder *archive_folder_close(struct archive_folder *folder)
{
    if (!folder)
        return NULL;
    store_lock_release(folder->lock);
    free(folder->index);
    free(folder->path);
    free(folder);
    return NULL;
}

const char *archive_folder_index(const struct archive_folder *folder)
{
    return folder->index;
}

struct archive_file_name
archive_folder_name(const struct identifier *organisation,
                    const struct identifier *meeting)
{
    struct archive_file_name name;

    /* No id has a "_" in it, so that two meetings have two names. It cannot be
     * cut: the ids are bounded. */
    (void)snprintf(name.text, sizeof name.text, "%s_%s" ENDING, meeting->text,
                   organisation->text);
    return name;
}

struct archive_file_name
archive_folder_rest(const struct identifier *organisation,
                    const struct identifier *meeting)
{
    struct archive_file_name name;

    (void)snprintf(name.text, sizeof name.text, "%s_%s" REST_ENDING,
                   meeting->text, organisation->text); /* as above */
    return name;
}

/* --- Listing ------------------------------------------------------------- */

void archive_files_release(struct archive_files *files)
{
    size_t i;

    for (i = 0; i < files->count; i++)
        free(files->rows[i].name);
    free(files->rows);
    *files = (struct archive_files){ NULL, 0 };
}

static enum result look_at(const struct archive_folder *folder,
                           const char *name, struct archive_file *out)
{
    char *path = path_of(folder, name);
    struct stat about;
    bool is_seen;

    if (!path)
        return RESULT_NO_MEMORY;
    is_seen = lstat(path, &about) == 0;
    free(path);
    if (!is_seen)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    if (!S_ISREG(about.st_mode))
        return RESULT_NOT_FOUND;
    out->size = (uint64_t)about.st_size;
    (void)snprintf(out->stamp, sizeof out->stamp, "%llu:%llu:%lld.%09ld",
                   (unsigned long long)about.st_ino,
                   (unsigned long long)about.st_size,
                   (long long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
    out->name = strdup(name);
    return out->name ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result add(const struct archive_folder *folder, const char *name,
                       struct archive_files *files)
{
    struct archive_file row;
    struct archive_file *grown;
    enum result result = look_at(folder, name, &row);

    if (result != RESULT_OK)
        return result == RESULT_NOT_FOUND ? RESULT_OK : result;
    grown = realloc(files->rows, (files->count + 1) * sizeof *grown);
    if (!grown) {
        free(row.name);
        return RESULT_NO_MEMORY;
    }
    files->rows = grown;
    files->rows[files->count++] = row;
    return RESULT_OK;
}

static int by_name(const void *a, const void *b)
{
    const struct archive_file *left = a, *right = b;

    return strcmp(left->name, right->name);
}

enum result archive_folder_list(const struct archive_folder *folder,
                                struct archive_files *out)
{
    struct archive_files files = { NULL, 0 };
    DIR *directory = opendir(folder->path);
    enum result result = directory ? RESULT_OK : RESULT_IO;
    const struct dirent *entry;

    while (result == RESULT_OK && (entry = readdir(directory)) != NULL)
        if (ends_so(entry->d_name))
            result = add(folder, entry->d_name, &files);
    if (directory)
        (void)closedir(directory); /* it was only read */
    if (result != RESULT_OK) {
        archive_files_release(&files);
        return result;
    }
    if (files.count > 0)
        qsort(files.rows, files.count, sizeof files.rows[0], by_name);
    *out = files;
    return RESULT_OK;
}

/* --- Files --------------------------------------------------------------- */

enum result archive_folder_read(const struct archive_folder *folder,
                                const char *name, char **out, size_t *size)
{
    struct archive_file about = { .name = NULL };
    enum result result = look_at(folder, name, &about);
    char *path = path_of(folder, name);
    char *bytes = NULL;

    if (result == RESULT_OK && about.size > LIMIT_RECORD_SIZE)
        result = RESULT_TOO_LARGE;
    if (result == RESULT_OK) {
        bytes = malloc((size_t)about.size + 1);
        result = bytes && path ? RESULT_OK : RESULT_NO_MEMORY;
    }
    if (result == RESULT_OK)
        result = private_file_read(path, bytes, (size_t)about.size, size);
    free(about.name);
    free(path);
    if (result != RESULT_OK) {
        free(bytes);
        return result;
    }
    *out = bytes;
    return RESULT_OK;
}

enum result archive_folder_write(const struct archive_folder *folder,
                                 const char *name, const void *bytes,
                                 size_t size)
{
    char *path = path_of(folder, name);
    const enum result result =
        path ? private_file_write(path, bytes, size) : RESULT_NO_MEMORY;

    free(path);
    return result;
}

bool archive_folder_has(const struct archive_folder *folder, const char *name)
{
    struct archive_file about = { .name = NULL };
    const bool has = look_at(folder, name, &about) == RESULT_OK;

    free(about.name);
    return has;
}

enum result archive_folder_remove(const struct archive_folder *folder,
                                  const char *name)
{
    char *path = path_of(folder, name);
    enum result result = RESULT_OK;

    if (!path)
        return RESULT_NO_MEMORY;
    if (unlink(path) != 0 && errno != ENOENT)
        result = RESULT_IO;
    if (result == RESULT_OK)
        result = private_directory_sync(path);
    free(path);
    return result;
}
