#include "server/control/ruleset_store.h"

#include "protocol/record/digest.h"
#include "server/store/store_batch.h"
#include "tests/support/log_author.h"
#include "tests/support/ruleset_file.h"
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sqlite3.h>

/* The shelf of a server that has this file; the caller ends it. */
static struct ruleset_shelf shelf_with(const char *name, struct hash *hash)
{
    const struct text_view text = ruleset_file_text(name);
    struct ruleset_shelf shelf = { .count = 0 };
    struct ruleset_faults faults;

    *hash = digest_sha256(text.data, text.size);
    assert_int_equal(ruleset_shelf_add(&shelf, text.data, text.size, &faults),
                     RESULT_OK);
    return shelf;
}

/* A database with nothing in it, or with the log of a meeting that is held
 * under a ruleset. */
static void make_database(const struct store_fixture *fixture,
                          const struct hash *ruleset)
{
    struct store_sqlite *sqlite = NULL;
    struct store_batch *batch = NULL;
    const struct identifier id = store_fixture_id(AUTHOR_MEETING);
    struct log_author author;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
    if (ruleset) {
        struct store_event event = { .at_ms = 1 };

        log_author_init(&author);
        author.ruleset = *ruleset;
        log_author_open_meeting(&author);
        event.bytes = (uint8_t *)author.events[0];
        event.size = strlen(author.events[0]);
        event.head = author.heads[0];
        assert_int_equal(store_batch_new(&batch, &id, 1), RESULT_OK);
        assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
        (void)store_fixture_begin(batch, 1);
        assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
        assert_int_equal(store_sqlite_append(sqlite, batch), RESULT_OK);
        assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
        store_batch_free(batch);
        log_author_release(&author);
    }
    store_sqlite_close(sqlite);
}

/* What a shelf that was empty has after looking into the store. */
static size_t found(const struct store_fixture *fixture,
                    const struct hash *wanted, bool *has_it)
{
    struct ruleset_shelf shelf = { .count = 0 };
    struct store_sqlite *sqlite = NULL;
    size_t count;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_READ),
        RESULT_OK);
    assert_int_equal(ruleset_store_find(sqlite, &shelf), RESULT_OK);
    store_sqlite_close(sqlite);
    count = shelf.count;
    *has_it = ruleset_shelf_by_hash(&shelf, wanted) != NULL;
    if (*has_it)
        assert_true(ruleset_shelf_by_hash(&shelf, wanted)->is_kept);
    ruleset_shelf_release(&shelf);
    return count;
}

static bool is_stored(const struct store_fixture *fixture,
                      const struct hash *hash, size_t size)
{
    struct store_blob_state state = { .is_complete = false };
    struct store_sqlite *sqlite = NULL;

    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_READ),
        RESULT_OK);
    assert_int_equal(store_sqlite_blob_state(sqlite, hash, size, &state),
                     RESULT_OK);
    store_sqlite_close(sqlite);
    return state.is_complete;
}

static void the_chosen_one_is_kept_before_any_meeting_names_it(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash hash;
    struct ruleset_shelf shelf = shelf_with("interim.conf", &hash);

    make_database(fixture, NULL);
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &hash),
                     RESULT_OK);
    assert_true(is_stored(fixture, &hash, shelf.books[0]->size));
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &hash),
                     RESULT_OK);
    ruleset_shelf_release(&shelf);
}

static void what_a_meeting_names_is_found_when_its_file_is_gone(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash hash;
    struct ruleset_shelf shelf = shelf_with("interim.conf", &hash);
    bool has_it = false;

    make_database(fixture, &hash);
    assert_int_equal(found(fixture, &hash, &has_it), 0);
    assert_false(has_it);
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &hash),
                     RESULT_OK);
    assert_int_equal(found(fixture, &hash, &has_it), 1);
    assert_true(has_it);
    ruleset_shelf_release(&shelf);
}

