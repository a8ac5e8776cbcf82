/* chibo opinions: the drafts on which one is asked, and giving an opinion. */
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_register.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] = N_(
    "usage: chibo opinions [QUESTION] [options]\n"
    "\n"
    "Lists the drafts on which your cell, or you, are asked for an opinion;\n"
    "with the number of one, as q1, shows its text.\n"
    "\n"
    "  --give FILE    your opinion is the text of this file, - for what is\n"
    "                 typed; a later one takes the place of the first\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

/* --- showing ------------------------------------------------------------- */

/* The row of a question whose texts this member may open; NULL: not asked. */
static const struct register_asked *asked_of(const struct meeting_view *view,
                                             const struct identifier *question)
{
    return view->org ? register_state_asked(view->org, question, &view->me)
                     : NULL;
}

static void put_text(const struct meeting_view *view, uint64_t seq,
                     const char *field)
{
    struct text_view text = meeting_view_register_text(view, seq, field);

    if (text.data)
        (void)fwrite(text.data, 1, text.size, stdout);
    else
        (void)fputs(_("(not shown to you)"), stdout);
    (void)fputc('\n', stdout);
}

static void show_row(const struct meeting_view *view,
                     const struct register_question *question)
{
    const struct register_asked *asked = asked_of(view, &question->id);
    const size_t count =
        register_state_answers(view->org, &question->id, &view->me);
    char due[CLI_TIME_SIZE];

    if (!asked)
        return;
    cli_time_write(question->due_ms, due);
    (void)printf(_("%s  until %s, %s: "), question->id.text, due,
                 count > 0 ? _("you have answered") : _("not answered yet"));
    put_text(view, asked->seq, "title");
}

static void show_all(struct cli_session *session)
{
    const struct meeting_view *view = client_view_lock(session->client);
    size_t i;

    for (i = 0; view->org && i < view->org->opinions.question_count; i++)
        show_row(view, &view->org->opinions.questions[i]);
    client_view_unlock(session->client);
}

/* What others said, as far as it is shown to whoever asks: to leader and
 * deputies of their cell. */
static void show_answers(const struct meeting_view *view,
                         const struct identifier *question)
{
    const struct register_opinions *opinions = &view->org->opinions;
    size_t i;

    for (i = 0; i < opinions->given_count; i++) {
        const struct register_opinion *given = &opinions->given[i];
        const struct text_view name =
            meeting_view_register_name(view, &given->member);
        const struct text_view text =
            meeting_view_register_text(view, given->seq, "text");

        if (!identifier_equal(&given->question, question) || !text.data ||
            !register_state_is_last_answer(view->org, given))
            continue;
        (void)printf("\n%.*s:\n",
                     (int)(name.data ? name.size : strlen(given->member.text)),
                     name.data ? name.data : given->member.text);
        (void)fwrite(text.data, 1, text.size, stdout);
        (void)fputc('\n', stdout);
    }
}

static bool show_one(struct cli_session *session,
                     const struct identifier *question)
{
    const struct meeting_view *view = client_view_lock(session->client);
    const struct register_asked *asked = asked_of(view, question);

    if (asked) {
        show_row(view, register_state_question(view->org, question));
        (void)fputc('\n', stdout);
        put_text(view, asked->seq, "text");
        show_answers(view, question);
    }
    client_view_unlock(session->client);
    if (!asked)
        cli_complain(_("you are not asked for an opinion on %s"),
                     question->text);
    return asked != NULL;
}

/* --- giving -------------------------------------------------------------- */

enum { OPINION_SIZE_MAX = 4 * LIMIT_OPINION_LENGTH };

/* The text of the file without white space at its end; NULL: said why. */
static char *read_opinion(const char *path)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *text = file ? calloc(1, OPINION_SIZE_MAX + 1) : NULL;
    size_t size = text ? fread(text, 1, OPINION_SIZE_MAX, file) : 0;
    bool is_read = text && !ferror(file) && fgetc(file) == EOF;

    if (!is_read)
        cli_complain("%s: %s", path,
                     file && text && !ferror(file) ? _("the text is too long")
                                                   : system_words(errno));
    if (file && file != stdin)
        (void)fclose(file); /* only read */
    if (!is_read) {
        free(text);
        return NULL;
    }
    while (size > 0 && strchr(" \t\r\n", text[size - 1]))
        text[--size] = '\0';
    return text;
}

/* Line ends as the protocol has them, and in NFC. NULL: said why. */
static char *clean(char *text)
{
    char *normal = NULL;
    size_t from, to = 0;

    if (!text)
        return NULL;
    for (from = 0; text[from]; from++)
        if (text[from] != '\r')
            text[to++] = text[from];
    text[to] = '\0';
    if (text_to_nfc(text_view_of(text), &normal) != RESULT_OK)
        cli_complain("%s", _("the text is not UTF-8"));
    free(text);
    return normal;
}

static bool give(struct cli_session *session, const struct identifier *question,
                 const char *path)
{
    char *text = clean(read_opinion(path));
    struct client_notice *answer;

    if (!text)
        return false;
    answer = cli_register_send(
        session, json_pack("{s:s, s:s, s:s, s:s}", "op", "give_opinion", "log",
                           session->organisation.text, "question",
                           question->text, "text", text));
    free(text);
    if (answer)
        (void)printf(_("Your opinion on %s has been taken.\n"), question->text);
    (void)client_notice_free(answer);
    return answer != NULL;
}

enum cli_exit cli_opinions(int argc, char **argv)
{
    const char *typed = NULL;
    const char *path = NULL;
    const struct cli_option options[] = { { "--give", &path, NULL } };
    const struct cli_usage usage = { usage_text, options, 1, 0, 1 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    struct identifier question = { "" };
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, &typed, &end))
        return end;
    if (typed &&
        identifier_parse(text_view_of(typed), &question) != RESULT_OK) {
        cli_complain(_("%s is no number of a draft: as q1"), typed);
        return CLI_USAGE;
    }
    if (path && !typed) {
        cli_complain("%s", _("on which draft? As in: chibo opinions q1 --give "
                             "FILE"));
        return CLI_USAGE;
    }
    is_done = cli_register_open(&session, &common);
    if (is_done && path)
        is_done = give(&session, &question, path);
    else if (is_done && typed)
        is_done = show_one(&session, &question);
    else if (is_done)
        show_all(&session);
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}
