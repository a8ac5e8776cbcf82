#include "client/cli/cli_ballot_marks.h"

#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/base/limits.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <string.h>
#include <utf8proc.h>

enum { PLAIN_SIZE = 1200, COLUMNS_MAX = 4 };

/* What is read and where it goes. `wanted` becomes the marks if all is well. */
struct reading {
    const struct cli_paper *paper;
    const struct client_ballot_question *question; /* the section's first */
    size_t row_count;
    char plain[PLAIN_SIZE]; /* the line without marks and case */
    uint8_t wanted[LIMIT_BALLOT_POSITIONS];
    size_t size; /* positions of the section */
    char *problem;
};

#define PROBLEM(...)                                                           \
    ((void)snprintf(r->problem, CLI_MARKS_PROBLEM_SIZE, __VA_ARGS__),          \
     CLI_MARKS_WRONG)

/* As cli_plain_word(), but without heap, where copies would stay: small
 * letters without marks; separators become one space. */
static void plain_of(const char *text, char out[PLAIN_SIZE])
{
    size_t used = 0;

    while (*text != '\0') {
        utf8proc_int32_t parts[16];
        utf8proc_int32_t point;
        int last_class = 0;
        const utf8proc_ssize_t size =
            utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        utf8proc_ssize_t count;
        utf8proc_ssize_t i;

        text += size > 0 ? size : 1;
        if (size <= 0)
            continue;
        if (point == 0x0110 || point == 0x0111) /* đ has no decomposition */
            point = 'd';
        count = utf8proc_decompose_char(point, parts, 16,
                                        (utf8proc_option_t)(UTF8PROC_DECOMPOSE |
                                                            UTF8PROC_CASEFOLD |
                                                            UTF8PROC_STRIPMARK),
                                        &last_class);
        for (i = 0; i < count && i < 16 && used + 5 < PLAIN_SIZE; i++) {
            if (parts[i] == ' ' || parts[i] == '\t' || parts[i] == ',' ||
                parts[i] == ';')
                out[used++] = ' ';
            else
                used += (size_t)utf8proc_encode_char(
                    parts[i], (utf8proc_uint8_t *)&out[used]);
        }
    }
    out[used] = '\0';
}

/* Equal but for spaces and dashes? */
static bool is_phrase(const char *plain, const char *phrase)
{
    while (*plain != '\0' || *phrase != '\0') {
        while (*plain == ' ' || *plain == '-')
            plain++;
        while (*phrase == ' ' || *phrase == '-')
            phrase++;
        if (*plain != *phrase)
            return false;
        plain += *plain != '\0';
        phrase += *phrase != '\0';
    }
    return true;
}

static bool is_any(const char *plain, const char *const *phrases)
{
    size_t i;

    for (i = 0; phrases[i]; i++)
        if (is_phrase(plain, phrases[i]))
            return true;
    return false;
}

static const char *const word_blank[] = { "trang", "phieutrang", "blank",
                                          NULL };
static const char *const word_none[] = { "trong", "detrong", "none", "empty",
                                         NULL };
static const char *const word_done[] = { "xong", "done", NULL };

/* The answer that was typed in words; the number of answers if none. */
static size_t answer_in_words(const struct reading *r)
{
    char answer[PLAIN_SIZE];
    size_t i;

    for (i = 0; i < r->question->answer_count; i++) {
        plain_of(r->question->answers[i], answer);
        if (is_phrase(r->plain, answer))
            break;
    }
    return i;
}

/* --- choosing from a list ------------------------------------------------- */

static enum cli_marks_reading check_count(const struct reading *r,
                                          uint64_t count)
{
    const struct client_ballot_question *question = r->question;

    if (count > question->max)
        return PROBLEM(_("You marked %" PRIu64 ", but at most %" PRIu64
                         " may be chosen. Type all the numbers again."),
                       count, question->max);
    if (count < question->min)
        return PROBLEM(_("You marked %" PRIu64 ", but at least %" PRIu64
                         " have to be chosen. Type all the numbers again."),
                       count, question->min);
    return CLI_MARKS_DONE;
}

/* One number at the front of `*at`; 0 and false if there is none. */
static bool take_number(const char **at, size_t *out)
{
    size_t number = 0;
    size_t digits = 0;

    while (**at >= '0' && **at <= '9' && digits < 4) {
        number = number * 10 + (size_t)(**at - '0');
        (*at)++;
        digits++;
    }
    *out = number;
    return digits > 0;
}

static enum cli_marks_reading read_numbers(struct reading *r)
{
    const struct client_ballot_question *question = r->question;
    const size_t first = question->has_blank ? 1 : 0;
    const char *at = r->plain;
    uint64_t count = 0;
    size_t number;

