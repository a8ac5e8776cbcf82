#include "tests/support/lying/lies.h"

#include "tests/support/lying/forged.h"
#include "tests/support/lying/gathered.h"
#include "tests/support/lying/json_path.h"
#include "tests/support/lying/must.h"
#include "tests/support/lying/unchecked.h"

#include <stdlib.h>
#include <string.h>

static struct lie *lies;
static json_t *hello;

void lies_forget(void)
{
    while (lies) {
        struct lie *lie = lies;

        lies = lie->next;
        false_log_free(lie->history);
        json_decref(lie->terms);
        free(lie);
    }
    json_decref(hello);
    hello = NULL;
    unchecked_set(NULL);
    forged_set(NULL);
    gathered_set(NULL);
}

static struct lie *find(const char *log, const json_t *to)
{
    struct lie *lie = lies;

    while (lie && (strcmp(json_text(lie->terms, "log"), log) != 0 ||
                   !json_equal(json_object_get(lie->terms, "to"), to)))
        lie = lie->next;
    return lie;
}

static void add(json_t *terms)
{
    struct lie *beside =
        find(json_text(terms, "beside"), json_object_get(terms, "to"));
    const json_t *until = json_object_get(terms, "until");
    struct lie *lie = calloc(1, sizeof *lie);

    must(lie);
    lie->terms = json_incref(terms);
    lie->history =
        false_log_new(json_text(terms, "log"), json_object_get(terms, "edits"),
                      until ? (uint64_t)json_integer_value(until) : UINT64_MAX,
                      beside ? beside->history : NULL);
    lie->next = lies;
    lies = lie;
}

bool lies_take(json_t *operation)
{
    const char *op = json_text(operation, "op");

    if (strcmp(op, "truth") == 0) {
        lies_forget();
    } else if (strcmp(op, "lie") != 0) {
        return false;
    } else if (json_object_get(operation, "hello")) {
        json_decref(hello);
        hello = json_incref(json_object_get(operation, "hello"));
    } else if (json_object_get(operation, "unchecked")) {
        unchecked_set(json_object_get(operation, "unchecked"));
    } else if (json_object_get(operation, "forged")) {
        forged_set(json_object_get(operation, "forged"));
    } else if (json_object_get(operation, "gathered")) {
        gathered_set(json_object_get(operation, "gathered"));
    } else {
        add(operation);
    }
    return true;
}

static bool has_word(const json_t *terms, const char *list, const char *word)
{
    json_t *entry;
    size_t i;

    json_array_foreach(json_object_get(terms, list), i, entry)
    {
        if (strcmp(json_string_value(entry), word) == 0)
            return true;
    }
    return false;
}

const struct lie *lies_find(const char *log, const char *holder)
{
    const struct lie *lie = lies;

    while (lie && (strcmp(json_text(lie->terms, "log"), log) != 0 ||
                   !has_word(lie->terms, "to", holder)))
        lie = lie->next;
    return lie;
}

json_t *lies_hello(void) { return hello; }

bool lie_withholds(const struct lie *lie, const char *frame)
{
    return has_word(lie->terms, "withholds", frame);
}

bool lie_swallows(const struct lie *lie, const char *op)
{
    return has_word(lie->terms, "swallows", op);
}

bool lie_holds(const struct lie *lie, const char *op)
{
    return has_word(lie->terms, "holds", op);
}

bool lie_denies(const struct lie *lie)
{
    return json_is_true(json_object_get(lie->terms, "denies"));
}
