#include "protocol/meeting/vote_result.h"

#include "tests/support/meeting_transcript.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

/* The roster has six official members (m1 to m5, m14), one exempt (m7), one
 * suspended (m11) and one temporarily away (m13). */
static struct meeting_transcript *voting(void)
{
    static const char *const joined[] = { "m4", "m7", "s1", NULL };
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting, "1 m1 start_vote - 'Nhất trí'", NULL);
    return meeting;
}

static uint64_t d_of(const struct meeting_transcript *meeting,
                     bool is_suspended_counted)
{
    return vote_denominator(meeting->state, &meeting->state->votes[0],
                            is_suspended_counted);
}

static void members_count_whether_they_are_there_or_not(void **state)
{
    struct meeting_transcript *meeting = voting();

    (void)state;
    assert_int_equal(d_of(meeting, false), 7); /* m7 is there */
    assert_int_equal(d_of(meeting, true), 8);
    meeting_play(meeting, "1 m7 leave", NULL);
    assert_int_equal(d_of(meeting, false), 6);
    meeting_transcript_end(meeting);
}

static void a_vote_that_was_cast_keeps_its_place_in_the_count(void **state)
{
    struct meeting_transcript *meeting = voting();

    (void)state;
    meeting_play(meeting,
                 "1 m7 vote v1 yes\n"
                 "1 m7 leave\n"
                 "1 m4 vote v1 yes\n"
                 "2 server row m4 suspended a",
                 NULL);
    assert_int_equal(d_of(meeting, false), 7);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_count_whether_they_are_there_or_not),
        cmocka_unit_test(a_vote_that_was_cast_keeps_its_place_in_the_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
