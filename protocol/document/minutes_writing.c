#include "protocol/document/minutes_writing.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *minutes_phrase(const struct minutes_writing *writing,
                           enum minutes_phrase id)
{
    static const char *const phrases[PHRASE_COUNT][2] = {
#define MINUTES_PHRASE_ROW(name, vi, en) [PHRASE_##name] = { vi, en },
        MINUTES_PHRASES(MINUTES_PHRASE_ROW)
#undef MINUTES_PHRASE_ROW
    };

    return phrases[id][writing->language == MINUTES_ENGLISH];
}

/* --- lines --------------------------------------------------------------- */

static size_t count_columns(const char *text, size_t size)
{
    size_t i, columns = 0;

    for (i = 0; i < size; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

size_t minutes_columns(const char *text)
{
    return count_columns(text, strlen(text));
}

static void put_spaces(struct byte_writer *out, size_t count)
{
    while (count-- > 0)
        byte_writer_u8(out, ' ');
}

/* How wide the mark is that a line begins with: "- ", "+ ", "12. ". */
static size_t mark_width(const char *line, size_t size)
{
    size_t digits = 0;

    if (size > 1 && (line[0] == '-' || line[0] == '+') && line[1] == ' ')
        return 2;
    while (digits < size && line[digits] >= '0' && line[digits] <= '9')
        digits++;
    if (digits > 0 && digits + 1 < size && line[digits] == '.' &&
        line[digits + 1] == ' ')
        return digits + 2;
    return 0;
}

static bool is_space(char c) { return c == ' ' || c == '\t'; }

/* The next piece that is not cut: a word, with the number that follows it. */
static size_t word_size(const char *text, size_t size)
{
    size_t i = 0;

    while (i < size && !is_space(text[i]))
        i++;
    if (i == 0 || i + 1 >= size || text[i + 1] < '0' || text[i + 1] > '9')
        return i;
    for (i++; i < size && !is_space(text[i]);)
        i++;
    return i;
}

/* One line without line feeds, folded. A word is never cut. */
static void put_line(struct byte_writer *out, const char *line, size_t size,
                     size_t indent)
{
    const size_t hanging = indent + mark_width(line, size);
    size_t column = 0;

    while (size > 0) {
        size_t word = word_size(line, size);
        size_t columns = count_columns(line, word);

        if (word > 0) {
            if (column > 0 && column + 1 + columns > MINUTES_LINE_WIDTH) {
                byte_writer_u8(out, '\n');
                put_spaces(out, hanging);
                column = hanging;
            } else if (column > 0) {
                put_spaces(out, 1);
                column++;
            } else {
                put_spaces(out, indent);
                column = indent;
            }
            byte_writer_bytes(out, line, word);
            column += columns;
        }
        word += word < size;
        line += word;
        size -= word;
    }
    byte_writer_u8(out, '\n');
}

static void put_text(struct byte_writer *out, const char *text)
{
    size_t indent = strspn(text, " ");

    text += indent;
    for (;;) {
        size_t size = strcspn(text, "\n");

        put_line(out, text, size, indent);
        if (text[size] == '\0')
            return;
        text += size + 1;
    }
}

/* The phrases are our own table; the compiler cannot see through it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
void minutes_say(struct minutes_writing *writing, enum minutes_phrase id, ...)
{
    char *text = NULL;
    va_list arguments;
    int size;

    va_start(arguments, id);
    size = vasprintf(&text, minutes_phrase(writing, id), arguments);
    va_end(arguments);
    if (size < 0) {
        writing->out->result = RESULT_NO_MEMORY;
        return;
    }
    if (writing->is_listing)
        minutes_list_put(writing->out, MINUTES_ROW_FACT, writing->seq, text);
    else
        put_text(writing->out, text);
    free(text);
}

struct minutes_short minutes_fill(const struct minutes_writing *writing,
                                  enum minutes_phrase id, ...)
{
    struct minutes_short out;
    va_list arguments;

    va_start(arguments, id);
    (void)vsnprintf(out.text, sizeof out.text, minutes_phrase(writing, id),
                    arguments);
    va_end(arguments);
    return out;
}
#pragma GCC diagnostic pop

/* --- openings ------------------------------------------------------------ */

bool minutes_has_form(const struct minutes_writing *writing, int format)
{
    return writing->source->format == 0 || writing->source->format >= format;
}

struct minutes_source minutes_source_in_form(const struct minutes_source *part,
                                             int format)
{
    struct minutes_source out = *part;

    out.format = format;
    return out;
}

const char *minutes_opening(const struct minutes_writing *writing, uint64_t seq,
                            const char *field)
{
    const struct minutes_opening *openings = writing->source->openings;
    size_t count = writing->source->opening_count;
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (openings[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && openings[low].seq == seq; low++)
        if (strcmp(openings[low].field, field) == 0)
            return openings[low].value;
    return writing->is_listing ? MINUTES_LIST_WITHHELD
                               : minutes_phrase(writing, PHRASE_WITHHELD);
}

/* --- times and numbers --------------------------------------------------- */

/* Which of two moments of the same time of day: "02:30 (UTC+2)". */
static struct minutes_short with_offset(struct minutes_short text,
                                        const struct zone_moment *at)
{
    const int size = abs(at->offset_minutes);
    const size_t length = strlen(text.text);
    char *end = text.text + length;

    if (!at->is_twice)
        return text;
    if (size % 60 == 0)
        (void)snprintf(end, sizeof text.text - length, " (UTC%c%d)",
                       at->offset_minutes < 0 ? '-' : '+', size / 60);
    else
        (void)snprintf(end, sizeof text.text - length, " (UTC%c%d:%02d)",
                       at->offset_minutes < 0 ? '-' : '+', size / 60,
                       size % 60);
    return text;
}

struct minutes_short minutes_clock(const struct minutes_writing *writing,
                                   int64_t at_ms)
{
    struct zone_moment at = zone_clock_at(writing->clock, at_ms);

    if (at.day == writing->day.day && at.month == writing->day.month &&
        at.year == writing->day.year)
        return with_offset(
            minutes_fill(writing, PHRASE_CLOCK, at.hour, at.minute), &at);
    return with_offset(minutes_fill(writing, PHRASE_CLOCK_DATE, at.hour,
                                    at.minute, at.day, at.month, at.year),
                       &at);
}

struct minutes_short minutes_moment(const struct minutes_writing *writing,
                                    int64_t at_ms)
{
    struct zone_moment at = zone_clock_at(writing->clock, at_ms);

    return with_offset(minutes_fill(writing, PHRASE_MOMENT, at.hour, at.minute,
                                    at.day, at.month, at.year),
                       &at);
}

struct minutes_short minutes_percent(const struct minutes_writing *writing,
                                     uint64_t part, uint64_t whole)
{
    unsigned long long hundredths =
        whole > 0 ? (part * 10000 + whole / 2) / whole : 0;

    return minutes_fill(writing, PHRASE_PERCENT, hundredths / 100,
                        hundredths % 100);
}
