#include "server/store/store_batch.h"
#include "server/store/store_migrations.h"
#include "server/store/store_sqlite.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sqlite3.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct store_sqlite *open_writer(const struct store_fixture *fixture)
{
    struct store_sqlite *sqlite = NULL;
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_OK);
    return sqlite;
}

static enum result write_now(struct store_sqlite *sqlite,
                             struct store_batch *batch)
{
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    enum result result = store_sqlite_append(sqlite, batch);
    store_batch_free(batch);
    if (result == RESULT_OK)
        result = store_sqlite_commit(sqlite);
    else
        store_sqlite_rollback(sqlite);
    return result;
}

static struct store_log *load(struct store_sqlite *sqlite, const char *name)
{
    const struct identifier id = store_fixture_id(name);
    struct store_log *log = NULL;
    assert_int_equal(store_sqlite_load_log(sqlite, &id, &log), RESULT_OK);
    return log;
}

/* Runs SQL from outside, as damage or another program would. */
static int tamper(const struct store_fixture *fixture, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    return code;
}

static void assert_single_value(const struct store_fixture *fixture,
                                const char *query, const char *value)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), value);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void make_log(const struct store_fixture *fixture, size_t count)
{
    struct store_sqlite *sqlite = open_writer(fixture);
    assert_int_equal(
        write_now(sqlite, store_fixture_begin(
                              store_fixture_batch("chi-bo", 1, 0, count), 1)),
        RESULT_OK);
    store_sqlite_close(sqlite);
}

/* A check that counts the events of all logs. */
static enum result count_events(const struct store_log *log, void *user)
{
    size_t *count = user;
    *count += log->event_count;
    return RESULT_OK;
}

/* ---- Rules of the tables ------------------------------------------------ */

static void the_database_is_set_up_as_promised(void **state)
{
    static const struct {
        const char *query;
        const char *value;
    } expected[] = { { "PRAGMA journal_mode", "wal" },
                     { "PRAGMA user_version", "4" },
                     { "SELECT count(*) FROM pragma_table_list"
                       " WHERE schema = 'main' AND name NOT LIKE 'sqlite%'"
                       " AND strict = 0",
                       "0" } };
    struct store_fixture *fixture = *state;
    store_sqlite_close(open_writer(fixture));
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_single_value(fixture, expected[i].query, expected[i].value);
}

static void an_event_can_neither_be_changed_nor_deleted(void **state)
{
    struct store_fixture *fixture = *state;
    make_log(fixture, 2);
    assert_int_equal(tamper(fixture, "UPDATE event SET at_ms = 0"),
                     SQLITE_CONSTRAINT);
    assert_int_equal(tamper(fixture, "DELETE FROM event WHERE seq = 1"),
                     SQLITE_CONSTRAINT);
    struct store_sqlite *sqlite = open_writer(fixture);
    struct store_log *log = load(sqlite, "chi-bo");
    store_fixture_assert_log(log, 2);
    store_log_free(log);
    store_sqlite_close(sqlite);
}

static void a_text_of_an_event_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    bool has_text = false;
    make_log(fixture, 2);
    struct store_sqlite *sqlite = open_writer(fixture);

    assert_int_equal(
        store_sqlite_has_text(sqlite, "\"hand_raised\"", &has_text), RESULT_OK);
    assert_true(has_text);
    assert_int_equal(store_sqlite_has_text(sqlite, "hand_lowered", &has_text),
                     RESULT_OK);
    assert_false(has_text);
    store_sqlite_close(sqlite);
}

static void a_gap_in_a_stored_log_is_found(void **state)
{
    struct store_fixture *fixture = *state;
    make_log(fixture, 3);
    assert_int_equal(tamper(fixture, "DROP TRIGGER event_is_never_deleted;"
                                     "DELETE FROM event WHERE seq = 1"),
                     SQLITE_OK);
    struct store_sqlite *sqlite = open_writer(fixture);
    const struct identifier id = store_fixture_id("chi-bo");
    struct store_log *log = NULL;
    assert_int_equal(store_sqlite_load_log(sqlite, &id, &log), RESULT_CORRUPT);
    assert_null(log);
    store_sqlite_close(sqlite);
}

static void an_open_log_without_its_key_is_damaged(void **state)
{
    struct store_fixture *fixture = *state;
    make_log(fixture, 1);
    assert_int_equal(tamper(fixture, "DELETE FROM room_key"), SQLITE_OK);
    struct store_sqlite *sqlite = open_writer(fixture);
    const struct identifier id = store_fixture_id("chi-bo");
    struct store_log *log = NULL;
    assert_int_equal(store_sqlite_load_log(sqlite, &id, &log), RESULT_CORRUPT);
    store_sqlite_close(sqlite);
}

