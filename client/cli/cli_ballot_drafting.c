/* The chair's draft: what is asked, who counts, under which rules. */
#include "client/cli/cli_ballot_dialogue_internal.h"

#include "client/cli/cli_ballot_form.h"
#include "client/cli/cli_ballot_matter.h"
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 256 * 1024, ARGUMENTS_SIZE = 2100 };

/* --- the form ------------------------------------------------------------- */

static void say_problem(const struct cli_form_problem *problem, FILE *out)
{
    if (problem->line > 0)
        cli_ballot_say(out, _("Line %zu: %s.\n"), problem->line, problem->text);
    else
        cli_ballot_say(out, "%s.", problem->text);
}

/* The whole file; NULL after a word about it. The caller ends it with free().
 */
static char *read_file(const char *path, size_t *size, FILE *out)
{
    FILE *file = fopen(path, "rb");
    char *bytes = file ? malloc(FILE_SIZE_MAX) : NULL;

    if (!file) {
        cli_ballot_say(out, _("cannot read %s: %s\n"), path,
                       system_words(errno));
        return NULL;
    }
    if (bytes) {
        *size = fread(bytes, 1, FILE_SIZE_MAX, file);
        if (ferror(file) || *size == FILE_SIZE_MAX) {
            cli_ballot_say(out, _("%s cannot be read, or is no draft\n"), path);
            free(bytes);
            bytes = NULL;
        }
    }
    (void)fclose(file);
    return bytes;
}

/* What is between quotes of any kind, at the front of the text; its end, NULL
 * if there are none. Cuts the text there. */
static char *cut_quoted(char *text, char **question)
{
    static const char *const opening[] = { "\"", "“", "'" };
    static const char *const closing[] = { "\"", "”", "'" };
    size_t i;

    for (i = 0; i < sizeof opening / sizeof opening[0]; i++) {
        char *end;

        if (strncmp(text, opening[i], strlen(opening[i])) != 0)
            continue;
        *question = text + strlen(opening[i]);
        end = strstr(*question, closing[i]);
        if (!end)
            return text + strlen(text);
        *end = '\0';
        return end + strlen(closing[i]);
    }
    return NULL;
}

/* A matter with what belongs to it, up to a semicolon: makes the form. The rest
 * behind it; NULL after a word about what is wrong. */
static char *take_matter(struct cli_ballot_dialogue *dialogue,
                         const struct meeting_view *view, char *text, FILE *out)
{
    char problem[CLI_MATTER_PROBLEM_SIZE];
    char *more = strchr(text, ';');
    enum result result;

    if (more)
        *more++ = '\0';
    else
        more = text + strlen(text);
    result = view->state ? cli_ballot_matter_read(view, text, problem,
                                                  &dialogue->matter)
                         : RESULT_NOT_FOUND;
    if (result == RESULT_OK) {
        dialogue->form = strdup(dialogue->matter.form);
        return dialogue->form ? more : NULL;
    }
    if (result == RESULT_INVALID)
        cli_ballot_say(out, "%s.\n", problem);
    else
        (void)fprintf(out, "%s\n", result_words(result));
    return NULL;
}

/* A file's name or a question in quotes at the front of `text`: makes the form.
 * The rest behind it; NULL after a word about what is wrong. */
static char *take_source(struct cli_ballot_dialogue *dialogue,
                         const struct meeting_view *view, char *text,
                         bool is_all, FILE *out)
{
    struct cli_form_problem problem;
    enum result result;
    char *question = NULL;
    char *more;
    char *bytes = NULL;
    size_t size = 0;

    if (cli_ballot_is_matter(text))
        return take_matter(dialogue, view, text, out);
    more = cut_quoted(text, &question);
    if (more) {
        result = cli_ballot_form_ask(question, &problem, &dialogue->form);
    } else {
        more = is_all ? text + strlen(text) : cli_cut_word(text);
        bytes = read_file(text, &size, out);
        if (!bytes)
            return NULL;
        result = cli_ballot_form_read(bytes, size, &problem, &dialogue->form);
        free(bytes);
    }
    if (result == RESULT_OK)
        return more;
    if (result == RESULT_INVALID)
        say_problem(&problem, out);
    else
        (void)fprintf(out, "%s\n", result_words(result));
    return NULL;
}

/* --- who is a candidate --------------------------------------------------- */

/* The member whose whole name this is, before a comma or a bracket. */
static bool is_member(const struct meeting_view *view, const char *text,
                      struct identifier *out)
{
    struct text_view part = { text, strcspn(text, ",(") };
    struct text_view name;
    char *typed = NULL;
    char *folded = NULL;
    char *own = NULL;
    bool is_same = false;

