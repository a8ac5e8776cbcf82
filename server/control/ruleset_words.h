/*
 * What is wrong with a ruleset, and what to do, in a sentence: for chiboctl,
 * and for the server's log when it does not start. In the language of the
 * program; one that has chosen none speaks English. Any thread.
 */
#ifndef SERVER_CONTROL_RULESET_WORDS_H
#define SERVER_CONTROL_RULESET_WORDS_H

#include "protocol/rules/ruleset_fault.h"

enum { RULESET_WORDS_SIZE = 512 };

void ruleset_words(const struct ruleset_fault *fault,
                   char out[RULESET_WORDS_SIZE]);

#endif
