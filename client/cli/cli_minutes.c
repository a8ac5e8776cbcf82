/* chibo minutes: the minutes of a meeting as the server renders them now. */
#include "client/cli/cli_meetings.h"
#include "client/cli/cli_session.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/program/catalogue.h"
#include "protocol/program/result_words.h"

#include <jansson.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char usage_text[] =
    N_("usage: chibo minutes MEETING [options]\n"
       "\n"
       "Fetches the minutes as plain text: for the chair, the deputy and the\n"
       "minute-taker at any time, for all members once they were shared.\n"
       "\n"
       "  -o, --output FILE   write them to this file\n"
       "  --language vi|en    the language of the minutes, too\n"
       "  --profile NAME|DIR  --passphrase-file FILE\n");

enum { TAG_BLOB = 7 };

/* Asks for the minutes to be rendered; their hash in hex into `out`. */
static bool ask_for_minutes(struct cli_session *session,
                            const struct identifier *meeting,
                            char out[HEX_SIZE(HASH_SIZE)])
{
    struct client_notice *notice;
    json_t *answer;
    const char *blob;
    char command[160];
    bool is_good;

    (void)snprintf(command, sizeof command,
                   "{\"op\":\"minutes\",\"log\":\"%s\",\"language\":\"%s\"}",
                   meeting->text, catalogue_language());
    notice = cli_session_ask(session, command);
    if (!notice)
        return false;
    answer = json_loadb(notice->json, notice->json_size, 0, NULL);
    blob = json_string_value(json_object_get(answer, "blob"));
    is_good = blob && strlen(blob) == HEX_SIZE(HASH_SIZE) - 1;
    if (is_good)
        memcpy(out, blob, HEX_SIZE(HASH_SIZE));
    else
        cli_complain(_("the server's answer cannot be read"));
    json_decref(answer);
    (void)client_notice_free(notice);
    return is_good;
}

/* The finished download, to be freed; NULL after a complaint. */
static struct client_notice *fetch(struct cli_session *session,
                                   const char *blob)
{
    char command[160];
    struct client_notice *notice = NULL;

    (void)snprintf(command, sizeof command,
                   "{\"op\":\"get_blob\",\"blob\":\"%s\"}", blob);
    if (client_command(session->client, TAG_BLOB, command) != RESULT_OK) {
        cli_complain(_("the file cannot be fetched"));
        return NULL;
    }
    for (;;) {
        notice = cli_session_await(session, CLIENT_BLOB, TAG_BLOB);
        if (!notice)
            return NULL;
        if (notice->blob_bytes)
            return notice;
        if (!notice->is_ok) {
            cli_complain(_("the file cannot be fetched"));
            return client_notice_free(notice);
        }
        (void)client_notice_free(notice);
    }
}

static enum cli_exit write_out(const struct client_notice *minutes,
                               const char *path)
{
    FILE *file = path ? fopen(path, "we") : stdout;
    size_t size = (size_t)minutes->blob_size;
    bool is_written;

    if (!file) {
        cli_complain(_("cannot write %s: %s"), path, system_words(errno));
        return CLI_FAILED;
    }
    is_written = fwrite(minutes->blob_bytes, 1, size, file) == size;
    if (path)
        is_written = fclose(file) == 0 && is_written;
    else
        is_written = fflush(file) == 0 && is_written;
    if (!is_written)
        cli_complain(_("cannot write %s: %s"), path ? path : "-",
                     system_words(errno));
    return is_written ? CLI_DONE : CLI_FAILED;
}

static enum cli_exit show_minutes(struct cli_session *session,
                                  const struct identifier *meeting,
                                  const char *path)
{
    char blob[HEX_SIZE(HASH_SIZE)];
    struct client_notice *minutes;
    enum cli_exit end;

    if (!cli_meetings_enter(session, meeting) ||
        !ask_for_minutes(session, meeting, blob))
        return CLI_FAILED;
    minutes = fetch(session, blob);
    if (!minutes)
        return CLI_FAILED;
    end = write_out(minutes, path);
    (void)client_notice_free(minutes);
    return end;
}

enum cli_exit cli_minutes(int argc, char **argv)
{
    const char *path = NULL;
    const char *word = NULL;
    const struct cli_option options[] = { { "--output", &path, NULL } };
    const struct cli_usage usage = { usage_text, options, 1, 1, 1 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    struct identifier meeting;
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &common, &word, &end))
        return end;
    if (identifier_parse(text_view_of(word), &meeting) != RESULT_OK) {
        cli_complain(_("%s is not the id of a meeting; see: chibo meetings"),
                     word);
        return CLI_USAGE;
    }
    end = CLI_FAILED;
    if (cli_session_open(&session, &common))
        end = show_minutes(&session, &meeting, path);
    cli_session_close(&session);
    return end;
}