    if (text_fold(part, &folded) != RESULT_OK)
        return false;
    typed = strndup(part.data, part.size);
    if (typed &&
        cli_names_find(view, CLI_NAMES_MEMBERS, folded, out) == CLI_MATCH_ONE) {
        name = cli_holder_name(view, out);
        is_same = name.data && text_fold(name, &own) == RESULT_OK &&
                  strcmp(own, folded) == 0;
    }
    free(own);
    free(folded);
    free(typed);
    return is_same;
}

static void add_candidate(json_t *list, const struct identifier *member)
{
    json_t *row;
    size_t i;

    json_array_foreach(list, i, row)
    {
        if (strcmp(json_string_value(json_object_get(row, "member")),
                   member->text) == 0)
            return;
    }
    (void)json_array_append_new(list,
                                json_pack("{s:s}", "member", member->text));
}

/* Members whom the ballot is about: they do not count it. A new reference. */
static json_t *candidates_of(const struct meeting_view *view,
                             const struct cli_paper *paper)
{
    json_t *list = json_array();
    struct identifier member;
    size_t i, j;

    for (i = 0; i < paper->question_count; i++) {
        const struct client_ballot_question *question = &paper->questions[i];

        if (is_member(view, cli_paper_row(question), &member))
            add_candidate(list, &member);
        for (j = 0; j < question->answer_count; j++)
            if (is_member(view, question->answers[j], &member))
                add_candidate(list, &member);
    }
    return list;
}

static bool is_on_paper(const struct cli_ballot_dialogue *dialogue,
                        const struct meeting_view *view,
                        const struct identifier *member)
{
    struct cli_paper_copy copy;
    json_t *candidates;
    json_t *row;
    bool is_there = false;
    size_t i;

    if (cli_paper_copy_of_draft(&copy, text_view_of(dialogue->form)) !=
        RESULT_OK)
        return false;
    candidates = candidates_of(view, &copy.paper);
    json_array_foreach(candidates, i, row)
    {
        if (identifier_is(member,
                          json_string_value(json_object_get(row, "member"))))
            is_there = true;
    }
    json_decref(candidates);
    cli_paper_copy_release(&copy);
    return is_there;
}

/* --- questions ------------------------------------------------------------ */

static void ask_source(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    dialogue->question = CLI_BALLOT_ASKS_SOURCE;
    cli_paragraph_write(
        _("What is the ballot about? election n1, again, discipline NAME, "
          "rating all,\nconfidence NAME, NAME, opinions 2: NAME, NAME, "
          "admission NAME, recognition NAME.\nOr the file that holds a "
          "draft, or a single question in quotes. (/cancel leaves.)\n"),
        out);
}

static void ask_tellers(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    dialogue->question = CLI_BALLOT_ASKS_TELLERS;
    cli_paragraph_write(
        _("Who counts? Type the names with commas between them: full "
          "members, not\ncandidates; three are usual.\n"),
        out);
}

static void ask_halls(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    dialogue->question = CLI_BALLOT_ASKS_HALLS;
    cli_paragraph_write(
        _("May members at sites vote on the site's device? (Otherwise "
          "on paper.) yes or no\n"),
        out);
}

static void ask_revote(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    dialogue->question = CLI_BALLOT_ASKS_REVOTE;
    cli_paragraph_write(
        _("May a ballot be cast again until the end, the last one "
          "counting? That helps\nwhoever was watched the first time. "
          "yes or no\n"),
        out);
}

static void ask_threshold(struct cli_ballot_dialogue *dialogue, FILE *out)
{
    if (dialogue->teller_count < 3) {
        dialogue->threshold = dialogue->teller_count;
        ask_revote(dialogue, out);
        return;
    }
    dialogue->question = CLI_BALLOT_ASKS_THRESHOLD;
    cli_ballot_say(out,
                   _("How many of the %zu tellers have to decrypt together? 2 "
                     "to %zu; if fewer are\nthere at the end, nothing can be "
                     "counted. Usual: %" PRIu64 "\n"),
                   dialogue->teller_count, dialogue->teller_count,
                   ballot_threshold_default(dialogue->teller_count));
}

