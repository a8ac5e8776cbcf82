/*
 * What the parts of the front for people share: cli_screen*.c, and nobody else.
 * Main thread.
 */
#ifndef CLIENT_CLI_CLI_SCREEN_H
#define CLIENT_CLI_CLI_SCREEN_H

#include "client/cli/cli_command.h"
#include "client/cli/cli_join.h"

#include <stdio.h>

/* A line of our own, with the time. */
void cli_screen_say(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void cli_screen_put_time(int64_t at_ms);
/* The time of now, before a line that is written elsewhere. */
void cli_screen_put_now(void);
void cli_screen_put_refusal(struct cli_join *join,
                            const struct refusal *refusal);

/* What was written into memory by open_memstream(), in lines for this terminal:
 * closes `out`, which may be NULL, and frees `*text`. */
void cli_screen_put_written(FILE *out, char **text);
/* A list of what the meeting holds, under the view's lock. */
void cli_screen_put_list(const struct meeting_view *view,
                         void (*list)(const struct meeting_view *view,
                                      FILE *out));
/* What is wrong with what was typed. */
void cli_screen_put_problem(const char *problem);

/* --- answers: cli_screen_answer.c ---------------------------------------- */

/* `request`: what it answers; NULL if it is of no request that is known. */
void cli_screen_take_answer(struct cli_join *join,
                            const struct client_notice *notice,
                            const struct cli_request *request);
/* A text that was asked for. */
void cli_screen_take_blob(const struct client_notice *notice);
/* The microphone was switched: if nobody hears it, that is said again. */
void cli_screen_expect_voice(void);

/* --- what is typed: cli_screen_typed.c ----------------------------------- */

void cli_screen_take_line(struct cli_join *join, char *line);

/* --- sound: cli_screen_sound.c -------------------------------------------- */

/* What the voice tells: cli_screen_voice.c. */
void cli_screen_on_voice(struct cli_join *join,
                         const struct cli_voice_notice *notice);
/* A command about sound, or the roll, which shows who speaks; false if this is
 * none. */
bool cli_screen_sound_act(struct cli_join *join, const struct cli_typed *typed);
/* The same of commands about the line. */
bool cli_screen_line_act(struct cli_join *join, const struct cli_typed *typed);
void cli_screen_on_speakers(struct cli_join *join);
/* Who speaks under this slot was recognised in our room. */
void cli_screen_on_same_room(struct cli_join *join, uint16_t slot);
/* Somebody talks into the microphone that is off. */
void cli_screen_say_unheard_talk(const struct cli_join *join);
/* The microphone may have been switched off. */
void cli_screen_sound_on_facts(const struct cli_join *join);
/* Once, when the meeting has been entered: a hall is told how its microphone is
 * used. */
void cli_screen_sound_on_entered(struct cli_join *join);

/* --- whose devices these are: cli_screen_trust.c ------------------------- */

/* True if the line answers what is being asked. */
bool cli_trust_takes_line(struct cli_join *join, const char *line);
/* A command about devices; false if this is none. */
bool cli_trust_act(struct cli_join *join, const struct cli_typed *typed);
/* An event or opening of the register. */
void cli_trust_on_register(struct cli_join *join,
                           const struct client_notice *notice);
/* An event of the meeting; false: it needs no line of its own. */
bool cli_trust_on_event(const struct cli_join *join,
                        const struct meeting_event *event);
void cli_trust_on_answer(struct cli_join *join,
                         const struct client_notice *notice,
                         const struct cli_request *request);
/* What to do about a refusal of this kind, behind the refusal. */
void cli_trust_advise(struct cli_join *join, enum refusal_code code);
/* Once, when the meeting has been entered. */
void cli_trust_on_entered(struct cli_join *join);
/* Gives up a question that nobody answers. */
void cli_trust_on_pause(void);
void cli_trust_on_end(void);

/* --- secret ballots: cli_screen_ballot.c --------------------------------- */

/* True if the line answers what is being asked, or is for nobody: whatever is
 * typed into a booth is said to nobody, also when the booth has just closed. */
bool cli_ballot_takes_line(struct cli_join *join, const char *line);
/* A command about secret ballots; false if this is none. */
bool cli_ballot_act(struct cli_join *join, const struct cli_typed *typed);
/* True if the notice waits until the booth is closed: it was taken then. */
bool cli_ballot_holds(struct cli_join *join, struct client_notice *notice);
void cli_ballot_on_notice(struct cli_join *join,
                          const struct client_notice *notice);
/* An event of the meeting; false: it needs no line of its own. */
bool cli_ballot_on_event(const struct meeting_event *event);
void cli_ballot_on_answer(struct cli_join *join,
                          const struct client_notice *notice,
                          const struct cli_request *request);
/* What to do about a refusal of this kind, behind the refusal. */
void cli_ballot_advise(enum refusal_code code);
void cli_ballot_on_pause(struct cli_join *join);

/* Checking in: the code that a hall shows. As those of ballots above. */
bool cli_attendance_act(struct cli_join *join, const struct cli_typed *typed);
void cli_attendance_on_answer(struct cli_join *join,
                              const struct client_notice *notice,
                              const struct cli_request *request);
void cli_attendance_on_pause(struct cli_join *join);
void cli_ballot_on_end(void);

/* --- texts for the minutes: cli_texts.c --------------------------------- */

/* CLIENT_TEXT: saved, or kept here for the time being, or refused. */
void cli_texts_on_notice(struct cli_join *join,
                         const struct client_notice *notice);
/* The editor of entries, cli_screen_editor.c: as those of ballots below. */
bool cli_editor_takes_line(struct cli_join *join, const char *line);
bool cli_editor_act(struct cli_join *join, const struct cli_typed *typed);
void cli_editor_on_screen(struct cli_join *join,
                          const struct client_notice *notice);
void cli_editor_on_end(void);
/* Once, when the meeting has been entered: what is kept here of it. */
void cli_texts_on_entered(struct cli_join *join);

/* --- errata of the minutes: cli_screen_errata.c --------------------------- */

/* As those of devices above. */
bool cli_errata_takes_line(struct cli_join *join, const char *line);
bool cli_errata_act(struct cli_join *join, const struct cli_typed *typed);

/* --- what is wrong with the record: cli_screen_loss.c -------------------- */

/* True if there is nothing more to say about this notice. */
bool cli_loss_on_notice(struct cli_join *join,
                        const struct client_notice *notice);
/* Says what has lasted long enough to be said. */
void cli_loss_on_pause(void);

#endif
