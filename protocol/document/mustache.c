#include "protocol/document/mustache.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE_MAX = 100, NODES_FIRST = 64 };

enum node_kind {
    NODE_NONE,
    NODE_TEXT,
    NODE_VALUE,
    NODE_SECTION,
    NODE_INVERTED
};

struct node {
    enum node_kind kind;
    int line;
    struct text_view text; /* of a text itself, else the name; in the source */
    size_t end;            /* of a section: the node behind its last one */
};

struct mustache {
    char *source; /* owned */
    struct node *nodes;
    size_t count;
    size_t capacity;
};

/* --- reading -------------------------------------------------------------- */

struct reader {
    struct mustache *mustache;
    struct text_view left;
    int line;
    size_t open[LIMIT_DOCUMENT_DEPTH]; /* sections not yet closed */
    size_t depth;
    struct document_fault *fault;
};

static enum result add_node(struct reader *reader, enum node_kind kind,
                            struct text_view text)
{
    struct mustache *m = reader->mustache;

    if (m->count == m->capacity) {
        const size_t capacity = m->capacity ? m->capacity * 2 : NODES_FIRST;
        struct node *nodes = realloc(m->nodes, capacity * sizeof *nodes);

        if (!nodes)
            return document_fault_set(reader->fault, DOCUMENT_FAULT_MEMORY,
                                      reader->line, text_view_of(NULL));
        m->nodes = nodes;
        m->capacity = capacity;
    }
    m->nodes[m->count++] =
        (struct node){ .kind = kind, .line = reader->line, .text = text };
    return RESULT_OK;
}

static struct text_view skip(struct text_view text, size_t size)
{
    return (struct text_view){ text.data + size, text.size - size };
}

static struct text_view trimmed(struct text_view text)
{
    while (text.size > 0 && strchr(" \t\n", text.data[0]))
        text = skip(text, 1);
    while (text.size > 0 && strchr(" \t\n", text.data[text.size - 1]))
        text.size--;
    return text;
}

static void count_lines(struct reader *reader, struct text_view text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\n')
            reader->line++;
}

static bool is_name(struct text_view name)
{
    bool begins = true;

    if (text_view_is(name, "."))
        return true;
    if (name.size == 0 || name.size > NAME_SIZE_MAX)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        const char c = name.data[i];

        if (c == '.' ? begins
                     : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                         c == '_'))
            return false;
        begins = c == '.';
    }
    return !begins;
}

static enum result open_section(struct reader *reader, enum node_kind kind,
                                struct text_view name)
{
    if (reader->depth == LIMIT_DOCUMENT_DEPTH)
        return document_fault_set(reader->fault, DOCUMENT_FAULT_DEPTH,
                                  reader->line, name);
    reader->open[reader->depth++] = reader->mustache->count;
    return add_node(reader, kind, name);
}

static enum result close_section(struct reader *reader, struct text_view name)
{
    struct mustache *m = reader->mustache;
    struct node *section;

    if (reader->depth == 0)
        return document_fault_set(reader->fault, DOCUMENT_FAULT_SECTION_CLOSE,
                                  reader->line, name);
    section = &m->nodes[reader->open[reader->depth - 1]];
    if (!text_view_equal(section->text, name))
        return document_fault_set(reader->fault, DOCUMENT_FAULT_SECTION_CLOSE,
                                  reader->line, name);
    section->end = m->count;
    reader->depth--;
    return RESULT_OK;
}

/* What stands between the braces. */
static enum result read_tag(struct reader *reader, struct text_view tag)
{
    const struct text_view inner = trimmed(tag);
    const char kind = inner.size > 0 ? inner.data[0] : '\0';
    const bool is_marked = kind != '\0' && strchr("#^/!>=&{", kind) != NULL;
    const struct text_view name = is_marked ? trimmed(skip(inner, 1)) : inner;

    if (kind == '!')
        return RESULT_OK;
    if (is_marked && strchr(">=&{", kind))
        return document_fault_set(reader->fault, DOCUMENT_FAULT_TAG_KIND,
                                  reader->line, inner);
    if (!is_name(name))
        return document_fault_set(reader->fault, DOCUMENT_FAULT_TAG_NAME,
                                  reader->line, name);
    if (kind == '#')
        return open_section(reader, NODE_SECTION, name);
    if (kind == '^')
        return open_section(reader, NODE_INVERTED, name);
    if (kind == '/')
        return close_section(reader, name);
    return add_node(reader, NODE_VALUE, name);
}

static const char *find(struct text_view text, const char *word)
{
    return text.size > 0 ? memmem(text.data, text.size, word, strlen(word))
                         : NULL;
}

/* The text up to the next tag, and the tag. */
static enum result read_piece(struct reader *reader)
{
    struct text_view text = reader->left;
    const char *tag = find(text, "{{");
    const char *end;
    enum result result = RESULT_OK;

