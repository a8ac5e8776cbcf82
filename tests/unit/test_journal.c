#include "client/core/journal.h"

#include "client/core/durable_file.h"
#include "protocol/record/digest.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

struct fixture {
    struct scratch_folder folder;
    struct scratch_path path;
};

static const struct identifier meeting = { "hop-2025.03" };
static const struct identifier unit = { "dang-bo.mau" };
static const struct hash head_a = { { 0xaa } };
static const struct hash head_b = { { 0xbb } };

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fixture->path = scratch_folder_file(&fixture->folder, "m7.journal");
    assert_int_equal(journal_create(fixture->path.text), RESULT_OK);
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

static struct journal *open_journal(const struct fixture *fixture)
{
    struct journal *journal = NULL;

    assert_int_equal(journal_open(&journal, fixture->path.text), RESULT_OK);
    return journal;
}

static uint64_t next_id(struct journal *journal)
{
    uint64_t id = 0;

    assert_int_equal(journal_next_request_id(journal, &id), RESULT_OK);
    return id;
}

/* --- Request ids ----------------------------------------------------------
 */

static void ids_count_up_from_one(void **state)
{
    struct journal *journal = open_journal(*state);

    for (uint64_t i = 1; i <= 2500; i++)
        assert_int_equal(next_id(journal), i);
    journal_free(journal);
}

static void ids_go_on_after_another_run(void **state)
{
    struct journal *journal = open_journal(*state);
    uint64_t last = 0;

    for (int i = 0; i < 1000; i++)
        last = next_id(journal);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_true(next_id(journal) > last);
    journal_free(journal);
}

static void a_run_that_takes_no_id_uses_none_up(void **state)
{
    struct journal *journal = NULL;

    for (int i = 0; i < 3; i++) {
        journal = open_journal(*state);
        journal_free(journal);
    }
    journal = open_journal(*state);
    assert_int_equal(next_id(journal), 1);
    journal_free(journal);
}

/* Takes ids and tells each, then dies without any farewell. */
static void take_ids_and_die(const struct fixture *fixture, int count, int out)
{
    struct journal *journal = NULL;
    uint64_t id = 0;

    if (journal_open(&journal, fixture->path.text))
        _exit(1);
    for (int i = 0; i < count; i++)
        if (journal_next_request_id(journal, &id) ||
            write(out, &id, sizeof id) != (ssize_t)sizeof id)
            _exit(2);
    (void)kill(getpid(), SIGKILL);
}

/* The largest id that a process killed in the middle had taken. */
static uint64_t run_and_kill(const struct fixture *fixture, int count,
                             uint64_t above)
{
    int ends[2];
    int status = 0;
    uint64_t id = 0;
    uint64_t last = above;
    pid_t child = -1;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        take_ids_and_die(fixture, count, ends[1]);
    assert_int_equal(close(ends[1]), 0);
    while (read(ends[0], &id, sizeof id) == (ssize_t)sizeof id) {
        assert_true(id > last);
        last = id;
        count--;
    }
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(count, 0);
    return last;
}

static void no_id_is_used_twice_after_a_crash(void **state)
{
    static const int counts[] = { 1, 999, 1000, 1001, 2, 2000, 17 };
    uint64_t last = 0;

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        last = run_and_kill(*state, counts[i], last);
}

static void a_file_left_aside_by_a_crash_does_no_harm(void **state)
{
    const struct fixture *fixture = *state;
    const struct scratch_path aside =
        scratch_folder_file(&fixture->folder, "m7.journal.Ab3dEf");
    struct journal *journal = NULL;

    assert_int_equal(durable_file_create(aside.text, (const uint8_t *)"x", 1),
                     RESULT_OK);
    journal = open_journal(fixture);
    assert_int_equal(next_id(journal), 1);
    journal_free(journal);
}

