#include "client/cli/cli_recording.h"

#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_screen.h"
#include "client/cli/cli_terminal.h"
#include "client/cli/cli_text.h"

#include <stdio.h>
#include <string.h>

enum { AGAIN_MS = 5 * 60 * 1000 };

static struct {
    bool is_asking;   /* whether to join */
    bool is_recorded; /* and it was said */
    int64_t said_ms;
} recording;

/* --- Before -------------------------------------------------------------- */

bool cli_recording_asks(struct cli_join *join, const struct refusal *refusal)
{
    if (refusal->code != REFUSAL_RECORDED)
        return false;
    cli_screen_say(
        "%s", _("THIS MEETING IS BEING RECORDED by the server, by order of "
                "the chair. What you say in it will be kept with its "
                "record. Whoever joins consents to that."));
    if (join->waits_to_read) { /* nobody is there to be asked */
        cli_screen_say("%s", _("Not joined: \"chibo join --consent\" joins "
                               "recorded meetings."));
        join->end = CLI_FAILED;
        cli_join_quit(join);
        return true;
    }
    recording.is_asking = true;
    cli_screen_say("%s", _("Type \"yes\" to join, or \"no\" to stay away."));
    return true;
}

static bool is_answer(const char *line, const char *const *words)
{
    const char *begin = line + strspn(line, " \t/");
    char word[32];
    size_t size = strcspn(begin, "\r\n");

    while (size > 0 && begin[size - 1] == ' ')
        size--;
    if (size >= sizeof word)
        return false;
    memcpy(word, begin, size);
    word[size] = '\0';
    return cli_is_word(word, words);
}

bool cli_recording_takes_line(struct cli_join *join, const char *line)
{
    static const char *const yes[] = { "yes", "y", "co", "dongy", NULL };
    static const char *const no[] = {
        "no", "n", "khong", "quit", "thoat", NULL
    };

    if (!recording.is_asking)
        return false;
    if (is_answer(line, yes)) {
        recording.is_asking = false;
        if (!cli_join_consent(join))
            cli_screen_put_problem(_("the server is busy: try again in a "
                                     "moment"));
    } else if (is_answer(line, no)) {
        recording.is_asking = false;
        cli_screen_say("%s", _("You have not joined. The chair will be glad to "
                               "tell you when the recording is over."));
        cli_join_quit(join);
    } else {
        cli_screen_say("%s", _("Type \"yes\" to join, or \"no\" to stay "
                               "away."));
    }
    return true;
}

/* --- While it goes on ---------------------------------------------------- */

const char *cli_recording_mark(void)
{
    return recording.is_recorded ? "● " : "  ";
}

const char *cli_recording_event_mark(const struct meeting_event *event)
{
    return event->kind == EVENT_RECORDING_STOPPED_KIND ? "■ "
                                                       : cli_recording_mark();
}

static void say_it(void)
{
    recording.said_ms = cli_now_ms();
    cli_screen_say("%s",
                   _("THIS MEETING IS BEING RECORDED, as long as ● stands "
                     "before each line. Whoever stays consents; /quit "
                     "leaves it."));
}

void cli_recording_on_facts(struct cli_join *join,
                            const struct cli_facts *before)
{
    (void)before;
    if (join->facts.is_recorded == recording.is_recorded)
        return;
    recording.is_recorded = join->facts.is_recorded;
    cli_terminal_set_title(recording.is_recorded ? _("BEING RECORDED – chibo")
                                                 : "chibo");
    if (recording.is_recorded)
        say_it();
}

void cli_recording_on_pause(struct cli_join *join)
{
    (void)join;
    if (recording.is_recorded && cli_now_ms() - recording.said_ms >= AGAIN_MS)
        say_it();
}

void cli_recording_on_end(struct cli_join *join)
{
    (void)join;
    if (recording.is_recorded)
        cli_terminal_set_title("chibo");
}
