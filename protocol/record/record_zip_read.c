#include "protocol/record/record_zip_read.h"

#include "protocol/record/record_path.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { PIECE_SIZE = 64 * 1024 };

/* --- As libzip reads it -------------------------------------------------- */

/* The library's reason as ours; anything but lack of memory is a difference. */
static enum record_zip_fault fault_of(int code, enum result *result)
{
    if (code == ZIP_ER_MEMORY) {
        *result = RESULT_NO_MEMORY;
        return RECORD_ZIP_SOUND;
    }
    return code == ZIP_ER_CRC ? RECORD_ZIP_SUM : RECORD_ZIP_OTHERS;
}

static enum record_zip_fault compare_bytes(zip_file_t *stream,
                                           struct text_view data,
                                           uint8_t piece[PIECE_SIZE],
                                           enum result *result)
{
    size_t position = 0;

    for (;;) {
        const zip_int64_t size = zip_fread(stream, piece, PIECE_SIZE);

        if (size < 0)
            return fault_of(zip_error_code_zip(zip_file_get_error(stream)),
                            result);
        if (size == 0)
            return position == data.size ? RECORD_ZIP_SOUND : RECORD_ZIP_OTHERS;
        if ((size_t)size > data.size - position ||
            memcmp(piece, &data.data[position], (size_t)size) != 0)
            return RECORD_ZIP_OTHERS;
        position += (size_t)size;
    }
}

static enum record_zip_fault compare_entry(zip_t *others, size_t index,
                                           const struct record_zip_entry *entry,
                                           uint8_t piece[PIECE_SIZE],
                                           enum result *result)
{
    const char *name = zip_get_name(others, index, ZIP_FL_ENC_RAW);
    zip_file_t *stream;
    enum record_zip_fault fault;

    if (!name || !text_view_is(entry->name, name))
        return RECORD_ZIP_OTHERS;
    stream = zip_fopen_index(others, index, 0);
    if (!stream)
        return fault_of(zip_error_code_zip(zip_get_error(others)), result);
    fault = compare_bytes(stream, entry->data, piece, result);
    (void)zip_fclose(stream); /* it was only read */
    return fault;
}

static enum record_zip_fault compare_all(zip_t *others,
                                         const struct record_zip *zip,
                                         struct text_view *name,
                                         enum result *result)
{
    uint8_t *piece = malloc(PIECE_SIZE);
    enum record_zip_fault fault = RECORD_ZIP_SOUND;
    size_t i;

    if (!piece) {
        *result = RESULT_NO_MEMORY;
        return RECORD_ZIP_SOUND;
    }
    if (zip_get_num_entries(others, 0) != (zip_int64_t)zip->count)
        fault = RECORD_ZIP_OTHERS;
    for (i = 0;
         i < zip->count && fault == RECORD_ZIP_SOUND && *result == RESULT_OK;
         i++) {
        *name = zip->entries[i].name;
        fault = compare_entry(others, i, &zip->entries[i], piece, result);
    }
    free(piece);
    return fault;
}

static enum record_zip_fault read_by_libzip(struct text_view file,
                                            const struct record_zip *zip,
                                            struct text_view *name,
                                            enum result *result)
{
    zip_error_t error;
    zip_source_t *source;
    zip_t *others = NULL;
    enum record_zip_fault fault;

    zip_error_init(&error);
    source = zip_source_buffer_create(file.data, file.size, 0, &error);
    if (source)
        others =
            zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    if (!others) {
        zip_source_free(source);
        fault = fault_of(zip_error_code_zip(&error), result);
    } else {
        fault = compare_all(others, zip, name, result);
        zip_discard(others); /* and its source */
    }
    zip_error_fini(&error);
    return fault;
}

/* --- Both ---------------------------------------------------------------- */

enum result record_zip_open(struct text_view file, struct record_zip *out,
                            struct record_zip_failure *failure)
{
    struct record_zip zip = { NULL, 0 };
    struct text_view name = { NULL, 0 };
    enum record_zip_fault fault;
    enum result result = record_zip_lay_out(file, &zip, failure);

    if (result != RESULT_OK)
        return result;
    fault = read_by_libzip(file, &zip, &name, &result);
    if (result == RESULT_OK && fault != RECORD_ZIP_SOUND) {
        *failure = (struct record_zip_failure){ fault, name };
        result = RESULT_REFUSED;
    }
    if (result == RESULT_OK)
        *out = zip;
    else
        record_zip_release(&zip);
    return result;
}

void record_zip_release(struct record_zip *zip)
{
    free(zip->entries);
    *zip = (struct record_zip){ NULL, 0 };
}

static int by_name(const void *name, const void *entry)
{
    return record_path_compare(*(const struct text_view *)name,
                               ((const struct record_zip_entry *)entry)->name);
}

const struct record_zip_entry *record_zip_find(const struct record_zip *zip,
                                               struct text_view name)
{
    if (zip->count == 0)
        return NULL;
    return bsearch(&name, zip->entries, zip->count, sizeof *zip->entries,
                   by_name);
}
