#include "server/platform/identity_file.h"

#include "server/platform/private_file.h"

#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

enum { SEED_HEX_SIZE = HEX_SIZE(SIGNING_KEY_SEED_SIZE) };

enum result identity_file_load(const char *path, struct signing_key *out)
{
    char text[SEED_HEX_SIZE + 1];
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    size_t size = 0;
    enum result result = private_file_read(path, text, sizeof text, &size);

    if (result == RESULT_OK && size > 0 && text[size - 1] == '\n')
        size--;
    if (result == RESULT_OK && hex_decode((struct text_view){ text, size },
                                          seed, sizeof seed) != RESULT_OK)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = signing_key_init(out, seed);
    OPENSSL_cleanse(text, sizeof text);
    OPENSSL_cleanse(seed, sizeof seed);
    return result;
}

enum result identity_file_make(const char *path, const struct entropy *entropy,
                               struct signing_key *out)
{
    char text[SEED_HEX_SIZE + 1];
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    enum result result;

    if (access(path, F_OK) == 0)
        return RESULT_EXISTS;
    result = entropy_fill(entropy, seed, sizeof seed);
    if (result == RESULT_OK)
        result = signing_key_init(out, seed);
    if (result == RESULT_OK) {
        hex_encode(seed, sizeof seed, text);
        memcpy(text + SEED_HEX_SIZE - 1, "\n", 1);
        result = private_file_write(path, text, SEED_HEX_SIZE);
    }
    OPENSSL_cleanse(text, sizeof text);
    OPENSSL_cleanse(seed, sizeof seed);
    return result;
}
