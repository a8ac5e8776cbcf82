/* Whole matters under the rules of the Party, every event as text. */
#include "tests/support/meeting_transcript.h"
#include "tests/support/ruleset_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

/* Twenty official members: m4 online, all others in the hall. */
static struct meeting_transcript *twenty(void)
{
    static const char *const joined[] = { "m4", NULL };
    static const char *const hall[] = { "m1", "m2", "m3", "m5", "m14" };
    struct meeting_transcript *meeting = meeting_transcript_of(14);
    char line[64];
    unsigned i;

    meeting->rules = *ruleset_file("party-2026.conf");
    meeting_play_to_open(meeting, joined);
    for (i = 0; i < 19; i++) {
        if (i < 5)
            (void)snprintf(line, sizeof line, "1 m3 tick %s in_person -",
                           hall[i]);
        else
            (void)snprintf(line, sizeof line, "1 m3 tick x%u in_person -",
                           i - 4);
        meeting_play(meeting, line, NULL);
    }
    return meeting;
}

static void one_is_admitted_by_fourteen_of_twenty_and_not_thirteen(void **state)
{
    struct meeting_transcript *meeting = twenty();

    (void)state;
    meeting_play(
        meeting,
        "2 m1 start_vote - 'Kết nạp' admission m6\n"
        "3 m1 set_authority 05-CV/ĐU 2026-07-30 'Đảng ủy'\n"
        "4 m1 start_vote - 'Kết nạp' admission m6\n"
        "5 m1 confirm_roll\n"
        "6 m1 start_vote - 'Kết nạp' admission m6\n"
        "7 m4 vote v1 yes\n"
        "8 m3 enter_hall_votes v1 - 12 7 0 0\n"
        "9 m1 close_vote v1",
        "refused remote_unauthorised matter=admission have=1 rule=remote\n"
        "authority_set \"05-CV/ĐU\" \"2026-07-30\" 'Đảng ủy'\n"
        "refused roll_stale matter=admission rule=roll_call\n"
        "roll_confirmed 20 20 0 0 1 0 0 0 0 0 19 0 1 0\n"
        "vote_started v1 - 'Kết nạp' admission m6 open yes "
        "\"thresholds.admission\" meeting \"3*yes >= 2*D\" 20 20 14\n"
        "vote_cast v1 m4 yes\n"
        "hall_votes_entered v1 - 12 7 0 0 19 m3\n"
        "vote_closed v1 13 7 0 0 20 \"3*yes >= 2*D\" "
        "\"thresholds.admission\" 14 no\n");
    meeting_play(meeting,
                 "10 m1 start_vote - 'Kết nạp' admission m6\n"
                 "11 m4 vote v2 yes\n"
                 "12 m3 enter_hall_votes v2 - 13 6 0 0\n"
                 "13 m1 close_vote v2",
                 "vote_started v2 - 'Kết nạp' admission m6 open yes "
                 "\"thresholds.admission\" meeting \"3*yes >= 2*D\" 20 20 14\n"
                 "vote_cast v2 m4 yes\n"
                 "hall_votes_entered v2 - 13 6 0 0 19 m3\n"
                 "vote_closed v2 14 6 0 0 20 \"3*yes >= 2*D\" "
                 "\"thresholds.admission\" 14 yes\n");
    meeting_transcript_end(meeting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            one_is_admitted_by_fourteen_of_twenty_and_not_thirteen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
