/*
 * What a device must keep secret of one ballot, sealed on disk: its credential,
 * ballots that were made, a teller's keys and shares, what was decrypted. Small
 * named entries, of which the file holds all or those of the save before.
 *
 * FOLDER/UUID       "CHIBOBAL" u16 version (1) u16 zero, 12 bytes nonce,
 *                   u32 sealed size, sealed bytes, 16 bytes GCM tag
 * FOLDER/UUID.salt  32 random bytes, written once
 *
 * AES-256-GCM; the key is HMAC-SHA-256(device seed, D("ballot-vault") ‖ salt),
 * everything before the sealed bytes and then the uuid is associated data. The
 * sealed bytes are the entries, each LP(name) LP(bytes). A file that is
 * replaced leaves its old blocks on the disk: the salt, which is overwritten in
 * its place when the vault is wiped, takes all of them along. A file without
 * its salt, or with zeros for it, was being wiped: it counts as empty.
 *
 * A vault belongs to one thread; the journal's lock of the same profile keeps
 * other processes out. Saving and wiping wait for the disk.
 */
#ifndef CLIENT_CORE_BALLOT_VAULT_H
#define CLIENT_CORE_BALLOT_VAULT_H

#include "client/core/client_ports.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ballot_vault;

enum {
    BALLOT_VAULT_SIZE_MAX = 4 * 1024 * 1024, /* of all entries */
    BALLOT_VAULT_SALT_SIZE = 32
};

/*
 * Opens the vault of an election, or an empty one; nothing is written yet.
 * `folder` NULL keeps it in memory only. `uuid` is Base58, `seed` the device's
 * (SIGNING_KEY_SEED_SIZE bytes, copied), `entropy` outlives the vault.
 *
 * On RESULT_OK the caller owns `*out` and ends it with ballot_vault_free().
 * RESULT_CORRUPT (damaged, or sealed for another device: it is left alone),
 * RESULT_UNSUPPORTED (of a later version), RESULT_INVALID (path, uuid, or
 * others may read the file), RESULT_CRYPTO, RESULT_NO_MEMORY or RESULT_IO.
 */
MUST_USE enum result ballot_vault_open(struct ballot_vault **out,
                                       const char *folder, const char *uuid,
                                       const uint8_t *seed,
                                       const struct client_entropy *entropy);
/* Overwrites what is in memory. Takes NULL and returns NULL. */
struct ballot_vault *ballot_vault_free(struct ballot_vault *vault);

/* Is the vault of this election there? */
bool ballot_vault_is_there(const char *folder, const char *uuid);

/* The entry, borrowed until it is changed; data is NULL if there is none. */
struct text_view ballot_vault_get(const struct ballot_vault *vault,
                                  const char *name);
/*
 * In memory, until the next save: an entry takes the place of the one before,
 * which is overwritten; one with the same bytes changes nothing, so that what
 * is told again is not written again. RESULT_TOO_LARGE or RESULT_NO_MEMORY; the
 * entry is then as it was.
 */
MUST_USE enum result ballot_vault_put(struct ballot_vault *vault,
                                      const char *name, const void *bytes,
                                      size_t size);
void ballot_vault_drop(struct ballot_vault *vault, const char *name);

/*
 * Makes the entries durable; returns at once if nothing was changed.
 * RESULT_CRYPTO (no random bytes), RESULT_NO_MEMORY or RESULT_IO: what was
 * saved before stands, or the new after all. Whoever asked lets nothing out
 * that is not known to be kept, and the next call tries again.
 */
MUST_USE enum result ballot_vault_save(struct ballot_vault *vault);

/*
 * Ends all entries: in memory, then both files by being overwritten and
 * removed. RESULT_IO if a file could not be; the entries are gone from memory
 * all the same, and it can be tried again.
 */
MUST_USE enum result ballot_vault_wipe(struct ballot_vault *vault);

#endif
