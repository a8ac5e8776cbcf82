#include "client/cli/cli_ballot_form.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_text.h"
#include "protocol/ballot/ballot_draft.h"
#include "protocol/base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is being read: a question with its answers, or a table with its rows. */
struct section {
    enum ballot_form form; /* NONE: none yet */
    size_t line;
    struct text_view heading;
    uint32_t min, max;
    bool has_blank;
    bool has_other;
    bool may_be_empty;
    struct text_view items[LIMIT_BALLOT_ANSWERS];
    size_t item_count;
};

struct builder {
    struct ballot_draft draft;
    struct ballot_question questions[LIMIT_BALLOT_QUESTIONS];
    struct text_view answers[LIMIT_BALLOT_POSITIONS];
    size_t answer_count;
    size_t position_count;
    char *composed[LIMIT_BALLOT_QUESTIONS]; /* owned: texts of rows */
    struct section section;
    size_t line;
    struct cli_form_problem *problem;
    enum result result;
};

__attribute__((format(printf, 3, 4))) static void
complain(struct builder *builder, size_t line, const char *format, ...)
{
    va_list list;

    if (builder->result != RESULT_OK)
        return;
    builder->result = RESULT_INVALID;
    builder->problem->line = line;
    va_start(list, format);
    (void)vsnprintf(builder->problem->text, CLI_FORM_PROBLEM_SIZE, format,
                    list);
    va_end(list);
}

#define COMPLAIN(...) complain(builder, builder->line, __VA_ARGS__)

/* --- questions ------------------------------------------------------------ */

static void add_question(struct builder *builder,
                         const struct ballot_question *question)
{
    const size_t positions = ballot_question_position_count(question);

    if (builder->draft.question_count == LIMIT_BALLOT_QUESTIONS ||
        builder->position_count + positions > LIMIT_BALLOT_POSITIONS) {
        complain(builder, builder->section.line,
                 _("the ballot is too long here: make two of it"));
        return;
    }
    builder->questions[builder->draft.question_count++] = *question;
    builder->position_count += positions;
}

/* Takes the answers into the ballot; where they are. */
static const struct text_view *keep_answers(struct builder *builder,
                                            const struct text_view *answers,
                                            size_t count)
{
    struct text_view *kept = &builder->answers[builder->answer_count];

    if (builder->answer_count + count > LIMIT_BALLOT_POSITIONS)
        return NULL;
    memcpy(kept, answers, count * sizeof *answers);
    builder->answer_count += count;
    return kept;
}

static void end_choose(struct builder *builder)
{
    const struct section *section = &builder->section;
    struct ballot_question question = {
        .question = section->heading,
        .answers = keep_answers(builder, section->items, section->item_count),
        .answer_count = section->item_count,
        .has_blank = section->has_blank,
        .min = section->min,
        .max = section->max,
        .form = BALLOT_FORM_CHOOSE,
    };

    if (section->max > section->item_count)
        complain(builder, section->line,
                 _("%u may be chosen, but only %zu are named: add some, or "
                   "change the number"),
                 section->max, section->item_count);
    else if (!question.answers)
        complain(builder, section->line,
                 _("the ballot is too long here: make two of it"));
    else
        add_question(builder, &question);
}

const char *const *cli_ballot_levels(enum ballot_form form, size_t *count)
{
    static const char *const level3[] = { N_("High confidence"),
                                          N_("Confidence"),
                                          N_("Low confidence") };
    static const char *const level4[] = {
        N_("Duties fulfilled with distinction"), N_("Duties fulfilled well"),
        N_("Duties fulfilled"), N_("Duties not fulfilled")
    };
    const bool is_three = form == BALLOT_FORM_LEVEL3;

    *count = is_three ? 3 : 4;
    return is_three ? level3 : level4;
}

static size_t columns_of(const struct section *section,
                         struct text_view columns[4])
{
    static const char *const agree[] = { N_("In favour"), N_("Against"),
                                         N_("Other opinion") };
    const char *const *words = agree;
    size_t count = section->has_other ? 3 : 2;
    size_t i;

    if (section->form != BALLOT_FORM_AGREE)
        words = cli_ballot_levels(section->form, &count);
    for (i = 0; i < count; i++)
        columns[i] = text_view_of(gettext(words[i]));
    return count;
}

