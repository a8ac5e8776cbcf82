#include "protocol/wire/field_path.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

size_t field_path_push_name(struct field_path *path, const char *name)
{
    const size_t before = path->size;
    const size_t left = sizeof path->text - before;
    const int length =
        snprintf(&path->text[before], left, "%s%s", before ? "." : "", name);

    assert(length > 0 && (size_t)length < left);
    path->size += (size_t)length;
    return before;
}

size_t field_path_push_index(struct field_path *path, size_t i)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%zu", i);

    assert(length > 0 && (size_t)length < sizeof digits);
    return field_path_push_name(path, digits);
}

void field_path_cut(struct field_path *path, size_t size)
{
    path->size = size;
    path->text[size] = '\0';
}

bool field_path_take(struct text_view *path, struct text_view *step)
{
    const char *dot = path->size ? memchr(path->data, '.', path->size) : NULL;
    size_t size = path->size;

    if (dot)
        size = (size_t)(dot - path->data);
    if (size == 0 || size + 1 == path->size)
        return false;
    *step = (struct text_view){ path->data, size };
    if (dot)
        *path = (struct text_view){ dot + 1, path->size - size - 1 };
    else
        *path = (struct text_view){ "", 0 };
    return true;
}

bool field_path_index(struct text_view step, size_t limit, size_t *out)
{
    size_t value = 0;

    if (step.size == 0 || (step.size > 1 && step.data[0] == '0'))
        return false;
    for (size_t i = 0; i < step.size; i++) {
        const char digit = step.data[i];

        if (digit < '0' || digit > '9')
            return false;
        value = value * 10 + (size_t)(digit - '0');
        if (value >= limit)
            return false;
    }
    *out = value;
    return true;
}
