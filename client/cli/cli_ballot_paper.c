#include "client/cli/cli_ballot_paper.h"

#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/ballot/ballot_draft.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* --- parts ---------------------------------------------------------------- */

static size_t position_count_of(const struct client_ballot_question *question)
{
    return question->answer_count + (question->has_blank ? 1 : 0);
}

size_t cli_paper_position(const struct cli_paper *paper, size_t question)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < question; i++)
        count += position_count_of(&paper->questions[i]);
    return count;
}

size_t cli_paper_position_count(const struct cli_paper *paper)
{
    return cli_paper_position(paper, paper->question_count);
}

bool cli_paper_is_table(const struct client_ballot_question *question)
{
    return strcmp(question->form, "choose") != 0;
}

const char *cli_paper_row(const struct client_ballot_question *question)
{
    const char *end = strrchr(question->text, '\n');

    return end ? end + 1 : question->text;
}

/* Bytes of the heading above a row; 0 if it has none. */
static size_t heading_size(const struct client_ballot_question *question)
{
    const char *row = cli_paper_row(question);

    return row == question->text ? 0 : (size_t)(row - question->text) - 1;
}

static bool is_same_table(const struct client_ballot_question *a,
                          const struct client_ballot_question *b)
{
    const size_t size = heading_size(a);
    size_t i;

    if (!cli_paper_is_table(a) || strcmp(a->form, b->form) != 0 ||
        a->answer_count != b->answer_count || a->min != b->min ||
        size != heading_size(b) || memcmp(a->text, b->text, size) != 0)
        return false;
    for (i = 0; i < a->answer_count; i++)
        if (strcmp(a->answers[i], b->answers[i]) != 0)
            return false;
    return true;
}

size_t cli_paper_section(const struct cli_paper *paper, size_t first)
{
    size_t end = first + 1;

    while (end < paper->question_count &&
           is_same_table(&paper->questions[first], &paper->questions[end]))
        end++;
    return end - first;
}

size_t cli_paper_section_count(const struct cli_paper *paper)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < paper->question_count; i += cli_paper_section(paper, i))
        count++;
    return count;
}

/* --- the head --------------------------------------------------------------
 */

static void put_rule(size_t width, FILE *out)
{
    while (width-- > 0)
        (void)fputc('-', out);
    (void)fputc('\n', out);
}

static void put_capitals(const char *text, FILE *out)
{
    while (*text != '\0') {
        utf8proc_uint8_t bytes[4];
        utf8proc_int32_t point;
        const utf8proc_ssize_t size =
            utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        utf8proc_ssize_t capital_size;

        if (size <= 0)
            return;
        capital_size = utf8proc_encode_char(utf8proc_toupper(point), bytes);
        (void)fwrite(bytes, 1, (size_t)capital_size, out);
        text += size;
    }
}

/* The name in capitals, in the middle if it fits on one line. */
static void put_name(const char *name, size_t width, FILE *out)
{
    const size_t columns = fold_columns(name, strlen(name));
    char *capitals = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&capitals, &size);

    if (memory)
        put_capitals(name, memory);
    if (!memory || fclose(memory) != 0 || !capitals) {
        (void)fprintf(out, "%s\n", name);
        return;
    }
    if (columns < width)
        (void)fprintf(out, "%*s", (int)((width - columns) / 2), "");
    fold_words(capitals, 0, 0, width, out);
    free(capitals);
}

/* --- a question ----------------------------------------------------------- */

static const char *box(const uint8_t *marks, size_t position)
{
    return marks && marks[position] ? "[X]" : "[ ]";
}

static void put_bounds(const struct client_ballot_question *question,
                       size_t width, FILE *out)
{
    char text[400];

    if (question->min == question->max)
        (void)snprintf(text, sizeof text, _("Choose exactly %" PRIu64 "."),
                       question->max);
    else if (question->min == 0)
        (void)snprintf(text, sizeof text,
                       _("Choose at most %" PRIu64 ", or none."),
                       question->max);
    else
        (void)snprintf(text, sizeof text,
                       _("Choose at most %" PRIu64 ", at least %" PRIu64 "."),
                       question->max, question->min);
    if (question->has_blank)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), " %s",
                       _("Or leave it blank."));
    fold_words(text, 0, 0, width, out);
}

