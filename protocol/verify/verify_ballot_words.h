/*
 * Words for people about an election. One thread (translations).
 */
#ifndef PROTOCOL_VERIFY_VERIFY_BALLOT_WORDS_H
#define PROTOCOL_VERIFY_VERIFY_BALLOT_WORDS_H

#include "protocol/ballot/ballot_verify.h"

/* What is wrong, as a sentence without its full stop; translated. */
const char *verify_ballot_fault_words(enum ballot_fault fault);
/* "a ballot", "the closing of the ballot"; translated. */
const char *verify_ballot_kind_words(enum ballot_event_kind kind);

#endif
