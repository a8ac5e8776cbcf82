/*
 * The front for people, as far as it is about secret ballots: small dialogues,
 * what this device does, what to do about refusals. The booth is in
 * cli_screen_booth.c.
 */
#include "client/cli/cli_ballot_dialogue.h"
#include "client/cli/cli_ballot_notice.h"
#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_names.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_screen_booth.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PROGRESS_MS = 10000,
    TIME_WIDTH = 10 /* columns of the time before a line */
};

static struct {
    struct cli_ballot_dialogue dialogue;
    int64_t progress_ms;
} ballots;

/* --- the small dialogues -------------------------------------------------- */

/* Takes the command. */
static void send_command(struct cli_join *join, json_t *command)
{
    struct refusal refusal;

    if (command && !cli_join_send(join, command, NULL, &refusal))
        cli_screen_put_refusal(join, &refusal);
    json_decref(command);
}

/* The PIN goes to the core by itself: no command, no journal. */
static void send_pin(struct cli_join *join)
{
    struct cli_ballot_dialogue *dialogue = &ballots.dialogue;
    const uint64_t tag =
        cli_join_tag(join, dialogue->is_unlocking     ? "hall_unlock"
                           : dialogue->is_checking_in ? "check_in_pin"
                                                      : "set_pin");
    enum result result = RESULT_FULL;

    if (tag != 0 && dialogue->is_unlocking)
        result =
            client_hall_unlock(join->session.client, tag, &dialogue->ballot,
                               &dialogue->holder, dialogue->pin);
    else if (tag != 0 && dialogue->is_checking_in)
        result = client_check_in_pin(join->session.client, tag, &join->log,
                                     &dialogue->holder, dialogue->pin);
    else if (tag != 0)
        result =
            client_set_pin(join->session.client, tag,
                           cli_ballot_dialogue_member(dialogue), dialogue->pin);
    if (result == RESULT_OK && dialogue->is_unlocking) {
        cli_screen_booth_expect(&dialogue->ballot, &dialogue->holder);
    } else if (result != RESULT_OK) {
        if (tag != 0)
            cli_join_untag(join, tag);
        cli_paragraph_write(_("This program is too busy: try again."), stdout);
    }
    cli_ballot_dialogue_end(dialogue);
}

static void take_in_dialogue(struct cli_join *join, const char *line)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    json_t *command = cli_ballot_dialogue_take(&ballots.dialogue, view, line,
                                               out ? out : stdout);

    client_view_unlock(join->session.client);
    cli_screen_put_written(out, &text);
    if (ballots.dialogue.is_pin_ready)
        send_pin(join);
    send_command(join, command);
    cli_terminal_show_typing(!cli_ballot_dialogue_is_secret(&ballots.dialogue));
}

/* --- lines ---------------------------------------------------------------- */

/* A file's name, where one is asked for, begins like a command. */
static bool is_command(const char *line)
{
    return line[0] == '/' &&
           (ballots.dialogue.question != CLI_BALLOT_ASKS_SOURCE ||
            strchr(line + 1, '/') == NULL);
}

bool cli_ballot_takes_line(struct cli_join *join, const char *line)
{
    line += strspn(line, " \t");
    if (cli_screen_booth_takes(join, line))
        return true;
    if (cli_ballot_dialogue_is_open(&ballots.dialogue) && !is_command(line) &&
        (line[0] != '\0' ||
         ballots.dialogue.question == CLI_BALLOT_ASKS_THRESHOLD)) {
        take_in_dialogue(join, line);
        return true;
    }
    return line[0] != '\0' && line[0] != '/' &&
           cli_screen_booth_withholds(join, line);
}

