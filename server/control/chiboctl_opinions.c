/* Opinions on drafts: asking for them, and what was said, cell by cell. */
#include "server/control/chiboctl_report.h"

#include "protocol/program/result_words.h"
#include "server/control/zone_time.h"
#include "server/platform/private_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* --- Asking -------------------------------------------------------------- */

struct asking {
    struct asked_unit units[LIMIT_QUESTION_TARGETS];
    struct member_id members[LIMIT_QUESTION_TARGETS];
    char *text; /* owned: the draft in NFC, lines ended by LF */
};

/* The whole text file, cleaned; false: said why. */
static bool read_draft(const char *path, struct asking *asking)
{
    enum { DRAFT_SIZE_MAX = 4 * LIMIT_DRAFT_LENGTH };
    char *bytes = calloc(1, DRAFT_SIZE_MAX + 1);
    size_t size = 0, from, to = 0;
    enum result result =
        bytes ? private_file_read(path, bytes, DRAFT_SIZE_MAX, &size)
              : RESULT_NO_MEMORY;

    for (from = 0; result == RESULT_OK && from < size; from++)
        if (bytes[from] != '\r')
            bytes[to++] = bytes[from];
    if (result == RESULT_OK)
        result = text_to_nfc((struct text_view){ bytes, to }, &asking->text);
    free(bytes);
    if (result == RESULT_OK)
        return true;
    chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_words(result));
    return false;
}

static bool read_targets(struct chiboctl *ctl, struct asking *asking,
                         struct command_ask_opinions *body)
{
    const char *units[LIMIT_QUESTION_TARGETS];
    const char *members[LIMIT_QUESTION_TARGETS];
    const size_t unit_count =
        chiboctl_each(ctl, "unit", units, LIMIT_QUESTION_TARGETS);
    const size_t member_count =
        chiboctl_each(ctl, "member", members, LIMIT_QUESTION_TARGETS);

    if (unit_count + member_count == 0 ||
        unit_count + member_count > LIMIT_QUESTION_TARGETS) {
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("give --unit or --member, %d of them at most"),
                      LIMIT_QUESTION_TARGETS);
        return false;
    }
    for (size_t i = 0; i < unit_count; i++)
        if (!chiboctl_find_unit(ctl, units[i], &asking->units[i].unit))
            return false;
    for (size_t i = 0; i < member_count; i++)
        if (!chiboctl_find_member(ctl, NULL, members[i],
                                  &asking->members[i].member))
            return false;
    body->units = (struct items){ asking->units, unit_count };
    body->members = (struct items){ asking->members, member_count };
    return true;
}

static bool read_due(const struct chiboctl *ctl, int64_t *due_ms)
{
    const char *due = chiboctl_option(ctl, "due");
    const char *zone = chiboctl_option(ctl, "zone");
    enum result result =
        due ? zone_time_parse(due, zone ? zone : CHIBOCTL_ZONE, due_ms)
            : RESULT_MALFORMED;

    if (result == RESULT_NOT_FOUND)
        chiboctl_fail(CHIBOCTL_FAILED, _("unknown time zone: %s"), zone);
    else if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("--due takes a local time such as \"2026-12-31 "
                        "17:00\""));
    return result == RESULT_OK;
}

static int run_ask(struct chiboctl *ctl)
{
    struct asking *asking = calloc(1, sizeof *asking);
    struct command command = { .op = OP_ASK_OPINIONS };
    struct command_ask_opinions *body = &command.body.ask_opinions;
    int code = CHIBOCTL_FAILED;

    if (!asking)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    if (read_due(ctl, &body->due_at) && read_draft(ctl->arguments[1], asking) &&
        chiboctl_connect(ctl) && read_targets(ctl, asking, body)) {
        body->title = chiboctl_text(ctl->arguments[0]);
        body->text = chiboctl_text(asking->text);
        code = chiboctl_do(ctl, &command);
    }
    free(asking->text);
    free(asking);
    return code;
}

