#include "protocol/verify/verify_names.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static struct sealed opened(const char *text)
{
    return (struct sealed){ .value = text_view_of(text), .has_value = true };
}

static void the_newest_name_holds(void **state)
{
    const struct identifier m1 = { "m1" }, m2 = { "m2" };
    struct verify_names names = { .names = NULL };
    struct sealed name = opened("Đảng viên Mẫu 01");

    (void)state;
    assert_null(verify_names_find(&names, &m1));
    assert_int_equal(verify_names_set(&names, &m1, &name), RESULT_OK);
    name = opened("Đảng viên Mẫu 02");
    assert_int_equal(verify_names_set(&names, &m2, &name), RESULT_OK);
    name = opened("Đảng viên Mẫu đã đổi");
    assert_int_equal(verify_names_set(&names, &m1, &name), RESULT_OK);
    assert_string_equal(verify_names_find(&names, &m1), "Đảng viên Mẫu đã đổi");
    assert_string_equal(verify_names_find(&names, &m2), "Đảng viên Mẫu 02");
    verify_names_release(&names);
    assert_null(verify_names_find(&names, &m1));
}

static void what_is_hidden_or_empty_changes_nothing(void **state)
{
    const struct identifier m1 = { "m1" }, nobody = { "" };
    struct verify_names names = { .names = NULL };
    const struct sealed hidden = { .has_value = false }, empty = opened(""),
                        name = opened("Đảng viên Mẫu 01");

    (void)state;
    assert_int_equal(verify_names_set(&names, &m1, &name), RESULT_OK);
    assert_int_equal(verify_names_set(&names, &m1, &hidden), RESULT_OK);
    assert_int_equal(verify_names_set(&names, &m1, &empty), RESULT_OK);
    assert_int_equal(verify_names_set(&names, &nobody, &name), RESULT_OK);
    assert_string_equal(verify_names_find(&names, &m1), "Đảng viên Mẫu 01");
    assert_int_equal(names.count, 1);
    verify_names_release(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_name_holds),
        cmocka_unit_test(what_is_hidden_or_empty_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
