#include "server/store/store_batch.h"
#include "server/store/store_thread.h"
#include "tests/support/store_fake.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

static struct store_fake *fake;
static struct store *store;

static int setup(void **state)
{
    int result = store_fixture_setup(state);
    const struct store_listener listener = store_fixture_listener(*state);
    fake = store_fake_new(&listener);
    store = store_fake_store(fake);
    return result;
}

static int teardown(void **state)
{
    fake = store_fake_free(fake);
    return store_fixture_teardown(state);
}

static void append(struct store_batch *batch)
{
    assert_int_equal(store->ops->append(store, batch), RESULT_OK);
}

static void load(const char *log)
{
    const struct identifier id = store_fixture_id(log);
    assert_int_equal(store->ops->load(store, &id), RESULT_OK);
}

static void nothing_is_told_before_the_test_commits(void **state)
{
    struct store_fixture *fixture = *state;
    append(store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    append(store_fixture_batch("a", 2, 1, 1));
    assert_int_equal(store_fake_run(fake), 0);
    assert_int_equal(store_fake_waiting(fake), 2);

    assert_int_equal(store_fake_commit_some(fake, 1), 1);
    assert_int_equal(fixture->heard_count, 0);
    assert_int_equal(store_fake_run(fake), 1);
    assert_int_equal(fixture->heard[0].ticket, 1);
    store_fake_commit_all(fake);
    assert_int_equal(store_fake_run(fake), 1);
    assert_int_equal(fixture->heard[1].ticket, 2);
    assert_int_equal(fixture->heard[1].result, RESULT_OK);
    struct store_figures figures;
    store->ops->figures(store, &figures);
    assert_int_equal(figures.commits, 2);
    assert_int_equal(figures.events, 2);
    assert_int_equal(figures.waiting, 0);
}

static void a_load_waits_for_the_batches_before_it(void **state)
{
    struct store_fixture *fixture = *state;
    append(store_fixture_begin(store_fixture_batch("a", 1, 0, 3), 0x5a));
    load("a");
    load("b");
    assert_int_equal(store_fake_run(fake), 1);
    assert_true(identifier_is(&fixture->heard[0].log, "b"));
    assert_false(fixture->log->exists);
    store_fake_commit_all(fake);
    assert_int_equal(store_fake_run(fake), 2);
    assert_int_equal(fixture->heard[2].kind, HEARD_LOAD);
    store_fixture_assert_log(fixture->log, 3);
    assert_int_equal(fixture->log->room_key[31], 0x5a);
}

static void a_failure_lasts_until_the_log_is_loaded(void **state)
{
    struct store_fixture *fixture = *state;
    store_fake_fail_next(fake, RESULT_IO);
    append(store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    append(store_fixture_begin(store_fixture_batch("b", 2, 0, 1), 1));
    append(store_fixture_begin(store_fixture_batch("a", 3, 0, 1), 1));
    load("a");
    append(store_fixture_begin(store_fixture_batch("a", 4, 0, 1), 1));
    store_fake_commit_all(fake);
    assert_int_equal(store_fake_run(fake), 5);
    assert_int_equal(fixture->heard[0].result, RESULT_IO);
    assert_int_equal(fixture->heard[1].result, RESULT_OK);
    assert_int_equal(fixture->heard[2].result, RESULT_IO);
    assert_int_equal(fixture->heard[3].kind, HEARD_LOAD);
    assert_int_equal(fixture->heard[4].result, RESULT_OK);
}

static void a_crash_forgets_what_is_not_committed(void **state)
{
    struct store_fixture *fixture = *state;
    append(store_fixture_begin(store_fixture_batch("a", 1, 0, 2), 1));
    append(store_fixture_batch("a", 2, 2, 1));
    assert_int_equal(store_fake_commit_some(fake, 1), 1);
    store_fake_crash(fake);
    assert_int_equal(store_fake_run(fake), 0);
    load("a");
    assert_int_equal(store_fake_run(fake), 1);
    store_fixture_assert_log(fixture->log, 2);
    const struct identifier id = store_fixture_id("a");
    assert_int_equal(store_fake_log(fake, &id)->event_count, 2);
}

static void a_crash_between_a_mark_and_its_commit_leaves_none(void **state)
{
    struct store_fixture *fixture = *state;
    append(store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1));
    struct store_batch *batch = store_fixture_batch("a", 2, 0, 0);
    store_batch_hold(batch);
    append(batch);
    assert_int_equal(store_fake_commit_some(fake, 1), 1);
    store_fake_crash(fake);
    load("a");
    assert_int_equal(store_fake_run(fake), 1);
    assert_false(fixture->log->is_held);
    batch = store_fixture_batch("a", 3, 0, 0);
    store_batch_hold(batch);
    append(batch);
    store_fake_commit_all(fake);
    store_fake_crash(fake);
    load("a");
    assert_int_equal(store_fake_run(fake), 1);
    assert_true(fixture->log->is_held);
}

static void a_full_fake_takes_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    const struct identifier id = store_fixture_id("a");
    struct store_batch *batch =
        store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1);
    store_fake_set_full(fake, true);
    assert_int_equal(store->ops->append(store, batch), RESULT_FULL);
    assert_int_equal(store->ops->load(store, &id), RESULT_FULL);
    store_fake_set_full(fake, false);
    append(batch);
    store_fake_commit_all(fake);
    assert_int_equal(store_fake_run(fake), 1);
    assert_int_equal(fixture->heard[0].result, RESULT_OK);
}

