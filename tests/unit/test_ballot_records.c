#include "client/core/ballot_records.h"

#include "protocol/record/digest.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

#define UUID "8Zq3fGm1xPw7Kd5tRv2NbY"

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
    scratch_folder_remove(*state);
    free(*state);
    return 0;
}

static struct ballot_records *open_records(const struct scratch_folder *folder)
{
    struct ballot_records *records = NULL;

    assert_int_equal(
        ballot_records_open(&records, folder ? folder->path : NULL, UUID),
        RESULT_OK);
    return records;
}

static void put(struct ballot_records *records, const char *text)
{
    assert_int_equal(ballot_records_put(records, text, strlen(text)),
                     RESULT_OK);
}

static void assert_there(const struct ballot_records *records, const char *text,
                         bool is_there)
{
    const struct hash hash = digest_sha256(text, strlen(text));
    const struct text_view found = ballot_records_get(records, &hash);

    assert_int_equal(found.data != NULL, is_there);
    if (is_there) {
        assert_int_equal(found.size, strlen(text));
        assert_memory_equal(found.data, text, found.size);
    }
}

static off_t size_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

static void a_record_is_found_by_its_hash_and_in_the_next_run(void **state)
{
    struct ballot_records *records = open_records(*state);

    put(records, "election");
    put(records, "");
    assert_there(records, "election", true);
    assert_there(records, "trustees", false);
    ballot_records_free(records);
    records = open_records(*state);
    assert_int_equal(ballot_records_count(records), 2);
    assert_there(records, "election", true);
    assert_there(records, "", true);
    ballot_records_free(records);
}

static void many_are_told_apart(void **state)
{
    struct ballot_records *records = open_records(NULL);
    char text[32];

    (void)state;
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(text, sizeof text, "ballot %d", i);
        put(records, text);
    }
    assert_int_equal(ballot_records_count(records), 1000);
    for (int i = 0; i < 1000; i++) {
        (void)snprintf(text, sizeof text, "ballot %d", i);
        assert_there(records, text, true);
    }
    ballot_records_free(records);
}

static void what_is_here_is_written_once(void **state)
{
    const struct scratch_path path =
        scratch_folder_file(*state, UUID ".records");
    struct ballot_records *records = open_records(*state);

    put(records, "election");
    assert_int_equal(size_of(path.text), 4 + 8);
    put(records, "election");
    assert_int_equal(size_of(path.text), 4 + 8);
    assert_int_equal(ballot_records_count(records), 1);
    ballot_records_free(records);
}

static void a_piece_cut_short_is_taken_off(void **state)
{
    const struct scratch_path path =
        scratch_folder_file(*state, UUID ".records");
    struct ballot_records *records = open_records(*state);

    put(records, "election");
    put(records, "trustees");
    ballot_records_free(records);
    for (off_t size = 23; size > 12; size--) {
        assert_int_equal(truncate(path.text, size), 0);
        records = open_records(*state);
        assert_there(records, "election", true);
        assert_there(records, "trustees", false);
        put(records, "trustees");
        ballot_records_free(records);
        records = open_records(*state);
        assert_there(records, "trustees", true);
        ballot_records_free(records);
    }
}

static void a_damaged_record_is_another_and_not_the_one_asked_for(void **state)
{
    const struct scratch_path path =
        scratch_folder_file(*state, UUID ".records");
    struct ballot_records *records = open_records(*state);
    FILE *file;

    put(records, "election");
    ballot_records_free(records);
    file = fopen(path.text, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 5, SEEK_SET), 0);
    assert_int_equal(fputc('L', file), 'L');
    assert_int_equal(fclose(file), 0);
    records = open_records(*state);
    assert_there(records, "election", false);
    put(records, "election");
    assert_there(records, "election", true);
    ballot_records_free(records);
}

static void a_disk_that_takes_nothing_leaves_memory(void **state)
{
    struct scratch_folder *folder = *state;
    const struct scratch_path path = scratch_folder_file(folder, "no/folder");
    struct ballot_records *records = NULL;

    assert_int_equal(ballot_records_open(&records, path.text, UUID), RESULT_OK);
    put(records, "election");
    assert_there(records, "election", true);
    ballot_records_free(records);
    assert_int_equal(scratch_folder_count(folder), 0);
}

static void removing_takes_the_file_and_leaves_memory(void **state)
{
    struct ballot_records *records = open_records(*state);

    put(records, "election");
    assert_int_equal(scratch_folder_count(*state), 1);
    ballot_records_remove(records);
    put(records, "late");
    assert_int_equal(scratch_folder_count(*state), 0);
    assert_there(records, "election", true);
    ballot_records_free(records);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_record_is_found_by_its_hash_and_in_the_next_run),
        TEST(many_are_told_apart),
        TEST(what_is_here_is_written_once),
        TEST(a_piece_cut_short_is_taken_off),
        TEST(a_damaged_record_is_another_and_not_the_one_asked_for),
        TEST(a_disk_that_takes_nothing_leaves_memory),
        TEST(removing_takes_the_file_and_leaves_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