/* ---- Opening ------------------------------------------------------------ */

static void a_reader_makes_no_database(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = NULL;
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_READ),
        RESULT_NOT_FOUND);
    assert_null(sqlite);
    assert_int_equal(store_sqlite_upgrade(fixture->path), RESULT_NOT_FOUND);
    assert_int_not_equal(access(fixture->path, F_OK), 0);
}

static void a_file_of_another_program_is_left_alone(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = NULL;
    FILE *file = fopen(fixture->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 200; i++)
        assert_true(fputs("Biên bản họp chi bộ\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_UNSUPPORTED);

    static const char *const foreign[] = { "CREATE TABLE t (x)",
                                           "PRAGMA application_id = 5",
                                           "PRAGMA user_version = 1" };
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        assert_int_equal(unlink(fixture->path), 0);
        assert_int_equal(tamper(fixture, foreign[i]), SQLITE_OK);
        assert_int_equal(
            store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
            RESULT_UNSUPPORTED);
        assert_null(sqlite);
        assert_single_value(fixture, "PRAGMA journal_mode", "delete");
        assert_single_value(fixture,
                            "SELECT count(*) FROM sqlite_schema"
                            " WHERE name = 'event'",
                            "0");
    }
}

static void a_database_of_a_newer_program_is_left_alone(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = NULL;
    make_log(fixture, 1);
    assert_int_equal(tamper(fixture, "PRAGMA user_version = 1000"), SQLITE_OK);
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_UNSUPPORTED);
}

/* A database as the first version of the program left it, with one log. */
static void make_first_version(const struct store_fixture *fixture)
{
    assert_int_equal(tamper(fixture, store_migration_sql(1)), SQLITE_OK);
    assert_int_equal(tamper(fixture,
                            "PRAGMA application_id = 0x6368626f;"
                            "PRAGMA user_version = 1;"
                            "INSERT INTO log (name) VALUES ('chi-bo');"
                            "INSERT INTO room_key VALUES (1, zeroblob(32));"
                            "INSERT INTO event VALUES"
                            " (1, 0, 5, zeroblob(32), x'7b7d')"),
                     SQLITE_OK);
}

static void a_database_of_an_older_program_is_brought_up_to_date(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = NULL;
    make_first_version(fixture);
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_READ),
        RESULT_UNSUPPORTED);
    assert_int_equal(store_sqlite_upgrade(fixture->path), RESULT_OK);
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_READ),
        RESULT_OK);
    store_sqlite_close(sqlite);
    sqlite = open_writer(fixture);
    struct store_log *log = load(sqlite, "chi-bo");
    assert_int_equal(log->event_count, 1);
    assert_false(log->is_held);
    store_log_free(log);
    struct store_batch *batch = store_fixture_batch("chi-bo", 1, 1, 1);
    store_batch_hold(batch);
    assert_int_equal(write_now(sqlite, batch), RESULT_OK);
    log = load(sqlite, "chi-bo");
    assert_int_equal(log->event_count, 2);
    assert_true(log->is_held);
    store_log_free(log);
    store_sqlite_close(sqlite);
}

static void the_lock_has_one_holder(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_lock *lock = NULL;
    struct store_lock *second = NULL;
    assert_int_equal(store_sqlite_lock(&lock, fixture->path), RESULT_OK);
    assert_int_equal(store_sqlite_lock(&second, fixture->path), RESULT_BUSY);
    assert_null(second);
    store_lock_release(lock);
    assert_int_equal(store_sqlite_lock(&second, fixture->path), RESULT_OK);
    store_lock_release(second);
}

static void the_lock_of_a_dead_process_is_free(void **state)
{
    struct store_fixture *fixture = *state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
        struct store_lock *lock = NULL;
        if (store_sqlite_lock(&lock, fixture->path) == RESULT_OK &&
            write(ready[1], "x", 1) == 1)
            (void)pause();
        _exit(1);
    }
    struct store_lock *lock = NULL;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(store_sqlite_lock(&lock, fixture->path), RESULT_BUSY);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(store_sqlite_lock(&lock, fixture->path), RESULT_OK);
    store_lock_release(lock);
    close(ready[0]);
    close(ready[1]);
}

/* ---- Crashes and failures ----------------------------------------------- */

enum { CRASH_BATCH_EVENTS = 5, CRASH_LOGS = 3 };

/* Writes batches for ever, three logs in a transaction, and says through the
 * pipe how many transactions are committed. */
