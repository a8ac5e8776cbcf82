/* What the voice tells of itself, on the screen: files, recordings, devices. */
#include "client/cli/cli_screen.h"

#include "client/cli/cli_line.h"
#include "client/cli/cli_text.h"
#include "protocol/program/result_words.h"

#include <stdio.h>

/* The chosen one, or with an empty name all there is. */
static void say_unusable(const struct audio_change *change)
{
    const bool is_capture = change->direction == AUDIO_CAPTURE;
    const char *name = change->name;

    if (change->kind == AUDIO_BUSY && name[0] != '\0')
        cli_screen_say(is_capture
                           ? _("The chosen microphone is used by another "
                               "program: %s is used until it is free.")
                           : _("The chosen loudspeaker is used by another "
                               "program: %s is used until it is free."),
                       name);
    else if (change->kind == AUDIO_BUSY)
        cli_screen_say("%s", is_capture
                                 ? _("Another program uses the microphone: you "
                                     "hear, but cannot be heard. Close that "
                                     "program.")
                                 : _("Another program uses the loudspeaker: "
                                     "you hear nothing. Close that program."));
    else if (name[0] != '\0')
        cli_screen_say(is_capture
                           ? _("The chosen microphone does not work with "
                               "chibo: %s is used. /audio chooses another one.")
                           : _("The chosen loudspeaker does not work with "
                               "chibo: %s is used. /audio chooses another "
                               "one."),
                       name);
    else
        cli_screen_say("%s",
                       is_capture
                           ? _("The microphone does not work with chibo: you "
                               "hear, but cannot be heard. Plug in another "
                               "one.")
                           : _("The loudspeaker does not work with chibo: you "
                               "hear nothing. Plug in another one."));
}

static void say_change(const struct audio_change *change)
{
    const bool is_capture = change->direction == AUDIO_CAPTURE;
    const char *name = change->name;

    switch (change->kind) {
    case AUDIO_STRAYED:
        cli_screen_say(is_capture
                           ? _("The chosen microphone is not there: %s is used "
                               "until it is back.")
                           : _("The chosen loudspeaker is not there: %s is "
                               "used until it is back."),
                       name);
        break;
    case AUDIO_RETURNED:
        cli_screen_say(is_capture ? _("The chosen microphone is back: %s.")
                                  : _("The chosen loudspeaker is back: %s."),
                       name);
        break;
    case AUDIO_MOVED:
        cli_screen_say(is_capture ? _("Another microphone is used now: %s.")
                                  : _("Another loudspeaker is used now: %s."),
                       name);
        break;
    case AUDIO_BUSY:
    case AUDIO_UNFIT:
        say_unusable(change);
        break;
    case AUDIO_MUTED:
        cli_screen_say("%s",
                       is_capture
                           ? _("The microphone is muted in the settings of "
                               "sound: nobody hears you. Switch it on there.")
                           : _("The loudspeaker is muted in the settings of "
                               "sound: you hear nothing. Switch it on there."));
        break;
    case AUDIO_UNMUTED:
        cli_screen_say("%s", is_capture
                                 ? _("The microphone is switched on again in "
                                     "the settings of sound.")
                                 : _("The loudspeaker is switched on again in "
                                     "the settings of sound."));
        break;
    case AUDIO_MISSING:
        cli_screen_say(
            "%s",
            is_capture
                ? _("There is no microphone: you hear, but cannot "
                    "be heard. Plug one in.")
                : _("There is no loudspeaker: you hear nothing. Plug one in."));
        break;
    }
}

static const char *words_of_loss(enum result reason)
{
    if (reason == RESULT_BUSY)
        return _("Another program has taken the sound device: until it is free "
                 "you hear nothing, and nobody hears you. Close that program. "
                 "The meeting goes on.");
    return _("The sound device is gone: until it is back you hear nothing, and "
             "nobody hears you. The meeting goes on.");
}

static const char *words_of_none(enum result reason)
{
    if (reason == RESULT_BUSY)
        return _("Another program uses the sound device: until it is free you "
                 "take part without sound. Close that program.");
    if (reason == RESULT_REFUSED)
        return _("The sound device does not work with chibo: you take part "
                 "without sound. Plug in another one.");
    return _("There is no sound device: you take part without sound.");
}

void cli_screen_on_voice(struct cli_join *join,
                         const struct cli_voice_notice *notice)
{
    switch (notice->kind) {
    case CLI_VOICE_NOTHING:
        break;
    case CLI_VOICE_SPOKEN:
        cli_screen_say(_("The file %s was said to its end."), notice->path);
        break;
    case CLI_VOICE_SPEAK_FAILED:
        cli_screen_say(_("The file %s cannot be said: %s"), notice->path,
                       result_words(notice->result));
        break;
    case CLI_VOICE_RECORDING:
        cli_screen_say(_("Recording into %s, as the chair allows."),
                       notice->path);
        break;
    case CLI_VOICE_RECORDED:
        if (notice->result == RESULT_OK)
            cli_screen_say(_("The recording has ended: %s"), notice->path);
        else
            cli_screen_say(_("The recording %s is not complete: %s"),
                           notice->path, result_words(notice->result));
        break;
    case CLI_VOICE_DEVICE_LOST:
        cli_screen_say("%s", words_of_loss(notice->result));
        break;
    case CLI_VOICE_NO_DEVICE:
        cli_screen_say("%s", words_of_none(notice->result));
        break;
    case CLI_VOICE_DEVICE_BACK:
        cli_screen_say("%s", _("The sound device is there: you hear and can be "
                               "heard."));
        break;
    case CLI_VOICE_DEVICE_USED:
        if (notice->used == VOICE_DEVICE_PORTAUDIO)
            cli_screen_say(
                "%s", _("This computer has no sound server: its sound card is "
                        "used directly. While chibo runs, other programs may "
                        "be silent."));
        break;
    case CLI_VOICE_DEVICE_CHANGED:
        say_change(&notice->change);
        break;
    case CLI_VOICE_CHOSEN:
        if (notice->result == RESULT_OK)
            cli_screen_say("%s", _("The devices are in use."));
        else
            cli_screen_say(_("The devices cannot be used: %s"),
                           result_words(notice->result));
        break;
    case CLI_VOICE_LEVEL:
        cli_sound_put_level(AUDIO_CAPTURE, &notice->levels[AUDIO_CAPTURE],
                            stdout);
        cli_sound_put_level(AUDIO_PLAYBACK, &notice->levels[AUDIO_PLAYBACK],
                            stdout);
        break;
    case CLI_VOICE_STATISTICS:
        cli_statistics_put(&notice->statistics, stdout);
        break;
    case CLI_VOICE_SAME_ROOM:
        cli_screen_on_same_room(join, notice->slot);
        break;
    case CLI_VOICE_SILENT_MICROPHONE:
        cli_screen_say("%s",
                       _("Nothing comes from your microphone: if you are "
                         "speaking, nobody hears you. Is it muted, by a switch "
                         "on it or in the settings of sound? /audio chooses "
                         "another one."));
        break;
    case CLI_VOICE_UNHEARD_TALK:
        cli_screen_say_unheard_talk(join);
        break;
    }
}