/* --- Listing ------------------------------------------------------------- */

static size_t count_asked(const struct register_state *state,
                          const struct identifier *question)
{
    size_t count = 0;

    for (size_t i = 0; i < state->member_count; i++)
        count += register_state_asked(state, question, &state->members[i].id) !=
                 NULL;
    return count;
}

static size_t count_answers(const struct register_state *state,
                            const struct identifier *question)
{
    size_t count = 0;

    for (size_t i = 0; i < state->opinions.given_count; i++)
        count +=
            identifier_equal(&state->opinions.given[i].question, question) &&
            register_state_is_last_answer(state, &state->opinions.given[i]);
    return count;
}

static int run_questions(struct chiboctl *ctl)
{
    static const int widths[] = { 6, 17, 6, 8, 40 };
    const struct register_state *state;

    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    state = register_book_state(ctl->book);
    for (size_t i = 0; i < state->opinions.question_count; i++) {
        const struct register_question *question =
            &state->opinions.questions[i];

        chiboctl_row(
            ctl,
            json_pack(
                "{s:s, s:o, s:I, s:I, s:s}", "question", question->id.text,
                "due_at", chiboctl_time(ctl, question->due_ms, CHIBOCTL_ZONE),
                "asked", (json_int_t)count_asked(state, &question->id),
                "answered", (json_int_t)count_answers(state, &question->id),
                "title", register_book_text(ctl->book, question->seq, "title")),
            widths);
    }
    return CHIBOCTL_OK;
}

/* --- What was said ------------------------------------------------------- */

static const struct report_column columns[] = {
    { "unit", REPORT_TEXT },   { "unit_name", REPORT_TEXT },
    { "member", REPORT_TEXT }, { "name", REPORT_TEXT },
    { "office", REPORT_WORD }, { "given_at", REPORT_TEXT },
    { "opinion", REPORT_TEXT }
};

static void add_opinion(struct chiboctl *ctl, struct report_table *table,
                        const struct report_unit *unit,
                        const struct register_opinion *opinion)
{
    const struct register_state *state = register_book_state(ctl->book);
    const struct register_member *member =
        register_state_member(state, &opinion->member);
    char at[ZONE_TIME_SIZE];

    zone_time_format(opinion->at_ms, CHIBOCTL_ZONE, at);
    report_table_row(table);
    report_table_text(table, unit->id.text);
    report_table_text(table, unit->name);
    report_table_text(table, opinion->member.text);
    report_table_text(table, chiboctl_holder_name(ctl, &opinion->member));
    report_table_text(table, member ? office_words.words[member->office] : "");
    report_table_text(table, at);
    report_table_text(table,
                      register_book_text(ctl->book, opinion->seq, "text"));
}

/* Is it the last word of a member of this cell on the question? */
static bool counts(const struct register_state *state,
                   const struct register_opinion *opinion,
                   const struct identifier *question,
                   const struct identifier *unit)
{
    return identifier_equal(&opinion->question, question) &&
           identifier_equal(&opinion->unit, unit) &&
           register_state_is_last_answer(state, opinion);
}

static void add_unit(struct chiboctl *ctl, struct report_table *table,
                     const struct report_unit *unit,
                     const struct identifier *question)
{
    const struct register_state *state = register_book_state(ctl->book);
    const struct register_opinions *opinions = &state->opinions;

    for (size_t i = 0; i < opinions->given_count; i++)
        if (counts(state, &opinions->given[i], question, &unit->id))
            add_opinion(ctl, table, unit, &opinions->given[i]);
}

/* The opinions as a text for people: a heading for each cell, and each opinion
 * below the name of its member. */
