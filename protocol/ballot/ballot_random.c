#include "protocol/ballot/ballot_random.h"

#include <openssl/crypto.h>

enum result ballot_random_fill(const struct ballot_random *random, uint8_t *out,
                               size_t size)
{
    if (random->fill(random->user, out, size) == RESULT_OK)
        return RESULT_OK;
    OPENSSL_cleanse(out, size);
    return RESULT_CRYPTO;
}
