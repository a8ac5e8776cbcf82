/*
 * In which language a program speaks: Vietnamese or English, by the catalogue
 * of translations that lies beside it, in ../share/locale, in a build tree and
 * where it is installed. Whoever does not begin it speaks English, as the
 * server's log does. While the process has one thread.
 */
#ifndef PROTOCOL_PROGRAM_CATALOGUE_H
#define PROTOCOL_PROGRAM_CATALOGUE_H

#include <stdbool.h>

/* From now on the language that the environment asks for
 * (language_wanted()). Without a catalogue: English. */
void catalogue_begin(void);

/* "vi" or "en" from now on; false for anything else, nothing is changed then.
 */
bool catalogue_speak(const char *language);

/* "vi" or "en". */
const char *catalogue_language(void);

#endif