static void write_for_ever(const struct store_fixture *fixture, int fd)
{
    static const char *const names[CRASH_LOGS] = { "a", "b", "c" };
    struct store_sqlite *sqlite = open_writer(fixture);
    for (uint64_t round = 0;; round++) {
        if (store_sqlite_begin(sqlite) != RESULT_OK)
            _exit(1);
        for (size_t i = 0; i < CRASH_LOGS; i++) {
            struct store_batch *batch =
                store_fixture_batch(names[i], round, round * CRASH_BATCH_EVENTS,
                                    CRASH_BATCH_EVENTS);
            if (round == 0)
                store_fixture_begin(batch, 1);
            store_fixture_add_request(batch, 1, round, "{\"ok\":true}");
            if (round % 2 == 0)
                store_batch_hold(batch);
            else
                store_batch_release_hold(batch);
            if (store_sqlite_append(sqlite, batch) != RESULT_OK)
                _exit(1);
            store_batch_free(batch);
        }
        if (store_sqlite_commit(sqlite) != RESULT_OK || write(fd, "x", 1) != 1)
            _exit(1);
    }
}

static size_t kill_after(const struct store_fixture *fixture, size_t commits,
                         unsigned int turns)
{
    int said[2];
    char byte;
    size_t count = 0;
    assert_int_equal(pipe(said), 0);
    const pid_t child = fork();
    if (child == 0) {
        close(said[0]);
        write_for_ever(fixture, said[1]);
    }
    close(said[1]);
    while (count < commits && read(said[0], &byte, 1) == 1)
        count++;
    for (volatile unsigned int i = 0; i < turns; i++) {
        /* The moment of the kill moves through a transaction. */
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(said[0], &byte, 1) == 1)
        count++; /* said before it died */
    close(said[0]);
    return count;
}

static void
a_kill_leaves_whole_transactions_and_all_that_were_told(void **state)
{
    struct store_fixture *fixture = *state;
    for (unsigned int i = 0; i < 20; i++) {
        const size_t told = kill_after(fixture, 3 + i, i * 40000);
        size_t count = 0; /* as chiboctl sees it, before any writer */
        assert_int_equal(
            store_sqlite_check(fixture->path, count_events, &count), RESULT_OK);
        assert_true(count >= told * CRASH_LOGS * CRASH_BATCH_EVENTS);
        struct store_sqlite *sqlite = open_writer(fixture);
        size_t counts[CRASH_LOGS];
        static const char *const names[CRASH_LOGS] = { "a", "b", "c" };
        for (size_t k = 0; k < CRASH_LOGS; k++) {
            struct store_log *log = load(sqlite, names[k]);
            store_fixture_assert_log(log, log->event_count);
            assert_int_equal(log->event_count % CRASH_BATCH_EVENTS, 0);
            counts[k] = log->event_count / CRASH_BATCH_EVENTS;
            assert_int_equal(log->request_count, counts[k]);
            assert_int_equal(log->is_held, counts[k] % 2 == 1);
            store_log_free(log);
        }
        assert_int_equal(counts[0], counts[1]);
        assert_int_equal(counts[0], counts[2]);
        assert_true(counts[0] == told || counts[0] == told + 1);
        store_sqlite_close(sqlite);
        assert_int_equal(unlink(fixture->path), 0);
    }
}

