#include "protocol/record/commitment.h"

#include "protocol/record/digest.h"

#include <assert.h>
#include <string.h>

enum {
    PREFIX_SIZE = 4,
    WHAT_SIZE_MAX = 5,
    FIELD_SIZE_MAX = 64,
    MADE_INPUT_SIZE_MAX = 3 * PREFIX_SIZE + WHAT_SIZE_MAX + 8 + FIELD_SIZE_MAX
};

struct hash commitment_of(struct text_view scope, struct text_view field,
                          const struct salt *salt, struct text_view value)
{
    struct digest digest;

    digest_begin(&digest);
    digest_domain(&digest, "open");
    digest_prefixed_text(&digest, scope);
    digest_prefixed_text(&digest, field);
    digest_prefixed(&digest, salt->bytes, SALT_SIZE);
    digest_prefixed_text(&digest, value);
    return digest_finish(&digest);
}

bool commitment_check(const struct hash *commitment, struct text_view scope,
                      struct text_view field, const struct salt *salt,
                      struct text_view value)
{
    const struct hash opened = commitment_of(scope, field, salt, value);

    return hash_equal(commitment, &opened);
}

static void put_integer(uint8_t *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
}

static size_t put_text(uint8_t *out, struct text_view text)
{
    put_integer(out, text.size, PREFIX_SIZE);
    if (text.size)
        memcpy(&out[PREFIX_SIZE], text.data, text.size);
    return PREFIX_SIZE + text.size;
}

/*
 * Field names come from the program's own table of events, never from a peer,
 * so a long one is a bug. A fixed buffer keeps the encoder free of allocation.
 */
static struct hash made(const struct room_key *key, struct text_view what,
                        uint64_t seq, struct text_view field)
{
    uint8_t input[MADE_INPUT_SIZE_MAX];
    size_t size = 0;

    assert(what.size <= WHAT_SIZE_MAX && field.size <= FIELD_SIZE_MAX);
    size += put_text(&input[size], what);
    put_integer(&input[size], 8, PREFIX_SIZE);
    put_integer(&input[size + PREFIX_SIZE], seq, 8);
    size += PREFIX_SIZE + 8;
    size += put_text(&input[size], field);
    return digest_hmac_sha256(key->bytes, ROOM_KEY_SIZE, input, size);
}

struct event_nonce commitment_nonce(const struct room_key *key, uint64_t seq)
{
    const struct hash hash =
        made(key, TEXT_LITERAL("nonce"), seq, TEXT_LITERAL(""));
    struct event_nonce out;

    memcpy(out.bytes, hash.bytes, NONCE_SIZE);
    return out;
}

struct salt commitment_salt(const struct room_key *key, uint64_t seq,
                            struct text_view field)
{
    const struct hash hash = made(key, TEXT_LITERAL("salt"), seq, field);
    struct salt out;

    memcpy(out.bytes, hash.bytes, SALT_SIZE);
    return out;
}
