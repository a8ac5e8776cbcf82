#include "client/core/text_store.h"

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

#define SENTENCE "Chi bộ thống nhất nội dung báo cáo.\nGiao chi uỷ hoàn thiện."

struct fixture {
    struct scratch_folder folder;
    struct fake_entropy chance;
    struct client_entropy entropy;
    uint8_t seed[32];
    struct text_store *store;
    size_t unread;
};

static void open_store(struct fixture *fixture)
{
    text_store_free(fixture->store);
    assert_int_equal(text_store_open(&fixture->store, fixture->folder.path,
                                     fixture->seed, &fixture->entropy,
                                     &fixture->unread),
                     RESULT_OK);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fake_entropy_init(&fixture->chance, 7);
    fixture->entropy = (struct client_entropy){ fixture->chance.port.fill,
                                                fixture->chance.port.user };
    memset(fixture->seed, 0x31, sizeof fixture->seed);
    open_store(fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    text_store_free(fixture->store);
    scratch_folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

static enum result put(struct fixture *fixture, uint64_t number,
                       enum text_stage stage, uint64_t id, const char *sentence,
                       uint64_t *out)
{
    struct kept_text text = {
        .number = number, .stage = stage, .log = { "dang-bo.mau.1" }, .id = id
    };
    enum result result;

    text.command =
        json_pack("{s:s, s:s}", "op", "write_entry", "text", sentence);
    if (stage == TEXT_REFUSED)
        text.error = json_pack("{s:s}", "code", "entry_conflict");
    result = text_store_put(fixture->store, &text, out);
    json_decref(text.command);
    json_decref(text.error);
    return result;
}

static uint64_t keep(struct fixture *fixture, uint64_t number,
                     enum text_stage stage, uint64_t id, const char *sentence)
{
    uint64_t out = 0;

    assert_int_equal(put(fixture, number, stage, id, sentence, &out),
                     RESULT_OK);
    return out;
}

static const char *sentence_of(const struct kept_text *text)
{
    assert_non_null(text);
    return json_string_value(json_object_get(text->command, "text"));
}

static struct scratch_path file_of(const struct fixture *fixture,
                                   const char *name)
{
    return scratch_folder_file(&fixture->folder, name);
}

static void what_was_kept_is_there_after_a_new_start(void **state)
{
    struct fixture *fixture = *state;
    const struct identifier log = { "dang-bo.mau.1" };
    const struct kept_text *text;

    (void)keep(fixture, 0, TEXT_TYPING, 0, "Đang gõ");
    (void)keep(fixture, 0, TEXT_WAITING, 77, SENTENCE);
    open_store(fixture);
    assert_int_equal(text_store_count(fixture->store), 2);
    assert_int_equal(text_store_at(fixture->store, 0)->stage, TEXT_TYPING);
    text = text_store_of_request(fixture->store, &log, 77);
    assert_string_equal(sentence_of(text), SENTENCE);
    assert_int_equal(text->number, 2);
    assert_int_equal(text->stage, TEXT_WAITING);
    assert_null(text_store_of_request(fixture->store, &log, 78));
    assert_int_equal(fixture->unread, 0);
}

static void a_text_takes_the_place_of_its_older_version(void **state)
{
    struct fixture *fixture = *state;
    const uint64_t number = keep(fixture, 0, TEXT_TYPING, 0, "Chi bộ");

    assert_int_equal(
        keep(fixture, number, TEXT_WAITING, 9, "Chi bộ thống nhất"), number);
    (void)keep(fixture, number, TEXT_REFUSED, 9, "Chi bộ thống nhất");
    open_store(fixture);
    assert_int_equal(text_store_count(fixture->store), 1);
    assert_string_equal(sentence_of(text_store_find(fixture->store, number)),
                        "Chi bộ thống nhất");
    assert_string_equal(
        json_string_value(json_object_get(
            text_store_find(fixture->store, number)->error, "code")),
        "entry_conflict");
}

static void a_text_that_is_not_there_is_not_replaced(void **state)
{
    struct fixture *fixture = *state;
    uint64_t number = 0;

    assert_int_equal(put(fixture, 5, TEXT_TYPING, 0, "Chi bộ", &number),
                     RESULT_NOT_FOUND);
    assert_int_equal(text_store_count(fixture->store), 0);
}

static void a_dropped_text_is_gone_and_its_number_not_used_again(void **state)
{
    struct fixture *fixture = *state;
    const uint64_t first = keep(fixture, 0, TEXT_TYPING, 0, "Một");
    const uint64_t second = keep(fixture, 0, TEXT_TYPING, 0, "Hai");

    assert_int_equal(text_store_drop(fixture->store, first), RESULT_OK);
    assert_int_equal(text_store_drop(fixture->store, 99), RESULT_OK);
    open_store(fixture);
    assert_null(text_store_find(fixture->store, first));
    assert_string_equal(sentence_of(text_store_find(fixture->store, second)),
                        "Hai");
    assert_int_equal(keep(fixture, 0, TEXT_TYPING, 0, "Ba"), second + 1);
}

static void the_disk_shows_nobody_what_was_written(void **state)
{
    struct fixture *fixture = *state;
    struct scratch_path path = file_of(fixture, "1");
    char bytes[4096];
    struct stat status;
    size_t size;
    FILE *file;

    (void)keep(fixture, 0, TEXT_TYPING, 0, "Chuyen rieng cua chi bo");
    assert_int_equal(stat(path.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    file = fopen(path.text, "rb");
    assert_non_null(file);
    size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    assert_in_range(size, 60, sizeof bytes - 1);
    assert_memory_equal(bytes, "CHIBOTXT", 8);
    assert_null(memmem(bytes, size, "rieng", 5));
    assert_null(memmem(bytes, size, "write_entry", 11));
}

static void a_damaged_file_is_left_alone_and_counted(void **state)
{
    struct fixture *fixture = *state;
    struct scratch_path path = file_of(fixture, "1");
    FILE *file;

    (void)keep(fixture, 0, TEXT_TYPING, 0, "Một");
    (void)keep(fixture, 0, TEXT_TYPING, 0, "Hai");
    file = fopen(path.text, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -1, SEEK_END), 0);
    assert_int_not_equal(fputc('x', file), EOF);
    assert_int_equal(fclose(file), 0);
    open_store(fixture);
    assert_int_equal(fixture->unread, 1);
    assert_int_equal(text_store_count(fixture->store), 1);
    assert_int_equal(access(path.text, F_OK), 0);
    assert_int_equal(keep(fixture, 0, TEXT_TYPING, 0, "Ba"), 3);
}

static void a_file_under_another_number_is_not_believed(void **state)
{
    struct fixture *fixture = *state;
    struct scratch_path path = file_of(fixture, "1");
    struct scratch_path other = file_of(fixture, "2");

    (void)keep(fixture, 0, TEXT_TYPING, 0, "Một");
    assert_int_equal(rename(path.text, other.text), 0);
    open_store(fixture);
    assert_int_equal(fixture->unread, 1);
    assert_int_equal(text_store_count(fixture->store), 0);
}

static void another_device_cannot_read_them(void **state)
{
    struct fixture *fixture = *state;

    (void)keep(fixture, 0, TEXT_TYPING, 0, "Một");
    fixture->seed[0] ^= 1;
    open_store(fixture);
    assert_int_equal(fixture->unread, 1);
    assert_int_equal(text_store_count(fixture->store), 0);
}

static void
what_was_written_aside_and_never_put_in_place_is_no_text(void **state)
{
    struct fixture *fixture = *state;
    struct scratch_path path = file_of(fixture, "1.Ab3dEf");
    FILE *file = fopen(path.text, "wb");

    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    open_store(fixture);
    assert_int_equal(fixture->unread, 0);
    assert_int_equal(text_store_count(fixture->store), 0);
}

static void a_text_that_cannot_be_sealed_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    const uint64_t number = keep(fixture, 0, TEXT_TYPING, 0, "Một");
    uint64_t out = 0;

    fixture->chance.fails = true;
    assert_int_equal(put(fixture, number, TEXT_TYPING, 0, "Hai", &out),
                     RESULT_CRYPTO);
    assert_int_equal(put(fixture, 0, TEXT_TYPING, 0, "Ba", &out),
                     RESULT_CRYPTO);
    assert_string_equal(sentence_of(text_store_find(fixture->store, number)),
                        "Một");
    assert_int_equal(text_store_count(fixture->store), 1);
}

static void a_text_that_is_too_large_is_not_taken(void **state)
{
    struct fixture *fixture = *state;
    char *large = malloc(TEXT_STORE_SIZE_MAX + 1);
    uint64_t out = 0;

    assert_non_null(large);
    memset(large, 'a', TEXT_STORE_SIZE_MAX);
    large[TEXT_STORE_SIZE_MAX] = '\0';
    assert_int_equal(put(fixture, 0, TEXT_TYPING, 0, large, &out),
                     RESULT_TOO_LARGE);
    free(large);
    assert_int_equal(text_store_count(fixture->store), 0);
}

static void there_is_a_limit_to_how_many_are_kept(void **state)
{
    struct fixture *fixture = *state;
    uint64_t out = 0;
    size_t i;

    text_store_free(fixture->store);
    assert_int_equal(text_store_open(&fixture->store, NULL, fixture->seed,
                                     &fixture->entropy, &fixture->unread),
                     RESULT_OK);
    for (i = 0; i < TEXT_STORE_MAX; i++)
        (void)keep(fixture, 0, TEXT_TYPING, 0, "Một");
    assert_int_equal(put(fixture, 0, TEXT_TYPING, 0, "Hai", &out), RESULT_FULL);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(what_was_kept_is_there_after_a_new_start),
        TEST(a_text_takes_the_place_of_its_older_version),
        TEST(a_text_that_is_not_there_is_not_replaced),
        TEST(a_dropped_text_is_gone_and_its_number_not_used_again),
        TEST(the_disk_shows_nobody_what_was_written),
        TEST(a_damaged_file_is_left_alone_and_counted),
        TEST(a_file_under_another_number_is_not_believed),
        TEST(another_device_cannot_read_them),
        TEST(what_was_written_aside_and_never_put_in_place_is_no_text),
        TEST(a_text_that_cannot_be_sealed_changes_nothing),
        TEST(a_text_that_is_too_large_is_not_taken),
        TEST(there_is_a_limit_to_how_many_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