static void show_draft(struct cli_ballot_dialogue *dialogue,
                       const struct meeting_view *view, FILE *out)
{
    struct cli_paper_copy copy;
    size_t i;

    if (cli_paper_copy_of_draft(&copy, text_view_of(dialogue->form)) !=
        RESULT_OK) {
        cli_ballot_dialogue_cancel(dialogue, out);
        return;
    }
    dialogue->question = CLI_BALLOT_ASKS_DRAFT;
    cli_paper_write(&copy.paper, NULL, cli_terminal_width(), out);
    cli_paper_copy_release(&copy);
    (void)fputs(_("  Tellers: "), out);
    for (i = 0; i < dialogue->teller_count; i++)
        (void)fprintf(out, "%s%s", i > 0 ? ", " : "",
                      cli_who(view, &dialogue->tellers[i]).text);
    (void)fprintf(out,
                  _("; %" PRIu64 " of %zu have to decrypt, with the server\n"),
                  dialogue->threshold, dialogue->teller_count);
    (void)fputs(dialogue->may_change
                    ? _("  A ballot may be cast again until the end.\n")
                    : _("  A ballot that was cast cannot be changed.\n"),
                out);
    (void)fputs(dialogue->has_halls
                    ? _("  Members at sites vote on the site's device.\n")
                    : _("  Members at sites vote on paper.\n"),
                out);
    cli_paragraph_write(_("Propose this ballot to the meeting?\n"), out);
    cli_ballot_ask_yes(out);
}

/* --- answers -------------------------------------------------------------- */

/* One name of the list; false after a word about it. */
static bool take_teller(struct cli_ballot_dialogue *dialogue,
                        const struct meeting_view *view, const char *name,
                        FILE *out)
{
    struct identifier member;
    size_t i;

    switch (cli_names_find(view, CLI_NAMES_MEMBERS, name, &member)) {
    case CLI_MATCH_NONE:
        cli_ballot_say(out,
                       _("there is nobody called \"%.100s\" here; see /roll\n"),
                       name);
        return false;
    case CLI_MATCH_MANY:
        cli_ballot_say(
            out, _("\"%.60s\" fits several names: type more of it\n"), name);
        return false;
    case CLI_MATCH_ONE:
        break;
    }
    for (i = 0; i < dialogue->teller_count; i++) {
        if (identifier_equal(&dialogue->tellers[i], &member)) {
            cli_ballot_say(out, _("%s stands there twice\n"),
                           cli_who(view, &member).text);
            return false;
        }
    }
    if (!dialogue->matter.is_rating && is_on_paper(dialogue, view, &member)) {
        cli_ballot_say(out,
                       _("%s stands on the ballot, and cannot count it: name "
                         "somebody else"),
                       cli_who(view, &member).text);
        return false;
    }
    if (dialogue->teller_count == LIMIT_BALLOT_TELLERS) {
        cli_ballot_say(out, _("at most %d tellers\n"), LIMIT_BALLOT_TELLERS);
        return false;
    }
    dialogue->tellers[dialogue->teller_count++] = member;
    return true;
}

static bool take_tellers(struct cli_ballot_dialogue *dialogue,
                         const struct meeting_view *view, char *names,
                         FILE *out)
{
    dialogue->teller_count = 0;
    while (names) {
        char *comma = strchr(names, ',');

        if (comma)
            *comma = '\0';
        names = cli_trim(names);
        if (names[0] != '\0' && !take_teller(dialogue, view, names, out))
            return false;
        names = comma ? comma + 1 : NULL;
    }
    if (dialogue->teller_count > 0)
        return true;
    cli_paragraph_write(_("a name is missing\n"), out);
    return false;
}

static bool take_threshold(struct cli_ballot_dialogue *dialogue,
                           const char *line, FILE *out)
{
    uint64_t number = 0;

    if (line[0] == '\0')
        number = ballot_threshold_default(dialogue->teller_count);
    else if (!cli_number(line, LIMIT_BALLOT_TELLERS, &number))
        number = 0;
    if (!ballot_threshold_is_right(number, dialogue->teller_count)) {
        if (dialogue->teller_count < 3)
            cli_ballot_say(out,
                           _("With one or two tellers all have to decrypt: "
                             "%zu.\n"),
                           dialogue->teller_count);
        else
            cli_ballot_say(out, _("Type a number from 2 to %zu.\n"),
                           dialogue->teller_count);
        return false;
    }
    dialogue->threshold = number;
    return true;
}

