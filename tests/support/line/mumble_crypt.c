#include "tests/support/line/mumble_crypt.h"

#include <stdlib.h>
#include <string.h>

enum { LATE_MAX = 30, TAG_SIZE = 3, FEEDBACK = 0x87 };

struct block {
    uint8_t bytes[MUMBLE_BLOCK_SIZE];
};

static struct block block_of(const uint8_t *bytes)
{
    struct block block;

    memcpy(block.bytes, bytes, sizeof block.bytes);
    return block;
}

static struct block sum(struct block a, struct block b)
{
    for (int i = 0; i < MUMBLE_BLOCK_SIZE; i++)
        a.bytes[i] ^= b.bytes[i];
    return a;
}

/* Times x in the field of 2^128 elements. */
static struct block doubled(struct block block)
{
    struct block out;
    uint8_t carry = 0;

    for (int i = MUMBLE_BLOCK_SIZE - 1; i >= 0; i--) {
        out.bytes[i] = (uint8_t)(block.bytes[i] << 1 | carry);
        carry = block.bytes[i] >> 7;
    }
    out.bytes[MUMBLE_BLOCK_SIZE - 1] ^= (uint8_t)(carry * FEEDBACK);
    return out;
}

static struct block through(EVP_CIPHER_CTX *cipher, struct block block)
{
    uint8_t out[2 * MUMBLE_BLOCK_SIZE];
    int size = 0;

    if (EVP_CipherUpdate(cipher, out, &size, block.bytes, MUMBLE_BLOCK_SIZE) !=
            1 ||
        size != MUMBLE_BLOCK_SIZE)
        abort(); /* one block through a cipher that was made */
    return block_of(out);
}

/* One pass either way; `tag` of the plain text, as of `nonce`. */
static void pass(const struct mumble_crypt *crypt, bool is_sealing,
                 const uint8_t *in, size_t size, uint8_t *out,
                 const uint8_t *nonce, struct block *tag)
{
    struct block delta = through(crypt->seal, block_of(nonce));
    struct block all = { { 0 } }, length = { { 0 } }, pad, last;

    for (; size > MUMBLE_BLOCK_SIZE; size -= MUMBLE_BLOCK_SIZE) {
        struct block before = block_of(in), after;

        delta = doubled(delta);
        after = sum(delta, through(is_sealing ? crypt->seal : crypt->open,
                                   sum(delta, before)));
        memcpy(out, after.bytes, sizeof after.bytes);
        all = sum(all, is_sealing ? before : after);
        in += MUMBLE_BLOCK_SIZE;
        out += MUMBLE_BLOCK_SIZE;
    }
    delta = doubled(delta);
    length.bytes[MUMBLE_BLOCK_SIZE - 1] = (uint8_t)(size * 8);
    pad = through(crypt->seal, sum(length, delta));
    last = pad;
    for (size_t i = 0; i < size; i++) {
        out[i] = in[i] ^ pad.bytes[i];
        last.bytes[i] = is_sealing ? in[i] : out[i];
    }
    all = sum(all, last);
    *tag = through(crypt->seal, sum(sum(doubled(delta), delta), all));
}

static EVP_CIPHER_CTX *cipher_of(const uint8_t *key, int is_sealing)
{
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

    if (cipher && EVP_CipherInit_ex(cipher, EVP_aes_128_ecb(), NULL, key, NULL,
                                    is_sealing) == 1)
        (void)EVP_CIPHER_CTX_set_padding(cipher, 0); /* always 1 */
    return cipher;
}

bool mumble_crypt_init(struct mumble_crypt *crypt, const uint8_t *key,
                       const uint8_t *seal_nonce, const uint8_t *open_nonce)
{
    mumble_crypt_release(crypt);
    crypt->seal = cipher_of(key, 1);
    crypt->open = cipher_of(key, 0);
    memcpy(crypt->seal_nonce, seal_nonce, sizeof crypt->seal_nonce);
    mumble_crypt_set_open_nonce(crypt, open_nonce);
    return crypt->seal && crypt->open;
}

void mumble_crypt_release(struct mumble_crypt *crypt)
{
    EVP_CIPHER_CTX_free(crypt->seal);
    EVP_CIPHER_CTX_free(crypt->open);
    memset(crypt, 0, sizeof *crypt);
}

void mumble_crypt_set_open_nonce(struct mumble_crypt *crypt,
                                 const uint8_t *nonce)
{
    memcpy(crypt->open_nonce, nonce, sizeof crypt->open_nonce);
    memset(crypt->opened, 0, sizeof crypt->opened);
}

/* --- nonces: numbers, least byte first -------------------------------------
 */

static void count_up(uint8_t *nonce, int from)
{
    for (int i = from; i < MUMBLE_BLOCK_SIZE && ++nonce[i] == 0; i++)
        continue;
}

static void count_down(uint8_t *nonce, int from)
{
    for (int i = from; i < MUMBLE_BLOCK_SIZE && nonce[i]-- == 0; i++)
        continue;
}

void mumble_crypt_seal(struct mumble_crypt *crypt, const uint8_t *plain,
                       size_t size, uint8_t *out)
{
    struct block tag;

    count_up(crypt->seal_nonce, 0);
    pass(crypt, true, plain, size, &out[MUMBLE_HEAD_SIZE], crypt->seal_nonce,
         &tag);
    out[0] = crypt->seal_nonce[0];
    memcpy(&out[1], tag.bytes, TAG_SIZE);
}

/* The nonce that ends in `least` and is nearest: a little before the newest,
 * or behind it. */
static bool guess_nonce(const struct mumble_crypt *crypt, uint8_t least,
                        uint8_t *nonce, bool *is_newest)
{
    int ahead = (int8_t)(uint8_t)(least - crypt->open_nonce[0]);

    memcpy(nonce, crypt->open_nonce, MUMBLE_BLOCK_SIZE);
    if (ahead == 0 || ahead <= -LATE_MAX)
        return false;
    if (ahead > 0 && least < nonce[0])
        count_up(nonce, 1);
    if (ahead < 0 && least > nonce[0])
        count_down(nonce, 1);
    nonce[0] = least;
    *is_newest = ahead > 0;
    return ahead > 0 || crypt->opened[least] != nonce[1];
}

bool mumble_crypt_open(struct mumble_crypt *crypt, const uint8_t *sealed,
                       size_t size, uint8_t *out)
{
    uint8_t nonce[MUMBLE_BLOCK_SIZE];
    struct block tag;
    bool is_newest = false;

    if (size < MUMBLE_HEAD_SIZE ||
        !guess_nonce(crypt, sealed[0], nonce, &is_newest))
        return false;
    pass(crypt, false, &sealed[MUMBLE_HEAD_SIZE], size - MUMBLE_HEAD_SIZE, out,
         nonce, &tag);
    if (memcmp(tag.bytes, &sealed[1], TAG_SIZE) != 0)
        return false;
    crypt->opened[nonce[0]] = nonce[1];
    if (is_newest)
        memcpy(crypt->open_nonce, nonce, sizeof nonce);
    return true;
}
