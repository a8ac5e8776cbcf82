#include "protocol/base/identifier.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool key_equal(const struct key *a, const struct key *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool key_is_zero(const struct key *key)
{
    static const struct key zero;

    return key_equal(key, &zero);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool identifier_equal(const struct identifier *a, const struct identifier *b)
{
    return strcmp(a->text, b->text) == 0;
}

bool identifier_is(const struct identifier *a, const char *text)
{
    return strcmp(a->text, text) == 0;
}

bool identifier_is_empty(const struct identifier *id)
{
    return id->text[0] == '\0';
}

static bool is_identifier_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
}

enum result identifier_parse(struct text_view text, struct identifier *out)
{
    struct identifier id = { "" };

    if (text.size == 0 || text.size >= IDENTIFIER_SIZE)
        return RESULT_MALFORMED;
    for (size_t i = 0; i < text.size; i++)
        if (!is_identifier_character(text.data[i]))
            return RESULT_MALFORMED;
    memcpy(id.text, text.data, text.size);
    *out = id;
    return RESULT_OK;
}

enum result identifier_parse_optional(struct text_view text,
                                      struct identifier *out)
{
    if (text.size)
        return identifier_parse(text, out);
    *out = (struct identifier){ "" };
    return RESULT_OK;
}

void identifier_number(struct identifier *out, const char *prefix,
                       uint64_t number)
{
    struct identifier id = { "" };
    const int length =
        snprintf(id.text, sizeof id.text, "%s%" PRIu64, prefix, number);

    assert(length > 0 && length < IDENTIFIER_SIZE);
    *out = id;
}

struct text_view identifier_view(const struct identifier *id)
{
    return text_view_of(id->text);
}