    for (;;) {
        at += strspn(at, " .+");
        if (*at == '\0')
            break;
        if (!take_number(&at, &number))
            return PROBLEM(_("Type numbers only, with spaces between them, as "
                             "in: 1 3"));
        if (number == 0 || number > question->answer_count)
            return PROBLEM(_("There is no number %zu: they go from 1 to %zu. "
                             "Type all the numbers again."),
                           number, question->answer_count);
        if (r->wanted[first + number - 1])
            return PROBLEM(_("Number %zu stands there twice. Type all the "
                             "numbers again."),
                           number);
        r->wanted[first + number - 1] = 1;
        count++;
    }
    return check_count(r, count);
}

static enum cli_marks_reading read_choose(struct reading *r)
{
    const struct client_ballot_question *question = r->question;
    const size_t first = question->has_blank ? 1 : 0;
    size_t answer;

    if (is_any(r->plain, word_blank)) {
        if (!question->has_blank)
            return PROBLEM(_("This question has no blank ballot."));
        r->wanted[0] = 1;
        return CLI_MARKS_DONE;
    }
    if (is_any(r->plain, word_none))
        return check_count(r, 0);
    answer = answer_in_words(r);
    if (answer < question->answer_count) {
        r->wanted[first + answer] = 1;
        return check_count(r, 1);
    }
    return read_numbers(r);
}

/* --- a table -------------------------------------------------------------- */

static void set_row(struct reading *r, size_t row, size_t column)
{
    const size_t columns = r->question->answer_count;
    size_t i;

    for (i = 0; i < columns; i++)
        r->wanted[row * columns + i] = i == column ? 1 : 0;
}

static bool has_mark(const struct reading *r, size_t row)
{
    const size_t columns = r->question->answer_count;
    size_t i;

    for (i = 0; i < columns; i++)
        if (r->wanted[row * columns + i])
            return true;
    return false;
}

/* The column of a letter, or of a digit in its place; the number of columns for
 * "-"; false: neither. */
static bool column_of(const struct reading *r, char letter, size_t *out)
{
    const size_t count = r->question->answer_count;

    *out = letter == '-'   ? count
           : letter >= 'a' ? (size_t)(letter - 'a')
           : letter >= '1' ? (size_t)(letter - '1')
                           : count;
    return letter == '-' || *out < count;
}

static enum cli_marks_reading say_letters(const struct reading *r)
{
    return PROBLEM(_("The boxes are called A to %c; \"-\" leaves a row without "
                     "a mark. Type it again."),
                   (char)('A' + (int)r->question->answer_count - 1));
}

/* Names the rows without a mark. */
static enum cli_marks_reading rest_of_rows(const struct reading *r)
{
    size_t used = 0;
    size_t row;

    for (row = 0; row < r->row_count; row++) {
        if (has_mark(r, row) || used >= CLI_MARKS_PROBLEM_SIZE - 16)
            continue;
        if (used == 0)
            used = (size_t)snprintf(r->problem, CLI_MARKS_PROBLEM_SIZE - 16,
                                    "%s", _("Rows without a mark:"));
        used += (size_t)snprintf(
            r->problem + used, CLI_MARKS_PROBLEM_SIZE - used, " %zu", row + 1);
    }
    return used == 0 ? CLI_MARKS_DONE : CLI_MARKS_PART;
}

/* "AB-A" or "A B - A": one for each row, in their order. */
static enum cli_marks_reading read_letters(struct reading *r)
{
    const char *at = r->plain;
    size_t row = 0;
    size_t column;

    for (; *at != '\0'; at++) {
        if (*at == ' ')
            continue;
        if (!column_of(r, *at, &column))
            return say_letters(r);
        if (row < r->row_count)
            set_row(r, row, column);
        row++;
    }
    if (row != r->row_count)
        return PROBLEM(_("There are %zu rows, but you typed %zu letters. Type "
                         "one letter for each row, or a row's number and its "
                         "letter, as in: 2B"),
                       r->row_count, row);
    return CLI_MARKS_DONE;
}

/* "2B 4-": rows by their numbers. */
static enum cli_marks_reading read_labelled(struct reading *r)
{
    const char *at = r->plain;
    size_t row;
    size_t column;

    for (;;) {
        at += strspn(at, " ");
        if (*at == '\0')
            return rest_of_rows(r);
        if (!take_number(&at, &row))
            return PROBLEM(_("Type a row's number and its letter together, as "
                             "in: 2B 3A"));
        at += strspn(at, ".:= ");
        if (row == 0 || row > r->row_count)
            return PROBLEM(_("There is no row %zu: they go from 1 to %zu."),
                           row, r->row_count);
        if (*at == '\0')
            return PROBLEM(_("A letter is missing behind row %zu."), row);
        if (!column_of(r, *at++, &column))
            return say_letters(r);
        set_row(r, row - 1, column);
    }
}

/* A single row: its answer by letter, number or in words. */
static enum cli_marks_reading read_alone(struct reading *r)
{
    const size_t count = r->question->answer_count;
    size_t column = answer_in_words(r);
    const char *at = r->plain;

