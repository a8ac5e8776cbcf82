#include "server/store/store_batch.h"
#include "server/store/store_sqlite.h"
#include "server/store/store_thread.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static atomic_bool is_held; /* no commit ends */

MUST_USE enum result __real_store_sqlite_commit(struct store_sqlite *sqlite);
MUST_USE enum result __wrap_store_sqlite_commit(struct store_sqlite *sqlite);

/* On the thread that writes. */
enum result __wrap_store_sqlite_commit(struct store_sqlite *sqlite)
{
    const struct timespec pause = { .tv_nsec = 1000000 };

    while (atomic_load(&is_held))
        (void)nanosleep(&pause, NULL);
    return __real_store_sqlite_commit(sqlite);
}

static void append(struct store_fixture *fixture, struct store_batch *batch)
{
    assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                     RESULT_OK);
}

/* Appends a batch and returns how it ended. */
static enum result write_now(struct store_fixture *fixture,
                             struct store_batch *batch)
{
    append(fixture, batch);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    return fixture->heard[fixture->heard_count - 1].result;
}

static struct store_figures figures_of(const struct store_fixture *fixture)
{
    struct store_figures figures;
    fixture->store->ops->figures(fixture->store, &figures);
    return figures;
}

static void what_was_committed_is_loaded_again_after_a_restart(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    struct store_batch *first =
        store_fixture_begin(store_fixture_batch("chi-bo-1", 7, 0, 3), 0x5a);
    store_fixture_add_request(first, 9, 41, "{\"re\":41,\"ok\":true}");
    assert_int_equal(write_now(fixture, first), RESULT_OK);
    assert_int_equal(
        write_now(fixture, store_fixture_batch("chi-bo-1", 8, 3, 2)),
        RESULT_OK);
    assert_int_equal(fixture->heard[0].ticket, 7);
    assert_int_equal(fixture->heard[1].ticket, 8);
    store_fixture_close(fixture);

    store_fixture_open(fixture, NULL);
    const struct store_log *log = store_fixture_load(fixture, "chi-bo-1");
    store_fixture_assert_log(log, 5);
    assert_false(log->is_closed);
    assert_int_equal(log->room_key[0], 0x5a);
    assert_int_equal(log->room_key[31], 0x5a);
    assert_int_equal(log->request_count, 1);
    assert_int_equal(log->requests[0].id, 41);
    assert_int_equal(log->requests[0].device.bytes[31], 9);
    assert_int_equal(log->requests[0].answer_size, 19);
    assert_memory_equal(log->requests[0].answer, "{\"re\":41,\"ok\":true}", 19);
}

static void a_hold_alone_outlives_a_restart(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("a", 1, 0, 2), 1)),
        RESULT_OK);
    assert_false(store_fixture_load(fixture, "a")->is_held);
    struct store_batch *batch = store_fixture_batch("a", 2, 0, 0);
    store_batch_hold(batch);
    assert_int_equal(write_now(fixture, batch), RESULT_OK);
    store_fixture_close(fixture);

    store_fixture_open(fixture, NULL);
    const struct store_log *log = store_fixture_load(fixture, "a");
    assert_true(log->is_held);
    store_fixture_assert_log(log, 2);
}

static void a_log_that_does_not_exist_is_loaded_as_such(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    const struct store_log *log = store_fixture_load(fixture, "chua-co");
    assert_false(log->exists);
    assert_int_equal(log->event_count, 0);
}

static void nothing_is_reported_from_inside_append(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    assert_int_equal(fixture->heard_count, 0);
    assert_int_equal(figures_of(fixture).waiting, 1);
    store_fixture_wait(fixture, 1);
    assert_int_equal(figures_of(fixture).waiting, 0);
}