static json_t *make_draft(struct cli_ballot_dialogue *dialogue,
                          const struct meeting_view *view)
{
    const struct meeting_item *item =
        view->state ? meeting_state_started_item(view->state) : NULL;
    struct cli_paper_copy copy;
    json_t *tellers = json_array();
    json_t *command = NULL;
    size_t i;

    for (i = 0; i < dialogue->teller_count; i++)
        (void)json_array_append_new(
            tellers, json_pack("{s:s}", "member", dialogue->tellers[i].text));
    if (cli_paper_copy_of_draft(&copy, text_view_of(dialogue->form)) ==
        RESULT_OK) {
        command = json_pack(
            "{s:s, s:s, s:s, s:s, s:o, s:O, s:I, s:b, s:b}", "op",
            "draft_ballot", "log", view->log.text, "item",
            item ? item->id.text : "", "form", dialogue->form, "candidates",
            candidates_of(view, &copy.paper), "tellers", tellers, "threshold",
            (json_int_t)dialogue->threshold, "revote",
            (int)dialogue->may_change, "halls", (int)dialogue->has_halls);
        cli_paper_copy_release(&copy);
    }
    if (command && dialogue->matter.fields)
        (void)json_object_update(command, dialogue->matter.fields);
    json_decref(tellers);
    cli_ballot_dialogue_end(dialogue);
    return command;
}

/* Yes or no into `*answer`; false, and asked again, if it is neither. */
static bool take_flag(const char *line, bool *answer, FILE *out)
{
    if (!cli_is_yes(line) && !cli_is_no(line)) {
        cli_ballot_ask_yes(out);
        return false;
    }
    *answer = cli_is_yes(line);
    return true;
}

static bool has_sites(const struct meeting_view *view)
{
    return view->state && view->state->site_count > 0;
}

json_t *cli_ballot_take_draft(struct cli_ballot_dialogue *dialogue,
                              const struct meeting_view *view, const char *line,
                              FILE *out)
{
    char typed[ARGUMENTS_SIZE];
    bool is_right = false;

    (void)snprintf(typed, sizeof typed, "%s", line);
    line = cli_trim(typed);
    switch ((int)dialogue->question) {
    case CLI_BALLOT_ASKS_SOURCE:
        if (take_source(dialogue, view, cli_trim(typed), true, out))
            ask_tellers(dialogue, out);
        break;
    case CLI_BALLOT_ASKS_TELLERS:
        if (take_tellers(dialogue, view, typed, out))
            ask_threshold(dialogue, out);
        break;
    case CLI_BALLOT_ASKS_THRESHOLD:
        if (take_threshold(dialogue, line, out))
            ask_revote(dialogue, out);
        break;
    case CLI_BALLOT_ASKS_REVOTE:
        if (!take_flag(line, &dialogue->may_change, out))
            break;
        if (has_sites(view))
            ask_halls(dialogue, out);
        else
            show_draft(dialogue, view, out);
        break;
    case CLI_BALLOT_ASKS_HALLS:
        if (take_flag(line, &dialogue->has_halls, out))
            show_draft(dialogue, view, out);
        break;
    default:
        if (!take_flag(line, &is_right, out))
            break;
        if (is_right)
            return make_draft(dialogue, view);
        cli_ballot_dialogue_cancel(dialogue, out);
        break;
    }
    return NULL;
}

/* --- all at once ---------------------------------------------------------- */

/* The number behind the last name, cut off; "" if the number belongs to the
 * name, or there is none. */
static const char *cut_number(const struct meeting_view *view, char *names)
{
    char *comma = strrchr(names, ',');
    char *name = cli_trim(comma ? comma + 1 : names);
    char *last = strrchr(name, ' ');
    struct identifier member;
    uint64_t value;

    if (!last || !cli_number(last + 1, LIMIT_BALLOT_TELLERS, &value) ||
        cli_names_find(view, CLI_NAMES_MEMBERS, name, &member) == CLI_MATCH_ONE)
        return "";
    *last = '\0';
    return last + 1;
}

static bool take_rest(struct cli_ballot_dialogue *dialogue,
                      const struct meeting_view *view, char *rest, FILE *out)
{
    const char *number = cut_number(view, rest);

    return take_tellers(dialogue, view, rest, out) &&
           take_threshold(dialogue, number, out);
}

void cli_ballot_dialogue_draft(struct cli_ballot_dialogue *dialogue,
                               const struct meeting_view *view,
                               const char *arguments, FILE *out)
{
    char typed[ARGUMENTS_SIZE];
    char *rest;

    cli_ballot_dialogue_end(dialogue);
    dialogue->may_change = true;
    dialogue->has_halls = has_sites(view);
    (void)snprintf(typed, sizeof typed, "%s", arguments);
    if (typed[0] == '\0') {
        ask_source(dialogue, out);
        return;
    }
    rest = take_source(dialogue, view, typed, false, out);
    if (!rest) {
        cli_ballot_dialogue_end(dialogue);
        return;
    }
    rest = cli_trim(rest);
    if (rest[0] == '\0')
        ask_tellers(dialogue, out);
    else if (take_rest(dialogue, view, rest, out))
        show_draft(dialogue, view, out);
    else
        cli_ballot_dialogue_end(dialogue);
}
