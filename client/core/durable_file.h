/*
 * Small private files that are whole or not there: written aside, made durable,
 * then put in place in one step. For a device's secrets and its journal.
 * Any thread; two writers of one path have to be kept apart by the caller.
 */
#ifndef CLIENT_CORE_DURABLE_FILE_H
#define CLIENT_CORE_DURABLE_FILE_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Makes a new file of mode 0600 and syncs it and its folder. RESULT_EXISTS if
 * there is something at `path` already, which is left alone; RESULT_INVALID for
 * a path too long, or RESULT_IO. What was written is removed on failure.
 */
MUST_USE enum result durable_file_create(const char *path, const uint8_t *bytes,
                                         size_t size);

/*
 * The same, taking the place of a file that may be there. After RESULT_IO
 * either the old one is there or the new one, and which of them a cut of power
 * leaves is not known.
 */
MUST_USE enum result durable_file_replace(const char *path,
                                          const uint8_t *bytes, size_t size);

/*
 * Reads a whole file of at most `size_max` bytes; the caller ends `*out` with
 * free(). RESULT_NOT_FOUND, RESULT_INVALID (no regular file, or others than its
 * owner may read or write it), RESULT_TOO_LARGE, RESULT_NO_MEMORY or RESULT_IO.
 */
MUST_USE enum result durable_file_read(const char *path, size_t size_max,
                                       uint8_t **out, size_t *size);

/* The same for a file that others may read or write: an export, a record. */
MUST_USE enum result durable_file_read_any(const char *path, size_t size_max,
                                           uint8_t **out, size_t *size);

#endif
