#include "protocol/record/hash_chain.h"

#include "tests/support/vector_file.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void assert_hash(const struct hash *hash, const char *hex)
{
    char text[HEX_SIZE(HASH_SIZE)];

    hex_encode(hash->bytes, HASH_SIZE, text);
    assert_string_equal(text, hex);
}

static void the_published_chain_is_reproduced(void **state)
{
    static const char genesis[] = "{\"seq\":0,\"ev\":\"genesis\"}";
    static const char opened[] = "{\"seq\":1,\"ev\":\"opened\"}";
    const struct hash leaf0 = hash_chain_leaf(genesis, strlen(genesis));
    const struct hash leaf1 = hash_chain_leaf(opened, strlen(opened));
    const struct hash head0 = hash_chain_link(NULL, 0, &leaf0);
    const struct hash head1 = hash_chain_link(&head0, 1, &leaf1);

    (void)state;
    assert_hash(
        &leaf0,
        "f975d64cae025cbdfa2ffc0bcd50c262171a3407830c1f5e6cfc31eac3ee378d");
    assert_hash(
        &head0,
        "03152367e6ddc5eec20a28f6de2b1046d36f74f57b0dc9fa332c44e8e33b2b9d");
    assert_hash(
        &head1,
        "bbacbbf1f8eb3dfa5f7473f31c45e39236d90ee576462a2648c39e06d26740df");
}

static void the_golden_chain_is_reproduced(void **state)
{
    json_t *root = vector_file_load("tests/vectors/record.json");
    struct hash head;
    size_t i = 0;
    json_t *step = NULL;

    (void)state;
    json_array_foreach(vector_array(root, "chain"), i, step)
    {
        const struct text_view event = vector_text(step, "event");
        const struct hash leaf = hash_chain_leaf(event.data, event.size);

        head = hash_chain_link(i ? &head : NULL, i, &leaf);
        assert_hash(&leaf, vector_text(step, "leaf").data);
        assert_hash(&head, vector_text(step, "head").data);
    }
    json_decref(root);
}

static void no_predecessor_is_a_predecessor_of_zeros(void **state)
{
    const struct hash zeros = { { 0 } };
    const struct hash leaf = hash_chain_leaf("", 0);
    const struct hash first = hash_chain_link(NULL, 0, &leaf);
    const struct hash after_zeros = hash_chain_link(&zeros, 0, &leaf);

    (void)state;
    assert_true(hash_equal(&first, &after_zeros));
}

static void a_head_depends_on_predecessor_place_and_leaf(void **state)
{
    const struct hash before = { { 1 } };
    const struct hash other = { { 2 } };
    const struct hash leaf = hash_chain_leaf("a", 1);
    const struct hash other_leaf = hash_chain_leaf("b", 1);
    const struct hash head = hash_chain_link(&before, 5, &leaf);
    const struct hash changed[] = {
        hash_chain_link(&other, 5, &leaf),
        hash_chain_link(&before, 6, &leaf),
        hash_chain_link(&before, UINT64_C(5) << 32, &leaf),
        hash_chain_link(&before, 5, &other_leaf),
    };

    (void)state;
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++)
        assert_false(hash_equal(&head, &changed[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_chain_is_reproduced),
        cmocka_unit_test(the_golden_chain_is_reproduced),
        cmocka_unit_test(no_predecessor_is_a_predecessor_of_zeros),
        cmocka_unit_test(a_head_depends_on_predecessor_place_and_leaf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