static void what_meetings_name_is_kept_beside_the_chosen_one(void **state)
{
    struct store_fixture *fixture = *state;
    const struct text_view other = ruleset_file_text("interim.conf");
    const struct hash named = digest_sha256(other.data, other.size);
    struct ruleset_faults faults;
    struct ruleset_shelf shelf = { .count = 0 };
    struct hash chosen;
    size_t size;

    assert_int_equal(ruleset_shelf_add(&shelf, other.data, other.size, &faults),
                     RESULT_OK);
    size = other.size;
    {
        const struct text_view text = ruleset_file_text("party-2026.conf");

        chosen = digest_sha256(text.data, text.size);
        assert_int_equal(
            ruleset_shelf_add(&shelf, text.data, text.size, &faults),
            RESULT_OK);
    }
    make_database(fixture, &named);
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &chosen),
                     RESULT_OK);
    assert_true(is_stored(fixture, &named, size));
    assert_true(is_stored(fixture, &chosen, shelf.books[1]->size));
    ruleset_shelf_release(&shelf);
}

static void a_ruleset_that_is_nowhere_is_done_without(void **state)
{
    struct store_fixture *fixture = *state;
    const struct hash nowhere = { { 9 } };
    struct hash hash;
    struct ruleset_shelf shelf = shelf_with("interim.conf", &hash);
    bool has_it = true;

    make_database(fixture, &nowhere);
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &nowhere),
                     RESULT_OK);
    assert_int_equal(found(fixture, &nowhere, &has_it), 0);
    assert_false(has_it);
    ruleset_shelf_release(&shelf);
}

static void bytes_that_are_no_ruleset_stay_off_the_shelf(void **state)
{
    static const char text[] = "name = \"không đọc được\";\n";
    struct store_fixture *fixture = *state;
    const struct hash hash = digest_sha256(text, sizeof text - 1);
    struct store_sqlite *sqlite = NULL;
    struct store_batch *batch = NULL;
    bool has_it = true;

    make_database(fixture, &hash);
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
    assert_int_equal(store_batch_new(&batch, NULL, 0), RESULT_OK);
    assert_int_equal(store_batch_add_blob(batch, text, sizeof text - 1, NULL),
                     RESULT_OK);
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_append(sqlite, batch), RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    store_batch_free(batch);
    store_sqlite_close(sqlite);
    assert_int_equal(found(fixture, &hash, &has_it), 0);
    assert_false(has_it);
}

static void damaged_bytes_stay_off_the_shelf(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash hash;
    struct ruleset_shelf shelf = shelf_with("interim.conf", &hash);
    sqlite3 *db = NULL;
    bool has_it = true;

    make_database(fixture, &hash);
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &hash),
                     RESULT_OK);
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "UPDATE blob_piece SET bytes = zeroblob(length(bytes))",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    (void)found(fixture, &hash, &has_it);
    assert_false(has_it);
    ruleset_shelf_release(&shelf);
}

static void a_database_in_use_is_not_written(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash hash;
    struct ruleset_shelf shelf = shelf_with("interim.conf", &hash);
    struct store_lock *lock = NULL;

    make_database(fixture, NULL);
    assert_int_equal(store_sqlite_lock(&lock, fixture->path), RESULT_OK);
    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &hash),
                     RESULT_BUSY);
    store_lock_release(lock);
    assert_false(is_stored(fixture, &hash, shelf.books[0]->size));
    ruleset_shelf_release(&shelf);
}

static void a_database_that_is_not_there_is_told(void **state)
{
    struct store_fixture *fixture = *state;
    struct hash hash;
    struct ruleset_shelf shelf = shelf_with("interim.conf", &hash);

    assert_int_equal(ruleset_store_keep(fixture->path, &shelf, &hash),
                     RESULT_NOT_FOUND);
    ruleset_shelf_release(&shelf);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_chosen_one_is_kept_before_any_meeting_names_it),
        TEST(what_a_meeting_names_is_found_when_its_file_is_gone),
        TEST(what_meetings_name_is_kept_beside_the_chosen_one),
        TEST(a_ruleset_that_is_nowhere_is_done_without),
        TEST(bytes_that_are_no_ruleset_stay_off_the_shelf),
        TEST(damaged_bytes_stay_off_the_shelf),
        TEST(a_database_in_use_is_not_written),
        TEST(a_database_that_is_not_there_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
