#include "client/cli/cli_sound.h"

#include "client/audio/audio_name.h"
#include "client/cli/cli_text.h"
#include "client/core/durable_file.h"
#include "protocol/base/text_fields.h"
#include "protocol/program/result_words.h"

#include <jansson.h>

#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 16384, BAR_DB = 6 };

static const char *const keys[] = {
    [AUDIO_CAPTURE] = "microphone", [AUDIO_PLAYBACK] = "loudspeaker"
};

static const char VOLUMES_KEY[] = "volumes";
static const char MICROPHONE_KEY[] = "microphone_use";
static const char SILENT_KEY[] = "silent_about_speakers";

const char *cli_sound_name(const struct cli_sound *sound,
                           enum audio_direction direction)
{
    return sound->names[direction][0] != '\0' ? sound->names[direction] : NULL;
}

/* --- the file ------------------------------------------------------------ */

static bool take_name(const json_t *root, enum audio_direction direction,
                      struct cli_sound *out)
{
    const char *name =
        json_string_value(json_object_get(root, keys[direction]));

    if (!name || strlen(name) >= AUDIO_NAME_SIZE)
        return false;
    memcpy(out->names[direction], name, strlen(name) + 1);
    return true;
}

/* Files of before have none of it. */
static bool take_rest(const json_t *root, struct cli_sound *out)
{
    out->is_silent_about_speakers =
        json_is_true(json_object_get(root, SILENT_KEY));
    return cli_volumes_read(json_object_get(root, VOLUMES_KEY),
                            &out->volumes) &&
           cli_microphone_read(json_object_get(root, MICROPHONE_KEY),
                               &out->microphone);
}

void cli_sound_load(const struct cli_profile *profile, struct cli_sound *out)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result =
        durable_file_read(profile->sound, FILE_SIZE_MAX, &bytes, &size);
    json_t *root = NULL;

    *out = (struct cli_sound){ 0 };
    if (result == RESULT_NOT_FOUND)
        return;
    if (result == RESULT_OK) {
        root =
            json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
        if (!take_name(root, AUDIO_CAPTURE, out) ||
            !take_name(root, AUDIO_PLAYBACK, out) || !take_rest(root, out)) {
            *out = (struct cli_sound){ 0 };
            result = RESULT_MALFORMED;
        }
    }
    if (result != RESULT_OK)
        cli_complain(_("cannot read %s: %s"), profile->sound,
                     result_words(result));
    json_decref(root);
    free(bytes);
}

bool cli_sound_save(const struct cli_profile *profile,
                    const struct cli_sound *sound)
{
    json_t *root = json_pack("{s:s, s:s, s:o, s:o, s:b}", keys[AUDIO_CAPTURE],
                             sound->names[AUDIO_CAPTURE], keys[AUDIO_PLAYBACK],
                             sound->names[AUDIO_PLAYBACK], VOLUMES_KEY,
                             cli_volumes_json(&sound->volumes), MICROPHONE_KEY,
                             cli_microphone_json(&sound->microphone),
                             SILENT_KEY, (int)sound->is_silent_about_speakers);
    char *text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
    enum result result =
        text ? durable_file_replace(profile->sound, (const uint8_t *)text,
                                    strlen(text))
             : RESULT_NO_MEMORY;

    free(text);
    json_decref(root);
    if (result != RESULT_OK)
        cli_complain(_("cannot write %s: %s"), profile->sound,
                     result_words(result));
    return result == RESULT_OK;
}

/* --- the list ------------------------------------------------------------ */

static bool is_chosen(const struct audio_listed *device,
                      const struct cli_sound *sound)
{
    return strcmp(device->name, sound->names[device->direction]) == 0;
}

bool cli_sound_is_listed(const struct audio_listed *device,
                         const struct cli_sound *sound)
{
    return (!device->is_monitor && !device->is_dummy) ||
           is_chosen(device, sound);
}

const struct audio_listed *
cli_sound_numbered(const struct audio_listing *listing,
                   const struct cli_sound *sound, const char *number)
{
    uint64_t wanted = 0;

    if (!text_parse_number(text_view_of(number), &wanted))
        return NULL;
    for (size_t i = 0; i < listing->count; i++)
        if (cli_sound_is_listed(&listing->devices[i], sound) && --wanted == 0)
            return &listing->devices[i];
    return NULL;
}

const struct audio_listed *cli_sound_used(const struct audio_listing *listing,
                                          const struct cli_sound *sound,
                                          enum audio_direction direction)
{
    const struct audio_listed *used = NULL;

    for (size_t i = 0; i < listing->count; i++) {
        const struct audio_listed *device = &listing->devices[i];

        if (device->direction != direction ||
            !cli_sound_is_listed(device, sound))
            continue;
        if (is_chosen(device, sound))
            return device;
        if (device->is_default)
            used = device;
    }
    return used;
}