/* The first commit is held, so that everything else has come when it ends. */
static void all_that_waits_is_committed_at_once_and_in_order(void **state)
{
    enum { ROOMS = 20, ROUNDS = 10 };
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    atomic_store(&is_held, true);
    append(fixture,
           store_fixture_begin(store_fixture_batch("first", 0, 0, 1), 1));
    uint64_t ticket = 1;
    for (unsigned int round = 0; round < ROUNDS; round++)
        for (unsigned int room = 0; room < ROOMS; room++) {
            char name[16];
            (void)snprintf(name, sizeof name, "phong-%u", room);
            struct store_batch *batch =
                store_fixture_batch(name, ticket++, round, 1);
            append(fixture, round == 0 ? store_fixture_begin(batch, 2) : batch);
        }
    atomic_store(&is_held, false);
    store_fixture_wait(fixture, 1 + ROOMS * ROUNDS);

    for (size_t i = 0; i < fixture->heard_count; i++) {
        assert_int_equal(fixture->heard[i].ticket, i);
        assert_int_equal(fixture->heard[i].result, RESULT_OK);
    }
    const struct store_figures figures = figures_of(fixture);
    assert_true(figures.commits <= 2);
    assert_int_equal(figures.batches, 1 + ROOMS * ROUNDS);
    assert_int_equal(figures.events, 1 + ROOMS * ROUNDS);
    store_fixture_assert_log(store_fixture_load(fixture, "phong-19"), ROUNDS);
}

static void a_gap_or_a_step_back_in_seq_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("cao", 1, 1, 1), 1)),
        RESULT_INVALID);
    (void)store_fixture_load(fixture, "cao");
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("cao", 2, 0, 2), 1)),
        RESULT_OK);
    assert_int_equal(write_now(fixture, store_fixture_batch("cao", 3, 3, 1)),
                     RESULT_INVALID);
    (void)store_fixture_load(fixture, "cao");
    assert_int_equal(write_now(fixture, store_fixture_batch("cao", 4, 1, 1)),
                     RESULT_INVALID);
    store_fixture_assert_log(store_fixture_load(fixture, "cao"), 2);
}

static void a_log_begins_once_and_before_anything_else(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(write_now(fixture, store_fixture_batch("x", 1, 0, 1)),
                     RESULT_NOT_FOUND);
    (void)store_fixture_load(fixture, "x");
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("x", 2, 0, 1), 1)),
        RESULT_OK);
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("x", 3, 1, 1), 2)),
        RESULT_EXISTS);
    assert_int_equal(store_fixture_load(fixture, "x")->room_key[5], 1);
}

static void a_failing_batch_leaves_the_others_of_its_transaction(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture,
                       &(struct store_config){ .commit_delay_ms = 100 });
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    append(fixture, store_fixture_begin(store_fixture_batch("b", 2, 0, 1), 1));
    append(fixture, store_fixture_batch("a", 3, 5, 1)); /* a gap */
    append(fixture, store_fixture_batch("b", 4, 1, 1));
    append(fixture, store_fixture_batch("a", 5, 1, 1)); /* would be right */
    store_fixture_wait(fixture, 5);

    static const enum result expected[] = { RESULT_OK, RESULT_OK,
                                            RESULT_INVALID, RESULT_OK,
                                            RESULT_INVALID };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(fixture->heard[i].result, expected[i]);
    assert_int_equal(figures_of(fixture).failures, 2);
    store_fixture_assert_log(store_fixture_load(fixture, "b"), 2);
    store_fixture_assert_log(store_fixture_load(fixture, "a"), 1);
}

static void a_half_written_batch_leaves_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1)),
        RESULT_OK);
    struct store_batch *batch = store_fixture_batch("a", 2, 1, 3);
    store_fixture_add_request(batch, 3, 1, "a");
    store_fixture_add_request(batch, 3, 1, "b"); /* the second fails */
    assert_int_equal(write_now(fixture, batch), RESULT_EXISTS);
    const struct store_log *log = store_fixture_load(fixture, "a");
    store_fixture_assert_log(log, 1);
    assert_int_equal(log->request_count, 0);
}

