/*
 * Names by id, as far as they were opened; the newest holds. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_NAMES_H
#define PROTOCOL_VERIFY_VERIFY_NAMES_H

#include "protocol/meeting/identifier_index.h"
#include "protocol/wire/field.h"

/* Zero-initialised is empty. */
struct verify_names {
    struct identifier_index index;
    char **names; /* owned */
    size_t count;
};

void verify_names_release(struct verify_names *names);

/* A field that was not opened changes nothing. RESULT_OK or RESULT_NO_MEMORY.
 */
MUST_USE enum result verify_names_set(struct verify_names *names,
                                      const struct identifier *id,
                                      const struct sealed *sealed);
/* NULL if the name is not known. Borrowed until the next change. */
const char *verify_names_find(const struct verify_names *names,
                              const struct identifier *id);

#endif
