#include "protocol/verify/verify_same.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_within(const char *told, const char *whole)
{
    json_t *one = json_loads(told, JSON_DECODE_ANY, NULL);
    json_t *other = json_loads(whole, JSON_DECODE_ANY, NULL);
    bool is_right;

    assert_non_null(one);
    assert_non_null(other);
    is_right = verify_same_as_far(one, other);
    json_decref(one);
    json_decref(other);
    return is_right;
}

static void what_is_hidden_may_be_anything(void **state)
{
    (void)state;
    assert_true(is_within("{\"a\":\"\",\"b\":null,\"c\":false}",
                          "{\"a\":\"x\",\"b\":{\"d\":1},\"c\":true}"));
    assert_true(is_within("{\"a\":1}", "{\"a\":1,\"more\":2}"));
}

static void what_is_told_is_the_same(void **state)
{
    (void)state;
    assert_true(
        is_within("{\"a\":{\"b\":[1,\"x\"]}}", "{\"a\":{\"b\":[1,\"x\"]}}"));
    assert_false(is_within("{\"a\":1}", "{\"a\":2}"));
    assert_false(is_within("{\"a\":\"x\"}", "{\"a\":\"y\"}"));
    assert_false(is_within("{\"a\":true}", "{\"a\":false}"));
    assert_false(is_within("{\"a\":1}", "{}"));
    assert_false(is_within("{\"a\":\"\"}", "{}"));
    assert_false(is_within("{\"a\":[]}", "{\"a\":{}}"));
    assert_false(is_within("{\"a\":{}}", "{\"a\":1}"));
}

static void lines_may_be_missing_and_no_other_is_there(void **state)
{
    (void)state;
    assert_true(is_within("[2,4]", "[1,2,3,4]"));
    assert_true(is_within("[{\"s\":1,\"t\":\"\"},{\"s\":2}]",
                          "[{\"s\":1,\"t\":\"x\"},{\"s\":2}]"));
    assert_false(is_within("[4,2]", "[1,2,3,4]"));
    assert_false(is_within("[2,2]", "[1,2,3]"));
    assert_false(is_within("[1]", "[]"));
}

static void what_is_too_deep_is_not_the_same(void **state)
{
    char told[82] = "";

    (void)state;
    memset(told, '[', 40);
    told[40] = '1';
    memset(&told[41], ']', 40);
    assert_false(is_within(told, told));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_hidden_may_be_anything),
        cmocka_unit_test(what_is_told_is_the_same),
        cmocka_unit_test(lines_may_be_missing_and_no_other_is_there),
        cmocka_unit_test(what_is_too_deep_is_not_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
