/*
 * A computer without a sound server whose hardware is a file of ALSA's: cards
 * made of nothing (tests/support/alsa_card), which are put in, pulled out and
 * taken by other programs. The environment of the process points to it. Every
 * function fails the running test if it cannot do its work.
 */
#ifndef TESTS_SUPPORT_SOUND_CARDS_H
#define TESTS_SUPPORT_SOUND_CARDS_H

#include <stddef.h>
#include <stdint.h>

/* Makes its folder; there is no configuration yet. */
void sound_cards_set_up(void);
void sound_cards_tear_down(void);

/* This is ALSA's configuration; "@/" in it is the folder, and where "$" stands
 * alone cards are made known: "$ pcm.tai { type card state \"@/tai\" }". */
void sound_cards_configure(const char *text);
/* Not even a file. */
void sound_cards_unconfigure(void);

/* The plug: "free", "busy" or "broken"; NULL: pulled out. Others see the old or
 * the new state, nothing between. */
void sound_cards_plug(const char *card, const char *state);
/* How many samples came to it that are not silence; `*last` is the last one. */
size_t sound_cards_played(const char *card, int16_t *last);

#endif
