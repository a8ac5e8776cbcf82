/*
 * The chain over the events of a log:
 *
 *   leaf[n] = SHA-256(D("leaf") ‖ event bytes[n])
 *   h[n]    = SHA-256(D("link") ‖ h[n-1] ‖ U(n) ‖ leaf[n]),  h[-1] = 32 zeros
 *
 * A leaf hides its event, which carries a nonce, so a record can leave events
 * out and still prove its head. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_HASH_CHAIN_H
#define PROTOCOL_RECORD_HASH_CHAIN_H

#include "protocol/base/identifier.h"

#include <stddef.h>
#include <stdint.h>

struct hash hash_chain_leaf(const void *bytes, size_t size);

/* `previous` is the head at seq - 1; NULL stands for the zeros before 0. */
struct hash hash_chain_link(const struct hash *previous, uint64_t seq,
                            const struct hash *leaf);

#endif
