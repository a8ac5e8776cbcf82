/*
 * Small secrets in files of their own, encrypted under a key that lies in
 * another file: whoever gets a copy of the one without the other has nothing.
 *
 *   "chibo-sealed-1\n\0" (16) | nonce (12) | ciphertext | tag (16)
 *
 * AES-256-GCM with a random nonce; the associated data is the first 16 bytes
 * and a label, which says what the secret is for: a file that was put in the
 * place of another is not read. Modes are 0600. Everything blocks on the disk:
 * on a worker or at start, not on a running loop. Any thread; no two at once on
 * one path.
 */
#ifndef SERVER_PLATFORM_SEALED_FILE_H
#define SERVER_PLATFORM_SEALED_FILE_H

#include "protocol/base/result.h"
#include "server/platform/entropy.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SEALED_FILE_KEY_SIZE = 32,
    SEALED_FILE_SECRET_MAX = 1024, /* bytes of a secret */
    SEALED_FILE_LABEL_MAX = 128
};

/* Wiped by its owner. */
struct sealed_file_key {
    uint8_t bytes[SEALED_FILE_KEY_SIZE];
};

/*
 * The key in the file at `path`, which is made, durably, if there is none.
 * RESULT_OK; RESULT_MALFORMED (the file is something else, and is left alone),
 * RESULT_CRYPTO (no random bytes) or RESULT_IO (errno says why), then `out` is
 * wiped.
 */
MUST_USE enum result sealed_file_load_key(const char *path,
                                          const struct entropy *entropy,
                                          struct sealed_file_key *out);
void sealed_file_wipe_key(struct sealed_file_key *key);

/*
 * Writes `size` bytes (1 to SEALED_FILE_SECRET_MAX), durable when this returns,
 * in the place of whatever was there. RESULT_OK, RESULT_INVALID (a size or
 * label that is too long), RESULT_CRYPTO or RESULT_IO.
 */
MUST_USE enum result sealed_file_write(const char *path,
                                       const struct sealed_file_key *key,
                                       const char *label, const void *secret,
                                       size_t size,
                                       const struct entropy *entropy);

/*
 * Reads a secret of exactly `size` bytes. RESULT_NOT_FOUND; RESULT_REFUSED (not
 * sealed with this key under this label); RESULT_MALFORMED (another size, or no
 * such file at all); RESULT_IO. `out` is wiped then.
 */
MUST_USE enum result sealed_file_read(const char *path,
                                      const struct sealed_file_key *key,
                                      const char *label, void *out,
                                      size_t size);

/* Overwrites and removes the file, durably; RESULT_OK as well if there is none.
 * RESULT_IO: errno says why. */
MUST_USE enum result sealed_file_destroy(const char *path);

#endif
