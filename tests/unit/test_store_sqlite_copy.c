#include "server/store/store_migrations.h"
#include "server/store/store_sqlite.h"
#include "tests/support/store_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sqlite3.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A name in the fixture's folder. */
struct place {
    char text[128];
};

static struct place place(const struct store_fixture *fixture, const char *name)
{
    struct place out;
    (void)snprintf(out.text, sizeof out.text, "%s/%s", fixture->folder, name);
    return out;
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

static struct store_sqlite *open_at(const char *path,
                                    enum store_sqlite_mode mode)
{
    struct store_sqlite *sqlite = NULL;
    assert_int_equal(store_sqlite_open(&sqlite, path, mode), RESULT_OK);
    return sqlite;
}

/* Writes one batch in a transaction of its own. */
static void write_now(struct store_sqlite *sqlite, struct store_batch *batch)
{
    assert_int_equal(store_sqlite_begin(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_append(sqlite, batch), RESULT_OK);
    assert_int_equal(store_sqlite_commit(sqlite), RESULT_OK);
    store_batch_free(batch);
}

/* A database with one log of `count` events. */
static void make_database(const char *path, const char *log, size_t count)
{
    struct store_sqlite *sqlite = open_at(path, STORE_SQLITE_WRITE);
    write_now(sqlite,
              store_fixture_begin(store_fixture_batch(log, 1, 0, count), 1));
    store_sqlite_close(sqlite);
}

/* The same, by a process that ends without closing it: everything is in the
 * write-ahead log. */
static void make_unclosed_database(const char *path, const char *log,
                                   size_t count)
{
    const pid_t child = fork();
    if (child == 0) {
        struct store_sqlite *sqlite = open_at(path, STORE_SQLITE_WRITE);
        write_now(sqlite, store_fixture_begin(
                              store_fixture_batch(log, 1, 0, count), 1));
        _exit(0);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void assert_events(const char *path, const char *log, size_t count)
{
    struct store_sqlite *sqlite = open_at(path, STORE_SQLITE_READ);
    const struct identifier id = store_fixture_id(log);
    struct store_log *loaded = NULL;
    assert_int_equal(store_sqlite_load_log(sqlite, &id, &loaded), RESULT_OK);
    store_fixture_assert_log(loaded, count);
    store_log_free(loaded);
    store_sqlite_close(sqlite);
}

static void assert_answer(const char *path, const char *query,
                          const char *value)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, query, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(stmt, 0), value);
    assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* ---- Copying ------------------------------------------------------------ */

static void a_copy_beside_a_running_server_is_of_one_moment(void **state)
{
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    store_fixture_open(fixture, NULL);
    struct store *store = fixture->store;
    assert_int_equal(
        store->ops->append(
            store, store_fixture_begin(store_fixture_batch("a", 1, 0, 50), 1)),
        RESULT_OK);
    store_fixture_wait(fixture, 1);
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
                     RESULT_OK);
    assert_int_equal(
        store->ops->append(store, store_fixture_batch("a", 2, 50, 1)),
        RESULT_OK);
    store_fixture_wait(fixture, 2);

    struct stat status;
    assert_int_equal(stat(copy.text, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_events(copy.text, "a", 50);
}

/* A writer that commits a batch whenever the copy has come a step further. */
struct busy_writer {
    struct store_sqlite *sqlite;
    uint64_t next;
    size_t step_count;
    uint64_t done, total;
};

static bool write_meanwhile(uint64_t done, uint64_t total, void *user)
{
    struct busy_writer *writer = user;
    assert_true(done >= writer->done);
    assert_true(done <= total);
    writer->done = done;
    writer->total = total;
    writer->step_count++;
    write_now(writer->sqlite, store_fixture_batch("a", 1, writer->next, 100));
    writer->next += 100;
    return true;
}

static void
commits_between_the_steps_neither_show_nor_start_it_anew(void **state)
{
    enum { EVENTS = 20000 };
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    make_database(fixture->path, "a", EVENTS);
    struct busy_writer writer = {
        .sqlite = open_at(fixture->path, STORE_SQLITE_WRITE), .next = EVENTS
    };
    struct stat status;
    assert_int_equal(stat(fixture->path, &status), 0);
    assert_int_equal(
        store_sqlite_copy(fixture->path, copy.text, write_meanwhile, &writer),
        RESULT_OK);
    store_sqlite_close(writer.sqlite);
    /* A step is a mebibyte: no more of them than the file needs. */
    assert_true(writer.step_count >= 3);
    assert_true(writer.step_count <= (size_t)status.st_size / 1048576 + 2);
    assert_int_equal(writer.total, status.st_size);
    assert_int_equal(writer.done, writer.total);
    assert_events(copy.text, "a", EVENTS);
    assert_events(fixture->path, "a", (size_t)writer.next);
}

static bool give_up(uint64_t done, uint64_t total, void *user)
{
    (void)done;
    (void)total;
    (void)user;
    return false;
}

static void a_copy_that_is_given_up_leaves_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    make_database(fixture->path, "a", 20000);
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, give_up, NULL),
                     RESULT_CLOSED);
    assert_false(is_there(copy.text));
    assert_false(is_there(place(fixture, "copy.db-journal").text));
}

static void a_copy_is_one_file(void **state)
{
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    make_unclosed_database(fixture->path, "a", 3);
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
                     RESULT_OK);
    assert_answer(copy.text, "PRAGMA journal_mode", "delete");
    assert_events(copy.text, "a", 3);
    assert_false(is_there(place(fixture, "copy.db-wal").text));
    assert_false(is_there(place(fixture, "copy.db-shm").text));
    assert_false(is_there(place(fixture, "copy.db-journal").text));
}