/* The heading stands in every row, above what the row is about: a question has
 * one text, and no other place for it. */
static struct text_view row_text(struct builder *builder,
                                 struct text_view heading, struct text_view row)
{
    const size_t size = heading.size + row.size + 2;
    char *text;

    if (heading.size == 0 ||
        builder->draft.question_count == LIMIT_BALLOT_QUESTIONS)
        return row;
    text = malloc(size);
    if (!text) {
        builder->result = RESULT_NO_MEMORY;
        return row;
    }
    (void)snprintf(text, size, "%.*s\n%.*s", (int)heading.size, heading.data,
                   (int)row.size, row.data);
    builder->composed[builder->draft.question_count] = text;
    return text_view_of(text);
}

static void end_table(struct builder *builder)
{
    const struct section *section = &builder->section;
    struct text_view columns[4];
    const size_t count = columns_of(section, columns);
    const struct text_view *kept = keep_answers(builder, columns, count);
    size_t i;

    if (!kept) {
        complain(builder, section->line,
                 _("the ballot is too long here: make two of it"));
        return;
    }
    for (i = 0; i < section->item_count; i++) {
        const struct ballot_question question = {
            .question = row_text(builder, section->heading, section->items[i]),
            .answers = kept,
            .answer_count = count,
            .min = section->may_be_empty ? 0 : 1,
            .max = 1,
            .form = section->form,
        };

        add_question(builder, &question);
    }
}

static void end_section(struct builder *builder)
{
    struct section *section = &builder->section;

    if (section->form == BALLOT_FORM_NONE || builder->result != RESULT_OK)
        return;
    if (section->item_count == 0)
        complain(builder, section->line,
                 _("nothing to be marked stands below this line: write each "
                   "name or proposal on a line of its own that begins with -"));
    else if (section->form == BALLOT_FORM_CHOOSE)
        end_choose(builder);
    else
        end_table(builder);
    section->form = BALLOT_FORM_NONE;
}

static void begin_section(struct builder *builder, enum ballot_form form,
                          struct text_view heading)
{
    end_section(builder);
    builder->section = (struct section){ .form = form,
                                         .line = builder->line,
                                         .heading = heading,
                                         .min = 1,
                                         .max = 1,
                                         .has_blank = true,
                                         .may_be_empty = true };
    if (builder->draft.name.size == 0)
        COMPLAIN(_("the name of the ballot has to stand above this line: "
                   "write \"Ballot: …\""));
}

/* --- lines ---------------------------------------------------------------- */

