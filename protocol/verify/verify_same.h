/*
 * Does minutes.json say what the log says? Where texts are hidden, the log says
 * less: then all that it still says has to be there. Pure; any thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_SAME_H
#define PROTOCOL_VERIFY_VERIFY_SAME_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Is `told`, drawn from a log with hidden texts, no more than `whole`? An empty
 * text, null and false may stand for anything; numbers and texts are equal; an
 * object has each name; of a list, elements may be missing, in any place.
 */
bool verify_same_as_far(const json_t *told, const json_t *whole);

#endif
