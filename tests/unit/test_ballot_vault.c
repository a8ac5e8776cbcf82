#include "client/core/ballot_vault.h"

#include "client/core/secret_memory.h"
#include "tests/support/fake_entropy.h"
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
#define SECRET "chung-chi-bi-mat-cua-mau-07"

struct fixture {
    struct scratch_folder folder;
    struct scratch_path file, salt;
    struct fake_entropy chance;
    struct client_entropy entropy;
    uint8_t seed[32];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fixture->file = scratch_folder_file(&fixture->folder, UUID);
    fixture->salt = scratch_folder_file(&fixture->folder, UUID ".salt");
    fake_entropy_init(&fixture->chance, 7);
    fixture->entropy = (struct client_entropy){ fixture->chance.port.fill,
                                                fixture->chance.port.user };
    memset(fixture->seed, 0x31, sizeof fixture->seed);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    scratch_folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

static enum result open_result(const struct fixture *fixture)
{
    struct ballot_vault *vault = NULL;
    const enum result result = ballot_vault_open(
        &vault, fixture->folder.path, UUID, fixture->seed, &fixture->entropy);

    ballot_vault_free(vault);
    return result;
}

static struct ballot_vault *open_vault(const struct fixture *fixture)
{
    struct ballot_vault *vault = NULL;

