/*
 * Anchors to play with. Heads are made up, one for each branch and seq, so that
 * a test can tell them apart; signatures are genuine.
 */
#ifndef TESTS_SUPPORT_ANCHOR_SAMPLE_H
#define TESTS_SUPPORT_ANCHOR_SAMPLE_H

#include "protocol/record/anchors.h"

extern const struct identifier sample_organisation; /* "dang-bo.mau" */
extern const struct identifier sample_meeting;      /* "hop-2025.03" */
extern const struct identifier sample_other;        /* "hop-2025.04" */

/* The head at `seq` of the story that a letter stands for. */
struct hash sample_head(char branch, uint64_t seq);

/* The key of the sample server, and its signature over a head. */
struct key sample_server_key(void);
struct anchor_signed sample_signed(const struct identifier *scope, char branch,
                                   uint64_t seq);

/* The event at upto + 1, of 3 devices that signed of 4. */
struct anchor_checkpoint sample_checkpoint(char branch, uint64_t upto);

/*
 * Two logs of story 'a': the organisation's up to 7, the meeting's with
 * checkpoints at 10 and 20, signed up to 30, verified up to 32, one alarm, one
 * stretch lost; two devices, a server key, unknown lines. Ended with
 * anchors_release().
 */
void sample_anchors(struct anchors *out);

#endif
