#include "protocol/record/record_zip_write.h"

#include "protocol/base/limits.h"
#include "protocol/record/record_path.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { OVERHEAD_SIZE = 30 + 46, END_SIZE = 22, DATE = 0x21 /* 1980-01-01 */ };

/* --- What is to be written ----------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return record_path_compare(((const struct record_zip_entry *)a)->name,
                               ((const struct record_zip_entry *)b)->name);
}

static enum result check_names(const struct record_zip_entry *files,
                               size_t count)
{
    struct text_view *names = calloc(count + 1, sizeof *names);
    enum result result = names ? RESULT_OK : RESULT_NO_MEMORY;
    size_t i, size = END_SIZE, place;

    for (i = 0; i < count && result == RESULT_OK; i++) {
        names[i] = files[i].name;
        if (record_path_check(names[i]) != RESULT_OK)
            result = RESULT_INVALID;
        else if (files[i].data.size > LIMIT_RECORD_SIZE ||
                 size + files[i].data.size > LIMIT_RECORD_SIZE)
            result = RESULT_TOO_LARGE;
        size += files[i].data.size + 2 * names[i].size + OVERHEAD_SIZE;
    }
    if (result == RESULT_OK && size > LIMIT_RECORD_SIZE)
        result = RESULT_TOO_LARGE;
    if (result == RESULT_OK)
        result = record_paths_are_apart(names, count, &place);
    free(names);
    return result;
}

/* --- By libzip ----------------------------------------------------------- */

static bool add_file(zip_t *zip, const struct record_zip_entry *file)
{
    static const char nothing[1];
    char name[LIMIT_RECORD_PATH_SIZE + 1] = { 0 };
    zip_source_t *source;
    zip_int64_t index;

    memcpy(name, file->name.data, file->name.size);
    source =
        zip_source_buffer(zip, file->data.size > 0 ? file->data.data : nothing,
                          file->data.size, 0);
    if (!source)
        return false;
    index = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(zip, (zip_uint64_t)index, ZIP_CM_STORE,
                                    0) == 0 &&
           zip_file_set_dostime(zip, (zip_uint64_t)index, 0, DATE, 0) == 0 &&
           zip_file_set_external_attributes(zip, (zip_uint64_t)index, 0,
                                            ZIP_OPSYS_UNIX,
                                            0100644u << 16) == 0;
}

static bool add_files(zip_t *zip, const struct record_zip_entry *files,
                      size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (!add_file(zip, &files[i]))
            return false;
    return true;
}

/* The bytes that a closed archive left in its source. */
static enum result take_bytes(zip_source_t *source, char **out, size_t *size)
{
    zip_stat_t found;
    char *bytes = NULL;
    enum result result = RESULT_NO_MEMORY;

    if (zip_source_stat(source, &found) == 0 && (found.valid & ZIP_STAT_SIZE))
        bytes = malloc((size_t)found.size + 1);
    if (bytes && zip_source_open(source) == 0) {
        if (zip_source_read(source, bytes, found.size) ==
            (zip_int64_t)found.size)
            result = RESULT_OK;
        (void)zip_source_close(source); /* memory, which was only read */
    }
    if (result == RESULT_OK) {
        *out = bytes;
        *size = (size_t)found.size;
    } else {
        free(bytes);
    }
    return result;
}

/* Over memory the library fails only where there is none. An archive without
 * files would not be written at all. */
static enum result write_files(const struct record_zip_entry *files,
                               size_t count, char **out, size_t *size)
{
    enum result result = RESULT_NO_MEMORY;
    zip_error_t error;
    zip_source_t *source;
    zip_t *zip = NULL;

    zip_error_init(&error);
    source = zip_source_buffer_create(NULL, 0, 0, &error);
    if (source)
        zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    zip_error_fini(&error);
    if (!zip) {
        zip_source_free(source);
        return RESULT_NO_MEMORY;
    }
    zip_source_keep(source);
    if (add_files(zip, files, count) && zip_close(zip) == 0)
        result = take_bytes(source, out, size);
    else
        zip_discard(zip);
    zip_source_free(source);
    return result;
}

enum result record_zip_write(const struct record_zip_entry *files, size_t count,
                             char **out, size_t *size)
{
    struct record_zip_entry *sorted;
    enum result result;

    if (count == 0)
        return RESULT_INVALID;
    if (count > LIMIT_RECORD_FILES)
        return RESULT_TOO_LARGE;
    sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return RESULT_NO_MEMORY;
    memcpy(sorted, files, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_name);
    result = check_names(sorted, count);
    if (result == RESULT_OK)
        result = write_files(sorted, count, out, size);
    free(sorted);
    return result;
}