    if (column == count && !is_any(at, word_none) &&
        (at[0] == '\0' || at[1] != '\0' || !column_of(r, *at, &column)))
        return PROBLEM(_("Type the letter of one box, A to %c."),
                       (char)('A' + (int)count - 1));
    set_row(r, 0, column);
    return CLI_MARKS_DONE;
}

/* Where every row wants a mark: has every one got it? */
static enum cli_marks_reading check_rows(struct reading *r,
                                         enum cli_marks_reading reading)
{
    if (reading != CLI_MARKS_DONE || r->question->min == 0 ||
        rest_of_rows(r) == CLI_MARKS_DONE)
        return reading;
    if (r->row_count == 1)
        return PROBLEM(_("This cannot stay without a mark: choose one box."));
    return CLI_MARKS_PART;
}

static enum cli_marks_reading read_table(struct reading *r,
                                         const uint8_t *marks)
{
    if (r->row_count == 1)
        return check_rows(r, read_alone(r));
    if (is_any(r->plain, word_done)) {
        memcpy(r->wanted, marks, r->size);
        return check_rows(r, CLI_MARKS_DONE);
    }
    /* Digits alone are columns; behind a row's number stands a letter. */
    if (r->plain[0] >= '0' && r->plain[0] <= '9' &&
        strspn(r->plain, "0123456789 ") < strlen(r->plain)) {
        memcpy(r->wanted, marks, r->size);
        return read_labelled(r);
    }
    return check_rows(r, read_letters(r));
}

/* --- the whole ------------------------------------------------------------ */

static bool is_too_long(const char *line)
{
    return strlen(line) >= PLAIN_SIZE / 4;
}

static char *trim(char *plain)
{
    size_t size;

    plain += strspn(plain, " ");
    size = strlen(plain);
    while (size > 0 && plain[size - 1] == ' ')
        plain[--size] = '\0';
    return plain;
}

enum cli_marks_reading cli_marks_read(const struct cli_paper *paper,
                                      size_t first, const char *line,
                                      uint8_t *marks,
                                      char problem[CLI_MARKS_PROBLEM_SIZE])
{
    struct reading r = { .paper = paper,
                         .question = &paper->questions[first],
                         .row_count = cli_paper_section(paper, first),
                         .problem = problem };
    enum cli_marks_reading reading = CLI_MARKS_WRONG;
    char *trimmed;

    marks += cli_paper_position(paper, first);
    r.size = cli_paper_position(paper, first + r.row_count) -
             cli_paper_position(paper, first);
    problem[0] = '\0';
    if (is_too_long(line)) {
        (void)snprintf(problem, CLI_MARKS_PROBLEM_SIZE, "%s",
                       _("This line is too long."));
    } else {
        plain_of(line, r.plain);
        trimmed = trim(r.plain);
        memmove(r.plain, trimmed, strlen(trimmed) + 1);
        reading = cli_paper_is_table(r.question) ? read_table(&r, marks)
                                                 : read_choose(&r);
    }
    if (reading != CLI_MARKS_WRONG)
        memcpy(marks, r.wanted, r.size);
    OPENSSL_cleanse(&r, sizeof r);
    return reading;
}

bool cli_marks_is_word(const char *line, const char *const *words)
{
    char plain[PLAIN_SIZE];
    bool is_one = false;

    if (!is_too_long(line)) {
        plain_of(line, plain);
        is_one = is_any(plain, words);
        OPENSSL_cleanse(plain, sizeof plain);
    }
    return is_one;
}

/* --- how to --------------------------------------------------------------- */

static void explain_choose(const struct client_ballot_question *question,
                           size_t width, FILE *out)
{
    fold_words(question->max > 1
                   ? _("Type the numbers of those you choose, with spaces "
                       "between them, as in: 1 3")
                   : _("Type the number of the one you choose."),
               0, 0, width, out);
    if (question->has_blank)
        fold_words(_("For a blank ballot type: blank"), 0, 0, width, out);
    else if (question->min == 0)
        fold_words(_("To choose none type: none"), 0, 0, width, out);
}

void cli_marks_explain(const struct cli_paper *paper, size_t first,
                       size_t width, FILE *out)
{
    const struct client_ballot_question *question = &paper->questions[first];
    const bool may_be_empty = question->min == 0;

    if (!cli_paper_is_table(question)) {
        explain_choose(question, width, out);
    } else if (cli_paper_section(paper, first) == 1) {
        fold_words(_("Type the letter of the box you mark."), 0, 0, width, out);
        if (may_be_empty)
            fold_words(_("To mark none type: none"), 0, 0, width, out);
    } else {
        fold_words(_("Type one letter for each row from the top, as in: A "
                     "B A. Or rows by themselves, as in: 2B"),
                   0, 0, width, out);
        if (may_be_empty)
            fold_words(_("A dash leaves a row without a mark; with rows by "
                         "themselves, type at the end: done"),
                       0, 0, width, out);
    }
}
