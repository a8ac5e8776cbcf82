/*
 * Target: the file of a record and the small files in it.
 * Input: a byte that says what follows: 0 a ZIP file, 1 a manifest, 2 its
 * signatures, 3 a redaction, 4 an opening of a file, 5 a ZIP file that is
 * verified whole, 6 names and contents with a byte 0x1e between them, which
 * are written as a record.
 * Holds: what was read is written as the same; files of a record lie inside it,
 * in order; what is written is read again; a refusal tells a fault.
 * Planted fault: files that lie over each other.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/record/record_path.h"
#include "protocol/record/record_zip_write.h"
#include "protocol/verify/verify_record.h"

#include <stdlib.h>
#include <string.h>

enum { SEPARATOR = 0x1e, PIECES_MAX = 32 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Takes over `written`. */
static void require_same(struct text_view text, char *written, size_t size)
{
    require(text_view_equal(text, (struct text_view){ written, size }));
    free(written);
}

/* --- ZIP ----------------------------------------------------------------- */

static void check_entries(struct text_view file, const struct record_zip *zip)
{
    size_t i;

    for (i = 0; i < zip->count; i++) {
        const struct record_zip_entry *entry = &zip->entries[i];

        require(entry->data.data >= file.data &&
                entry->data.size <= file.size &&
                (size_t)(entry->data.data - file.data) <=
                    file.size - entry->data.size);
        require(record_path_check(entry->name) == RESULT_OK);
        require(record_zip_find(zip, entry->name) == entry);
    }
}

/* Written again it is the same, but for the version of whoever wrote it. */
static void check_written(const struct record_zip *zip, size_t size)
{
    struct record_zip again = { NULL, 0 };
    struct record_zip_failure failure;
    char *bytes = NULL;
    size_t written = 0, i;

    if (zip->count == 0)
        return;
    require(record_zip_write(zip->entries, zip->count, &bytes, &written) ==
            RESULT_OK);
    require(size == 0 || written == size);
    require(record_zip_open((struct text_view){ bytes, written }, &again,
                            &failure) == RESULT_OK);
    require(again.count == zip->count);
    for (i = 0; i < zip->count && size > 0; i++)
        require(text_view_equal(zip->entries[i].data, again.entries[i].data));
    record_zip_release(&again);
    free(bytes);
}

static enum record_zip_fault try_zip(struct text_view file)
{
    struct record_zip zip = { NULL, 0 };
    struct record_zip_failure failure = { RECORD_ZIP_SOUND, { NULL, 0 } };
    const enum result result = record_zip_open(file, &zip, &failure);

    require(result == RESULT_OK || result == RESULT_REFUSED);
    require((result == RESULT_REFUSED) == (failure.fault != RECORD_ZIP_SOUND));
    if (result == RESULT_OK) {
        check_entries(file, &zip);
        check_written(&zip, file.size);
    }
    record_zip_release(&zip);
    return failure.fault;
}

/* --- Small files --------------------------------------------------------- */

static void try_manifest(struct text_view text)
{
    struct record_manifest manifest;
    char *written = NULL;
    size_t size = 0;

    if (record_manifest_read(text, &manifest) != RESULT_OK)
        return;
    require(record_manifest_write(&manifest, &written, &size) == RESULT_OK);
    require_same(text, written, size);
    record_manifest_release(&manifest);
}

static void try_signatures(struct text_view text)
{
    struct record_signatures signatures;
    char *written = NULL;
    size_t size = 0;

    if (record_signatures_read(text, &signatures) != RESULT_OK)
        return;
    require(record_signatures_write(&signatures, &written, &size) == RESULT_OK);
    require_same(text, written, size);
}

static void try_redaction(struct text_view text)
{
    struct record_redaction redaction;
    char *written = NULL;
    size_t size = 0;

    if (record_redaction_read(text, &redaction) != RESULT_OK)
        return;
    require(record_redaction_write(&redaction, &written, &size) == RESULT_OK);
    require_same(text, written, size);
    record_redaction_release(&redaction);
}

static void try_opening(struct text_view text)
{
    struct record_file_opening opening;
    json_t *memory = NULL;
    char *written = NULL;
    size_t size = 0;

    if (record_file_opening_read(text, &opening, &memory) != RESULT_OK)
        return;
    require(record_file_opening_write(&opening, &written, &size) == RESULT_OK);
    require_same(text, written, size);
    json_decref(memory);
}

/* --- Whole records ------------------------------------------------------- */

static void try_record(struct text_view file)
{
    const struct verify_input input = { .given_count = 0 };
    struct verify_record record;
    struct verify_findings findings;

    require(verify_record_run(file, &input, &record, &findings) == RESULT_OK);
    require((findings.verdict == VERIFY_INVALID) ==
            (findings.failure.fault != VERIFY_FAULT_NONE));
    verify_findings_release(&findings);
    verify_record_release(&record);
}

static void try_pieces(struct text_view rest)
{
    struct record_zip_entry entries[PIECES_MAX] = { { { NULL, 0 },
                                                      { NULL, 0 } } };
    const struct record_zip zip = { entries, 0 };
    struct record_zip made = zip;
    char *bytes = NULL;
    size_t size = 0, pieces = 0;

    while (pieces < 2 * PIECES_MAX && rest.size > 0) {
        const char *end = memchr(rest.data, SEPARATOR, rest.size);
        const size_t piece = end ? (size_t)(end - rest.data) : rest.size;
        struct record_zip_entry *entry = &entries[pieces / 2];
        struct text_view *part = pieces % 2 ? &entry->data : &entry->name;

        *part = (struct text_view){ rest.data, piece };
        rest.data += piece + (end ? 1 : 0);
        rest.size -= piece + (end ? 1 : 0);
        pieces++;
    }
    made.count = (pieces + 1) / 2;
    if (made.count > 0 &&
        record_zip_write(entries, made.count, &bytes, &size) == RESULT_OK) {
        check_written(&made, 0);
        free(bytes);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum record_zip_fault fault = RECORD_ZIP_SOUND;
    struct text_view text;
    char *copy;

    if (size == 0)
        return 0;
    /* A copy that ends where it ends, for the sanitizer. */
    copy = malloc(size);
    require(copy != NULL);
    memcpy(copy, &data[1], size - 1);
    text = (struct text_view){ copy, size - 1 };
    switch (data[0] % 7) {
    case 0:
        fault = try_zip(text);
        break;
    case 1:
        try_manifest(text);
        break;
    case 2:
        try_signatures(text);
        break;
    case 3:
        try_redaction(text);
        break;
    case 4:
        try_opening(text);
        break;
    case 5:
        try_record(text);
        break;
    case 6:
        try_pieces(text);
        break;
    }
    planted_fault(data, size, fault == RECORD_ZIP_OVERLAP);
    free(copy);
    return 0;
}
