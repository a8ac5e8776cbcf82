/*
 * Errata of the minutes of the meeting that is joined: what they say, and the
 * small dialogues in which one is written and signed, or what the other has
 * written is signed, too. One question, one typed line, and so on; where lines
 * come from and how the command is sent is the caller's.
 *
 * Main thread. Everything that takes a view is called under its lock.
 */
#ifndef CLIENT_CLI_CLI_ERRATA_H
#define CLIENT_CLI_CLI_ERRATA_H

#include "client/core/client.h"

#include <jansson.h>
#include <stdio.h>

enum cli_erratum_question {
    CLI_ERRATUM_ASKS_NOTHING,
    CLI_ERRATUM_ASKS_PLACE,
    CLI_ERRATUM_ASKS_STANDS,
    CLI_ERRATUM_ASKS_SHOULD,
    CLI_ERRATUM_ASKS_REASON,
    CLI_ERRATUM_ASKS_YES
};

enum {
    CLI_ERRATUM_PART_SIZE = 4 * LIMIT_ERRATUM_PART + 1,
    CLI_ERRATUM_REASON_SIZE = 4 * LIMIT_REASON_LENGTH + 1
};

/* Zero-initialised: nothing is asked. */
struct cli_erratum_dialogue {
    enum cli_erratum_question question;
    uint64_t number; /* of the one to be signed, which is there; 0: a new one */
    enum minutes_signer role;
    struct identifier entry;
    uint64_t line;
    char stands[CLI_ERRATUM_PART_SIZE], should[CLI_ERRATUM_PART_SIZE];
    char reason[CLI_ERRATUM_REASON_SIZE];
};

/* All of them, in force or not; that there are none. */
void cli_errata_show(const struct meeting_view *view, FILE *out);
/* Does the meeting have any? */
bool cli_errata_are_there(const struct meeting_view *view);
/* "1, 2": those in force that correct this entry or the line of this event; ""
 * if none does, or its text is not here. */
enum { CLI_ERRATA_OF_SIZE = 600 };
void cli_errata_of(const struct meeting_view *view,
                   const struct identifier *entry, uint64_t seq,
                   char out[CLI_ERRATA_OF_SIZE]);
/* What an event of the register says of an erratum that may be read here;
 * false: nothing. */
bool cli_erratum_event_write(const struct meeting_view *view,
                             const struct register_event *event, FILE *out);

/* Each begins a dialogue in the place of one that may be open, or says why
 * there is nothing to ask. `place`: what was typed behind the command. */
void cli_erratum_begin(struct cli_erratum_dialogue *dialogue,
                       const struct meeting_view *view, const char *place,
                       FILE *out);
void cli_erratum_sign(struct cli_erratum_dialogue *dialogue,
                      const struct meeting_view *view, const char *number,
                      FILE *out);
/*
 * Takes the answer. A new reference to the command that is to be sent, with
 * which the dialogue is over; NULL: something else is asked, or it is over.
 * `now_ms`: for the date of it.
 */
json_t *cli_erratum_take(struct cli_erratum_dialogue *dialogue,
                         const struct meeting_view *view, const char *line,
                         int64_t now_ms, FILE *out);
void cli_erratum_cancel(struct cli_erratum_dialogue *dialogue, FILE *out);

#endif
