#include "protocol/record/signing_key.h"

#include "tests/support/vector_file.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct key key_of_hex(const char *hex)
{
    struct key key;

    assert_int_equal(hex_decode(text_view_of(hex), key.bytes, KEY_SIZE),
                     RESULT_OK);
    return key;
}

static struct signing_key key_of_seed_hex(const char *hex)
{
    const struct key seed = key_of_hex(hex);
    struct signing_key key;

    assert_int_equal(signing_key_init(&key, seed.bytes), RESULT_OK);
    return key;
}

static void assert_hex(const uint8_t *bytes, size_t size, const char *hex)
{
    char text[HEX_SIZE(SIGNATURE_SIZE)];

    assert_true(size <= SIGNATURE_SIZE);
    hex_encode(bytes, size, text);
    assert_string_equal(text, hex);
}

/* RFC 8032, 7.1, TEST 1 and TEST 2. */
static void the_signatures_of_the_rfc_are_reproduced(void **state)
{
    static const struct {
        const char *seed;
        const char *key;
        const char *message;
        size_t size;
        const char *signature;
    } vectors[] = {
        { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
          "", 0,
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
          "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
        { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
          "\x72", 1,
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct signing_key key = key_of_seed_hex(vectors[i].seed);
        struct signature signature;

        assert_hex(key.public_key.bytes, KEY_SIZE, vectors[i].key);
        assert_int_equal(signing_key_sign(&key, vectors[i].message,
                                          vectors[i].size, &signature),
                         RESULT_OK);
        assert_hex(signature.bytes, SIGNATURE_SIZE, vectors[i].signature);
        assert_int_equal(key_verify(&key.public_key, vectors[i].message,
                                    vectors[i].size, &signature),
                         RESULT_OK);
    }
}

static void a_wiped_key_holds_nothing(void **state)
{
    static const struct signing_key zero;
    struct signing_key key = key_of_seed_hex(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

    (void)state;
    signing_key_wipe(&key);
    assert_memory_equal(&key, &zero, sizeof key);
    signing_key_wipe(&key);
}

/* --- tests/vectors/keys.json: computed by the equations of the curve -------
 */

static size_t check_keys(const json_t *root, const char *list,
                         enum result expected)
{
    size_t i = 0;
    json_t *hex = NULL;

    json_array_foreach(vector_array(root, list), i, hex)
    {
        const struct key key = key_of_hex(json_string_value(hex));

        if (key_check(&key) != expected)
            fail_msg("%s: %s", list, json_string_value(hex));
    }
    return i;
}

static void keys_of_small_order_and_unreduced_keys_are_refused(void **state)
{
    json_t *root = vector_file_load("tests/vectors/keys.json");

    (void)state;
    /* Five y and nineteen, each with either sign. */
    assert_int_equal(check_keys(root, "small_order", RESULT_REFUSED), 10);
    assert_int_equal(check_keys(root, "not_reduced", RESULT_REFUSED), 38);
    json_decref(root);
}

static void neighbours_of_refused_keys_pass(void **state)
{
    json_t *root = vector_file_load("tests/vectors/keys.json");

    (void)state;
    assert_int_equal(check_keys(root, "neighbours", RESULT_OK), 76);
    json_decref(root);
}

/* A forgery of the vectors; the message has to be ended with free(). */
static uint8_t *read_forgery(const json_t *vector, struct key *key,
                             struct signature *signature, size_t *size)
{
    const struct text_view message = vector_text(vector, "message");
    uint8_t *bytes = malloc(message.size / 2);

    assert_non_null(bytes);
    *size = message.size / 2;
    vector_bytes(vector, "key", key->bytes, KEY_SIZE);
    vector_bytes(vector, "signature", signature->bytes, SIGNATURE_SIZE);
    vector_bytes(vector, "message", bytes, *size);
    return bytes;
}

/* What verifying would be without the check of the key. */
static bool library_takes(const struct key *key, const uint8_t *message,
                          size_t size, const struct signature *signature)
{
    EVP_PKEY *handle = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                   key->bytes, KEY_SIZE);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool is_taken = false;

    assert_non_null(handle);
    assert_non_null(context);
    assert_int_equal(EVP_DigestVerifyInit(context, NULL, NULL, NULL, handle),
                     1);
    is_taken = EVP_DigestVerify(context, signature->bytes, SIGNATURE_SIZE,
                                message, size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(handle);
    return is_taken;
}

/*
 * Made without a secret, and good by the equation: the library takes every one
 * of them. That they are refused is the check's doing alone.
 */
static void signatures_of_refused_keys_are_forgeries(void **state)
{
    json_t *root = vector_file_load("tests/vectors/keys.json");
    size_t i = 0;
    json_t *vector = NULL;

    (void)state;
    json_array_foreach(vector_array(root, "forged"), i, vector)
    {
        struct signature signature;
        struct key key;
        size_t size = 0;
        uint8_t *message = read_forgery(vector, &key, &signature, &size);

        assert_true(library_takes(&key, message, size, &signature));
        assert_int_equal(key_verify(&key, message, size, &signature),
                         RESULT_REFUSED);
        free(message);
    }
    assert_int_equal(i, 14);
    json_decref(root);
}

/* S plus a multiple of L satisfies the same equation; the RFC wants S below
 * L. */
static void a_second_form_of_a_signature_is_refused(void **state)
{
    json_t *root = vector_file_load("tests/vectors/keys.json");
    const json_t *vector = json_object_get(root, "signed");
    const struct signing_key key =
        key_of_seed_hex(vector_text(vector, "seed").data);
    struct signature signature;
    size_t size = 0, i = 0;
    json_t *hex = NULL;
    uint8_t *message = malloc(vector_text(vector, "message").size / 2);

    (void)state;
    assert_non_null(message);
    size = vector_text(vector, "message").size / 2;
    vector_bytes(vector, "message", message, size);
    vector_bytes(vector, "signature", signature.bytes, SIGNATURE_SIZE);
    assert_int_equal(key_verify(&key.public_key, message, size, &signature),
                     RESULT_OK);
    json_array_foreach(vector_array(vector, "second_forms"), i, hex)
    {
        assert_int_equal(hex_decode(text_view_of(json_string_value(hex)),
                                    signature.bytes, SIGNATURE_SIZE),
                         RESULT_OK);
        assert_int_equal(key_verify(&key.public_key, message, size, &signature),
                         RESULT_REFUSED);
    }
    assert_int_equal(i, 15);
    free(message);
    json_decref(root);
}

static void a_key_that_is_no_point_verifies_nothing(void **state)
{
    /* y = 2 has no x on the curve. */
    const struct key key = key_of_hex(
        "0200000000000000000000000000000000000000000000000000000000000000");
    const struct signature signature = { { 1 } };

    (void)state;
    assert_int_not_equal(key_verify(&key, "a", 1, &signature), RESULT_OK);
}

static void codes_and_fingerprints_are_the_golden_ones(void **state)
{
    json_t *root = vector_file_load("tests/vectors/record.json");
    size_t i = 0;
    json_t *vector = NULL;

    (void)state;
    json_array_foreach(vector_array(root, "keys"), i, vector)
    {
        const struct signing_key key =
            key_of_seed_hex(vector_text(vector, "seed").data);
        const struct server_fingerprint fingerprint =
            server_fingerprint_of(&key.public_key);

        assert_hex(key.public_key.bytes, KEY_SIZE,
                   vector_text(vector, "key").data);
        assert_string_equal(device_code_of(&key.public_key).text,
                            vector_text(vector, "device_code").data);
        assert_string_equal(fingerprint.text,
                            vector_text(vector, "fingerprint").data);
        assert_true(server_fingerprint_is(&fingerprint, &key.public_key));
    }
    json_decref(root);
}

static void the_published_device_code_is_reproduced(void **state)
{
    const struct signing_key key = key_of_seed_hex(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

    (void)state;
    assert_string_equal(device_code_of(&key.public_key).text,
                        "8895 5061 6269 9391 5455");
}

static void a_fingerprint_is_read_in_its_canonical_form_only(void **state)
{
    const struct key key = key_of_hex(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const struct server_fingerprint fingerprint = server_fingerprint_of(&key);
    const struct text_view text = text_view_of(fingerprint.text);
    struct server_fingerprint read = { "" };
    struct server_fingerprint changed = fingerprint;

    (void)state;
    assert_int_equal(text.size, 43);
    assert_int_equal(server_fingerprint_parse(text, &read), RESULT_OK);
    assert_true(server_fingerprint_is(&read, &key));
    assert_int_equal(
        server_fingerprint_parse((struct text_view){ text.data, 42 }, &read),
        RESULT_MALFORMED);
    changed.text[0] = '+';
    assert_int_equal(
        server_fingerprint_parse(text_view_of(changed.text), &read),
        RESULT_MALFORMED);
    assert_false(server_fingerprint_is(&changed, &key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signatures_of_the_rfc_are_reproduced),
        cmocka_unit_test(a_wiped_key_holds_nothing),
        cmocka_unit_test(keys_of_small_order_and_unreduced_keys_are_refused),
        cmocka_unit_test(neighbours_of_refused_keys_pass),
        cmocka_unit_test(signatures_of_refused_keys_are_forgeries),
        cmocka_unit_test(a_second_form_of_a_signature_is_refused),
        cmocka_unit_test(a_key_that_is_no_point_verifies_nothing),
        cmocka_unit_test(codes_and_fingerprints_are_the_golden_ones),
        cmocka_unit_test(the_published_device_code_is_reproduced),
        cmocka_unit_test(a_fingerprint_is_read_in_its_canonical_form_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
