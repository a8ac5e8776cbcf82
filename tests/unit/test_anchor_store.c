#include "client/core/anchor_store.h"

#include "client/core/durable_file.h"
#include "protocol/record/anchor_file.h"
#include "tests/support/anchor_sample.h"
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

enum { FILE_MAX = 64 * 1024 };

struct fixture {
    struct scratch_folder folder;
    struct scratch_path file;
    struct scratch_path older;
    struct scratch_path damaged;
    struct journal *journal;
};

static const struct key device = { { 0xde } };

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct scratch_path journal;

    assert_non_null(fixture);
    scratch_folder_make(&fixture->folder);
    fixture->file = scratch_folder_file(&fixture->folder, "anchors");
    fixture->older = scratch_folder_file(&fixture->folder, "anchors.old");
    fixture->damaged = scratch_folder_file(&fixture->folder, "anchors.damaged");
    journal = scratch_folder_file(&fixture->folder, "journal");
    assert_int_equal(journal_create(journal.text), RESULT_OK);
    assert_int_equal(journal_open(&fixture->journal, journal.text), RESULT_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    journal_free(fixture->journal);
    scratch_folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

/* --- Helpers -------------------------------------------------------------- */

static struct anchor_store *open_as(const struct fixture *fixture,
                                    enum anchor_store_origin origin)
{
    struct anchor_store *store = NULL;
    struct anchor_store_report report;

    assert_int_equal(anchor_store_open(&store, fixture->file.text,
                                       fixture->journal, &sample_organisation,
                                       &report),
                     RESULT_OK);
    assert_int_equal(report.origin, origin);
    return store;
}

/* What opening gives; leaves nothing behind. */
static enum result try_open(const struct fixture *fixture,
                            struct anchor_store_report *report)
{
    struct anchor_store *store = NULL;
    const enum result result =
        anchor_store_open(&store, fixture->file.text, fixture->journal,
                          &sample_organisation, report);

    if (result)
        assert_null(store);
    anchor_store_free(store);
    return result;
}

static void note_last(struct anchor_store *store, uint64_t seq)
{
    const struct hash head = sample_head('a', seq);

    assert_int_equal(anchors_note_last(anchor_store_anchors(store),
                                       &sample_meeting, seq, &head),
                     RESULT_OK);
}

/* The seq of the last head, 0 if there is none. */
static uint64_t last_seq(struct anchor_store *store)
{
    const struct anchor_log *log =
        anchors_find(anchor_store_anchors(store), &sample_meeting);

    return log && log->has_last ? log->last.seq : 0;
}

/* Saves once for each seq, up to this one. */
static void save_up_to(const struct fixture *fixture, uint64_t seq)
{
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_FIRST);

    for (uint64_t i = 1; i <= seq; i++) {
        note_last(store, i);
        assert_int_equal(anchor_store_save(store), RESULT_OK);
    }
    anchor_store_free(store);
}

static void put_file(const char *path, const void *bytes, size_t size)
{
    assert_int_equal(durable_file_replace(path, bytes, size), RESULT_OK);
}

static uint8_t *read_file(const char *path, size_t *size)
{
    uint8_t *bytes = NULL;

    assert_int_equal(durable_file_read(path, FILE_MAX, &bytes, size),
                     RESULT_OK);
    return bytes;
}

static bool is_there(const struct scratch_path *path)
{
    return access(path->text, F_OK) == 0;
}

static void remember(const struct fixture *fixture, char branch, uint64_t seq)
{
    const struct hash head = sample_head(branch, seq);

    assert_int_equal(
        journal_remember(fixture->journal, &sample_meeting, seq, &head),
        RESULT_OK);
}

/* --- Keeping -------------------------------------------------------------- */

