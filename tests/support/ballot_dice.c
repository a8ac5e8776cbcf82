#include "tests/support/ballot_dice.h"

#include "protocol/record/digest.h"

#include <string.h>

static enum result fill(void *user, uint8_t *out, size_t size)
{
    struct ballot_dice *dice = user;
    uint64_t piece = 0;

    dice->count++;
    while (size > 0) {
        uint64_t input[] = { dice->seed, dice->count, piece++ };
        struct hash hash = digest_sha256(input, sizeof input);
        size_t part = size < HASH_SIZE ? size : HASH_SIZE;

        memcpy(out, hash.bytes, part);
        out += part;
        size -= part;
    }
    return dice->count == dice->fails_at ? RESULT_CRYPTO : RESULT_OK;
}

struct ballot_random ballot_dice_random(struct ballot_dice *dice)
{
    struct ballot_random random = { fill, dice };

    return random;
}
