#include "server/archive/archive_folder.h"

#include "tests/support/scratch_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct scratch_folder scratch;
    struct scratch_path path;
    struct archive_folder *folder;
};

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    scratch_folder_make(&fixture->scratch);
    fixture->path = scratch_folder_file(&fixture->scratch, "archive");
    assert_int_equal(archive_folder_open(&fixture->folder, fixture->path.text),
                     RESULT_OK);
    *state = fixture;
    return 0;
}

static void remove_file(const struct fixture *fixture, const char *name)
{
    char path[2 * SCRATCH_PATH_SIZE];

    (void)snprintf(path, sizeof path, "%s/%s", fixture->path.text, name);
    (void)unlink(path); /* what is not there need not go */
}

static int end(void **state)
{
    struct fixture *fixture = *state;

    archive_folder_close(fixture->folder);
    remove_file(fixture, "index.db.lock");
    remove_file(fixture, "a.chibo");
    remove_file(fixture, "b.chibo");
    remove_file(fixture, "notes.txt");
    (void)rmdir(fixture->path.text);
    scratch_folder_remove(&fixture->scratch);
    free(fixture);
    return 0;
}

static void put_raw(const struct fixture *fixture, const char *name)
{
    char path[2 * SCRATCH_PATH_SIZE];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", fixture->path.text, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static void a_file_is_read_as_it_was_written(void **state)
{
    struct fixture *fixture = *state;
    char *bytes = NULL;
    size_t size = 0;

    assert_int_equal(
        archive_folder_write(fixture->folder, "a.chibo", "hồ sơ", 9),
        RESULT_OK);
    assert_int_equal(
        archive_folder_read(fixture->folder, "a.chibo", &bytes, &size),
        RESULT_OK);
    assert_int_equal(size, 9);
    assert_memory_equal(bytes, "hồ sơ", 9);
    free(bytes);
    assert_int_equal(
        archive_folder_read(fixture->folder, "b.chibo", &bytes, &size),
        RESULT_NOT_FOUND);
}

static void the_list_has_records_alone_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct archive_files files;

    put_raw(fixture, "notes.txt");
    assert_int_equal(archive_folder_write(fixture->folder, "b.chibo", "b", 1),
                     RESULT_OK);
    assert_int_equal(archive_folder_write(fixture->folder, "a.chibo", "aa", 2),
                     RESULT_OK);
    assert_int_equal(archive_folder_list(fixture->folder, &files), RESULT_OK);
    assert_int_equal(files.count, 2);
    assert_string_equal(files.rows[0].name, "a.chibo");
    assert_int_equal(files.rows[0].size, 2);
    assert_string_equal(files.rows[1].name, "b.chibo");
    archive_files_release(&files);
}

static void a_stamp_differs_once_a_file_was_replaced(void **state)
{
    struct fixture *fixture = *state;
    struct archive_files before, after;

    assert_int_equal(archive_folder_write(fixture->folder, "a.chibo", "a", 1),
                     RESULT_OK);
    assert_int_equal(archive_folder_list(fixture->folder, &before), RESULT_OK);
    assert_int_equal(archive_folder_write(fixture->folder, "a.chibo", "b", 1),
                     RESULT_OK);
    assert_int_equal(archive_folder_list(fixture->folder, &after), RESULT_OK);
    assert_string_not_equal(before.rows[0].stamp, after.rows[0].stamp);
    archive_files_release(&before);
    archive_files_release(&after);
}

static void a_folder_is_of_one_at_a_time_and_of_its_owner(void **state)
{
    struct fixture *fixture = *state;
    struct archive_folder *second = NULL;
    struct stat about;

    assert_int_equal(archive_folder_open(&second, fixture->path.text),
                     RESULT_BUSY);
    assert_null(second);
    assert_int_equal(stat(fixture->path.text, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
}

static void what_was_not_finished_goes_when_it_is_opened(void **state)
{
    struct fixture *fixture = *state;
    struct archive_files files;

    put_raw(fixture, "a.chibo.Xy12aB");
    put_raw(fixture, "a.chibo");
    put_raw(fixture, "notes.txt");
    archive_folder_close(fixture->folder);
    fixture->folder = NULL;
    assert_int_equal(archive_folder_open(&fixture->folder, fixture->path.text),
                     RESULT_OK);
    remove_file(fixture, "index.db.lock");
    assert_int_equal(archive_folder_list(fixture->folder, &files), RESULT_OK);
    assert_int_equal(files.count, 1);
    archive_files_release(&files);
    remove_file(fixture, "a.chibo");
    remove_file(fixture, "notes.txt");
    assert_int_equal(rmdir(fixture->path.text), 0); /* nothing else is there */
}

static void two_meetings_never_have_one_name(void **state)
{
    const struct identifier a = { "a" }, b = { "a.1" }, c = { "1" };

    (void)state;
    assert_string_equal(archive_folder_name(&a, &b).text, "a.1_a.chibo");
    assert_string_equal(archive_folder_name(&c, &a).text, "a_1.chibo");
}

static void what_is_removed_is_gone_and_may_be_removed_again(void **state)
{
    struct fixture *fixture = *state;
    struct archive_files files;

    put_raw(fixture, "a.chibo");
    assert_int_equal(archive_folder_remove(fixture->folder, "a.chibo"),
                     RESULT_OK);
    assert_int_equal(archive_folder_remove(fixture->folder, "a.chibo"),
                     RESULT_OK);
    assert_int_equal(archive_folder_list(fixture->folder, &files), RESULT_OK);
    assert_int_equal(files.count, 0);
    archive_files_release(&files);
}

int main(void)
{
#define FOLDER_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_file_is_read_as_it_was_written),
        FOLDER_TEST(the_list_has_records_alone_in_order),
        FOLDER_TEST(a_stamp_differs_once_a_file_was_replaced),
        FOLDER_TEST(a_folder_is_of_one_at_a_time_and_of_its_owner),
        FOLDER_TEST(what_was_not_finished_goes_when_it_is_opened),
        FOLDER_TEST(two_meetings_never_have_one_name),
        FOLDER_TEST(what_is_removed_is_gone_and_may_be_removed_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
