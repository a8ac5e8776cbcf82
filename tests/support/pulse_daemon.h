/*
 * A PulseAudio server of a test's own, in a folder of its own, without
 * hardware. The environment of the process points to it from then on. Every
 * function fails the running test if it cannot do its work.
 */
#ifndef TESTS_SUPPORT_PULSE_DAEMON_H
#define TESTS_SUPPORT_PULSE_DAEMON_H

#include "client/audio/audio_device.h"

#include <stdbool.h>

/* Makes the folder; `rescues`: the server moves the streams of a device that
 * vanishes, else it ends them. Nothing runs yet. */
void pulse_daemon_set_up(bool rescues);
/* Starts a server that runs this script of pactl's commands, one a line, and
 * waits until it answers. */
void pulse_daemon_start(const char *script);
/* As a crash would. Also when none runs. */
void pulse_daemon_end(void);
/* One command of pactl, "load-module ...". */
void pulse_daemon_do(const char *command);
/* Starts a device of the server that runs. On a busy machine it may not answer
 * in the time that a device waits for it: then the device waits again. */
void pulse_daemon_start_device(struct audio_device *device,
                               const struct audio_device_handlers *handlers);
/* Ends the server and removes the folder. */
void pulse_daemon_tear_down(void);

#endif
