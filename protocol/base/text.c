#include "protocol/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    BYTES_PER_CODE_POINT_MAX = 4,
    /* Far above every limit of the program, far below what an int counts. */
    NORMALISED_SIZE_MAX = 16 * 1024 * 1024
};

struct text_view text_view_of(const char *string)
{
    if (!string)
        return (struct text_view){ "", 0 };
    return (struct text_view){ string, strlen(string) };
}

bool text_view_equal(struct text_view a, struct text_view b)
{
    if (a.size != b.size)
        return false;
    return a.size == 0 || memcmp(a.data, b.data, a.size) == 0;
}

bool text_view_is(struct text_view a, const char *string)
{
    return text_view_equal(a, text_view_of(string));
}

static const uint8_t *byte_at(struct text_view text, size_t position)
{
    const uint8_t *bytes = (const uint8_t *)text.data;

    return &bytes[position];
}

/*
 * Reads the code point at `*position` and moves past it; -1 and no move when
 * the bytes are not UTF-8. Overlong forms and surrogates are not UTF-8.
 */
static int32_t next_code_point(struct text_view text, size_t *position)
{
    const size_t left = text.size - *position;
    const size_t window =
        left < BYTES_PER_CODE_POINT_MAX ? left : BYTES_PER_CODE_POINT_MAX;
    utf8proc_int32_t code_point = -1;
    const utf8proc_ssize_t size = utf8proc_iterate(
        byte_at(text, *position), (utf8proc_ssize_t)window, &code_point);

    if (size <= 0 || (code_point >= 0xd800 && code_point <= 0xdfff))
        return -1;
    *position += (size_t)size;
    return code_point;
}

static bool is_forbidden(int32_t c, bool multi_line)
{
    if (c == '\n' || c == '\t')
        return !multi_line;
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
        return true;
    /* Marks, overrides and isolates of direction, lines that are not ours,
     * formats and tags that nobody sees. */
    if (c == 0x61c || c == 0x200e || c == 0x200f ||
        (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x206f) ||
        (c >= 0xe0000 && c <= 0xe007f))
        return true;
    if (c == 0xfeff || (c >= 0xfdd0 && c <= 0xfdef))
        return true;
    return (c & 0xfffe) == 0xfffe;
}

static bool is_unseen(int32_t c)
{
    return c == 0xad || c == 0x34f || c == 0x115f || c == 0x1160 ||
           c == 0x180e || (c >= 0x200b && c <= 0x200d) ||
           (c >= 0x2060 && c <= 0x2064) || c == 0x3164 || c == 0xffa0;
}

static bool is_ascii(struct text_view text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((uint8_t)text.data[i] >= 0x80)
            return false;
    return true;
}

/* utf8proc's own form of `text` under `options`, ended with free(). */
static enum result transform(struct text_view text, utf8proc_option_t options,
                             char **out, size_t *size)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length = 0;

    if (text.size > NORMALISED_SIZE_MAX)
        return RESULT_TOO_LARGE;
    length = utf8proc_map(byte_at(text, 0), (utf8proc_ssize_t)text.size,
                          &mapped, options);
    if (length == UTF8PROC_ERROR_NOMEM)
        return RESULT_NO_MEMORY;
    if (length < 0)
        return RESULT_MALFORMED;
    *out = (char *)mapped;
    *size = (size_t)length;
    return RESULT_OK;
}

static enum result check_is_nfc(struct text_view text)
{
    char *normal = NULL;
    size_t size = 0;
    enum result result = RESULT_OK;

    if (is_ascii(text))
        return RESULT_OK;
    result =
        transform(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, &normal, &size);
    if (result)
        return result;
    if (!text_view_equal(text, (struct text_view){ normal, size }))
        result = RESULT_MALFORMED;
    free(normal);
    return result;
}

