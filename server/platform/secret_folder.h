/*
 * The secret_store of the program: FOLDER/NAME.share, mode 0600, each sealed
 * under one key that lies in another file (sealed_file.h); its label is the
 * name. Any thread; two calls at once about one name are the caller's mistake.
 */
#ifndef SERVER_PLATFORM_SECRET_FOLDER_H
#define SERVER_PLATFORM_SECRET_FOLDER_H

#include "server/platform/entropy.h"
#include "server/platform/sealed_file.h"
#include "server/platform/secret_store.h"

#include <stdbool.h>

/* All is borrowed and outlives the store. */
struct secret_folder {
    const char *path; /* it is there */
    const struct sealed_file_key *key;
    const struct entropy *entropy;
};

/* Is anything kept in it? False as well if that cannot be found out. */
bool secret_folder_has_any(const struct secret_folder *folder);

/* Calls `take` with the name of each secret, in no order; `name` is borrowed
 * for the call, which may destroy the secret. */
typedef void (*secret_folder_fn)(void *user, const char *name);
void secret_folder_each(const struct secret_folder *folder,
                        secret_folder_fn take, void *user);

/* Destroys what a machine that stopped left of secrets which were being
 * written. Before the first is saved. RESULT_OK or RESULT_IO. */
MUST_USE enum result
secret_folder_clear_unfinished(const struct secret_folder *folder);

/* The port on `folder`, which stays where it is. */
struct secret_store secret_folder_store(struct secret_folder *folder);

#endif
