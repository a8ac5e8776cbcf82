#include "tests/support/lying/json_path.h"

#include "tests/support/lying/must.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_SIZE = 64 };

/* The step that begins at *path, which moves behind it. */
static void take_step(const char **path, char step[STEP_SIZE])
{
    size_t size = strcspn(*path, ".");

    must(size < STEP_SIZE);
    memcpy(step, *path, size);
    step[size] = '\0';
    *path += size + ((*path)[size] == '.');
}

static json_t *go(json_t *from, const char *step)
{
    if (json_is_array(from))
        return json_array_get(from, strtoul(step, NULL, 10));
    return json_object_get(from, step);
}

json_t *json_at(json_t *root, const char *path)
{
    char step[STEP_SIZE];

    while (root && path[0] != '\0') {
        take_step(&path, step);
        root = go(root, step);
    }
    return root;
}

/* Behind the last element of an array is a place, too. */
static bool put_last(json_t *parent, const char *step, json_t *value)
{
    size_t i = strtoul(step, NULL, 10);

    if (!json_is_array(parent))
        return json_object_set_new(parent, step, value) == 0;
    if (i == json_array_size(parent))
        return json_array_append_new(parent, value) == 0;
    return json_array_set_new(parent, i, value) == 0;
}

static bool put(json_t *root, const char *path, const json_t *value)
{
    char step[STEP_SIZE];
    json_t *copy;

    for (take_step(&path, step); path[0] != '\0'; take_step(&path, step))
        root = go(root, step);
    copy = json_deep_copy(value);
    must(copy);
    return put_last(root, step, copy);
}

bool json_put_all(json_t *root, json_t *values)
{
    const char *path;
    json_t *value;

    json_object_foreach(values, path, value)
    {
        if (!put(root, path, value))
            return false;
    }
    return true;
}

bool json_has_all(const json_t *object, json_t *fields)
{
    const char *name;
    json_t *value;

    json_object_foreach(fields, name, value)
    {
        if (!json_equal(json_object_get(object, name), value))
            return false;
    }
    return true;
}

const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

char *json_compact(const json_t *value, size_t *size)
{
    char *text = json_dumps(value, JSON_COMPACT);

    must(text);
    *size = strlen(text);
    return text;
}
