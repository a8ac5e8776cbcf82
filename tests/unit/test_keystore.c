#include "client/core/keystore.h"

#include "client/core/durable_file.h"
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

#define PASSPHRASE TEXT_LITERAL("mật khẩu của Mẫu 07")

struct fixture {
    struct scratch_folder folder;
    struct scratch_path path;
    struct keystore_profile profile;
};

static struct keystore_profile some_profile(void)
{
    const struct key server = { { 0x53 } };
    struct keystore_profile profile = {
        .server = server_fingerprint_of(&server),
        .host = "chibo.mau.example",
        .port = 8443,
        .organisation = { "dang-bo.mau" },
        .holder = { "m7" },
        .label = "Máy tính của Đảng viên Mẫu 07",
    };

    for (size_t i = 0; i < SIGNING_KEY_SEED_SIZE; i++)
        profile.seed[i] = (uint8_t)(200 + i);
    return profile;
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fixture->path = scratch_folder_file(&fixture->folder, "mau-07.key");
    fixture->profile = some_profile();
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

static void create(const struct fixture *fixture)
{
    assert_int_equal(
        keystore_create(fixture->path.text, &fixture->profile, PASSPHRASE),
        RESULT_OK);
}

static void assert_profile_equal(const struct keystore_profile *a,
                                 const struct keystore_profile *b)
{
    assert_string_equal(a->server.text, b->server.text);
    assert_string_equal(a->host, b->host);
    assert_int_equal(a->port, b->port);
    assert_string_equal(a->organisation.text, b->organisation.text);
    assert_string_equal(a->holder.text, b->holder.text);
    assert_string_equal(a->label, b->label);
    assert_memory_equal(a->seed, b->seed, SIGNING_KEY_SEED_SIZE);
}

struct file {
    uint8_t bytes[KEYSTORE_FILE_SIZE_MAX + 1];
    size_t size;
};

static void read_file(const struct fixture *fixture, struct file *out)
{
    uint8_t *bytes = NULL;

    assert_int_equal(durable_file_read(fixture->path.text,
                                       KEYSTORE_FILE_SIZE_MAX, &bytes,
                                       &out->size),
                     RESULT_OK);
    memcpy(out->bytes, bytes, out->size);
    free(bytes);
}

/* Puts these bytes in the keystore's place, then opens it. */
static enum result open_changed(const struct fixture *fixture,
                                const uint8_t *bytes, size_t size)
{
    struct keystore_profile profile = { .port = 4711 };
    FILE *file = fopen(fixture->path.text, "we");
    enum result result = RESULT_OK;

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    result = keystore_open(fixture->path.text, PASSPHRASE, &profile);
    if (result)
        assert_int_equal(profile.port, 4711);
    return result;
}

/* As an attacker would: with the hash at the end set right again. */
static void forge_sum(struct file *file)
{
    const struct hash sum = digest_sha256(file->bytes, file->size - HASH_SIZE);

    memcpy(&file->bytes[file->size - HASH_SIZE], sum.bytes, HASH_SIZE);
}

static void a_profile_comes_back_as_it_went(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile profile;

    create(fixture);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_OK);
    assert_profile_equal(&profile, &fixture->profile);
}

static void an_empty_passphrase_is_a_passphrase(void **state)
{
    const struct fixture *fixture = *state;
    const struct text_view empty = { NULL, 0 };
    struct keystore_profile profile;

    assert_int_equal(
        keystore_create(fixture->path.text, &fixture->profile, empty),
        RESULT_OK);
    assert_int_equal(
        keystore_open(fixture->path.text, TEXT_LITERAL(""), &profile),
        RESULT_OK);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_REFUSED);
}

static void a_wrong_passphrase_is_refused(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile profile = { .port = 4711 };

    create(fixture);
    assert_int_equal(keystore_open(fixture->path.text,
                                   TEXT_LITERAL("mật khẩu của Mẫu 08"),
                                   &profile),
                     RESULT_REFUSED);
    assert_int_equal(
        keystore_open(fixture->path.text, TEXT_LITERAL(""), &profile),
        RESULT_REFUSED);
    assert_int_equal(profile.port, 4711);
}

