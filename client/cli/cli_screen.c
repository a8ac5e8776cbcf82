/*
 * The front for people: what happens, line by line with the local time; what is
 * typed becomes commands.
 *
 * The text of an event comes right behind it. An event with a text is therefore
 * held back until its text is there, or something else happens.
 */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_attendance_text.h"
#include "client/cli/cli_election_text.h"
#include "client/cli/cli_ballot_text.h"
#include "client/cli/cli_documents.h"
#include "client/cli/cli_event_text.h"
#include "client/cli/cli_kinds_text.h"
#include "client/cli/cli_line.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_recording.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_show.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_votes.h"
#include "client/cli/cli_wrap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { HOLD_MS = 400 };

static struct {
    struct client_notice *held; /* an event that waits for its text */
    int64_t held_since_ms;
    bool has_caught_up; /* once: what came before is not told line by line */
    bool is_lost;       /* the line, and it was said */
    enum line_state line_state; /* that was said last */
    bool has_invited_to_help;
} screen;

enum { TIME_WIDTH = 10 }; /* with two spaces behind it */

void cli_screen_put_time(int64_t at_ms)
{
    char time[CLI_TIME_SIZE];

    cli_clock_write(at_ms, time);
    (void)printf("%s%s", time, cli_recording_mark());
}

static void put_event_time(const struct meeting_event *event)
{
    char time[CLI_TIME_SIZE];

    cli_clock_write(event->at_ms, time);
    if (cli_event_has_time(event))
        (void)printf("%s%s", time, cli_recording_event_mark(event));
    else
        (void)printf("%*s", TIME_WIDTH, "");
}

void cli_screen_put_now(void) { cli_screen_put_time(cli_wall_ms()); }

/* Behind the time: in whole words on a terminal, under each other; as it is
 * anywhere else, where a line is one. */
static void put_text(const char *text)
{
    const size_t width = cli_terminal_width();

    if (cli_terminal_is_there() && width > 2 * TIME_WIDTH)
        fold_words(text, TIME_WIDTH, TIME_WIDTH, width, stdout);
    else
        (void)puts(text);
}

void cli_screen_say(const char *format, ...)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    va_list list;

    cli_screen_put_time(cli_wall_ms());
    va_start(list, format);
    if (out)
        (void)vfprintf(out, format, list);
    va_end(list);
    if (out && fclose(out) == 0)
        put_text(text);
    free(text);
}

/* --- events -------------------------------------------------------------- */

/* A paper is drawn, and has its lines already. */
static bool is_prose(const struct meeting_event *event)
{
    return event->kind != EVENT_BALLOT_DRAFTED_KIND;
}

static void put_event(struct cli_join *join, const struct client_notice *notice)
{
    const struct meeting_view *view;
    const char *hint;
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    if (!notice->meeting_event)
        return;
    out = open_memstream(&text, &size);
    put_event_time(notice->meeting_event);
    view = client_view_lock(join->session.client);
    if (out)
        cli_event_write(view, notice->meeting_event, out);
    if (out && fclose(out) == 0 && is_prose(notice->meeting_event))
        put_text(text);
    else if (text)
        (void)puts(text);
    free(text);
    hint = cli_ballot_hint(view, notice->meeting_event);
    if (!hint)
        hint = cli_election_hint(view, notice->meeting_event);
    if (hint)
        cli_paragraph_write(hint, stdout);
    cli_rules_hint(view, notice->meeting_event, stdout);
    client_view_unlock(join->session.client);
}

static void release_held(struct cli_join *join)
{
    if (!screen.held)
        return;
    put_event(join, screen.held);
    screen.held = client_notice_free(screen.held);
}

/* True if the notice is kept. */
static bool take_event(struct cli_join *join, struct client_notice *notice)
{
    bool has_line;

    if (!notice->meeting_event) {
        cli_trust_on_register(join, notice);
        return false;
    }
    release_held(join);
    has_line = cli_trust_on_event(join, notice->meeting_event) &&
               cli_ballot_on_event(notice->meeting_event);
    if (!screen.has_caught_up || !has_line)
        return false;
    if (!cli_event_awaits(notice->meeting_event)) {
        put_event(join, notice);
        return false;
    }
    screen.held = notice;
    screen.held_since_ms = cli_now_ms();
    return true;
}

