/*
 * Who has shown that a file is theirs to attach: a device that sent all of its
 * bytes to this process. The store keeps a file under its hash whoever sent it;
 * without this, a chair who has heard of a hash could attach the file of
 * another meeting to an own one, and read it there.
 *
 * The bytes are hashed as they come, over all connections of the device. What
 * gives way to newer uploads, or was sent to a process before, is sent again.
 *
 * One thread.
 */
#ifndef SERVER_ROOM_UPLOAD_PROOF_H
#define SERVER_ROOM_UPLOAD_PROOF_H

#include "protocol/base/result.h"
#include "protocol/record/digest.h"
#include "protocol/record/signing_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct upload_proofs;

/* At most `row_max` uploads are kept, the newest. RESULT_INVALID (none),
 * RESULT_NO_MEMORY; `*out` is then left as it was. */
MUST_USE enum result upload_proofs_new(struct upload_proofs **out,
                                       size_t row_max);
struct upload_proofs *upload_proofs_free(struct upload_proofs *proofs);

/* Begins, or goes on with, the upload of `blob` by `device`. */
void upload_proofs_begin(struct upload_proofs *proofs, const struct key *device,
                         const struct hash *blob, uint64_t size);
/* A piece of it; what came before, or leaves a gap, changes nothing. Bytes that
 * together are another file are forgotten. */
void upload_proofs_take(struct upload_proofs *proofs, const struct key *device,
                        const struct hash *blob, uint64_t offset,
                        const uint8_t *bytes, size_t size);
/* How many bytes from the start this device has sent. */
uint64_t upload_proofs_sent(const struct upload_proofs *proofs,
                            const struct key *device, const struct hash *blob);
/* All of them, and they are the file. */
bool upload_proofs_has(const struct upload_proofs *proofs,
                       const struct key *device, const struct hash *blob);
void upload_proofs_forget(struct upload_proofs *proofs,
                          const struct key *device, const struct hash *blob);

#endif
