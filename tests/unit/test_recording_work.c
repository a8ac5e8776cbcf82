/* From frames that were heard to files of speakers, over a folder. */
#include "server/room/recording_work.h"

#include "server/audio/ogg_mend.h"
#include "server/platform/recording_folder.h"
#include "tests/support/scratch_folder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const struct recording_id first = { { "c1.7" }, 2 };

struct fixture {
    struct scratch_folder folder;
    struct recording_store store;
    struct recording_store broken; /* takes nothing */
    struct recording_writer *writer;
    int64_t now_ms;
};

static enum result take_nothing(void *user, const char *name, const void *bytes,
                                size_t size)
{
    (void)user;
    (void)name;
    (void)bytes;
    (void)size;
    return RESULT_IO;
}

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    scratch_folder_make(&fixture->folder);
    fixture->store = recording_folder_store(fixture->folder.path);
    fixture->broken = fixture->store;
    fixture->broken.append = take_nothing;
    fixture->now_ms = 1000;
    *state = fixture;
    return recording_writer_new(&fixture->writer, &first, &fixture->store,
                                LIMIT_RECORDING_SIZE) == RESULT_OK
               ? 0
               : -1;
}

static int end(void **state)
{
    struct fixture *fixture = *state;

    recording_writer_free(fixture->writer);
    scratch_folder_remove(&fixture->folder);
    free(fixture);
    return 0;
}

static enum result hear(struct fixture *fixture, uint16_t slot,
                        uint32_t sequence)
{
    const uint8_t payload[3] = { 0x08, (uint8_t)slot, (uint8_t)sequence };
    struct recording_heard heard = { .slot = slot,
                                     .sequence = sequence,
                                     .timestamp = sequence * 960,
                                     .at_ms = fixture->now_ms,
                                     .size = sizeof payload };

    (void)snprintf(heard.holder.text, sizeof heard.holder.text, "m%u",
                   (unsigned)slot);
    return recording_writer_hear(fixture->writer, &heard, payload);
}

static enum result work(struct fixture *fixture, bool is_end)
{
    fixture->now_ms += 1000;
    recording_writer_hand_over(fixture->writer, fixture->now_ms, is_end);
    recording_writer_work(fixture->writer);
    return recording_writer_result(fixture->writer);
}

static void a_name_tells_meeting_recording_and_sender(void **state)
{
    struct recording_id id;
    struct identifier holder;
    uint64_t slot;

    (void)state;
    assert_true(
        recording_name_read("c1.7_12_345_m.4.opus", &id, &slot, &holder));
    assert_string_equal(id.meeting.text, "c1.7");
    assert_int_equal(id.number, 12);
    assert_int_equal(slot, 345);
    assert_string_equal(holder.text, "m.4");
    assert_string_equal(recording_prefix(&first).text, "c1.7_2_");
    assert_false(recording_name_read("c1.7_12_345_m4", &id, &slot, &holder));
    assert_false(recording_name_read("c1.7_0_1_m4.opus", &id, &slot, &holder));
    assert_false(recording_name_read("c1.7_51_1_m4.opus", &id, &slot, &holder));
    assert_false(
        recording_name_read("c1.7_1_65536_m4.opus", &id, &slot, &holder));
    assert_false(recording_name_read("c1.7_1_1_.opus", &id, &slot, &holder));
    assert_false(recording_name_read("_1_1_m4.opus", &id, &slot, &holder));
    assert_false(recording_name_read("c1.7", &id, &slot, &holder));
}

static void each_sender_has_a_file_that_is_found_again(void **state)
{
    struct fixture *fixture = *state;
    struct recording_name *names = NULL;
    struct recording_kept kept;
    size_t count = 0, i;
    uint32_t sequence;

    for (sequence = 0; sequence < 20; sequence++) {
        assert_int_equal(hear(fixture, 3, sequence), RESULT_OK);
        if (sequence < 5)
            assert_int_equal(hear(fixture, 9, sequence), RESULT_OK);
    }
    assert_true(recording_writer_has_any(fixture->writer));
    assert_int_equal(work(fixture, false), RESULT_OK);
    assert_false(recording_writer_has_any(fixture->writer));
    assert_int_equal(work(fixture, true), RESULT_OK);
    assert_int_equal(recording_list(&fixture->store, &first, &names, &count),
                     RESULT_OK);
    assert_int_equal(count, 2);
    assert_string_equal(names[0].text, "c1.7_2_3_m3.opus");
    assert_string_equal(names[1].text, "c1.7_2_9_m9.opus");
    for (i = 0; i < count; i++) {
        assert_int_equal(recording_read(&fixture->store, names[i].text, &kept),
                         RESULT_OK);
        assert_true(kept.is_there);
        assert_int_equal(kept.row.outcome, RECORDING_WHOLE);
        assert_int_equal(kept.row.packets, i == 0 ? 20 : 5);
        assert_int_equal(kept.row.from, 1000);
        assert_int_equal(kept.row.to, 1000 + (i == 0 ? 400 : 100));
        recording_kept_release(&kept);
    }
    free(names);
}

