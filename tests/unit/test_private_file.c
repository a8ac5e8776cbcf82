#include "server/platform/private_file.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

static struct scratch_folder folder;

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_folder_remove(&folder);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    assert_int_equal(private_file_write(path, text, strlen(text)), RESULT_OK);
}

static void assert_text(const char *path, const char *text)
{
    char out[64];
    size_t size = 0;

    assert_int_equal(private_file_read(path, out, sizeof out, &size),
                     RESULT_OK);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(out, text, size);
}

static void a_file_is_published_once_under_its_name(void **state)
{
    (void)state;
    const struct scratch_path unnamed = scratch_folder_file(&folder, "chua-co");
    const struct scratch_path named = scratch_folder_file(&folder, "sao-luu");

    write_text(unnamed.text, "bản thứ nhất");
    assert_int_equal(private_file_publish(unnamed.text, named.text), RESULT_OK);
    assert_text(named.text, "bản thứ nhất");
    assert_int_equal(scratch_folder_count(&folder), 1);

    write_text(unnamed.text, "bản thứ hai");
    assert_int_equal(private_file_publish(unnamed.text, named.text),
                     RESULT_EXISTS);
    assert_text(named.text, "bản thứ nhất");
    assert_text(unnamed.text, "bản thứ hai");
}

static void a_file_that_is_not_there_cannot_be_published(void **state)
{
    (void)state;
    const struct scratch_path unnamed = scratch_folder_file(&folder, "chua-co");
    const struct scratch_path named = scratch_folder_file(&folder, "sao-luu");

    assert_int_equal(private_file_publish(unnamed.text, named.text), RESULT_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(scratch_folder_count(&folder), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_published_once_under_its_name),
        TEST(a_file_that_is_not_there_cannot_be_published),
    };
    return cmocka_run_group_tests_name("private_file", tests, NULL, NULL);
}