    if (tag)
        text.size = (size_t)(tag - text.data);
    if (text.size > 0)
        result = add_node(reader, NODE_TEXT, text);
    count_lines(reader, text);
    reader->left = skip(reader->left, text.size);
    if (result != RESULT_OK || !tag)
        return result;
    text = skip(reader->left, 2);
    end = find(text, "}}");
    if (!end)
        return document_fault_set(reader->fault, DOCUMENT_FAULT_TAG_OPEN,
                                  reader->line, text_view_of(NULL));
    text.size = (size_t)(end - text.data);
    result = read_tag(reader, text);
    count_lines(reader, text);
    reader->left = skip(reader->left, text.size + 4);
    return result;
}

static enum result read_all(struct reader *reader)
{
    enum result result = RESULT_OK;

    while (result == RESULT_OK && reader->left.size > 0)
        result = read_piece(reader);
    if (result == RESULT_OK && reader->depth > 0) {
        const struct node *section =
            &reader->mustache->nodes[reader->open[reader->depth - 1]];

        return document_fault_set(reader->fault, DOCUMENT_FAULT_SECTION_OPEN,
                                  section->line, section->text);
    }
    return result;
}

/* CR LF becomes LF in place. */
static void join_line_ends(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++)
        if (!(from[0] == '\r' && from[1] == '\n'))
            *to++ = *from;
    *to = '\0';
}

static enum result take_source(struct mustache *m, struct text_view text,
                               struct document_fault *fault)
{
    enum result result;

    if (text.size > LIMIT_TEMPLATE_SIZE)
        return document_fault_set(fault, DOCUMENT_FAULT_SIZE, 0,
                                  text_view_of(NULL));
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        text = skip(text, 3);
    if (text.size > 0 && memchr(text.data, '\0', text.size))
        return document_fault_set(fault, DOCUMENT_FAULT_TEXT, 0,
                                  text_view_of(NULL));
    result = text_to_nfc(text, &m->source);
    if (result == RESULT_OK) {
        join_line_ends(m->source);
        result = text_check(text_view_of(m->source), SIZE_MAX, true);
    }
    if (result == RESULT_OK)
        return RESULT_OK;
    return document_fault_set(fault,
                              result == RESULT_NO_MEMORY ? DOCUMENT_FAULT_MEMORY
                                                         : DOCUMENT_FAULT_TEXT,
                              0, text_view_of(NULL));
}

enum result mustache_parse(struct text_view text, struct mustache **out,
                           struct document_fault *fault)
{
    struct mustache *m = calloc(1, sizeof *m);
    struct reader reader = { .mustache = m, .line = 1, .fault = fault };
    enum result result;

    if (!m)
        return document_fault_set(fault, DOCUMENT_FAULT_MEMORY, 0,
                                  text_view_of(NULL));
    result = take_source(m, text, fault);
    if (result == RESULT_OK) {
        reader.left = text_view_of(m->source);
        result = read_all(&reader);
    }
    if (result != RESULT_OK) {
        mustache_free(m);
        return result;
    }
    *out = m;
    return RESULT_OK;
}

struct mustache *mustache_free(struct mustache *m)
{
    if (m) {
        free(m->source);
        free(m->nodes);
        free(m);
    }
    return NULL;
}

/* --- drawing -------------------------------------------------------------- */

struct drawing {
    const struct mustache *mustache;
    const json_t *values[LIMIT_DOCUMENT_DEPTH + 1]; /* the last is innermost */
    size_t depth;
    struct byte_writer out;
    long steps_left;
    struct document_fault *fault;
};

static enum result fail(struct drawing *drawing, enum document_fault_kind kind,
                        const struct node *node)
{
    return document_fault_set(drawing->fault, kind, node->line,
                              node->kind == NODE_TEXT ? text_view_of(NULL)
                                                      : node->text);
}

/* The part of a name up to its first dot, as a string; moves past it. */
static void next_part(struct text_view *name, char part[NAME_SIZE_MAX + 1])
{
    size_t size = 0;

    while (size < name->size && name->data[size] != '.')
        size++;
    memcpy(part, name->data, size);
    part[size] = '\0';
    *name = skip(*name, size < name->size ? size + 1 : size);
}

static const json_t *look_up(const struct drawing *drawing,
                             struct text_view name)
{
    char part[NAME_SIZE_MAX + 1];
    const json_t *found = NULL;
    size_t i;

    if (text_view_is(name, "."))
        return drawing->values[drawing->depth - 1];
    next_part(&name, part);
    for (i = drawing->depth; i > 0 && !found; i--)
        found = json_object_get(drawing->values[i - 1], part);
    while (found && name.size > 0) {
        next_part(&name, part);
        found = json_object_get(found, part);
    }
    return found;
}

static bool is_drawn(const json_t *value)
{
    if (!value || json_is_false(value) || json_is_null(value))
        return false;
    if (json_is_integer(value))
        return json_integer_value(value) != 0;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    return !json_is_array(value) || json_array_size(value) > 0;
}

static void put(struct byte_writer *out, const char *text)
{
    byte_writer_text(out, text_view_of(text));
}

