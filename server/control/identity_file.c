#include "server/control/identity_file.h"

#include "server/platform/private_file.h"

#include <openssl/crypto.h>

enum { LINE_SIZE = 2 * SIGNING_KEY_SEED_SIZE + 1 };

enum result identity_file_read(const char *path, struct signing_key *out)
{
    char line[LINE_SIZE + 1];
    uint8_t seed[SIGNING_KEY_SEED_SIZE];
    size_t size = 0;
    enum result result = private_file_read(path, line, sizeof line, &size);

    if (result == RESULT_TOO_LARGE)
        result = RESULT_MALFORMED;
    if (result == RESULT_OK && size == LINE_SIZE && line[size - 1] == '\n')
        size--;
    if (result == RESULT_OK)
        result =
            hex_decode((struct text_view){ line, size }, seed, sizeof seed);
    if (result == RESULT_OK)
        result = signing_key_init(out, seed);
    OPENSSL_cleanse(seed, sizeof seed);
    OPENSSL_cleanse(line, sizeof line);
    return result;
}

enum result identity_file_write(const char *path, const struct signing_key *key)
{
    char line[HEX_SIZE(SIGNING_KEY_SEED_SIZE)];
    enum result result;

    hex_encode(key->seed, sizeof key->seed, line);
    line[LINE_SIZE - 1] = '\n';
    result = private_file_write(path, line, LINE_SIZE);
    OPENSSL_cleanse(line, sizeof line);
    return result;
}
