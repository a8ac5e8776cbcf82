#include "protocol/ballot/ballot_credential.h"

#include "protocol/record/digest.h"

#include <openssl/crypto.h>

#include <string.h>

static const char alphabet[] =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* Positions of the dashes. */
static bool is_dash(size_t position)
{
    return position == 5 || position == 12 || position == 18;
}

void ballot_credential_wipe(struct ballot_credential_text *credential)
{
    OPENSSL_cleanse(credential, sizeof *credential);
}

/* Of six random bits the values below 58 are taken. */
enum result ballot_base58_random(const struct ballot_random *random,
                                 size_t count, char *out)
{
    enum { BLOCK = 32, TRIES = 256 };
    uint8_t block[BLOCK];
    size_t done = 0;
    enum result result = RESULT_OK;

    for (size_t i = 0; done < count && i < TRIES + count; i++) {
        result = ballot_random_fill(random, block, sizeof block);
        if (result != RESULT_OK)
            break;
        for (size_t k = 0; k < sizeof block && done < count; k++) {
            if ((block[k] & 63) < sizeof alphabet - 1)
                out[done++] = alphabet[block[k] & 63];
        }
    }
    OPENSSL_cleanse(block, sizeof block);
    if (done < count) {
        OPENSSL_cleanse(out, count + 1);
        return RESULT_CRYPTO;
    }
    out[count] = '\0';
    return RESULT_OK;
}

enum result ballot_credential_random(const struct ballot_random *random,
                                     struct ballot_credential_text *out)
{
    char digits[BALLOT_CREDENTIAL_DIGITS + 1];
    enum result result =
        ballot_base58_random(random, BALLOT_CREDENTIAL_DIGITS, digits);
    size_t next = 0;

    if (result != RESULT_OK)
        return result;
    for (size_t i = 0; i < BALLOT_CREDENTIAL_TEXT_SIZE - 1; i++)
        out->text[i] = is_dash(i) ? '-' : digits[next++];
    out->text[BALLOT_CREDENTIAL_TEXT_SIZE - 1] = '\0';
    OPENSSL_cleanse(digits, sizeof digits);
    return RESULT_OK;
}

enum result ballot_credential_parse(struct text_view text,
                                    struct ballot_credential_text *out)
{
    if (text.size != BALLOT_CREDENTIAL_TEXT_SIZE - 1)
        return RESULT_MALFORMED;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];

        if (is_dash(i) ? c != '-' : c == '\0' || !strchr(alphabet, c))
            return RESULT_MALFORMED;
    }
    memcpy(out->text, text.data, text.size);
    out->text[text.size] = '\0';
    return RESULT_OK;
}

static struct hash derive(struct text_view uuid, const char *half,
                          const struct ballot_credential_text *credential)
{
    struct digest digest;
    struct text_view tag = TEXT_LITERAL("derive_credential|");

    digest_begin(&digest);
    digest_bytes(&digest, tag.data, tag.size);
    digest_bytes(&digest, uuid.data, uuid.size);
    digest_bytes(&digest, half, strlen(half));
    digest_bytes(&digest, credential->text, BALLOT_CREDENTIAL_TEXT_SIZE - 1);
    return digest_finish(&digest);
}

struct ballot_scalar
ballot_credential_secret(struct text_view uuid,
                         const struct ballot_credential_text *credential)
{
    struct hash halves[] = { derive(uuid, "|0|", credential),
                             derive(uuid, "|1|", credential) };
    uint8_t wide[2 * HASH_SIZE];
    struct ballot_scalar secret;

    memcpy(wide, halves[0].bytes, HASH_SIZE);
    memcpy(&wide[HASH_SIZE], halves[1].bytes, HASH_SIZE);
    secret = ballot_scalar_reduce_wide(wide);
    OPENSSL_cleanse(halves, sizeof halves);
    OPENSSL_cleanse(wide, sizeof wide);
    return secret;
}
