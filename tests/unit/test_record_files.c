/* Files collected, named, signed and written; signatures and redactions read
 * back from what was written. */
#include "protocol/record/record_files.h"

#include "protocol/record/record_zip_read.h"
#include "tests/support/log_author.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct world {
    struct record_files files;
    struct record_manifest about;
    struct signing_key server;
    struct record_seal seal;
    char *bytes;
    size_t size;
    struct record_zip zip;
};

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    assert_non_null(world);
    world->server = author_key("server");
    world->about = (struct record_manifest){ .meeting = { "m1" },
                                             .organisation = { "to-chuc" },
                                             .seq = 4 };
    world->seal = (struct record_seal){ .about = &world->about,
                                        .openings = TEXT_LITERAL("{}\n"),
                                        .server = &world->server };
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    record_zip_release(&world->zip);
    record_files_release(&world->files);
    free(world->bytes);
    free(world);
    return 0;
}

static void add(struct world *world, const char *path,
                enum record_file_kind kind, const char *text)
{
    assert_int_equal(
        record_files_add(&world->files, path, kind, text, strlen(text)),
        RESULT_OK);
}

static void write_all(struct world *world)
{
    struct record_zip_failure failure;

    assert_int_equal(record_files_write(&world->files, &world->seal,
                                        &world->bytes, &world->size),
                     RESULT_OK);
    assert_int_equal(
        record_zip_open((struct text_view){ world->bytes, world->size },
                        &world->zip, &failure),
        RESULT_OK);
}

static struct text_view part(const struct world *world, const char *path)
{
    const struct record_zip_entry *entry =
        record_zip_find(&world->zip, text_view_of(path));

    assert_non_null(entry);
    return entry->data;
}

static void test_a_manifest_names_what_was_added_and_is_signed(void **state)
{
    struct world *world = *state;
    struct record_manifest manifest;
    struct record_signatures signatures;
    struct text_view text;

    add(world, "log/events.jsonl", RECORD_FILE_PLAIN, "{}\n");
    add(world, "documents/a.txt", RECORD_FILE_HIDEABLE, "x");
    add(world, "register/openings.jsonl", RECORD_FILE_OUTSIDE, "");
    write_all(world);
    text = part(world, "manifest.json");
    assert_int_equal(record_manifest_read(text, &manifest), RESULT_OK);
    assert_int_equal(manifest.file_count, 1);
    assert_int_equal(manifest.hideable_count, 1);
    assert_int_equal(
        record_signatures_read(part(world, "signatures.json"), &signatures),
        RESULT_OK);
    assert_int_equal(signatures.count, 1);
    assert_int_equal(signatures.rows[0].role, RECORD_ROLE_SERVER);
    assert_int_equal(
        record_signature_verify(&manifest, text, &signatures.rows[0]),
        RESULT_OK);
    signatures.rows[0].role = RECORD_ROLE_CHAIR;
    assert_int_equal(
        record_signature_verify(&manifest, text, &signatures.rows[0]),
        RESULT_REFUSED);
    record_manifest_release(&manifest);
}

static void
test_files_that_may_be_hidden_are_opened_behind_the_events(void **state)
{
    struct world *world = *state;
    struct text_view openings;

    add(world, "b.txt", RECORD_FILE_HIDEABLE, "x");
    add(world, "a.txt", RECORD_FILE_HIDEABLE, "x");
    write_all(world);
    openings = part(world, "log/openings.jsonl");
    assert_memory_equal(openings.data, "{}\n{\"file\":\"a.txt\",", 19);
    assert_non_null(
        memmem(openings.data, openings.size, "\n{\"file\":\"b.txt\",", 17));
}

static void test_the_order_of_adding_makes_no_difference(void **state)
{
    struct world *world = *state;
    char *first;
    size_t size;

    add(world, "a", RECORD_FILE_PLAIN, "1");
    add(world, "b", RECORD_FILE_HIDEABLE, "2");
    write_all(world);
    first = world->bytes;
    size = world->size;
    world->bytes = NULL;
    record_zip_release(&world->zip);
    record_files_release(&world->files);
    add(world, "b", RECORD_FILE_HIDEABLE, "2");
    add(world, "a", RECORD_FILE_PLAIN, "1");
    write_all(world);
    assert_int_equal(size, world->size);
    assert_memory_equal(first, world->bytes, size);
    free(first);
}

