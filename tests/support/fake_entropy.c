#include "tests/support/fake_entropy.h"

/* SplitMix64: small, and every byte differs from its neighbours. */
static uint8_t next_byte(struct fake_entropy *fake)
{
    uint64_t z = fake->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint8_t)(z >> 56);
}

static enum result fake_fill(void *user, void *out, size_t size)
{
    struct fake_entropy *fake = user;
    uint8_t *bytes = out;

    if (fake->fails)
        return RESULT_CRYPTO;
    for (size_t i = 0; i < size; i++)
        bytes[i] = next_byte(fake);
    return RESULT_OK;
}

void fake_entropy_init(struct fake_entropy *fake, uint64_t seed)
{
    *fake = (struct fake_entropy){
        .port = { .fill = fake_fill, .user = fake },
        .state = seed,
    };
}
