#include "protocol/record/record_zip_write.h"

#include "protocol/base/limits.h"
#include "protocol/record/record_zip_read.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define FILE_OF(name, data)                                                    \
    {                                                                          \
        TEXT_LITERAL(name), TEXT_LITERAL(data)                                 \
    }

static void test_the_same_files_give_the_same_bytes_in_any_order(void **state)
{
    const struct record_zip_entry one[] = { FILE_OF("manifest.json", "{}"),
                                            FILE_OF("templates/biên-bản", "x"),
                                            FILE_OF("log/events.jsonl", "") };
    const struct record_zip_entry other[] = { one[2], one[0], one[1] };
    struct record_zip zip = { NULL, 0 };
    struct record_zip_failure failure;
    char *first = NULL, *second = NULL;
    size_t first_size = 0, second_size = 0;

    (void)state;
    assert_int_equal(record_zip_write(one, 3, &first, &first_size), RESULT_OK);
    assert_int_equal(record_zip_write(other, 3, &second, &second_size),
                     RESULT_OK);
    assert_int_equal(first_size, second_size);
    assert_memory_equal(first, second, first_size);
    assert_int_equal(record_zip_open((struct text_view){ first, first_size },
                                     &zip, &failure),
                     RESULT_OK);
    assert_int_equal(zip.count, 3);
    assert_true(text_view_is(zip.entries[0].name, "log/events.jsonl"));
    assert_int_equal(zip.entries[0].data.size, 0);
    assert_true(text_view_is(zip.entries[2].name, "templates/biên-bản"));
    assert_true(text_view_is(zip.entries[2].data, "x"));
    record_zip_release(&zip);
    free(first);
    free(second);
}

static void assert_not_written(const struct record_zip_entry *files,
                               size_t count, enum result result)
{
    char *bytes = NULL;
    size_t size = 0;

    assert_int_equal(record_zip_write(files, count, &bytes, &size), result);
    assert_null(bytes);
}

static void test_what_would_not_be_read_is_not_written(void **state)
{
    const struct record_zip_entry tricky[] = { FILE_OF("../x", "") };
    const struct record_zip_entry twice[] = { FILE_OF("x", "a"),
                                              FILE_OF("X", "b") };
    const struct record_zip_entry large[] = {
        { TEXT_LITERAL("a"), { "", LIMIT_RECORD_SIZE } },
    };

    (void)state;
    assert_not_written(tricky, 1, RESULT_INVALID);
    assert_not_written(twice, 2, RESULT_EXISTS);
    assert_not_written(large, 1, RESULT_TOO_LARGE);
    assert_not_written(twice, LIMIT_RECORD_FILES + 1, RESULT_TOO_LARGE);
    assert_not_written(twice, 0, RESULT_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_files_give_the_same_bytes_in_any_order),
        cmocka_unit_test(test_what_would_not_be_read_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
