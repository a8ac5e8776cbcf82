/*
 * Counts open connections, all together and by address, and refuses those above
 * a ceiling. An IPv4 address counts for itself, an IPv6 address for its /64
 * network, which is what one subscriber gets. Pure; loop thread only.
 */
#ifndef SERVER_NET_ADDRESS_LIMIT_H
#define SERVER_NET_ADDRESS_LIMIT_H

#include "protocol/base/result.h"

#include <stddef.h>
#include <sys/socket.h>

struct address_limit;
struct address_slot; /* the count of one address */
enum { ADDRESS_KEY_SIZE = 16 };

/* On RESULT_OK the caller ends `*out` with address_limit_free().
 * RESULT_INVALID (a ceiling is 0) or RESULT_NO_MEMORY. */
MUST_USE enum result address_limit_new(struct address_limit **out,
                                       size_t total_max,
                                       size_t per_address_max);

/*
 * Counts a connection from `address`. On RESULT_OK `*slot` is given back with
 * address_limit_give() when the connection ends. RESULT_FULL: too many in all;
 * RESULT_REFUSED: too many of this address; RESULT_INVALID: neither IPv4 nor
 * IPv6.
 */
MUST_USE enum result address_limit_take(struct address_limit *limit,
                                        const struct sockaddr *address,
                                        struct address_slot **slot);
void address_limit_give(struct address_limit *limit, struct address_slot *slot);

/* What one address is told from another by. */
void address_limit_key(const struct address_slot *slot,
                       unsigned char key[ADDRESS_KEY_SIZE]);
/* Connections of this address that are counted now. */
size_t address_limit_slot_count(const struct address_slot *slot);

/* Connections counted now. */
size_t address_limit_count(const struct address_limit *limit);

/* Takes NULL, returns NULL. */
struct address_limit *address_limit_free(struct address_limit *limit);

#endif
