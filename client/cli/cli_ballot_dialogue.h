/*
 * Small dialogues about a secret ballot: the chair drafts it, sees the list
 * before it is closed, or makes the ballot void, tellers enter and confirm what
 * was counted on paper and confirm a hall, a member sets a PIN. One question,
 * one typed line, until there is a command to send or nothing more to ask. Main
 * thread.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_DIALOGUE_H
#define CLIENT_CLI_CLI_BALLOT_DIALOGUE_H

#include "client/cli/cli_ballot_matter.h"
#include "client/cli/cli_ballot_paper.h"
#include "client/cli/cli_command.h"
#include "protocol/base/limits.h"

enum cli_ballot_question {
    CLI_BALLOT_ASKS_NOTHING,
    /* of a draft */
    CLI_BALLOT_ASKS_SOURCE, /* a file, or a question in quotes */
    CLI_BALLOT_ASKS_TELLERS,
    CLI_BALLOT_ASKS_THRESHOLD,
    CLI_BALLOT_ASKS_REVOTE,
    CLI_BALLOT_ASKS_HALLS,
    CLI_BALLOT_ASKS_DRAFT, /* is it right so? */
    /* of paper ballots */
    CLI_BALLOT_ASKS_PAPER, /* number `at` of those that are asked for */
    CLI_BALLOT_ASKS_PAPER_RIGHT,
    CLI_BALLOT_ASKS_PAPER_SAME, /* as another teller entered it? */
    CLI_BALLOT_ASKS_HALL,
    CLI_BALLOT_ASKS_CLOSE, /* no more ballots are handed out? */
    CLI_BALLOT_ASKS_VOID,
    CLI_BALLOT_ASKS_PIN, /* these are typed without being shown */
    CLI_BALLOT_ASKS_PIN_AGAIN,
    CLI_BALLOT_ASKS_HALL_PIN
};

enum {
    CLI_PAPER_NUMBERS = 4, /* issued, returned, valid, invalid */
    CLI_PIN_SIZE = 65
};

/* Zero-initialised: nothing is asked. */
struct cli_ballot_dialogue {
    enum cli_ballot_question question;
    struct identifier ballot;
    struct identifier holder; /* a member, or a site */
    /* a draft */
    char *form;                      /* owned */
    struct cli_ballot_matter matter; /* owned; empty: it decides nothing */
    struct identifier tellers[LIMIT_BALLOT_TELLERS];
    size_t teller_count;
    uint64_t threshold;
    bool may_change;
    bool has_halls;
    /* paper */
    struct cli_paper_copy paper; /* owned */
    uint64_t paper_voters;       /* members who vote on paper */
    uint64_t numbers[CLI_PAPER_NUMBERS + LIMIT_BALLOT_POSITIONS];
    size_t number_count;
    size_t at;
    char reason[2100];
    /* a PIN */
    bool is_unlocking;   /* to vote with it; else it is to be set */
    bool is_checking_in; /* or to show that the member is here */
    bool is_pin_ready;   /* whoever took the last line is to send it, and end */
    char pin[CLI_PIN_SIZE];
};

/*
 * Each begins a dialogue in the place of one that may be open: asks the first
 * question, or says why there is nothing to ask. Under the view's lock.
 * `arguments` of a draft may be "".
 */
void cli_ballot_dialogue_draft(struct cli_ballot_dialogue *dialogue,
                               const struct meeting_view *view,
                               const char *arguments, FILE *out);
void cli_ballot_dialogue_paper(struct cli_ballot_dialogue *dialogue,
                               const struct meeting_view *view,
                               const struct identifier *ballot, FILE *out);
void cli_ballot_dialogue_confirm_paper(struct cli_ballot_dialogue *dialogue,
                                       const struct meeting_view *view,
                                       const struct identifier *ballot,
                                       FILE *out);
void cli_ballot_dialogue_confirm_hall(struct cli_ballot_dialogue *dialogue,
                                      const struct meeting_view *view,
                                      const struct identifier *ballot,
                                      const struct identifier *site, FILE *out);
void cli_ballot_dialogue_close_issue(struct cli_ballot_dialogue *dialogue,
                                     const struct meeting_view *view,
                                     const struct identifier *ballot,
                                     FILE *out);
void cli_ballot_dialogue_void(struct cli_ballot_dialogue *dialogue,
                              const struct meeting_view *view,
                              const struct identifier *ballot,
                              const char *reason, FILE *out);
/* A PIN of one's own, or at a site's device of `member`. */
void cli_ballot_dialogue_pin(struct cli_ballot_dialogue *dialogue,
                             const struct identifier *member, FILE *out);
/* Whose PIN it is, borrowed from the dialogue; NULL: one's own. */
const struct identifier *
cli_ballot_dialogue_member(const struct cli_ballot_dialogue *dialogue);
/* The PIN with which a member checks in at this device. */
void cli_ballot_dialogue_check_in(struct cli_ballot_dialogue *dialogue,
                                  const struct identifier *member, FILE *out);
/* The PIN with which a member votes at this site's device. */
void cli_ballot_dialogue_unlock(struct cli_ballot_dialogue *dialogue,
                                const struct identifier *ballot,
                                const struct identifier *member, FILE *out);

/*
 * Takes the answer. A new reference to the command that is to be sent. NULL:
 * something else is asked, it is over without one, or a PIN is ready, which is
 * in no command. Under the view's lock.
 */
json_t *cli_ballot_dialogue_take(struct cli_ballot_dialogue *dialogue,
                                 const struct meeting_view *view,
                                 const char *line, FILE *out);
bool cli_ballot_dialogue_is_open(const struct cli_ballot_dialogue *dialogue);
/* Is what is asked now not to be shown while it is typed? */
bool cli_ballot_dialogue_is_secret(const struct cli_ballot_dialogue *dialogue);
/* Ends it and wipes it; says that nothing was done. */
void cli_ballot_dialogue_cancel(struct cli_ballot_dialogue *dialogue,
                                FILE *out);
void cli_ballot_dialogue_end(struct cli_ballot_dialogue *dialogue);

#endif