enum result text_check(struct text_view text, size_t code_point_max,
                       bool multi_line)
{
    size_t position = 0;
    size_t count = 0;

    /* Long input is refused before it costs anything. */
    if (text.size / BYTES_PER_CODE_POINT_MAX > code_point_max)
        return RESULT_TOO_LARGE;
    while (position < text.size) {
        const int32_t code_point = next_code_point(text, &position);

        if (code_point < 0 || is_forbidden(code_point, multi_line))
            return RESULT_MALFORMED;
        count++;
    }
    if (count > code_point_max)
        return RESULT_TOO_LARGE;
    return check_is_nfc(text);
}

bool text_has_unseen(struct text_view text)
{
    size_t position = 0;
    int32_t code_point = 0;

    if (is_ascii(text))
        return false;
    while (position < text.size && code_point >= 0) {
        code_point = next_code_point(text, &position);
        if (is_unseen(code_point))
            return true;
    }
    return false;
}

/*
 * The result is NUL-terminated, so a NUL inside would cut it; text that is not
 * UTF-8 is refused here rather than left to what the library makes of it.
 */
static enum result check_encoding(struct text_view text)
{
    size_t position = 0;

    while (position < text.size)
        if (next_code_point(text, &position) <= 0)
            return RESULT_MALFORMED;
    return RESULT_OK;
}

enum result text_to_nfc(struct text_view text, char **out)
{
    size_t size = 0;
    enum result result = check_encoding(text);

    if (result)
        return result;
    return transform(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, out, &size);
}

static bool is_white_space(int32_t c)
{
    const utf8proc_category_t category = utf8proc_category(c);

    return (c >= 0x09 && c <= 0x0d) || c == 0x85 ||
           category == UTF8PROC_CATEGORY_ZS ||
           category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/* In place: what is written never overtakes what is read. */
static void drop_unseen(char *string, size_t *size)
{
    const struct text_view text = { string, *size };
    size_t position = 0, written = 0;

    while (position < text.size) {
        const size_t start = position;
        const int32_t code_point = next_code_point(text, &position);

        if (code_point < 0)
            break;
        if (is_unseen(code_point))
            continue;
        memmove(&string[written], &string[start], position - start);
        written += position - start;
    }
    string[written] = '\0';
    *size = written;
}

/* Likewise. */
static void collapse_white_space(char *string, size_t size)
{
    const struct text_view text = { string, size };
    size_t position = 0;
    size_t written = 0;
    bool gap = false;

    while (position < size) {
        const size_t start = position;
        const int32_t code_point = next_code_point(text, &position);

        if (code_point < 0)
            break;
        if (is_white_space(code_point)) {
            gap = written > 0;
            continue;
        }
        if (gap)
            string[written++] = ' ';
        gap = false;
        memmove(&string[written], &string[start], position - start);
        written += position - start;
    }
    string[written] = '\0';
}

/* As transform(), of what can be seen in `text`. */
static enum result transform_seen(struct text_view text,
                                  utf8proc_option_t options, char **out,
                                  size_t *size)
{
    char *whole = NULL;
    enum result result = transform(text, options, &whole, size);

    if (result)
        return result;
    if (!text_has_unseen((struct text_view){ whole, *size })) {
        *out = whole;
        return RESULT_OK;
    }
    /* What stood between two letters may have kept them from being one. */
    drop_unseen(whole, size);
    result = transform((struct text_view){ whole, *size }, options, out, size);
    free(whole);
    return result;
}

enum result text_to_seen(struct text_view text, char **out)
{
    size_t size = 0;
    enum result result = check_encoding(text);

    if (result)
        return result;
    return transform_seen(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, out, &size);
}

enum result text_fold(struct text_view text, char **out)
{
    char *folded = NULL;
    size_t size = 0;
    enum result result = check_encoding(text);

    if (!result)
        result = transform_seen(
            text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD,
            &folded, &size);
    if (result)
        return result;
    collapse_white_space(folded, size);
    *out = folded;
    return RESULT_OK;
}
