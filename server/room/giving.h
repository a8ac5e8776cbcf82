/*
 * What one device gives back of a log that the server lost the end of: exact
 * events in order, chained on as they come, and openings. Nothing of it is
 * believed before the chain reaches a head that the server had signed itself.
 * Loop thread only.
 */
#ifndef SERVER_ROOM_GIVING_H
#define SERVER_ROOM_GIVING_H

#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct given_event {
    char *bytes; /* owned, NUL-terminated */
    size_t size;
    struct hash head; /* h[seq], on the chain as it was given */
};

struct giving {
    uint64_t session;           /* of the device */
    int64_t moved_ms;           /* monotonic; when it last grew, by its owner */
    uint64_t first;             /* seq of the first event */
    struct hash before;         /* h[first - 1]; not looked at if first is 0 */
    struct given_event *events; /* owned */
    size_t count, capacity;
    json_t *openings; /* owned array of opening objects, not checked yet */
    size_t size;      /* bytes of all events and openings */
    char *part;       /* owned; an event that comes in pieces, or NULL */
    size_t part_size, part_total;
};

/* RESULT_NO_MEMORY, or RESULT_OK: the caller ends `*out` with giving_free(). */
MUST_USE enum result giving_new(struct giving **out, uint64_t session,
                                uint64_t first, const struct hash *before);
/* Takes NULL and returns NULL. */
struct giving *giving_free(struct giving *giving);
/* The seq that is to come next. */
uint64_t giving_next(const struct giving *giving);

/*
 * Takes in a message: {"from":n,"events":[text…]} or {"from":n,"part":{"seq",
 * "offset","size","text"}}, and "openings":[object…] with either. Events before
 * giving_next() are passed over. RESULT_MALFORMED (a field is missing, of a
 * wrong form, or leaves a gap), RESULT_TOO_LARGE (above LIMIT_GIVEN_SIZE, or an
 * event above LIMIT_EVENT_SIZE) or RESULT_NO_MEMORY; the giving is then of no
 * use any more.
 */
MUST_USE enum result giving_take(struct giving *giving, const json_t *message);

#endif
