/* chibo audio: lists, chooses and tries microphones and loudspeakers. Without a
 * connection. */
#include "client/cli/cli_audio.h"
#include "client/cli/cli_sound.h"
#include "client/cli/cli_subcommand.h"
#include "client/cli/cli_text.h"
#include "client/cli/cli_wrap.h"
#include "protocol/program/result_words.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] = N_(
    "usage: chibo audio list [--json] [options]\n"
    "       chibo audio use [--microphone NAME] [--loudspeaker NAME]\n"
    "                       [--mode WORD] [--echo WORD] [--noise WORD]\n"
    "                       [--gain WORD] [--silence WORD] [options]\n"
    "       chibo audio settings [--json] [options]\n"
    "       chibo audio test [--json] [options]\n"
    "\n"
    "Microphone and loudspeaker for meetings.\n"
    "\n"
    "  list     show what there is, numbered; the second line of each is\n"
    "           its NAME\n"
    "  use      use these, by number or NAME, from now on, also while\n"
    "           another is the default of the system; the NAME \"default\"\n"
    "           follows the system.\n"
    "           How the microphone is used in meetings; \"default\" is what\n"
    "           is usual for a member, or for a site, whose device has a\n"
    "           profile of its own:\n"
    "             --mode button|open       usual: button; at a site open,\n"
    "                                      which starts muted\n"
    "             --echo off|room|hall     how long echoes last that are\n"
    "                                      taken out. Usual: room; at a\n"
    "                                      site hall\n"
    "             --noise on|off           is noise reduced? Usual: on\n"
    "             --gain auto|off|DB       loudness evened out, left, or\n"
    "                                      DB louder (-20 to 30). Usual:\n"
    "                                      auto\n"
    "             --silence on|off         does an open one send silence,\n"
    "                                      too? Usual: off\n"
    "  settings show what is chosen\n"
    "  test     record three seconds and play them, and say what is wrong;\n"
    "           ends with 1 if anything is\n"
    "\n"
    "  --profile NAME|DIR  --language vi|en\n");

struct audio_options {
    struct cli_common common;
    bool wants_json;
    const char *names[2]; /* by direction */
    const char *microphone[CLI_MICROPHONE_FIELDS];
};

static void complain_of_server(enum result result)
{
    if (result == RESULT_CLOSED)
        cli_complain(_("there is no sound server (PulseAudio or PipeWire) in "
                       "this session"));
    else
        cli_complain(_("the sound server does not answer: %s"),
                     result_words(result));
}

/* `*is_direct`: there is no sound server. */
static bool read_listing(struct audio_listing *out, bool *is_direct)
{
    const enum result result = audio_listing_read_any(out, is_direct);

    if (result != RESULT_OK)
        complain_of_server(result);
    return result == RESULT_OK;
}

/* --- list ---------------------------------------------------------------- */

static json_t *device_to_json(const struct audio_listed *device,
                              const struct cli_sound *sound)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:b, s:b, s:b}", "device",
                     device->direction == AUDIO_CAPTURE ? "microphone"
                                                        : "loudspeaker",
                     "name", device->name, "description", device->description,
                     "default", device->is_default, "chosen",
                     strcmp(device->name, sound->names[device->direction]) == 0,
                     "monitor", device->is_monitor, "muted", device->is_muted);
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
    bool is_direct;

    if (!read_listing(&listing, &is_direct))
        return CLI_FAILED;
    cli_sound_load(profile, &sound);
    if (options->wants_json)
        return put_json(&listing, &sound) ? CLI_DONE : CLI_FAILED;
    if (is_direct)
        cli_audio_say_direct();
    cli_sound_show(&listing, &sound, stdout);
    return CLI_DONE;
}

/* --- use ----------------------------------------------------------------- */

/* By a name, or by the number that the list shows. */
static const struct audio_listed *find(const struct audio_listing *listing,
                                       const struct cli_sound *listed,
                                       enum audio_direction direction,
                                       const char *word)
{
    const struct audio_listed *device =
        audio_listing_find(listing, direction, word);

    if (!device)
        device = cli_sound_numbered(listing, listed, word);
    return device && device->direction == direction ? device : NULL;
}

static bool choose(const struct audio_listing *listing,
                   const struct cli_sound *listed,
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
    device = find(listing, listed, direction, name);
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

static bool is_any_field(const struct audio_options *options)
{
    for (int field = 0; field < CLI_MICROPHONE_FIELDS; field++)
        if (options->microphone[field])
            return true;
    return false;
}

static bool choose_fields(const struct audio_options *options,
                          struct cli_microphone *microphone)
{
    for (int field = 0; field < CLI_MICROPHONE_FIELDS; field++) {
        const char *word = options->microphone[field];

        if (!word || cli_microphone_choose(
                         microphone, (enum cli_microphone_field)field, word))
            continue;
        cli_complain(
            _("--%s cannot be %s; see: chibo audio --help"),
            cli_microphone_field_name((enum cli_microphone_field)field), word);
        return false;
    }
    return true;
}

static void put_use(const char *whose, const struct cli_microphone *microphone,
                    bool is_site)
{
    const struct cli_microphone_use use =
        cli_microphone_use(microphone, is_site);

    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out) {
        (void)fprintf(out, "%s: ", whose);
        cli_microphone_write(&use, out);
        (void)fputs(".", out);
    }
    if (out && fclose(out) == 0)
        cli_paragraph_write(text, stdout);
    free(text);
}