static void after_a_failure_the_log_fails_until_it_is_loaded(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture,
                       &(struct store_config){ .commit_delay_ms = 50 });
    const struct identifier id = store_fixture_id("a");
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    append(fixture, store_fixture_batch("a", 2, 9, 1));
    append(fixture, store_fixture_batch("a", 3, 1, 1));
    assert_int_equal(fixture->store->ops->load(fixture->store, &id), RESULT_OK);
    store_fixture_wait(fixture, 4);
    assert_int_equal(fixture->heard[0].result, RESULT_OK);
    assert_int_equal(fixture->heard[1].result, RESULT_INVALID);
    assert_int_equal(fixture->heard[2].result, RESULT_INVALID);
    assert_int_equal(fixture->heard[3].kind, HEARD_LOAD);
    store_fixture_assert_log(fixture->log, 1);
    assert_int_equal(write_now(fixture, store_fixture_batch("a", 4, 1, 1)),
                     RESULT_OK);
}

static void a_load_sees_what_was_appended_before_it(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture,
                       &(struct store_config){ .commit_delay_ms = 50 });
    const struct identifier id = store_fixture_id("a");
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 4), 1));
    assert_int_equal(fixture->store->ops->load(fixture->store, &id), RESULT_OK);
    store_fixture_wait(fixture, 2);
    store_fixture_assert_log(fixture->log, 4);
}

static void a_request_of_a_device_is_stored_once_in_a_log(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    struct store_batch *batch =
        store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1);
    store_fixture_add_request(batch, 1, 5, "một");
    store_fixture_add_request(batch, 2, 5, "hai");
    assert_int_equal(write_now(fixture, batch), RESULT_OK);
    batch = store_fixture_batch("a", 2, 1, 1);
    store_fixture_add_request(batch, 2, 5, "ba");
    assert_int_equal(write_now(fixture, batch), RESULT_EXISTS);

    const struct store_log *log = store_fixture_load(fixture, "a");
    store_fixture_assert_log(log, 1);
    assert_int_equal(log->request_count, 2);
    assert_string_equal(log->requests[0].answer, "một");
    assert_string_equal(log->requests[1].answer, "hai");
}

static void an_opening_needs_its_event(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    char field[] = "text";
    char value[] = "Nhất trí";
    struct store_opening opening = {
        .seq = 1, .field = field, .value = value, .value_size = strlen(value)
    };
    struct store_batch *batch =
        store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1);
    assert_int_equal(store_batch_add_opening(batch, &opening), RESULT_OK);
    assert_int_equal(write_now(fixture, batch), RESULT_INVALID);
    assert_false(store_fixture_load(fixture, "a")->exists);
}

static void an_opening_may_follow_its_event_later(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    char field[] = "text";
    char value[] = "Nhất\0trí"; /* every byte counts */
    struct store_opening opening = {
        .seq = 0, .field = field, .value = value, .value_size = sizeof value - 1
    };
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1)),
        RESULT_OK);
    struct store_batch *batch = store_fixture_batch("a", 2, 1, 0);
    assert_int_equal(store_batch_add_opening(batch, &opening), RESULT_OK);
    assert_int_equal(write_now(fixture, batch), RESULT_OK);
    const struct store_log *log = store_fixture_load(fixture, "a");
    assert_int_equal(log->event_count, 1);
    assert_int_equal(log->opening_count, 2);
    assert_string_equal(log->openings[1].field, "text");
    assert_int_equal(log->openings[1].value_size, sizeof value - 1);
    assert_memory_equal(log->openings[1].value, value, sizeof value - 1);
}

static void a_closed_log_has_no_key_in_memory_or_in_any_file(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 0xe7)),
        RESULT_OK);
    assert_int_equal(
        write_now(fixture,
                  store_fixture_begin(store_fixture_batch("b", 2, 0, 1), 0xd3)),
        RESULT_OK);
    assert_true(store_fixture_folder_has(fixture, 0xe7, 32));
    struct store_batch *batch = store_fixture_batch("a", 3, 1, 1);
    store_batch_close_log(batch);
    assert_int_equal(write_now(fixture, batch), RESULT_OK);

    /* The writer wipes after it has reported, and behind readers. */
    while (store_fixture_folder_has(fixture, 0xe7, 32))
        (void)uv_run(&fixture->loop, UV_RUN_NOWAIT);
    assert_true(store_fixture_folder_has(fixture, 0xd3, 32));
    const struct store_log *log = store_fixture_load(fixture, "a");
    store_fixture_assert_log(log, 2);
    assert_true(log->is_closed);
    assert_int_equal(log->room_key[0], 0);
}