static void a_keystore_is_private_and_leaves_nothing_beside_it(void **state)
{
    const struct fixture *fixture = *state;
    const mode_t mask = umask(0);
    struct stat status;

    create(fixture);
    (void)umask(mask);
    assert_int_equal(stat(fixture->path.text, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(scratch_folder_count(&fixture->folder), 1);
}

static void a_keystore_does_not_show_what_it_holds(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    assert_null(memmem(file.bytes, file.size, fixture->profile.seed, 8));
    assert_null(memmem(file.bytes, file.size, "chibo.mau", 9));
}

static void two_keystores_of_one_profile_share_no_salt_and_nonce(void **state)
{
    const struct fixture *fixture = *state;
    struct file first;
    struct file second;

    create(fixture);
    read_file(fixture, &first);
    assert_int_equal(unlink(fixture->path.text), 0);
    create(fixture);
    read_file(fixture, &second);
    assert_memory_equal(first.bytes, second.bytes, 14);
    assert_memory_not_equal(&first.bytes[14], &second.bytes[14], 16);
    assert_memory_not_equal(&first.bytes[30], &second.bytes[30], 12);
    assert_memory_not_equal(&first.bytes[46], &second.bytes[46], 32);
}

static void a_keystore_is_never_overwritten(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile other = fixture->profile;
    struct keystore_profile profile;

    create(fixture);
    other.port = 1;
    assert_int_equal(keystore_create(fixture->path.text, &other, PASSPHRASE),
                     RESULT_EXISTS);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_OK);
    assert_profile_equal(&profile, &fixture->profile);
    assert_int_equal(scratch_folder_count(&fixture->folder), 1);
}

static void a_keystore_that_others_may_read_is_not_opened(void **state)
{
    static const mode_t wide[] = { 0640, 0604, 0620, 0601, 0660, 0644 };
    const struct fixture *fixture = *state;
    struct keystore_profile profile;

    create(fixture);
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        assert_int_equal(chmod(fixture->path.text, wide[i]), 0);
        assert_int_equal(
            keystore_open(fixture->path.text, PASSPHRASE, &profile),
            RESULT_INVALID);
    }
    assert_int_equal(chmod(fixture->path.text, 0400), 0);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_OK);
}

static void a_keystore_that_is_not_there_is_not_found(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile profile;

    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_NOT_FOUND);
    assert_int_equal(keystore_open(fixture->folder.path, PASSPHRASE, &profile),
                     RESULT_INVALID);
}

static void every_truncation_is_damage(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    for (size_t size = 0; size < file.size; size++)
        assert_int_equal(open_changed(fixture, file.bytes, size),
                         RESULT_CORRUPT);
    assert_int_equal(open_changed(fixture, file.bytes, file.size), RESULT_OK);
}

static void every_flipped_byte_is_damage(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    for (size_t i = 0; i < file.size; i++) {
        /* Bytes 8 and 9 are the version, which speaks first. */
        const enum result expected =
            i == 8 || i == 9 ? RESULT_UNSUPPORTED : RESULT_CORRUPT;

        file.bytes[i] ^= 0x40;
        assert_int_equal(open_changed(fixture, file.bytes, file.size),
                         expected);
        file.bytes[i] ^= 0x40;
    }
}

static void added_bytes_are_damage(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    file.bytes[file.size] = 0;
    assert_int_equal(open_changed(fixture, file.bytes, file.size + 1),
                     RESULT_CORRUPT);
    file.size++;
    forge_sum(&file);
    assert_int_equal(open_changed(fixture, file.bytes, file.size),
                     RESULT_CORRUPT);
    memset(&file.bytes[file.size], 0, sizeof file.bytes - file.size);
    assert_int_equal(open_changed(fixture, file.bytes, sizeof file.bytes),
                     RESULT_CORRUPT);
}

/* Salt, nonce, first and last sealed byte, tag: all under the tag. */
static void a_change_with_a_mended_hash_is_still_refused(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    {
        const size_t places[] = { 14, 30, 46, file.size - HASH_SIZE - 17,
                                  file.size - HASH_SIZE - 1 };

        for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
            file.bytes[places[i]] ^= 1;
            forge_sum(&file);
            assert_int_equal(open_changed(fixture, file.bytes, file.size),
                             RESULT_REFUSED);
            file.bytes[places[i]] ^= 1;
        }
    }
}

static void other_parameters_are_not_supported(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    /* N = 2^62 would ask for more memory than there is. */
    file.bytes[10] = 62;
    forge_sum(&file);
    assert_int_equal(open_changed(fixture, file.bytes, file.size),
                     RESULT_UNSUPPORTED);
}

static void a_sealed_size_that_lies_is_damage(void **state)
{
    const struct fixture *fixture = *state;
    struct file file;

    create(fixture);
    read_file(fixture, &file);
    for (size_t i = 42; i < 46; i++) {
        file.bytes[i] ^= 0x80;
        forge_sum(&file);
        assert_int_equal(open_changed(fixture, file.bytes, file.size),
                         RESULT_CORRUPT);
        file.bytes[i] ^= 0x80;
    }
}

