/*
 * Texts for the minutes that the server is not known to keep yet: being typed,
 * to be sent or sent and not found in the log yet, or refused. One file each,
 * so that a text that is written in a hurry waits for no other; whatever a
 * crash or a cut of power leaves is one whole version of it.
 *
 * FOLDER/NUMBER   "CHIBOTXT" u16 version (1) u16 zero, 12 bytes nonce,
 *                 u32 sealed size, sealed bytes, 16 bytes GCM tag
 *
 * AES-256-GCM; the key is HMAC-SHA-256(device seed, D("text-store")),
 * everything before the sealed bytes and then U(number) is associated data. The
 * sealed bytes are one JSON object:
 *
 *   {"stage":word,"log":id,"command":{…},"id":n,"error":{…}}
 *
 * with the command as it was given, "id" once it is to be sent (under this id
 * and never under another, so that the server does it once), "error" once it
 * was refused.
 *
 * A store belongs to one thread; the journal's lock of the same profile keeps
 * other processes out. Everything that changes it waits for the disk.
 */
#ifndef CLIENT_CORE_TEXT_STORE_H
#define CLIENT_CORE_TEXT_STORE_H

#include "client/core/client_ports.h"
#include "protocol/base/identifier.h"

#include <jansson.h>

#include <stddef.h>
#include <stdint.h>

enum {
    TEXT_STORE_MAX = 128,            /* texts */
    TEXT_STORE_SIZE_MAX = 256 * 1024 /* of one, sealed */
};

enum text_stage {
    TEXT_TYPING = 1, /* nobody asked for it to be sent */
    TEXT_WAITING,    /* to be sent, or sent: done, perhaps, or not */
    TEXT_REFUSED     /* it was not done, and will not be by itself */
};

/* Borrowed from the store until it is changed. */
struct kept_text {
    uint64_t number; /* from 1, of this store */
    enum text_stage stage;
    struct identifier log;
    json_t *command; /* owned by the store: {"op":…,"text":…,…} */
    uint64_t id;     /* of the request; 0: of TEXT_TYPING */
    json_t *error;   /* owned by the store; of TEXT_REFUSED, else NULL */
};

struct text_store;

/*
 * Reads what is kept in `folder`, which need not be there; NULL keeps it in
 * memory only. `seed` is the device's (SIGNING_KEY_SEED_SIZE bytes, not kept);
 * `entropy` outlives the store. A file that cannot be read as one of this
 * device's is left alone and counted in `*unread`.
 *
 * On RESULT_OK the caller owns `*out` and ends it with text_store_free().
 * RESULT_INVALID (path), RESULT_NO_MEMORY or RESULT_IO.
 */
MUST_USE enum result text_store_open(struct text_store **out,
                                     const char *folder, const uint8_t *seed,
                                     const struct client_entropy *entropy,
                                     size_t *unread);
/* Takes NULL and returns NULL. */
struct text_store *text_store_free(struct text_store *store);

size_t text_store_count(const struct text_store *store);
/* In the order of their numbers; `i` is below the count. */
const struct kept_text *text_store_at(const struct text_store *store, size_t i);
/* NULL if there is none. */
const struct kept_text *text_store_find(const struct text_store *store,
                                        uint64_t number);
/* The one that goes as this request of this log; NULL if there is none. */
const struct kept_text *text_store_of_request(const struct text_store *store,
                                              const struct identifier *log,
                                              uint64_t id);

/*
 * Keeps a text, durably: `text` with number 0 as a new one, else in the place
 * of the one of that number (RESULT_NOT_FOUND if there is none). What it points
 * to is borrowed; the store makes its own. `*number` says which it is.
 *
 * RESULT_FULL, RESULT_TOO_LARGE, RESULT_CRYPTO, RESULT_NO_MEMORY or RESULT_IO:
 * the store is as it was, and on the disk either version may be.
 */
MUST_USE enum result text_store_put(struct text_store *store,
                                    const struct kept_text *text,
                                    uint64_t *number);
/* It is kept no longer; nothing is done if there is none. A cut of power may
 * bring it back. RESULT_IO: the file could not be removed; it is forgotten all
 * the same until the next start. */
MUST_USE enum result text_store_drop(struct text_store *store, uint64_t number);

#endif
