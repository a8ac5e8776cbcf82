/*
 * The server's identity key on disk: one line of 64 hexadecimal digits, the
 * Ed25519 seed, readable by the server's user only. Blocks: call at start.
 */
#ifndef SERVER_CONTROL_IDENTITY_FILE_H
#define SERVER_CONTROL_IDENTITY_FILE_H

#include "protocol/record/signing_key.h"

/* The caller ends `*out` with signing_key_wipe(). RESULT_NOT_FOUND,
 * RESULT_MALFORMED, RESULT_IO or RESULT_CRYPTO; `*out` is untouched then. */
MUST_USE enum result identity_file_read(const char *path,
                                        struct signing_key *out);
/* Replaces the file in one step. RESULT_IO or RESULT_NO_MEMORY. */
MUST_USE enum result identity_file_write(const char *path,
                                         const struct signing_key *key);

#endif
