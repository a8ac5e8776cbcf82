#include "protocol/line/line_wish.h"

struct line_wish line_wish_plain(void)
{
    return (struct line_wish){ .bundle = 1 };
}

bool line_wish_equal(const struct line_wish *a, const struct line_wish *b)
{
    size_t i;

    if (a->bundle != b->bundle || a->copy_count != b->copy_count ||
        a->rate != b->rate || a->one_voice != b->one_voice ||
        a->lanes != b->lanes)
        return false;
    for (i = 0; i < a->copy_count; i++)
        if (a->copies[i] != b->copies[i])
            return false;
    return true;
}

bool line_wish_is_plain(const struct line_wish *wish)
{
    const struct line_wish plain = line_wish_plain();

    return line_wish_equal(wish, &plain);
}

/* The field that is out of its bounds, or NULL. */
static const char *find_fault(const struct line_wish *wish)
{
    unsigned least = 1;
    size_t i;

    if (wish->bundle < 1 || wish->bundle > LIMIT_LINE_BUNDLE)
        return "bundle";
    if (wish->copy_count > LIMIT_LINE_COPIES)
        return "copies";
    for (i = 0; i < wish->copy_count; i++) {
        if (wish->copies[i] < least || wish->copies[i] > LIMIT_LINE_OFFSET)
            return "copies";
        least = wish->copies[i] + 1;
    }
    if (wish->rate != 0 &&
        (wish->rate < LIMIT_LINE_RATE_MIN || wish->rate > LIMIT_LINE_RATE_MAX))
        return "rate";
    return wish->lanes > LIMIT_LANES ? "lanes" : NULL;
}

bool line_wish_is_good(const struct line_wish *wish)
{
    return find_fault(wish) == NULL;
}

/* Absent: stays as it is. False: not a number that could be one. */
static bool read_number(const json_t *value, unsigned *out)
{
    json_int_t number;

    if (!value)
        return true;
    number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > LIMIT_LINE_RATE_MAX)
        return false;
    *out = (unsigned)number;
    return true;
}

static bool read_copies(const json_t *value, struct line_wish *out)
{
    size_t i, count = json_array_size(value);

    if (!value)
        return true;
    if (!json_is_array(value) || count > LIMIT_LINE_COPIES)
        return false;
    for (i = 0; i < count; i++)
        if (!read_number(json_array_get(value, i), &out->copies[i]))
            return false;
    out->copy_count = count;
    return true;
}

const char *line_wish_read(const json_t *object, struct line_wish *out)
{
    const json_t *one_voice = json_object_get(object, "one_voice");
    struct line_wish wish = line_wish_plain();
    const char *fault;

    if (!read_number(json_object_get(object, "bundle"), &wish.bundle))
        return "bundle";
    if (!read_copies(json_object_get(object, "copies"), &wish))
        return "copies";
    if (!read_number(json_object_get(object, "rate"), &wish.rate))
        return "rate";
    if (one_voice && !json_is_boolean(one_voice))
        return "one_voice";
    if (!read_number(json_object_get(object, "lanes"), &wish.lanes))
        return "lanes";
    wish.one_voice = json_is_true(one_voice);
    fault = find_fault(&wish);
    if (!fault)
        *out = wish;
    return fault;
}

bool line_wish_write(const struct line_wish *wish, json_t *object)
{
    json_t *copies = json_array();
    bool is_done = copies != NULL;
    size_t i;

    for (i = 0; i < wish->copy_count; i++)
        is_done &= !json_array_append_new(
            copies, json_integer((json_int_t)wish->copies[i]));
    is_done &= !json_object_set_new(object, "bundle",
                                    json_integer((json_int_t)wish->bundle));
    is_done &= !json_object_set_new(object, "copies", copies);
    is_done &= !json_object_set_new(object, "rate",
                                    json_integer((json_int_t)wish->rate));
    is_done &= !json_object_set_new(object, "one_voice",
                                    json_boolean(wish->one_voice));
    is_done &= !json_object_set_new(object, "lanes",
                                    json_integer((json_int_t)wish->lanes));
    return is_done;
}
