#include "client/cli/cli_meetings.h"

#include "client/cli/cli_refusal.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_zone.h"

#include <stdio.h>
#include <time.h>

static const char usage_text[] = N_(
    "usage: chibo meetings [options]\n"
    "\n"
    "Lists the meetings of your cell, newest first: id, time, state, title.\n"
    "\n"
    "  --json   as one JSON object\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

void cli_time_write(int64_t at_ms, char out[CLI_TIME_SIZE])
{
    time_t at = (time_t)(at_ms / 1000);
    struct tm local;

    out[0] = '\0';
    if (localtime_r(&at, &local))
        (void)strftime(out, CLI_TIME_SIZE, "%d/%m/%Y %H:%M %Z", &local);
}

void cli_clock_write(int64_t at_ms, char out[CLI_TIME_SIZE])
{
    time_t at = (time_t)(at_ms / 1000);
    struct tm local;

    out[0] = '\0';
    if (localtime_r(&at, &local))
        (void)strftime(out, CLI_TIME_SIZE, "%H:%M:%S", &local);
}

json_t *cli_meetings_ask(struct cli_session *session)
{
    struct client_notice *notice =
        cli_session_ask(session, "{\"op\":\"meetings\"}");
    json_t *answer;
    json_t *meetings;

    if (!notice)
        return NULL;
    answer = json_loadb(notice->json, notice->json_size, 0, NULL);
    meetings = json_incref(json_object_get(answer, "meetings"));
    json_decref(answer);
    (void)client_notice_free(notice);
    if (!json_is_array(meetings))
        cli_complain(_("the server's list of meetings cannot be read"));
    return meetings;
}

static const char *text_of(const json_t *meeting, const char *name)
{
    const char *text = json_string_value(json_object_get(meeting, name));

    return text ? text : "";
}

static const char *phase_for_people(const char *phase)
{
    if (text_view_is(text_view_of(phase), "scheduled"))
        return _("scheduled");
    if (text_view_is(text_view_of(phase), "begun"))
        return _("under way");
    if (text_view_is(text_view_of(phase), "ended"))
        return _("ended");
    if (text_view_is(text_view_of(phase), "cancelled"))
        return _("cancelled");
    return phase;
}

void cli_meetings_print(const json_t *meetings)
{
    size_t i;

    if (json_array_size(meetings) == 0)
        (void)puts(_("There is no meeting."));
    for (i = 0; i < json_array_size(meetings); i++) {
        const json_t *meeting = json_array_get(meetings, i);
        char time[CLI_ZONE_TIME_SIZE];

        cli_zone_time_write(
            json_integer_value(json_object_get(meeting, "starts_at")),
            text_of(meeting, "zone"), NULL, time);
        (void)printf("%-8s %s  %s  %s\n", text_of(meeting, "meeting"), time,
                     phase_for_people(text_of(meeting, "phase")),
                     text_of(meeting, "title"));
    }
}

static bool is_in_phase(const json_t *meeting, const char *phase)
{
    return text_view_is(text_view_of(text_of(meeting, "phase")), phase);
}

/* How many meetings are in this phase; the last of them. */
static size_t find_phase(const json_t *meetings, const char *phase,
                         const json_t **out)
{
    size_t count = 0;
    size_t i;

    for (i = 0; i < json_array_size(meetings); i++) {
        if (is_in_phase(json_array_get(meetings, i), phase)) {
            *out = json_array_get(meetings, i);
            count++;
        }
    }
    return count;
}

bool cli_meetings_choose(struct cli_session *session, struct identifier *out)
{
    json_t *meetings = cli_meetings_ask(session);
    const json_t *meeting = NULL;
    bool is_found;

    if (!meetings)
        return false;
    is_found =
        (find_phase(meetings, "begun", &meeting) == 1 ||
         (!meeting && find_phase(meetings, "scheduled", &meeting) == 1)) &&
        identifier_parse(text_view_of(text_of(meeting, "meeting")), out) ==
            RESULT_OK;
    if (!is_found && !meeting)
        cli_complain(_("no meeting is under way or scheduled; chibo meetings "
                       "shows those that have ended"));
    else if (!is_found) {
        cli_complain(_("which meeting? Name one of these: chibo join MEETING"));
        cli_meetings_print(meetings);
    }
    json_decref(meetings);
    return is_found;
}

enum cli_exit cli_meetings(int argc, char **argv)
{
    bool wants_json = false;
    const struct cli_option options[] = { { "--json", NULL, &wants_json } };
    const struct cli_usage usage = { usage_text, options, 1, 0, 0 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    json_t *meetings = NULL;
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &common, NULL, &end))
        return end;
    if (cli_session_open(&session, &common))
        meetings = cli_meetings_ask(&session);
    cli_session_close(&session);
    if (!meetings)
        return CLI_FAILED;
    if (wants_json) {
        (void)json_dumpf(meetings, stdout, JSON_COMPACT);
        (void)putchar('\n');
    } else {
        cli_meetings_print(meetings);
    }
    json_decref(meetings);
    return CLI_DONE;
}

/* --- going in ------------------------------------------------------------ */

enum { TAG_ENTER = 8 };

/* True when the meeting has been entered, or cannot be: a complaint is made.
 * The register, which may be followed beside it, can be here first. */
static bool is_join_over(const struct client_notice *notice,
                         const struct identifier *meeting, bool *is_in)
{
    char sentence[CLI_SENTENCE_SIZE];

    *is_in = notice->kind == CLIENT_CAUGHT_UP &&
             identifier_equal(&notice->log, meeting);
    if (notice->kind == CLIENT_ANSWER && !notice->is_ok) {
        cli_refusal_sentence(&notice->refusal, NULL, sentence, sizeof sentence);
        cli_complain("%s", sentence);
        return true;
    }
    if (notice->kind == CLIENT_REFUSED || notice->kind == CLIENT_TRUST_ALARM) {
        cli_complain("%s", cli_reason_sentence(notice->reason));
        return true;
    }
    if (notice->kind == CLIENT_WAITING) {
        cli_complain(_("you are waiting in the lobby: the record is for those "
                       "whom the chair has admitted"));
        return true;
    }
    if (notice->kind == CLIENT_TURNED_AWAY) {
        cli_complain(_("the chair did not admit you"));
        return true;
    }
    return *is_in;
}

bool cli_meetings_enter(struct cli_session *session,
                        const struct identifier *meeting)
{
    int64_t deadline_ms = cli_now_ms() + CLI_ANSWER_MS;
    char command[100];
    bool is_over = false, is_in = false;

    (void)snprintf(command, sizeof command, "{\"op\":\"join\",\"log\":\"%s\"}",
                   meeting->text);
    if (client_command(session->client, TAG_ENTER, command) != RESULT_OK)
        return false;
    while (!is_over) {
        struct client_notice *notice = cli_session_next(session, deadline_ms);

        if (!notice) {
            cli_complain(_("the server did not answer within %d seconds"),
                         CLI_ANSWER_MS / 1000);
            return false;
        }
        is_over = is_join_over(notice, meeting, &is_in);
        (void)client_notice_free(notice);
    }
    return is_in;
}
