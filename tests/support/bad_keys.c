#include "tests/support/bad_keys.h"

#include <assert.h>

static const char *const keys[BAD_KEY_COUNT] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    /* The same with the sign bit, and as y + p: not canonical. */
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

struct key bad_key(unsigned number)
{
    struct key key;
    enum result result;

    assert(number < BAD_KEY_COUNT);
    result = hex_decode(text_view_of(keys[number]), key.bytes, KEY_SIZE);
    assert(result == RESULT_OK);
    (void)result;
    return key;
}

struct signature bad_key_signature(void) { return (struct signature){ { 1 } }; }