/* Without white space around. */
static struct text_view trimmed(struct text_view text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = (struct text_view){ text.data + 1, text.size - 1 };
    while (text.size > 0 && (text.data[text.size - 1] == ' ' ||
                             text.data[text.size - 1] == '\t' ||
                             text.data[text.size - 1] == '\r'))
        text.size--;
    return text;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* What stands behind "-", "*", "+", "•", "–" or "1."; false if there is none.
 */
static bool take_item(struct text_view line, struct text_view *item)
{
    static const char *const dashes[] = { "-", "*", "+", "•", "–", "—" };
    size_t i;

    for (i = 0; i < sizeof dashes / sizeof dashes[0]; i++) {
        const size_t size = strlen(dashes[i]);

        if (line.size >= size && memcmp(line.data, dashes[i], size) == 0) {
            *item = trimmed(
                (struct text_view){ line.data + size, line.size - size });
            return true;
        }
    }
    for (i = 0; i < line.size && is_digit(line.data[i]); i++)
        ;
    if (i == 0 || i == line.size ||
        (line.data[i] != '.' && line.data[i] != ')'))
        return false;
    *item = trimmed((struct text_view){ line.data + i + 1, line.size - i - 1 });
    return true;
}

static void add_item(struct builder *builder, struct text_view item)
{
    struct section *section = &builder->section;
    size_t i;

    if (section->form == BALLOT_FORM_NONE) {
        COMPLAIN(_("a question has to stand above this line, as \"Choose "
                   "1-3: …\", \"Agree: …\", \"Confidence: …\" or \"Rating: "
                   "…\""));
        return;
    }
    if (item.size == 0) {
        COMPLAIN(_("nothing stands behind the dash"));
        return;
    }
    for (i = 0; i < section->item_count; i++) {
        if (text_view_equal(section->items[i], item)) {
            COMPLAIN(_("the same stands here a second time: \"%.*s\""),
                     (int)item.size, item.data);
            return;
        }
    }
    if (section->item_count == LIMIT_BALLOT_ANSWERS)
        COMPLAIN(_("at most %d lines below one question"),
                 LIMIT_BALLOT_ANSWERS);
    else
        section->items[section->item_count++] = item;
}

/* --- keys ----------------------------------------------------------------- */

/* The word before the colon, plain and without spaces. */
static void plain_key(struct text_view key, char out[CLI_WORD_SIZE])
{
    char copy[4 * CLI_WORD_SIZE];
    char plain[4 * CLI_WORD_SIZE];
    size_t used = 0;
    size_t i;

    (void)snprintf(copy, sizeof copy, "%.*s", (int)key.size, key.data);
    /* Dashes are taken out of words, but part numbers. */
    for (i = 0; copy[i] != '\0'; i++)
        if (copy[i] == '-')
            copy[i] = '~';
    cli_plain_word(copy, plain, sizeof plain);
    for (i = 0; plain[i] != '\0' && used + 1 < CLI_WORD_SIZE; i++) {
        if (plain[i] != ' ' && plain[i] != '\t')
            out[used++] = plain[i];
    }
    out[used] = '\0';
}

static bool is_one_of(const char *key, const char *const *words)
{
    size_t i;

    for (i = 0; words[i]; i++)
        if (strcmp(words[i], key) == 0)
            return true;
    return false;
}

/* A number at the front of `*text`, which moves behind it. */
static bool take_number(const char **text, uint32_t *out)
{
    size_t i = 0;
    uint32_t number = 0;

    for (; is_digit((*text)[i]) && i < 4; i++)
        number = number * 10 + (uint32_t)((*text)[i] - '0');
    *text += i;
    *out = number;
    return i > 0;
}

/* "a~b", "tuaDenb", "toidab", "dungb" behind the word for choosing. */
static bool take_bounds(const char *text, uint32_t *min, uint32_t *max)
{
    static const char *const most[] = { "toida", "nhieunhat", "atmost",
                                        "upto" };
    static const char *const exact[] = { "dung", "exactly" };
    static const char *const from[] = { "tu", "from" };
    static const char *const to[] = { "~", "–", "den", "to", "..." };
    size_t i;

    for (i = 0; i < sizeof most / sizeof most[0]; i++) {
        if (strncmp(text, most[i], strlen(most[i])) != 0)
            continue;
        text += strlen(most[i]);
        *min = 1;
        return take_number(&text, max) && *text == '\0';
    }
    for (i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        if (strncmp(text, exact[i], strlen(exact[i])) != 0)
            continue;
        text += strlen(exact[i]);
        if (!take_number(&text, max))
            return false;
        *min = *max;
        return *text == '\0';
    }
    for (i = 0; i < sizeof from / sizeof from[0]; i++)
        if (strncmp(text, from[i], strlen(from[i])) == 0)
            text += strlen(from[i]);
    if (!take_number(&text, min))
        return false;
    /* "choose 1" can only mean one; of more it would not be clear. */
    *max = *min;
    if (*text == '\0')
        return *min == 1;
    for (i = 0; i < sizeof to / sizeof to[0]; i++) {
        if (strncmp(text, to[i], strlen(to[i])) != 0)
            continue;
        text += strlen(to[i]);
        return take_number(&text, max) && *text == '\0';
    }
    return false;
}

static void take_choose(struct builder *builder, const char *bounds,
                        struct text_view heading)
{
    struct section *section = &builder->section;

    begin_section(builder, BALLOT_FORM_CHOOSE, heading);
    if (!take_bounds(bounds, &section->min, &section->max))
        COMPLAIN(_("how many may be chosen? Write \"Choose 1-3: …\" for one to "
                   "three, \"Choose exactly 3: …\" for no fewer"));
    else if (section->max == 0 || section->min > section->max)
        COMPLAIN(_("nobody can choose from %u to %u: the first number must "
                   "not be greater than the second, and that not 0"),
                 section->min, section->max);
    else if (heading.size == 0)
        COMPLAIN(_("the question is missing behind the colon"));
}

/* --- options behind a question -------------------------------------------- */

static void take_option(struct builder *builder, const char *key,
                        struct text_view value)
{
    static const char *const blank[] = { "phieutrang", "blank", NULL };
    static const char *const empty[] = { "detrong", "empty", NULL };
    static const char *const other[] = { "ykienkhac", "other", NULL };
    struct section *section = &builder->section;
    const bool is_choose = section->form == BALLOT_FORM_CHOOSE;
    char word[CLI_WORD_SIZE];
    bool *option = NULL;

    (void)snprintf(word, sizeof word, "%.*s", (int)value.size, value.data);
    if (is_one_of(key, blank) && is_choose)
        option = &section->has_blank;
    else if (is_one_of(key, empty) && !is_choose)
        option = &section->may_be_empty;
    else if (is_one_of(key, other) && section->form == BALLOT_FORM_AGREE)
        option = &section->has_other;
    if (!option || section->form == BALLOT_FORM_NONE)
        COMPLAIN(_("this says nothing about the question above it: \"Blank\" "
                   "stands behind \"Choose\", \"Empty\" behind a table, "
                   "\"Other\" behind \"Agree\""));
    else if (cli_is_yes(word) || cli_is_no(word))
        *option = cli_is_yes(word);
    else
        COMPLAIN(_("write yes or no behind the colon"));
}

/* --- the whole ------------------------------------------------------------ */

static void take_name(struct builder *builder, struct text_view name)
{
    if (builder->draft.name.size > 0)
        COMPLAIN(_("the ballot has a name already"));
    else if (name.size == 0)
        COMPLAIN(_("the name is missing behind the colon"));
    builder->draft.name = name;
}

static void take_keyed(struct builder *builder, struct text_view key_text,
                       struct text_view value)
{
    static const char *const name[] = { "phieu", "tenphieu", "ballot", "name",
                                        NULL };
    static const char *const agree[] = { "tanthanh", "dongy", "agree", NULL };
    static const char *const level3[] = { "tinnhiem", "confidence", NULL };
    static const char *const level4[] = { "xeploai", "rating", NULL };
    static const char *const options[] = { "phieutrang", "blank",     "detrong",
                                           "empty",      "ykienkhac", "other",
                                           NULL };
    char key[CLI_WORD_SIZE];

    plain_key(key_text, key);
    if (is_one_of(key, name))
        take_name(builder, value);
    else if (strncmp(key, "chon", 4) == 0)
        take_choose(builder, key + 4, value);
    else if (strncmp(key, "choose", 6) == 0)
        take_choose(builder, key + 6, value);
    else if (is_one_of(key, agree))
        begin_section(builder, BALLOT_FORM_AGREE, value);
    else if (is_one_of(key, level3))
        begin_section(builder, BALLOT_FORM_LEVEL3, value);
    else if (is_one_of(key, level4))
        begin_section(builder, BALLOT_FORM_LEVEL4, value);
    else if (is_one_of(key, options))
        take_option(builder, key, value);
    else
        COMPLAIN(_("\"%.*s\" is no word of a draft: it begins with \"Ballot\", "
                   "\"Choose\", \"Agree\", \"Confidence\", \"Rating\", or with "
                   "a dash for a name"),
                 (int)key_text.size, key_text.data);
}

/* Can what stands on a line be shown, all of it? */
static bool is_clean(struct builder *builder, size_t line,
                     struct text_view text)
{
    if (text_check(text, LIMIT_MOTION_LENGTH, false) != RESULT_OK)
        complain(builder, line,
                 _("this line is too long, or holds signs that cannot be "
                   "shown"));
    else if (text_has_unseen(text))
        complain(builder, line,
                 _("this line has letters that nobody sees: type it anew "
                   "instead of copying it"));
    else
        return true;
    return false;
}

static void take_line(struct builder *builder, struct text_view line)
{
    const char *colon;
    struct text_view item;

    line = trimmed(line);
    if (line.size == 0 || line.data[0] == '#')
        return;
    if (!is_clean(builder, builder->line, line))
        return;
    colon = memchr(line.data, ':', line.size);
    if (take_item(line, &item)) {
        add_item(builder, item);
    } else if (colon) {
        const size_t at = (size_t)(colon - line.data);

        take_keyed(
            builder, trimmed((struct text_view){ line.data, at }),
            trimmed((struct text_view){ colon + 1, line.size - at - 1 }));
    } else {
        COMPLAIN(_("this line says neither what is asked (\"Choose 1-3: …\") "
                   "nor a name (\"- …\")"));
    }
}

static void take_lines(struct builder *builder, const char *text)
{
    while (builder->result == RESULT_OK && *text != '\0') {
        const size_t size = strcspn(text, "\n");

        builder->line++;
        take_line(builder, (struct text_view){ text, size });
        text += size + (text[size] == '\n' ? 1 : 0);
    }
    end_section(builder);
    if (builder->draft.name.size == 0)
        complain(builder, 0,
                 _("the draft has no name: begin with \"Ballot: …\""));
    else if (builder->draft.question_count == 0)
        complain(builder, 0, _("the draft asks nothing"));
}

/* Writes what was built; a text that is too long shows only here. */
static enum result finish(struct builder *builder, char **out)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = builder->result;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    builder->draft.questions = builder->questions;
    if (result == RESULT_OK)
        result = ballot_draft_write(&builder->draft, &writer);
    if (result == RESULT_INVALID)
        complain(builder, 0,
                 _("a name or an answer is too long: at most %d letters"),
                 LIMIT_TITLE_LENGTH);
    byte_writer_u8(&writer, 0);
    if (result == RESULT_OK)
        result = byte_writer_take(&writer, &bytes, &size);
    if (result == RESULT_OK)
        *out = (char *)bytes;
    byte_writer_release(&writer);
    return result;
}