static void what_was_saved_is_there_in_the_next_run(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_FIRST);
    struct stat status;

    note_last(store, 7);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    assert_int_equal(stat(fixture->file.text, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    store = open_as(fixture, ANCHOR_STORE_WHOLE);
    assert_int_equal(last_seq(store), 7);
    anchor_store_free(store);
}

static void the_first_anchors_know_the_own_device(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store *store = NULL;

    assert_int_equal(
        anchor_store_create(fixture->file.text, &sample_organisation, &device),
        RESULT_OK);
    assert_int_equal(
        anchor_store_create(fixture->file.text, &sample_organisation, &device),
        RESULT_EXISTS);
    store = open_as(fixture, ANCHOR_STORE_WHOLE);
    assert_int_equal(anchors_device(anchor_store_anchors(store), &device),
                     ANCHOR_DEVICE_ADDED);
    assert_true(identifier_equal(&anchor_store_anchors(store)->organisation,
                                 &sample_organisation));
    anchor_store_free(store);
}

static void a_save_without_a_change_writes_nothing(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_FIRST);

    note_last(store, 7);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    assert_int_equal(unlink(fixture->file.text), 0);
    note_last(store, 7);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    assert_false(is_there(&fixture->file));
    note_last(store, 8);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    assert_true(is_there(&fixture->file));
    anchor_store_free(store);
}

static void even_empty_anchors_are_saved_once(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_FIRST);

    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    anchor_store_free(open_as(fixture, ANCHOR_STORE_WHOLE));
}

static void the_version_before_is_kept_beside(void **state)
{
    const struct fixture *fixture = *state;
    struct anchors anchors;
    bool is_older = true;

    save_up_to(fixture, 3);
    assert_int_equal(
        anchor_store_read(fixture->older.text, &anchors, &is_older), RESULT_OK);
    assert_false(is_older);
    assert_int_equal(anchors_find(&anchors, &sample_meeting)->last.seq, 2);
    anchors_release(&anchors);
    /* Journal, its lock, and these two. */
    assert_int_equal(scratch_folder_count(&fixture->folder), 4);
}

static void without_a_path_nothing_is_written(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store *store = NULL;
    struct anchor_store_report report;

    assert_int_equal(
        anchor_store_open(&store, NULL, NULL, &sample_organisation, &report),
        RESULT_OK);
    assert_int_equal(report.origin, ANCHOR_STORE_FIRST);
    note_last(store, 7);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    assert_int_equal(last_seq(store), 7);
    anchor_store_free(store);
    assert_int_equal(scratch_folder_count(&fixture->folder), 2);
}

static void a_save_that_fails_leaves_what_was_and_is_tried_again(void **state)
{
    const struct fixture *fixture = *state;
    struct scratch_folder moved = fixture->folder;
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_FIRST);

    note_last(store, 1);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    note_last(store, 2);
    /* The folder is called something else: nothing can be written to it. */
    moved.path[strlen(moved.path) - 1] = '-';
    assert_int_equal(rename(fixture->folder.path, moved.path), 0);
    assert_int_equal(anchor_store_save(store), RESULT_IO);
    assert_int_equal(rename(moved.path, fixture->folder.path), 0);
    anchor_store_free(open_as(fixture, ANCHOR_STORE_WHOLE));
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    store = open_as(fixture, ANCHOR_STORE_WHOLE);
    assert_int_equal(last_seq(store), 2);
    anchor_store_free(store);
}

/* --- Damage --------------------------------------------------------------- */

static void whatever_is_cut_off_the_older_version_is_read(void **state)
{
    const struct fixture *fixture = *state;
    uint8_t *bytes = NULL;
    size_t size = 0;

    save_up_to(fixture, 3);
    bytes = read_file(fixture->file.text, &size);
    for (size_t cut = 0; cut < size; cut++) {
        struct anchor_store_report report;
        struct anchor_store *store = NULL;

        put_file(fixture->file.text, bytes, cut);
        assert_int_equal(anchor_store_open(&store, fixture->file.text,
                                           fixture->journal,
                                           &sample_organisation, &report),
                         RESULT_OK);
        assert_int_equal(report.origin, ANCHOR_STORE_OLDER);
        assert_int_equal(report.damage, RESULT_TRUNCATED);
        assert_int_equal(last_seq(store), 2);
        anchor_store_free(store);
    }
    free(bytes);
}

