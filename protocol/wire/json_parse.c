/* Text to JSON and back: everything of field.h that knows no schema. */
#include "protocol/wire/field.h"

#include "protocol/base/limits.h"

#include <stdlib.h>
#include <string.h>

/*
 * The deepest nesting of brackets outside strings. It is measured before the
 * text is parsed, because the parser recurses.
 */
static bool is_too_deep(const char *text, size_t size)
{
    size_t depth = 0;
    bool in_string = false;

    for (size_t i = 0; i < size; i++) {
        const char c = text[i];

        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > LIMIT_JSON_DEPTH)
                return true;
        } else if ((c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return false;
}

/* The parser leaves its message empty when a node could not be allocated. */
static enum result parse_failure(const json_error_t *error)
{
    if (error->text[0] == '\0' ||
        json_error_code(error) == json_error_out_of_memory)
        return RESULT_NO_MEMORY;
    return RESULT_MALFORMED;
}

enum result message_parse(const char *text, size_t size, json_t **out)
{
    json_error_t error = { 0 };
    json_t *root = NULL;

    if (size > LIMIT_EVENT_SIZE || is_too_deep(text, size))
        return RESULT_TOO_LARGE;
    if (size == 0)
        return RESULT_MALFORMED;
    root = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return parse_failure(&error);
    if (!json_is_object(root)) {
        json_decref(root);
        return RESULT_MALFORMED;
    }
    *out = root;
    return RESULT_OK;
}

enum result message_text(const json_t *object, char **out, size_t *size)
{
    char *text = json_dumps(object, JSON_COMPACT);

    if (!text)
        return RESULT_NO_MEMORY;
    *out = text;
    *size = strlen(text);
    return RESULT_OK;
}

void message_memory_release(struct message_memory *memory)
{
    for (size_t i = 0; i < memory->block_count; i++)
        free(memory->blocks[i]);
    free(memory->blocks);
    json_decref(memory->root);
    *memory = (struct message_memory){ 0 };
}

const char *enum_word(const struct enum_words *words, int value)
{
    if (value <= 0 || value >= words->count || !words->words[value])
        return "?";
    return words->words[value];
}

int enum_value(const struct enum_words *words, struct text_view word)
{
    for (int value = 1; value < words->count; value++)
        if (words->words[value] && text_view_is(word, words->words[value]))
            return value;
    return 0;
}
