/*
 * Prints the tables of the protocol as JSON, so that a test can hold
 * protocol/README.md against the code:
 *
 *   {"meeting_events": [MESSAGE...], "register_events": [...],
 *    "meeting_commands": [...], "register_commands": [...], "lists": [...],
 *    "refusals": [{"code", "rule", "words", "place", "message"}...],
 *    "statements": [{"tag", "fields"}...]}
 *   MESSAGE: {"name", "signed" (commands), "fields": [FIELD...]}
 *   FIELD: {"name", "type", "max" (what it is limited to), "words" (enum),
 *           "items" (name of the list's elements), "audience" (sealed)}
 */
#include "tests/support/schema_list.h"

#include "protocol/meeting/refusal.h"
#include "protocol/record/statement.h"
#include "protocol/wire/schema_bounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const group_names[] = {
    [SCHEMA_MEETING_EVENT] = "meeting_events",
    [SCHEMA_REGISTER_EVENT] = "register_events",
    [SCHEMA_MEETING_COMMAND] = "meeting_commands",
    [SCHEMA_REGISTER_COMMAND] = "register_commands",
};
enum { GROUP_COUNT = sizeof group_names / sizeof group_names[0] };

static const char *const type_names[] = {
    [FIELD_NUMBER] = "number",
    [FIELD_TIME] = "time",
    [FIELD_FLAG] = "flag",
    [FIELD_ID] = "id",
    [FIELD_OPTIONAL_ID] = "optional_id",
    [FIELD_KEY] = "key",
    [FIELD_HASH] = "hash",
    [FIELD_SIGNATURE] = "signature",
    [FIELD_TEXT] = "text",
    [FIELD_ENUM] = "enum",
    [FIELD_OPTIONAL_ENUM] = "optional_enum",
    [FIELD_SEALED] = "sealed",
    [FIELD_ACT] = "act",
    [FIELD_ITEMS] = "items",
    [FIELD_LATER_NUMBER] = "later_number",
    [FIELD_LATER_ENUM] = "later_enum",
};

static const char *const audience_names[] = {
    [AUDIENCE_NONE] = "none",       [AUDIENCE_ALL] = "all",
    [AUDIENCE_MEMBERS] = "members", [AUDIENCE_PRESIDING] = "presiding",
    [AUDIENCE_MINUTES] = "minutes",
};

static void die(const char *what)
{
    fprintf(stderr, "describe_protocol: %s\n", what);
    exit(1);
}

/* Both take `value`. */
static void set(json_t *object, const char *name, json_t *value)
{
    if (json_object_set_new(object, name, value))
        die("out of memory");
}

static void append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value))
        die("out of memory");
}

static json_t *describe_words(const struct enum_words *words)
{
    json_t *array = json_array();

    for (int value = 1; value < words->count; value++)
        append(array, json_string(enum_word(words, value)));
    return array;
}

static uint64_t limit_of(const struct field *field)
{
    if (field->type == FIELD_ITEMS)
        return items_count_max(field);
    if ((field->type == FIELD_NUMBER || field->type == FIELD_LATER_NUMBER) &&
        field->max == 0)
        return (uint64_t)WIRE_NUMBER_MAX;
    return field->max;
}

static json_t *describe_field(const struct field *field)
{
    json_t *object = json_object();
    const uint64_t limit = limit_of(field);

    set(object, "name", json_string(field->name));
    set(object, "type", json_string(type_names[field->type]));
    if (limit)
        set(object, "max", json_integer((json_int_t)limit));
    if (field->type == FIELD_ENUM || field->type == FIELD_OPTIONAL_ENUM ||
        field->type == FIELD_LATER_ENUM)
        set(object, "words", describe_words(field->words));
    if (field->type == FIELD_ITEMS)
        set(object, "items", json_string(field->items->name));
    if (field->type == FIELD_SEALED)
        set(object, "audience", json_string(audience_names[field->audience]));
    return object;
}

static bool has_name(const json_t *lists, const char *name)
{
    for (size_t i = 0; i < json_array_size(lists); i++) {
        const json_t *entry = json_array_get(lists, i);

        if (strcmp(json_string_value(json_object_get(entry, "name")), name) ==
            0)
            return true;
    }
    return false;
}

/* Describes `schema`, and puts the elements of its lists into `lists`. */
static json_t *describe_schema(const struct schema *schema, json_t *lists)
{
    json_t *object = json_object();
    json_t *fields = json_array();

    set(object, "name", json_string(schema->name));
    for (size_t i = 0; i < schema->field_count; i++) {
        const struct field *field = &schema->fields[i];

        append(fields, describe_field(field));
        if (field->type == FIELD_ITEMS && !has_name(lists, field->items->name))
            append(lists, describe_schema(field->items, lists));
    }
    set(object, "fields", fields);
    return object;
}

static json_t *describe_refusals(void)
{
    json_t *array = json_array();

    for (int i = REFUSAL_NONE + 1; i < REFUSAL_COUNT; i++) {
        const enum refusal_code code = (enum refusal_code)i;
        json_t *object = json_object();

        set(object, "code", json_string(refusal_code_text(code)));
        set(object, "rule", json_string(refusal_rule(code)));
        set(object, "words", json_string(refusal_rule_words(code)));
        set(object, "place", json_string(refusal_rule_place(code)));
        set(object, "message", json_string(refusal_message(code)));
        append(array, object);
    }
    return array;
}

static json_t *describe_statements(void)
{
    json_t *array = json_array();

    for (int i = STATEMENT_NONE + 1; i < STATEMENT_KIND_COUNT; i++) {
        const enum statement_kind kind = (enum statement_kind)i;
        json_t *object = json_object();

        set(object, "tag", json_string(statement_tag(kind)));
        set(object, "fields", json_string(statement_fields(kind)));
        append(array, object);
    }
    return array;
}

int main(void)
{
    json_t *root = json_object();
    json_t *lists = json_array();
    struct schema_entry entry;

    for (size_t i = 0; i < GROUP_COUNT; i++)
        set(root, group_names[i], json_array());
    for (size_t i = 0; schema_list_at(i, &entry); i++) {
        json_t *message = describe_schema(entry.schema, lists);

        if (schema_list_is_command(&entry))
            set(message, "signed", json_boolean(entry.is_signed));
        append(json_object_get(root, group_names[entry.group]), message);
    }
    set(root, "lists", lists);
    set(root, "refusals", describe_refusals());
    set(root, "statements", describe_statements());
    if (json_dumpf(root, stdout, JSON_INDENT(2)))
        die("cannot write");
    json_decref(root);
    return putchar('\n') == EOF || fflush(stdout) == EOF;
}