static void a_damaged_file_is_kept_when_the_next_takes_its_place(void **state)
{
    static const char damage[] = "chibo-anchors 1\nhalf of";
    const struct fixture *fixture = *state;
    struct anchor_store *store = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;

    save_up_to(fixture, 3);
    put_file(fixture->file.text, damage, sizeof damage);
    store = open_as(fixture, ANCHOR_STORE_OLDER);
    /* Opening alone changes nothing. */
    assert_false(is_there(&fixture->damaged));
    note_last(store, 4);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    bytes = read_file(fixture->damaged.text, &size);
    assert_int_equal(size, sizeof damage);
    assert_memory_equal(bytes, damage, size);
    free(bytes);
    store = open_as(fixture, ANCHOR_STORE_WHOLE);
    assert_int_equal(last_seq(store), 4);
    anchor_store_free(store);
}

static void what_was_recovered_is_put_in_place_by_a_save(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store *store = NULL;

    save_up_to(fixture, 3);
    put_file(fixture->file.text, "x", 1);
    store = open_as(fixture, ANCHOR_STORE_OLDER);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    store = open_as(fixture, ANCHOR_STORE_WHOLE);
    assert_int_equal(last_seq(store), 2);
    anchor_store_free(store);
}

static void kinds_of_damage_are_told_apart(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store_report report;
    uint8_t *bytes = NULL;
    size_t size = 0;

    save_up_to(fixture, 3);
    bytes = read_file(fixture->file.text, &size);
    bytes[20] ^= 1;
    put_file(fixture->file.text, bytes, size);
    assert_int_equal(try_open(fixture, &report), RESULT_OK);
    assert_int_equal(report.damage, RESULT_CORRUPT);
    put_file(fixture->file.text, "something else", 14);
    assert_int_equal(try_open(fixture, &report), RESULT_OK);
    assert_int_equal(report.damage, RESULT_MALFORMED);
    assert_int_equal(unlink(fixture->file.text), 0);
    assert_int_equal(try_open(fixture, &report), RESULT_OK);
    assert_int_equal(report.origin, ANCHOR_STORE_OLDER);
    assert_int_equal(report.damage, RESULT_NOT_FOUND);
    free(bytes);
}

static void damage_without_an_older_version_is_not_begun_anew(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store_report report;

    put_file(fixture->file.text, "chibo-anchors 1\n", 16);
    assert_int_equal(try_open(fixture, &report), RESULT_CORRUPT);
    put_file(fixture->older.text, "chibo-anchors 1\n", 16);
    assert_int_equal(try_open(fixture, &report), RESULT_CORRUPT);
    assert_int_equal(unlink(fixture->file.text), 0);
    assert_int_equal(try_open(fixture, &report), RESULT_CORRUPT);
    assert_true(is_there(&fixture->older));
}

static void anchors_that_others_may_change_are_not_opened(void **state)
{
    static const mode_t wide[] = { 0640, 0604, 0620, 0602, 0666 };
    const struct fixture *fixture = *state;
    struct anchor_store_report report;

    save_up_to(fixture, 3);
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        assert_int_equal(chmod(fixture->file.text, wide[i]), 0);
        assert_int_equal(try_open(fixture, &report), RESULT_INVALID);
    }
    assert_int_equal(chmod(fixture->file.text, 0600), 0);
    assert_int_equal(try_open(fixture, &report), RESULT_OK);
    /* An older version that others may change is of no use. */
    assert_int_equal(chmod(fixture->older.text, 0666), 0);
    put_file(fixture->file.text, "x", 1);
    assert_int_equal(try_open(fixture, &report), RESULT_CORRUPT);
}

static void a_later_version_is_left_alone(void **state)
{
    static const char later[] =
        "chibo-anchors 2\n"
        "sum c3bd78df2695b50bad85a5a52b189fec331ee7512b2858111be0e08e89d94ed5"
        "\n";
    const struct fixture *fixture = *state;
    struct anchor_store_report report;

    save_up_to(fixture, 3);
    put_file(fixture->file.text, later, sizeof later - 1);
    assert_int_equal(try_open(fixture, &report), RESULT_UNSUPPORTED);
}

