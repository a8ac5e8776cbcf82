#include "server/archive/archive_compare.h"

#include "protocol/verify/verify_lines.h"

#include <stdlib.h>
#include <string.h>

bool archive_is_one_history(const struct hash *a, size_t a_count,
                            const struct hash *b, size_t b_count)
{
    const size_t common = a_count < b_count ? a_count : b_count;

    return common == 0 || hash_equal(&a[common - 1], &b[common - 1]);
}

static int by_bytes(const void *a, const void *b)
{
    const struct text_view *left = a, *right = b;
    const size_t common = left->size < right->size ? left->size : right->size;
    const int order = common ? memcmp(left->data, right->data, common) : 0;

    return order != 0 ? order
                      : (left->size > right->size) - (left->size < right->size);
}

/* Openings of events, in the order of their bytes: those of files may be
 * others, where a paper was drawn anew. */
static enum result openings_of(const struct archive_record *record,
                               struct verify_lines *out)
{
    const enum result result =
        verify_lines_split(record->record->openings, out);
    size_t i, kept = 0;

    if (result != RESULT_OK)
        return result;
    for (i = 0; i < out->count; i++)
        if (!record_file_opening_is(out->lines[i]))
            out->lines[kept++] = out->lines[i];
    out->count = kept;
    if (kept > 0)
        qsort(out->lines, kept, sizeof out->lines[0], by_bytes);
    return RESULT_OK;
}

static bool has_all(const struct verify_lines *whole,
                    const struct verify_lines *part)
{
    size_t i;

    for (i = 0; i < part->count; i++)
        if (!bsearch(&part->lines[i], whole->lines, whole->count,
                     sizeof whole->lines[0], by_bytes))
            return false;
    return true;
}

static bool is_there(const struct archive_record *record, struct text_view path)
{
    return record_zip_find(&record->record->zip, path) != NULL;
}

/* Is a file that is in `old` hidden in `fresh`? */
static bool hides_file(const struct archive_record *old,
                       const struct archive_record *fresh)
{
    const struct record_manifest *manifest = &fresh->record->manifest;
    size_t i;

    for (i = 0; i < manifest->hideable_count; i++) {
        const struct text_view path = manifest->hideable[i].path;

        if (!is_there(fresh, path) && is_there(old, path))
            return true;
    }
    return false;
}

/* Is there a file, or an opening, in `fresh` that `old` has not? */
static bool shows_more(const struct archive_record *old,
                       const struct archive_record *fresh,
                       const struct verify_lines *old_lines,
                       const struct verify_lines *fresh_lines)
{
    const struct record_zip *zip = &fresh->record->zip;
    size_t i;

    if (fresh->findings->history.count > old->findings->history.count ||
        fresh->findings->registry.reader.count >
            old->findings->registry.reader.count ||
        fresh_lines->count > old_lines->count ||
        fresh->record->signatures.count > old->record->signatures.count)
        return true;
    for (i = 0; i < zip->count; i++)
        if (!text_view_is(zip->entries[i].name, RECORD_REDACTION_PATH) &&
            !is_there(old, zip->entries[i].name))
            return true;
    return false;
}

static bool is_one_history(const struct archive_record *old,
                           const struct archive_record *fresh)
{
    const struct verify_history *a = &old->findings->history;
    const struct verify_history *b = &fresh->findings->history;
    const struct verify_reader *c = &old->findings->registry.reader;
    const struct verify_reader *d = &fresh->findings->registry.reader;

    return archive_is_one_history(a->heads, a->count, b->heads, b->count) &&
           archive_is_one_history(c->heads, c->count, d->heads, d->count);
}

/* Its log ends earlier, or the register in it does: that of before an erratum.
 */
static bool ends_earlier(const struct archive_record *old,
                         const struct archive_record *fresh)
{
    const size_t before = old->findings->history.count;
    const size_t now = fresh->findings->history.count;

    return now < before ||
           (now == before && fresh->findings->registry.reader.count <
                                 old->findings->registry.reader.count);
}

enum result archive_compare(const struct archive_record *old,
                            const struct archive_record *fresh,
                            enum archive_relation *out)
{
    struct verify_lines old_lines = { .lines = NULL };
    struct verify_lines fresh_lines = { .lines = NULL };
    enum result result = RESULT_OK;

    if (!is_one_history(old, fresh)) {
        *out = ARCHIVE_CONTRADICTS;
        return RESULT_OK;
    }
    result = openings_of(old, &old_lines);
    if (result == RESULT_OK)
        result = openings_of(fresh, &fresh_lines);
    if (result == RESULT_OK) {
        if (ends_earlier(old, fresh))
            *out = ARCHIVE_OLDER;
        else if (!has_all(&fresh_lines, &old_lines) || hides_file(old, fresh))
            *out = ARCHIVE_LESS;
        else
            *out = shows_more(old, fresh, &old_lines, &fresh_lines)
                       ? ARCHIVE_EXTENDS
                       : ARCHIVE_SAME;
    }
    verify_lines_release(&old_lines);
    verify_lines_release(&fresh_lines);
    return result;
}
