#include "protocol/record/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A hash that cannot be computed must not be taken for one that was. */
static void require(int is_done)
{
    if (!is_done)
        abort();
}

struct hash digest_sha256(const void *bytes, size_t size)
{
    struct digest digest;

    digest_begin(&digest);
    digest_bytes(&digest, bytes, size);
    return digest_finish(&digest);
}

struct hash digest_hmac_sha256(const uint8_t *secret, size_t secret_size,
                               const void *bytes, size_t size)
{
    struct hash out;
    unsigned written = 0;

    assert(secret_size <= 64);
    require(HMAC(EVP_sha256(), secret, (int)secret_size, bytes, size, out.bytes,
                 &written) != NULL);
    require(written == HASH_SIZE);
    return out;
}

void digest_begin(struct digest *digest)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    require(context != NULL);
    require(EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1);
    digest->context = context;
}

void digest_bytes(struct digest *digest, const void *bytes, size_t size)
{
    require(EVP_DigestUpdate(digest->context, bytes, size) == 1);
}

void digest_domain(struct digest *digest, const char *tag)
{
    digest_bytes(digest, DIGEST_DOMAIN_PREFIX, strlen(DIGEST_DOMAIN_PREFIX));
    /* The terminating NUL is the end mark of the domain. */
    digest_bytes(digest, tag, strlen(tag) + 1);
}

static void add_integer(struct digest *digest, uint64_t value, size_t size)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
    digest_bytes(digest, bytes, size);
}

void digest_number(struct digest *digest, uint64_t value)
{
    add_integer(digest, value, 8);
}

void digest_prefixed(struct digest *digest, const void *bytes, size_t size)
{
    assert(size <= UINT32_MAX);
    add_integer(digest, size, 4);
    digest_bytes(digest, bytes, size);
}

void digest_prefixed_text(struct digest *digest, struct text_view text)
{
    digest_prefixed(digest, text.data, text.size);
}

struct hash digest_finish(struct digest *digest)
{
    struct hash out;

    require(EVP_DigestFinal_ex(digest->context, out.bytes, NULL) == 1);
    digest_abandon(digest);
    return out;
}

void digest_abandon(struct digest *digest)
{
    EVP_MD_CTX_free(digest->context);
    digest->context = NULL;
}