static void no_id_is_given_out_that_could_not_be_made_durable(void **state)
{
    const struct fixture *fixture = *state;
    struct scratch_folder moved = fixture->folder;
    struct journal *journal = open_journal(fixture);
    uint64_t id = 4711;

    /* The folder is called something else: nothing can be written to it. */
    moved.path[strlen(moved.path) - 1] = '-';
    assert_int_equal(rename(fixture->folder.path, moved.path), 0);
    assert_int_equal(journal_next_request_id(journal, &id), RESULT_IO);
    assert_int_equal(id, 4711);
    assert_int_equal(rename(moved.path, fixture->folder.path), 0);
    assert_int_equal(next_id(journal), 1);
    journal_free(journal);
}

/* --- Heads ----------------------------------------------------------------
 */

static void what_is_saved_is_recalled_in_another_run(void **state)
{
    struct journal *journal = open_journal(*state);
    struct hash head;
    uint64_t seq = 0;

    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_remember(journal, &unit, 0, &head_b), RESULT_OK);
    assert_int_equal(journal_remember(journal, &meeting, UINT64_MAX, &head_b),
                     RESULT_OK);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_int_equal(journal_recall(journal, &meeting, &seq, &head), RESULT_OK);
    assert_true(seq == UINT64_MAX);
    assert_true(hash_equal(&head, &head_b));
    assert_int_equal(journal_recall(journal, &unit, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 0);
    journal_free(journal);
}

static void taking_ids_keeps_the_heads(void **state)
{
    struct journal *journal = open_journal(*state);
    struct hash head;
    uint64_t seq = 0;

    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    (void)next_id(journal);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_int_equal(journal_recall(journal, &meeting, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 41);
    assert_int_equal(next_id(journal), 1001);
    journal_free(journal);
}

static void saving_heads_does_not_give_ids_back(void **state)
{
    struct journal *journal = open_journal(*state);

    assert_int_equal(next_id(journal), 1);
    assert_int_equal(journal_remember(journal, &meeting, 1, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_int_equal(next_id(journal), 1001);
    journal_free(journal);
}

static void a_log_never_goes_back(void **state)
{
    struct journal *journal = open_journal(*state);
    struct hash head;
    uint64_t seq = 0;

    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_remember(journal, &meeting, 40, &head_a),
                     RESULT_INVALID);
    assert_int_equal(journal_remember(journal, &meeting, 41, &head_b),
                     RESULT_INVALID);
    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_recall(journal, &meeting, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 41);
    assert_true(hash_equal(&head, &head_a));
    journal_free(journal);
}

static void a_log_goes_back_where_the_server_lost_events(void **state)
{
    struct journal *journal = open_journal(*state);
    struct hash head;
    uint64_t seq = 0;

    assert_int_equal(journal_rewind(journal, &meeting, 4, &head_b),
                     RESULT_NOT_FOUND);
    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_rewind(journal, &meeting, 42, &head_a),
                     RESULT_INVALID);
    assert_int_equal(journal_rewind(journal, &meeting, 41, &head_b),
                     RESULT_INVALID);
    assert_int_equal(journal_rewind(journal, &meeting, 30, &head_b), RESULT_OK);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_int_equal(journal_recall(journal, &meeting, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 30);
    assert_true(hash_equal(&head, &head_b));
    journal_free(journal);
}

/* --- What is bound, and what was confirmed ---------------------------------
 */

static void what_is_bound_lasts_and_goes_back_with_the_log(void **state)
{
    struct journal *journal = open_journal(*state);

    assert_int_equal(journal_bind(journal, &meeting, 3), RESULT_NOT_FOUND);
    assert_int_equal(journal_bound(journal, &meeting), 0);
    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_bound(journal, &meeting), 0);
    assert_int_equal(journal_bind(journal, &meeting, 30), RESULT_OK);
    assert_int_equal(journal_bind(journal, &meeting, 20), RESULT_OK);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_int_equal(journal_bound(journal, &meeting), 30);
    assert_int_equal(journal_rewind(journal, &meeting, 35, &head_b), RESULT_OK);
    assert_int_equal(journal_bound(journal, &meeting), 30);
    assert_int_equal(journal_rewind(journal, &meeting, 25, &head_b), RESULT_OK);
    assert_int_equal(journal_bound(journal, &meeting), 26);
    journal_free(journal);
}

static void no_two_heads_are_confirmed_at_one_place(void **state)
{
    struct journal *journal = open_journal(*state);

    assert_int_equal(journal_confirm(journal, &meeting, 7, &head_a),
                     RESULT_NOT_FOUND);
    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 9, &head_a), RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 7, &head_a), RESULT_OK);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_true(journal_has_confirmed(journal, &meeting, 7));
    assert_false(journal_has_confirmed(journal, &meeting, 8));
    assert_int_equal(journal_confirm(journal, &meeting, 7, &head_a), RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 7, &head_b),
                     RESULT_INVALID);
    /* Also where the log has gone back meanwhile. */
    assert_int_equal(journal_rewind(journal, &meeting, 5, &head_b), RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 9, &head_b),
                     RESULT_INVALID);
    assert_int_equal(journal_confirm(journal, &meeting, 8, &head_b), RESULT_OK);
    journal_free(journal);
}

