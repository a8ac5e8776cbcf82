/* An archive put together again from the events of a log. */
#include "protocol/meeting/ballot_file.h"

#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* Records called "1", "2" and so on, by their hash. */
enum { RECORDS = 9 };
static const char *const records[RECORDS] = { "1", "2", "3", "4", "5",
                                              "6", "7", "8", "9" };

static struct hash name_of(int number)
{
    return digest_sha256(records[number - 1], 1);
}

static enum result fetch(void *user, const struct hash *name,
                         struct text_view *out)
{
    const size_t *missing = user;
    size_t i;

    for (i = 0; i < RECORDS; i++) {
        const struct hash hash = name_of((int)i + 1);

        if (hash_equal(&hash, name) && i + 1 != *missing) {
            *out = text_view_of(records[i]);
            return RESULT_OK;
        }
    }
    return RESULT_NOT_FOUND;
}

static struct meeting_ballot ballot_of_four(void)
{
    return (struct meeting_ballot){
        .id = { "b1" },
        .election = name_of(1),
        .trustees = name_of(2),
        .credentials = name_of(3),
        .setup = name_of(4),
        .is_listed = true,
    };
}

/* The events of a ballot, and one of another. */
static enum result take_all(struct ballot_file *file, size_t missing)
{
    struct meeting_event events[] = {
        { .kind = EVENT_BALLOT_OPENED_KIND, .at_ms = 1700000000999 },
        { .kind = EVENT_BALLOT_RECORDED_KIND },
        { .kind = EVENT_BALLOT_RECORDED_KIND },
        { .kind = EVENT_BALLOTS_ENDED_KIND },
        { .kind = EVENT_BALLOT_TALLIED_KIND },
        { .kind = EVENT_BALLOT_DECRYPTED_KIND },
        { .kind = EVENT_BALLOT_RESULT_KIND },
    };
    const struct identifier own = { "b1" }, other = { "b2" };
    enum result result = RESULT_OK;
    size_t i;

    events[0].body.ballot_opened.ballot = own;
    events[1].body.ballot_recorded.ballot = own;
    events[1].body.ballot_recorded.tracker = name_of(5);
    events[2].body.ballot_recorded.ballot = other;
    events[3].body.ballots_ended.ballot = own;
    events[4].body.ballot_tallied.ballot = own;
    events[4].body.ballot_tallied.tally = name_of(6);
    events[4].body.ballot_tallied.sized = name_of(7);
    events[5].body.ballot_decrypted.ballot = own;
    events[5].body.ballot_decrypted.payload = name_of(8);
    events[5].body.ballot_decrypted.sized = name_of(7);
    events[6].body.ballot_result.ballot = own;
    events[6].body.ballot_result.result = name_of(9);
    for (i = 0; i < sizeof events / sizeof events[0] && result == RESULT_OK;
         i++)
        result = ballot_file_take(file, &events[i], fetch, &missing);
    if (result == RESULT_OK)
        result = ballot_file_end(file, fetch, &missing);
    return result;
}

static void test_every_event_of_a_ballot_is_in_its_archive(void **state)
{
    static const enum ballot_event_kind kinds[] = {
        BALLOT_EVENT_SETUP,
        BALLOT_EVENT_BALLOT,
        BALLOT_EVENT_END_BALLOTS,
        BALLOT_EVENT_ENCRYPTED_TALLY,
        BALLOT_EVENT_PARTIAL_DECRYPTION,
        BALLOT_EVENT_RESULT,
    };
    const struct meeting_ballot ballot = ballot_of_four();
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    struct ballot_file file;
    size_t i;

    (void)state;
    ballot_file_begin(&file, &ballot);
    assert_int_equal(take_all(&file, 0), RESULT_OK);
    ballot_archive_open(
        &reader,
        (struct text_view){ (const char *)file.bytes.data, file.bytes.size });
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_true(ballot_archive_next(&reader, &event));
        assert_int_equal(event.kind, kinds[i]);
    }
    assert_false(ballot_archive_next(&reader, &event));
    assert_int_equal(reader.fault, BALLOT_FAULT_NONE);
    assert_int_equal(reader.end.seconds, 1700000000);
    ballot_file_release(&file);
}

static void test_a_record_that_is_missing_is_told(void **state)
{
    const struct meeting_ballot ballot = ballot_of_four();
    struct ballot_file file;
    size_t missing;

    (void)state;
    for (missing = 1; missing <= RECORDS; missing++) {
        ballot_file_begin(&file, &ballot);
        assert_int_equal(take_all(&file, missing), RESULT_NOT_FOUND);
        ballot_file_release(&file);
    }
}

static void test_a_ballot_that_was_never_opened_has_its_list(void **state)
{
    struct meeting_ballot ballot = ballot_of_four();
    struct ballot_file file;
    size_t missing = 0;

    (void)state;
    ballot_file_begin(&file, &ballot);
    assert_int_equal(ballot_file_end(&file, fetch, &missing), RESULT_OK);
    assert_int_equal(file.end.count, 1);
    ballot_file_release(&file);
    ballot.is_listed = false;
    ballot_file_begin(&file, &ballot);
    assert_int_equal(ballot_file_end(&file, fetch, &missing), RESULT_OK);
    assert_int_equal(file.bytes.size, 0);
    ballot_file_release(&file);
}

static void test_events_that_fit_no_archive_are_refused(void **state)
{
    const struct meeting_ballot ballot = ballot_of_four();
    const struct meeting_event event = {
        .kind = EVENT_BALLOTS_ENDED_KIND,
        .body.ballots_ended = { .ballot = { "b1" } },
    };
    struct ballot_file file;
    size_t missing = 0;

    (void)state;
    ballot_file_begin(&file, &ballot);
    assert_int_equal(ballot_file_take(&file, &event, fetch, &missing),
                     RESULT_REFUSED);
    ballot_file_release(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_event_of_a_ballot_is_in_its_archive),
        cmocka_unit_test(test_a_record_that_is_missing_is_told),
        cmocka_unit_test(test_a_ballot_that_was_never_opened_has_its_list),
        cmocka_unit_test(test_events_that_fit_no_archive_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
