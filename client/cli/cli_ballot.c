/*
 * chibo ballot: a secret ballot from outside the meeting, or long after it: the
 * result as this device verifies it, and the whole record for others.
 */
#include "client/cli/cli_ballot_notice.h"
#include "client/cli/cli_ballot_show.h"
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    N_("usage: chibo ballot show MEETING [BALLOT] [options]\n"
       "       chibo ballot export MEETING BALLOT -o FILE [options]\n"
       "\n"
       "show prints a secret ballot, as b1, and its result, once this device\n"
       "has fetched the record and verified it; without BALLOT, all of them.\n"
       "export writes the record as far as it goes to a new file, which\n"
       "chibo-verify reads, and belenios-tool.\n"
       "\n"
       "  -o, --output FILE   of export\n"
       "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

enum {
    TAG_EXPORT = 11,
    STEP_MS = 200,     /* between two looks at what is being fetched */
    IDLE_MS = 60000,   /* without any progress: it will not come */
    WHOLE_MS = 1800000 /* a large record over a thin line */
};

struct request {
    struct cli_session session;
    struct identifier meeting;
    struct identifier ballot;
    const char *path;
};

/* --- waiting for the record -------------------------------------------------
 */

/* How far the record is; what is told if there is no such ballot. */
static bool look(struct request *request, enum client_ballot_check *check,
                 uint64_t *done)
{
    const struct meeting_view *view = client_view_lock(request->session.client);
    const struct client_ballot_view *own =
        meeting_view_ballot(view, &request->ballot);
    const bool is_there =
        view->state && meeting_state_ballot(view->state, &request->ballot);

    *check = own ? own->check : CLIENT_BALLOT_UNCHECKED;
    *done = own ? own->check_done : 0;
    client_view_unlock(request->session.client);
    if (!is_there)
        cli_complain(_("there is no ballot %s in this meeting"),
                     request->ballot.text);
    return is_there;
}

/* Takes what comes for a while; false if there will be nothing more. */
static bool take_notices(struct request *request)
{
    const int64_t deadline_ms = cli_now_ms() + STEP_MS;
    struct client_notice *notice;
    bool is_hopeless = false;

    while (!is_hopeless && (notice = cli_session_next(&request->session,
                                                      deadline_ms)) != NULL) {
        is_hopeless = cli_session_is_hopeless(&request->session, notice);
        (void)client_notice_free(notice);
    }
    return !is_hopeless;
}

/* Waits until this device has checked what there is; false after a complaint.
 */
static bool await_check(struct request *request)
{
    const int64_t end_ms = cli_now_ms() + WHOLE_MS;
    int64_t progress_ms = cli_now_ms();
    enum client_ballot_check check = CLIENT_BALLOT_UNCHECKED;
    enum client_ballot_check before = check;
    uint64_t done = 0;
    uint64_t done_before = 0;

    while (look(request, &check, &done)) {
        if (check == CLIENT_BALLOT_GOOD || check == CLIENT_BALLOT_BAD)
            return true;
        if (check != before || done != done_before)
            progress_ms = cli_now_ms();
        before = check;
        done_before = done;
        if (cli_now_ms() - progress_ms > IDLE_MS || cli_now_ms() > end_ms) {
            cli_complain(_("the record of ballot %s is not here: it has not "
                           "begun, or the server does not send it"),
                         request->ballot.text);
            return false;
        }
        if (!take_notices(request))
            return false;
    }
    return false;
}

/* --- show -------------------------------------------------------------------
 */

/* Has the ballot got as far that there is a record to be checked? */
static bool has_record(struct request *request)
{
    const struct meeting_view *view = client_view_lock(request->session.client);
    const struct meeting_ballot *ballot =
        view->state ? meeting_state_ballot(view->state, &request->ballot)
                    : NULL;
    const bool is_done = ballot && ballot->phase == BALLOT_PHASE_DONE;

    client_view_unlock(request->session.client);
    return is_done;
}

static enum cli_exit show(struct request *request)
{
    const struct meeting_view *view;
    const struct meeting_ballot *ballot;
    const struct client_ballot_view *own;
    enum cli_exit end = CLI_DONE;

    if (!identifier_is_empty(&request->ballot) && has_record(request) &&
        !await_check(request))
        end = CLI_FAILED;
    view = client_view_lock(request->session.client);
    if (view->state && identifier_is_empty(&request->ballot)) {
        cli_ballots_show(view, stdout);
    } else if (view->state) {
        ballot = meeting_state_ballot(view->state, &request->ballot);
        own = meeting_view_ballot(view, &request->ballot);
        if (ballot)
            cli_ballot_show(view, ballot, cli_terminal_width(), stdout);
        if (!ballot || (own && own->check == CLIENT_BALLOT_BAD))
            end = CLI_FAILED;
        if (!ballot)
            cli_complain(_("there is no ballot %s in this meeting"),
                         request->ballot.text);
    }
    client_view_unlock(request->session.client);
    return end;
}

/* --- export -----------------------------------------------------------------
 */

static enum cli_exit export_record(struct request *request)
{
    char *here = request->path[0] == '/' ? NULL : realpath(".", NULL);
    char path[4096];
    struct client_notice *answer = NULL;

    (void)snprintf(path, sizeof path, "%s%s%s", here ? here : "",
                   here ? "/" : "", request->path);
    free(here);
    if (!await_check(request))
        return CLI_FAILED;
    if (client_ballot_export(request->session.client, TAG_EXPORT,
                             &request->ballot, path) == RESULT_OK)
        answer =
            cli_session_await(&request->session, CLIENT_ANSWER, TAG_EXPORT);
    if (!answer)
        return CLI_FAILED;
    (void)client_notice_free(answer);
    (void)printf(_("Written: %s\n"), request->path);
    return CLI_DONE;
}

/* --- the command line -------------------------------------------------------
 */

static bool read_words(struct request *request, const char *const words[3],
                       bool is_export)
{
    if (identifier_parse(text_view_of(words[1]), &request->meeting) !=
        RESULT_OK) {
        cli_complain(_("%s is not the id of a meeting; see: chibo meetings"),
                     words[1]);
        return false;
    }
    if (words[2] && identifier_parse(text_view_of(words[2]),
                                     &request->ballot) != RESULT_OK) {
        cli_complain(_("%s is not the name of a ballot, as b1"), words[2]);
        return false;
    }
    if (is_export && (!words[2] || !request->path)) {
        cli_complain(_("name a ballot, and a file with -o"));
        return false;
    }
    return true;
}

enum cli_exit cli_ballot(int argc, char **argv)
{
    struct request request = { .path = NULL };
    const char *words[3] = { NULL, NULL, NULL };
    const struct cli_option options[] = { { "--output", &request.path, NULL } };
    const struct cli_usage usage = { usage_text, options, 1, 2, 3 };
    struct cli_common common = { NULL, NULL };
    enum cli_exit end;
    bool is_export;

    if (!cli_options_read(&usage, argc, argv, &common, words, &end))
        return end;
    is_export = strcmp(words[0], "export") == 0;
    if (!is_export && strcmp(words[0], "show") != 0) {
        cli_complain(_("chibo ballot can show and export, not %s"), words[0]);
        return CLI_USAGE;
    }
    if (!read_words(&request, words, is_export))
        return CLI_USAGE;
    end = CLI_FAILED;
    request.session.follows_register = true;
    if (cli_session_open(&request.session, &common) &&
        cli_meetings_enter(&request.session, &request.meeting))
        end = is_export ? export_record(&request) : show(&request);
    cli_session_close(&request.session);
    return end;
}
