#include "server/room/ballot_claim.h"

#include "protocol/base/encoding.h"
#include "protocol/record/digest.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* UUID-TAG: a uuid has no "-", and an id may have what no name has. */
static bool make_name(const struct ballot_claim *claim,
                      char name[BALLOT_CLAIM_NAME_SIZE])
{
    const struct hash tag =
        digest_sha256(claim->holder->text, strlen(claim->holder->text));
    char hex[HEX_SIZE(HASH_SIZE)];

    if (strlen(claim->uuid) > LIMIT_BALLOT_UUID_LENGTH)
        return false;
    hex_encode(tag.bytes, HASH_SIZE, hex);
    (void)snprintf(name, BALLOT_CLAIM_NAME_SIZE, "%s-%.*s", claim->uuid,
                   BALLOT_CLAIM_TAG_LENGTH, hex);
    return true;
}

static struct hash digest_of(const struct ballot_claim *claim)
{
    return digest_sha256(claim->credentials,
                         claim->count * sizeof claim->credentials[0]);
}

enum result ballot_claim_find(const struct ballot_claim *claim)
{
    struct hash kept = { { 0 } }, mine;
    char name[BALLOT_CLAIM_NAME_SIZE];
    enum result result;

    if (!make_name(claim, name))
        return RESULT_INVALID;
    result = claim->store->load(claim->store->user, name, kept.bytes,
                                sizeof kept.bytes);
    mine = digest_of(claim);
    if (result == RESULT_OK && !hash_equal(&kept, &mine))
        result = RESULT_EXISTS;
    OPENSSL_cleanse(&kept, sizeof kept);
    OPENSSL_cleanse(&mine, sizeof mine);
    return result;
}

enum result ballot_claim_keep(const struct ballot_claim *claim)
{
    char name[BALLOT_CLAIM_NAME_SIZE];
    enum result result = ballot_claim_find(claim);
    struct hash mine;

    if (result != RESULT_NOT_FOUND)
        return result;
    if (!make_name(claim, name))
        return RESULT_INVALID;
    mine = digest_of(claim);
    result = claim->store->save(claim->store->user, name, mine.bytes,
                                sizeof mine.bytes);
    OPENSSL_cleanse(&mine, sizeof mine);
    return result;
}

enum result ballot_claim_destroy(const struct ballot_claim *claim)
{
    char name[BALLOT_CLAIM_NAME_SIZE];

    return make_name(claim, name)
               ? claim->store->destroy(claim->store->user, name)
               : RESULT_INVALID;
}