static void test_names_that_play_tricks_are_not_added(void **state)
{
    struct world *world = *state;

    assert_int_equal(
        record_files_add(&world->files, "../x", RECORD_FILE_PLAIN, "", 0),
        RESULT_INVALID);
    add(world, "a", RECORD_FILE_PLAIN, "");
    add(world, "A", RECORD_FILE_PLAIN, "");
    assert_int_equal(record_files_write(&world->files, &world->seal,
                                        &world->bytes, &world->size),
                     RESULT_EXISTS);
}

static void test_what_was_not_at_hand_is_listed_and_signed(void **state)
{
    struct world *world = *state;
    struct record_hidden_text texts[] = {
        { TEXT_LITERAL("genesis"), TEXT_LITERAL("roster.*.name"), 3 },
        { TEXT_LITERAL("chat_said"), TEXT_LITERAL("text"), 1 },
    };
    struct record_redaction said = { .level = RECORD_LEVEL_AS_KEPT,
                                     .texts = texts,
                                     .text_count = 2 };
    struct record_redaction read;
    struct record_manifest manifest;
    struct text_view text;

    record_redaction_sort(&said);
    world->seal.redaction = &said;
    add(world, "a", RECORD_FILE_PLAIN, "1");
    write_all(world);
    text = part(world, "manifest.json");
    assert_int_equal(record_manifest_read(text, &manifest), RESULT_OK);
    assert_int_equal(
        record_redaction_read(part(world, "redaction.json"), &read), RESULT_OK);
    assert_int_equal(read.text_count, 2);
    assert_true(text_view_is(read.texts[0].kind, "chat_said"));
    assert_int_equal(read.texts[1].count, 3);
    assert_int_equal(record_redaction_verify(&read, &manifest, text),
                     RESULT_OK);
    read.level = RECORD_LEVEL_UPPER;
    assert_int_equal(record_redaction_verify(&read, &manifest, text),
                     RESULT_REFUSED);
    record_redaction_release(&read);
    record_manifest_release(&manifest);
}

static void test_signatures_and_redactions_have_one_spelling(void **state)
{
    static const char *const redactions[] = {
        "{}",
        "{\"v\":1,\"level\":\"full\",\"openings\":[],\"files\":[],"
        "\"key\":\"\",\"sig\":\"\"}",
        "[]",
    };
    struct record_redaction redaction;
    struct record_signatures signatures;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof redactions / sizeof redactions[0]; i++)
        assert_int_equal(
            record_redaction_read(text_view_of(redactions[i]), &redaction),
            RESULT_MALFORMED);
    assert_int_equal(record_signatures_read(TEXT_LITERAL("{\"signatures\":[]}"),
                                            &signatures),
                     RESULT_OK);
    assert_int_equal(record_signatures_read(
                         TEXT_LITERAL("{\"signatures\": []}"), &signatures),
                     RESULT_MALFORMED);
    assert_int_equal(record_signatures_read(
                         TEXT_LITERAL("{\"signatures\":[{}]}"), &signatures),
                     RESULT_MALFORMED);
    assert_int_equal(record_level_of(TEXT_LITERAL("upper")),
                     RECORD_LEVEL_UPPER);
    assert_int_equal(record_level_of(TEXT_LITERAL("full")), RECORD_LEVEL_FULL);
    assert_string_equal(record_role_word(RECORD_ROLE_MINUTE_TAKER),
                        "minute-taker");
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_manifest_names_what_was_added_and_is_signed),
        T(files_that_may_be_hidden_are_opened_behind_the_events),
        T(the_order_of_adding_makes_no_difference),
        T(names_that_play_tricks_are_not_added),
        T(what_was_not_at_hand_is_listed_and_signed),
        T(signatures_and_redactions_have_one_spelling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
