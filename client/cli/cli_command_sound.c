/* Commands about sound: the own microphone, who speaks, how loud. */
#include "client/cli/cli_command_reading.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_volume.h"

#include <string.h>

static const char help[] = N_(
    "Sound:\n"
    "  /talk                        microphone on and off\n"
    "  /speaking                    who is speaking now, and whether you\n"
    "                               are heard\n"
    "  /speaking on|off             tell it by itself when somebody else\n"
    "                               speaks, or only when asked\n"
    "  /volume [NAME] 150           hear somebody louder (100: as sent, at\n"
    "                               most 400) or softer; without NAME: who\n"
    "                               is speaking\n"
    "  /volume [NAME] mute          do not hear somebody\n"
    "  /volume [NAME] reset         as sent again; without NAME: all\n"
    "  /volume                      whom you hear louder or softer\n"
    "  /same-room mute              others sit in this room: microphone off\n"
    "  /same-room mute all          loudspeaker off, too; /same-room hear\n"
    "                               switches it on again\n"
    "  /same-room ignore            leave it as it is, do not say it again\n"
    "  /audio [NUMBER]              microphones and loudspeakers; use one\n"
    "  /audio default               use what the system has as default\n"
    "  /level                       how loud you are, and what you hear\n"
    "  /speak FILE                  say a sound file\n");

const char *cli_sound_help(void) { return _(help); }

static void read_speaking(struct reading *r, const char *op)
{
    static const char *const on[] = { "on", "bat", "co", NULL };
    static const char *const off[] = { "off", "tat", "khong", NULL };
    static char word_on[] = "on";
    static char word_off[] = "off";

    (void)op;
    if (r->rest[0] == '\0')
        return;
    if (cli_is_word(r->rest, on))
        r->out->text = word_on;
    else if (cli_is_word(r->rest, off))
        r->out->text = word_off;
    else
        PROBLEM(r, "%s", _("on or off?"));
}

/* "150", "150%", "mute", "reset"; false if it is none of them. */
static bool take_percent(char *word, unsigned *out)
{
    static const char *const mute[] = { "mute", "tat", "tattieng", NULL };
    static const char *const reset[] = { "reset", "lai", "macdinh", NULL };
    const size_t size = strlen(word);
    uint64_t number;

    if (size > 1 && word[size - 1] == '%')
        word[size - 1] = '\0';
    if (cli_is_word(word, mute))
        *out = 0;
    else if (cli_is_word(word, reset))
        *out = CLI_VOLUME_USUAL;
    else if (cli_number(word, CLI_VOLUME_MAX, &number))
        *out = (unsigned)number;
    else
        return false;
    return true;
}

/* The last word says how loud, what is before it whom. */
static void read_volume(struct reading *r, const char *op)
{
    char *last = strrchr(r->rest, ' ');
    char *word = last ? last + 1 : r->rest;
    const bool is_reset = cli_is_word(
        word, (const char *const[]){ "reset", "lai", "macdinh", NULL });

    (void)op;
    r->out->holder = (struct identifier){ "" };
    if (r->rest[0] == '\0') {
        r->out->action = CLI_ACTION_VOLUMES;
        return;
    }
    if (!take_percent(word, &r->out->percent)) {
        PROBLEM(r, _("how loud? A number up to %d, mute or reset"),
                CLI_VOLUME_MAX);
        return;
    }
    if (!last) {
        if (is_reset)
            r->out->action = CLI_ACTION_RESET_VOLUMES;
        return;
    }
    *last = '\0';
    (void)cli_reading_name(r, CLI_NAMES_BOTH, cli_trim(r->rest),
                           &r->out->holder);
}

/* A number is for the list that is shown. */
static void read_audio(struct reading *r, const char *op)
{
    static char as_default[] = "default";

    (void)op;
    if (cli_is_word(r->rest, (const char *const[]){ "default", "macdinh",
                                                    "mac dinh", NULL }))
        r->out->text = as_default;
}

static void read_same_room(struct reading *r, const char *op)
{
    static char mute[] = "mute";
    static char mute_all[] = "mute all";
    static char ignore[] = "ignore";
    static char hear[] = "hear";
    const struct {
        char *word;
        const char *typed[5];
    } choices[] = {
        { mute, { "mute", "tat", "tatmic", NULL } },
        { mute_all, { "mute all", "muteall", "tat het", "tathet", NULL } },
        { ignore, { "ignore", "bo qua", "boqua", NULL } },
        { hear, { "hear", "nghe", "nghelai", NULL } },
    };

    (void)op;
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        if (cli_is_word(r->rest, choices[i].typed)) {
            r->out->text = choices[i].word;
            return;
        }
    PROBLEM(r, "%s", _("mute, mute all, ignore or hear?"));
}

const struct cli_verb cli_sound_verbs[] = {
    { { "talk", "mic", "noi", "m" }, CLI_ACTION_TALK, NULL, NULL },
    { { "speak", "phattep" }, CLI_ACTION_SPEAK, NULL, NULL },
    { { "audio", "amthanh" }, CLI_ACTION_AUDIO, read_audio, NULL },
    { { "level", "muctieng" }, CLI_ACTION_LEVEL, NULL, NULL },
    { { "speaking", "aidangnoi", "dangnoi" },
      CLI_ACTION_SPEAKING,
      read_speaking,
      NULL },
    { { "volume", "amluong" }, CLI_ACTION_VOLUME, read_volume, NULL },
    { { "sameroom", "cungphong" }, CLI_ACTION_SAME_ROOM, read_same_room, NULL },
    { { NULL }, CLI_ACTION_NONE, NULL, NULL },
};
