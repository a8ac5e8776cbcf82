#include "tests/support/key_row.h"

#include "protocol/record/statement.h"

#include <assert.h>
#include <stdlib.h>

struct signing_key row_key(unsigned number)
{
    const uint8_t seed[SIGNING_KEY_SEED_SIZE] = { 0x4b, (uint8_t)number,
                                                  (uint8_t)(number >> 8) };
    struct signing_key key;
    const enum result result = signing_key_init(&key, seed);

    assert(result == RESULT_OK);
    (void)result;
    return key;
}

struct succession_step row_step(const struct signing_key *from,
                                const struct key *to, const char *scope,
                                uint64_t seen)
{
    struct succession_step step = { .from = from->public_key,
                                    .to = *to,
                                    .seen = seen,
                                    .head = { { (uint8_t)seen, 0xee } } };
    const struct statement_server_key fields = {
        .server = *to, .seen = { .seq = seen, .head = step.head }
    };
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result = statement_server_key(
        &from->public_key, text_view_of(scope), &fields, &bytes, &size);

    if (result == RESULT_OK)
        result = statement_sign(from, bytes, size, &step.sig);
    assert(result == RESULT_OK);
    (void)result;
    free(bytes);
    return step;
}

struct succession row_succession(unsigned first, unsigned last,
                                 const char *scope)
{
    struct succession succession = { .count = 0 };

    for (unsigned i = first; i < last; i++) {
        const struct signing_key from = row_key(i);
        const struct signing_key to = row_key(i + 1);

        assert(succession.count < LIMIT_SUCCESSION_STEPS);
        succession.steps[succession.count++] =
            row_step(&from, &to.public_key, scope, 10 * i);
    }
    return succession;
}