static void an_unfit_profile_is_not_written(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile bad[8];

    for (size_t i = 0; i < 8; i++)
        bad[i] = fixture->profile;
    bad[0].host[0] = '\0';
    bad[1].port = 0;
    bad[2].server.text[5] = '=';
    bad[3].organisation.text[0] = '\0';
    bad[4].holder.text[0] = 'M';
    (void)snprintf(bad[5].label, sizeof bad[5].label, "hai\ndòng");
    memset(bad[6].host, 'a', sizeof bad[6].host);
    /* The label in NFD. */
    (void)snprintf(bad[7].label, sizeof bad[7].label, "Ma\xcc\x82\xcc\x83u");
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(
            keystore_create(fixture->path.text, &bad[i], PASSPHRASE),
            RESULT_INVALID);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

static void the_longest_profile_fits(void **state)
{
    struct fixture *fixture = *state;
    struct keystore_profile profile;

    memset(fixture->profile.host, 'h', KEYSTORE_HOST_SIZE - 1);
    memset(fixture->profile.organisation.text, 'o', IDENTIFIER_SIZE - 1);
    memset(fixture->profile.holder.text, 's', IDENTIFIER_SIZE - 1);
    /* 60 characters of four bytes each. */
    for (size_t i = 0; i < LIMIT_LABEL_LENGTH; i++)
        memcpy(&fixture->profile.label[4 * i], "\xf0\xa0\x80\x80", 5);
    fixture->profile.port = 65535;
    create(fixture);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_OK);
    assert_profile_equal(&profile, &fixture->profile);
}

static void a_new_passphrase_takes_the_place_of_the_old_one(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile profile;

    create(fixture);
    assert_int_equal(keystore_replace(fixture->path.text, &fixture->profile,
                                      TEXT_LITERAL("câu khác")),
                     RESULT_OK);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_REFUSED);
    assert_int_equal(
        keystore_open(fixture->path.text, TEXT_LITERAL("câu khác"), &profile),
        RESULT_OK);
    assert_profile_equal(&profile, &fixture->profile);
    assert_int_equal(scratch_folder_count(&fixture->folder), 1);
}

static void nothing_takes_the_place_of_what_is_not_there(void **state)
{
    const struct fixture *fixture = *state;

    assert_int_equal(
        keystore_replace(fixture->path.text, &fixture->profile, PASSPHRASE),
        RESULT_NOT_FOUND);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

static void an_unfit_profile_leaves_the_keystore_as_it_was(void **state)
{
    const struct fixture *fixture = *state;
    struct keystore_profile unfit = fixture->profile;
    struct keystore_profile profile;

    create(fixture);
    unfit.port = 0;
    assert_int_equal(keystore_replace(fixture->path.text, &unfit, PASSPHRASE),
                     RESULT_INVALID);
    assert_int_equal(keystore_open(fixture->path.text, PASSPHRASE, &profile),
                     RESULT_OK);
    assert_profile_equal(&profile, &fixture->profile);
}

#define KEYSTORE_TEST(name)                                                    \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEYSTORE_TEST(a_profile_comes_back_as_it_went),
        KEYSTORE_TEST(an_empty_passphrase_is_a_passphrase),
        KEYSTORE_TEST(a_wrong_passphrase_is_refused),
        KEYSTORE_TEST(a_keystore_is_private_and_leaves_nothing_beside_it),
        KEYSTORE_TEST(a_keystore_does_not_show_what_it_holds),
        KEYSTORE_TEST(two_keystores_of_one_profile_share_no_salt_and_nonce),
        KEYSTORE_TEST(a_keystore_is_never_overwritten),
        KEYSTORE_TEST(a_keystore_that_others_may_read_is_not_opened),
        KEYSTORE_TEST(a_keystore_that_is_not_there_is_not_found),
        KEYSTORE_TEST(every_truncation_is_damage),
        KEYSTORE_TEST(every_flipped_byte_is_damage),
        KEYSTORE_TEST(added_bytes_are_damage),
        KEYSTORE_TEST(a_change_with_a_mended_hash_is_still_refused),
        KEYSTORE_TEST(other_parameters_are_not_supported),
        KEYSTORE_TEST(a_sealed_size_that_lies_is_damage),
        KEYSTORE_TEST(an_unfit_profile_is_not_written),
        KEYSTORE_TEST(the_longest_profile_fits),
        KEYSTORE_TEST(a_new_passphrase_takes_the_place_of_the_old_one),
        KEYSTORE_TEST(nothing_takes_the_place_of_what_is_not_there),
        KEYSTORE_TEST(an_unfit_profile_leaves_the_keystore_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
