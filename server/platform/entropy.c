#include "server/platform/entropy.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

static enum result system_fill(void *user, void *out, size_t size)
{
    (void)user;
    if (size > INT_MAX || RAND_bytes(out, (int)size) != 1)
        return RESULT_CRYPTO;
    return RESULT_OK;
}

const struct entropy *entropy_system(void)
{
    static const struct entropy system_entropy = { .fill = system_fill };
    return &system_entropy;
}

enum result entropy_fill(const struct entropy *entropy, void *out, size_t size)
{
    enum result result = entropy->fill(entropy->user, out, size);

    if (result)
        OPENSSL_cleanse(out, size);
    return result;
}
