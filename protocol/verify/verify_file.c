#include "protocol/verify/verify_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP = 1024 * 1024 };

/* Makes room for one step more; false if memory is lacking. */
static bool grow(struct verify_file_text *text, size_t *capacity)
{
    const size_t wanted = *capacity < STEP ? STEP : 2 * *capacity;
    char *data;

    if (*capacity - text->size >= STEP / 2)
        return true;
    data = realloc(text->data, wanted);
    if (!data)
        return false;
    text->data = data;
    *capacity = wanted;
    return true;
}

static enum result read_all(FILE *file, struct verify_file_text *text)
{
    size_t capacity = 0;

    do {
        if (!grow(text, &capacity))
            return RESULT_NO_MEMORY;
        text->size +=
            fread(&text->data[text->size], 1, capacity - text->size, file);
        if (text->size > VERIFY_FILE_SIZE_MAX)
            return RESULT_TOO_LARGE;
    } while (!feof(file) && !ferror(file));
    return ferror(file) ? RESULT_IO : RESULT_OK;
}

enum result verify_file_read(const char *path, struct verify_file_text *out)
{
    struct verify_file_text text = { NULL, 0 };
    FILE *file = fopen(path, "re");
    enum result result;

    if (!file)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    result = read_all(file, &text);
    (void)fclose(file); /* nothing was written */
    if (result != RESULT_OK) {
        free(text.data);
        return result;
    }
    *out = text;
    return RESULT_OK;
}

void verify_file_release(struct verify_file_text *text)
{
    free(text->data);
    *text = (struct verify_file_text){ NULL, 0 };
}

struct text_view verify_file_view(const struct verify_file_text *text)
{
    return (struct text_view){ text->data, text->size };
}

/* --- Folders ------------------------------------------------------------- */

static bool ends_with(const char *name, const char *ending)
{
    const size_t size = strlen(name), length = strlen(ending);

    return name[0] != '.' && size > length &&
           strcmp(name + size - length, ending) == 0;
}

static bool add_path(struct verify_folder *folder, const char *path,
                     const char *name)
{
    char **paths =
        realloc(folder->paths, (folder->count + 1) * sizeof *folder->paths);
    char *joined = NULL;

    if (!paths)
        return false;
    folder->paths = paths;
    if (asprintf(&joined, "%s/%s", path, name) < 0)
        return false;
    paths[folder->count++] = joined;
    return true;
}

bool verify_folder_read(const char *path, const char *ending,
                        struct verify_folder *out)
{
    struct verify_folder folder = { NULL, 0 };
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, NULL, alphasort);
    bool is_read = count >= 0;
    int i;

    for (i = 0; i < count; i++) {
        if (is_read && ends_with(entries[i]->d_name, ending))
            is_read = add_path(&folder, path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (!is_read) {
        verify_folder_release(&folder);
        return false;
    }
    *out = folder;
    return true;
}

void verify_folder_release(struct verify_folder *folder)
{
    size_t i;

    for (i = 0; i < folder->count; i++)
        free(folder->paths[i]);
    free(folder->paths);
    *folder = (struct verify_folder){ NULL, 0 };
}
