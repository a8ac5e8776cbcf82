/*
 * What the server does in a secret ballot, as lines of a meeting's script
 * (meeting_transcript.h), about the ballot that is under way:
 *
 *   server keys                  the next attempt begins
 *   server failed REASON GUILTY  it came to nothing
 *   server sign T                the server's signature over trustees T
 *   server ready                 election and trustees are there
 *   server issue m4/a            a device holds a ballot
 *   server pool s1/a m14+x1      a site's device holds these members'
 *   server list L                the list with setup L
 *   server drop m4               has not attested it
 *   server heads m1+m3+m4 -      signed the list's head; and who did not
 *   server record B1 new         a ballot; "again": of a credential seen before
 *   server end                   EndBallots
 *   server tally                 the sum is there
 *   server decrypt               the server's part
 *   server result 3+2            counts
 *   server void keys|objection
 *
 * The hashes are those of the words, or what the state says: a word of the
 * script "=setup", "=end", "=tally", "=trustees", "=paper" stands for the
 * newest ballot's; "=paper1" for the record of one paper issued, returned and
 * valid, with 1 and 0 marks.
 */
#ifndef TESTS_SUPPORT_BALLOT_REPORTS_H
#define TESTS_SUPPORT_BALLOT_REPORTS_H

#include "tests/support/meeting_transcript.h"

/* Plays such a line; false if it is none. */
bool ballot_report_line(struct meeting_transcript *meeting, const char *what,
                        char *const *args, int count);

/* The hash that a word of a script stands for. */
struct hash ballot_word_hash(const struct meeting_transcript *meeting,
                             const char *word);

/* A list of ids or counts, "m4+m5" ("-": none), for a list of one-field
 * elements; memory of the caller's, `max` elements. */
struct items ballot_word_list(const struct field *field, const char *word,
                              void *memory, size_t max);

/* The newest ballot of the meeting. */
const struct meeting_ballot *
ballot_newest(const struct meeting_transcript *meeting);

#endif
