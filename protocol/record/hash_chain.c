#include "protocol/record/hash_chain.h"

#include "protocol/record/digest.h"

struct hash hash_chain_leaf(const void *bytes, size_t size)
{
    struct digest digest;

    digest_begin(&digest);
    digest_domain(&digest, "leaf");
    digest_bytes(&digest, bytes, size);
    return digest_finish(&digest);
}

struct hash hash_chain_link(const struct hash *previous, uint64_t seq,
                            const struct hash *leaf)
{
    static const struct hash zeros;
    struct digest digest;

    digest_begin(&digest);
    digest_domain(&digest, "link");
    digest_bytes(&digest, previous ? previous->bytes : zeros.bytes, HASH_SIZE);
    digest_number(&digest, seq);
    digest_bytes(&digest, leaf->bytes, HASH_SIZE);
    return digest_finish(&digest);
}
