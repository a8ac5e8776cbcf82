/*
 * A meeting with a secret ballot b1 led to one of its phases, for tests of its
 * rules. Beside the transcript's roster there are x1 and x2, official.
 *
 * Online with own devices: m1 to m5, m7. At site s1, whose device is in: m14,
 * by the hall's device. At the meeting's place: x1, on paper. By voice: x2.
 * Tellers m2, m3, m5, two of whom have to decrypt; m4 is a candidate; votes may
 * be changed. Everybody's device is its a.
 */
#ifndef TESTS_SUPPORT_MEETING_BALLOT_SCENE_H
#define TESTS_SUPPORT_MEETING_BALLOT_SCENE_H

#include "tests/support/ballot_reports.h"

#define MEETING_BALLOT_SCENE_FORM                                              \
    "{\"name\":\"Bầu\",\"questions\":[{\"answers\":[\"A\",\"B\"],\"min\":0," \
    "\"max\":1,\"question\":\"Ai?\"}],\"forms\":[\"choose\"]}"

/* The meeting is open, everybody is there, the roll is confirmed. */
struct meeting_transcript *meeting_ballot_scene_open(void);
/* At the beginning of the phase; of BALLOT_PHASE_VOID it was voided while the
 * keys were made. */
struct meeting_transcript *meeting_ballot_scene(enum ballot_phase phase);
/* Plays what leads from the beginning of one phase to that of the next. */
void meeting_ballot_scene_go_on(struct meeting_transcript *meeting);
/* What leads on from a phase, as a script. */
const char *meeting_ballot_scene_script(enum ballot_phase phase);
/* Plays one line and gives the refusal, or REFUSAL_NONE. */
enum refusal_code meeting_ballot_scene_say(struct meeting_transcript *meeting,
                                           const char *line);

#endif
