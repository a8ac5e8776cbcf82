/*
 * PortAudio as a whole, of which a process has one: beginning and ending it,
 * what there is, and what only ALSA behind it can tell. Built with PortAudio
 * alone.
 *
 * PortAudio is called by one thread at a time: by the one that is between
 * portaudio_library_lock() and portaudio_library_unlock(). All here but these
 * two wants that.
 */
#ifndef CLIENT_AUDIO_PORTAUDIO_LIBRARY_H
#define CLIENT_AUDIO_PORTAUDIO_LIBRARY_H

#include "client/audio/audio_device.h"
#include "protocol/base/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * PortAudio 19.6 and 19.7 may hang for ever where a card fails or is pulled out
 * in the wrong moment. False if the lock cannot be had within
 * PORTAUDIO_PATIENCE_S, and at once from then on: then it does, and this
 * process has no PortAudio any more.
 */
enum { PORTAUDIO_PATIENCE_S = 20 };
MUST_USE bool portaudio_library_lock(void);
void portaudio_library_unlock(void);

/*
 * Begins it, and has it look what there is: that is done only when nobody else
 * has begun it. It opens each device for a moment, which takes milliseconds for
 * each, seconds where a driver is slow, and stops no sound of others.
 * RESULT_IO, also where ALSA's configuration cannot be read.
 *
 * PortAudio 19.6 ends the whole process (an assertion) where ALSA's
 * configuration has neither "default" nor "dmix" and everything else in it can
 * be opened: so it is without any configuration. Here that is no device.
 */
MUST_USE enum result portaudio_library_begin(void);
/* Ends what portaudio_library_begin() began, and streams that are left. */
void portaudio_library_end(void);

/*
 * Whoever has streams is asked to end them, and PortAudio, when somebody else
 * wants to look what there is, and then to begin again: both are called by that
 * one, under the lock. One such user at most; another that enters is not asked.
 */
struct portaudio_user {
    void (*pause)(void *user);
    void (*resume)(void *user);
    void *user;
};
void portaudio_library_enter(const struct portaudio_user *user);
/* Also whoever has not entered. */
void portaudio_library_leave(const void *user);
/* Has whoever has streams end them; with `resume` go on. */
void portaudio_library_pause(void);
void portaudio_library_resume(void);

/* What PortAudio calls the devices, by its numbers, NULL where one is not for
 * this direction. */
enum { PORTAUDIO_DEVICE_MAX = 256 };
struct portaudio_names {
    const char *names[PORTAUDIO_DEVICE_MAX]; /* PortAudio's */
    size_t count;
};
void portaudio_library_names(enum audio_direction direction,
                             struct portaudio_names *out);

/*
 * Can ALSA open the device that PortAudio calls so? RESULT_OK, RESULT_BUSY or
 * RESULT_NOT_FOUND; this also where there is no ALSA. NULL: its default. Takes
 * a moment and stops nobody's sound; wants no begun PortAudio.
 */
enum result portaudio_library_probe(const char *name,
                                    enum audio_direction direction);
/* The numbers of the sound cards that there are, a bit each. As cheap as it
 * looks; wants no begun PortAudio. */
uint32_t portaudio_library_cards(void);

#endif
