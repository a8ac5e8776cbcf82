#include "protocol/record/signing_key.h"

#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string.h>

enum result signing_key_init(struct signing_key *out, const uint8_t *seed)
{
    struct key public_key;
    size_t size = KEY_SIZE;
    EVP_PKEY *handle = EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, NULL, seed, SIGNING_KEY_SEED_SIZE);
    const bool is_done =
        handle &&
        EVP_PKEY_get_raw_public_key(handle, public_key.bytes, &size) == 1 &&
        size == KEY_SIZE;

    EVP_PKEY_free(handle);
    if (!is_done)
        return RESULT_CRYPTO;
    memmove(out->seed, seed, SIGNING_KEY_SEED_SIZE);
    out->public_key = public_key;
    return RESULT_OK;
}

void signing_key_wipe(struct signing_key *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}

enum result signing_key_sign(const struct signing_key *key, const void *bytes,
                             size_t size, struct signature *out)
{
    struct signature signature;
    size_t signature_size = SIGNATURE_SIZE;
    EVP_PKEY *handle = EVP_PKEY_new_raw_private_key(
        EVP_PKEY_ED25519, NULL, key->seed, SIGNING_KEY_SEED_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const bool is_done =
        handle && context &&
        EVP_DigestSignInit(context, NULL, NULL, NULL, handle) == 1 &&
        EVP_DigestSign(context, signature.bytes, &signature_size, bytes,
                       size) == 1 &&
        signature_size == SIGNATURE_SIZE;

    EVP_MD_CTX_free(context);
    EVP_PKEY_free(handle);
    if (!is_done)
        return RESULT_CRYPTO;
    *out = signature;
    return RESULT_OK;
}

enum result key_verify(const struct key *key, const void *bytes, size_t size,
                       const struct signature *signature)
{
    EVP_PKEY *handle = NULL;
    EVP_MD_CTX *context = NULL;
    enum result result = key_check(key);

    if (result)
        return result;
    result = RESULT_CRYPTO;
    handle = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key->bytes,
                                         KEY_SIZE);
    context = EVP_MD_CTX_new();
    if (handle && context &&
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, handle) == 1)
        result = EVP_DigestVerify(context, signature->bytes, SIGNATURE_SIZE,
                                  bytes, size) == 1
                     ? RESULT_OK
                     : RESULT_REFUSED;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(handle);
    return result;
}

/* y of the points of small order, sign bit cleared, little-endian. */
static const uint8_t small_order[][KEY_SIZE] = {
    { 0 },
    { 1 },
    { 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
      0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
      0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
    { 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
      0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
      0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
    { 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
};

/* Is y, little-endian and below 2^255, at least 2^255-19? */
static bool is_not_reduced(const uint8_t *y)
{
    if (y[KEY_SIZE - 1] != 0x7f || y[0] < 0xed)
        return false;
    for (size_t i = 1; i < KEY_SIZE - 1; i++)
        if (y[i] != 0xff)
            return false;
    return true;
}

enum result key_check(const struct key *key)
{
    struct key y = *key;

    y.bytes[KEY_SIZE - 1] &= 0x7f;
    if (is_not_reduced(y.bytes))
        return RESULT_REFUSED;
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++)
        if (memcmp(y.bytes, small_order[i], KEY_SIZE) == 0)
            return RESULT_REFUSED;
    return RESULT_OK;
}

static struct hash fingerprint_hash(const struct key *key)
{
    struct digest digest;

    digest_begin(&digest);
    digest_domain(&digest, "fpr");
    digest_prefixed(&digest, key->bytes, KEY_SIZE);
    return digest_finish(&digest);
}

enum { CODE_DIGITS = 20, CODE_GROUP = 4, CODE_HASH_BYTES = 16 };

/*
 * The remainder needs more than 64 bits, so it is kept in decimal, least
 * significant digit first: times 256, plus the next byte, cut to 20 digits.
 */
struct device_code device_code_of(const struct key *device)
{
    const struct hash hash = fingerprint_hash(device);
    unsigned digits[CODE_DIGITS] = { 0 };
    struct device_code out = { "" };
    size_t written = 0;

    for (size_t i = 0; i < CODE_HASH_BYTES; i++) {
        unsigned carry = hash.bytes[i];

        for (size_t j = 0; j < CODE_DIGITS; j++) {
            carry += digits[j] * 256;
            digits[j] = carry % 10;
            carry /= 10;
        }
    }
    for (size_t i = 0; i < CODE_DIGITS; i++) {
        if (i && i % CODE_GROUP == 0)
            out.text[written++] = ' ';
        out.text[written++] = (char)('0' + digits[CODE_DIGITS - 1 - i]);
    }
    return out;
}

struct server_fingerprint server_fingerprint_of(const struct key *server)
{
    const struct hash hash = fingerprint_hash(server);
    struct server_fingerprint out;

    base64url_encode(hash.bytes, HASH_SIZE, out.text);
    return out;
}

bool server_fingerprint_is(const struct server_fingerprint *fingerprint,
                           const struct key *server)
{
    const struct server_fingerprint other = server_fingerprint_of(server);

    return strcmp(fingerprint->text, other.text) == 0;
}

enum result server_fingerprint_parse(struct text_view text,
                                     struct server_fingerprint *out)
{
    uint8_t bytes[HASH_SIZE];
    enum result result = base64url_decode(text, bytes, sizeof bytes);

    if (result)
        return result;
    base64url_encode(bytes, sizeof bytes, out->text);
    return RESULT_OK;
}
