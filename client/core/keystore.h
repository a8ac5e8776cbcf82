/*
 * The keystore: one file per profile that says which server and whom a device
 * stands for, and holds its key under a passphrase.
 *
 *   "CHIBOKEY"  u16 version (1)
 *   u8 log2 N (16)  u8 r (8)  u8 p (1)  u8 zero
 *   16 bytes scrypt salt, 12 bytes AES-256-GCM nonce, u32 sealed size
 *   sealed bytes, 16 bytes GCM tag
 *   32 bytes SHA-256 of all the above
 *
 * Everything before the sealed bytes is GCM's associated data. The sealed
 * bytes are the profile, each text as LP. The hash at the end tells damage from
 * a wrong passphrase; it proves nothing, the tag does.
 *
 * Each call spends about 0.2 s and 64 MiB on scrypt: never on a loop thread.
 * Any other thread.
 */
#ifndef CLIENT_CORE_KEYSTORE_H
#define CLIENT_CORE_KEYSTORE_H

#include "protocol/base/identifier.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"
#include "protocol/record/invitation_link.h"
#include "protocol/record/signing_key.h"

#include <stdint.h>

enum {
    KEYSTORE_VERSION = 1,
    KEYSTORE_HOST_SIZE = INVITATION_HOST_SIZE,
    KEYSTORE_LABEL_SIZE = 4 * LIMIT_LABEL_LENGTH + 1,
    KEYSTORE_FILE_SIZE_MAX = 4096
};

/* Holds a secret: end it with keystore_profile_wipe() on every path. */
struct keystore_profile {
    struct server_fingerprint server;
    char host[KEYSTORE_HOST_SIZE]; /* without brackets, not empty */
    uint16_t port;                 /* not 0 */
    struct identifier organisation;
    struct identifier holder;        /* a member or a site */
    char label[KEYSTORE_LABEL_SIZE]; /* of this device, as people see it */
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
};

void keystore_profile_wipe(struct keystore_profile *profile);

/*
 * Writes a new keystore of mode 0600, durable when this returns. An empty
 * passphrase is accepted: who may have one is decided by the caller.
 * RESULT_EXISTS if there is a file already (it is left alone), RESULT_INVALID
 * (a field of the profile is empty or unfit), RESULT_CRYPTO, RESULT_NO_MEMORY
 * or RESULT_IO.
 */
MUST_USE enum result keystore_create(const char *path,
                                     const struct keystore_profile *profile,
                                     struct text_view passphrase);

/*
 * The same, taking the place of the keystore that is there: whole, whatever
 * happens, the old one or the new one. RESULT_NOT_FOUND if there is none.
 */
MUST_USE enum result keystore_replace(const char *path,
                                      const struct keystore_profile *profile,
                                      struct text_view passphrase);

/*
 * RESULT_REFUSED (wrong passphrase, or forged), RESULT_CORRUPT (damaged or cut
 * short), RESULT_UNSUPPORTED (another version), RESULT_INVALID (others than the
 * owner may read or write the file), RESULT_NOT_FOUND, RESULT_CRYPTO,
 * RESULT_NO_MEMORY or RESULT_IO; `out` is untouched then.
 */
MUST_USE enum result keystore_open(const char *path,
                                   struct text_view passphrase,
                                   struct keystore_profile *out);

#endif