/* The file size limit of a child stands for a disk that is full. */
static int write_until_full(const struct store_fixture *fixture)
{
    struct store_sqlite *sqlite = open_writer(fixture);
    const struct rlimit limit = { 400 * 1024, RLIM_INFINITY };
    uint64_t round = 0;
    enum result result = write_now(
        sqlite, store_fixture_begin(store_fixture_batch("a", 0, 0, 100), 1));
    (void)signal(SIGXFSZ, SIG_IGN);
    if (result != RESULT_OK || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    while (result == RESULT_OK && round++ < 1000)
        result = write_now(sqlite,
                           store_fixture_batch("a", round, round * 100, 100));
    if (result != RESULT_IO)
        return 2;
    struct store_log *log = load(sqlite, "a");
    if (log->event_count != round * 100)
        return 3;
    store_log_free(log);
    /* There is space again. */
    const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
    if (setrlimit(RLIMIT_FSIZE, &no_limit) != 0)
        return 4;
    result =
        write_now(sqlite, store_fixture_batch("a", round, round * 100, 100));
    store_sqlite_close(sqlite);
    return result == RESULT_OK ? 0 : 5;
}

static void a_full_disk_fails_a_batch_and_spoils_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    int status = 0;
    const pid_t child = fork();
    if (child == 0)
        _exit(write_until_full(fixture));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_file_that_may_not_be_written_is_an_io_error(void **state)
{
    struct store_fixture *fixture = *state;
    assert_int_equal(mkdir(fixture->path, 0700), 0);
    struct store_sqlite *sqlite = NULL;
    assert_int_equal(
        store_sqlite_open(&sqlite, fixture->path, STORE_SQLITE_WRITE),
        RESULT_IO);
    assert_int_equal(rmdir(fixture->path), 0);
}

/* ---- The held mark ------------------------------------------------------ */

static bool is_held(struct store_sqlite *sqlite, const char *name)
{
    struct store_log *log = load(sqlite, name);
    const bool answer = log->is_held;
    store_log_free(log);
    return answer;
}

static struct store_batch *mark_only(const char *name, bool is_hold)
{
    struct store_batch *batch = store_fixture_batch(name, 1, 0, 0);
    if (is_hold)
        store_batch_hold(batch);
    else
        store_batch_release_hold(batch);
    return batch;
}

static void a_mark_alone_is_kept_and_taken_away(void **state)
{
    static const bool acts[] = { true, true, false, false, true };
    struct store_fixture *fixture = *state;
    make_log(fixture, 2);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        struct store_sqlite *sqlite = open_writer(fixture);
        assert_int_equal(write_now(sqlite, mark_only("chi-bo", acts[i])),
                         RESULT_OK);
        store_sqlite_close(sqlite);
        sqlite = open_writer(fixture);
        assert_int_equal(is_held(sqlite, "chi-bo"), acts[i]);
        struct store_log_summary *list = NULL;
        size_t count = 0;
        assert_int_equal(store_sqlite_list_logs(sqlite, &list, &count),
                         RESULT_OK);
        assert_int_equal(count, 1);
        assert_int_equal(list[0].is_held, acts[i]);
        assert_int_equal(list[0].event_count, 2);
        free(list);
        store_sqlite_close(sqlite);
    }
}

static void a_mark_is_of_one_log(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = open_writer(fixture);
    struct store_batch *held =
        store_fixture_begin(store_fixture_batch("a", 1, 0, 1), 1);
    store_batch_hold(held);
    assert_int_equal(write_now(sqlite, held), RESULT_OK);
    assert_int_equal(
        write_now(sqlite,
                  store_fixture_begin(store_fixture_batch("b", 2, 0, 1), 1)),
        RESULT_OK);
    assert_true(is_held(sqlite, "a"));
    assert_false(is_held(sqlite, "b"));
    assert_int_equal(write_now(sqlite, store_fixture_batch("a", 3, 1, 1)),
                     RESULT_OK);
    assert_true(is_held(sqlite, "a"));
    store_sqlite_close(sqlite);
}

static void a_mark_is_undone_with_its_batch(void **state)
{
    struct store_fixture *fixture = *state;
    make_log(fixture, 2);
    struct store_sqlite *sqlite = open_writer(fixture);
    struct store_batch *wrong = store_fixture_batch("chi-bo", 1, 7, 1);
    store_batch_hold(wrong);
    assert_int_equal(write_now(sqlite, wrong), RESULT_INVALID);
    assert_false(is_held(sqlite, "chi-bo"));
    assert_int_equal(write_now(sqlite, mark_only("chi-bo", true)), RESULT_OK);
    wrong = store_fixture_batch("chi-bo", 2, 7, 1);
    store_batch_release_hold(wrong);
    assert_int_equal(write_now(sqlite, wrong), RESULT_INVALID);
    assert_true(is_held(sqlite, "chi-bo"));
    store_sqlite_close(sqlite);
}

static void a_log_that_does_not_exist_cannot_be_held(void **state)
{
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = open_writer(fixture);
    assert_int_equal(write_now(sqlite, mark_only("chua-co", true)),
                     RESULT_NOT_FOUND);
    assert_int_equal(write_now(sqlite, mark_only(NULL, true)), RESULT_INVALID);
    assert_int_equal(write_now(sqlite, mark_only(NULL, false)), RESULT_INVALID);
    struct store_log *log = load(sqlite, "chua-co");
    assert_false(log->exists);
    assert_false(log->is_held);
    store_log_free(log);
    store_sqlite_close(sqlite);
}

/* What clients give back is written as they gave it, with the end of the
 * hold. */
