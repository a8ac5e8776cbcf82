#include "server/store/store_sqlite_destroy.h"

#include "protocol/record/digest.h"
#include "server/store/store_batch.h"
#include "server/store/store_sqlite_internal.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct store_sqlite *open_writer(const struct store_fixture *fixture)
{
    struct store_sqlite *sqlite = NULL;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
    return sqlite;
}

/* A log that attaches the file `content`; gives the file's name. */
static struct hash attach(struct store_sqlite *sqlite, const char *log,
                          const char *content)
{
    const struct identifier id = store_fixture_id(log);
    const uint8_t room_key[32] = { 1 };
    struct store_batch *batch = NULL;
    struct store_event event = { .seq = 0 };
    char field[] = "name";
    struct store_opening opening = { .seq = 0, .field = field };
    struct hash name;
    char hex[HEX_SIZE(HASH_SIZE)], text[200];

    assert_int_equal(store_batch_new(&batch, &id, 1), RESULT_OK);
    assert_int_equal(
        store_batch_add_blob(batch, content, strlen(content), &name),
        RESULT_OK);
    hex_encode(name.bytes, HASH_SIZE, hex);
    (void)snprintf(text, sizeof text,
                   "{\"ev\":\"document_attached\",\"blob\":\"%s\"}", hex);
    event.bytes = (uint8_t *)text;
    event.size = strlen(text);
    opening.value = text;
    opening.value_size = 4;
    assert_int_equal(store_batch_begin_log(batch, room_key), RESULT_OK);
    assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
    assert_int_equal(store_batch_add_opening(batch, &opening), RESULT_OK);
    assert_int_equal(store_sqlite_write(sqlite, batch), RESULT_OK);
    store_batch_free(batch);
    return name;
}

static bool has(struct store_sqlite *sqlite, const struct hash *name)
{
    uint64_t whole = 0;
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result result =
        store_sqlite_read_blob(sqlite, name, 0, 100, &whole, &bytes, &size);

    free(bytes);
    return result == RESULT_OK;
}

static struct store_destroyed destroy_files(struct store_sqlite *sqlite,
                                            const char *log)
{
    const struct identifier id = store_fixture_id(log);
    struct store_destroyed done = { 0 };

    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_destroy_files(
                         sqlite, &id, STORE_EXTENT_ATTACHMENTS, &done),
                     RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    return done;
}

static void a_file_goes_and_its_event_stays(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct hash name = attach(sqlite, "m1", "dự thảo");
    const struct identifier id = store_fixture_id("m1");
    const struct store_destroyed done = destroy_files(sqlite, "m1");
    struct store_log *log = NULL;

    assert_int_equal(done.files, 1);
    assert_int_equal(done.bytes, strlen("dự thảo"));
    assert_false(has(sqlite, &name));
    assert_int_equal(store_sqlite_load_log(sqlite, &id, &log), RESULT_OK);
    assert_int_equal(log->event_count, 1);
    assert_int_equal(log->opening_count, 1);
    store_log_free(log);
    store_sqlite_close(sqlite);
}

/* A log whose first event names the file `content` as its ruleset. */
static struct hash hold_under(struct store_sqlite *sqlite, const char *log,
                              const char *content)
{
    const struct identifier id = store_fixture_id(log);
    const uint8_t room_key[32] = { 1 };
    struct store_batch *batch = NULL;
    struct store_event event = { .seq = 0 };
    struct hash name;
    char hex[HEX_SIZE(HASH_SIZE)], text[200];

    assert_int_equal(store_batch_new(&batch, &id, 1), RESULT_OK);
    assert_int_equal(
        store_batch_add_blob(batch, content, strlen(content), &name),
        RESULT_OK);
    hex_encode(name.bytes, HASH_SIZE, hex);
    (void)snprintf(text, sizeof text,
                   "{\"ev\":\"genesis\",\"ruleset_hash\":\"%s\"}", hex);
    event.bytes = (uint8_t *)text;
    event.size = strlen(text);
    assert_int_equal(store_batch_begin_log(batch, room_key), RESULT_OK);
    assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
    assert_int_equal(store_sqlite_write(sqlite, batch), RESULT_OK);
    store_batch_free(batch);
    return name;
}

