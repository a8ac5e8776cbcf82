/*
 * What a sound device does, for tests: its handlers note it, and the test waits
 * for it. Every function fails the running test when its patience ends.
 */
#ifndef TESTS_SUPPORT_SOUND_SEEN_H
#define TESTS_SUPPORT_SOUND_SEEN_H

#include "client/audio/audio_device.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Forgets what was seen. What is played from now on is `says` everywhere. */
void sound_seen_reset(int16_t says);
/* Borrowed, for the whole program. `changes`: with a handler for changes. */
const struct audio_device_handlers *sound_seen_handlers(bool changes);

/* Some blocks more of this direction, all of whose samples are `says` (ANY:
 * whatever they are); others before them do not count. */
enum { SOUND_SEEN_ANY = 1 << 20 };
void sound_seen_await_captured(int says);
void sound_seen_await_played(void);
/* The next change is this one, with this name for people. */
void sound_seen_expect(enum audio_direction direction,
                       enum audio_change_kind kind, const char *name);
/* How many changes wait to be expected. */
size_t sound_seen_changes(void);
/* The device ends, for this reason. */
void sound_seen_await_end(enum result reason);
unsigned sound_seen_ends(void);

#endif
