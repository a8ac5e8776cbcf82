/* chibo audio test: tries microphone and loudspeaker as before a meeting, and
 * says in words what is wrong. */
#include "client/audio/audio_device_portaudio.h"
#include "client/audio/audio_device_pulse.h"
#include "client/audio/audio_name.h"
#include "client/audio/audio_trial.h"
#include "client/cli/cli_audio.h"
#include "client/cli/cli_options.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/program/result_words.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void on_step(enum audio_trial_step step, void *user)
{
    const bool *wants_json = user;

    if (*wants_json)
        return;
    switch (step) {
    case AUDIO_TRIAL_CHIRP:
        cli_paragraph_write(_("You hear a short rising sound."), stdout);
        break;
    case AUDIO_TRIAL_RECORD:
        cli_paragraph_write(
            _("Please speak now, for three seconds, as in a meeting."), stdout);
        break;
    case AUDIO_TRIAL_REPLAY:
        cli_paragraph_write(_("This is what the others would hear of you."),
                            stdout);
        break;
    }
    (void)fflush(stdout);
}

/* Over itself, as long as one speaks. */
static void on_level(const struct level *level, void *user)
{
    char bar[CLI_BAR_COUNT + 1];

    (void)user;
    cli_sound_bar(level->rms_db, bar);
    (void)printf("  [%s]\r", bar);
    (void)fflush(stdout);
}

static enum result make_device(const struct cli_sound *sound, bool is_direct,
                               struct audio_device **out)
{
    const char *capture = cli_sound_name(sound, AUDIO_CAPTURE);
    const char *playback = cli_sound_name(sound, AUDIO_PLAYBACK);

    return is_direct
               ? audio_device_portaudio_new(out, audio_name_direct(capture),
                                            audio_name_direct(playback))
               : audio_device_pulse_new(out, capture, playback);
}

/* `is_direct`: with the sound card, without a server. */
static enum result run(struct audio_trial *trial, const struct cli_sound *sound,
                       bool is_direct, bool wants_json)
{
    const struct audio_trial_handlers handlers = {
        .step = on_step,
        .level = !wants_json && isatty(STDOUT_FILENO) ? on_level : NULL,
        .user = &wants_json,
    };
    struct audio_device *device = NULL;
    enum result result;

    if (!trial->has_microphone && !trial->has_loudspeaker)
        return RESULT_OK;
    result = make_device(sound, is_direct, &device);
    if (result != RESULT_OK)
        return result;
    result = audio_trial_run(trial, device, &handlers);
    device->free(device);
    return result;
}

/* What was tried, and what was found. */
struct found {
    struct audio_trial trial;
    bool is_loudspeaker_muted;
    bool is_microphone_muted;
    bool is_absent[2]; /* the chosen one, by direction */
};

static bool is_muted(const struct audio_listed *device)
{
    return device && device->is_muted;
}

static bool is_good(const struct found *found)
{
    return found->trial.has_microphone && found->trial.has_loudspeaker &&
           found->trial.level.verdict == SOUND_GOOD &&
           !found->is_loudspeaker_muted;
}

/* --- for the machine ----------------------------------------------------- */

static const char *verdict_name(enum level_verdict verdict)
{
    switch (verdict) {
    case SOUND_NOTHING:
        return "nothing";
    case SOUND_SILENCE:
        return "silence";
    case SOUND_NOISE:
        return "noise";
    case SOUND_QUIET:
        return "quiet";
    case SOUND_LOUD:
        return "loud";
    case SOUND_GOOD:
        return "good";
    }
    return "";
}

static bool put_json(const struct found *found)
{
    const struct audio_trial *trial = &found->trial;
    const bool hears = trial->has_microphone;
    json_t *all = json_pack(
        "{s:b, s:b, s:b, s:s*, s:o*, s:o*, s:o*, s:o*}", "ok", is_good(found),
        "microphone", hears, "loudspeaker", trial->has_loudspeaker, "verdict",
        hears ? verdict_name(trial->level.verdict) : NULL, "loud_db",
        hears ? json_real((double)trial->level.loud_db) : NULL, "peak_db",
        hears ? json_real((double)trial->level.peak_db) : NULL, "round_trip_ms",
        trial->has_round_trip ? json_integer(trial->round_trip_ms) : NULL,
        "loudspeaker_muted", found->is_loudspeaker_muted ? json_true() : NULL);
    bool is_written = all && json_dumpf(all, stdout, JSON_COMPACT) == 0;

    json_decref(all);
    (void)putchar('\n');
    return is_written;
}

/* --- for people ---------------------------------------------------------- */

static const char *advice(enum level_verdict verdict)
{
    switch (verdict) {
    case SOUND_NOTHING:
        return _("The microphone gives nothing at all. It is muted, by a "
                 "switch on it or in the settings of sound, or it is not the "
                 "one you speak into: see chibo audio list.");
    case SOUND_SILENCE:
        return _("Next to nothing was heard. Is it the microphone you speak "
                 "into (chibo audio list), and is it turned up?");
    case SOUND_NOISE:
        return _("An even noise was heard, and no speech. Speak during the "
                 "test; if you did, move away from fans and machines, or "
                 "choose another microphone (chibo audio list).");
    case SOUND_QUIET:
        return _("You are too quiet. Come closer to the microphone, or turn "
                 "it up in the settings of sound.");
    case SOUND_LOUD:
        return _("You are so loud that your voice is cut off. Move away from "
                 "the microphone, or turn it down in the settings of sound.");
    case SOUND_GOOD:
        return _("You can be heard well.");
    }
    return "";
}

