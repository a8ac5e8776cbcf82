/*
 * The chair's draft of a secret ballot, as a plain text file that anybody can
 * write, made into the form that the meeting adopts (ballot_draft.h):
 *
 *   # a line of this kind is a note
 *   Phiếu: Phiếu bầu chi ủy
 *
 *   Chọn 1-2: Bầu 2 đồng chí vào chi ủy
 *   - Đảng viên Mẫu 01
 *   - Đảng viên Mẫu 02
 *   - Đảng viên Mẫu 04
 *   Phiếu trắng: có
 *
 *   Tín nhiệm: Lấy phiếu tín nhiệm
 *   - Đảng viên Mẫu 01
 *
 * First the ballot's name ("ballot:", "phiếu:"). Then questions: "choose A-B:"
 * ("chọn A-B:", "chọn tối đa B:", "chọn đúng B:") with its answers behind
 * dashes; or tables of which each dash is a row: "agree:" ("tán thành:"),
 * "confidence:" ("tín nhiệm:", three degrees), "rating:" ("xếp loại:", four).
 * Behind a question may stand "blank: yes|no" ("phiếu trắng:"; usually yes),
 * behind a table "empty: yes|no" ("để trống:"; may rows stay without a mark?
 * usually yes) and, of agree, "other: yes|no" ("ý kiến khác:", a third column;
 * usually no). Marks and case of these words do not matter. Main thread.
 */
#ifndef CLIENT_CLI_CLI_BALLOT_FORM_H
#define CLIENT_CLI_CLI_BALLOT_FORM_H

#include "protocol/ballot/ballot_question.h"
#include "protocol/base/result.h"

#include <stddef.h>

enum { CLI_FORM_PROBLEM_SIZE = 400 };

/* What is wrong with a draft and what to do about it, translated. */
struct cli_form_problem {
    size_t line; /* from 1; 0: of the whole */
    char text[CLI_FORM_PROBLEM_SIZE];
};

/*
 * Makes the form of the file's text: canonical JSON, NUL-terminated, which the
 * caller ends with free(). RESULT_INVALID with `*problem` set, or
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result cli_ballot_form_read(const char *text, size_t size,
                                          struct cli_form_problem *problem,
                                          char **out);
/* The same of a single question, in favour or against. */
MUST_USE enum result cli_ballot_form_ask(const char *question,
                                         struct cli_form_problem *problem,
                                         char **out);

/* The heads of the columns of a table of levels (three, or four), not
 * translated yet. `form` is one of the two. */
const char *const *cli_ballot_levels(enum ballot_form form, size_t *count);

#endif
