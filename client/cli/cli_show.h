/*
 * Lists of what a meeting holds now, for people: roll, agenda, hands, votes,
 * entries. Main thread, under the view's lock; `view->state` is not NULL.
 */
#ifndef CLIENT_CLI_CLI_SHOW_H
#define CLIENT_CLI_CLI_SHOW_H

#include "client/cli/cli_speaking.h"
#include "client/core/client.h"

#include <stdio.h>

/* Title, place in time, who presides, how many are there. */
void cli_show_meeting(const struct meeting_view *view, FILE *out);
/* What this device knows of the sound: marks in the roll. */
struct cli_roll_sound {
    const struct cli_speakers *speakers;
    const struct cli_volumes *volumes;
};
void cli_show_roll(const struct meeting_view *view,
                   const struct cli_roll_sound *sound, FILE *out);
void cli_show_agenda(const struct meeting_view *view, FILE *out);
void cli_show_documents(const struct meeting_view *view, FILE *out);
/* For who leads and who takes the minutes: which members have not read what. */
void cli_show_unread(const struct meeting_view *view, FILE *out);
void cli_show_comments(const struct meeting_view *view, FILE *out);
void cli_show_tasks(const struct meeting_view *view, FILE *out);
/* Who wants to speak, in order; who has spoken how long: in cli_floor.c. */
void cli_show_hands(const struct meeting_view *view, FILE *out);
void cli_show_times(const struct meeting_view *view, FILE *out);
void cli_show_votes(const struct meeting_view *view, FILE *out);
void cli_show_notes(const struct meeting_view *view, FILE *out);

#endif
