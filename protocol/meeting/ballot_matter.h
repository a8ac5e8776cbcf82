/*
 * What a secret ballot decides: the paper that its matter has, and what follows
 * from the counts by the ruleset. Server, clients and verifier ask alike. Pure;
 * any thread.
 *
 *   election, straw   names of which as many as there are seats are taken, if
 *                     there are more names than seats; else agree or disagree
 *                     for each name
 *   discipline        one mark: a form, from the mildest to the hardest that
 *                     the ballot lists, or none at its end
 *   confidence        a row of three levels for each candidate
 *   rating            a row of four levels for each candidate
 *   all others        one row: in favour, against, another opinion
 *
 * Answers stand in the order of the candidates of the draft. A ballot that is
 * not valid by device is the blank one, or the row without a mark where there
 * is only one row, if the ruleset has a ballot without any mark as not valid.
 * Of a table no sum tells on which ballots a row was left out: such a ballot is
 * valid, whatever the ruleset says of bad rows.
 */
#ifndef PROTOCOL_MEETING_BALLOT_MATTER_H
#define PROTOCOL_MEETING_BALLOT_MATTER_H

#include "protocol/ballot/ballot_question.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/meeting/vote_terms.h"
#include "protocol/rules/ruleset.h"

/* --- The paper ------------------------------------------------------------ */

/* The questions that the form of a ballot has to have. */
struct ballot_sheet {
    enum paper_kind paper;
    enum ballot_form form; /* of each question */
    size_t question_count;
    size_t answers_min, answers_max; /* of each question */
    bool has_blank;
    uint64_t max;
};

/* False: the ballot has no matter, or this matter cannot be put so (no
 * candidates where there have to be some, no seats, no form of discipline). */
bool ballot_sheet_of(const struct meeting_ballot_matter *matter,
                     size_t candidate_count, struct ballot_sheet *out);

enum sheet_fault {
    SHEET_RIGHT,
    SHEET_QUESTIONS, /* more or fewer of them */
    SHEET_FORM,      /* drawn in another way */
    SHEET_ANSWERS,   /* more or fewer of them */
    SHEET_BLANK,     /* a blank where none is to be, or none */
    SHEET_MARKS      /* more or fewer marks are taken */
};
/* "sheet_questions"; "" for none. */
const char *sheet_fault_word(enum sheet_fault fault);

/* Are these the questions of the sheet? names_min: names that have to be left
 * standing at least, by the ruleset. */
enum sheet_fault ballot_sheet_check(const struct ballot_sheet *sheet,
                                    uint64_t names_min,
                                    const struct ballot_question *questions,
                                    size_t count);

/* Could `valid` ballots have been marked so? blank ones are among them. */
bool ballot_sheet_adds_up(const struct ballot_sheet *sheet, uint64_t valid,
                          const uint64_t *counts, size_t count);

/* --- Discipline ----------------------------------------------------------- */

/* The forms that the ballot on somebody lists, as a set. */
unsigned ballot_discipline_forms(const struct ruleset *rules,
                                 enum category category, bool has_post);

/* How many of those present have to support a name that the committee did not
 * propose: the fewest that would do; 1 where the ruleset does not say it. */
uint64_t election_support_need(const struct ruleset *rules, uint64_t present);

/* Is the result of such a ballot announced? */
bool ballot_is_announced(const struct ruleset *rules, int matter);

/*
 * Is what a draft says of its matter what the ruleset asks for, the people
 * being those of `state`? The paper itself is not looked at.
 */
bool ballot_matter_is_right(const struct ruleset *rules,
                            const struct meeting_state *state,
                            const struct event_ballot_drafted *drafted);

/*
 * What a ballot is measured against that is adopted now: of a matter as a vote
 * on it, without one as a resolution; of discipline by the hardest form that it
 * lists, of confidence as the meeting is. As vote_terms_by().
 */
MUST_USE enum result ballot_vote_terms(const struct meeting_state *state,
                                       const struct ruleset *rules,
                                       const struct meeting_ballot *ballot,
                                       struct vote_terms *out);

/* --- The decision --------------------------------------------------------- */

/* Where the lists of a decision live. */
struct ballot_decision_memory {
    struct chosen_row chosen[LIMIT_BALLOT_CANDIDATES];
    struct level_row levels[LIMIT_BALLOT_CANDIDATES];
    struct form_row forms[discipline_count_];
    char test[THRESHOLD_TEXT_SIZE];
};

/*
 * What the result of a ballot comes to. `counts`: what the devices' ballots
 * have, as the result says; those on paper, if confirmed, are added. Views in
 * `*out` point into `memory`.
 *
 * RESULT_NOT_FOUND: it decides nothing, having no matter, or one that the
 * ruleset does not know. RESULT_INVALID: the counts cannot be those of such a
 * ballot. `*out` is then untouched.
 */
MUST_USE enum result ballot_decide(const struct ruleset *rules,
                                   const struct meeting_ballot *ballot,
                                   const uint64_t *counts, size_t count,
                                   struct ballot_decision_memory *memory,
                                   struct event_ballot_decided *out);

#endif