static void events_given_back_and_the_release_are_one_batch(void **state)
{
    static const char *const texts[] = { "{\"seq\":1,\"n\":\"x\"}",
                                         "{\"seq\":2,  \"n\":\"Mẫu\"}" };
    struct store_fixture *fixture = *state;
    make_log(fixture, 1);
    struct store_sqlite *sqlite = open_writer(fixture);
    assert_int_equal(write_now(sqlite, mark_only("chi-bo", true)), RESULT_OK);
    struct store_batch *batch = store_fixture_batch("chi-bo", 1, 0, 0);
    for (uint64_t i = 0; i < 2; i++) {
        uint8_t bytes[64];
        const size_t size = strlen(texts[i]);
        memcpy(bytes, texts[i], size);
        struct store_event event = {
            .seq = i + 1, .at_ms = 1000, .bytes = bytes, .size = size
        };
        memset(event.head.bytes, (int)i + 7, sizeof event.head.bytes);
        assert_int_equal(store_batch_add_event(batch, &event), RESULT_OK);
    }
    store_batch_release_hold(batch);
    assert_int_equal(write_now(sqlite, batch), RESULT_OK);
    struct store_log *log = load(sqlite, "chi-bo");
    assert_int_equal(log->event_count, 3);
    assert_false(log->is_held);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(log->events[i + 1].size, strlen(texts[i]));
        assert_memory_equal(log->events[i + 1].bytes, texts[i],
                            strlen(texts[i]));
        assert_int_equal(log->events[i + 1].head.bytes[31], i + 7);
    }
    store_log_free(log);
    store_sqlite_close(sqlite);
}

/* ---- Offline tools ------------------------------------------------------ */

static enum result refuse(const struct store_log *log, void *user)
{
    (void)log; /* every log is refused */
    (void)user;
    return RESULT_REFUSED;
}

static void a_check_hands_over_every_log(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;
    make_log(fixture, 4);
    struct store_sqlite *sqlite = open_writer(fixture);
    assert_int_equal(
        write_now(sqlite, store_fixture_begin(
                              store_fixture_batch("to-dang", 1, 0, 3), 1)),
        RESULT_OK);
    store_sqlite_close(sqlite);
    assert_int_equal(store_sqlite_check(fixture->path, count_events, &count),
                     RESULT_OK);
    assert_int_equal(count, 7);
    assert_int_equal(store_sqlite_check(fixture->path, refuse, NULL),
                     RESULT_REFUSED);
}

static void a_check_finds_a_dangling_reference(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;
    make_log(fixture, 1);
    assert_int_equal(tamper(fixture, "UPDATE opening SET seq = 7"), SQLITE_OK);
    assert_int_equal(store_sqlite_check(fixture->path, count_events, &count),
                     RESULT_CORRUPT);
}

static void a_check_finds_damaged_pages(void **state)
{
    struct store_fixture *fixture = *state;
    size_t count = 0;
    make_log(fixture, 500);
    FILE *file = fopen(fixture->path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -20000, SEEK_END), 0);
    for (int i = 0; i < 12000; i++)
        assert_int_equal(fputc(0xaa, file), 0xaa);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(store_sqlite_check(fixture->path, count_events, &count),
                     RESULT_CORRUPT);
}

#define STORE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(the_database_is_set_up_as_promised),
        STORE_TEST(an_event_can_neither_be_changed_nor_deleted),
        STORE_TEST(a_text_of_an_event_is_found),
        STORE_TEST(a_gap_in_a_stored_log_is_found),
        STORE_TEST(an_open_log_without_its_key_is_damaged),
        STORE_TEST(a_reader_makes_no_database),
        STORE_TEST(a_file_of_another_program_is_left_alone),
        STORE_TEST(a_database_of_a_newer_program_is_left_alone),
        STORE_TEST(a_database_of_an_older_program_is_brought_up_to_date),
        STORE_TEST(the_lock_has_one_holder),
        STORE_TEST(the_lock_of_a_dead_process_is_free),
        STORE_TEST(a_kill_leaves_whole_transactions_and_all_that_were_told),
        STORE_TEST(a_full_disk_fails_a_batch_and_spoils_nothing),
        STORE_TEST(a_file_that_may_not_be_written_is_an_io_error),
        STORE_TEST(a_mark_alone_is_kept_and_taken_away),
        STORE_TEST(a_mark_is_of_one_log),
        STORE_TEST(a_mark_is_undone_with_its_batch),
        STORE_TEST(a_log_that_does_not_exist_cannot_be_held),
        STORE_TEST(events_given_back_and_the_release_are_one_batch),
        STORE_TEST(a_check_hands_over_every_log),
        STORE_TEST(a_check_finds_a_dangling_reference),
        STORE_TEST(a_check_finds_damaged_pages),
    };
    return cmocka_run_group_tests_name("store_sqlite", tests, NULL, NULL);
}
