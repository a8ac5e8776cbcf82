#include "protocol/record/record_manifest.h"

#include "protocol/base/limits.h"
#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES "0101010101010101010101010101010101010101010101010101010101010101"

static const char whole[] =
    "{\"v\":1,\"meeting\":\"m1\",\"organisation\":\"to-chuc\",\"seq\":7,"
    "\"head\":\"" ZEROS "\",\"signed\":[3,5],\"files\":["
    "{\"path\":\"log/events.jsonl\",\"size\":12,\"sha256\":\"" ONES "\"},"
    "{\"path\":\"ruleset/x.conf\",\"size\":0,\"sha256\":\"" ZEROS "\"}],"
    "\"hideable\":[{\"path\":\"documents/biên-bản.txt\",\"c\":\"" ONES "\"}]}";

static void test_a_manifest_is_read_and_written_alike(void **state)
{
    struct record_manifest manifest;
    const struct record_manifest_file *file;
    char *text = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(record_manifest_read(text_view_of(whole), &manifest),
                     RESULT_OK);
    assert_string_equal(manifest.meeting.text, "m1");
    assert_int_equal(manifest.seq, 7);
    assert_int_equal(manifest.signed_count, 2);
    assert_int_equal(manifest.signed_seqs[1], 5);
    file = record_manifest_file(&manifest, TEXT_LITERAL("log/events.jsonl"));
    assert_non_null(file);
    assert_int_equal(file->size, 12);
    assert_int_equal(file->sha256.bytes[31], 1);
    assert_null(record_manifest_file(&manifest,
                                     TEXT_LITERAL("documents/biên-bản.txt")));
    assert_non_null(record_manifest_hideable(
        &manifest, TEXT_LITERAL("documents/biên-bản.txt")));
    assert_int_equal(record_manifest_write(&manifest, &text, &size), RESULT_OK);
    assert_int_equal(size, sizeof whole - 1);
    assert_memory_equal(text, whole, size);
    free(text);
    record_manifest_release(&manifest);
}

/* The manifest with `from` replaced by `to`. */
static enum result read_changed(const char *from, const char *to)
{
    const char *place = strstr(whole, from);
    struct record_manifest manifest;
    char text[sizeof whole + 256];
    enum result result;

    assert_non_null(place);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(place - whole), whole,
                   to, place + strlen(from));
    result = record_manifest_read(text_view_of(text), &manifest);
    if (result == RESULT_OK)
        record_manifest_release(&manifest);
    return result;
}

static void test_another_spelling_is_no_manifest(void **state)
{
    static const char *const changes[][2] = {
        { "\"v\":1,", "\"v\":2," },
        { "\"v\":1,", "\"v\": 1," },
        { "\"v\":1,\"meeting\":\"m1\"", "\"meeting\":\"m1\",\"v\":1" },
        { "\"v\":1,", "\"v\":1,\"v\":1," },
        { "\"v\":1,", "\"v\":1,\"more\":1," },
        { "\"m1\"", "\"M1\"" },
        { "\"seq\":7", "\"seq\":-7" },
        { "\"seq\":7", "\"seq\":7.0" },
        { "[3,5]", "[5,3]" },
        { "[3,5]", "[3,3]" },
        { "biên", "bi\\u00ean" },
        { "log/events.jsonl", "log/../events.jsonl" },
        { "log/events.jsonl", "manifest.json" },
        { "log/events.jsonl", "zzz" },
        { "documents/biên-bản.txt", "ruleset/x.conf" },
        { "}]}", "}]} " },
        { "\"size\":12,", "" },
    };
    size_t i;

    (void)state;
    assert_int_equal(read_changed("m1", "m1"), RESULT_OK);
    for (i = 0; i < sizeof changes / sizeof changes[0]; i++)
        assert_int_equal(read_changed(changes[i][0], changes[i][1]),
                         RESULT_MALFORMED);
}

static void test_a_manifest_has_a_limit(void **state)
{
    const struct text_view large = { "{", LIMIT_MANIFEST_SIZE + 1 };
    struct record_manifest manifest;

    (void)state;
    assert_int_equal(record_manifest_read(large, &manifest), RESULT_TOO_LARGE);
}

static void test_proving_files_are_named_by_no_manifest(void **state)
{
    (void)state;
    assert_true(record_manifest_is_outside(TEXT_LITERAL("manifest.json")));
    assert_true(record_manifest_is_outside(TEXT_LITERAL("log/openings.jsonl")));
    assert_false(record_manifest_is_outside(TEXT_LITERAL("log/events.jsonl")));
}

static void test_a_file_is_opened_by_path_salt_and_hash(void **state)
{
    const struct identifier meeting = { "m1" };
    const struct hash value = digest_sha256("x", 1);
    struct record_file_opening opening = {
        .path = TEXT_LITERAL("documents/a.txt"),
        .salt = record_file_salt((const uint8_t *)"khóa", 4, &meeting,
                                 TEXT_LITERAL("documents/a.txt"), &value),
        .value = value,
    };
    const struct hash c = record_file_commitment(&meeting, &opening);
    struct record_file_opening read;
    json_t *memory = NULL;
    char *line = NULL;
    size_t size = 0;
    struct hash other;

    (void)state;
    assert_int_equal(record_file_opening_write(&opening, &line, &size),
                     RESULT_OK);
    assert_true(record_file_opening_is((struct text_view){ line, size }));
    assert_int_equal(record_file_opening_read((struct text_view){ line, size },
                                              &read, &memory),
                     RESULT_OK);
    other = record_file_commitment(&meeting, &read);
    assert_true(hash_equal(&c, &other));
    opening.path = TEXT_LITERAL("documents/b.txt");
    other = record_file_commitment(&meeting, &opening);
    assert_false(hash_equal(&c, &other));
    json_decref(memory);
    free(line);
}

static void test_a_salt_follows_from_secret_meeting_path_and_file(void **state)
{
    const struct identifier one = { "m1" }, other = { "m2" };
    const struct text_view path = TEXT_LITERAL("a");
    const struct hash value = digest_sha256("x", 1);
    const struct hash second = digest_sha256("y", 1);
    const uint8_t secret[2] = { 1, 2 };
    const struct salt salt = record_file_salt(secret, 1, &one, path, &value);
    const struct salt others[] = {
        record_file_salt(secret, 2, &one, path, &value),
        record_file_salt(secret, 1, &other, path, &value),
        record_file_salt(secret, 1, &one, TEXT_LITERAL("b"), &value),
        record_file_salt(secret, 1, &one, path, &second),
    };
    const struct salt again = record_file_salt(secret, 1, &one, path, &value);
    size_t i;

    (void)state;
    assert_memory_equal(&salt, &again, sizeof salt);
    for (i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_memory_not_equal(&salt, &others[i], sizeof salt);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_manifest_is_read_and_written_alike),
        cmocka_unit_test(test_another_spelling_is_no_manifest),
        cmocka_unit_test(test_a_manifest_has_a_limit),
        cmocka_unit_test(test_proving_files_are_named_by_no_manifest),
        cmocka_unit_test(test_a_file_is_opened_by_path_salt_and_hash),
        cmocka_unit_test(test_a_salt_follows_from_secret_meeting_path_and_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
