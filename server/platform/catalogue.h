/*
 * In which language a program of this side speaks: by the catalogue of
 * translations beside it. Whoever does not begin it speaks English, as the
 * server's log does. Main thread, before others run.
 */
#ifndef SERVER_PLATFORM_CATALOGUE_H
#define SERVER_PLATFORM_CATALOGUE_H

#include <stdbool.h>

/* From now on the language that the environment asks for
 * (language_wanted()). Without a catalogue: English. */
void catalogue_begin(void);

/* "vi" or "en" from now on; false for anything else. */
bool catalogue_speak(const char *language);

#endif
