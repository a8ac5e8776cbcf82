#include "protocol/meeting/identifier_index.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

static void thousands_of_ids_are_found_where_they_were_put(void **state)
{
    struct identifier_index index = { NULL, 0, 0 };
    struct identifier id;
    size_t i;

    (void)state;
    for (i = 0; i < 5000; i++) {
        identifier_number(&id, "m", i);
        assert_int_equal(identifier_index_add(&index, &id, i), RESULT_OK);
    }
    for (i = 0; i < 5000; i++) {
        identifier_number(&id, "m", i);
        assert_int_equal(identifier_index_find(&index, &id), i);
    }
    identifier_number(&id, "m", 5000);
    assert_true(identifier_index_find(&index, &id) == IDENTIFIER_NOWHERE);
    identifier_index_release(&index);
}

static void an_id_has_one_position(void **state)
{
    struct identifier_index index = { NULL, 0, 0 };
    struct identifier id;

    (void)state;
    identifier_number(&id, "m", 1);
    assert_int_equal(identifier_index_add(&index, &id, 7), RESULT_OK);
    assert_int_equal(identifier_index_add(&index, &id, 8), RESULT_EXISTS);
    assert_int_equal(identifier_index_find(&index, &id), 7);
    identifier_index_release(&index);
}

static void the_empty_id_is_never_in_an_index(void **state)
{
    struct identifier_index index = { NULL, 0, 0 };
    struct identifier none = { "" }, id;

    (void)state;
    assert_int_equal(identifier_index_add(&index, &none, 0), RESULT_INVALID);
    assert_true(identifier_index_find(&index, &none) == IDENTIFIER_NOWHERE);
    identifier_number(&id, "m", 1);
    assert_int_equal(identifier_index_add(&index, &id, 0), RESULT_OK);
    assert_true(identifier_index_find(&index, &none) == IDENTIFIER_NOWHERE);
    identifier_index_release(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thousands_of_ids_are_found_where_they_were_put),
        cmocka_unit_test(an_id_has_one_position),
        cmocka_unit_test(the_empty_id_is_never_in_an_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
