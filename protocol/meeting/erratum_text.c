#include "protocol/meeting/erratum_text.h"

#include "protocol/base/date.h"
#include "protocol/base/limits.h"
#include "protocol/wire/field.h"
#include "protocol/wire/json_read.h"

#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, FIELDS = 7 };

static bool is_blank(struct text_view text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!strchr(" \t\n", text.data[i]))
            return false;
    return true;
}

static enum result check(const struct erratum_text *text)
{
    enum result result;

    if (!date_is_valid(text->date) || is_blank(text->reason) ||
        text_view_equal(text->stands, text->should) ||
        (!identifier_is_empty(&text->entry) && text->line > 0))
        return RESULT_MALFORMED;
    result = text_check(text->stands, LIMIT_ERRATUM_PART, true);
    if (result == RESULT_OK)
        result = text_check(text->should, LIMIT_ERRATUM_PART, true);
    return result == RESULT_OK
               ? text_check(text->reason, LIMIT_REASON_LENGTH, true)
               : result;
}

static bool read_text(const json_t *root, const char *name,
                      struct text_view *out)
{
    const json_t *value = json_object_get(root, name);

    if (!json_is_string(value))
        return false;
    *out = (struct text_view){ json_string_value(value),
                               json_string_length(value) };
    return true;
}

static bool read_entry(const json_t *root, struct identifier *out)
{
    struct text_view id;

    if (!read_text(root, "entry", &id))
        return false;
    *out = (struct identifier){ "" };
    return id.size == 0 || identifier_parse(id, out) == RESULT_OK;
}

/* Is this how the same is written? */
static enum result is_canonical(const struct erratum_text *text,
                                struct text_view json)
{
    char *written = NULL;
    enum result result = erratum_text_write(text, &written);

    if (result == RESULT_OK && !text_view_equal(text_view_of(written), json))
        result = RESULT_MALFORMED;
    free(written);
    return result;
}

enum result erratum_text_read(struct text_view json, struct erratum_text *out)
{
    struct erratum_text text = { .root = NULL };
    json_t *root = NULL;
    uint64_t version = 0;
    enum result result = message_parse(json.data, json.size, &root);

    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
    text.root = root;
    result = RESULT_MALFORMED;
    if (json_object_size(root) == FIELDS &&
        json_read_number(root, "v", &version) && version == VERSION &&
        read_text(root, "date", &text.date) && read_entry(root, &text.entry) &&
        json_read_number(root, "line", &text.line) &&
        read_text(root, "reason", &text.reason) &&
        read_text(root, "should", &text.should) &&
        read_text(root, "stands", &text.stands))
        result = is_canonical(&text, json);
    if (result == RESULT_OK)
        *out = text;
    else
        json_decref(root);
    return result;
}

void erratum_text_release(struct erratum_text *text)
{
    json_decref(text->root);
    *text = (struct erratum_text){ .root = NULL };
}

enum result erratum_text_write(const struct erratum_text *text, char **out)
{
    const enum result result = check(text);
    json_t *root;
    char *written;

    if (result != RESULT_OK)
        return result;
    root = json_pack(
        "{s:s%, s:s, s:I, s:s%, s:s%, s:s%, s:i}", "date", text->date.data,
        text->date.size, "entry", text->entry.text, "line",
        (json_int_t)text->line, "reason", text->reason.data, text->reason.size,
        "should", text->should.data ? text->should.data : "", text->should.size,
        "stands", text->stands.data ? text->stands.data : "", text->stands.size,
        "v", VERSION);
    written = root ? json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
    json_decref(root);
    if (!written)
        return RESULT_NO_MEMORY;
    *out = written;
    return RESULT_OK;
}
