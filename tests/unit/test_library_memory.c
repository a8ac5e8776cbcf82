#include "server/net/library_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

static void memory_of_any_size_can_be_used_grown_and_given_back(void **state)
{
    static const size_t sizes[] = { 1, 100, 16383, 16384, 20020, 1 << 20 };

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *bytes = library_memory_allocate(NULL, sizes[i], "test");

        assert_non_null(bytes);
        memset(bytes, 0xa5, sizes[i]);
        bytes = library_memory_allocate(bytes, sizes[i] + 30000, "test");
        assert_non_null(bytes);
        for (size_t k = 0; k < sizes[i]; k++)
            assert_int_equal(bytes[k], 0xa5);
        assert_null(library_memory_allocate(bytes, 0, "test"));
    }
    assert_null(library_memory_allocate(NULL, 0, "test"));
}

static void a_large_new_buffer_leaves_its_neighbours_alone(void **state)
{
    uint8_t *before = library_memory_allocate(NULL, 5000, "test");

    (void)state;
    assert_non_null(before);
    memset(before, 1, 5000);
    uint8_t *large = library_memory_allocate(NULL, 20020, "test");
    uint8_t *after = library_memory_allocate(NULL, 5000, "test");
    assert_non_null(large);
    assert_non_null(after);
    memset(after, 2, 5000);
    library_memory_allocate(large, 0, "test");
    large = library_memory_allocate(NULL, 20020, "test");
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(before[i], 1);
        assert_int_equal(after[i], 2);
    }
    library_memory_allocate(before, 0, "test");
    library_memory_allocate(large, 0, "test");
    library_memory_allocate(after, 0, "test");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_of_any_size_can_be_used_grown_and_given_back),
        cmocka_unit_test(a_large_new_buffer_leaves_its_neighbours_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
