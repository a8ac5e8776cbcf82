/*
 * The questions of an election: their texts, how many answers are taken, and
 * how each is drawn on the paper. They stand in the record election.json, and
 * before that in the draft that a meeting adopts (ballot_draft.h).
 *
 *   questions: [{"answers":[…],"blank":true?,"min","max","question"}…]
 *   forms: [word…], one for each question
 *
 * Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_QUESTION_H
#define PROTOCOL_BALLOT_BALLOT_QUESTION_H

#include "protocol/ballot/ballot_json.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * CHOOSE: the answers are persons or proposals, of which so many are taken.
 * The others: this question is one row of a table, about one person or matter;
 * its answers are the columns, of which at most one is taken. AGREE has two or
 * three of them (in favour, against, another opinion), LEVEL3 three (degrees of
 * confidence), LEVEL4 four (ratings). Rows that follow each other with the same
 * form and answers are one table.
 */
/* X(IDENTIFIER, word) */
#define BALLOT_FORM_LIST(X)                                                    \
    X(CHOOSE, "choose")                                                        \
    X(AGREE, "agree")                                                          \
    X(LEVEL3, "level3")                                                        \
    X(LEVEL4, "level4")

enum ballot_form {
    BALLOT_FORM_NONE,
#define BALLOT_FORM_ENUM(name, word) BALLOT_FORM_##name,
    BALLOT_FORM_LIST(BALLOT_FORM_ENUM)
#undef BALLOT_FORM_ENUM
        BALLOT_FORM_COUNT
};

/* "choose"; "" for none. NONE if no form has this word. */
const char *ballot_form_word(enum ballot_form form);
enum ballot_form ballot_form_of(struct text_view word);

/* Between min and max of the answers are taken; where has_blank, or else the
 * blank alone. */
struct ballot_question {
    struct text_view question;
    const struct text_view *answers;
    size_t answer_count; /* 1..LIMIT_BALLOT_ANSWERS */
    bool has_blank;
    uint32_t min, max; /* min <= max <= answer_count, 1 <= max */
    enum ballot_form form;
};

/* Ciphertexts of a ballot for this question: its answers, and before them the
 * blank, if it has one. */
size_t ballot_question_position_count(const struct ballot_question *question);

/* --- For the records that hold questions ---------------------------------- */

/* What was read, for records that have it in one block with their texts. */
struct ballot_question_rows {
    struct ballot_question questions[LIMIT_BALLOT_QUESTIONS];
    struct text_view answers[LIMIT_BALLOT_POSITIONS];
    size_t question_count, answer_count, position_count;
    char *texts; /* borrowed: as many bytes as the record has */
    size_t used; /* of them */
};

/* A text of at most `max` code points; TEXT or NO_MEMORY sticks in `json`. */
struct text_view ballot_question_text_read(struct ballot_json *json,
                                           struct ballot_question_rows *rows,
                                           size_t max, bool multi_line);
/* The value of `questions`: QUESTION (bounds and numbers of answers), TEXT,
 * NOT_HOMOMORPHIC (a question of another type). All are CHOOSE then. */
void ballot_questions_read(struct ballot_json *json,
                           struct ballot_question_rows *rows);
/* The value of `forms`; MEETING_FIELDS if they are not as many, or do not fit
 * the questions. */
void ballot_forms_read(struct ballot_json *json,
                       struct ballot_question_rows *rows);
/* Both values; whether they can be read again is asked by reading them. */
void ballot_questions_write(const struct ballot_question *questions,
                            size_t count, struct byte_writer *out);
void ballot_forms_write(const struct ballot_question *questions, size_t count,
                        struct byte_writer *out);

#endif