static void what_is_no_longer_remembered_is_not_confirmed(void **state)
{
    struct journal *journal = open_journal(*state);
    uint64_t seq;

    assert_int_equal(journal_remember(journal, &meeting, 400, &head_a),
                     RESULT_OK);
    for (seq = 10; seq < 10 + JOURNAL_SIGNED_MAX + 1; seq++)
        assert_int_equal(journal_confirm(journal, &meeting, seq, &head_a),
                         RESULT_OK);
    assert_false(journal_has_confirmed(journal, &meeting, 10));
    assert_true(journal_has_confirmed(journal, &meeting, 11));
    assert_int_equal(journal_confirm(journal, &meeting, 10, &head_a),
                     RESULT_INVALID);
    assert_int_equal(journal_confirm(journal, &meeting, 3, &head_a),
                     RESULT_INVALID);
    journal_end_confirming(journal, &meeting);
    assert_false(journal_has_confirmed(journal, &meeting, 11));
    journal_free(journal);
}

/* Its end may be lost, and others agree to go on without it. */
static void a_log_that_ended_and_goes_on_has_no_second_head(void **state)
{
    struct journal *journal = open_journal(*state);

    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 30, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 40, &head_a),
                     RESULT_OK);
    journal_end_confirming(journal, &meeting);
    journal_end_confirming(journal, &meeting);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);

    journal = open_journal(*state);
    assert_int_equal(journal_rewind(journal, &meeting, 20, &head_b), RESULT_OK);
    assert_int_equal(journal_remember(journal, &meeting, 44, &head_b),
                     RESULT_OK);
    assert_int_equal(journal_confirm(journal, &meeting, 30, &head_b),
                     RESULT_INVALID);
    assert_int_equal(journal_confirm(journal, &meeting, 40, &head_b),
                     RESULT_INVALID);
    assert_int_equal(journal_confirm(journal, &meeting, 41, &head_b),
                     RESULT_OK);
    journal_end_confirming(journal, &meeting);
    assert_int_equal(journal_confirm(journal, &meeting, 41, &head_a),
                     RESULT_INVALID);
    journal_free(journal);
}