static struct builder *builder_new(struct cli_form_problem *problem)
{
    struct builder *builder = calloc(1, sizeof *builder);

    *problem = (struct cli_form_problem){ .line = 0 };
    if (builder)
        builder->problem = problem;
    return builder;
}

static void builder_free(struct builder *builder)
{
    size_t i;

    for (i = 0; i < LIMIT_BALLOT_QUESTIONS; i++)
        free(builder->composed[i]);
    free(builder);
}

/* The text in NFC, without a mark of its byte order; NULL if it is no text. */
static char *nfc_of(const char *text, size_t size)
{
    static const char mark[] = "\xef\xbb\xbf";
    char *nfc = NULL;

    if (size >= 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        size -= 3;
    }
    if (memchr(text, '\0', size) ||
        text_to_nfc((struct text_view){ text, size }, &nfc) != RESULT_OK)
        return NULL;
    return nfc;
}

enum result cli_ballot_form_read(const char *text, size_t size,
                                 struct cli_form_problem *problem, char **out)
{
    struct builder *builder = builder_new(problem);
    char *nfc;
    enum result result;

    if (!builder)
        return RESULT_NO_MEMORY;
    nfc = nfc_of(text, size);
    if (nfc)
        take_lines(builder, nfc);
    else
        complain(builder, 0,
                 _("this is no text in UTF-8: save it as plain text"));
    result = finish(builder, out);
    builder_free(builder);
    free(nfc);
    return result;
}

enum result cli_ballot_form_ask(const char *question,
                                struct cli_form_problem *problem, char **out)
{
    struct builder *builder = builder_new(problem);
    char *nfc;
    enum result result;

    if (!builder)
        return RESULT_NO_MEMORY;
    nfc = nfc_of(question, strlen(question));
    builder->draft.name = text_view_of(_("Secret ballot"));
    if (!nfc) {
        complain(builder, 0,
                 _("this line is too long, or holds signs that cannot be "
                   "shown"));
    } else if (is_clean(builder, 0, trimmed(text_view_of(nfc)))) {
        begin_section(builder, BALLOT_FORM_AGREE, TEXT_LITERAL(""));
        add_item(builder, trimmed(text_view_of(nfc)));
        end_section(builder);
    }
    result = finish(builder, out);
    builder_free(builder);
    free(nfc);
    return result;
}
