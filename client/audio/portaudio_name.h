/*
 * What PortAudio calls the devices of ALSA. A sound card's is "Card: Device
 * (hw:1,0)", whose first number is another when it was put in elsewhere or
 * later; what ALSA's configuration defines goes by its name there. Pure; any
 * thread.
 */
#ifndef CLIENT_AUDIO_PORTAUDIO_NAME_H
#define CLIENT_AUDIO_PORTAUDIO_NAME_H

#include "client/audio/audio_device.h"

#include <stdbool.h>
#include <stddef.h>

/* Is it for people to choose? Not so what every computer's configuration
 * defines beside its cards: half of them lead nowhere, the others twice. */
bool portaudio_name_is_for_people(const char *name);
/* For people: without ALSA's numbers. */
void portaudio_name_describe(char out[AUDIO_NAME_SIZE], const char *name);
/* What ALSA opens it by; "" if that would be too long. */
void portaudio_name_for_alsa(char out[AUDIO_NAME_SIZE], const char *name);
/* The same through ALSA's converter, which takes every rate; "" as before. */
void portaudio_name_converted(char out[AUDIO_NAME_SIZE], const char *name);

/*
 * Which of these is `wanted`: the one of just this name, else the only one
 * that is the same device of the same card at another number; -1 if there is
 * none. NULL among them is nobody's.
 */
int portaudio_name_find(const char *const names[], size_t count,
                        const char *wanted);

#endif
