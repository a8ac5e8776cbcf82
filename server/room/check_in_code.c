#include "server/room/check_in_code.h"

#include "protocol/base/limits.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

static void code_of_window(const struct check_in_secret *secret,
                           const struct identifier *place, int64_t window,
                           char out[CHECK_IN_DIGITS + 1])
{
    unsigned char message[IDENTIFIER_SIZE + 8], mac[EVP_MAX_MD_SIZE] = { 0 };
    unsigned int mac_size = 0;
    uint32_t number = 0;
    int i;

    /* Of one size: the place is padded by zeros, which no id has. */
    memset(message, 0, sizeof message);
    memcpy(message, place->text, strlen(place->text));
    for (i = 0; i < 8; i++)
        message[IDENTIFIER_SIZE + i] =
            (unsigned char)((uint64_t)window >> (56 - 8 * i));
    (void)HMAC(EVP_sha256(), secret->bytes, sizeof secret->bytes, message,
               sizeof message, mac, &mac_size);
    for (i = 0; i < 4; i++)
        number = number << 8 | mac[i];
    (void)snprintf(out, CHECK_IN_DIGITS + 1, "%06u", number % 1000000);
    OPENSSL_cleanse(mac, sizeof mac);
}

void check_in_code_at(const struct check_in_secret *secret,
                      const struct identifier *place, int64_t now_ms,
                      char out[CHECK_IN_DIGITS + 1])
{
    code_of_window(secret, place, now_ms / LIMIT_CHECK_IN_CODE_MS, out);
}

int64_t check_in_code_left_ms(int64_t now_ms)
{
    return LIMIT_CHECK_IN_CODE_MS - now_ms % LIMIT_CHECK_IN_CODE_MS;
}

bool check_in_code_is(const struct check_in_secret *secret,
                      const struct identifier *place, int64_t now_ms,
                      struct text_view code)
{
    const int64_t window = now_ms / LIMIT_CHECK_IN_CODE_MS;
    char expected[CHECK_IN_DIGITS + 1];
    bool is_right = false;
    int i;

    if (code.size != CHECK_IN_DIGITS)
        return false;
    for (i = 0; i < 2; i++) {
        code_of_window(secret, place, window - i, expected);
        is_right |= CRYPTO_memcmp(code.data, expected, CHECK_IN_DIGITS) == 0;
    }
    OPENSSL_cleanse(expected, sizeof expected);
    return is_right;
}
