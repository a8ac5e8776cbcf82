/*
 * What is wrong with an election's records, in sentences for people, in
 * English: chibo and chibo-verify say the same of the same fault, each in the
 * language of its reader. Static texts; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_FAULT_WORDS_H
#define PROTOCOL_BALLOT_BALLOT_FAULT_WORDS_H

#include "protocol/ballot/ballot_fault.h"

/* Never NULL; the word itself where there is no sentence. */
const char *ballot_fault_sentence(enum ballot_fault fault);

/* The fault of a word; BALLOT_FAULT_NONE if none has it. */
enum ballot_fault ballot_fault_of_word(const char *word);

#endif