static void write_text(struct chiboctl *ctl, const struct chiboctl_logs *logs,
                       const struct register_question *question, FILE *out)
{
    const struct register_state *state = register_book_state(ctl->book);
    const struct register_opinions *opinions = &state->opinions;
    char due[ZONE_TIME_SIZE];

    zone_time_format(question->due_ms, CHIBOCTL_ZONE, due);
    (void)fprintf(out, "%s\n",
                  register_book_text(ctl->book, question->seq, "title"));
    (void)fprintf(out, _("Opinions on the draft %s, asked for until %s\n"),
                  question->id.text, due);
    for (size_t i = 0; i < logs->unit_count; i++) {
        const struct report_unit *unit = &logs->units[i];
        size_t count = 0;

        for (size_t j = 0; j < opinions->given_count; j++) {
            const struct register_opinion *opinion = &opinions->given[j];

            if (!counts(state, opinion, &question->id, &unit->id))
                continue;
            if (count++ == 0)
                (void)fprintf(out, "\n%s\n", unit->name);
            (void)fprintf(out, "\n%zu. %s:\n%s\n", count,
                          chiboctl_holder_name(ctl, &opinion->member),
                          register_book_text(ctl->book, opinion->seq, "text"));
        }
    }
}

static int show_text(struct chiboctl *ctl, const struct chiboctl_logs *logs,
                     const struct register_question *question)
{
    const char *path = chiboctl_option(ctl, "output");
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int code = CHIBOCTL_OK;

    if (!out)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    write_text(ctl, logs, question, out);
    if (fclose(out) != 0)
        code = chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    else if (path && private_file_write(path, text, size) != RESULT_OK)
        code =
            chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, system_words(errno));
    else if (!path)
        (void)fwrite(text, 1, size, stdout);
    free(text);
    return code;
}

static const struct register_question *find_question(struct chiboctl *ctl,
                                                     const char *text)
{
    struct identifier id;
    const struct register_question *question =
        identifier_parse(text_view_of(text), &id) == RESULT_OK
            ? register_state_question(register_book_state(ctl->book), &id)
            : NULL;

    if (!question)
        chiboctl_fail(CHIBOCTL_FAILED, _("no draft \"%s\" was sent out"), text);
    return question;
}

static int run_opinions(struct chiboctl *ctl)
{
    const struct register_question *question = NULL;
    struct chiboctl_logs logs = { 0 };
    struct report_table table = { 0 };
    int code = CHIBOCTL_FAILED;

    if (chiboctl_logs_read(ctl, &logs))
        question = find_question(ctl, ctl->arguments[0]);
    if (question && chiboctl_has(ctl, "text")) {
        code = show_text(ctl, &logs, question);
    } else if (question) {
        report_table_init(&table, columns, sizeof columns / sizeof columns[0]);
        for (size_t i = 0; i < logs.unit_count; i++)
            add_unit(ctl, &table, &logs.units[i], &question->id);
        code = chiboctl_report_show(ctl, &table, report_table_result(&table));
    }
    chiboctl_logs_release(&logs);
    return code;
}

/* --- The commands -------------------------------------------------------- */

static const struct chiboctl_option ask_options[] = {
    { "unit", "UNIT", N_("a cell, or all cells below a unit; several times") },
    { "member", "MEMBER", N_("one member; several times") },
    { "due", "TIME", N_("until when, as \"2026-12-31 17:00\"") },
    { "zone", "ZONE", N_("time zone of that; without: of Viet Nam") },
    { NULL, NULL, NULL }
};
static const struct chiboctl_option report_options[] = {
    { "text", NULL, N_("as a text, gathered by cell") },
    CHIBOCTL_FORM_OPTIONS,
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_opinions_commands[] = {
    { "opinions", "ask", "TITLE FILE",
      N_("send the text of a draft out, and ask for opinions on it"),
      ask_options, 2, 2, run_ask },
    { "opinions", "list", "",
      N_("the drafts that were sent out: until when, how many have answered"),
      NULL, 0, 0, run_questions },
    { "report", "opinions", "DRAFT",
      N_("the opinions on a draft, gathered by cell"), report_options, 1, 1,
      run_opinions },
    { 0 }
};
