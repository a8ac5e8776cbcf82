/*
 * Building JSON objects without asking after every step. Owned by one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_JSON_BUILD_H
#define PROTOCOL_VERIFY_VERIFY_JSON_BUILD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* jansson refuses to add what it could not make: the first failure leaves a
 * gap, and the object is given up by verify_json_take(). */
struct verify_json_builder {
    json_t *object;
    bool is_whole;
};

struct verify_json_builder verify_json_begin(void);
/* `value` may be NULL, which is noted. Takes the reference. */
void verify_json_put(struct verify_json_builder *builder, const char *name,
                     json_t *value);
void verify_json_append(struct verify_json_builder *builder, json_t *list,
                        json_t *value);
/* The object, or NULL if it is not whole. Ends the builder. */
json_t *verify_json_take(struct verify_json_builder *builder);

/* New references, or NULL. At most 64 bytes in hexadecimal. */
json_t *verify_json_hex(const uint8_t *bytes, size_t size);
json_t *verify_json_number(uint64_t value);

#endif
