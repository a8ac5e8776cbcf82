#include "server/net/address_limit.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { NETWORK_SIZE = 8 };

struct address_slot {
    unsigned char key[ADDRESS_KEY_SIZE];
    size_t count; /* 0: free */
};

struct address_limit {
    size_t total_max;
    size_t per_address_max;
    size_t count;
    size_t used; /* slots behind this were never taken */
    /* One for each connection allowed: every address has at least one. */
    struct address_slot slots[];
};

enum result address_limit_new(struct address_limit **out, size_t total_max,
                              size_t per_address_max)
{
    if (!total_max || !per_address_max)
        return RESULT_INVALID;

    size_t size;
    if (__builtin_mul_overflow(total_max, sizeof(struct address_slot), &size) ||
        __builtin_add_overflow(size, sizeof(struct address_limit), &size))
        return RESULT_NO_MEMORY;
    struct address_limit *limit = calloc(1, size);
    if (!limit)
        return RESULT_NO_MEMORY;
    limit->total_max = total_max;
    limit->per_address_max = per_address_max;
    *out = limit;
    return RESULT_OK;
}

/* IPv4 in the form of RFC 4291, 2.5.5.2, so that both ways to write it are one
 * address; of IPv6 only the network. */
static enum result make_key(const struct sockaddr *address,
                            unsigned char key[ADDRESS_KEY_SIZE])
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    memset(key, 0, ADDRESS_KEY_SIZE);
    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        memcpy(key, mapped, sizeof mapped);
        memcpy(key + sizeof mapped, &v4.sin_addr, 4);
        return RESULT_OK;
    }
    if (address->sa_family != AF_INET6)
        return RESULT_INVALID;
    memcpy(&v6, address, sizeof v6);
    memcpy(key, &v6.sin6_addr,
           IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr) ? ADDRESS_KEY_SIZE
                                               : NETWORK_SIZE);
    return RESULT_OK;
}

/* The slot of `key`, or a free one for it. There is one while the total is
 * below its ceiling. */
static struct address_slot *find_slot(struct address_limit *limit,
                                      const unsigned char key[ADDRESS_KEY_SIZE])
{
    struct address_slot *free_slot = NULL;

    for (size_t i = 0; i < limit->used; i++) {
        struct address_slot *slot = &limit->slots[i];
        if (!slot->count)
            free_slot = slot;
        else if (!memcmp(slot->key, key, ADDRESS_KEY_SIZE))
            return slot;
    }
    if (!free_slot) {
        assert(limit->used < limit->total_max);
        free_slot = &limit->slots[limit->used++];
    }
    memcpy(free_slot->key, key, ADDRESS_KEY_SIZE);
    return free_slot;
}

enum result address_limit_take(struct address_limit *limit,
                               const struct sockaddr *address,
                               struct address_slot **slot)
{
    unsigned char key[ADDRESS_KEY_SIZE];
    enum result result = make_key(address, key);

    if (result)
        return result;
    if (limit->count >= limit->total_max)
        return RESULT_FULL;
    struct address_slot *found = find_slot(limit, key);
    if (found->count >= limit->per_address_max)
        return RESULT_REFUSED;
    found->count++;
    limit->count++;
    *slot = found;
    return RESULT_OK;
}

void address_limit_give(struct address_limit *limit, struct address_slot *slot)
{
    assert(slot->count && limit->count);
    slot->count--;
    limit->count--;
}

void address_limit_key(const struct address_slot *slot,
                       unsigned char key[ADDRESS_KEY_SIZE])
{
    memcpy(key, slot->key, ADDRESS_KEY_SIZE);
}

size_t address_limit_slot_count(const struct address_slot *slot)
{
    return slot->count;
}

size_t address_limit_count(const struct address_limit *limit)
{
    return limit->count;
}

struct address_limit *address_limit_free(struct address_limit *limit)
{
    free(limit);
    return NULL;
}
