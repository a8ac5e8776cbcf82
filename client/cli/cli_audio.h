/*
 * The test of "chibo audio". Main thread; blocks for some nine seconds.
 */
#ifndef CLIENT_CLI_CLI_AUDIO_H
#define CLIENT_CLI_CLI_AUDIO_H

#include "client/cli/cli_options.h"
#include "client/cli/cli_sound.h"

/* CLI_DONE if one can hear and be heard well. */
enum cli_exit cli_audio_try(const struct audio_listing *listing,
                            const struct cli_sound *sound, bool wants_json);
/* The same where there is no sound server, with the sound card itself. */
enum cli_exit cli_audio_try_directly(const struct audio_listing *listing,
                                     const struct cli_sound *sound,
                                     bool wants_json);
/* "There is no sound server ...: the sound card is used directly." */
void cli_audio_say_direct(void);

#endif
