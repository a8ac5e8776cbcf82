#include "server/platform/secret_folder.h"
#include "tests/support/fake_entropy.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

static struct scratch_folder scratch;
static struct fake_entropy entropy;
static struct sealed_file_key key;
static struct secret_folder folder;
static struct secret_store store;

static int set_up(void **state)
{
    (void)state;
    scratch_folder_make(&scratch);
    fake_entropy_init(&entropy, 3);
    memset(key.bytes, 5, sizeof key.bytes);
    folder = (struct secret_folder){ .path = scratch.path,
                                     .key = &key,
                                     .entropy = &entropy.port };
    store = secret_folder_store(&folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scratch_folder_remove(&scratch);
    return 0;
}

static void a_secret_is_found_under_its_name_only(void **state)
{
    char out[4];
    (void)state;

    assert_int_equal(store.save(store.user, "Bau1", "abcd", 4), RESULT_OK);

    assert_int_equal(store.load(store.user, "Bau1", out, 4), RESULT_OK);
    assert_memory_equal(out, "abcd", 4);
    assert_int_equal(store.load(store.user, "Bau2", out, 4), RESULT_NOT_FOUND);
}

static void a_destroyed_secret_is_gone(void **state)
{
    char out[4];
    (void)state;
    assert_int_equal(store.save(store.user, "Bau1", "abcd", 4), RESULT_OK);

    assert_int_equal(store.destroy(store.user, "Bau1"), RESULT_OK);

    assert_int_equal(store.load(store.user, "Bau1", out, 4), RESULT_NOT_FOUND);
    assert_int_equal(scratch_folder_count(&scratch), 0);
}

static void it_says_whether_anything_is_in_it(void **state)
{
    (void)state;
    assert_false(secret_folder_has_any(&folder));

    assert_int_equal(store.save(store.user, "Bau1", "abcd", 4), RESULT_OK);

    assert_true(secret_folder_has_any(&folder));
}

static void note_name(void *user, const char *name)
{
    char *names = user;

    (void)strncat(names, name, 31 - strlen(names));
}

static void each_secret_is_named_and_nothing_else(void **state)
{
    char names[32] = "";
    (void)state;
    assert_int_equal(store.save(store.user, "Bau1", "abcd", 4), RESULT_OK);
    assert_int_equal(
        sealed_file_write(scratch_folder_file(&scratch, "khac").text, &key,
                          "khac", "abcd", 4, &entropy.port),
        RESULT_OK);

    secret_folder_each(&folder, note_name, names);

    assert_string_equal(names, "Bau1");
}

static void what_was_never_finished_is_cleared_away(void **state)
{
    char out[4];
    (void)state;
    assert_int_equal(store.save(store.user, "Bau1", "abcd", 4), RESULT_OK);
    assert_int_equal(
        sealed_file_write(
            scratch_folder_file(&scratch, "Bau1.share.x9Y8z7").text, &key,
            "Bau1", "abcd", 4, &entropy.port),
        RESULT_OK);

    assert_int_equal(secret_folder_clear_unfinished(&folder), RESULT_OK);

    assert_int_equal(scratch_folder_count(&scratch), 1);
    assert_int_equal(store.load(store.user, "Bau1", out, 4), RESULT_OK);
}

static void a_name_is_never_a_path(void **state)
{
    (void)state;

    assert_int_equal(store.save(store.user, "../a", "abcd", 4), RESULT_INVALID);
    assert_int_equal(store.save(store.user, "", "abcd", 4), RESULT_INVALID);
    assert_int_equal(scratch_folder_count(&scratch), 0);
}

#define FOLDER_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOLDER_TEST(a_secret_is_found_under_its_name_only),
        FOLDER_TEST(a_destroyed_secret_is_gone),
        FOLDER_TEST(it_says_whether_anything_is_in_it),
        FOLDER_TEST(each_secret_is_named_and_nothing_else),
        FOLDER_TEST(what_was_never_finished_is_cleared_away),
        FOLDER_TEST(a_name_is_never_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
