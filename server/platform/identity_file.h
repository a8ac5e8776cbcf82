/*
 * The server's identity key on disk: the 64 hexadecimal digits of its seed, one
 * line, mode 0600. Whoever has it is the server; members' devices know it by
 * its fingerprint. It is never in the database nor in a backup of it.
 */
#ifndef SERVER_PLATFORM_IDENTITY_FILE_H
#define SERVER_PLATFORM_IDENTITY_FILE_H

#include "protocol/record/signing_key.h"
#include "server/platform/entropy.h"

/*
 * RESULT_NOT_FOUND, RESULT_REFUSED (others may read it), RESULT_CORRUPT or
 * RESULT_IO. The caller ends `*out` with signing_key_wipe().
 */
MUST_USE enum result identity_file_load(const char *path,
                                        struct signing_key *out);

/* Makes a new key. RESULT_EXISTS if there is a file already: it is kept. */
MUST_USE enum result identity_file_make(const char *path,
                                        const struct entropy *entropy,
                                        struct signing_key *out);

#endif
