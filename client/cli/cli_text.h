/*
 * Texts for people. _() translates where it stands, N_() marks a text that is
 * translated later.
 */
#ifndef CLIENT_CLI_CLI_TEXT_H
#define CLIENT_CLI_CLI_TEXT_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

#endif
