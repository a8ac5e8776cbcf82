/*
 * Small dialogues about devices: one question, one typed line, and so on until
 * there is something to send or nothing more to ask. Where lines come from and
 * how commands are sent is the caller's: a meeting's session, or a subcommand.
 *
 * Main thread. Everything that takes a view is called under its lock.
 */
#ifndef CLIENT_CLI_CLI_DIALOGUE_H
#define CLIENT_CLI_CLI_DIALOGUE_H

#include "client/core/client.h"

#include <jansson.h>

#include <stdio.h>

enum cli_dialogue_kind {
    CLI_DIALOGUE_NONE, /* nothing is asked */
    CLI_DIALOGUE_VOUCH,
    CLI_DIALOGUE_ADD, /* a device of one's own */
    CLI_DIALOGUE_REVOKE,
    CLI_DIALOGUE_RESTORE /* go on without what was lost */
};

/* What the next line answers. */
enum cli_question {
    CLI_ASKS_NOTHING,
    CLI_ASKS_WHICH, /* of several devices, by its number */
    CLI_ASKS_HOW,   /* by sight or by voice */
    CLI_ASKS_CODE,  /* the last group, as the other side reads it */
    CLI_ASKS_YES
};

enum { CLI_CHOICES_MAX = 32, CLI_REASON_SIZE = 2100 };

/* Zero-initialised: nothing is asked. */
struct cli_dialogue {
    enum cli_dialogue_kind kind;
    enum cli_question question;
    struct identifier holder; /* whose device it is */
    enum vouch_way how;       /* 0: to be asked */
    struct key choices[CLI_CHOICES_MAX];
    size_t choice_count;
    struct key device; /* the chosen one */
    int wrong_count;   /* of the codes typed */
    char reason[CLI_REASON_SIZE];
    struct view_hold hold; /* what is lost */
};

/*
 * Each begins a dialogue in the place of one that may be open: says what it is
 * about and asks the first question, or says why there is nothing to ask, which
 * leaves it closed.
 */
void cli_dialogue_vouch(struct cli_dialogue *dialogue,
                        const struct meeting_view *view,
                        const struct identifier *holder, enum vouch_way how,
                        FILE *out);
/* Of this holder's own new devices; `device` NULL: asks which, if several. */
void cli_dialogue_add(struct cli_dialogue *dialogue,
                      const struct meeting_view *view, const struct key *device,
                      FILE *out);
/* `typed`: number or code; `reason` may be NULL. */
void cli_dialogue_revoke(struct cli_dialogue *dialogue,
                         const struct meeting_view *view,
                         const struct identifier *holder, const char *typed,
                         const char *reason, FILE *out);

/* The act `restored` of the meeting that is held. */
void cli_dialogue_restore(struct cli_dialogue *dialogue,
                          const struct meeting_view *view, FILE *out);

/*
 * Takes the answer. A new reference to the command that is to be sent, in the
 * form of client_command(): the dialogue is over then. NULL: something else is
 * asked, or it is over without a command.
 */
json_t *cli_dialogue_take(struct cli_dialogue *dialogue,
                          const struct meeting_view *view, const char *line,
                          FILE *out);
/* Ends it; says that nothing was done. */
void cli_dialogue_cancel(struct cli_dialogue *dialogue, FILE *out);
bool cli_dialogue_is_open(const struct cli_dialogue *dialogue);

#endif