static void anchors_of_another_organisation_are_refused(void **state)
{
    const struct identifier other = { "dang-bo.khac" };
    const struct fixture *fixture = *state;
    struct anchor_store_report report;

    assert_int_equal(anchor_store_create(fixture->file.text, &other, &device),
                     RESULT_OK);
    assert_int_equal(try_open(fixture, &report), RESULT_REFUSED);
}

/* --- A new device --------------------------------------------------------- */

static const struct key new_device = { { 0xdf } };

static void save_sample(const char *path)
{
    struct anchors anchors;
    uint8_t *bytes = NULL;
    size_t size = 0;

    sample_anchors(&anchors);
    assert_int_equal(anchor_file_encode(&anchors, &bytes, &size), RESULT_OK);
    assert_int_equal(durable_file_create(path, bytes, size), RESULT_OK);
    free(bytes);
    anchors_release(&anchors);
}

/* All that was seen, the new device, and no key: the new link names that. */
static void assert_new_device(const struct fixture *fixture)
{
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_WHOLE);
    const struct anchors *anchors = anchor_store_anchors(store);
    struct anchors sample;

    sample_anchors(&sample);
    assert_true(sample.has_server);
    assert_false(anchors->has_server);
    assert_int_equal(anchors_device(anchors, &new_device), ANCHOR_DEVICE_ADDED);
    assert_int_equal(anchors->devices_count, sample.devices_count + 1);
    assert_int_equal(anchors->logs_count, sample.logs_count);
    assert_int_equal(anchors_find(anchors, &sample_meeting)->last.seq, 32);
    anchors_release(&sample);
    anchor_store_free(store);
}

static void a_new_device_goes_on_with_the_anchors_that_are_there(void **state)
{
    const struct fixture *fixture = *state;
    const struct identifier other = { "dang-bo.khac" };

    assert_int_equal(anchor_store_adopt(fixture->file.text,
                                        &sample_organisation, &new_device),
                     RESULT_NOT_FOUND);
    assert_int_not_equal(access(fixture->file.text, F_OK), 0);
    save_sample(fixture->file.text);
    assert_int_equal(
        anchor_store_adopt(fixture->file.text, &other, &new_device),
        RESULT_REFUSED);
    assert_int_equal(anchor_store_adopt(fixture->file.text,
                                        &sample_organisation, &new_device),
                     RESULT_OK);
    assert_new_device(fixture);
    assert_int_equal(access(fixture->older.text, F_OK), 0);
}

static void a_new_device_inherits_the_anchors_of_another_profile(void **state)
{
    const struct fixture *fixture = *state;
    const struct scratch_path from =
        scratch_folder_file(&fixture->folder, "cu-anchors");
    const struct identifier other = { "dang-bo.khac" };
    struct anchors kept;
    bool older = true;

    assert_int_equal(anchor_store_inherit(fixture->file.text, from.text,
                                          &sample_organisation, &new_device),
                     RESULT_NOT_FOUND);
    save_sample(from.text);
    assert_int_equal(anchor_store_inherit(fixture->file.text, from.text, &other,
                                          &new_device),
                     RESULT_REFUSED);
    assert_int_not_equal(access(fixture->file.text, F_OK), 0);
    assert_int_equal(anchor_store_inherit(fixture->file.text, from.text,
                                          &sample_organisation, &new_device),
                     RESULT_OK);
    assert_new_device(fixture);
    assert_int_equal(anchor_store_read(from.text, &kept, &older), RESULT_OK);
    assert_true(kept.has_server);
    anchors_release(&kept);
    assert_int_equal(anchor_store_inherit(fixture->file.text, from.text,
                                          &sample_organisation, &new_device),
                     RESULT_EXISTS);
}

