#include "server/archive/archive_query.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* What unicode61 makes words of: letters, digits and what people assigned
 * themselves. */
static bool is_of_words(utf8proc_int32_t point)
{
    const utf8proc_category_t category = utf8proc_category(point);

    return (category >= UTF8PROC_CATEGORY_LU &&
            category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND &&
            category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_CO;
}

static enum result check_phrase(const char *phrase, bool *has_word)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)phrase;
    const size_t size = strlen(phrase);
    size_t at = 0;

    *has_word = false;
    while (at < size) {
        utf8proc_int32_t point;
        const utf8proc_ssize_t taken =
            utf8proc_iterate(&bytes[at], (utf8proc_ssize_t)(size - at), &point);

        if (taken <= 0)
            return RESULT_MALFORMED;
        *has_word = *has_word || is_of_words(point);
        at += (size_t)taken;
    }
    return RESULT_OK;
}

/* In quotes, a quote within doubled: then FTS5 reads nothing in it but words.
 */
static void write_phrase(struct byte_writer *writer, const char *phrase)
{
    byte_writer_u8(writer, '"');
    for (; *phrase; phrase++) {
        if (*phrase == '"')
            byte_writer_u8(writer, '"');
        byte_writer_u8(writer, (uint8_t)*phrase);
    }
    byte_writer_u8(writer, '"');
}

enum result archive_query_make(const char *const *phrases, size_t count,
                               char **out, size_t *bad)
{
    struct byte_writer writer;
    enum result result = RESULT_OK;
    bool has_word = true;
    size_t i;

    *bad = 0;
    if (count == 0)
        return RESULT_INVALID;
    if (count > ARCHIVE_QUERY_PHRASES)
        return RESULT_TOO_LARGE;
    byte_writer_init(&writer, ARCHIVE_QUERY_SIZE);
    for (i = 0; i < count && result == RESULT_OK; i++) {
        *bad = i;
        result = check_phrase(phrases[i], &has_word);
        if (result == RESULT_OK && !has_word)
            result = RESULT_INVALID;
        if (i > 0)
            byte_writer_u8(&writer, ' ');
        write_phrase(&writer, phrases[i]);
    }
    byte_writer_u8(&writer, '\0');
    if (result == RESULT_OK)
        result = writer.result;
    if (result == RESULT_OK) {
        *out = strdup((const char *)writer.data);
        result = *out ? RESULT_OK : RESULT_NO_MEMORY;
    }
    byte_writer_release(&writer);
    return result;
}