static void a_writer_that_is_gone_leaves_a_file_that_is_cut(void **state)
{
    struct fixture *fixture = *state;
    struct recording_kept kept;
    uint32_t sequence;

    for (sequence = 0; sequence < 20; sequence++)
        assert_int_equal(hear(fixture, 3, sequence), RESULT_OK);
    /* The first waits for those before it; the last for its length. */
    assert_int_equal(work(fixture, false), RESULT_OK);
    assert_int_equal(recording_read(&fixture->store, "c1.7_2_3_m3.opus", &kept),
                     RESULT_OK);
    assert_true(kept.is_there);
    assert_int_equal(kept.row.outcome, RECORDING_CUT);
    assert_int_equal(kept.row.packets, 19);
    recording_kept_release(&kept);
}

static void a_file_without_sound_is_not_there(void **state)
{
    struct fixture *fixture = *state;
    struct recording_kept kept = { .is_there = true };

    assert_int_equal(
        fixture->store.append(fixture->store.user, "c1.7_2_3_m3.opus", "Og", 2),
        RESULT_OK);
    assert_int_equal(recording_read(&fixture->store, "c1.7_2_3_m3.opus", &kept),
                     RESULT_OK);
    assert_false(kept.is_there);
    recording_kept_release(&kept);
    assert_int_equal(recording_read(&fixture->store, "c1.7", &kept),
                     RESULT_INVALID);
}

static void more_speakers_than_may_be_are_left_out_and_named(void **state)
{
    enum { FIRST = 100, MORE = LIMIT_RECORDING_LEFT_OUT + 2 };
    struct fixture *fixture = *state;
    struct recording_name *names = NULL;
    const struct recording_file *rows;
    size_t count = 0;
    uint16_t slot;

    for (slot = 1; slot <= LIMIT_RECORDING_SPEAKERS; slot++)
        assert_int_equal(hear(fixture, slot, 0), RESULT_OK);
    assert_int_equal(work(fixture, false), RESULT_OK);
    (void)recording_writer_left_out(fixture->writer, &count);
    assert_int_equal(count, 0);
    for (slot = FIRST; slot < FIRST + MORE; slot++) {
        assert_int_equal(hear(fixture, slot, 0), RESULT_OK);
        assert_int_equal(hear(fixture, slot, 1), RESULT_OK);
    }
    assert_int_equal(hear(fixture, 7, 1), RESULT_OK);
    assert_int_equal(work(fixture, false), RESULT_OK);
    assert_int_equal(hear(fixture, 7, 2), RESULT_OK);
    assert_int_equal(work(fixture, true), RESULT_OK);
    rows = recording_writer_left_out(fixture->writer, &count);
    assert_int_equal(count, LIMIT_RECORDING_LEFT_OUT);
    assert_int_equal(rows[1].slot, FIRST + 1);
    assert_string_equal(rows[1].holder.text, "m101");
    assert_int_equal(rows[1].outcome, RECORDING_LEFT_OUT);
    assert_int_equal(rows[1].from, 2000);
    assert_int_equal(rows[1].to, 2000);
    assert_int_equal(recording_list(&fixture->store, &first, &names, &count),
                     RESULT_OK);
    assert_int_equal(count, LIMIT_RECORDING_SPEAKERS);
    free(names);
}