/* ---- The fake against the real one -------------------------------------- */

/* A small generator with a fixed seed: the same batches every time. */
static uint32_t next_random(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 16) % below;
}

static const uint8_t file[] = "Nghị quyết chi bộ tháng này";
static struct hash file_name;

static void maybe_add_pieces(struct store_batch *batch, uint32_t *seed)
{
    struct hash name = file_name;
    name.bytes[0] ^= (uint8_t)next_random(seed, 2);
    for (uint32_t n = next_random(seed, 3); n > 0; n--) {
        const size_t offset = next_random(seed, sizeof file);
        const size_t size =
            next_random(seed, (uint32_t)(sizeof file - offset) + 1);
        store_fixture_add_piece(
            batch, &name, file, sizeof file, next_random(seed, 2) ? offset : 0,
            next_random(seed, 4) ? size : sizeof file - offset);
    }
}

/* Mostly right, often wrong in one way or another. */
static struct store_batch *random_batch(uint64_t ticket, uint32_t *seed,
                                        const uint64_t *next)
{
    static const char *const names[] = { "a", "b", "c" };
    const uint32_t log = next_random(seed, 4);
    if (log == 3) {
        struct store_batch *batch = store_fixture_batch(NULL, ticket, 0, 0);
        maybe_add_pieces(batch, seed);
        if (!next_random(seed, 8))
            store_batch_hold(batch);
        return batch;
    }
    const uint64_t first = next_random(seed, 6) ? next[log] : next[log] + 1;
    struct store_batch *batch =
        store_fixture_batch(names[log], ticket, first, next_random(seed, 3));
    if (next[log] == 0 ? next_random(seed, 8) : !next_random(seed, 12))
        store_fixture_begin(batch, (uint8_t)(ticket + 1));
    for (uint32_t n = next_random(seed, 3); n > 0; n--)
        store_fixture_add_request(batch, (uint8_t)next_random(seed, 3),
                                  ticket - next_random(seed, 2), "ok");
    if (!next_random(seed, 10)) {
        char field[] = "text";
        char value[] = "Ý kiến khác";
        const struct store_opening opening = {
            .seq = next_random(seed, (uint32_t)next[log] + 2),
            .field = field,
            .value = value,
            .value_size = strlen(value)
        };
        assert_int_equal(store_batch_add_opening(batch, &opening), RESULT_OK);
    }
    if (!next_random(seed, 40))
        store_batch_close_log(batch);
    if (!next_random(seed, 6))
        store_batch_hold(batch);
    if (!next_random(seed, 6))
        store_batch_release_hold(batch);
    return batch;
}

static void assert_same_log(const struct store_log *a,
                            const struct store_log *b)
{
    assert_int_equal(a->exists, b->exists);
    assert_int_equal(a->is_closed, b->is_closed);
    assert_int_equal(a->is_held, b->is_held);
    assert_memory_equal(a->room_key, b->room_key, 32);
    assert_int_equal(a->event_count, b->event_count);
    assert_int_equal(a->opening_count, b->opening_count);
    assert_int_equal(a->request_count, b->request_count);
    for (size_t i = 0; i < a->event_count; i++) {
        assert_int_equal(a->events[i].size, b->events[i].size);
        assert_memory_equal(a->events[i].bytes, b->events[i].bytes,
                            a->events[i].size);
    }
}

