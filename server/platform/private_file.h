/*
 * Small files that only the server's user may read (keys, certificates): whole
 * or not there, and on the disk when the call returns. Blocks on fsync: call
 * them at start, not on a running loop.
 */
#ifndef SERVER_PLATFORM_PRIVATE_FILE_H
#define SERVER_PLATFORM_PRIVATE_FILE_H

#include "protocol/base/result.h"

#include <stddef.h>

/*
 * Writes `path` with mode 0600, replacing the file that was there in one step;
 * a device, pipe or folder of this name stays, and nothing is written.
 * RESULT_OK, RESULT_NO_MEMORY or RESULT_IO (errno says why; the old file, if
 * any, is untouched).
 */
MUST_USE enum result private_file_write(const char *path, const void *bytes,
                                        size_t size);

/*
 * Reads a file of at most `size_max` bytes into `out`; `*size` is its length.
 * RESULT_OK, RESULT_NOT_FOUND, RESULT_TOO_LARGE or RESULT_IO.
 */
MUST_USE enum result private_file_read(const char *path, void *out,
                                       size_t size_max, size_t *size);

/*
 * Gives a durable file its name in the same directory, durably and in one
 * step. RESULT_OK, RESULT_EXISTS (something is called `path` already, and stays
 * what it is) or RESULT_IO (errno says why).
 */
MUST_USE enum result private_file_publish(const char *unnamed,
                                          const char *path);

/*
 * Gives a durable file the name of another in the same directory, which is
 * replaced, durably and in one step. RESULT_OK or RESULT_IO (errno says why).
 */
MUST_USE enum result private_file_replace(const char *from, const char *path);

/*
 * Gives a file a second name in the same directory, durably. RESULT_OK,
 * RESULT_EXISTS (something is called so already) or RESULT_IO (errno says why).
 */
MUST_USE enum result private_file_link(const char *path, const char *second);

/* Makes what was done to names in the directory of `path` durable. RESULT_OK,
 * or RESULT_IO (errno says why). */
MUST_USE enum result private_directory_sync(const char *path);

/*
 * Makes the directory `path` with mode 0700 unless it is there; its parent must
 * be. RESULT_OK or RESULT_IO (errno says why).
 */
MUST_USE enum result private_directory_make(const char *path);

#endif
