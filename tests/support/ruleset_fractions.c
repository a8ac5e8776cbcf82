#include "tests/support/ruleset_fractions.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 4 };

static void need(bool is_right, const char *what)
{
    if (is_right)
        return;
    (void)fprintf(stderr, "fractions of a ruleset: %s\n", what);
    exit(EXIT_FAILURE);
}

struct reader {
    struct text_view text;
    size_t at;
    struct fraction open[DEPTH_MAX]; /* groups around the place */
    size_t depth;
    struct fractions *out;
};

/* Passes over spaces, comments and texts. */
static char next_char(struct reader *reader)
{
    const char *bytes = (const char *)reader->text.data;
    const size_t size = reader->text.size;

    while (reader->at < size) {
        const char c = bytes[reader->at];

        if (c == '#')
            while (reader->at < size && bytes[reader->at] != '\n')
                reader->at++;
        else if (c == '"')
            do
                reader->at++;
            while (reader->at + 1 < size && bytes[reader->at] != '"');
        else if (!isspace((unsigned char)c))
            return c;
        reader->at++;
    }
    return '\0';
}

static void take_word(struct reader *reader, char *out, size_t out_size)
{
    const char *bytes = (const char *)reader->text.data;
    size_t n = 0;

    while (reader->at < reader->text.size &&
           (isalnum((unsigned char)bytes[reader->at]) ||
            bytes[reader->at] == '_')) {
        need(n + 1 < out_size, "a word that is too long");
        out[n++] = bytes[reader->at++];
    }
    out[n] = '\0';
}

static void append(char place[FRACTION_PLACE_SIZE], const char *text)
{
    const size_t size = strlen(place), more = strlen(text);

    need(size + more < FRACTION_PLACE_SIZE, "a place that is too long");
    memcpy(place + size, text, more + 1);
}

static void open_group(struct reader *reader, const char *name)
{
    struct fraction *group = &reader->open[reader->depth];

    need(reader->depth < DEPTH_MAX, "too many groups in each other");
    *group = (struct fraction){ .denominator = 0 };
    if (reader->depth > 0) {
        memcpy(group->place, reader->open[reader->depth - 1].place,
               sizeof group->place);
        append(group->place, ".");
    }
    append(group->place, name);
    reader->depth++;
}

static void close_group(struct reader *reader)
{
    need(reader->depth > 0, "more } than {");
    reader->depth--;
    if (reader->open[reader->depth].denominator == 0)
        return;
    need(reader->out->count < FRACTIONS_MAX, "too many fractions");
    reader->out->of[reader->out->count++] = reader->open[reader->depth];
}

static void set_value(struct fraction *group, const char *name,
                      const char *value)
{
    uint64_t number = 0;
    const char *digit;

    for (digit = value; isdigit((unsigned char)*digit); digit++)
        number = 10 * number + (uint64_t)(*digit - '0');
    if (strcmp(name, "numerator") == 0)
        group->numerator = number;
    else if (strcmp(name, "denominator") == 0)
        group->denominator = number;
    else if (strcmp(name, "small_from") == 0)
        group->small_from = number;
    else if (strcmp(name, "small_to") == 0)
        group->small_to = number;
    else if (strcmp(name, "small_extra") == 0)
        group->small_extra = number;
    else if (strcmp(name, "strict") == 0)
        group->is_strict = strcmp(value, "true") == 0;
}

void ruleset_fractions_read(struct text_view text, struct fractions *out)
{
    struct reader reader = { .text = text, .out = out };
    char name[64] = "", value[64];
    bool is_value = false;
    char c;

    out->count = 0;
    while ((c = next_char(&reader)) != '\0') {
        if (isalnum((unsigned char)c)) {
            take_word(&reader, is_value ? value : name, sizeof name);
            if (is_value && reader.depth > 0)
                set_value(&reader.open[reader.depth - 1], name, value);
            continue;
        }
        reader.at++;
        if (c == '{')
            open_group(&reader, name);
        else if (c == '}')
            close_group(&reader);
        is_value = c == '=' || (is_value && c != ';' && c != '{');
    }
    need(reader.depth == 0, "more { than }");
}

const struct fraction *ruleset_fractions_find(const struct fractions *fractions,
                                              const char *place)
{
    size_t i;

    for (i = 0; i < fractions->count; i++)
        if (strcmp(fractions->of[i].place, place) == 0)
            return &fractions->of[i];
    need(false, place);
    return NULL;
}