static void take_opening(struct cli_join *join,
                         const struct client_notice *notice)
{
    const char *field;

    if (cli_join_is_register(join, notice)) {
        cli_trust_on_register(join, notice);
        return;
    }
    if (!screen.held || screen.held->seq != notice->seq || !notice->field)
        return;
    field = cli_event_awaits(screen.held->meeting_event);
    if (field && strcmp(field, notice->field) == 0)
        release_held(join);
}

/* --- the connection ------------------------------------------------------ */

void cli_screen_put_refusal(struct cli_join *join,
                            const struct refusal *refusal)
{
    char sentence[CLI_SENTENCE_SIZE];
    char text[CLI_SENTENCE_SIZE + 100];
    const struct meeting_view *view = client_view_lock(join->session.client);

    cli_refusal_sentence(refusal, view, sentence, sizeof sentence);
    client_view_unlock(join->session.client);
    (void)snprintf(text, sizeof text, _("  Not possible: %s.\n"), sentence);
    cli_lines_write(text, 0, stdout);
    cli_trust_advise(join, refusal->code);
    cli_ballot_advise(refusal->code);
    cli_attendance_advise(refusal->code);
    cli_terms_advise(refusal->code);
    cli_kinds_advise(refusal->code);
}

static void say_lost(const struct client_notice *notice)
{
    char why[CLI_SENTENCE_SIZE];

    if (screen.is_lost && notice->reason != CLIENT_REASON_PAUSED)
        return;
    screen.is_lost = true;
    cli_lost_sentence(notice, why, sizeof why);
    cli_screen_say(
        _("The connection is lost (%s). Trying again; nothing that was "
          "confirmed is lost."),
        why);
}

static void say_refused(struct cli_join *join,
                        const struct client_notice *notice)
{
    const char *reason = cli_reason_sentence(notice->reason);
    char *sentence = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&sentence, &size);

    if (out)
        cli_capitalized_write(reason, strlen(reason), out);
    if (out && fclose(out) == 0)
        cli_screen_say("%s.", sentence);
    free(sentence);
    if (notice->refusal.code != REFUSAL_NONE)
        cli_screen_put_refusal(join, &notice->refusal);
}

static void say_caught_up(struct cli_join *join,
                          const struct client_notice *notice)
{
    const struct meeting_view *view;

    if (cli_join_is_register(join, notice))
        return;
    release_held(join);
    if (screen.has_caught_up)
        return;
    screen.has_caught_up = true;
    view = client_view_lock(join->session.client);
    if (view->state) {
        cli_screen_put_list(view, cli_show_meeting);
        cli_screen_put_list(view, cli_show_agenda);
    }
    client_view_unlock(join->session.client);
    if (!screen.has_invited_to_help)
        (void)puts(_("Type to say something to all; /help shows the "
                     "commands."));
    screen.has_invited_to_help = true;
    cli_trust_on_entered(join);
    cli_texts_on_entered(join);
    cli_screen_sound_on_entered(join);
}

static void say_connected(void)
{
    if (screen.is_lost)
        cli_screen_say("%s", _("The connection is back."));
    screen.is_lost = false;
}

/* --- documents, the join, the line --------------------------------------- */

/* True: the notice was about a document, and is told. */
static bool take_document(struct cli_join *join,
                          const struct client_notice *notice)
{
    char text[CLI_DOCUMENTS_TEXT_SIZE];

    switch (cli_documents_on_notice(join, notice, text)) {
    case CLI_DOCUMENTS_NOTHING:
        return false;
    case CLI_DOCUMENTS_UNDER_WAY:
    case CLI_DOCUMENTS_SENT: /* its event follows */
        break;
    case CLI_DOCUMENTS_GOT:
        cli_screen_say(_("The document is in the file %s."), text);
        break;
    case CLI_DOCUMENTS_FAILED:
        cli_screen_put_problem(text);
        break;
    }
    return true;
}

static void say_join_refused(struct cli_join *join,
                             const struct client_notice *notice)
{
    static bool has_said_early;

    if (cli_join_is_register(join, notice))
        return; /* what needs the register says so */
    if (cli_recording_asks(join, &notice->refusal))
        return;
    if (notice->refusal.code != REFUSAL_NOT_SCHEDULED) {
        cli_screen_put_refusal(join, &notice->refusal);
        return;
    }
    if (!has_said_early)
        cli_screen_say(
            "%s", _("The meeting has not begun: waiting for the chair to open "
                    "the lobby. (The chair types /lobby.)"));
    has_said_early = true;
}

