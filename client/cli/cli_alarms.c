/* chibo alarms: where trust in a record is broken, and what the user decides.
 */
#include "client/cli/cli_input.h"
#include "client/cli/cli_keeping.h"
#include "client/cli/cli_refusal.h"
#include "client/cli/cli_register.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

#include <stdio.h>
#include <string.h>

static const char usage_text[] = N_(
    "usage: chibo alarms [options]\n"
    "\n"
    "Shows in which records this device has found a contradiction. It signs\n"
    "nothing in them any more until you decide so. Keep what is shown: two\n"
    "heads of one event are a proof.\n"
    "\n"
    "  --forget RECORD   the alarm of this meeting or register is over,\n"
    "                    after those in charge found out what happened\n"
    "  --accept-loss     the register goes on without what was lost, as the\n"
    "                    administrator has told you\n"
    "  --profile NAME|DIR  --passphrase-file FILE  --language vi|en\n");

enum { TAG_DECISION = 1 };

/* --- the list ------------------------------------------------------------ */

static void put_side(const struct anchor_side *side)
{
    char hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(side->head.bytes, HASH_SIZE, hex);
    (void)printf("    %s\n", hex);
}

static void put_alarm(const struct anchor_log *log,
                      const struct anchor_alarm *alarm)
{
    static const struct hash zeros;

    (void)printf(_("%s, at event %llu: %s\n"), log->scope.text,
                 (unsigned long long)alarm->seq,
                 cli_reason_of_word(alarm->reason.text));
    if (hash_equal(&alarm->theirs.head, &zeros))
        return;
    (void)fputs(_("  As this device verified it:\n"), stdout);
    put_side(&alarm->ours);
    (void)fputs(_("  As it was shown:\n"), stdout);
    put_side(&alarm->theirs);
}

static bool list(const struct cli_common *common)
{
    struct cli_profile profile;
    struct anchors anchors;
    size_t count = 0;
    size_t i;

    if (!cli_profile_locate(common->profile, &profile) ||
        !cli_keeping_read(&profile, &anchors))
        return false;
    for (i = 0; i < anchors.logs_count; i++) {
        const struct anchor_alarm *alarm = anchor_log_alarm(anchors.logs[i]);

        if (!alarm)
            continue;
        put_alarm(anchors.logs[i], alarm);
        count++;
    }
    anchors_release(&anchors);
    if (count == 0)
        (void)puts(_("There is no alarm."));
    return true;
}

/* --- decisions ----------------------------------------------------------- */

static bool is_taken(struct cli_session *session, enum result result)
{
    struct client_notice *notice = NULL;

    if (result == RESULT_OK)
        notice = cli_session_await(session, CLIENT_ANSWER, TAG_DECISION);
    else
        cli_complain(_("this could not be done: %s"), result_words(result));
    (void)client_notice_free(notice);
    return notice != NULL;
}

static bool forget(struct cli_session *session, const struct cli_common *common,
                   const char *word)
{
    struct identifier log;

    if (identifier_parse(text_view_of(word), &log) != RESULT_OK) {
        cli_complain(_("%s is not the id of a record; see: chibo alarms"),
                     word);
        return false;
    }
    (void)fputs(_("This device then signs in this record again, as if nothing "
                  "had happened.\nOnly do so when chair and administrator have "
                  "found out what it was.\nGo on? Type yes or no.\n"),
                stdout);
    return cli_input_says_yes() && cli_session_open(session, common) &&
           is_taken(session,
                    client_forget_alarm(session->client, TAG_DECISION, &log));
}

static bool accept_loss(struct cli_session *session,
                        const struct cli_common *common)
{
    (void)fputs(_("The list of members and devices then goes on without "
                  "entries that this\ndevice has seen. Only do so when the "
                  "administrator has told you of the loss, in\nperson or by "
                  "telephone.\nGo on? Type yes or no.\n"),
                stdout);
    session->follows_register = true;
    return cli_input_says_yes() && cli_session_open(session, common) &&
           is_taken(session,
                    client_accept_loss(session->client, TAG_DECISION)) &&
           cli_register_fetch(session);
}

enum cli_exit cli_alarms(int argc, char **argv)
{
    const char *forgotten = NULL;
    bool accepts_loss = false;
    const struct cli_option options[] = { { "--forget", &forgotten, NULL },
                                          { "--accept-loss", NULL,
                                            &accepts_loss } };
    const struct cli_usage usage = { usage_text, options, 2, 0, 0 };
    struct cli_common common = { NULL, NULL };
    struct cli_session session = { .client = NULL };
    enum cli_exit end;
    bool is_done;

    if (!cli_options_read(&usage, argc, argv, &common, NULL, &end))
        return end;
    if (!forgotten && !accepts_loss)
        return list(&common) ? CLI_DONE : CLI_FAILED;
    is_done = forgotten ? forget(&session, &common, forgotten)
                        : accept_loss(&session, &common);
    if (is_done)
        (void)puts(_("The alarm is over. What was seen stays on record."));
    cli_session_close(&session);
    return is_done ? CLI_DONE : CLI_FAILED;
}
