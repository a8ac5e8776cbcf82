/* What the minutes tell of who led, how the floor was held, who spoke. */
#include "tests/support/transcript_minutes.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <cmocka.h>

static const char *const some[] = { "m4", "m5", "m7", NULL };

static struct meeting_transcript *meeting_with_co_chair(void)
{
    struct meeting_transcript *meeting = meeting_transcript_new();

    meeting_play_to_open(meeting, some);
    meeting_play(meeting,
                 "1 m1 appoint_officer m7 co_chair\n"
                 "2 m1 appoint_officer m5 co_chair\n"
                 "3 m1 appoint_officer m4 moderator\n"
                 "4 m1 dismiss_officer m5 co_chair\n"
                 "5 m1 give_chair m7\n"
                 "6 m7 set_floor_mode free least_spoken\n"
                 "7 m7 set_floor_mode called raised\n"
                 "8 m5 raise_point_of_order\n"
                 "10 m7 give_floor m5 0\n"
                 "75 m7 give_floor m4 0\n"
                 "80 m7 give_floor m5 0\n"
                 "85 m7 close_meeting",
                 NULL);
    return meeting;
}

static void who_led_beside_the_chair_and_when_is_told(void **state)
{
    struct meeting_transcript *meeting = meeting_with_co_chair();
    char *text = transcript_minutes(meeting, MINUTES_ENGLISH);

    (void)state;
    assert_minutes_have(text, "+ Co-chair: comrade (withheld).");
    assert_minutes_have(text, "+ Moderator: comrade (withheld).");
    assert_minutes_have(text, "Comrade (withheld) is made co-chair.");
    assert_minutes_have(text, "Comrade (withheld) is no longer co-chair.");
    assert_minutes_have(text, "Comrade (withheld) is given the chair.");
    free(text);
    text = transcript_minutes(meeting, MINUTES_VIETNAMESE);
    assert_minutes_have(text, "+ Đồng chủ trì: đồng chí (không công bố).");
    assert_minutes_have(text,
                        "+ Điều hành phát biểu: đồng chí (không công bố).");
    assert_minutes_have(text,
                        "Đồng chí (không công bố) được trao quyền điều hành");
    free(text);
    meeting_transcript_end(meeting);
}

static void how_the_floor_was_held_and_who_spoke_how_long_is_told(void **state)
{
    struct meeting_transcript *meeting = meeting_with_co_chair();
    char *text = transcript_minutes(meeting, MINUTES_ENGLISH);

    (void)state;
    assert_minutes_have(text, "Everybody who may speak is heard; who has "
                              "spoken least is called first.");
    assert_minutes_have(text, "Only those who are called are heard; called in "
                              "the order of raised hands.");
    assert_minutes_have(text, "Comrade (withheld) raises a point of order.");
    assert_minutes_have(text, "+ Comrade (withheld): 0 min 05 s, 1 times.");
    assert_minutes_have(text, "+ Comrade (withheld): 1 min 10 s, 2 times.");
    free(text);
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_led_beside_the_chair_and_when_is_told),
        cmocka_unit_test(how_the_floor_was_held_and_who_spoke_how_long_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
