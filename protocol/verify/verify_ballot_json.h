/*
 * The findings about an election as one JSON object, for programs. Its words do
 * not depend on the language. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_BALLOT_JSON_H
#define PROTOCOL_VERIFY_VERIFY_BALLOT_JSON_H

#include "protocol/verify/verify_ballot.h"

#include <jansson.h>

/* A new reference, or NULL if memory is lacking. */
json_t *verify_ballot_json(const struct verify_ballot_input *input,
                           const struct verify_ballot *ballot);

#endif