/* The last thing heard, by either. */
static const struct store_heard *last(const struct store_fixture *fixture)
{
    return &fixture->heard[fixture->heard_count - 1];
}

/* Asks both for a log, and the fake first. */
static uint64_t compare_log(struct store_fixture *fixture, const char *name)
{
    load(name);
    assert_int_equal(store_fake_run(fake), 1);
    struct store_log *mine = fixture->log;
    fixture->log = NULL;
    (void)store_fixture_load(fixture, name);
    assert_same_log(mine, fixture->log);
    const uint64_t count = mine->event_count;
    store_log_free(mine);
    fixture->heard_count = 0;
    return count;
}

static void compare_blob(struct store_fixture *fixture, struct hash name)
{
    assert_int_equal(store->ops->query_blob(store, 1, &name, sizeof file),
                     RESULT_OK);
    assert_int_equal(store_fake_run(fake), 1);
    const struct store_heard mine = *last(fixture);
    assert_int_equal(
        fixture->store->ops->query_blob(fixture->store, 1, &name, sizeof file),
        RESULT_OK);
    store_fixture_wait(fixture, fixture->heard_count + 1);
    assert_int_equal(last(fixture)->result, mine.result);
    assert_int_equal(last(fixture)->durable_size, mine.durable_size);
    assert_int_equal(last(fixture)->is_complete, mine.is_complete);
    fixture->heard_count = 0;
}

static void the_fake_takes_and_refuses_what_the_real_one_does(void **state)
{
    static const char *const names[] = { "a", "b", "c" };
    struct store_fixture *fixture = *state;
    uint32_t seed = 2024;
    uint64_t next[3] = { 0 };
    unsigned int seen[RESULT_COUNT] = { 0 };
    assert_int_equal(EVP_Digest(file, sizeof file, file_name.bytes, NULL,
                                EVP_sha256(), NULL),
                     1);
    store_fixture_open(fixture,
                       &(struct store_config){ .synchronous_off = true });
    for (uint64_t ticket = 1; ticket <= 600; ticket++) {
        uint32_t same = seed;
        append(random_batch(ticket, &seed, next));
        store_fake_commit_all(fake);
        assert_int_equal(store_fake_run(fake), 1);
        const struct store_heard mine = *last(fixture);

        struct store_batch *batch = random_batch(ticket, &same, next);
        assert_int_equal(fixture->store->ops->append(fixture->store, batch),
                         RESULT_OK);
        store_fixture_wait(fixture, fixture->heard_count + 1);
        assert_int_equal(last(fixture)->result, mine.result);
        assert_true(identifier_equal(&last(fixture)->log, &mine.log));
        seen[mine.result]++;
        for (size_t i = 0; i < 3; i++)
            next[i] = compare_log(fixture, names[i]);
        if (ticket % 20 == 0) {
            struct hash wrong = file_name;
            wrong.bytes[0] ^= 1;
            compare_blob(fixture, file_name);
            compare_blob(fixture, wrong);
        }
    }
    assert_true(seen[RESULT_OK] > 100);
    assert_true(seen[RESULT_INVALID] > 10);
    assert_true(seen[RESULT_EXISTS] > 10);
    assert_true(seen[RESULT_NOT_FOUND] > 0);
}

#define FAKE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAKE_TEST(nothing_is_told_before_the_test_commits),
        FAKE_TEST(a_load_waits_for_the_batches_before_it),
        FAKE_TEST(a_failure_lasts_until_the_log_is_loaded),
        FAKE_TEST(a_crash_forgets_what_is_not_committed),
        FAKE_TEST(a_crash_between_a_mark_and_its_commit_leaves_none),
        FAKE_TEST(a_full_fake_takes_nothing),
        FAKE_TEST(the_fake_takes_and_refuses_what_the_real_one_does),
    };
    return cmocka_run_group_tests_name("store_fake", tests, NULL, NULL);
}
