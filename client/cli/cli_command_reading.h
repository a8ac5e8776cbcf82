/*
 * How a typed command's arguments are read: shared by cli_command*.c, and by
 * nobody else. A reader either sets the command or says what is wrong.
 */
#ifndef CLIENT_CLI_CLI_COMMAND_READING_H
#define CLIENT_CLI_CLI_COMMAND_READING_H

#include "client/cli/cli_command.h"
#include "client/cli/cli_names.h"

enum { CLI_WORD_SIZE = 64 };

/* What a reader of arguments works on. */
struct reading {
    const struct meeting_view *view;
    struct identifier meeting;
    char *rest; /* behind the command's word, without white space around */
    struct cli_typed *out;
};

typedef void (*cli_reader_fn)(struct reading *r, const char *op);

/* A command: its words, and what becomes of its arguments. */
struct cli_verb {
    const char *words[6]; /* plain forms; NULL ends them */
    enum cli_action action;
    cli_reader_fn read; /* of arguments; NULL: there are none to be read */
    const char *op;
};

/* Those about the floor and who leads; a verb without words ends them. */
extern const struct cli_verb cli_floor_verbs[];
const char *cli_floor_help(void); /* what /help says of them, translated */
/* Those about sound, likewise. */
extern const struct cli_verb cli_sound_verbs[];
const char *cli_sound_help(void);
/* Those about the line, likewise. */
extern const struct cli_verb cli_line_verbs[];
const char *cli_line_help(void);
/* Those about secret ballots; a verb without words ends them. */
extern const struct cli_verb cli_ballot_verbs[];
/* Those about seats and checking in, likewise. */
extern const struct cli_verb cli_roll_verbs[];
const char *cli_roll_help(void);
/* That about the score sheet, likewise. */
extern const struct cli_verb cli_score_verbs[];
/* Those about the minutes, likewise. */
extern const struct cli_verb cli_minutes_verbs[];
const char *cli_minutes_help(void);
/* Those of whoever writes them, likewise. */
extern const struct cli_verb cli_writing_verbs[];
const char *cli_writing_help(void);
/* Those about elections and ballots on persons, likewise. */
extern const struct cli_verb cli_elect_verbs[];
const char *cli_elect_help(void);
const char *cli_score_help(void);
/* Those about party groups and sub-rooms, likewise. */
extern const struct cli_verb cli_kinds_verbs[];
const char *cli_kinds_help(void);
/* Those about votes by show of hands, likewise. */
extern const struct cli_verb cli_votes_verbs[];
const char *cli_votes_help(void);
/* Those about the agenda, its documents and tasks; ended likewise. */
extern const struct cli_verb cli_agenda_verbs[];
/* The wire word of a matter as people type it; NULL if it is none. */
const char *cli_matter_typed(const char *typed);
/* What /help says of them, translated. */
const char *cli_agenda_help(void);
const char *cli_ballot_help(void);

/* The command of this word, in either language; NULL: there is none. */
const struct cli_verb *cli_verb_find(const char *word);

#define PROBLEM(reading, ...)                                                  \
    ((void)snprintf((reading)->out->problem, CLI_PROBLEM_SIZE, __VA_ARGS__))

/* The same where it is not for how the command was typed: nothing is told about
 * that. */
#define PROBLEM_NOW(reading, ...)                                              \
    ((reading)->out->words = NULL, PROBLEM(reading, __VA_ARGS__))

/* Takes the fields, a new reference or NULL, which get an op. */
void cli_reading_send(struct reading *r, const char *op, json_t *fields);
/* False, with the problem told, unless one fits. */
bool cli_reading_name(struct reading *r, enum cli_names_of whose,
                      const char *typed, struct identifier *out);
/*
 * Splits "NAME more" where the longest beginning is a name; `*more` is the rest
 * ("" if none). False, and the text is restored, if nothing fits.
 */
bool cli_reading_split(struct reading *r, enum cli_names_of whose, char *text,
                       struct identifier *out, char **more);
/* The agenda item that is being dealt with, or NULL. */
const struct meeting_item *cli_reading_item(const struct reading *r);
/* The agenda item of this number ("3") or id, or NULL. */
const struct meeting_item *cli_reading_find_item(const struct reading *r,
                                                 const char *typed);
/* White space at both ends taken away. */
char *cli_trim(char *text);
/* A decimal number up to `max`. */
bool cli_number(const char *text, uint64_t max, uint64_t *out);
/* Is it one of these plain words? The list ends with NULL. */
bool cli_is_word(const char *typed, const char *const *words);
/* "yes" and "no" in both languages. */
bool cli_is_yes(const char *line);
bool cli_is_no(const char *line);
/* Cuts the first word off; what follows it. */
char *cli_cut_word(char *text);

/* A day as people write it, "2026-12-31" or "31/12/2026"; whether there is one
 * is not looked at. */
struct cli_day {
    int year, month, day;
};
bool cli_reading_day(const char *typed, struct cli_day *out);

/* A member; the sender or one who sits there; a member or a site. */
void cli_read_member(struct reading *r, const char *op);
void cli_read_hand(struct reading *r, const char *op);
void cli_read_holder(struct reading *r, const char *op);
/* Cuts the name of a vote off the end, "" if none stands there. */
void cli_reading_vote_at_end(struct reading *r, struct identifier *out);

void cli_read_add_item(struct reading *r, const char *op);
void cli_read_item(struct reading *r, const char *op);
void cli_read_end_item(struct reading *r, const char *op);
void cli_read_vote(struct reading *r, const char *op);
void cli_read_vote_id(struct reading *r, const char *op);
void cli_read_cancel_vote(struct reading *r, const char *op);
void cli_read_hall(struct reading *r, const char *op);
void cli_read_edit(struct reading *r, const char *op);
void cli_read_remove(struct reading *r, const char *op);
void cli_read_devices(struct reading *r, const char *op);
void cli_read_vouch(struct reading *r, const char *op);
void cli_read_invite(struct reading *r, const char *op);
void cli_read_revoke(struct reading *r, const char *op);

#endif