static void a_copy_of_an_older_database_is_up_to_date(void **state)
{
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    run_sql(fixture->path, store_migration_sql(1));
    run_sql(fixture->path, "PRAGMA application_id = 0x6368626f;"
                           "PRAGMA user_version = 1");
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
                     RESULT_OK);
    store_sqlite_close(open_at(copy.text, STORE_SQLITE_READ));
    assert_answer(fixture->path, "PRAGMA user_version", "1");
}

static void a_copy_overwrites_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
                     RESULT_NOT_FOUND);
    assert_false(is_there(copy.text));
    make_database(fixture->path, "a", 1);
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
                     RESULT_OK);
    assert_int_equal(store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
                     RESULT_EXISTS);
    assert_events(copy.text, "a", 1);
    assert_int_equal(
        store_sqlite_copy(fixture->path, "/tmp/khong-co/x.db", NULL, NULL),
        RESULT_IO);
    assert_int_equal(errno, ENOENT);
}

static void what_is_no_database_is_not_copied(void **state)
{
    static const char *const texts[] = { "", "Biên bản họp chi bộ tháng này" };
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        FILE *file = fopen(fixture->path, "w");
        assert_non_null(file);
        for (int line = 0; line < 100; line++)
            assert_true(fputs(texts[i], file) >= 0);
        assert_int_equal(fclose(file), 0);
        assert_int_equal(
            store_sqlite_copy(fixture->path, copy.text, NULL, NULL),
            RESULT_UNSUPPORTED);
        assert_false(is_there(copy.text));
    }
}

/* The file size limit of a child stands for a disk that is full. */
static int copy_until_full(const struct store_fixture *fixture,
                           const char *copy)
{
    const struct rlimit limit = { 200 * 1024, RLIM_INFINITY };
    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return 1;
    if (store_sqlite_copy(fixture->path, copy, NULL, NULL) != RESULT_IO)
        return 2;
    return errno == EFBIG ? 0 : 3;
}

static void a_copy_for_which_there_is_no_space_leaves_nothing(void **state)
{
    struct store_fixture *fixture = *state;
    const struct place copy = place(fixture, "copy.db");
    int status = 0;
    make_database(fixture->path, "a", 2000);
    const pid_t child = fork();
    if (child == 0)
        _exit(copy_until_full(fixture, copy.text));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(is_there(copy.text));
    assert_events(fixture->path, "a", 2000);
}

/* ---- Holding ------------------------------------------------------------ */

