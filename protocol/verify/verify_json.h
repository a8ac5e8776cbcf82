/*
 * The findings as one JSON object, for programs. Its words do not depend on the
 * language. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_JSON_H
#define PROTOCOL_VERIFY_VERIFY_JSON_H

#include "protocol/verify/verify_fork.h"
#include "protocol/verify/verify_run.h"

/* A new reference, or NULL if memory is lacking. */
json_t *verify_json(const struct verify_findings *findings);
/* `proof` NULL: no contradiction was found. */
json_t *verify_json_fork(const struct verify_proof *proof,
                         const char *const names[VERIFY_SIDE_COUNT]);

#endif