/* Whose profile it is says its sealed part alone, which needs no opening here.
 */
static void show_settings(const struct cli_sound *sound)
{
    put_use(_("The microphone of a member"), &sound->microphone, false);
    put_use(_("The microphone of a site"), &sound->microphone, true);
}

static enum cli_exit settings(const struct audio_options *options,
                              const struct cli_profile *profile)
{
    static struct audio_listing listing;
    struct cli_sound sound;
    json_t *object;
    bool is_direct;
    bool is_good;

    cli_sound_load(profile, &sound);
    if (!options->wants_json) {
        /* Without a server the machine's names have to do. */
        if (audio_listing_read_any(&listing, &is_direct) != RESULT_OK)
            listing.count = 0;
        cli_sound_show_chosen(&listing, &sound, stdout);
        show_settings(&sound);
        return CLI_DONE;
    }
    object = cli_microphone_json(&sound.microphone);
    is_good = object && json_dumpf(object, stdout, JSON_INDENT(2)) == 0;
    json_decref(object);
    (void)putchar('\n');
    return is_good ? CLI_DONE : CLI_FAILED;
}

static enum cli_exit use(const struct audio_options *options,
                         const struct cli_profile *profile)
{
    static struct audio_listing listing;
    const char *const *names = options->names;
    struct cli_sound sound;
    struct cli_sound listed; /* what the numbers of the list are of */

    const bool is_of_devices = names[AUDIO_CAPTURE] || names[AUDIO_PLAYBACK];
    bool is_direct;

    if (!is_of_devices && !is_any_field(options)) {
        cli_complain(_("what? --microphone or --loudspeaker with a number or "
                       "NAME of chibo audio list; see: chibo audio --help"));
        return CLI_USAGE;
    }
    cli_sound_load(profile, &sound);
    if (!choose_fields(options, &sound.microphone))
        return CLI_USAGE;
    if (is_of_devices && !read_listing(&listing, &is_direct))
        return CLI_FAILED;
    listed = sound;
    if (!choose(&listing, &listed, AUDIO_CAPTURE, names[AUDIO_CAPTURE],
                &sound) ||
        !choose(&listing, &listed, AUDIO_PLAYBACK, names[AUDIO_PLAYBACK],
                &sound) ||
        !cli_profile_make_folder(profile) || !cli_sound_save(profile, &sound))
        return CLI_FAILED;
    if (is_of_devices)
        cli_sound_show(&listing, &sound, stdout);
    if (is_any_field(options))
        show_settings(&sound);
    return CLI_DONE;
}

/* --- test ---------------------------------------------------------------- */

static enum cli_exit try_out(const struct audio_options *options,
                             const struct cli_profile *profile)
{
    static struct audio_listing listing;
    struct cli_sound sound;
    bool is_direct;

    if (!read_listing(&listing, &is_direct))
        return CLI_FAILED;
    cli_sound_load(profile, &sound);
    return is_direct
               ? cli_audio_try_directly(&listing, &sound, options->wants_json)
               : cli_audio_try(&listing, &sound, options->wants_json);
}

enum cli_exit cli_audio(int argc, char **argv)
{
    struct audio_options given = { .wants_json = false };
    const char *word = NULL;
    const struct cli_option options[] = {
        { "--json", NULL, &given.wants_json },
        { "--microphone", &given.names[AUDIO_CAPTURE], NULL },
        { "--loudspeaker", &given.names[AUDIO_PLAYBACK], NULL },
        { "--mode", &given.microphone[CLI_MICROPHONE_MODE], NULL },
        { "--echo", &given.microphone[CLI_MICROPHONE_ECHO], NULL },
        { "--noise", &given.microphone[CLI_MICROPHONE_NOISE], NULL },
        { "--gain", &given.microphone[CLI_MICROPHONE_GAIN], NULL },
        { "--silence", &given.microphone[CLI_MICROPHONE_SILENCE], NULL },
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
    if (strcmp(word, "settings") == 0)
        return settings(&given, &profile);
    if (strcmp(word, "test") == 0)
        return try_out(&given, &profile);
    cli_complain(_("chibo audio %s is no command; see: chibo audio --help"),
                 word);
    return CLI_USAGE;
}
