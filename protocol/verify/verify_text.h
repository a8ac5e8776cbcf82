/*
 * Texts for people. _() translates where it stands, N_() marks a text that is
 * translated later.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_TEXT_H
#define PROTOCOL_VERIFY_VERIFY_TEXT_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text

#endif
