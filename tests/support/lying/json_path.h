/*
 * Places in a JSON value by path, as openings name them: "roster.3.devices.0".
 * Short of memory these end the program: it is one of the tests.
 */
#ifndef TESTS_SUPPORT_LYING_JSON_PATH_H
#define TESTS_SUPPORT_LYING_JSON_PATH_H

#include <jansson.h>
#include <stdbool.h>

/* Borrowed; NULL if there is no such place. */
json_t *json_at(json_t *root, const char *path);
/* Puts a copy of `value` at the place of each path in `values`. False if one is
 * not there: its last step alone may be new. */
bool json_put_all(json_t *root, json_t *values);
/* Has `object` all these fields, with equal values? */
bool json_has_all(const json_t *object, json_t *fields);
/* A text field; "" if it is not there. Borrowed. */
const char *json_text(const json_t *object, const char *name);
/* As compact text of `*size` bytes, to be ended with free(). */
char *json_compact(const json_t *value, size_t *size);

#endif
