#include "server/report/report_groups.h"

#include "tests/support/stored_meeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* 05/02/2026, 00:00 in Viet Nam. */
#define MIDNIGHT_MS INT64_C(1770224400000)
#define AT(hour, minute)                                                       \
    (MIDNIGHT_MS + ((hour)*INT64_C(60) + (minute)) * 60 * 1000)

/* m1 and m2 meet by themselves; m3 in the group's meeting, m4 in none. */
static void who_was_with_the_group_was_at_the_meeting_by_groups(void **state)
{
    struct stored_meeting logs[2];
    struct report_meeting *meetings[2] = { NULL, NULL };
    const struct report_meeting *whole;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        stored_meeting_begin(&logs[i], i ? "c1.2" : "c1.1",
                             i ? KIND_PARTY_GROUP : KIND_REGULAR, AT(8, 0), 4,
                             4);
        stored_meeting_join(&logs[i], AT(7, 30), "m1");
        stored_meeting_join(&logs[i], AT(7, 30), "m2");
        if (i == 1)
            stored_meeting_tick(&logs[i], AT(7, 31), "m3", MODE_IN_PERSON);
        stored_meeting_absent(&logs[i], AT(7, 33), "m4", ABSENT_EXCUSED);
        stored_meeting_open(&logs[i], AT(8, 0));
        if (i == 1)
            stored_meeting_speech(&logs[i], AT(8, 10), "m3", 60000);
        stored_meeting_close(&logs[i], i ? AT(9, 30) : AT(8, 20));
        assert_int_equal(report_meeting_read(&logs[i].log, NULL, &meetings[i]),
                         RESULT_OK);
    }
    meetings[0]->parts = calloc(1, sizeof *meetings[0]->parts);
    assert_non_null(meetings[0]->parts);
    meetings[0]->parts[0] = stored_id("c1.2");
    meetings[0]->part_count = 1;
    report_meetings_gather(meetings, 2);
    whole = meetings[0];
    assert_true(meetings[1]->is_part);
    assert_int_equal(report_meeting_members_of(whole, REPORT_PRESENT), 3);
    assert_int_equal(report_meeting_members_of(whole, REPORT_EXCUSED), 1);
    assert_int_equal(whole->by_mode[MODE_IN_PERSON], 1);
    assert_int_equal(whole->speakers, 1);
    assert_int_equal(whole->length_ms, 90 * 60 * 1000);
    for (i = 0; i < 2; i++) {
        report_meeting_free(meetings[i]);
        stored_meeting_release(&logs[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_with_the_group_was_at_the_meeting_by_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