/* Keys move between pages as their table grows and shrinks: no copy may stay
 * behind. */
static void no_key_of_many_closed_logs_is_left(void **state)
{
    enum { LOGS = 1500 };
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    char name[16];
    for (unsigned int i = 0; i < LOGS; i++) {
        (void)snprintf(name, sizeof name, "log-%u", i);
        append(fixture, store_fixture_begin(store_fixture_batch(name, i, 0, 1),
                                            i % 3 == 0 ? 0xc1 : 0xc2));
    }
    store_fixture_wait(fixture, LOGS);
    for (unsigned int k = 0; k < LOGS; k++) {
        const unsigned int i = k * 7 % LOGS; /* in another order */
        if (i % 3 != 0)
            continue;
        (void)snprintf(name, sizeof name, "log-%u", i);
        struct store_batch *batch = store_fixture_batch(name, k, 1, 1);
        store_batch_close_log(batch);
        assert_int_equal(write_now(fixture, batch), RESULT_OK);
    }
    store_fixture_close(fixture);
    assert_false(store_fixture_folder_has(fixture, 0xc1, 8));
    assert_true(store_fixture_folder_has(fixture, 0xc2, 32));
}

static void a_full_queue_leaves_the_batch_with_the_caller(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, &(struct store_config){ .queue_max = 2 });
    atomic_store(&is_held, true);
    const struct identifier id = store_fixture_id("a");
    const struct hash blob = { { 1 } };
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    append(fixture, store_fixture_batch("a", 2, 1, 1));
    struct store *store = fixture->store;
    struct store_batch *third = store_fixture_batch("a", 3, 2, 1);
    assert_int_equal(store->ops->append(store, third), RESULT_FULL);
    assert_int_equal(store->ops->load(store, &id), RESULT_FULL);
    assert_int_equal(store->ops->query_blob(store, 1, &blob, 1), RESULT_FULL);
    assert_int_equal(store->ops->read_blob(store, 1, &blob, 0, 1), RESULT_FULL);

    atomic_store(&is_held, false);
    store_fixture_wait(fixture, 2);
    assert_int_equal(write_now(fixture, third), RESULT_OK);
    store_fixture_assert_log(store_fixture_load(fixture, "a"), 3);
}

static void a_store_that_closes_finishes_what_it_has(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture,
                       &(struct store_config){ .commit_delay_ms = 50 });
    struct store *store = fixture->store;
    const struct identifier id = store_fixture_id("a");
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    append(fixture, store_fixture_batch("a", 2, 1, 1));
    assert_int_equal(store->ops->load(store, &id), RESULT_OK);
    store_thread_close(store, NULL, NULL);
    struct store_batch *late = store_fixture_batch("a", 3, 2, 1);
    assert_int_equal(store->ops->append(store, late), RESULT_CLOSED);
    assert_int_equal(store->ops->load(store, &id), RESULT_CLOSED);
    store_batch_free(late);
    fixture->store = NULL;
    assert_int_equal(uv_run(&fixture->loop, UV_RUN_DEFAULT), 0);

    assert_int_equal(fixture->heard_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(fixture->heard[i].result, RESULT_OK);
    store_fixture_assert_log(fixture->log, 2);
}