static void put_escaped(struct byte_writer *out, struct text_view value)
{
    put(out, "\\&");
    for (size_t i = 0; i < value.size; i++) {
        const char c = value.data[i];

        if (c == '\n')
            put(out, "\\n");
        else if (c == '\t')
            put(out, " ");
        else {
            if (strchr("\\*_|", c))
                put(out, "\\");
            byte_writer_bytes(out, &c, 1);
        }
    }
}

static enum result draw_value(struct drawing *drawing, const struct node *node)
{
    const json_t *value = look_up(drawing, node->text);
    char number[32];
    struct text_view text = { number, 0 };

    if (!value)
        return fail(drawing, DOCUMENT_FAULT_NAME_UNKNOWN, node);
    if (json_is_integer(value)) {
        (void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT,
                       json_integer_value(value));
        text.size = strlen(number);
    } else if (json_is_string(value)) {
        text = (struct text_view){ json_string_value(value),
                                   json_string_length(value) };
        if (text_check(text, SIZE_MAX, true) != RESULT_OK)
            return fail(drawing, DOCUMENT_FAULT_TEXT, node);
    } else if (!json_is_null(value)) {
        return fail(drawing, DOCUMENT_FAULT_VALUE_KIND, node);
    }
    put_escaped(&drawing->out, text);
    return RESULT_OK;
}

static enum result draw_nodes(struct drawing *drawing, size_t from, size_t to);

static enum result draw_with(struct drawing *drawing, const json_t *value,
                             size_t section)
{
    enum result result;

    drawing->values[drawing->depth++] = value;
    result =
        draw_nodes(drawing, section + 1, drawing->mustache->nodes[section].end);
    drawing->depth--;
    return result;
}

static enum result draw_section(struct drawing *drawing, size_t section)
{
    const struct node *node = &drawing->mustache->nodes[section];
    const json_t *value = look_up(drawing, node->text);
    enum result result = RESULT_OK;
    size_t i;

    if (node->kind == NODE_INVERTED)
        return is_drawn(value) ? RESULT_OK
                               : draw_nodes(drawing, section + 1, node->end);
    if (!is_drawn(value))
        return RESULT_OK;
    if (!json_is_array(value))
        return draw_with(drawing, value, section);
    for (i = 0; i < json_array_size(value) && result == RESULT_OK; i++) {
        if (drawing->steps_left-- <= 0)
            return fail(drawing, DOCUMENT_FAULT_STEPS, node);
        result = draw_with(drawing, json_array_get(value, i), section);
    }
    return result;
}

/* Sections nest as deep as the parser let them. */
static enum result draw_nodes(struct drawing *drawing, size_t from, size_t to)
{
    const struct node *nodes = drawing->mustache->nodes;
    enum result result = RESULT_OK;
    size_t i = from;

    while (i < to && result == RESULT_OK) {
        const struct node *node = &nodes[i];
        const bool is_section =
            node->kind == NODE_SECTION || node->kind == NODE_INVERTED;

        if (drawing->steps_left-- <= 0)
            return fail(drawing, DOCUMENT_FAULT_STEPS, node);
        if (node->kind == NODE_TEXT)
            byte_writer_text(&drawing->out, node->text);
        else if (node->kind == NODE_VALUE)
            result = draw_value(drawing, node);
        else
            result = draw_section(drawing, i);
        if (result == RESULT_OK && drawing->out.result != RESULT_OK)
            return fail(drawing,
                        drawing->out.result == RESULT_NO_MEMORY
                            ? DOCUMENT_FAULT_MEMORY
                            : DOCUMENT_FAULT_SIZE,
                        node);
        i = is_section ? node->end : i + 1;
    }
    return result;
}

enum result mustache_draw(const struct mustache *mustache, const json_t *values,
                          size_t size_max, char **out, size_t *size,
                          struct document_fault *fault)
{
    struct drawing drawing = { .mustache = mustache,
                               .values = { values },
                               .depth = 1,
                               .steps_left = LIMIT_DOCUMENT_STEPS,
                               .fault = fault };
    uint8_t *bytes = NULL;
    size_t drawn = 0;
    enum result result;

    /* One byte more, for the NUL. */
    byte_writer_init(&drawing.out, size_max + 1);
    result = draw_nodes(&drawing, 0, mustache->count);
    if (result == RESULT_OK) {
        byte_writer_u8(&drawing.out, 0);
        result = byte_writer_take(&drawing.out, &bytes, &drawn);
        if (result != RESULT_OK)
            result = document_fault_set(fault,
                                        result == RESULT_NO_MEMORY
                                            ? DOCUMENT_FAULT_MEMORY
                                            : DOCUMENT_FAULT_SIZE,
                                        0, text_view_of(NULL));
    }
    byte_writer_release(&drawing.out);
    if (result != RESULT_OK)
        return result;
    *out = (char *)bytes;
    *size = drawn - 1;
    return RESULT_OK;
}
