#include "protocol/ballot/ballot_question.h"

#include <stdlib.h>

/* --- Words --------------------------------------------------------------- */

const char *ballot_form_word(enum ballot_form form)
{
    static const char *const words[BALLOT_FORM_COUNT] = {
        [BALLOT_FORM_NONE] = "",
#define BALLOT_FORM_WORD(name, word) [BALLOT_FORM_##name] = word,
        BALLOT_FORM_LIST(BALLOT_FORM_WORD)
#undef BALLOT_FORM_WORD
    };

    return words[form];
}

enum ballot_form ballot_form_of(struct text_view word)
{
    int form;

    for (form = BALLOT_FORM_NONE + 1; form < BALLOT_FORM_COUNT; form++)
        if (text_view_is(word, ballot_form_word((enum ballot_form)form)))
            return (enum ballot_form)form;
    return BALLOT_FORM_NONE;
}

size_t ballot_question_position_count(const struct ballot_question *question)
{
    return question->answer_count + (question->has_blank ? 1 : 0);
}

/* --- Reading ------------------------------------------------------------- */

/* Texts of others need not be in NFC, but must be fit to be shown. */
static enum result check_lenient(struct text_view text, size_t max,
                                 bool multi_line)
{
    char *composed = NULL;
    enum result result = text_to_nfc(text, &composed);

    if (result == RESULT_OK)
        result = text_check(text_view_of(composed), max, multi_line);
    free(composed);
    return result;
}

struct text_view ballot_question_text_read(struct ballot_json *json,
                                           struct ballot_question_rows *rows,
                                           size_t max, bool multi_line)
{
    const struct text_view text =
        ballot_json_text(json, &rows->texts[rows->used]);
    const enum result result = json->is_lenient
                                   ? check_lenient(text, max, multi_line)
                                   : text_check(text, max, multi_line);

    rows->used += text.size;
    if (result == RESULT_NO_MEMORY)
        ballot_json_fail(json, BALLOT_FAULT_NO_MEMORY);
    else if (result != RESULT_OK)
        ballot_json_fail(json, BALLOT_FAULT_TEXT);
    return text;
}

static void read_answers(struct ballot_json *json,
                         struct ballot_question_rows *rows,
                         struct ballot_question *question)
{
    question->answers = &rows->answers[rows->answer_count];
    ballot_json_field(json, "answers");
    ballot_json_array(json);
    while (ballot_json_item(json)) {
        if (rows->answer_count == LIMIT_BALLOT_POSITIONS ||
            question->answer_count == LIMIT_BALLOT_ANSWERS) {
            ballot_json_fail(json, BALLOT_FAULT_QUESTION);
            return;
        }
        rows->answers[rows->answer_count++] =
            ballot_question_text_read(json, rows, LIMIT_TITLE_LENGTH, false);
        question->answer_count++;
    }
}

/* Is it possible to answer it, and to prove that? */
static bool is_possible(const struct ballot_question *question)
{
    return question->answer_count > 0 && question->min <= question->max &&
           question->max > 0 && question->max <= question->answer_count;
}

static void read_question(struct ballot_json *json,
                          struct ballot_question_rows *rows,
                          struct ballot_question *question)
{
    *question = (struct ballot_question){ .form = BALLOT_FORM_CHOOSE };
    ballot_json_object(json);
    if (ballot_json_optional(json, "type")) {
        ballot_json_fail(json, BALLOT_FAULT_NOT_HOMOMORPHIC);
        return;
    }
    read_answers(json, rows, question);
    if (ballot_json_optional(json, "blank")) {
        question->has_blank = ballot_json_flag(json);
        if (!question->has_blank && !json->is_lenient)
            ballot_json_fail(json, BALLOT_FAULT_FIELD);
    }
    ballot_json_field(json, "min");
    question->min = (uint32_t)ballot_json_number(json, UINT32_MAX);
    ballot_json_field(json, "max");
    question->max = (uint32_t)ballot_json_number(json, UINT32_MAX);
    ballot_json_field(json, "question");
    question->question =
        ballot_question_text_read(json, rows, LIMIT_MOTION_LENGTH, true);
    ballot_json_object_end(json);
    if (!is_possible(question))
        ballot_json_fail(json, BALLOT_FAULT_QUESTION);
}