bool cli_sound_is_absent(const struct audio_listing *listing,
                         const struct cli_sound *sound,
                         enum audio_direction direction)
{
    const char *name = cli_sound_name(sound, direction);

    return name && !audio_listing_find(listing, direction, name);
}

static void show_direction(const struct audio_listing *listing,
                           const struct cli_sound *sound,
                           enum audio_direction direction, FILE *out)
{
    char name[AUDIO_NAME_SIZE];
    unsigned number = 0;
    bool is_empty = true;
    size_t i;

    for (i = 0; i < listing->count; i++) {
        const struct audio_listed *device = &listing->devices[i];

        if (!cli_sound_is_listed(device, sound))
            continue;
        number++;
        if (device->direction != direction)
            continue;
        is_empty = false;
        audio_name_copy(name, device->name);
        (void)fprintf(out, "  %u. %s%s%s%s\n     %s\n", number,
                      device->description,
                      device->is_default ? _(" (default)") : "",
                      is_chosen(device, sound) ? _(" (chosen)") : "",
                      device->is_muted ? _(" (MUTED)") : "", name);
    }
    if (is_empty)
        (void)fprintf(out, "  %s\n", _("no device"));
}

/* A chosen one that is not there is named all the same. */
static void show_absent(const struct audio_listing *listing,
                        const struct cli_sound *sound,
                        enum audio_direction direction, FILE *out)
{
    char shown[AUDIO_NAME_SIZE];

    audio_name_copy(shown, cli_sound_name(sound, direction));
    if (cli_sound_is_absent(listing, sound, direction))
        (void)fprintf(out, _("  chosen, but not there: %s\n"), shown);
}

void cli_sound_show(const struct audio_listing *listing,
                    const struct cli_sound *sound, FILE *out)
{
    (void)fprintf(out, "%s\n", _("Microphones:"));
    show_direction(listing, sound, AUDIO_CAPTURE, out);
    show_absent(listing, sound, AUDIO_CAPTURE, out);
    (void)fprintf(out, "%s\n", _("Loudspeakers:"));
    show_direction(listing, sound, AUDIO_PLAYBACK, out);
    show_absent(listing, sound, AUDIO_PLAYBACK, out);
}

static void show_choice(const char *which, const struct audio_listing *listing,
                        const struct cli_sound *sound,
                        enum audio_direction direction, FILE *out)
{
    const char *name = cli_sound_name(sound, direction);
    const struct audio_listed *device =
        name ? audio_listing_find(listing, direction, name) : NULL;
    char shown[AUDIO_NAME_SIZE];

    audio_name_copy(shown, device ? device->description : name);
    if (name)
        (void)fprintf(out, "%s: %s.\n", which, shown);
    else
        (void)fprintf(out, _("%s: the default of the system.\n"), which);
}

void cli_sound_show_chosen(const struct audio_listing *listing,
                           const struct cli_sound *sound, FILE *out)
{
    show_choice(_("Microphone"), listing, sound, AUDIO_CAPTURE, out);
    show_choice(_("Loudspeaker"), listing, sound, AUDIO_PLAYBACK, out);
}

/* --- loudness ------------------------------------------------------------ */

static const char *verdict_words(enum level_verdict verdict)
{
    switch (verdict) {
    case SOUND_NOTHING:
        return _("nothing at all");
    case SOUND_SILENCE:
        return _("silence");
    case SOUND_NOISE:
        return _("an even noise, no speech");
    case SOUND_QUIET:
        return _("too quiet");
    case SOUND_LOUD:
        return _("too loud: it is cut off");
    case SOUND_GOOD:
        return _("good");
    }
    return "";
}

void cli_sound_bar(float loud_db, char bar[CLI_BAR_COUNT + 1])
{
    int i;

    for (i = 0; i < CLI_BAR_COUNT; i++)
        bar[i] = loud_db > (float)(-BAR_DB * (CLI_BAR_COUNT - i)) ? '#' : '-';
    bar[CLI_BAR_COUNT] = '\0';
}

void cli_sound_put_level(enum audio_direction direction,
                         const struct level_summary *level, FILE *out)
{
    char bar[CLI_BAR_COUNT + 1];

    cli_sound_bar(level->loud_db, bar);
    (void)fprintf(out,
                  direction == AUDIO_CAPTURE
                      ? _("Microphone: %s. %.0f dB, at most %.0f dB [%s]\n")
                      : _("Loudspeaker: %s. %.0f dB, at most %.0f dB [%s]\n"),
                  verdict_words(level->verdict), (double)level->loud_db,
                  (double)level->peak_db, bar);
}
