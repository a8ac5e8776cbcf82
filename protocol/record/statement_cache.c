#include "protocol/record/statement_cache.h"

#include "protocol/record/digest.h"

static struct hash mark_of(const struct key *signer, const uint8_t *bytes,
                           size_t size, const struct signature *signature)
{
    struct digest digest;

    digest_begin(&digest);
    digest_bytes(&digest, signer->bytes, sizeof signer->bytes);
    digest_bytes(&digest, signature->bytes, sizeof signature->bytes);
    digest_bytes(&digest, bytes, size);
    return digest_finish(&digest);
}

enum result statement_cache_verify(struct statement_cache *cache,
                                   const struct key *signer,
                                   const uint8_t *bytes, size_t size,
                                   const struct signature *signature)
{
    struct hash mark, *slot;
    enum result result;

    if (!cache)
        return statement_verify(signer, bytes, size, signature);
    mark = mark_of(signer, bytes, size, signature);
    slot = &cache->good[(mark.bytes[0] << 8 | mark.bytes[1]) %
                        STATEMENT_CACHE_SIZE];
    if (hash_equal(slot, &mark))
        return RESULT_OK;
    result = statement_verify(signer, bytes, size, signature);
    if (result == RESULT_OK)
        *slot = mark;
    return result;
}