static void what_is_no_file_is_told(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store_report report;
    struct anchor_store *store = NULL;
    char path[5000];

    assert_int_equal(mkdir(fixture->file.text, 0700), 0);
    assert_int_equal(try_open(fixture, &report), RESULT_INVALID);
    assert_int_equal(rmdir(fixture->file.text), 0);
    memset(path, 'a', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(
        anchor_store_open(&store, path, NULL, &sample_organisation, &report),
        RESULT_INVALID);
}

/* --- Beside the journal --------------------------------------------------- */

static void removed_anchors_are_told_and_begin_with_the_journal(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store_report report;
    struct anchor_store *store = NULL;

    remember(fixture, 'a', 9);
    assert_int_equal(anchor_store_open(&store, fixture->file.text,
                                       fixture->journal, &sample_organisation,
                                       &report),
                     RESULT_OK);
    assert_int_equal(report.origin, ANCHOR_STORE_REMOVED);
    assert_int_equal(report.behind_count, 1);
    assert_int_equal(last_seq(store), 9);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    store = open_as(fixture, ANCHOR_STORE_WHOLE);
    assert_int_equal(last_seq(store), 9);
    anchor_store_free(store);
}

static void anchors_that_were_put_back_are_noticed(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store_report report;
    struct anchor_store *store = NULL;

    save_up_to(fixture, 3);
    remember(fixture, 'a', 9);
    assert_int_equal(anchor_store_open(&store, fixture->file.text,
                                       fixture->journal, &sample_organisation,
                                       &report),
                     RESULT_OK);
    assert_int_equal(report.origin, ANCHOR_STORE_WHOLE);
    assert_int_equal(report.behind_count, 1);
    assert_int_equal(report.contradicting_count, 0);
    assert_int_equal(last_seq(store), 9);
    anchor_store_free(store);
}

static void a_journal_that_lags_behind_is_nothing(void **state)
{
    const struct fixture *fixture = *state;
    struct anchor_store_report report;

    save_up_to(fixture, 3);
    remember(fixture, 'a', 2);
    assert_int_equal(try_open(fixture, &report), RESULT_OK);
    assert_int_equal(report.behind_count, 0);
    remember(fixture, 'a', 3);
    assert_int_equal(try_open(fixture, &report), RESULT_OK);
    assert_int_equal(report.behind_count, 0);
    assert_int_equal(report.contradicting_count, 0);
}

static void anchors_of_another_story_put_the_log_into_alarm(void **state)
{
    const struct fixture *fixture = *state;
    const struct hash theirs = sample_head('b', 3);
    struct anchor_store_report report;
    struct anchor_store *store = NULL;
    const struct anchor_alarm *alarm = NULL;

    save_up_to(fixture, 3);
    remember(fixture, 'b', 3);
    assert_int_equal(anchor_store_open(&store, fixture->file.text,
                                       fixture->journal, &sample_organisation,
                                       &report),
                     RESULT_OK);
    assert_int_equal(report.contradicting_count, 1);
    alarm = anchor_log_alarm(
        anchors_find(anchor_store_anchors(store), &sample_meeting));
    assert_non_null(alarm);
    assert_string_equal(alarm->reason.text, ANCHOR_ALARM_FORK);
    assert_int_equal(alarm->seq, 3);
    assert_true(hash_equal(&alarm->theirs.head, &theirs));
    anchor_store_free(store);
}

static void where_events_were_lost_the_journal_is_not_believed(void **state)
{
    const struct fixture *fixture = *state;
    const struct hash head = sample_head('a', 2);
    struct anchor_store_report report;
    struct anchor_store *store = open_as(fixture, ANCHOR_STORE_FIRST);

    note_last(store, 9);
    remember(fixture, 'a', 9);
    assert_int_equal(
        anchors_rewind(anchor_store_anchors(store), &sample_meeting, 2, &head),
        RESULT_OK);
    assert_int_equal(anchor_store_save(store), RESULT_OK);
    anchor_store_free(store);
    /* The power was cut before the journal went back, too. */
    assert_int_equal(anchor_store_open(&store, fixture->file.text,
                                       fixture->journal, &sample_organisation,
                                       &report),
                     RESULT_OK);
    assert_int_equal(report.behind_count, 0);
    assert_int_equal(report.contradicting_count, 0);
    assert_int_equal(last_seq(store), 2);
    anchor_store_free(store);
}

/* --- Reading without a store ---------------------------------------------- */

static void an_export_may_be_read_by_others(void **state)
{
    const struct fixture *fixture = *state;
    struct anchors anchors;

    save_up_to(fixture, 3);
    assert_int_equal(chmod(fixture->file.text, 0644), 0);
    assert_int_equal(anchor_store_read_file(fixture->file.text, &anchors),
                     RESULT_OK);
    assert_int_equal(anchors_find(&anchors, &sample_meeting)->last.seq, 3);
    anchors_release(&anchors);
    put_file(fixture->file.text, "chibo-anch", 10);
    assert_int_equal(anchor_store_read_file(fixture->file.text, &anchors),
                     RESULT_TRUNCATED);
    put_file(fixture->file.text, "biên bản", 10);
    assert_int_equal(anchor_store_read_file(fixture->file.text, &anchors),
                     RESULT_MALFORMED);
}

static void a_profile_is_read_as_it_would_be_opened(void **state)
{
    const struct fixture *fixture = *state;
    struct anchors anchors;
    bool is_older = true;

    assert_int_equal(anchor_store_read(fixture->file.text, &anchors, &is_older),
                     RESULT_NOT_FOUND);
    save_up_to(fixture, 3);
    assert_int_equal(anchor_store_read(fixture->file.text, &anchors, &is_older),
                     RESULT_OK);
    assert_false(is_older);
    assert_int_equal(anchors_find(&anchors, &sample_meeting)->last.seq, 3);
    anchors_release(&anchors);
    put_file(fixture->file.text, "x", 1);
    assert_int_equal(anchor_store_read(fixture->file.text, &anchors, &is_older),
                     RESULT_OK);
    assert_true(is_older);
    assert_int_equal(anchors_find(&anchors, &sample_meeting)->last.seq, 2);
    anchors_release(&anchors);
}

#define STORE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(what_was_saved_is_there_in_the_next_run),
        STORE_TEST(the_first_anchors_know_the_own_device),
        STORE_TEST(a_save_without_a_change_writes_nothing),
        STORE_TEST(even_empty_anchors_are_saved_once),
        STORE_TEST(the_version_before_is_kept_beside),
        STORE_TEST(without_a_path_nothing_is_written),
        STORE_TEST(a_save_that_fails_leaves_what_was_and_is_tried_again),
        STORE_TEST(whatever_is_cut_off_the_older_version_is_read),
        STORE_TEST(a_damaged_file_is_kept_when_the_next_takes_its_place),
        STORE_TEST(what_was_recovered_is_put_in_place_by_a_save),
        STORE_TEST(kinds_of_damage_are_told_apart),
        STORE_TEST(damage_without_an_older_version_is_not_begun_anew),
        STORE_TEST(anchors_that_others_may_change_are_not_opened),
        STORE_TEST(a_later_version_is_left_alone),
        STORE_TEST(anchors_of_another_organisation_are_refused),
        STORE_TEST(a_new_device_goes_on_with_the_anchors_that_are_there),
        STORE_TEST(a_new_device_inherits_the_anchors_of_another_profile),
        STORE_TEST(what_is_no_file_is_told),
        STORE_TEST(removed_anchors_are_told_and_begin_with_the_journal),
        STORE_TEST(anchors_that_were_put_back_are_noticed),
        STORE_TEST(a_journal_that_lags_behind_is_nothing),
        STORE_TEST(anchors_of_another_story_put_the_log_into_alarm),
        STORE_TEST(where_events_were_lost_the_journal_is_not_believed),
        STORE_TEST(an_export_may_be_read_by_others),
        STORE_TEST(a_profile_is_read_as_it_would_be_opened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
