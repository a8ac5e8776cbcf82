#include "protocol/ballot/ballot_hash.h"

#include "protocol/base/encoding.h"

#include <assert.h>

void ballot_hash_begin(struct ballot_hash *hash)
{
    digest_begin(&hash->digest);
}

void ballot_hash_text(struct ballot_hash *hash, struct text_view text)
{
    digest_bytes(&hash->digest, text.data, text.size);
}

void ballot_hash_literal(struct ballot_hash *hash, const char *text)
{
    ballot_hash_text(hash, text_view_of(text));
}

void ballot_hash_element(struct ballot_hash *hash,
                         const struct ballot_element *element)
{
    char text[BALLOT_ELEMENT_TEXT_SIZE];

    ballot_element_text(element, text);
    ballot_hash_literal(hash, text);
}

struct ballot_scalar ballot_hash_finish(struct ballot_hash *hash)
{
    struct hash sum = digest_finish(&hash->digest);

    return ballot_scalar_reduce(sum.bytes);
}

void ballot_hash_abandon(struct ballot_hash *hash)
{
    digest_abandon(&hash->digest);
}

void ballot_hash_finish_text(struct ballot_hash *hash,
                             char out[BALLOT_DIGEST_TEXT_SIZE])
{
    struct hash sum = digest_finish(&hash->digest);

    static_assert(BASE64URL_SIZE(HASH_SIZE) == BALLOT_DIGEST_TEXT_SIZE,
                  "43 digits and NUL");
    base64url_encode(sum.bytes, HASH_SIZE, out);
    /* The two alphabets differ in their last two digits. */
    for (char *c = out; *c != '\0'; c++) {
        if (*c == '-')
            *c = '+';
        else if (*c == '_')
            *c = '/';
    }
}

void ballot_hash_digest_text(const void *bytes, size_t size,
                             char out[BALLOT_DIGEST_TEXT_SIZE])
{
    struct ballot_hash hash;

    ballot_hash_begin(&hash);
    ballot_hash_text(&hash, (struct text_view){ bytes, size });
    ballot_hash_finish_text(&hash, out);
}
