#include "server/platform/private_file.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void no_file_takes_the_place_of_a_pipe(void **state)
{
    const struct scratch_path pipe = scratch_folder_file(&folder, "ong-dan");
    const struct scratch_path link = scratch_folder_file(&folder, "lien-ket");
    struct stat status;

    (void)state;
    assert_int_equal(mkfifo(pipe.text, 0600), 0);
    assert_int_equal(symlink(pipe.text, link.text), 0);
    assert_int_equal(private_file_write(pipe.text, "x", 1), RESULT_IO);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(private_file_write(link.text, "x", 1), RESULT_IO);
    assert_int_equal(lstat(pipe.text, &status), 0);
    assert_true(S_ISFIFO(status.st_mode));
    assert_int_equal(lstat(link.text, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
    assert_int_equal(scratch_folder_count(&folder), 2);
}

static void a_file_takes_the_place_of_another(void **state)
{
    (void)state;
    const struct scratch_path new = scratch_folder_file(&folder, "moi");
    const struct scratch_path old = scratch_folder_file(&folder, "cu");

    write_text(new.text, "bản mới");
    write_text(old.text, "bản cũ");
    assert_int_equal(private_file_replace(new.text, old.text), RESULT_OK);
    assert_text(old.text, "bản mới");
    assert_int_equal(scratch_folder_count(&folder), 1);
    assert_int_equal(private_file_replace(new.text, old.text), RESULT_IO);
    assert_text(old.text, "bản mới");
}

static void a_file_with_a_second_name_outlives_the_first(void **state)
{
    (void)state;
    const struct scratch_path new = scratch_folder_file(&folder, "moi");
    const struct scratch_path old = scratch_folder_file(&folder, "cu");
    const struct scratch_path kept = scratch_folder_file(&folder, "giu-lai");

    write_text(old.text, "bản cũ");
    assert_int_equal(private_file_link(old.text, kept.text), RESULT_OK);
    write_text(new.text, "bản mới");
    assert_int_equal(private_file_replace(new.text, old.text), RESULT_OK);
    assert_text(kept.text, "bản cũ");
    assert_int_equal(private_file_link(old.text, kept.text), RESULT_EXISTS);
    assert_text(kept.text, "bản cũ");
    assert_int_equal(private_file_link(new.text, kept.text), RESULT_IO);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_published_once_under_its_name),
        TEST(a_file_that_is_not_there_cannot_be_published),
        TEST(no_file_takes_the_place_of_a_pipe),
        TEST(a_file_takes_the_place_of_another),
        TEST(a_file_with_a_second_name_outlives_the_first),
    };
    return cmocka_run_group_tests_name("private_file", tests, NULL, NULL);
}