static void a_ruleset_stays_whatever_is_destroyed(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct identifier id = store_fixture_id("m1");
    const struct hash name = hold_under(sqlite, "m1", "quy tắc");
    struct store_destroyed done = { 0 };
    struct hash *named = NULL;
    size_t count = 0;

    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(
        store_sqlite_destroy_files(sqlite, &id, STORE_EXTENT_ALL, &done),
        RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    assert_int_equal(done.files, 0);
    assert_true(has(sqlite, &name));
    (void)hold_under(sqlite, "m2", "quy tắc");
    (void)attach(sqlite, "m3", "dự thảo");
    assert_int_equal(store_sqlite_list_rulesets(sqlite, &named, &count),
                     RESULT_OK);
    assert_int_equal(count, 1);
    assert_true(hash_equal(&named[0], &name));
    free(named);
    store_sqlite_close(sqlite);
}

/* More than an array begins with; and one whose name is no hash. */
static void every_ruleset_is_listed_in_the_order_of_the_logs(void **state)
{
    enum { RULESETS = 40 };
    struct store_sqlite *sqlite = open_writer(*state);
    const struct identifier id = store_fixture_id("hong");
    struct store_event event = { .seq = 0 };
    struct store_batch *batch = NULL;
    struct hash names[RULESETS], *named = NULL;
    const uint8_t room_key[32] = { 1 };
    char wrong[] = "{\"ev\":\"genesis\",\"ruleset_hash\":\"xyz\"}";
    size_t i, count = 0;

    for (i = 0; i < RULESETS; i++) {
        char log[16], content[16];

        (void)snprintf(log, sizeof log, "m%zu", i);
        (void)snprintf(content, sizeof content, "quy tắc %zu", i);
        names[i] = hold_under(sqlite, log, content);
    }
    assert_int_equal(store_sqlite_list_rulesets(sqlite, &named, &count),
                     RESULT_OK);
    assert_int_equal(count, RULESETS);
    for (i = 0; i < RULESETS; i++)
        assert_true(hash_equal(&named[i], &names[i]));
    free(named);
    named = NULL;

    assert_int_equal(store_batch_new(&batch, &id, 1), RESULT_OK);
    event.bytes = (uint8_t *)wrong;
    event.size = strlen(wrong);
    assert_int_equal(store_batch_begin_log(batch, room_key), RESULT_OK);
    assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
    assert_int_equal(store_sqlite_write(sqlite, batch), RESULT_OK);
    store_batch_free(batch);
    assert_int_equal(store_sqlite_list_rulesets(sqlite, &named, &count),
                     RESULT_CORRUPT);
    assert_null(named);
    store_sqlite_close(sqlite);
}

static void a_file_that_another_log_needs_stays(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct hash name = attach(sqlite, "m1", "dự thảo");
    const struct identifier second = store_fixture_id("m2");

    (void)attach(sqlite, "m2", "dự thảo");
    assert_int_equal(destroy_files(sqlite, "m1").files, 0);
    assert_true(has(sqlite, &name));
    /* Once the other needs it no more, it goes. */
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_add_report(sqlite, 1, "{}", 2), RESULT_OK);
    assert_int_equal(
        store_sqlite_set_extent(sqlite, &second, STORE_EXTENT_ATTACHMENTS, 1),
        RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    assert_int_equal(destroy_files(sqlite, "m1").files, 1);
    assert_false(has(sqlite, &name));
    store_sqlite_close(sqlite);
}

static void an_opening_goes_once(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct identifier id = store_fixture_id("m1");
    struct store_destroyed done = { 0 };
    size_t i;

    (void)attach(sqlite, "m1", "dự thảo");
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    for (i = 0; i < 2; i++)
        assert_int_equal(
            store_sqlite_destroy_opening(sqlite, &id, 0, "name", &done),
            RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    assert_int_equal(done.openings, 1);
    store_sqlite_close(sqlite);
}

static void the_extent_is_that_of_the_last_report(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct identifier id = store_fixture_id("m1");
    const struct identifier none = store_fixture_id("m9");
    enum store_extent extent = STORE_EXTENT_ALL;
    uint64_t last = 9;

    (void)attach(sqlite, "m1", "dự thảo");
    assert_int_equal(store_sqlite_extent(sqlite, &none, &extent),
                     RESULT_NOT_FOUND);
    assert_int_equal(store_sqlite_extent(sqlite, &id, &extent), RESULT_OK);
    assert_int_equal(extent, STORE_EXTENT_NOTHING);
    assert_int_equal(store_sqlite_last_report(sqlite, &last), RESULT_OK);
    assert_int_equal(last, 0);
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_add_report(sqlite, 1, "{}", 2), RESULT_OK);
    assert_int_equal(store_sqlite_add_report(sqlite, 1, "{}", 2),
                     RESULT_EXISTS);
    assert_int_equal(
        store_sqlite_set_extent(sqlite, &id, STORE_EXTENT_TEXTS, 1), RESULT_OK);
    assert_int_equal(store_sqlite_set_extent(sqlite, &id, STORE_EXTENT_ALL, 1),
                     RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_extent(sqlite, &id, &extent), RESULT_OK);
    assert_int_equal(extent, STORE_EXTENT_ALL);
    store_sqlite_close(sqlite);
}

static void what_was_rolled_back_is_all_there(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct identifier id = store_fixture_id("m1");
    const struct hash name = attach(sqlite, "m1", "dự thảo");
    struct store_destroyed done = { 0 };
    char *report = NULL;
    size_t size = 0;

    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(
        store_sqlite_destroy_files(sqlite, &id, STORE_EXTENT_ALL, &done),
        RESULT_OK);
    assert_int_equal(store_sqlite_add_report(sqlite, 1, "{}", 2), RESULT_OK);
    store_sqlite_rollback(sqlite);
    assert_true(has(sqlite, &name));
    assert_int_equal(store_sqlite_read_report(sqlite, 1, &report, &size),
                     RESULT_NOT_FOUND);
    store_sqlite_close(sqlite);
}

/* A file that no event names; all of it, or its first bytes only. */
static void bring(struct store_sqlite *sqlite, const char *content, size_t size)
{
    struct store_blob_piece piece = { .blob_size = strlen(content),
                                      .bytes = (uint8_t *)(uintptr_t)content,
                                      .size = size };
    struct store_batch *batch = NULL;

    piece.blob = digest_sha256(content, strlen(content));
    assert_int_equal(store_batch_new(&batch, NULL, 1), RESULT_OK);
    assert_int_equal(store_batch_add_blob_piece(batch, &piece), RESULT_OK);
    assert_int_equal(store_sqlite_write(sqlite, batch), RESULT_OK);
    store_batch_free(batch);
}

static void assert_files(struct store_sqlite *sqlite, int64_t expected)
{
    int64_t count = 0;

    assert_int_equal(
        sqlite_read_number(sqlite->db, "SELECT count(*) FROM blob", &count),
        RESULT_OK);
    assert_int_equal(count, expected);
}

static void minutes_that_were_drawn_go_with_the_texts(void **state)
{
    struct store_sqlite *sqlite = open_writer(*state);
    const struct identifier id = store_fixture_id("m1");
    const struct hash attached = attach(sqlite, "m1", "dự thảo");
    const struct hash others = attach(sqlite, "m2", "báo cáo");
    struct store_destroyed done;

    bring(sqlite, "BIÊN BẢN", strlen("BIÊN BẢN"));
    bring(sqlite, "một tài liệu dài", 5); /* and somebody is at it still */
    done = destroy_files(sqlite, "m1");
    assert_int_equal(done.files, 1);
    assert_files(sqlite, 3);
    (void)memset(&done, 0, sizeof done);
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(
        store_sqlite_destroy_files(sqlite, &id, STORE_EXTENT_TEXTS, &done),
        RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    assert_int_equal(done.files, 1);
    assert_int_equal(done.bytes, strlen("BIÊN BẢN"));
    assert_files(sqlite, 2);
    assert_false(has(sqlite, &attached));
    assert_true(has(sqlite, &others));
    store_sqlite_close(sqlite);
}

int main(void)
{
#define DESTROY_TEST(name)                                                     \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)
    const struct CMUnitTest tests[] = {
        DESTROY_TEST(a_file_goes_and_its_event_stays),
        DESTROY_TEST(a_file_that_another_log_needs_stays),
        DESTROY_TEST(a_ruleset_stays_whatever_is_destroyed),
        DESTROY_TEST(every_ruleset_is_listed_in_the_order_of_the_logs),
        DESTROY_TEST(minutes_that_were_drawn_go_with_the_texts),
        DESTROY_TEST(an_opening_goes_once),
        DESTROY_TEST(the_extent_is_that_of_the_last_report),
        DESTROY_TEST(what_was_rolled_back_is_all_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
