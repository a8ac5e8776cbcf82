/* What server, clients and verifier compute of a ballot alike. */
#include "protocol/meeting/meeting_ballot.h"

#include "protocol/record/digest.h"
#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Archives that another program made; see tests/vectors/ballot/README.md. */
static const char *const archives[] = {
    "tests/vectors/ballot/profile.bel", "tests/vectors/ballot/single.bel",
    "tests/vectors/ballot/threshold/P95SQruW9N4q8N.bel"
};
enum { ARCHIVES = sizeof archives / sizeof archives[0] };

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes;
    long length;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    length = ftell(file);
    assert_true(length > 0);
    rewind(file);
    bytes = malloc((size_t)length);
    assert_non_null(bytes);
    *size = fread(bytes, 1, (size_t)length, file);
    assert_int_equal(*size, length);
    (void)fclose(file);
    return bytes;
}

static void the_chain_of_another_programs_archive_is_found_again(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < ARCHIVES; i++) {
        struct ballot_archive_reader reader;
        struct ballot_archive_event event;
        struct ballot_archive_end end = { .seconds = 0 };
        struct text_view file;
        size_t events = 0;
        char *bytes = read_file(archives[i], &file.size);

        file.data = bytes;
        ballot_archive_open(&reader, file);
        while (ballot_archive_next(&reader, &event)) {
            const struct hash *payload =
                event.record_count
                    ? &event.record_hashes[event.record_count - 1]
                    : NULL;

            assert_int_equal(ballot_archive_step(&end, event.kind, payload),
                             RESULT_OK);
            assert_true(hash_equal(&end.head, &event.hash));
            events++;
        }
        assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
        assert_int_equal(end.count, events);
        assert_true(events > 4);
        free(bytes);
    }
}

static void an_event_that_may_not_come_next_moves_nothing(void **state)
{
    struct ballot_archive_end end = { .seconds = 7 };
    const struct hash payload = { { 1 } };

    (void)state;
    assert_int_equal(ballot_archive_step(&end, BALLOT_EVENT_BALLOT, &payload),
                     RESULT_REFUSED);
    assert_int_equal(end.count, 0);
    assert_int_equal(ballot_archive_step(&end, BALLOT_EVENT_SETUP, &payload),
                     RESULT_OK);
    assert_int_equal(ballot_archive_step(&end, BALLOT_EVENT_SETUP, &payload),
                     RESULT_REFUSED);
    assert_int_equal(end.count, 1);
}

/* The second record of a partial decryption names owner and first record. */
static void the_owner_of_a_decryption_is_named_as_in_the_archive(void **state)
{
    size_t i, found = 0;

    (void)state;
    for (i = 0; i < ARCHIVES; i++) {
        struct ballot_archive_reader reader;
        struct ballot_archive_event event;
        struct text_view file;
        char *bytes = read_file(archives[i], &file.size);

        file.data = bytes;
        ballot_archive_open(&reader, file);
        while (ballot_archive_next(&reader, &event)) {
            struct hash sized;
            uint64_t owner;

            if (event.kind != BALLOT_EVENT_PARTIAL_DECRYPTION)
                continue;
            assert_memory_equal(event.records[1].data, "{\"owner\":", 9);
            owner = (uint64_t)(event.records[1].data[9] - '0');
            sized = ballot_sized_decryption(owner, &event.record_hashes[0]);
            assert_true(hash_equal(&sized, &event.record_hashes[1]));
            found++;
        }
        free(bytes);
    }
    assert_true(found >= ARCHIVES);
}

static void the_paper_record_is_canonical(void **state)
{
    static const char text[] = "{\"issued\":12,\"returned\":10,\"valid\":9,"
                               "\"invalid\":1,\"counts\":[0,9,105]}";
    struct ballot_count rows[] = { { 0 }, { 9 }, { 105 } };
    const struct items counts = { rows, 3 };
    const struct hash expected = digest_sha256(text, strlen(text));
    const struct hash record = ballot_paper_record(12, 10, 9, 1, &counts);

    (void)state;
    assert_true(hash_equal(&record, &expected));
}

/* D("roll"), then LP(id) LP(word) for each member, sorted by id. */
static void the_roll_is_over_whoever_has_a_channel_by_id(void **state)
{
    static const char *const rows[][2] = { { "m1", "own" }, { "m14", "hall" },
                                           { "m2", "own" }, { "m3", "own" },
                                           { "m4", "own" }, { "m5", "own" },
                                           { "m7", "own" }, { "x1", "paper" },
                                           { "x2", "none" } };
    struct meeting_transcript *meeting =
        meeting_ballot_scene(BALLOT_PHASE_KEYS);
    struct digest digest;
    struct hash expected, roll;
    size_t i;

    (void)state;
    digest_begin(&digest);
    digest_domain(&digest, "roll");
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        digest_prefixed_text(&digest, text_view_of(rows[i][0]));
        digest_prefixed_text(&digest, text_view_of(rows[i][1]));
    }
    expected = digest_finish(&digest);
    assert_int_equal(meeting_ballot_roll(ballot_newest(meeting), &roll),
                     RESULT_OK);
    assert_true(hash_equal(&roll, &expected));
    meeting_play(meeting, "13 m1 set_channel b1 m4 paper -", NULL);
    assert_int_equal(meeting_ballot_roll(ballot_newest(meeting), &roll),
                     RESULT_OK);
    assert_false(hash_equal(&roll, &expected));
    meeting_transcript_end(meeting);
}

static void every_phase_has_a_word(void **state)
{
    int phase;

    (void)state;
    for (phase = BALLOT_PHASE_DRAFTED; phase < BALLOT_PHASE_COUNT; phase++)
        assert_true(strlen(ballot_phase_word((enum ballot_phase)phase)) > 1);
    assert_string_equal(ballot_phase_word(BALLOT_PHASE_COUNT), "?");
    assert_string_equal(ballot_phase_word(BALLOT_PHASE_VOTING), "voting");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_chain_of_another_programs_archive_is_found_again),
        cmocka_unit_test(an_event_that_may_not_come_next_moves_nothing),
        cmocka_unit_test(the_owner_of_a_decryption_is_named_as_in_the_archive),
        cmocka_unit_test(the_paper_record_is_canonical),
        cmocka_unit_test(the_roll_is_over_whoever_has_a_channel_by_id),
        cmocka_unit_test(every_phase_has_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