    assert_int_equal(ballot_vault_open(&vault, fixture->folder.path, UUID,
                                       fixture->seed, &fixture->entropy),
                     RESULT_OK);
    return vault;
}

static void put(struct ballot_vault *vault, const char *name, const char *value)
{
    assert_int_equal(ballot_vault_put(vault, name, value, strlen(value)),
                     RESULT_OK);
}

static void assert_entry(const struct ballot_vault *vault, const char *name,
                         const char *value)
{
    const struct text_view entry = ballot_vault_get(vault, name);

    if (!value) {
        assert_null(entry.data);
        return;
    }
    assert_non_null(entry.data);
    assert_int_equal(entry.size, strlen(value));
    assert_memory_equal(entry.data, value, entry.size);
}

static void save(struct ballot_vault *vault)
{
    assert_int_equal(ballot_vault_save(vault), RESULT_OK);
}

/* The file's bytes; ended with free(). */
static uint8_t *bytes_of(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(65536);

    assert_non_null(file);
    assert_non_null(bytes);
    *size = fread(bytes, 1, 65536, file);
    assert_int_equal(fclose(file), 0);
    return bytes;
}

static void write_bytes(const char *path, const uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void sealed_vault(const struct fixture *fixture)
{
    struct ballot_vault *vault = open_vault(fixture);

    put(vault, "credential", SECRET);
    put(vault, "issued", "f00d");
    save(vault);
    ballot_vault_free(vault);
}

/* --- What is kept -------------------------------------------------------- */

static void what_was_saved_is_there_in_the_next_run(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault;

    sealed_vault(fixture);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", SECRET);
    assert_entry(vault, "issued", "f00d");
    assert_entry(vault, "receipt", NULL);
    ballot_vault_free(vault);
}

static void what_was_not_saved_is_not_there(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault;

    sealed_vault(fixture);
    vault = open_vault(fixture);
    put(vault, "credential", "another");
    ballot_vault_drop(vault, "issued");
    ballot_vault_free(vault);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", SECRET);
    assert_entry(vault, "issued", "f00d");
    ballot_vault_free(vault);
}

static void an_entry_takes_the_place_of_the_one_before(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault;

    sealed_vault(fixture);
    vault = open_vault(fixture);
    put(vault, "credential", "");
    ballot_vault_drop(vault, "issued");
    ballot_vault_drop(vault, "never there");
    save(vault);
    ballot_vault_free(vault);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", "");
    assert_entry(vault, "issued", NULL);
    ballot_vault_free(vault);
}

static void what_would_be_too_much_is_refused_and_changes_nothing(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault = open_vault(fixture);
    uint8_t *large = calloc(1, BALLOT_VAULT_SIZE_MAX);

    assert_non_null(large);
    put(vault, "credential", SECRET);
    assert_int_equal(
        ballot_vault_put(vault, "credential", large, BALLOT_VAULT_SIZE_MAX),
        RESULT_TOO_LARGE);
    assert_entry(vault, "credential", SECRET);
    free(large);
    ballot_vault_free(vault);
}

static void without_a_folder_nothing_is_written(void **state)
{
    struct fixture *fixture = *state;
    struct ballot_vault *vault = NULL;

    assert_int_equal(
        ballot_vault_open(&vault, NULL, UUID, fixture->seed, &fixture->entropy),
        RESULT_OK);
    put(vault, "credential", SECRET);
    save(vault);
    assert_entry(vault, "credential", SECRET);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    assert_entry(vault, "credential", NULL);
    ballot_vault_free(vault);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

static void a_folder_is_made_when_it_is_needed(void **state)
{
    const struct fixture *fixture = *state;
    const struct scratch_path folder =
        scratch_folder_file(&fixture->folder, "ballots");
    struct ballot_vault *vault = NULL;
    struct stat status;

    assert_int_equal(ballot_vault_open(&vault, folder.text, UUID, fixture->seed,
                                       &fixture->entropy),
                     RESULT_OK);
    assert_false(ballot_vault_is_there(folder.text, UUID));
    put(vault, "credential", SECRET);
    save(vault);
    assert_true(ballot_vault_is_there(folder.text, UUID));
    assert_int_equal(stat(folder.text, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    ballot_vault_free(vault);
    assert_int_equal(rmdir(folder.text), 0);
}

/* --- What others see ----------------------------------------------------- */

static void the_files_are_private_and_show_nothing(void **state)
{
    const struct fixture *fixture = *state;
    struct stat status;
    uint8_t *bytes;
    size_t size = 0;

    sealed_vault(fixture);
    assert_int_equal(stat(fixture->file.text, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(fixture->salt.text, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    bytes = bytes_of(fixture->file.text, &size);
    assert_null(memmem(bytes, size, SECRET, strlen(SECRET)));
    assert_null(memmem(bytes, size, "credential", 10));
    free(bytes);
}

static void two_saves_of_the_same_share_no_bytes(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault;
    uint8_t *first, *second;
    size_t size = 0, other = 0;

    sealed_vault(fixture);
    first = bytes_of(fixture->file.text, &size);
    vault = open_vault(fixture);
    put(vault, "issued", "f00e");
    put(vault, "issued", "f00d");
    save(vault);
    ballot_vault_free(vault);
    second = bytes_of(fixture->file.text, &other);
    assert_int_equal(size, other);
    /* nonce, then the sealed bytes */
    assert_memory_not_equal(first + 12, second + 12, 12);
    assert_memory_not_equal(first + 28, second + 28, 16);
    free(first);
    free(second);
}

/* The key is as the header says: made here of its parts once more would be the
 * same code; another seed, salt or uuid opens nothing. */
static void another_device_salt_or_election_opens_nothing(void **state)
{
    struct fixture *fixture = *state;
    const struct scratch_path file =
        scratch_folder_file(&fixture->folder, "2Zq3fGm1xPw7Kd5tRv2NbY");
    const struct scratch_path salt =
        scratch_folder_file(&fixture->folder, "2Zq3fGm1xPw7Kd5tRv2NbY.salt");
    struct ballot_vault *vault = NULL;

    sealed_vault(fixture);
    fixture->seed[0] ^= 1;
    assert_int_equal(open_result(fixture), RESULT_CORRUPT);
    fixture->seed[0] ^= 1;
    assert_int_equal(rename(fixture->file.text, file.text), 0);
    assert_int_equal(rename(fixture->salt.text, salt.text), 0);
    assert_int_equal(ballot_vault_open(&vault, fixture->folder.path,
                                       "2Zq3fGm1xPw7Kd5tRv2NbY", fixture->seed,
                                       &fixture->entropy),
                     RESULT_CORRUPT);
}

static void every_flipped_byte_and_every_truncation_is_damage(void **state)
{
    const struct fixture *fixture = *state;
    uint8_t *bytes;
    size_t size = 0;

    sealed_vault(fixture);
    bytes = bytes_of(fixture->file.text, &size);
    for (size_t i = 0; i < size; i++) {
        const bool is_version = i == 8 || i == 9;

        bytes[i] ^= 0x40;
        write_bytes(fixture->file.text, bytes, size);
        assert_int_equal(open_result(fixture),
                         is_version ? RESULT_UNSUPPORTED : RESULT_CORRUPT);
        bytes[i] ^= 0x40;
        write_bytes(fixture->file.text, bytes, i);
        assert_int_equal(open_result(fixture), RESULT_CORRUPT);
    }
    free(bytes);
}

static void a_uuid_that_is_a_path_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    const char *const bad[] = { "", "../x", "a.b", "a/b" };
    struct ballot_vault *vault = NULL;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ballot_vault_open(&vault, fixture->folder.path, bad[i],
                                           fixture->seed, &fixture->entropy),
                         RESULT_INVALID);
    assert_null(vault);
}

/* --- What fails ---------------------------------------------------------- */

static void without_random_bytes_nothing_is_written(void **state)
{
    struct fixture *fixture = *state;
    struct ballot_vault *vault = open_vault(fixture);

    fixture->chance.fails = true;
    put(vault, "credential", SECRET);
    assert_int_equal(ballot_vault_save(vault), RESULT_CRYPTO);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
    fixture->chance.fails = false;
    save(vault);
    fixture->chance.fails = true;
    put(vault, "credential", "another");
    assert_int_equal(ballot_vault_save(vault), RESULT_CRYPTO);
    ballot_vault_free(vault);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", SECRET);
    ballot_vault_free(vault);
}

/* A server says after each connection what it said before. */
static void what_is_put_again_as_it_was_is_not_written_again(void **state)
{
    struct fixture *fixture = *state;
    struct ballot_vault *vault;

    sealed_vault(fixture);
    vault = open_vault(fixture);
    fixture->chance.fails = true; /* writing takes a nonce */
    put(vault, "issued", "f00d");
    save(vault);
    put(vault, "issued", "f00e");
    assert_int_equal(ballot_vault_save(vault), RESULT_CRYPTO);
    put(vault, "issued", "f00e"); /* which is not kept yet */
    assert_int_equal(ballot_vault_save(vault), RESULT_CRYPTO);
    ballot_vault_free(vault);
}

static void a_save_that_fails_leaves_what_was_and_is_tried_again(void **state)
{
    const struct fixture *fixture = *state;
    struct scratch_folder moved = fixture->folder;
    struct ballot_vault *vault;

    sealed_vault(fixture);
    vault = open_vault(fixture);
    put(vault, "receipt", "17");
    moved.path[strlen(moved.path) - 1] = '-';
    assert_int_equal(rename(fixture->folder.path, moved.path), 0);
    assert_int_equal(ballot_vault_save(vault), RESULT_IO);
    assert_int_equal(rename(moved.path, fixture->folder.path), 0);
    save(vault);
    ballot_vault_free(vault);
    vault = open_vault(fixture);
    assert_entry(vault, "receipt", "17");
    ballot_vault_free(vault);
}

/* --- The end ------------------------------------------------------------- */

static void wiping_takes_the_salt_even_from_a_copy_of_the_file(void **state)
{
    const struct fixture *fixture = *state;
    const struct scratch_path kept =
        scratch_folder_file(&fixture->folder, "salt-of-before");
    struct ballot_vault *vault;
    uint8_t *bytes, *salt;
    size_t size = 0;

    sealed_vault(fixture);
    bytes = bytes_of(fixture->file.text, &size);
    /* A second name shows what became of the blocks under the first. */
    assert_int_equal(link(fixture->salt.text, kept.text), 0);
    vault = open_vault(fixture);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    assert_entry(vault, "credential", NULL);
    ballot_vault_free(vault);
    assert_int_equal(scratch_folder_count(&fixture->folder), 1);
    write_bytes(fixture->file.text, bytes, size);
    assert_int_equal(chmod(fixture->file.text, 0600), 0);
    assert_int_equal(rename(kept.text, fixture->salt.text), 0);
    salt = bytes_of(fixture->salt.text, &size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(salt[i], 0);
    free(salt);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", NULL);
    ballot_vault_free(vault);
    free(bytes);
}

static void a_vault_whose_wiping_was_cut_short_is_empty(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault;

    sealed_vault(fixture);
    assert_int_equal(unlink(fixture->salt.text), 0);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", NULL);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    ballot_vault_free(vault);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

static void a_wiped_vault_can_be_used_anew_under_another_salt(void **state)
{
    const struct fixture *fixture = *state;
    struct ballot_vault *vault = open_vault(fixture);
    uint8_t *first, *second;
    size_t size = 0;

    put(vault, "credential", SECRET);
    save(vault);
    first = bytes_of(fixture->salt.text, &size);
    assert_int_equal(size, BALLOT_VAULT_SALT_SIZE);
    assert_int_equal(ballot_vault_wipe(vault), RESULT_OK);
    put(vault, "credential", SECRET);
    save(vault);
    second = bytes_of(fixture->salt.text, &size);
    assert_memory_not_equal(first, second, size);
    free(first);
    free(second);
    ballot_vault_free(vault);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", SECRET);
    ballot_vault_free(vault);
}

/* Both as it was put, and as a later run reads it. */
static void secrets_lie_in_secret_memory_and_leave_nothing_there(void **state)
{
    struct fixture *fixture = *state;
    struct ballot_vault *vault;

    (void)secret_memory_begin();
    vault = open_vault(fixture);
    assert_true(secret_memory_holds(vault)); /* it has the device's seed */
    put(vault, "credential", SECRET);
    assert_true(
        secret_memory_holds(ballot_vault_get(vault, "credential").data));
    save(vault);
    ballot_vault_free(vault);
    vault = open_vault(fixture);
    assert_entry(vault, "credential", SECRET);
    assert_true(
        secret_memory_holds(ballot_vault_get(vault, "credential").data));
    ballot_vault_free(vault);
    assert_true(secret_memory_end());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_saved_is_there_in_the_next_run),
        TEST(what_was_not_saved_is_not_there),
        TEST(an_entry_takes_the_place_of_the_one_before),
        TEST(what_would_be_too_much_is_refused_and_changes_nothing),
        TEST(without_a_folder_nothing_is_written),
        TEST(a_folder_is_made_when_it_is_needed),
        TEST(the_files_are_private_and_show_nothing),
        TEST(two_saves_of_the_same_share_no_bytes),
        TEST(another_device_salt_or_election_opens_nothing),
        TEST(every_flipped_byte_and_every_truncation_is_damage),
        TEST(a_uuid_that_is_a_path_is_refused),
        TEST(without_random_bytes_nothing_is_written),
        TEST(what_is_put_again_as_it_was_is_not_written_again),
        TEST(a_save_that_fails_leaves_what_was_and_is_tried_again),
        TEST(wiping_takes_the_salt_even_from_a_copy_of_the_file),
        TEST(a_vault_whose_wiping_was_cut_short_is_empty),
        TEST(a_wiped_vault_can_be_used_anew_under_another_salt),
        TEST(secrets_lie_in_secret_memory_and_leave_nothing_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
