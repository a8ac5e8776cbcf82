#include "server/report/report_meeting.h"

#include "tests/support/stored_meeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 05/02/2026, 00:00 in Viet Nam. */
#define MIDNIGHT_MS INT64_C(1770224400000)
#define AT(hour, minute)                                                       \
    (MIDNIGHT_MS + ((hour)*INT64_C(60) + (minute)) * 60 * 1000)

static void lose(struct stored_meeting *log, int64_t at_ms, const char *member)
{
    const struct identifier id = stored_id(member);
    const struct key key = stored_act(member).device;
    const struct meeting_device *device =
        meeting_state_device(log->state, &id, &key);

    STORED_ADD(log, at_ms, CONNECTION_LOST, connection_lost, .holder = id,
               .device = key);
    STORED_ADD(log, at_ms + 1000, CONNECTED, connected, .holder = id,
               .device = key, .slot = device->slot);
}

/* m1 to m5 official, m6 and m7 probationary, the guest m99. */
static struct report_meeting *play(struct stored_meeting *log)
{
    struct report_meeting *meeting = NULL;

    stored_meeting_begin(log, "c1.1", KIND_REGULAR, AT(8, 0), 7, 5);
    STORED_ADD(log, AT(7, 10), DOCUMENT_ATTACHED, document_attached,
               .document = { "d1" }, .type = DOCUMENT_PDF, .size = 9,
               .name = stored_text("Dự thảo nghị quyết.pdf"),
               .act = stored_act("m1"));
    STORED_ADD(log, AT(7, 20), LOBBY_OPENED, lobby_opened,
               .act = stored_act("m1"));
    stored_meeting_join(log, AT(7, 30), "m1");
    stored_meeting_join(log, AT(7, 30), "m2");
    stored_meeting_tick(log, AT(7, 31), "m3", MODE_IN_PERSON);
    stored_meeting_tick(log, AT(7, 31), "m4", MODE_IN_PERSON);
    /* Ticked by mistake. */
    STORED_ADD(log, AT(7, 32), PRESENCE_ENDED, presence_ended,
               .member = stored_id("m4"), .reason = END_UNTICKED,
               .act = stored_act("m2"));
    stored_meeting_absent(log, AT(7, 33), "m4", ABSENT_EXCUSED);
    stored_meeting_absent(log, AT(7, 33), "m6", ABSENT_UNEXCUSED);
    stored_meeting_open(log, AT(8, 0));
    stored_meeting_tick(log, AT(8, 20), "m7", MODE_VOICE_RELAY);
    stored_meeting_tick(log, AT(8, 20), "m99", MODE_IN_PERSON);
    stored_meeting_speech(log, AT(8, 21), "m7", 60000);
    stored_meeting_speech(log, AT(8, 23), "m7", 30000);
    stored_meeting_speech(log, AT(8, 25), "m99", 45000);
    lose(log, AT(8, 30), "m2");
    lose(log, AT(8, 31), "m2");
    STORED_ADD(log, AT(8, 32), CLOCK_JUMPED, clock_jumped, .by_ms = 5000);
    STORED_ADD(log, AT(8, 40), ADJOURNED, adjourned, .act = stored_act("m1"));
    STORED_ADD(log, AT(9, 0), RESUMED, resumed, .act = stored_act("m1"));
    STORED_ADD(log, AT(9, 10), PRESENCE_ENDED, presence_ended,
               .member = stored_id("m3"), .reason = END_LEFT,
               .act = stored_act("m2"));
    STORED_ADD(log, AT(9, 20), DOCUMENT_ATTACHED, document_attached,
               .document = { "d2" }, .type = DOCUMENT_PDF, .size = 9,
               .name = stored_text("Nghị quyết.pdf"), .act = stored_act("m1"));
    stored_meeting_close(log, AT(9, 50));
    assert_int_equal(report_meeting_read(&log->log, NULL, &meeting), RESULT_OK);
    return meeting;
}

static void a_meeting_is_as_long_as_it_was_open_without_its_breaks(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = play(&log);

    (void)state;
    assert_true(report_meeting_is_held(meeting));
    assert_int_equal(meeting->length_ms, 90 * 60 * 1000);
    assert_int_equal(meeting->day.year, 2026);
    assert_int_equal(meeting->day.month, 2);
    assert_int_equal(meeting->day.day, 5);
    assert_string_equal(meeting->unit_name, "Chi bộ Mẫu");
    assert_string_equal(meeting->title, "Sinh hoạt định kỳ");
    report_meeting_free(meeting);
    stored_meeting_release(&log);
}