static void put_words(const struct found *found)
{
    const struct audio_trial *trial = &found->trial;

    if (found->is_absent[AUDIO_CAPTURE])
        cli_paragraph_write(_("The chosen microphone is not there: the default "
                              "of the system was tried."),
                            stdout);
    if (found->is_absent[AUDIO_PLAYBACK])
        cli_paragraph_write(_("The chosen loudspeaker is not there: the "
                              "default of the system was tried."),
                            stdout);
    if (trial->has_microphone) {
        cli_sound_put_level(AUDIO_CAPTURE, &trial->level, stdout);
        cli_paragraph_write(
            found->is_microphone_muted
                ? _("The microphone is muted in the settings of sound: "
                    "nobody hears you. Switch it on there.")
                : advice(trial->level.verdict),
            stdout);
    } else {
        cli_paragraph_write(
            _("There is no microphone: you hear, but cannot be heard. "
              "Plug one in."),
            stdout);
    }
    if (!trial->has_loudspeaker)
        cli_paragraph_write(
            _("There is no loudspeaker: you hear nothing. Plug one "
              "in."),
            stdout);
    else if (found->is_loudspeaker_muted)
        cli_paragraph_write(
            _("The loudspeaker is muted in the settings of sound: you "
              "hear nothing. Switch it on there."),
            stdout);
    else if (trial->has_round_trip)
        (void)printf(_("From the loudspeaker to the microphone: %lld ms. The "
                       "microphone hears the loudspeaker; a headset is better "
                       "for the others.\n"),
                     (long long)trial->round_trip_ms);
    else if (trial->has_microphone)
        cli_paragraph_write(
            _("The microphone does not hear the loudspeaker, as with a "
              "headset: the way between them cannot be measured. If "
              "you heard no sound, turn the loudspeaker up, or choose "
              "another one (chibo audio list)."),
            stdout);
}

static const char *words_of_failure(enum result result)
{
    if (result == RESULT_BUSY)
        return _("another program uses the sound device: close it and try "
                 "again");
    if (result == RESULT_REFUSED)
        return _("the sound device does not work with chibo: choose another "
                 "one (chibo audio list)");
    return result_words(result);
}

static enum cli_exit tell(const struct found *found, enum result result,
                          bool wants_json)
{
    if (result != RESULT_OK) {
        cli_complain(_("the test cannot be done: %s"),
                     words_of_failure(result));
        return CLI_FAILED;
    }
    if (wants_json && !put_json(found))
        return CLI_FAILED;
    if (!wants_json)
        put_words(found);
    return is_good(found) ? CLI_DONE : CLI_FAILED;
}

void cli_audio_say_direct(void)
{
    cli_paragraph_write(_("There is no sound server (PulseAudio or PipeWire): "
                          "the sound card is used directly."),
                        stdout);
}

static bool is_direct_absent(const struct audio_listing *listing,
                             const struct cli_sound *sound,
                             enum audio_direction direction)
{
    return audio_name_direct(cli_sound_name(sound, direction)) &&
           cli_sound_is_absent(listing, sound, direction);
}

enum cli_exit cli_audio_try_directly(const struct audio_listing *listing,
                                     const struct cli_sound *sound,
                                     bool wants_json)
{
    /* What is not there the device will say. */
    struct found found = {
        .trial = { .has_microphone = true, .has_loudspeaker = true },
        .is_absent = { [AUDIO_CAPTURE] =
                           is_direct_absent(listing, sound, AUDIO_CAPTURE),
                       [AUDIO_PLAYBACK] =
                           is_direct_absent(listing, sound, AUDIO_PLAYBACK) },
    };
    enum result result;

    if (!wants_json)
        cli_audio_say_direct();
    result = run(&found.trial, sound, true, wants_json);
    if (result == RESULT_NOT_FOUND) { /* the loudspeaker: nothing was opened */
        found.trial.has_loudspeaker = false;
        result = run(&found.trial, sound, true, wants_json);
    }
    return tell(&found, result, wants_json);
}

enum cli_exit cli_audio_try(const struct audio_listing *listing,
                            const struct cli_sound *sound, bool wants_json)
{
    const struct audio_listed *microphone =
        cli_sound_used(listing, sound, AUDIO_CAPTURE);
    const struct audio_listed *loudspeaker =
        cli_sound_used(listing, sound, AUDIO_PLAYBACK);
    struct found found = {
        .trial = { .has_microphone = microphone != NULL,
                   .has_loudspeaker = loudspeaker != NULL },
        .is_microphone_muted = is_muted(microphone),
        .is_loudspeaker_muted = is_muted(loudspeaker),
        .is_absent = { [AUDIO_CAPTURE] =
                           cli_sound_is_absent(listing, sound, AUDIO_CAPTURE),
                       [AUDIO_PLAYBACK] = cli_sound_is_absent(listing, sound,
                                                              AUDIO_PLAYBACK) },
    };

    return tell(&found, run(&found.trial, sound, false, wants_json),
                wants_json);
}