/* What came after the others had been left out is in the file. */
static void who_was_there_is_recorded_on(void **state)
{
    struct fixture *fixture = *state;
    struct recording_kept kept;
    uint16_t slot;

    for (slot = 1; slot <= LIMIT_RECORDING_SPEAKERS + 1; slot++)
        assert_int_equal(hear(fixture, slot, 0), RESULT_OK);
    assert_int_equal(work(fixture, false), RESULT_OK);
    assert_int_equal(hear(fixture, 7, 50), RESULT_OK);
    assert_int_equal(work(fixture, true), RESULT_OK);
    assert_int_equal(recording_read(&fixture->store, "c1.7_2_7_m7.opus", &kept),
                     RESULT_OK);
    assert_true(kept.is_there);
    assert_int_equal(kept.row.packets, 2);
    recording_kept_release(&kept);
}

static void what_has_no_room_left_is_full(void **state)
{
    struct fixture *fixture = *state;

    recording_writer_free(fixture->writer);
    assert_int_equal(
        recording_writer_new(&fixture->writer, &first, &fixture->store, 500),
        RESULT_OK);
    assert_int_equal(hear(fixture, 3, 0), RESULT_OK);
    assert_int_equal(work(fixture, false), RESULT_OK);
    while (work(fixture, false) == RESULT_OK)
        assert_int_equal(hear(fixture, 3, (uint32_t)(fixture->now_ms / 20)),
                         RESULT_OK);
    assert_int_equal(recording_writer_result(fixture->writer), RESULT_FULL);
}

static void a_disk_that_does_not_keep_up_is_noticed(void **state)
{
    struct fixture *fixture = *state;
    uint32_t sequence = 0;

    while (hear(fixture, 3, sequence) == RESULT_OK)
        sequence++;
    assert_in_range(sequence, 5000, LIMIT_RECORDING_QUEUE_SIZE / 3);
}

static void after_a_failure_nothing_more_is_written(void **state)
{
    struct fixture *fixture = *state;

    recording_writer_free(fixture->writer);
    assert_int_equal(recording_writer_new(&fixture->writer, &first,
                                          &fixture->broken,
                                          LIMIT_RECORDING_SIZE),
                     RESULT_OK);
    assert_int_equal(hear(fixture, 3, 0), RESULT_OK);
    assert_int_equal(work(fixture, false), RESULT_IO);
    fixture->broken.append = fixture->store.append;
    assert_int_equal(work(fixture, true), RESULT_IO);
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

static void names_are_never_paths(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = { "",   "..", "../x", "a/b",
                                         ".x", "X",  "a b" };
    uint8_t *bytes = NULL;
    size_t i, size = 0;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(
            fixture->store.append(fixture->store.user, names[i], "x", 1),
            RESULT_INVALID);
        assert_int_equal(fixture->store.read(fixture->store.user, names[i], 9,
                                             &bytes, &size),
                         RESULT_NOT_FOUND);
    }
    assert_int_equal(scratch_folder_count(&fixture->folder), 0);
}

static void what_is_appended_is_read_and_removed(void **state)
{
    struct fixture *fixture = *state;
    const struct recording_store *store = &fixture->store;
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(store->append(store->user, "a_1", "xin ", 4), RESULT_OK);
    assert_int_equal(store->append(store->user, "a_1", "chao", 4), RESULT_OK);
    assert_int_equal(store->read(store->user, "a_1", 7, &bytes, &size),
                     RESULT_TOO_LARGE);
    assert_int_equal(store->read(store->user, "a_1", 8, &bytes, &size),
                     RESULT_OK);
    assert_int_equal(size, 8);
    assert_memory_equal(bytes, "xin chao", 8);
    free(bytes);
    assert_int_equal(store->remove(store->user, "a_1"), RESULT_OK);
    assert_int_equal(store->remove(store->user, "a_1"), RESULT_OK);
    assert_int_equal(store->read(store->user, "a_1", 8, &bytes, &size),
                     RESULT_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_tells_meeting_recording_and_sender),
        TEST(each_sender_has_a_file_that_is_found_again),
        TEST(a_writer_that_is_gone_leaves_a_file_that_is_cut),
        TEST(a_file_without_sound_is_not_there),
        TEST(more_speakers_than_may_be_are_left_out_and_named),
        TEST(who_was_there_is_recorded_on),
        TEST(what_has_no_room_left_is_full),
        TEST(a_disk_that_does_not_keep_up_is_noticed),
        TEST(after_a_failure_nothing_more_is_written),
        TEST(names_are_never_paths),
        TEST(what_is_appended_is_read_and_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
