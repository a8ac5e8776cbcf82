#include "protocol/program/file_bytes.h"

#include "tests/support/scratch_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

enum { SIZE = 1 << 20 }; /* more than a pipe takes at once */

static uint8_t sent[SIZE], received[SIZE];

static void *send_all(void *fd)
{
    const enum result result =
        file_write_whole(*(const int *)fd, sent, sizeof sent);

    (void)close(*(const int *)fd);
    return result == RESULT_OK ? fd : NULL;
}

static void what_takes_many_calls_arrives_whole(void **state)
{
    pthread_t writer;
    void *written;
    int ends[2];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof sent; i++)
        sent[i] = (uint8_t)(i * 31 >> 3);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pthread_create(&writer, NULL, send_all, &ends[1]), 0);
    assert_int_equal(file_read_whole(ends[0], received, sizeof received),
                     RESULT_OK);
    assert_int_equal(pthread_join(writer, &written), 0);
    assert_non_null(written);
    assert_memory_equal(sent, received, sizeof sent);
    (void)close(ends[0]);
}

static void an_end_before_the_last_byte_is_told(void **state)
{
    uint8_t bytes[4];
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(file_write_whole(ends[1], "abc", 3), RESULT_OK);
    (void)close(ends[1]);
    errno = EIO;
    assert_int_equal(file_read_whole(ends[0], bytes, sizeof bytes), RESULT_IO);
    assert_int_equal(errno, 0);
    (void)close(ends[0]);
}

static void a_full_disk_is_told(void **state)
{
    const int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(file_write_whole(fd, "abc", 3), RESULT_IO);
    assert_int_equal(errno, ENOSPC);
    assert_int_equal(file_write_whole(fd, "", 0), RESULT_OK);
    (void)close(fd);
}

static void folders_are_synced_by_their_name_or_a_name_in_them(void **state)
{
    struct scratch_folder folder;
    struct scratch_path path;

    (void)state;
    scratch_folder_make(&folder);
    assert_int_equal(file_sync_folder(folder.path), RESULT_OK);
    path = scratch_folder_file(&folder, "no such file");
    assert_int_equal(file_sync_folder_of(path.text), RESULT_OK);
    assert_int_equal(file_sync_folder(path.text), RESULT_IO);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(file_sync_folder_of("beside us"), RESULT_OK);
    assert_int_equal(file_sync_folder_of("/at the root"), RESULT_OK);
    scratch_folder_remove(&folder);
}

static void a_folder_of_too_long_a_name_is_refused(void **state)
{
    static char path[PATH_MAX + 16];

    (void)state;
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 3] = '/';
    assert_int_equal(file_sync_folder_of(path), RESULT_IO);
    assert_int_equal(errno, ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_many_calls_arrives_whole),
        cmocka_unit_test(an_end_before_the_last_byte_is_told),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(folders_are_synced_by_their_name_or_a_name_in_them),
        cmocka_unit_test(a_folder_of_too_long_a_name_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
