/*
 * Single values out of a message that no table describes. Each is false, and
 * `out` not to be used, if the value is missing, of another type or not in its
 * form; `object` may be NULL. Pure; any thread.
 */
#ifndef PROTOCOL_WIRE_JSON_READ_H
#define PROTOCOL_WIRE_JSON_READ_H

#include "protocol/base/identifier.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool json_read_id(const json_t *object, const char *name,
                  struct identifier *out);
/* Not negative. */
bool json_read_number(const json_t *object, const char *name, uint64_t *out);
/* Exactly `size` bytes. */
bool json_read_hex(const json_t *object, const char *name, uint8_t *out,
                   size_t size);

#endif
