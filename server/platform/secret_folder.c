#include "server/platform/secret_folder.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Letters and digits, so that a name is never a path. */
static bool make_path(const struct secret_folder *folder, const char *name,
                      char path[PATH_MAX])
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    const size_t size = strlen(name);
    int written;

    if (size == 0 || size > SEALED_FILE_LABEL_MAX ||
        strspn(name, allowed) != size)
        return false;
    written = snprintf(path, PATH_MAX, "%s/%s.share", folder->path, name);
    return written > 0 && written < PATH_MAX;
}

static enum result save(void *user, const char *name, const void *secret,
                        size_t size)
{
    const struct secret_folder *folder = user;
    char path[PATH_MAX];

    if (!make_path(folder, name, path))
        return RESULT_INVALID;
    return sealed_file_write(path, folder->key, name, secret, size,
                             folder->entropy);
}

static enum result load(void *user, const char *name, void *out, size_t size)
{
    const struct secret_folder *folder = user;
    char path[PATH_MAX];

    if (!make_path(folder, name, path))
        return RESULT_NOT_FOUND;
    return sealed_file_read(path, folder->key, name, out, size);
}

static enum result destroy(void *user, const char *name)
{
    const struct secret_folder *folder = user;
    char path[PATH_MAX];

    return make_path(folder, name, path) ? sealed_file_destroy(path)
                                         : RESULT_OK;
}

bool secret_folder_has_any(const struct secret_folder *folder)
{
    DIR *directory = opendir(folder->path);
    const struct dirent *entry;
    bool has_any = false;

    if (!directory)
        return false;
    while (!has_any && (entry = readdir(directory)))
        has_any = entry->d_name[0] != '.';
    (void)closedir(directory); /* only read */
    return has_any;
}

void secret_folder_each(const struct secret_folder *folder,
                        secret_folder_fn take, void *user)
{
    static const char ending[] = ".share";
    DIR *directory = opendir(folder->path);
    const struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        const size_t size = strlen(entry->d_name);
        char name[sizeof entry->d_name];

        if (size < sizeof ending ||
            strcmp(entry->d_name + size - strlen(ending), ending) != 0)
            continue;
        memcpy(name, entry->d_name, size - strlen(ending));
        name[size - strlen(ending)] = '\0';
        take(user, name);
    }
    if (directory)
        (void)closedir(directory); /* only read */
}

enum result secret_folder_clear_unfinished(const struct secret_folder *folder)
{
    DIR *directory = opendir(folder->path);
    const struct dirent *entry;
    enum result result = directory ? RESULT_OK : RESULT_IO;

    while (directory && (entry = readdir(directory))) {
        char path[PATH_MAX];
        int size;

        /* private_file.c writes beside the name, and renames. */
        if (!strstr(entry->d_name, ".share."))
            continue;
        size =
            snprintf(path, sizeof path, "%s/%s", folder->path, entry->d_name);
        if (size < 0 || size >= PATH_MAX ||
            sealed_file_destroy(path) != RESULT_OK)
            result = RESULT_IO;
    }
    if (directory)
        (void)closedir(directory); /* only read */
    return result;
}

struct secret_store secret_folder_store(struct secret_folder *folder)
{
    return (struct secret_store){
        .save = save, .load = load, .destroy = destroy, .user = folder
    };
}