static void a_journal_in_memory_needs_no_file(void **state)
{
    struct journal *journal = NULL;
    struct hash head;
    uint64_t seq = 0;

    (void)state;
    assert_int_equal(journal_open(&journal, NULL), RESULT_OK);
    assert_int_equal(next_id(journal), 1);
    assert_int_equal(next_id(journal), 2);
    assert_int_equal(journal_remember(journal, &meeting, 4, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_save(journal), RESULT_OK);
    assert_int_equal(journal_recall(journal, &meeting, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 4);
    journal_free(journal);
}

static void all_logs_can_be_gone_through(void **state)
{
    struct journal *journal = open_journal(*state);
    struct identifier scope;
    struct hash head;
    uint64_t seq = 0;
    uint64_t sum = 0;

    assert_int_equal(journal_log_count(journal), 0);
    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_remember(journal, &unit, 7, &head_b), RESULT_OK);
    assert_int_equal(journal_log_count(journal), 2);
    for (size_t i = 0; i < 2; i++) {
        journal_log_at(journal, i, &scope, &seq, &head);
        assert_true(identifier_equal(&scope, seq == 7 ? &unit : &meeting));
        assert_true(hash_equal(&head, seq == 7 ? &head_b : &head_a));
        sum += seq;
    }
    assert_int_equal(sum, 48);
    journal_free(journal);
}

static void an_unknown_log_is_not_found(void **state)
{
    struct journal *journal = open_journal(*state);
    struct hash head = head_a;
    uint64_t seq = 7;

    assert_int_equal(journal_recall(journal, &meeting, &seq, &head),
                     RESULT_NOT_FOUND);
    assert_int_equal(seq, 7);
    journal_free(journal);
}

static void a_journal_holds_its_limit_of_logs_and_no_more(void **state)
{
    struct journal *journal = open_journal(*state);
    struct identifier scope;
    struct hash head;
    uint64_t seq = 0;

    for (uint64_t i = 0; i < JOURNAL_LOG_MAX; i++) {
        identifier_number(&scope, "hop-thu-nghiem-voi-mot-ten-rat-dai-so-", i);
        assert_int_equal(
            journal_remember(journal, &scope, UINT64_MAX - i, &head_a),
            RESULT_OK);
    }
    assert_int_equal(journal_remember(journal, &meeting, 1, &head_a),
                     RESULT_FULL);
    assert_int_equal(journal_save(journal), RESULT_OK);
    journal = journal_free(journal);
    journal = open_journal(*state);
    assert_int_equal(journal_recall(journal, &scope, &seq, &head), RESULT_OK);
    assert_true(seq == UINT64_MAX - (JOURNAL_LOG_MAX - 1));
    journal_free(journal);
}

/* --- The file -------------------------------------------------------------
 */

static void a_journal_is_not_started_anew(void **state)
{
    const struct fixture *fixture = *state;

    assert_int_equal(journal_create(fixture->path.text), RESULT_EXISTS);
}

static void a_lost_journal_is_told_and_not_replaced(void **state)
{
    const struct fixture *fixture = *state;
    struct journal *journal = NULL;

    assert_int_equal(unlink(fixture->path.text), 0);
    assert_int_equal(journal_open(&journal, fixture->path.text),
                     RESULT_NOT_FOUND);
    assert_null(journal);
}

static void a_journal_belongs_to_one_at_a_time(void **state)
{
    const struct fixture *fixture = *state;
    struct journal *first = open_journal(fixture);
    struct journal *second = NULL;

    assert_int_equal(journal_open(&second, fixture->path.text), RESULT_BUSY);
    assert_null(second);
    /* Still so after the file has been replaced. */
    (void)next_id(first);
    assert_int_equal(journal_open(&second, fixture->path.text), RESULT_BUSY);
    journal_free(first);
    second = open_journal(fixture);
    journal_free(second);
}

static void a_journal_that_others_may_read_is_not_opened(void **state)
{
    const struct fixture *fixture = *state;
    struct journal *journal = NULL;

    assert_int_equal(chmod(fixture->path.text, 0644), 0);
    assert_int_equal(journal_open(&journal, fixture->path.text),
                     RESULT_INVALID);
}

static enum result open_changed(const struct fixture *fixture,
                                const uint8_t *bytes, size_t size)
{
    struct journal *journal = NULL;
    enum result result = RESULT_OK;
    FILE *file = fopen(fixture->path.text, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    result = journal_open(&journal, fixture->path.text);
    journal_free(journal);
    return result;
}

/* A journal with ids and two logs, as bytes; ended with free(). */
static uint8_t *filled_journal(const struct fixture *fixture, size_t *size)
{
    struct journal *journal = open_journal(fixture);
    uint8_t *bytes = NULL;

    assert_int_equal(journal_remember(journal, &meeting, 41, &head_a),
                     RESULT_OK);
    assert_int_equal(journal_remember(journal, &unit, 7, &head_b), RESULT_OK);
    (void)next_id(journal);
    journal_free(journal);
    assert_int_equal(durable_file_read(fixture->path.text, 4096, &bytes, size),
                     RESULT_OK);
    return bytes;
}

static void every_truncation_is_damage(void **state)
{
    size_t size = 0;
    uint8_t *bytes = filled_journal(*state, &size);

    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(open_changed(*state, bytes, cut), RESULT_CORRUPT);
    assert_int_equal(open_changed(*state, bytes, size), RESULT_OK);
    free(bytes);
}

static void every_flipped_byte_is_damage(void **state)
{
    size_t size = 0;
    uint8_t *bytes = filled_journal(*state, &size);

    for (size_t i = 0; i < size; i++) {
        bytes[i] ^= 1;
        assert_int_equal(open_changed(*state, bytes, size), RESULT_CORRUPT);
        bytes[i] ^= 1;
    }
    free(bytes);
}

/* Opens a journal of these lines under a hash that fits them. */
static enum result open_lines(const struct fixture *fixture, const char *lines)
{
    const struct hash sum = digest_sha256(lines, strlen(lines));
    char digits[HEX_SIZE(HASH_SIZE)];
    char text[2048];
    int length = 0;

    hex_encode(sum.bytes, HASH_SIZE, digits);
    length = snprintf(text, sizeof text, "%ssum %s\n", lines, digits);
    assert_in_range(length, 1, sizeof text - 1);
    return open_changed(fixture, (const uint8_t *)text, (size_t)length);
}

#define HEAD "aa00000000000000000000000000000000000000000000000000000000000000"

static void whole_lines_of_another_form_are_damage(void **state)
{
    static const char *const bad[] = {
        "",
        "chibo-journal 1\n",
        "chibo-journal 1\nrequest 0\n",
        "chibo-journal 1\nrequest 01\n",
        "chibo-journal 1\nrequest -1\n",
        "chibo-journal 1\nrequest 18446744073709551616\n",
        "chibo-journal 1\nrequest 1\nrequest 2\n",
        "chibo-journal 1\nrequest 1\n\n",
        "chibo-journal 1\nrequest 1\nlog m1 5 " HEAD,
        "chibo-journal 1\nlog m1 5 " HEAD "\nrequest 1\n",
        "chibo-journal 1\nrequest 1\nlog M1 5 " HEAD "\n",
        "chibo-journal 1\nrequest 1\nlog m1 " HEAD "\n",
        "chibo-journal 1\nrequest 1\nlog m1 5 " HEAD "00\n",
        "chibo-journal 1\nrequest 1\nlog m1 5 " HEAD "\nlog m1 4 " HEAD "\n",
        "chibo-journal 1\nrequest 1\nnote m1 5 " HEAD "\n",
        "chibo-journal 1\nrequest 1\nlog m1 5 " HEAD " 6\n",
        "chibo-journal 2\nrequest 1\nlog m1 5 " HEAD "\n",
        "chibo-journal 2\nrequest 1\nlog m1 5 " HEAD " 7\n",
        "chibo-journal 2\nrequest 1\nsigned m1 5 " HEAD "\n",
        "chibo-journal 2\nrequest 1\nlog m1 5 " HEAD " 6\nsigned m1 4\n",
        "chibo-journal 2\nrequest 1\nended m1 5\n",
        "chibo-journal 2\nrequest 1\nlog m1 5 " HEAD " 6\nended m1 0\n",
        "chibo-journal 2\nrequest 1\nlog m1 5 " HEAD " 6\nended m1\n",
        "another file\nrequest 1\n",
    };

    assert_int_equal(open_lines(*state, "chibo-journal 1\nrequest 1\n"
                                        "log m1 5 " HEAD "\n"),
                     RESULT_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(open_lines(*state, bad[i]), RESULT_CORRUPT);
}

static void another_version_is_not_supported(void **state)
{
    assert_int_equal(open_lines(*state, "chibo-journal 3\nrequest 1\n"),
                     RESULT_UNSUPPORTED);
}

static void all_that_an_older_journal_remembers_is_bound(void **state)
{
    struct journal *journal;
    struct hash head;
    uint64_t seq = 0;

    assert_int_equal(open_lines(*state, "chibo-journal 1\nrequest 7\n"
                                        "log hop-2025.03 5 " HEAD "\n"),
                     RESULT_OK);
    journal = open_journal(*state);
    assert_int_equal(journal_recall(journal, &meeting, &seq, &head), RESULT_OK);
    assert_int_equal(seq, 5);
    assert_int_equal(journal_bound(journal, &meeting), 6);
    journal_free(journal);
}

static void ids_end_where_json_numbers_end(void **state)
{
    struct journal *journal = NULL;
    uint64_t id = 0;

    /* 2^53 is 9007199254740992. */
    assert_int_equal(
        open_lines(*state, "chibo-journal 1\nrequest 9007199254739990\n"),
        RESULT_OK);
    journal = open_journal(*state);
    assert_int_equal(journal_next_request_id(journal, &id), RESULT_OK);
    assert_true(id == UINT64_C(9007199254739990));
    assert_int_equal(journal_next_request_id(journal, &id), RESULT_OK);
    assert_int_equal(journal_next_request_id(journal, &id), RESULT_FULL);
    assert_true(id == UINT64_C(9007199254739991));
    journal_free(journal);
}

#define JOURNAL_TEST(name)                                                     \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(ids_count_up_from_one),
        JOURNAL_TEST(ids_go_on_after_another_run),
        JOURNAL_TEST(a_run_that_takes_no_id_uses_none_up),
        JOURNAL_TEST(no_id_is_used_twice_after_a_crash),
        JOURNAL_TEST(a_file_left_aside_by_a_crash_does_no_harm),
        JOURNAL_TEST(no_id_is_given_out_that_could_not_be_made_durable),
        JOURNAL_TEST(what_is_saved_is_recalled_in_another_run),
        JOURNAL_TEST(taking_ids_keeps_the_heads),
        JOURNAL_TEST(saving_heads_does_not_give_ids_back),
        JOURNAL_TEST(a_log_never_goes_back),
        JOURNAL_TEST(a_log_goes_back_where_the_server_lost_events),
        JOURNAL_TEST(what_is_bound_lasts_and_goes_back_with_the_log),
        JOURNAL_TEST(no_two_heads_are_confirmed_at_one_place),
        JOURNAL_TEST(what_is_no_longer_remembered_is_not_confirmed),
        JOURNAL_TEST(a_log_that_ended_and_goes_on_has_no_second_head),
        JOURNAL_TEST(a_journal_in_memory_needs_no_file),
        JOURNAL_TEST(all_logs_can_be_gone_through),
        JOURNAL_TEST(an_unknown_log_is_not_found),
        JOURNAL_TEST(a_journal_holds_its_limit_of_logs_and_no_more),
        JOURNAL_TEST(a_journal_is_not_started_anew),
        JOURNAL_TEST(a_lost_journal_is_told_and_not_replaced),
        JOURNAL_TEST(a_journal_belongs_to_one_at_a_time),
        JOURNAL_TEST(a_journal_that_others_may_read_is_not_opened),
        JOURNAL_TEST(every_truncation_is_damage),
        JOURNAL_TEST(every_flipped_byte_is_damage),
        JOURNAL_TEST(whole_lines_of_another_form_are_damage),
        JOURNAL_TEST(another_version_is_not_supported),
        JOURNAL_TEST(all_that_an_older_journal_remembers_is_bound),
        JOURNAL_TEST(ids_end_where_json_numbers_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