static void every_log_that_is_not_closed_is_held(void **state)
{
    static const char *const names[] = { "to-chuc", "da-ket-thuc", "dang-hop" };
    struct store_fixture *fixture = *state;
    struct store_sqlite *sqlite = open_at(fixture->path, STORE_SQLITE_WRITE);
    for (size_t i = 0; i < 3; i++) {
        struct store_batch *batch =
            store_fixture_begin(store_fixture_batch(names[i], 1, 0, 1), 1);
        if (i == 1)
            store_batch_close_log(batch);
        if (i == 2)
            store_batch_hold(batch); /* already */
        write_now(sqlite, batch);
    }
    assert_int_equal(store_sqlite_hold_open_logs(sqlite), RESULT_OK);
    assert_int_equal(store_sqlite_hold_open_logs(sqlite), RESULT_OK);
    struct store_log_summary *list = NULL;
    size_t count = 0;
    assert_int_equal(store_sqlite_list_logs(sqlite, &list, &count), RESULT_OK);
    assert_int_equal(count, 3);
    assert_true(list[0].is_held);
    assert_false(list[1].is_held);
    assert_true(list[2].is_held);
    free(list);
    store_sqlite_close(sqlite);
}

/* ---- Replacing ---------------------------------------------------------- */

struct three {
    struct place new;
    struct place kept;
};

/* A new database with the log "moi", ready to take the place. */
static struct three make_new(const struct store_fixture *fixture)
{
    const struct place source = place(fixture, "source.db");
    const struct three three = { place(fixture, "chibo.db.restoring"),
                                 place(fixture, "chibo.db.replaced") };
    make_database(source.text, "moi", 4);
    assert_int_equal(store_sqlite_copy(source.text, three.new.text, NULL, NULL),
                     RESULT_OK);
    return three;
}

static void the_old_database_is_kept_with_all_it_had(void **state)
{
    struct store_fixture *fixture = *state;
    const struct three three = make_new(fixture);
    bool has_kept = false;
    make_unclosed_database(fixture->path, "cu", 7);
    assert_true(is_there(place(fixture, "chibo.db-wal").text));
    assert_int_equal(store_sqlite_replace(fixture->path, three.new.text,
                                          three.kept.text, &has_kept),
                     RESULT_OK);
    assert_true(has_kept);
    assert_false(is_there(three.new.text));
    assert_false(is_there(place(fixture, "chibo.db-wal").text));
    assert_false(is_there(place(fixture, "chibo.db-shm").text));
    assert_events(three.kept.text, "cu", 7);
    assert_events(fixture->path, "moi", 4);
    struct store_sqlite *sqlite = open_at(fixture->path, STORE_SQLITE_WRITE);
    write_now(sqlite, store_fixture_batch("moi", 1, 4, 1));
    store_sqlite_close(sqlite);
    assert_answer(fixture->path, "PRAGMA journal_mode", "wal");
    assert_events(three.kept.text, "cu", 7);
}

static void a_place_that_is_empty_is_taken(void **state)
{
    struct store_fixture *fixture = *state;
    const struct three three = make_new(fixture);
    bool has_kept = true;
    assert_int_equal(store_sqlite_replace(fixture->path, three.new.text,
                                          three.kept.text, &has_kept),
                     RESULT_OK);
    assert_false(has_kept);
    assert_false(is_there(three.kept.text));
    assert_events(fixture->path, "moi", 4);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void assert_text(const char *path, const char *text)
{
    char read[128] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(read, sizeof read, file));
    assert_int_equal(fclose(file), 0);
    assert_string_equal(read, text);
}

static void a_damaged_database_is_kept_as_it_is(void **state)
{
    static const int line_counts[] = { 0, 1, 100 };
    struct store_fixture *fixture = *state;
    for (size_t i = 0; i < 3; i++) {
        const struct three three = make_new(fixture);
        struct stat status;
        bool has_kept = false;
        FILE *file = fopen(fixture->path, "w");
        assert_non_null(file);
        for (int line = 0; line < line_counts[i]; line++)
            assert_true(fputs("không còn là cơ sở dữ liệu\n", file) >= 0);
        const long size = ftell(file);
        assert_int_equal(fclose(file), 0);
        write_text(place(fixture, "chibo.db-wal").text, "phần chưa ghi");
        assert_int_equal(store_sqlite_replace(fixture->path, three.new.text,
                                              three.kept.text, &has_kept),
                         RESULT_OK);
        assert_true(has_kept);
        assert_int_equal(stat(three.kept.text, &status), 0);
        assert_int_equal(status.st_size, size);
        assert_text(place(fixture, "chibo.db.replaced-wal").text,
                    "phần chưa ghi");
        assert_false(is_there(place(fixture, "chibo.db-wal").text));
        assert_events(fixture->path, "moi", 4);
        assert_int_equal(store_sqlite_remove(fixture->path), RESULT_OK);
        assert_int_equal(store_sqlite_remove(three.kept.text), RESULT_OK);
        assert_int_equal(store_sqlite_remove(place(fixture, "source.db").text),
                         RESULT_OK);
    }
}

