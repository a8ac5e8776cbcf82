/*
 * Secret ballots by the rules of the Party, on paper, from the draft to what
 * they decide. The roll has the transcript's people and, official, x1 to x19:
 * 25 official members, all of them in the hall; m7, exempt, stays away. Tellers
 * m2, m3 and m5, two of whom decrypt.
 */
#ifndef TESTS_SUPPORT_ELECT_SCENE_H
#define TESTS_SUPPORT_ELECT_SCENE_H

#include "tests/support/meeting_transcript.h"

/* The meeting is open, everybody is there, the roll is confirmed. */
struct meeting_transcript *elect_scene(void);
/* The same at a congress, from which so many of x19, x18, … are absent
 * throughout for a reason that was accepted. */
struct meeting_transcript *elect_congress(unsigned absent);

/* Calls an election, proposes the names ("m4+x1") as the committee does, and
 * has the list closed by a vote of all. Its id. */
const char *elect_list(struct meeting_transcript *meeting, unsigned seats,
                       const char *names);

/* A form of one question: the answers, joined by "+". */
const char *elect_choice(const char *answers, unsigned min, unsigned max);
/* One of rows of a form ("agree", "level3", "level4") with so many columns. */
const char *elect_table(const char *form, unsigned rows, unsigned columns);

/* Drafts a ballot by the rest of the line ("CANDIDATES TELLERS T REVOTE HALLS
 * MATTER SEATS …"), and gives the refusal as it is told, or "". */
const char *elect_draft(struct meeting_transcript *meeting, const char *form,
                        const char *rest);
/* A show of hands takes the newest ballot. */
void elect_adopt(struct meeting_transcript *meeting);
/* What happens before each step of a ballot that is adopted; NULL: nothing. The
 * steps have to go on all the same. */
typedef void elect_disturb_fn(struct meeting_transcript *meeting, void *user);
void elect_disturb_by(elect_disturb_fn *disturb, void *user);
/* Leads the newest ballot on to the result, from its draft or its adoption: so
 * many papers are counted, with these counts ("0+18+17"). */
void elect_count(struct meeting_transcript *meeting, unsigned valid,
                 unsigned invalid, const char *counts);
/* A teller enters the newest ballot's papers, at the meeting's present time. */
void elect_paper(struct meeting_transcript *meeting, unsigned valid,
                 unsigned invalid, const char *counts);
/* What the newest ballot came to: "tie open=1 m4=18 chosen, …". */
const char *elect_decided(const struct meeting_transcript *meeting);

#endif
