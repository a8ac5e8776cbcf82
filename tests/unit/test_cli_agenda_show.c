/* Lists of the agenda as people see them. */
#include "client/cli/cli_show.h"
#include "client/core/client.h"
#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", NULL };

static void assert_unread(const struct meeting_transcript *meeting,
                          const char *me, const char *expected)
{
    struct meeting_view view = { .state = meeting->state, .log = { "org.1" } };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    view.me = meeting_id(me);
    cli_show_unread(&view, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void whoever_leads_sees_who_has_not_read_a_document(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m1 attach_document tep 9 'x' pdf\n"
                 "2 m1 read_document d1\n"
                 "3 m4 read_document d1",
                 NULL);
    assert_unread(meeting, "m1",
                  "  d1   (not shown to you): not read by 7 of 9 members: "
                  "m2, m3, m5, m6, m7, m10, m14\n");
    meeting_transcript_end(meeting);
}

static void members_are_told_for_whom_the_list_is(void **state)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    (void)state;
    meeting_play_to_open(meeting, some);
    assert_unread(meeting, "m4",
                  "  This list is for chair, deputy and minute-taker.\n");
    assert_unread(meeting, "m3", "  There are no documents.\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_leads_sees_who_has_not_read_a_document),
        cmocka_unit_test(members_are_told_for_whom_the_list_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
