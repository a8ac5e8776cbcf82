/*
 * How people take part, as sentences. Main thread, under the view's lock.
 */
#ifndef CLIENT_CLI_CLI_ATTENDANCE_TEXT_H
#define CLIENT_CLI_CLI_ATTENDANCE_TEXT_H

#include "client/core/client.h"

#include <stdio.h>

/* Writes the sentence of an event about seats and checking in; nothing for
 * another event. */
void cli_attendance_event_write(const struct meeting_view *view,
                                const struct meeting_event *event, FILE *out);

/* How many are at a site, behind its line of the roll; and whether members
 * check in there. */
void cli_attendance_site_write(const struct meeting_view *view,
                               const struct meeting_site *site, FILE *out);

/* What to do about a refusal, as lines; nothing for one of something else. */
void cli_attendance_advise(enum refusal_code code);

/* Official and probationary members by present, absent with reason, without;
 * two lines. */
void cli_attendance_table(const struct meeting_view *view, FILE *out);

/* "8 of 15 members cannot come to one place; 8 are needed …: the condition is
 * met", without an end of the line. Takes no lock. */
void cli_eligibility_write(uint64_t unable, uint64_t members, uint64_t need,
                           bool is_met, FILE *out);

/* What is declared and found about the seats of this meeting, as lines. */
void cli_attendance_show(const struct meeting_view *view, FILE *out);

#endif
