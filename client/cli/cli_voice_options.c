#include "client/cli/cli_voice_options.h"

#include "client/cli/cli_text.h"

#include <string.h>

static bool take_device(const char *word, enum voice_device *out)
{
    static const struct {
        const char *word;
        enum voice_device device;
    } devices[] = { { "auto", VOICE_DEVICE_AUTOMATIC },
                    { "pulse", VOICE_DEVICE_PULSE },
                    { "portaudio", VOICE_DEVICE_PORTAUDIO },
                    { "null", VOICE_DEVICE_NULL },
                    { "none", VOICE_DEVICE_NONE } };

    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (strcmp(devices[i].word, word) == 0) {
            *out = devices[i].device;
            return true;
        }
    return false;
}

static bool take_part(const char *word, size_t size, struct cli_voice_plan *out)
{
    static const char *const words[] = { "echo", "noise", "gain", "silence",
                                         "room" };

    for (size_t i = 0; i < CLI_VOICE_PARTS; i++)
        if (strlen(words[i]) == size && strncmp(words[i], word, size) == 0) {
            out->is_left[i] = true;
            return true;
        }
    return false;
}

bool cli_voice_options_read(const struct cli_voice_options *options,
                            const char *usual, struct cli_voice_plan *out)
{
    const char *without = options->without;

    *out = (struct cli_voice_plan){ .is_open = options->is_open,
                                    .is_button = options->is_button,
                                    .is_constant = options->is_constant };
    if (!take_device(options->audio ? options->audio : usual, &out->device)) {
        cli_complain(_("--audio is auto, pulse, portaudio, null or none"));
        return false;
    }
    if (out->is_open && out->is_button) {
        cli_complain(_("--open-mic or --button: not both"));
        return false;
    }
    while (without && *without != '\0') {
        const size_t size = strcspn(without, ",");

        if (!take_part(without, size, out)) {
            cli_complain(_("--without takes echo, noise, gain, silence, room"));
            return false;
        }
        without += size + (without[size] == ',');
    }
    return true;
}

bool cli_voice_has_devices(const struct cli_voice_plan *plan)
{
    return plan->device == VOICE_DEVICE_PULSE ||
           plan->device == VOICE_DEVICE_AUTOMATIC ||
           plan->device == VOICE_DEVICE_PORTAUDIO;
}

struct cli_voice_setting
cli_voice_plan_setting(const struct cli_voice_plan *plan,
                       const struct cli_sound *sound, bool is_site)
{
    const struct cli_microphone_use use =
        cli_microphone_use(&sound->microphone, is_site);
    struct cli_voice_setting setting = { .device = plan->device,
                                         .sound = *sound,
                                         .mode = use.mode,
                                         .is_constant = plan->is_constant };

    if (plan->is_open)
        setting.mode = VOICE_OPEN_MICROPHONE;
    if (plan->is_button)
        setting.mode = VOICE_PUSH_TO_TALK;
    if (!cli_voice_has_devices(plan)) {
        memset(setting.sound.names, 0, sizeof setting.sound.names);
        return setting;
    }
    setting.processing = use.processing;
    setting.finds_room_mates = !plan->is_left[CLI_VOICE_ROOM];
    setting.sends_only_activity = use.sends_only_activity;
    if (plan->is_left[CLI_VOICE_ECHO])
        setting.processing.cancels_echo = false;
    if (plan->is_left[CLI_VOICE_NOISE])
        setting.processing.reduces_noise = false;
    if (plan->is_left[CLI_VOICE_GAIN]) {
        setting.processing.adjusts_gain = false;
        setting.processing.boost_db = 0;
    }
    if (plan->is_left[CLI_VOICE_SILENCE])
        setting.sends_only_activity = false;
    return setting;
}