static void a_name_that_is_taken_is_left_alone(void **state)
{
    struct store_fixture *fixture = *state;
    const struct three three = make_new(fixture);
    bool has_kept = false;
    make_database(fixture->path, "cu", 2);
    write_text(three.kept.text, "của lần trước");
    assert_int_equal(store_sqlite_replace(fixture->path, three.new.text,
                                          three.kept.text, &has_kept),
                     RESULT_EXISTS);
    assert_text(three.kept.text, "của lần trước");
    assert_events(fixture->path, "cu", 2);
    assert_events(three.new.text, "moi", 4);
}

/* A reader in the middle of the old one still needs its write-ahead log. */
static void a_database_that_is_being_read_is_not_replaced(void **state)
{
    struct store_fixture *fixture = *state;
    const struct three three = make_new(fixture);
    bool has_kept = false;
    make_unclosed_database(fixture->path, "cu", 2);
    sqlite3 *reader = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &reader), SQLITE_OK);
    assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM event",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(store_sqlite_replace(fixture->path, three.new.text,
                                          three.kept.text, &has_kept),
                     RESULT_BUSY);
    assert_false(is_there(three.kept.text));
    assert_int_equal(sqlite3_close(reader), SQLITE_OK);
    assert_events(fixture->path, "cu", 2);
    assert_int_equal(store_sqlite_replace(fixture->path, three.new.text,
                                          three.kept.text, &has_kept),
                     RESULT_OK);
    assert_events(three.kept.text, "cu", 2);
}

static void a_database_is_removed_with_what_is_beside_it(void **state)
{
    static const char *const names[] = { "chibo.db", "chibo.db-wal",
                                         "chibo.db-shm", "chibo.db-journal" };
    struct store_fixture *fixture = *state;
    for (size_t i = 0; i < 4; i++)
        write_text(place(fixture, names[i]).text, "x");
    write_text(place(fixture, "chibo.db.khac").text, "ở lại");
    assert_int_equal(store_sqlite_remove(fixture->path), RESULT_OK);
    assert_int_equal(store_sqlite_remove(fixture->path), RESULT_OK);
    for (size_t i = 0; i < 4; i++)
        assert_false(is_there(place(fixture, names[i]).text));
    assert_true(is_there(place(fixture, "chibo.db.khac").text));
}

#define COPY_TEST(name)                                                        \
    cmocka_unit_test_setup_teardown(name, store_fixture_setup,                 \
                                    store_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        COPY_TEST(a_copy_beside_a_running_server_is_of_one_moment),
        COPY_TEST(commits_between_the_steps_neither_show_nor_start_it_anew),
        COPY_TEST(a_copy_that_is_given_up_leaves_nothing),
        COPY_TEST(a_copy_is_one_file),
        COPY_TEST(a_copy_of_an_older_database_is_up_to_date),
        COPY_TEST(a_copy_overwrites_nothing),
        COPY_TEST(what_is_no_database_is_not_copied),
        COPY_TEST(a_copy_for_which_there_is_no_space_leaves_nothing),
        COPY_TEST(every_log_that_is_not_closed_is_held),
        COPY_TEST(the_old_database_is_kept_with_all_it_had),
        COPY_TEST(a_place_that_is_empty_is_taken),
        COPY_TEST(a_damaged_database_is_kept_as_it_is),
        COPY_TEST(a_name_that_is_taken_is_left_alone),
        COPY_TEST(a_database_that_is_being_read_is_not_replaced),
        COPY_TEST(a_database_is_removed_with_what_is_beside_it),
    };
    return cmocka_run_group_tests_name("store_sqlite_copy", tests, NULL, NULL);
}