/* Under the view's lock. */
static bool act(const struct meeting_view *view, const struct cli_typed *typed,
                FILE *out)
{
    const size_t width = cli_terminal_width();
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &typed->ballot) : NULL;

    switch ((int)typed->action) {
    case CLI_ACTION_BALLOT:
        if (!view->state)
            cli_paragraph_write(_("You are not in the meeting yet."), out);
        else if (!ballot)
            cli_ballots_show(view, out);
        else
            cli_ballot_show(view, ballot, width, out);
        return true;
    case CLI_ACTION_VOTERS:
        if (ballot)
            cli_ballot_list_show(view, ballot, out);
        return true;
    case CLI_ACTION_DRAFT:
        cli_ballot_dialogue_draft(&ballots.dialogue, view, typed->text, out);
        return true;
    case CLI_ACTION_CLOSE_ISSUE:
        cli_ballot_dialogue_close_issue(&ballots.dialogue, view, &typed->ballot,
                                        out);
        return true;
    case CLI_ACTION_PAPER:
        cli_ballot_dialogue_paper(&ballots.dialogue, view, &typed->ballot, out);
        return true;
    case CLI_ACTION_CONFIRM_PAPER:
        cli_ballot_dialogue_confirm_paper(&ballots.dialogue, view,
                                          &typed->ballot, out);
        return true;
    case CLI_ACTION_CONFIRM_HALL:
        cli_ballot_dialogue_confirm_hall(&ballots.dialogue, view,
                                         &typed->ballot, &typed->holder, out);
        return true;
    case CLI_ACTION_VOID:
        cli_ballot_dialogue_void(&ballots.dialogue, view, &typed->ballot,
                                 typed->text, out);
        return true;
    case CLI_ACTION_CHECK_IN_PIN:
        cli_terminal_show_typing(false);
        cli_ballot_dialogue_check_in(&ballots.dialogue, &typed->holder, out);
        return true;
    case CLI_ACTION_PIN:
        cli_terminal_show_typing(false);
        cli_ballot_dialogue_pin(&ballots.dialogue, &typed->holder, out);
        return true;
    default:
        return false;
    }
}

bool cli_ballot_act(struct cli_join *join, const struct cli_typed *typed)
{
    const struct meeting_view *view;
    char *text = NULL;
    size_t size = 0;
    bool is_done;

    if (cli_ballot_dialogue_is_open(&ballots.dialogue)) {
        /* A "yes" that is meant for something else must not find it. */
        cli_ballot_dialogue_cancel(&ballots.dialogue, stdout);
        cli_terminal_show_typing(true);
        if (typed->action == CLI_ACTION_CANCEL)
            return true;
    }
    if (typed->action == CLI_ACTION_CAST) {
        cli_screen_booth_begin(join, typed, &ballots.dialogue);
        is_done = true;
    } else {
        FILE *out = open_memstream(&text, &size);

        view = client_view_lock(join->session.client);
        is_done = act(view, typed, out ? out : stdout);
        client_view_unlock(join->session.client);
        cli_screen_put_written(out, &text);
    }
    (void)fflush(stdout);
    cli_terminal_show_typing(!cli_ballot_dialogue_is_secret(&ballots.dialogue));
    return is_done;
}

/* --- what happens --------------------------------------------------------- */

/* A device that many vote on shows nobody's tracker to the next. */
static bool is_of_hall(const struct meeting_view *view,
                       const struct client_notice *notice)
{
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &notice->ballot);

    return own && own->pool_size > 0 &&
           (notice->stage == CLIENT_BALLOT_RECEIPT ||
            notice->stage == CLIENT_BALLOT_CAST_PENDING);
}

void cli_ballot_on_notice(struct cli_join *join,
                          const struct client_notice *notice)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool has_line =
        out && !is_of_hall(view, notice) &&
        cli_ballot_notice_write(view, notice, cli_terminal_width(), out);

    client_view_unlock(join->session.client);
    if (out && fclose(out) == 0 && has_line) {
        cli_screen_put_now();
        cli_lines_write(text, TIME_WIDTH, stdout);
    }
    free(text);
}