static void every_member_stands_once_in_the_matrix(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = play(&log);
    const uint64_t(*matrix)[REPORT_ATTENDANCE_COUNT] =
        (const uint64_t(*)[REPORT_ATTENDANCE_COUNT])meeting->matrix;

    (void)state;
    assert_int_equal(matrix[REPORT_OFFICIAL][REPORT_PRESENT], 3);
    assert_int_equal(matrix[REPORT_OFFICIAL][REPORT_EXCUSED], 1);
    assert_int_equal(matrix[REPORT_OFFICIAL][REPORT_UNEXCUSED], 0);
    assert_int_equal(matrix[REPORT_OFFICIAL][REPORT_UNNOTED], 1);
    assert_int_equal(matrix[REPORT_PROBATIONARY][REPORT_PRESENT], 1);
    assert_int_equal(matrix[REPORT_PROBATIONARY][REPORT_UNEXCUSED], 1);
    assert_int_equal(report_meeting_members(meeting), 7);
    assert_int_equal(meeting->others_present, 1);
    assert_int_equal(meeting->late, 1);
    assert_int_equal(meeting->left_early, 1);
    report_meeting_free(meeting);
    stored_meeting_release(&log);
}

static void who_came_late_or_left_early_is_told_with_the_time(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = play(&log);
    const struct identifier m3 = stored_id("m3"), m7 = stored_id("m7");
    const struct report_person *left = report_meeting_person(meeting, &m3);
    const struct report_person *late = report_meeting_person(meeting, &m7);

    (void)state;
    assert_true(left->left_early && !left->is_late);
    assert_int_equal(left->came_ms, AT(8, 0));
    assert_int_equal(left->left_ms, AT(9, 10));
    assert_string_equal(left->name, "Đảng viên Mẫu 03");
    assert_true(late->is_late && !late->left_early);
    assert_int_equal(late->came_ms, AT(8, 20));
    assert_int_equal(late->left_ms, 0);
    report_meeting_free(meeting);
    stored_meeting_release(&log);
}

static void who_takes_part_from_afar_and_who_speaks_is_counted(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = play(&log);

    (void)state;
    assert_int_equal(meeting->by_mode[MODE_ONLINE], 2);
    assert_int_equal(meeting->by_mode[MODE_VOICE_RELAY], 1);
    assert_int_equal(meeting->by_mode[MODE_IN_PERSON], 1);
    assert_int_equal(report_meeting_remote(meeting), 3);
    assert_int_equal(meeting->speakers, 1); /* a guest is no member */
    assert_int_equal(meeting->speeches, 3);
    assert_int_equal(meeting->spoken_ms, 135000);
    report_meeting_free(meeting);
    stored_meeting_release(&log);
}

static void faults_and_documents_are_counted(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = play(&log);

    (void)state;
    assert_int_equal(meeting->connections_lost, 2);
    assert_int_equal(meeting->people_lost, 1);
    assert_int_equal(meeting->clock_jumps, 1);
    assert_int_equal(meeting->restarts, 0);
    assert_int_equal(meeting->documents, 2);
    assert_int_equal(meeting->facts.documents, 1);
    assert_int_equal(meeting->facts.documents_days, 0);
    report_meeting_free(meeting);
    stored_meeting_release(&log);
}

static void a_meeting_that_did_not_close_is_not_held(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = NULL;

    (void)state;
    stored_meeting_begin(&log, "c1.1", KIND_REGULAR, AT(8, 0), 3, 3);
    stored_meeting_tick(&log, AT(7, 50), "m3", MODE_IN_PERSON);
    assert_int_equal(report_meeting_read(&log.log, NULL, &meeting), RESULT_OK);
    assert_false(report_meeting_is_held(meeting));
    assert_int_equal(report_meeting_members_of(meeting, REPORT_PRESENT), 0);
    assert_int_equal(meeting->length_ms, 0);
    report_meeting_free(meeting);
    stored_meeting_release(&log);
}

static void a_log_with_an_event_missing_is_corrupt(void **state)
{
    struct stored_meeting log;
    struct report_meeting *meeting = NULL;
    struct store_log cut;

    (void)state;
    report_meeting_free(play(&log));
    cut = log.log;
    cut.events++;
    cut.event_count--;
    assert_int_equal(report_meeting_read(&cut, NULL, &meeting), RESULT_CORRUPT);
    assert_null(meeting);
    cut.event_count = 0;
    assert_int_equal(report_meeting_read(&cut, NULL, &meeting), RESULT_CORRUPT);
    stored_meeting_release(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_meeting_is_as_long_as_it_was_open_without_its_breaks),
        cmocka_unit_test(every_member_stands_once_in_the_matrix),
        cmocka_unit_test(who_came_late_or_left_early_is_told_with_the_time),
        cmocka_unit_test(who_takes_part_from_afar_and_who_speaks_is_counted),
        cmocka_unit_test(faults_and_documents_are_counted),
        cmocka_unit_test(a_meeting_that_did_not_close_is_not_held),
        cmocka_unit_test(a_log_with_an_event_missing_is_corrupt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
