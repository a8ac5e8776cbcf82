/*
 * What "chibo join" is told about sound on its command line, laid over what the
 * profile has chosen. Main thread.
 */
#ifndef CLIENT_CLI_CLI_VOICE_OPTIONS_H
#define CLIENT_CLI_CLI_VOICE_OPTIONS_H

#include "client/cli/cli_voice.h"

/* As typed; NULL: not given. */
struct cli_voice_options {
    const char *audio;
    const char *without;
    bool is_open;     /* --open-mic */
    bool is_button;   /* --button */
    bool is_constant; /* --constant-rate */
};

enum cli_voice_part {
    CLI_VOICE_ECHO,
    CLI_VOICE_NOISE,
    CLI_VOICE_GAIN,
    CLI_VOICE_SILENCE,
    CLI_VOICE_ROOM,
    CLI_VOICE_PARTS
};
struct cli_voice_plan {
    enum voice_device device; /* VOICE_DEVICE_NONE: no sound at all */
    bool is_left[CLI_VOICE_PARTS];
    bool is_open, is_button, is_constant;
};
/* False after a complaint. `usual`: the device where none is named. */
MUST_USE bool cli_voice_options_read(const struct cli_voice_options *options,
                                     const char *usual,
                                     struct cli_voice_plan *out);

/* Real devices, which can be chosen from a list? */
bool cli_voice_has_devices(const struct cli_voice_plan *plan);
/* `is_site`: a site's device joins. Only the sound of real microphones is
 * treated; files are left as they are. */
struct cli_voice_setting
cli_voice_plan_setting(const struct cli_voice_plan *plan,
                       const struct cli_sound *sound, bool is_site);

#endif
