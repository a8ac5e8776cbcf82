/*
 * The findings about an election in words, on a stream, in the language that is
 * set. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_REPORT_BALLOT_H
#define PROTOCOL_VERIFY_VERIFY_REPORT_BALLOT_H

#include "protocol/verify/verify_ballot.h"

#include <stdio.h>

void verify_report_ballot(const struct verify_ballot_input *input,
                          const struct verify_ballot *ballot, FILE *out);

#endif