static void put_choose(const struct client_ballot_question *question,
                       const uint8_t *marks, size_t width, FILE *out)
{
    const size_t first = question->has_blank ? 1 : 0;
    size_t i;

    put_bounds(question, width, out);
    for (i = 0; i < question->answer_count; i++) {
        (void)fprintf(out, " %s %2zu. ", box(marks, first + i), i + 1);
        fold_words(question->answers[i], 9, 9, width, out);
    }
    if (question->has_blank)
        (void)fprintf(out, " %s     %s\n", box(marks, 0), _("Blank ballot"));
}

/* --- a table -------------------------------------------------------------- */

static void put_alone(const struct client_ballot_question *question,
                      const uint8_t *marks, size_t width, FILE *out)
{
    size_t i;

    for (i = 0; i < question->answer_count; i++) {
        (void)fprintf(out, " %s  %c. ", box(marks, i), (char)('A' + (int)i));
        fold_words(question->answers[i], 9, 9, width, out);
    }
}

/* The boxes of a row, and in words what is marked. */
static void put_boxes(const struct client_ballot_question *question,
                      const uint8_t *marks, size_t width, FILE *out)
{
    const size_t boxes = 4 + 7 * question->answer_count;
    size_t marked = question->answer_count;
    size_t i;

    (void)fputs("    ", out);
    for (i = 0; i < question->answer_count; i++) {
        (void)fprintf(out, "  %s %c", box(marks, i), (char)('A' + (int)i));
        if (marks && marks[i])
            marked = i;
    }
    if (marked < question->answer_count) {
        const char *word = question->answers[marked];

        (void)fputs(boxes + 3 + fold_columns(word, strlen(word)) > width
                        ? "\n      "
                        : "   ",
                    out);
        (void)fputs(word, out);
    }
    (void)fputc('\n', out);
}

static void put_table(const struct client_ballot_question *rows, size_t count,
                      const uint8_t *marks, size_t width, FILE *out)
{
    size_t i;

    fold_words(rows->min > 0
                   ? _("Mark one box in every row.")
                   : _("Mark at most one box in every row; a row may stay "
                       "without a mark."),
               0, 0, width, out);
    for (i = 0; i < rows->answer_count; i++) {
        (void)fprintf(out, "  %c. ", (char)('A' + (int)i));
        fold_words(rows->answers[i], 5, 5, width, out);
    }
    for (i = 0; i < count; i++) {
        (void)fprintf(out, " %2zu. ", i + 1);
        fold_words(cli_paper_row(&rows[i]), 5, 5, width, out);
        put_boxes(&rows[i], marks, width, out);
        marks = marks ? marks + rows[i].answer_count : NULL;
    }
}

static size_t within(size_t width)
{
    return width < FOLD_WIDTH_MIN  ? FOLD_WIDTH_MIN
           : width > CLI_WIDTH_MAX ? CLI_WIDTH_MAX
                                   : width;
}

/* Which section it is, from 1. */
static size_t number_of(const struct cli_paper *paper, size_t first)
{
    size_t number = 1;
    size_t i;

    for (i = 0; i < first; i += cli_paper_section(paper, i))
        number++;
    return number;
}

static void put_heading(const struct cli_paper *paper, size_t first,
                        size_t width, FILE *out)
{
    const struct client_ballot_question *question = &paper->questions[first];
    const size_t size = cli_paper_section(paper, first) > 1
                            ? heading_size(question)
                            : strlen(question->text);
    char number[40] = "";
    char *heading;

    if (cli_paper_section_count(paper) > 1)
        (void)snprintf(number, sizeof number, _("Question %zu. "),
                       number_of(paper, first));
    if (size == 0 && number[0] == '\0')
        return;
    (void)fputs(number, out);
    heading = strndup(question->text, size);
    if (heading)
        fold_words(heading, fold_columns(number, strlen(number)), 0, width,
                   out);
    free(heading);
}

void cli_paper_section_write(const struct cli_paper *paper, size_t first,
                             const uint8_t *marks, size_t width, FILE *out)
{
    const struct client_ballot_question *question = &paper->questions[first];
    const size_t count = cli_paper_section(paper, first);

    width = within(width);
    if (marks)
        marks += cli_paper_position(paper, first);
    put_heading(paper, first, width, out);
    if (!cli_paper_is_table(question))
        put_choose(question, marks, width, out);
    else if (count == 1)
        put_alone(question, marks, width, out);
    else
        put_table(question, count, marks, width, out);
}

void cli_paper_name_write(const struct cli_paper *paper, size_t width,
                          FILE *out)
{
    width = within(width);
    put_rule(width, out);
    put_name(paper->name, width, out);
    put_rule(width, out);
}

