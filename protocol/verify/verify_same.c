#include "protocol/verify/verify_same.h"

#include <stdint.h>

/* The outermost object, objects and lists in turn: no deeper than facts are. */
enum { DEPTH_MAX = 24 };

static bool is_nothing(const json_t *told)
{
    return json_is_null(told) || json_is_false(told) ||
           (json_is_string(told) && json_string_length(told) == 0);
}

static bool is_within(const json_t *told, const json_t *whole, int depth);

static bool is_list_within(const json_t *told, const json_t *whole, int depth)
{
    size_t i, next = 0;

    for (i = 0; i < json_array_size(told); i++, next++) {
        while (next < json_array_size(whole) &&
               !is_within(json_array_get(told, i), json_array_get(whole, next),
                          depth))
            next++;
        if (next == json_array_size(whole))
            return false;
    }
    return true;
}

static bool is_object_within(const json_t *told, const json_t *whole, int depth)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)told, name, value)
    {
        const json_t *other = json_object_get(whole, name);

        if (!other || !is_within(value, other, depth))
            return false;
    }
    return true;
}

static bool is_within(const json_t *told, const json_t *whole, int depth)
{
    if (is_nothing(told))
        return true;
    if (depth == DEPTH_MAX)
        return false;
    if (json_is_array(told))
        return json_is_array(whole) && is_list_within(told, whole, depth + 1);
    if (json_is_object(told))
        return json_is_object(whole) &&
               is_object_within(told, whole, depth + 1);
    return json_equal(told, whole);
}

bool verify_same_as_far(const json_t *told, const json_t *whole)
{
    return is_within(told, whole, 0);
}
