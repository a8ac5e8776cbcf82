/*
 * Words of the vocabulary as people say them, in English: on the wire and in
 * files stand others. The programs share them, and translate each by their
 * catalogue when they show it. Static texts; any thread.
 *
 * Source of the terms: docs/glossary.md.
 */
#ifndef PROTOCOL_MEETING_SPOKEN_WORDS_H
#define PROTOCOL_MEETING_SPOKEN_WORDS_H

#include "protocol/wire/field.h"

/* Of a word as it is written, whichever vocabulary it is of; NULL if it is of
 * none that is here. */
const char *spoken_word(const char *word);

/* Of a value: it knows apart what has one word in two vocabularies. What is not
 * here is given as it is written. Never NULL. */
const char *spoken_value(const struct enum_words *words, int value);

#endif