void cli_paper_write(const struct cli_paper *paper, const uint8_t *marks,
                     size_t width, FILE *out)
{
    size_t i;

    width = within(width);
    cli_paper_name_write(paper, width, out);
    for (i = 0; i < paper->question_count; i += cli_paper_section(paper, i)) {
        if (i > 0)
            (void)fputc('\n', out);
        cli_paper_section_write(paper, i, marks, width, out);
    }
    put_rule(width, out);
}

/* --- copies --------------------------------------------------------------- */

/* Makes room for one more question in `copy`; false if there is no memory. */
static bool copy_question(struct cli_paper_copy *copy, struct text_view text,
                          struct text_view form, size_t answer_count)
{
    struct client_ballot_question *to =
        &copy->questions[copy->paper.question_count++];

    to->text = strndup(text.data, text.size);
    to->form = strndup(form.data, form.size);
    to->answers = calloc(answer_count, sizeof *to->answers);
    return to->text && to->form && to->answers;
}

static bool copy_answer(struct cli_paper_copy *copy, struct text_view answer)
{
    struct client_ballot_question *to =
        &copy->questions[copy->paper.question_count - 1];

    to->answers[to->answer_count] = strndup(answer.data, answer.size);
    return to->answers[to->answer_count++] != NULL;
}

static enum result begin_copy(struct cli_paper_copy *copy,
                              struct text_view name, size_t question_count)
{
    *copy = (struct cli_paper_copy){ .name = strndup(name.data, name.size) };
    copy->questions = calloc(question_count, sizeof *copy->questions);
    copy->paper.name = copy->name;
    copy->paper.questions = copy->questions;
    return copy->name && copy->questions ? RESULT_OK : RESULT_NO_MEMORY;
}

enum result cli_paper_copy_make(struct cli_paper_copy *copy,
                                const struct cli_paper *paper)
{
    bool is_good = begin_copy(copy, text_view_of(paper->name),
                              paper->question_count) == RESULT_OK;
    size_t i, j;

    for (i = 0; is_good && i < paper->question_count; i++) {
        const struct client_ballot_question *from = &paper->questions[i];

        is_good = copy_question(copy, text_view_of(from->text),
                                text_view_of(from->form), from->answer_count);
        copy->questions[i].has_blank = from->has_blank;
        copy->questions[i].min = from->min;
        copy->questions[i].max = from->max;
        for (j = 0; is_good && j < from->answer_count; j++)
            is_good = copy_answer(copy, text_view_of(from->answers[j]));
    }
    if (is_good)
        return RESULT_OK;
    cli_paper_copy_release(copy);
    return RESULT_NO_MEMORY;
}

static bool copy_draft(struct cli_paper_copy *copy,
                       const struct ballot_draft *draft)
{
    bool is_good =
        begin_copy(copy, draft->name, draft->question_count) == RESULT_OK;
    size_t i, j;

    for (i = 0; is_good && i < draft->question_count; i++) {
        const struct ballot_question *from = &draft->questions[i];

        is_good = copy_question(copy, from->question,
                                text_view_of(ballot_form_word(from->form)),
                                from->answer_count);
        copy->questions[i].has_blank = from->has_blank;
        copy->questions[i].min = from->min;
        copy->questions[i].max = from->max;
        for (j = 0; is_good && j < from->answer_count; j++)
            is_good = copy_answer(copy, from->answers[j]);
    }
    return is_good;
}

enum result cli_paper_copy_of_draft(struct cli_paper_copy *copy,
                                    struct text_view form)
{
    struct ballot_draft draft;
    const enum ballot_fault fault = ballot_draft_read(form, &draft);
    bool is_good;

    *copy = (struct cli_paper_copy){ .name = NULL };
    if (fault != BALLOT_FAULT_NONE)
        return fault == BALLOT_FAULT_NO_MEMORY ? RESULT_NO_MEMORY
                                               : RESULT_INVALID;
    is_good = copy_draft(copy, &draft);
    ballot_draft_release(&draft);
    if (is_good)
        return RESULT_OK;
    cli_paper_copy_release(copy);
    return RESULT_NO_MEMORY;
}

void cli_paper_copy_release(struct cli_paper_copy *copy)
{
    size_t i, j;

    for (i = 0; i < copy->paper.question_count; i++) {
        struct client_ballot_question *question = &copy->questions[i];

        for (j = 0; j < question->answer_count; j++)
            free(question->answers[j]);
        free(question->answers);
        free(question->text);
        free(question->form);
    }
    free(copy->questions);
    free(copy->name);
    *copy = (struct cli_paper_copy){ .name = NULL };
}
