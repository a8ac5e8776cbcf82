#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void assert_hash(struct hash hash, const char *hex)
{
    char text[HEX_SIZE(HASH_SIZE)];

    hex_encode(hash.bytes, HASH_SIZE, text);
    assert_string_equal(text, hex);
}

/* FIPS 180-4 examples. */
static void known_hashes_come_out(void **state)
{
    (void)state;
    assert_hash(
        digest_sha256("", 0),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(
        digest_sha256(NULL, 0),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_hash(
        digest_sha256("abc", 3),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test cases 1 and 2. */
static void known_codes_come_out(void **state)
{
    uint8_t secret[20];

    (void)state;
    memset(secret, 0x0b, sizeof secret);
    assert_hash(
        digest_hmac_sha256(secret, sizeof secret, "Hi There", 8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hash(
        digest_hmac_sha256((const uint8_t *)"Jefe", 4,
                           "what do ya want for nothing?", 28),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void steps_give_the_hash_of_the_joined_bytes(void **state)
{
    static const char joined[] = "chibo-v1:fpr\0"
                                 "\0\0\0\0\0\0\1\2"
                                 "\0\0\0\3abc"
                                 "\0\0\0\0"
                                 "xyz";
    struct digest digest;

    (void)state;
    digest_begin(&digest);
    digest_domain(&digest, "fpr");
    digest_number(&digest, 0x102);
    digest_prefixed(&digest, "abc", 3);
    digest_prefixed_text(&digest, (struct text_view){ NULL, 0 });
    digest_bytes(&digest, "xy", 2);
    digest_bytes(&digest, NULL, 0);
    digest_bytes(&digest, "z", 1);
    {
        const struct hash stepped = digest_finish(&digest);
        const struct hash whole = digest_sha256(joined, sizeof joined - 1);

        assert_true(hash_equal(&stepped, &whole));
    }
}

static void an_abandoned_digest_may_be_abandoned_again(void **state)
{
    struct digest digest;

    (void)state;
    digest_begin(&digest);
    digest_bytes(&digest, "a", 1);
    digest_abandon(&digest);
    digest_abandon(&digest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_hashes_come_out),
        cmocka_unit_test(known_codes_come_out),
        cmocka_unit_test(steps_give_the_hash_of_the_joined_bytes),
        cmocka_unit_test(an_abandoned_digest_may_be_abandoned_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
