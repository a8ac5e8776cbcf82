/* chibo audio: lists, chooses and tries microphones and loudspeakers. Without a
 * connection. */
#include "client/cli/cli_audio.h"
#include "client/cli/cli_result.h"
#include "client/cli/cli_sound.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    N_("usage: chibo audio list [--json] [options]\n"
       "       chibo audio use [--microphone NAME] [--loudspeaker NAME]\n"
       "                       [options]\n"
       "       chibo audio test [--json] [options]\n"
       "\n"
       "Microphone and loudspeaker for meetings.\n"
       "\n"
       "  list     show what there is; the second line of each is its NAME\n"
       "  use      use these from now on, also while another is the default\n"
       "           of the system; the NAME \"default\" follows the system\n"
       "  test     record three seconds and play them, and say what is wrong;\n"
       "           ends with 1 if anything is\n"
       "\n"
       "  --profile NAME|DIR  --language vi|en\n");

struct audio_options {
    struct cli_common common;
    bool wants_json;
    const char *names[2]; /* by direction */
};

static bool read_listing(struct audio_listing *out)
{
    const enum result result = audio_listing_read(out);

    if (result == RESULT_CLOSED)
        cli_complain(_("there is no sound server (PulseAudio or PipeWire) in "
                       "this session"));
    else if (result != RESULT_OK)
        cli_complain(_("the sound server does not answer: %s"),
                     cli_result_words(result));
    return result == RESULT_OK;
}

/* --- list ---------------------------------------------------------------- */

static json_t *device_to_json(const struct audio_listed *device,
                              const struct cli_sound *sound)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:b}", "device",
                     device->direction == AUDIO_CAPTURE ? "microphone"
                                                        : "loudspeaker",
                     "name", device->name, "description", device->description,
                     "default", device->is_default, "chosen",
                     strcmp(device->name, sound->names[device->direction]) == 0,
                     "monitor", device->is_monitor);
}

static bool put_json(const struct audio_listing *listing,
                     const struct cli_sound *sound)
{
    json_t *all = json_array();
    bool is_good = all != NULL;
    size_t i;

    for (i = 0; i < listing->count && is_good; i++)
        is_good = json_array_append_new(
                      all, device_to_json(&listing->devices[i], sound)) == 0;
    is_good = is_good && json_dumpf(all, stdout, JSON_INDENT(2)) == 0;
    json_decref(all);
    (void)putchar('\n');
    return is_good;
}

static enum cli_exit list(const struct audio_options *options,
                          const struct cli_profile *profile)
{
    static struct audio_listing listing;
    struct cli_sound sound;

    if (!read_listing(&listing))
        return CLI_FAILED;
    cli_sound_load(profile, &sound);
    if (options->wants_json)
        return put_json(&listing, &sound) ? CLI_DONE : CLI_FAILED;
    cli_sound_show(&listing, &sound, stdout);
    return CLI_DONE;
}

/* --- use ----------------------------------------------------------------- */

static bool choose(const struct audio_listing *listing,
                   enum audio_direction direction, const char *name,
                   struct cli_sound *sound)
{
    const struct audio_listed *device;

    if (!name)
        return true;
    if (strcmp(name, "default") == 0) {
        sound->names[direction][0] = '\0';
        return true;
    }
    device = audio_listing_find(listing, direction, name);
    if (device)
        memcpy(sound->names[direction], device->name, AUDIO_NAME_SIZE);
    else
        cli_complain(direction == AUDIO_CAPTURE
                         ? _("there is no microphone %s; see: chibo audio list")
                         : _("there is no loudspeaker %s; see: chibo audio "
                             "list"),
                     name);
    return device != NULL;
}

static enum cli_exit use(const struct audio_options *options,
                         const struct cli_profile *profile)
{
    static struct audio_listing listing;
    const char *const *names = options->names;
    struct cli_sound sound;

    if (!names[AUDIO_CAPTURE] && !names[AUDIO_PLAYBACK]) {
        cli_complain(_("which one? --microphone NAME, --loudspeaker NAME"));
        return CLI_USAGE;
    }
    if (!read_listing(&listing))
        return CLI_FAILED;
    cli_sound_load(profile, &sound);
    if (!choose(&listing, AUDIO_CAPTURE, names[AUDIO_CAPTURE], &sound) ||
        !choose(&listing, AUDIO_PLAYBACK, names[AUDIO_PLAYBACK], &sound) ||
        !cli_profile_make_folder(profile) || !cli_sound_save(profile, &sound))
        return CLI_FAILED;
    cli_sound_show(&listing, &sound, stdout);
    return CLI_DONE;
}

/* --- test ---------------------------------------------------------------- */

static enum cli_exit try_out(const struct audio_options *options,
                             const struct cli_profile *profile)
{
    static struct audio_listing listing;
    struct cli_sound sound;

    if (!read_listing(&listing))
        return CLI_FAILED;
    cli_sound_load(profile, &sound);
    return cli_audio_try(&listing, &sound, options->wants_json);
}

enum cli_exit cli_audio(int argc, char **argv)
{
    struct audio_options given = { .wants_json = false };
    const char *word = NULL;
    const struct cli_option options[] = {
        { "--json", NULL, &given.wants_json },
        { "--microphone", &given.names[AUDIO_CAPTURE], NULL },
        { "--loudspeaker", &given.names[AUDIO_PLAYBACK], NULL },
    };
    const struct cli_usage usage = { usage_text, options,
                                     sizeof options / sizeof options[0], 1, 1 };
    struct cli_profile profile;
    enum cli_exit end;

    if (!cli_options_read(&usage, argc, argv, &given.common, &word, &end))
        return end;
    if (!cli_profile_locate(given.common.profile, &profile))
        return CLI_FAILED;
    if (strcmp(word, "list") == 0)
        return list(&given, &profile);
    if (strcmp(word, "use") == 0)
        return use(&given, &profile);
    if (strcmp(word, "test") == 0)
        return try_out(&given, &profile);
    cli_complain(_("chibo audio %s is no command; see: chibo audio --help"),
                 word);
    return CLI_USAGE;
}
