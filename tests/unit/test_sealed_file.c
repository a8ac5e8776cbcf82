#include "server/platform/sealed_file.h"
#include "tests/support/fake_entropy.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct scratch_folder folder;
static struct fake_entropy entropy;
static struct sealed_file_key key;
static const char secret[] = "x bí mật của máy chủ";

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&folder);
    fake_entropy_init(&entropy, 7);
    assert_int_equal(
        sealed_file_load_key(scratch_folder_file(&folder, "khoa").text,
                             &entropy.port, &key),
        RESULT_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_folder_remove(&folder);
    return 0;
}

static struct scratch_path write_secret(const char *label)
{
    const struct scratch_path path = scratch_folder_file(&folder, "phan");

    assert_int_equal(sealed_file_write(path.text, &key, label, secret,
                                       sizeof secret, &entropy.port),
                     RESULT_OK);
    return path;
}

static enum result read_secret(const char *path, const char *label,
                               char out[sizeof secret])
{
    return sealed_file_read(path, &key, label, out, sizeof secret);
}

static void a_secret_is_read_as_it_was_written(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    char out[sizeof secret];
    (void)state;

    assert_int_equal(read_secret(path.text, "bau-1", out), RESULT_OK);
    assert_memory_equal(out, secret, sizeof secret);
}

static void the_key_is_made_once_and_kept(void **state)
{
    struct sealed_file_key again;
    (void)state;

    assert_int_equal(
        sealed_file_load_key(scratch_folder_file(&folder, "khoa").text,
                             &entropy.port, &again),
        RESULT_OK);
    assert_memory_equal(again.bytes, key.bytes, sizeof key.bytes);
}

static void both_files_are_their_owner_s_only(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    struct stat status;
    (void)state;

    assert_int_equal(stat(path.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(stat(scratch_folder_file(&folder, "khoa").text, &status),
                     0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void the_secret_does_not_stand_in_the_file(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    char bytes[256];
    FILE *file = fopen(path.text, "rb");
    size_t size;
    (void)state;

    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    assert_null(memmem(bytes, size, secret, 8));
}

static void another_label_does_not_open_it(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    static const char zeros[sizeof secret];
    char out[sizeof secret];
    (void)state;

    assert_int_equal(read_secret(path.text, "bau-2", out), RESULT_REFUSED);
    assert_memory_equal(out, zeros, sizeof out);
}

static void another_key_does_not_open_it(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    struct sealed_file_key other = key;
    char out[sizeof secret];
    (void)state;

    other.bytes[31] ^= 1;
    assert_int_equal(
        sealed_file_read(path.text, &other, "bau-1", out, sizeof out),
        RESULT_REFUSED);
}

static void every_changed_byte_is_noticed(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    struct stat status;
    (void)state;

    assert_int_equal(stat(path.text, &status), 0);
    for (long i = 0; i < status.st_size; i++) {
        FILE *file = fopen(path.text, "r+b");
        char out[sizeof secret];
        int byte;

        assert_non_null(file);
        assert_int_equal(fseek(file, i, SEEK_SET), 0);
        byte = fgetc(file);
        assert_int_equal(fseek(file, i, SEEK_SET), 0);
        assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
        assert_int_equal(fclose(file), 0);
        assert_int_not_equal(read_secret(path.text, "bau-1", out), RESULT_OK);

        file = fopen(path.text, "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, i, SEEK_SET), 0);
        assert_int_equal(fputc(byte, file), byte);
        assert_int_equal(fclose(file), 0);
    }
}

static void a_secret_of_another_size_is_malformed(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    char out[sizeof secret];
    (void)state;

    assert_int_equal(
        sealed_file_read(path.text, &key, "bau-1", out, sizeof out - 1),
        RESULT_MALFORMED);
}

static void a_destroyed_file_is_not_found(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    char out[sizeof secret];
    (void)state;

    assert_int_equal(sealed_file_destroy(path.text), RESULT_OK);

    assert_int_equal(access(path.text, F_OK), -1);
    assert_int_equal(read_secret(path.text, "bau-1", out), RESULT_NOT_FOUND);
    assert_int_equal(sealed_file_destroy(path.text), RESULT_OK);
}

static void without_random_bytes_nothing_is_written(void **state)
{
    const struct scratch_path path = scratch_folder_file(&folder, "phan");
    struct sealed_file_key other;
    (void)state;

    entropy.fails = true;

    assert_int_equal(sealed_file_write(path.text, &key, "bau-1", secret,
                                       sizeof secret, &entropy.port),
                     RESULT_CRYPTO);
    assert_int_equal(
        sealed_file_load_key(scratch_folder_file(&folder, "khoa-2").text,
                             &entropy.port, &other),
        RESULT_CRYPTO);
    assert_int_equal(scratch_folder_count(&folder), 1);
}

static void a_key_file_that_is_something_else_is_left_alone(void **state)
{
    const struct scratch_path path = write_secret("bau-1");
    struct sealed_file_key other;
    char out[sizeof secret];
    (void)state;

    assert_int_equal(sealed_file_load_key(path.text, &entropy.port, &other),
                     RESULT_MALFORMED);
    assert_int_equal(read_secret(path.text, "bau-1", out), RESULT_OK);
}

#define SEALED_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SEALED_TEST(a_secret_is_read_as_it_was_written),
        SEALED_TEST(the_key_is_made_once_and_kept),
        SEALED_TEST(both_files_are_their_owner_s_only),
        SEALED_TEST(the_secret_does_not_stand_in_the_file),
        SEALED_TEST(another_label_does_not_open_it),
        SEALED_TEST(another_key_does_not_open_it),
        SEALED_TEST(every_changed_byte_is_noticed),
        SEALED_TEST(a_secret_of_another_size_is_malformed),
        SEALED_TEST(a_destroyed_file_is_not_found),
        SEALED_TEST(without_random_bytes_nothing_is_written),
        SEALED_TEST(a_key_file_that_is_something_else_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
