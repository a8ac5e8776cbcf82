#include "tests/support/meeting_ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

static const char *const joined[] = {
    "m4", "m5", "m6", "m7", "m8", "s1", NULL
};

/* From the beginning of each phase to the next one's. */
static const char *const scripts[BALLOT_PHASE_COUNT] = {
    [BALLOT_PHASE_NONE] = "10 m1 draft_ballot a1 '" MEETING_BALLOT_SCENE_FORM
                          "' m4 m2+m3+m5 0 yes yes",
    [BALLOT_PHASE_DRAFTED] = "11 m1 start_vote a1 'Thông qua phiếu bầu'\n"
                             "11 m1 vote v1 yes\n"
                             "11 m2 vote v1 yes\n"
                             "11 m3 vote v1 yes\n"
                             "11 m4 vote v1 yes\n"
                             "11 m5 vote v1 yes\n"
                             "11 m1 close_vote v1\n"
                             "12 m1 adopt_ballot b1 v1 -",
    [BALLOT_PHASE_KEYS] = "13 server keys\n"
                          "13 m2 certify b1 1 1 C2 M2\n"
                          "13 m3 certify b1 1 2 C3 M3\n"
                          "13 m5 certify b1 1 3 C5 M5\n"
                          "14 m2 deal b1 1 1 D2\n"
                          "14 m3 deal b1 1 2 D3\n"
                          "14 m5 deal b1 1 3 D5\n"
                          "15 m2 confirm_share b1 1 1 K2\n"
                          "15 m3 confirm_share b1 1 2 K3\n"
                          "15 m5 confirm_share b1 1 3 K5\n"
                          "16 m2 sign_trustees b1 1 2 X2 T\n"
                          "16 server sign T\n"
                          "16 m3 sign_trustees b1 1 3 X3 T\n"
                          "16 m5 sign_trustees b1 1 4 X5 T\n"
                          "17 server ready",
    [BALLOT_PHASE_ISSUING] = "20 server issue m1/a\n"
                             "20 server issue m2/a\n"
                             "20 server issue m3/a\n"
                             "20 server issue m4/a\n"
                             "20 server issue m5/a\n"
                             "20 server issue m7/a\n"
                             "20 server pool s1/a m14\n"
                             "21 m1 close_issue b1",
    [BALLOT_PHASE_ATTESTING] = "22 server list L\n"
                               "23 m1 attest_ballot b1 =setup 7\n"
                               "23 m2 attest_ballot b1 =setup 7\n"
                               "23 m3 attest_ballot b1 =setup 7\n"
                               "23 m4 attest_ballot b1 =setup 7\n"
                               "23 m5 attest_ballot b1 =setup 7\n"
                               "23 m7 attest_ballot b1 =setup 7\n"
                               "23 s1 attest_hall b1 =setup 1 P m14\n"
                               "24 m2 confirm_hall b1 s1 =setup 1 P m14\n"
                               "25 server heads m1+m2+m3+m4+m5 m6\n"
                               "26 m1 open_ballot b1 no",
    [BALLOT_PHASE_VOTING] = "30 server record B1 new\n"
                            "31 server record B2 new\n"
                            "32 server record B3 new\n"
                            "33 server record B4 again\n"
                            "34 server record B5 new\n"
                            "35 server record B6 new\n"
                            "36 server record B7 new\n"
                            "40 m1 end_ballot b1\n"
                            "70 server end",
    [BALLOT_PHASE_ENDED] = "71 m1 include_ballot b1 =setup =end 7 cast\n"
                           "71 m2 include_ballot b1 =setup =end 7 cast\n"
                           "71 m4 include_ballot b1 =setup =end 7 none\n"
                           "71 s1 include_hall b1 =setup =end 7 1\n"
                           "72 m2 enter_paper b1 =end 1 1 1 0 1+0 =paper1\n"
                           "73 m3 confirm_paper b1 =end =paper\n"
                           "74 server tally\n"
                           "75 m1 count_ballot b1 yes",
    [BALLOT_PHASE_COUNTING] = "80 server decrypt\n"
                              "81 m5 decrypt b1 4 =end =tally Y5 700\n"
                              "82 m2 decrypt b1 2 =end =tally Y2 700\n"
                              "83 server result 4+2",
};

const char *meeting_ballot_scene_script(enum ballot_phase phase)
{
    return scripts[phase];
}

struct meeting_transcript *meeting_ballot_scene_open(void)
{
    struct meeting_transcript *meeting = meeting_transcript_of(2);

    meeting_play_to_open(meeting, joined);
    meeting_play(meeting,
                 "1 m3 tick m14 site s1\n"
                 "1 m3 tick x1 in_person -\n"
                 "1 m3 tick x2 voice_relay -\n"
                 "2 m1 confirm_roll",
                 NULL);
    return meeting;
}

enum refusal_code meeting_ballot_scene_say(struct meeting_transcript *meeting,
                                           const char *line)
{
    meeting_play(meeting, line, NULL);
    return meeting->decision->refusal.code;
}

static enum ballot_phase phase_of(const struct meeting_transcript *meeting)
{
    const struct meeting_ballot *ballot = ballot_newest(meeting);

    return ballot ? ballot->phase : BALLOT_PHASE_NONE;
}

void meeting_ballot_scene_go_on(struct meeting_transcript *meeting)
{
    const enum ballot_phase phase = phase_of(meeting);

    meeting_play(meeting, scripts[phase], NULL);
    if (phase_of(meeting) != phase + 1)
        fail_msg("stays in phase %s: %s", ballot_phase_word(phase),
                 refusal_code_text(meeting->decision->refusal.code));
}

struct meeting_transcript *meeting_ballot_scene(enum ballot_phase phase)
{
    struct meeting_transcript *meeting = meeting_ballot_scene_open();
    const enum ballot_phase last =
        phase == BALLOT_PHASE_VOID ? BALLOT_PHASE_KEYS : phase;

    while (phase_of(meeting) != last)
        meeting_ballot_scene_go_on(meeting);
    if (phase == BALLOT_PHASE_VOID)
        assert_int_equal(meeting_ballot_scene_say(
                             meeting, "19 m1 void_ballot b1 'Sai mẫu phiếu'"),
                         REFUSAL_NONE);
    return meeting;
}
