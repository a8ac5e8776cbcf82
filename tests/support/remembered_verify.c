#include "tests/support/remembered_verify.h"

#include "protocol/record/digest.h"

#include <stdbool.h>
#include <string.h>

enum { REMEMBERED = 1 << 16 }; /* a newer one takes an older one's place */

static struct hash remembered[REMEMBERED];

static struct hash digest_of(const struct key *key, const void *bytes,
                             size_t size, const struct signature *signature)
{
    struct digest digest;

    digest_begin(&digest);
    digest_bytes(&digest, key->bytes, sizeof key->bytes);
    digest_bytes(&digest, signature->bytes, sizeof signature->bytes);
    digest_bytes(&digest, bytes, size);
    return digest_finish(&digest);
}

enum result __wrap_key_verify(const struct key *key, const void *bytes,
                              size_t size, const struct signature *signature)
{
    const struct hash digest = digest_of(key, bytes, size, signature);
    struct hash *place = &remembered[digest.bytes[0] << 8 | digest.bytes[1]];
    enum result result;

    if (memcmp(place, &digest, sizeof digest) == 0)
        return RESULT_OK;
    result = __real_key_verify(key, bytes, size, signature);
    if (result == RESULT_OK)
        *place = digest;
    return result;
}
