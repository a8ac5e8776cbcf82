/*
 * Where the server keeps secrets that stand outside its database, each under a
 * name, as a port: sealed files in a folder here (secret_folder.h), memory in
 * tests (tests/support/fake_secrets.h).
 *
 * Every call blocks until the disk has answered: on a worker, not on the loop.
 * Calls about different names may come from different threads at once.
 */
#ifndef SERVER_PLATFORM_SECRET_STORE_H
#define SERVER_PLATFORM_SECRET_STORE_H

#include "protocol/base/result.h"

#include <stddef.h>

struct secret_store {
    /* Durable when it returns, in the place of what was there. RESULT_OK,
     * RESULT_INVALID (a name or size that cannot be), RESULT_CRYPTO or
     * RESULT_IO. */
    enum result (*save)(void *user, const char *name, const void *secret,
                        size_t size);
    /* Exactly `size` bytes. RESULT_NOT_FOUND, RESULT_REFUSED or
     * RESULT_MALFORMED (it is there, and cannot be opened) or RESULT_IO; `out`
     * is then wiped. */
    enum result (*load)(void *user, const char *name, void *out, size_t size);
    /* RESULT_OK as well if there is nothing; RESULT_IO. */
    enum result (*destroy)(void *user, const char *name);
    void *user;
};

#endif
