/*
 * Where the server keeps what it records until it is in the store, as a port:
 * files of a folder here (recording_folder.h). Names are of letters, digits,
 * ".", "_" and "-".
 *
 * Every call blocks until the disk has answered: on a worker, not on the loop.
 * No two calls at once are about one name.
 */
#ifndef SERVER_PLATFORM_RECORDING_STORE_H
#define SERVER_PLATFORM_RECORDING_STORE_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <stdint.h>

struct recording_store {
    /* Durable when it returns; the file begins with the first call. RESULT_OK,
     * RESULT_INVALID (a name that cannot be) or RESULT_IO: some of the bytes
     * may be there then. */
    enum result (*append)(void *user, const char *name, const void *bytes,
                          size_t size);
    /* All of it; free() ends `*out`. RESULT_NOT_FOUND, RESULT_TOO_LARGE (more
     * than `size_max`), RESULT_NO_MEMORY or RESULT_IO. */
    enum result (*read)(void *user, const char *name, size_t size_max,
                        uint8_t **out, size_t *size);
    /* RESULT_OK as well if there is nothing; RESULT_IO. */
    enum result (*remove)(void *user, const char *name);
    /* Calls `take` with each name that begins with `prefix`, in no order; it
     * may remove it. RESULT_IO. */
    enum result (*each)(void *user, const char *prefix,
                        void (*take)(void *data, const char *name), void *data);
    void *user;
};

#endif