/* Once for each state: how often sound is sent is not worth a word. */
static void say_line(const struct client_notice *notice)
{
    const enum line_state state = client_line_state(&notice->line);
    char words[CLI_LINE_SIZE];

    if (state == screen.line_state)
        return;
    screen.line_state = state;
    cli_line_words(&notice->line, words);
    cli_screen_say("%s", words);
}

static bool on_notice(struct cli_join *join, struct client_notice *notice,
                      const struct cli_request *request)
{
    if (cli_ballot_holds(join, notice))
        return true;
    if (cli_loss_on_notice(join, notice) || take_document(join, notice))
        return false;
    switch (notice->kind) {
    case CLIENT_NOTHING:
    case CLIENT_INVITED:
    case CLIENT_CONNECTING:
    case CLIENT_JOINED:
        break;
    case CLIENT_CONNECTED:
        say_connected();
        break;
    case CLIENT_LOST:
        say_lost(notice);
        break;
    case CLIENT_REFUSED:
        say_refused(join, notice);
        break;
    case CLIENT_ANSWER:
        cli_screen_take_answer(join, notice, request);
        cli_editor_on_screen(join, notice);
        break;
    case CLIENT_WAITING:
        cli_screen_say("%s",
                       _("You are in the lobby: the chair will admit you."));
        break;
    case CLIENT_ADMITTED:
        cli_screen_say("%s", _("You are admitted."));
        break;
    case CLIENT_TURNED_AWAY:
        cli_screen_say("%s",
                       _("The chair did not admit you. If that changes, leave "
                         "(/quit) and join again."));
        break;
    case CLIENT_JOIN_REFUSED:
        say_join_refused(join, notice);
        break;
    case CLIENT_CAUGHT_UP:
        say_caught_up(join, notice);
        break;
    case CLIENT_EVENT:
        return take_event(join, notice);
    case CLIENT_OPENING:
        take_opening(join, notice);
        break;
    case CLIENT_BLOB:
        cli_screen_take_blob(notice);
        break;
    case CLIENT_TRUST_ALARM:
    case CLIENT_HELD:
    case CLIENT_TAIL_LOST:
    case CLIENT_RESTORED:
    case CLIENT_UNCONFIRMED:
    case CLIENT_FOREIGN_DEVICE:
        break; /* told */
    case CLIENT_BALLOT:
        release_held(join);
        cli_ballot_on_notice(join, notice);
        break;
    case CLIENT_TEXT:
        release_held(join);
        cli_texts_on_notice(join, notice);
        cli_editor_on_screen(join, notice);
        break;
    case CLIENT_LINE:
        say_line(notice);
        break;
    case CLIENT_RESYNC:
        if (!screen.has_caught_up)
            break;
        cli_screen_say(
            "%s", _("Too much happened to show it line by line: see /roll, "
                    "/agenda, /votes."));
        break;
    }
    return false;
}

static void on_line_too_long(struct cli_join *join)
{
    (void)join;
    (void)puts(_("This line is too long; nothing was sent."));
}

/* --- what changes meanwhile ---------------------------------------------- */

/* What a change means for this very person, beside the event's own line. */
static void on_facts(struct cli_join *join, const struct cli_facts *before)
{
    cli_recording_on_facts(join, before);
    if (!screen.has_caught_up || join->facts.line != LINE_UP)
        return;
    cli_screen_sound_on_facts(join);
    if (join->facts.has_floor && !before->has_floor)
        cli_screen_say(
            "%s", _("YOU have the floor. /talk switches the microphone on, "
                    "/end gives the floor back."));
}

static void on_pause(struct cli_join *join)
{
    if (screen.held && cli_now_ms() - screen.held_since_ms >= HOLD_MS)
        release_held(join);
    cli_trust_on_pause();
    cli_recording_on_pause(join);
    cli_loss_on_pause();
    cli_ballot_on_pause(join);
    cli_attendance_on_pause(join);
    if (fflush(stdout) != 0)
        cli_join_quit(join);
}

static void on_end(struct cli_join *join)
{
    release_held(join);
    cli_trust_on_end();
    cli_recording_on_end(join);
    cli_ballot_on_end();
    cli_editor_on_end();
    (void)fflush(stdout);
}

const struct cli_front cli_screen_front = {
    .on_notice = on_notice,
    .on_line = cli_screen_take_line,
    .on_line_too_long = on_line_too_long,
    .on_voice = cli_screen_on_voice,
    .on_facts = on_facts,
    .on_speakers = cli_screen_on_speakers,
    .on_pause = on_pause,
    .on_end = on_end,
};
