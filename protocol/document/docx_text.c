#include "protocol/document/docx_text.h"

#include "protocol/document/carried_text.h"
#include "protocol/document/paper_docx.h"
#include "protocol/record/record_zip_read.h"

#include <stdlib.h>

static enum result open_docx(struct text_view docx, struct record_zip *zip)
{
    struct record_zip_failure failure;
    const enum result result = record_zip_open(docx, zip, &failure);

    return result == RESULT_REFUSED ? RESULT_MALFORMED : result;
}

enum result docx_text_carried(struct text_view docx, char **out, size_t *size)
{
    struct record_zip zip = { NULL, 0 };
    const struct record_zip_entry *part;
    enum result result = open_docx(docx, &zip);

    if (result == RESULT_OK) {
        part = record_zip_find(&zip, TEXT_LITERAL(CARRIED_TEXT_PART));
        result = part ? carried_text_from_xml(part->data, out, size)
                      : RESULT_NOT_FOUND;
    }
    record_zip_release(&zip);
    return result;
}

/* The same parts, whichever writer put them into a ZIP. */
static bool is_same(const struct record_zip *one,
                    const struct record_zip *other)
{
    size_t i;

    if (one->count != other->count)
        return false;
    for (i = 0; i < one->count; i++)
        if (!text_view_equal(one->entries[i].name, other->entries[i].name) ||
            !text_view_equal(one->entries[i].data, other->entries[i].data))
            return false;
    return true;
}

static enum result check_once(const struct record_zip *shown,
                              const struct paper *paper, int64_t created_ms)
{
    struct record_zip wanted = { NULL, 0 };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = paper_docx_write(paper, created_ms, &bytes, &size);

    if (result == RESULT_OK)
        result =
            open_docx((struct text_view){ (const char *)bytes, size }, &wanted);
    if (result == RESULT_OK && !is_same(shown, &wanted))
        result = RESULT_REFUSED;
    record_zip_release(&wanted);
    free(bytes);
    return result;
}

enum result docx_text_check(struct text_view docx, struct paper *paper,
                            int64_t created_ms)
{
    struct record_zip shown = { NULL, 0 };
    enum result result = open_docx(docx, &shown);

    if (result == RESULT_OK)
        result = check_once(&shown, paper, created_ms);
    while (result == RESULT_REFUSED && paper_most_papers(paper) > 0) {
        paper_lower_papers(paper);
        result = check_once(&shown, paper, created_ms);
    }
    record_zip_release(&shown);
    return result;
}
