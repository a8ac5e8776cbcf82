#include "protocol/line/line_wish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What the text is read as: NULL, or the field that is wrong. */
static const char *read(const char *text, struct line_wish *out)
{
    json_t *object = json_loads(text, 0, NULL);
    const char *fault;

    assert_non_null(object);
    fault = line_wish_read(object, out);
    json_decref(object);
    return fault;
}

static void what_is_missing_is_as_on_a_good_line(void **state)
{
    struct line_wish wish = { .bundle = 99 };

    (void)state;
    assert_null(read("{}", &wish));
    assert_true(line_wish_is_plain(&wish));
    assert_null(read("{\"bundle\":1,\"copies\":[],\"rate\":0,"
                     "\"one_voice\":false,\"lanes\":0}",
                     &wish));
    assert_true(line_wish_is_plain(&wish));
}

static void every_field_is_read(void **state)
{
    struct line_wish wish;

    (void)state;
    assert_null(read("{\"bundle\":2,\"copies\":[1,3],\"rate\":12000,"
                     "\"one_voice\":true,\"lanes\":5}",
                     &wish));
    assert_int_equal(wish.bundle, 2);
    assert_int_equal(wish.copy_count, 2);
    assert_int_equal(wish.copies[0], 1);
    assert_int_equal(wish.copies[1], 3);
    assert_int_equal(wish.rate, 12000);
    assert_true(wish.one_voice);
    assert_int_equal(wish.lanes, 5);
}

static void what_is_out_of_bounds_is_named(void **state)
{
    static const struct {
        const char *text, *field;
    } rows[] = {
        { "{\"bundle\":0}", "bundle" },
        { "{\"bundle\":7}", "bundle" },
        { "{\"bundle\":\"2\"}", "bundle" },
        { "{\"bundle\":-1}", "bundle" },
        { "{\"bundle\":4294967298}", "bundle" },
        { "{\"copies\":1}", "copies" },
        { "{\"copies\":[0]}", "copies" },
        { "{\"copies\":[5]}", "copies" },
        { "{\"copies\":[2,1]}", "copies" },
        { "{\"copies\":[1,1]}", "copies" },
        { "{\"copies\":[1,2,3]}", "copies" },
        { "{\"copies\":[1,null]}", "copies" },
        { "{\"rate\":5999}", "rate" },
        { "{\"rate\":32001}", "rate" },
        { "{\"rate\":true}", "rate" },
        { "{\"one_voice\":1}", "one_voice" },
        { "{\"lanes\":6}", "lanes" },
        { "{\"lanes\":1.5}", "lanes" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct line_wish wish = { .bundle = 99 };
        const char *field = read(rows[i].text, &wish);

        if (!field || strcmp(field, rows[i].field) != 0)
            fail_msg("%s: %s", rows[i].text, field ? field : "taken");
        assert_int_equal(wish.bundle, 99);
    }
}

static void what_is_written_is_read_as_the_same(void **state)
{
    static const struct line_wish rows[] = {
        { .bundle = 1 },
        { .bundle = 6, .copies = { 4 }, .copy_count = 1, .rate = 6000 },
        { .bundle = 2,
          .copies = { 1, 4 },
          .copy_count = 2,
          .rate = 32000,
          .one_voice = true,
          .lanes = 5 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *object = json_object();
        struct line_wish again;

        assert_true(line_wish_is_good(&rows[i]));
        assert_true(line_wish_write(&rows[i], object));
        assert_int_equal(json_object_size(object), 5);
        assert_null(line_wish_read(object, &again));
        assert_true(line_wish_equal(&rows[i], &again));
        json_decref(object);
    }
}

static void wishes_that_differ_anywhere_are_not_equal(void **state)
{
    const struct line_wish wish = { .bundle = 2,
                                    .copies = { 1, 3 },
                                    .copy_count = 2 };
    struct line_wish other;

    (void)state;
    other = wish;
    other.bundle = 3;
    assert_false(line_wish_equal(&wish, &other));
    other = wish;
    other.copies[1] = 4;
    assert_false(line_wish_equal(&wish, &other));
    other = wish;
    other.copy_count = 1;
    assert_false(line_wish_equal(&wish, &other));
    other = wish;
    other.rate = 6000;
    assert_false(line_wish_equal(&wish, &other));
    other = wish;
    other.one_voice = true;
    assert_false(line_wish_equal(&wish, &other));
    other = wish;
    other.lanes = 1;
    assert_false(line_wish_equal(&wish, &other));
    assert_false(line_wish_is_plain(&wish));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_as_on_a_good_line),
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(what_is_out_of_bounds_is_named),
        cmocka_unit_test(what_is_written_is_read_as_the_same),
        cmocka_unit_test(wishes_that_differ_anywhere_are_not_equal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
