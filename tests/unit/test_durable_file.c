#include "client/core/durable_file.h"

#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

static const uint8_t first[] = "biên bản";
static const uint8_t second[] = "biên bản số 2";

static int set_up(void **state)
{
    struct scratch_folder *folder = calloc(1, sizeof *folder);

    assert_non_null(folder);
    scratch_folder_make(folder);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    struct scratch_folder *folder = *state;

    scratch_folder_remove(folder);
    free(folder);
    return 0;
}

static void assert_content(const char *path, const uint8_t *bytes, size_t size)
{
    uint8_t *read = NULL;
    size_t read_size = 0;

    assert_int_equal(durable_file_read(path, 1024, &read, &read_size),
                     RESULT_OK);
    assert_int_equal(read_size, size);
    assert_memory_equal(read, bytes, size);
    free(read);
}

static void a_new_file_is_whole_and_private(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "a");
    struct stat status;

    assert_int_equal(durable_file_create(path.text, first, sizeof first),
                     RESULT_OK);
    assert_content(path.text, first, sizeof first);
    assert_int_equal(stat(path.text, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(scratch_folder_count(*state), 1);
}

static void an_empty_file_is_a_file(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "a");

    assert_int_equal(durable_file_create(path.text, NULL, 0), RESULT_OK);
    assert_content(path.text, first, 0);
}

static void creating_does_not_touch_what_is_there(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "a");

    assert_int_equal(durable_file_create(path.text, first, sizeof first),
                     RESULT_OK);
    assert_int_equal(durable_file_create(path.text, second, sizeof second),
                     RESULT_EXISTS);
    assert_content(path.text, first, sizeof first);
    assert_int_equal(scratch_folder_count(*state), 1);
}

static void replacing_puts_the_new_in_the_place_of_the_old(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "a");

    assert_int_equal(durable_file_replace(path.text, first, sizeof first),
                     RESULT_OK);
    assert_int_equal(durable_file_replace(path.text, second, sizeof second),
                     RESULT_OK);
    assert_content(path.text, second, sizeof second);
    assert_int_equal(scratch_folder_count(*state), 1);
}

static void a_failure_leaves_nothing_aside(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "a");

    /* A folder cannot be replaced by a file. */
    assert_int_equal(mkdir(path.text, 0700), 0);
    assert_int_equal(durable_file_replace(path.text, first, sizeof first),
                     RESULT_IO);
    assert_int_equal(durable_file_create(path.text, first, sizeof first),
                     RESULT_EXISTS);
    assert_int_equal(scratch_folder_count(*state), 1);
    assert_int_equal(rmdir(path.text), 0);
}

static void a_folder_that_is_not_there_is_a_failure(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "b/a");

    assert_int_equal(durable_file_create(path.text, first, sizeof first),
                     RESULT_IO);
    assert_int_equal(durable_file_replace(path.text, first, sizeof first),
                     RESULT_IO);
}

static void a_path_without_folder_means_this_folder(void **state)
{
    const struct scratch_folder *folder = *state;
    char before[4096];

    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(folder->path), 0);
    assert_int_equal(durable_file_create("a", first, sizeof first), RESULT_OK);
    assert_content("a", first, sizeof first);
    assert_int_equal(chdir(before), 0);
}

static void a_path_too_long_is_refused(void **state)
{
    char path[5000];

    (void)state;
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(durable_file_create(path, first, sizeof first),
                     RESULT_INVALID);
}

static void reading_tells_what_stands_in_the_way(void **state)
{
    const struct scratch_folder *folder = *state;
    const struct scratch_path path = scratch_folder_file(folder, "a");
    const struct scratch_path tube = scratch_folder_file(folder, "p");
    uint8_t byte = 0;
    uint8_t *out = &byte;
    size_t size = 77;

    assert_int_equal(durable_file_read(path.text, 9, &out, &size),
                     RESULT_NOT_FOUND);
    assert_int_equal(durable_file_create(path.text, first, sizeof first),
                     RESULT_OK);
    assert_int_equal(
        durable_file_read(path.text, sizeof first - 1, &out, &size),
        RESULT_TOO_LARGE);
    assert_int_equal(chmod(path.text, 0640), 0);
    assert_int_equal(durable_file_read(path.text, 99, &out, &size),
                     RESULT_INVALID);
    assert_int_equal(durable_file_read_any(folder->path, 99, &out, &size),
                     RESULT_INVALID);
    assert_int_equal(durable_file_read(folder->path, 99, &out, &size),
                     RESULT_INVALID);
    assert_int_equal(mkfifo(tube.text, 0600), 0);
    assert_int_equal(durable_file_read(tube.text, 99, &out, &size),
                     RESULT_INVALID);
    assert_ptr_equal(out, &byte);
    assert_int_equal(size, 77);
}

static void a_file_of_others_is_read_where_it_may_be(void **state)
{
    const struct scratch_path path = scratch_folder_file(*state, "a");
    uint8_t *read = NULL;
    size_t size = 0;

    assert_int_equal(durable_file_create(path.text, first, sizeof first),
                     RESULT_OK);
    assert_int_equal(chmod(path.text, 0644), 0);
    assert_int_equal(durable_file_read_any(path.text, 99, &read, &size),
                     RESULT_OK);
    assert_int_equal(size, sizeof first);
    assert_memory_equal(read, first, size);
    free(read);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_new_file_is_whole_and_private),
        FILE_TEST(an_empty_file_is_a_file),
        FILE_TEST(creating_does_not_touch_what_is_there),
        FILE_TEST(replacing_puts_the_new_in_the_place_of_the_old),
        FILE_TEST(a_failure_leaves_nothing_aside),
        FILE_TEST(a_folder_that_is_not_there_is_a_failure),
        FILE_TEST(a_path_without_folder_means_this_folder),
        FILE_TEST(a_path_too_long_is_refused),
        FILE_TEST(reading_tells_what_stands_in_the_way),
        FILE_TEST(a_file_of_others_is_read_where_it_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