/* Steps between machines, which say nothing to people unless they fail. */
bool cli_ballot_on_event(const struct meeting_event *event)
{
    return event->kind != EVENT_TELLER_CERTIFIED_KIND &&
           event->kind != EVENT_SHARES_DEALT_KIND &&
           event->kind != EVENT_SHARE_CONFIRMED_KIND &&
           event->kind != EVENT_TRUSTEES_SIGNED_KIND &&
           event->kind != EVENT_BALLOT_TALLIED_KIND;
}

/* --- answers -------------------------------------------------------------- */

void cli_ballot_on_answer(struct cli_join *join,
                          const struct client_notice *notice,
                          const struct cli_request *request)
{
    cli_screen_booth_on_answer(join, notice, request);
    if (strcmp(request->op, "set_pin") == 0 && notice->is_ok)
        cli_paragraph_write(_("The PIN is set."), stdout);
    else if (strcmp(request->op, "ballot_export") == 0 && notice->is_ok)
        cli_paragraph_write(
            _("The record of the ballot is written. Check it with "
              "chibo-verify."),
            stdout);
    else if ((strcmp(request->op, "allow_pin") == 0 ||
              strcmp(request->op, "unlock_pin") == 0) &&
             notice->is_ok)
        cli_paragraph_write(_("Done."), stdout);
}

void cli_ballot_advise(enum refusal_code code)
{
    if (code == REFUSAL_BELOW_K_MIN)
        cli_paragraph_write(
            _("  What to do, one of three: let them vote on paper; or make one "
              "total with paper that is entered at a site's device, drafted "
              "and adopted anew: /adopt-ballot b1 v1 transcribed SITE; or go "
              "on knowingly, which every voter is told: /open-ballot "
              "knowingly, or /count-ballot knowingly"),
            stdout);
    else if (code == REFUSAL_TOO_FEW_ONLINE)
        cli_paragraph_write(
            _("  What to do: let them vote on paper; or make one total with "
              "paper that is entered at a site's device: /adopt-ballot b1 v1 "
              "transcribed SITE, of a ballot that is drafted with hall "
              "devices. One or two alone are not possible, knowingly "
              "neither."),
            stdout);
    else if (code == REFUSAL_MIXED_SITE)
        cli_paragraph_write(
            _("  What to do: /channel all-hall paper, then /channel "
              "all-paper transcribed SITE"),
            stdout);
    else if (code == REFUSAL_WAITING_FOR)
        cli_paragraph_write(
            _("  What to do: wait until their devices have confirmed; for a "
              "site, a teller who sees it types /confirm-hall SITE, too. Or "
              "take them off the list: /drop-voter NAME"),
            stdout);
    else if (code == REFUSAL_PAPER_MISSING)
        cli_paragraph_write(_("  What to do: one teller types /paper, another "
                              "/confirm-paper"),
                            stdout);
}

/* --- time passes, and the end --------------------------------------------- */

/* A record that takes long is not taken for one that hangs. */
static void say_progress(struct cli_join *join)
{
    const struct meeting_view *view = client_view_lock(join->session.client);
    size_t i;

    for (i = 0; i < view->ballot_count; i++) {
        const struct client_ballot_view *own = view->ballots[i];

        if (own->check != CLIENT_BALLOT_CHECKING || own->check_size == 0 ||
            own->check_done == 0)
            continue;
        cli_screen_say(
            _("Secret ballot %s: checked %" PRIu64 " of %" PRIu64 " ballots"),
            own->ballot.text, own->check_done, own->check_size);
    }
    client_view_unlock(join->session.client);
}

void cli_ballot_on_pause(struct cli_join *join)
{
    const int64_t now_ms = cli_now_ms();

    if (cli_screen_booth_is_open() ||
        now_ms - ballots.progress_ms < PROGRESS_MS)
        return;
    ballots.progress_ms = now_ms;
    say_progress(join);
}

void cli_ballot_on_end(void)
{
    cli_screen_booth_end();
    cli_ballot_dialogue_end(&ballots.dialogue);
    cli_terminal_show_typing(true);
}
