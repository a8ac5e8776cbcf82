/*
 * Which microphone and loudspeaker somebody has chosen and how loud he wants to
 * hear whom, kept in his profile; the list to choose from; and how loud they
 * are, in words that can be read aloud. Main thread.
 */
#ifndef CLIENT_CLI_CLI_SOUND_H
#define CLIENT_CLI_CLI_SOUND_H

#include "client/audio/audio_listing.h"
#include "client/audio/level_meter.h"
#include "client/cli/cli_microphone.h"
#include "client/cli/cli_profile.h"
#include "client/cli/cli_volume.h"

#include <stdio.h>

/* What this user has chosen. */
struct cli_sound {
    /* The machine's names; "": the default of the system. By direction. */
    char names[2][AUDIO_NAME_SIZE];
    struct cli_microphone microphone;
    struct cli_volumes volumes;
    bool is_silent_about_speakers; /* who speaks is told only if asked */
};

/* The name for a device, NULL for the default. */
const char *cli_sound_name(const struct cli_sound *sound,
                           enum audio_direction direction);
/* What cannot be read is complained of, and the defaults are taken. */
void cli_sound_load(const struct cli_profile *profile, struct cli_sound *out);
/* False after a complaint. */
bool cli_sound_save(const struct cli_profile *profile,
                    const struct cli_sound *sound);

/* Is this one for people to choose: a microphone or loudspeaker, or else
 * chosen? */
bool cli_sound_is_listed(const struct audio_listed *device,
                         const struct cli_sound *sound);
/* With numbers from 1 on, and marks of the default and the chosen. */
void cli_sound_show(const struct audio_listing *listing,
                    const struct cli_sound *sound, FILE *out);
/* The device with this number in cli_sound_show(); NULL. */
const struct audio_listed *
cli_sound_numbered(const struct audio_listing *listing,
                   const struct cli_sound *sound, const char *number);
/* The chosen one that is there, else the default; NULL if there is none that
 * cli_sound_is_listed(). */
const struct audio_listed *cli_sound_used(const struct audio_listing *listing,
                                          const struct cli_sound *sound,
                                          enum audio_direction direction);
/* Is the chosen one not there, so that the default stands in? */
bool cli_sound_is_absent(const struct audio_listing *listing,
                         const struct cli_sound *sound,
                         enum audio_direction direction);
/* What is chosen, as people call it if it is there: two lines. */
void cli_sound_show_chosen(const struct audio_listing *listing,
                           const struct cli_sound *sound, FILE *out);

enum { CLI_BAR_COUNT = 10 };
/* "#######---": how loud, a mark for each 6 dB. */
void cli_sound_bar(float loud_db, char bar[CLI_BAR_COUNT + 1]);
/* "Microphone: good. -20 dB, at most -6 dB [#######---]" and a line feed. */
void cli_sound_put_level(enum audio_direction direction,
                         const struct level_summary *level, FILE *out);

#endif