void ballot_questions_read(struct ballot_json *json,
                           struct ballot_question_rows *rows)
{
    ballot_json_array(json);
    while (ballot_json_item(json)) {
        struct ballot_question *question =
            &rows->questions[rows->question_count];

        if (rows->question_count == LIMIT_BALLOT_QUESTIONS) {
            ballot_json_fail(json, BALLOT_FAULT_QUESTION);
            return;
        }
        read_question(json, rows, question);
        rows->position_count += ballot_question_position_count(question);
        rows->question_count++;
    }
    if (rows->question_count == 0 ||
        rows->position_count > LIMIT_BALLOT_POSITIONS)
        ballot_json_fail(json, BALLOT_FAULT_QUESTION);
}

/* A row of a table has at most one mark, and columns as its form has them. */
static bool has_form(const struct ballot_question *question,
                     enum ballot_form form)
{
    static const size_t least[] = { [BALLOT_FORM_CHOOSE] = 1,
                                    [BALLOT_FORM_AGREE] = 2,
                                    [BALLOT_FORM_LEVEL3] = 3,
                                    [BALLOT_FORM_LEVEL4] = 4 };
    static const size_t most[] = { [BALLOT_FORM_CHOOSE] = LIMIT_BALLOT_ANSWERS,
                                   [BALLOT_FORM_AGREE] = 3,
                                   [BALLOT_FORM_LEVEL3] = 3,
                                   [BALLOT_FORM_LEVEL4] = 4 };

    return form != BALLOT_FORM_NONE && question->answer_count >= least[form] &&
           question->answer_count <= most[form] &&
           (form == BALLOT_FORM_CHOOSE ||
            (question->max == 1 && !question->has_blank));
}

void ballot_forms_read(struct ballot_json *json,
                       struct ballot_question_rows *rows)
{
    size_t i = 0;

    ballot_json_array(json);
    for (; ballot_json_item(json); i++) {
        const enum ballot_form form = ballot_form_of(ballot_json_word(json));

        if (i >= rows->question_count || !has_form(&rows->questions[i], form)) {
            ballot_json_fail(json, BALLOT_FAULT_MEETING_FIELDS);
            return;
        }
        rows->questions[i].form = form;
    }
    if (i != rows->question_count)
        ballot_json_fail(json, BALLOT_FAULT_MEETING_FIELDS);
}

/* --- Writing ------------------------------------------------------------- */

static void write_question(const struct ballot_question *question,
                           struct byte_writer *out)
{
    size_t i;

    ballot_json_write(out, "{\"answers\":[");
    for (i = 0; i < question->answer_count; i++) {
        if (i > 0)
            ballot_json_write(out, ",");
        ballot_json_write_text(out, question->answers[i]);
    }
    ballot_json_write(out, question->has_blank ? "],\"blank\":true,\"min\":"
                                               : "],\"min\":");
    ballot_json_write_number(out, question->min);
    ballot_json_write(out, ",\"max\":");
    ballot_json_write_number(out, question->max);
    ballot_json_write(out, ",\"question\":");
    ballot_json_write_text(out, question->question);
    ballot_json_write(out, "}");
}

void ballot_questions_write(const struct ballot_question *questions,
                            size_t count, struct byte_writer *out)
{
    size_t i;

    for (i = 0; i < count; i++) {
        ballot_json_write(out, i > 0 ? "," : "[");
        write_question(&questions[i], out);
    }
    ballot_json_write(out, count > 0 ? "]" : "[]");
}

void ballot_forms_write(const struct ballot_question *questions, size_t count,
                        struct byte_writer *out)
{
    size_t i;

    for (i = 0; i < count; i++) {
        ballot_json_write(out, i > 0 ? "," : "[");
        ballot_json_write_text(
            out, text_view_of(ballot_form_word(questions[i].form)));
    }
    ballot_json_write(out, count > 0 ? "]" : "[]");
}