static void the_loop_turns_while_a_commit_is_held(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    atomic_store(&is_held, true);
    append(fixture, store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    for (unsigned int turns = 0; turns < 100; turns++)
        (void)uv_run(&fixture->loop, UV_RUN_NOWAIT);
    assert_int_equal(fixture->heard_count, 0);
    atomic_store(&is_held, false);
    store_fixture_wait(fixture, 1);
}

static void the_logs_are_listed_in_the_order_of_their_beginning(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    append(fixture, store_fixture_begin(store_fixture_batch("z", 1, 0, 3), 1));
    struct store_batch *batch =
        store_fixture_begin(store_fixture_batch("a", 2, 0, 1), 1);
    store_batch_close_log(batch);
    append(fixture, batch);
    store_fixture_wait(fixture, 2);
    struct store_log_summary *list = NULL;
    size_t count = 0;
    assert_int_equal(store_thread_list_logs(fixture->store, &list, &count),
                     RESULT_OK);
    assert_int_equal(count, 2);
    assert_true(identifier_is(&list[0].id, "z"));
    assert_int_equal(list[0].event_count, 3);
    assert_false(list[0].is_closed);
    assert_true(identifier_is(&list[1].id, "a"));
    assert_true(list[1].is_closed);
    free(list);
}

static void a_second_server_is_refused(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    struct store *second = NULL;
    const struct store_listener listener = store_fixture_listener(fixture);
    const struct store_config config = { .path = fixture->path };
    assert_int_equal(
        store_thread_open(&second, &fixture->loop, &config, &listener),
        RESULT_BUSY);
    store_fixture_close(fixture);
    store_fixture_open(fixture, NULL);
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    struct store_fixture *fixture = *state;
    struct store *store = NULL;
    const struct store_listener listener = store_fixture_listener(fixture);
    const struct store_config config = { .path = "/tmp/khong-co/chibo.db" };
    assert_int_equal(
        store_thread_open(&store, &fixture->loop, &config, &listener),
        RESULT_IO);
    assert_null(store);
}

static void the_files_are_for_their_owner_only(void **state)
{
    struct store_fixture *fixture = *state;
    store_fixture_open(fixture, NULL);
    static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char path[128];
        struct stat status;
        (void)snprintf(path, sizeof path, "%s%s", fixture->path, endings[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
}

/* A test that failed may have left a commit held. */
static int tear_down(void **state)
{
    atomic_store(&is_held, false);
    return store_fixture_teardown(state);
}

#define STORE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(what_was_committed_is_loaded_again_after_a_restart),
        STORE_TEST(a_log_that_does_not_exist_is_loaded_as_such),
        STORE_TEST(a_hold_alone_outlives_a_restart),
        STORE_TEST(nothing_is_reported_from_inside_append),
        STORE_TEST(all_that_waits_is_committed_at_once_and_in_order),
        STORE_TEST(a_gap_or_a_step_back_in_seq_is_refused),
        STORE_TEST(a_log_begins_once_and_before_anything_else),
        STORE_TEST(a_failing_batch_leaves_the_others_of_its_transaction),
        STORE_TEST(a_half_written_batch_leaves_nothing),
        STORE_TEST(after_a_failure_the_log_fails_until_it_is_loaded),
        STORE_TEST(a_load_sees_what_was_appended_before_it),
        STORE_TEST(a_request_of_a_device_is_stored_once_in_a_log),
        STORE_TEST(an_opening_needs_its_event),
        STORE_TEST(an_opening_may_follow_its_event_later),
        STORE_TEST(a_closed_log_has_no_key_in_memory_or_in_any_file),
        STORE_TEST(no_key_of_many_closed_logs_is_left),
        STORE_TEST(a_full_queue_leaves_the_batch_with_the_caller),
        STORE_TEST(a_store_that_closes_finishes_what_it_has),
        STORE_TEST(the_loop_turns_while_a_commit_is_held),
        STORE_TEST(the_logs_are_listed_in_the_order_of_their_beginning),
        STORE_TEST(a_second_server_is_refused),
        STORE_TEST(a_folder_that_is_not_there_is_an_error),
        STORE_TEST(the_files_are_for_their_owner_only),
    };
    return cmocka_run_group_tests_name("store_thread", tests, NULL, NULL);
}
