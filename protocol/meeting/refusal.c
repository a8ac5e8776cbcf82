#include "protocol/meeting/refusal.h"

#include "protocol/rules/rule_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct refusal_row {
    const char *code;
    const char *rule;
    const char *message;
};

static const struct refusal_row rows[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = { "none", "", "" },
#define REFUSAL_ROW(NAME, code, rule, message)                                 \
    [REFUSAL_##NAME] = { #code, rule, message },
    REFUSAL_LIST(REFUSAL_ROW)
#undef REFUSAL_ROW
};

struct rule_row {
    const char *rule;
    const char *place;
    const char *words;
};

static const struct rule_row rules[] = {
#define RULE_ROW(NAME, rule, place, words) { #rule, place, words },
    REFUSAL_RULE_LIST(RULE_ROW)
#undef RULE_ROW
};

static const struct refusal_row *row_of(enum refusal_code code)
{
    return code < REFUSAL_COUNT ? &rows[code] : &rows[REFUSAL_NONE];
}

void refusal_set(struct refusal *refusal, enum refusal_code code)
{
    *refusal = (struct refusal){ .code = code };
}

/* The largest size up to `max` that does not cut a code point in two. */
static size_t cut_at_code_point(struct text_view text, size_t max)
{
    size_t size = text.size;

    if (size <= max)
        return size;
    size = max;
    while (size > 0 && ((unsigned char)text.data[size] & 0xc0) == 0x80)
        size--;
    return size;
}

void refusal_add_text(struct refusal *refusal, const char *name,
                      struct text_view text)
{
    size_t size;

    if (refusal->arg_count >= REFUSAL_ARGS_MAX)
        return;
    size = cut_at_code_point(text, sizeof refusal->args[0].text - 1);
    if (size > 0)
        memcpy(refusal->args[refusal->arg_count].text, text.data, size);
    refusal->args[refusal->arg_count].text[size] = '\0';
    refusal->args[refusal->arg_count].name = name;
    refusal->arg_count++;
}

void refusal_add_number(struct refusal *refusal, const char *name,
                        uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    refusal_add_text(refusal, name, text_view_of(text));
}

const char *refusal_argument(const char *name)
{
    static const char *const names[] = {
        "ballot",   "category", "changed",  "channel", "count",   "criterion",
        "date",     "device",   "form",     "have",    "id",      "ids",
        "item",     "kind",     "last",     "matter",  "max",     "meeting",
        "member",   "min",      "mode",     "name",    "need",    "next",
        "number",   "of",       "office",   "part",    "path",    "points",
        "position", "problem",  "retry_ms", "role",    "room",    "rule",
        "ruleset",  "seats",    "seconds",  "seq",     "state",   "sum",
        "ticked",   "type",     "unit",     "upto",    "version", "vote",
        "what",     "who",
    };
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return names[i];
    return NULL;
}

const char *refusal_code_text(enum refusal_code code)
{
    return row_of(code)->code;
}

const char *refusal_rule(enum refusal_code code) { return row_of(code)->rule; }

static const struct rule_row *rule_of(enum refusal_code code)
{
    static const struct rule_row none = { "", "", "" };
    size_t i;

    for (i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].rule, refusal_rule(code)) == 0)
            return &rules[i];
    return &none;
}

const char *refusal_rule_words(enum refusal_code code)
{
    return rule_of(code)->words;
}

const char *refusal_rule_place(enum refusal_code code)
{
    return rule_of(code)->place;
}

const char *refusal_message(enum refusal_code code)
{
    return row_of(code)->message;
}

enum refusal_code refusal_code_of(struct text_view code)
{
    unsigned i;

    for (i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
        if (text_view_is(code, rows[i].code))
            return (enum refusal_code)i;
    }
    return REFUSAL_NONE;
}

/* By its name; a rule of a later version by its place. */
static const char *rule_named(const char *place)
{
    const enum rule_id rule = rule_id_read(text_view_of(place));

    return rule == rule_id_none_ ? place : rule_name(rule, false);
}

/* The argument whose name stands at `name`, of `size` bytes, as a person reads
 * it; NULL if none. "words" is the rule itself. */
static const char *argument(const struct refusal *refusal, const char *name,
                            size_t size)
{
    int i;

    if (size == strlen("words") && memcmp(name, "words", size) == 0)
        return refusal_rule_words(refusal->code);

    for (i = 0; i < refusal->arg_count; i++) {
        if (strlen(refusal->args[i].name) == size &&
            memcmp(refusal->args[i].name, name, size) == 0)
            return strcmp(refusal->args[i].name, "rule") == 0
                       ? rule_named(refusal->args[i].text)
                       : refusal->args[i].text;
    }
    return NULL;
}

const char *refusal_suffix(const struct refusal *refusal)
{
    if (argument(refusal, "rule", strlen("rule")))
        return strstr(refusal_message(refusal->code), "{rule}") != NULL
                   ? NULL
                   : REFUSAL_RULE_SUFFIX;
    return refusal->code == REFUSAL_NONE ? NULL : REFUSAL_WORDS_SUFFIX;
}

/* Copies the message with its arguments put in; one without a value stays as it
 * is. How much was written. */
static size_t fill_message(const struct refusal *refusal, const char *from,
                           char *out, size_t max)
{
    size_t size = 0;

    while (*from != '\0' && size + 1 < max) {
        const char *end = *from == '{' ? strchr(from, '}') : NULL;
        const char *text =
            end ? argument(refusal, from + 1, (size_t)(end - from - 1)) : NULL;
        size_t length = text ? strlen(text) : 1;

        if (size + length >= max)
            break;
        memcpy(out + size, text ? text : from, length);
        size += length;
        from = text ? end + 1 : from + 1;
    }
    out[size] = '\0';
    return size;
}

json_t *refusal_to_json(const struct refusal *refusal)
{
    /* The longest message and six full arguments. */
    char message[1024];
    json_t *args = json_object();
    const char *suffix = refusal_suffix(refusal);
    size_t size;
    int i;

    if (!args)
        return NULL;
    for (i = 0; i < refusal->arg_count; i++) {
        if (json_object_set_new(args, refusal->args[i].name,
                                json_string(refusal->args[i].text)) != 0) {
            json_decref(args);
            return NULL;
        }
    }
    size = fill_message(refusal, refusal_message(refusal->code), message,
                        sizeof message);
    if (suffix)
        (void)fill_message(refusal, suffix, message + size,
                           sizeof message - size);
    return json_pack(
        "{s:s, s:s, s:o, s:s}", "code", refusal_code_text(refusal->code),
        "rule", refusal_rule(refusal->code), "args", args, "message", message);
}
