/*
 * Golden values from tests/vectors/. A file that is missing or of another
 * form fails the test that asks; nothing is skipped. Tests run from the root
 * of the project.
 */
#ifndef TESTS_SUPPORT_VECTOR_FILE_H
#define TESTS_SUPPORT_VECTOR_FILE_H

#include "protocol/base/text.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* The whole file; the caller ends it with json_decref(). */
json_t *vector_file_load(const char *path);

/* Members of an object; texts are borrowed from it. */
struct text_view vector_text(const json_t *object, const char *name);
const json_t *vector_array(const json_t *object, const char *name);
uint64_t vector_number(const json_t *object, const char *name);
/* Exactly `size` bytes from hex. */
void vector_bytes(const json_t *object, const char *name, uint8_t *out,
                  size_t size);

#endif
