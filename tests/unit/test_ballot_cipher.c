#include "protocol/ballot/ballot_cipher.h"

#include "tests/support/ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    static struct ballot_scene scene;

    ballot_scene_init_question(&scene, 2, false, 0, 2);
    *state = &scene;
    return 0;
}

static int tear_down(void **state)
{
    ballot_scene_release(*state);
    return 0;
}

static struct ballot_cipher encrypt(struct ballot_scene *scene, uint64_t number)
{
    struct ballot_scalar plain = ballot_scalar_of_number(number);
    struct ballot_scalar r;
    struct ballot_cipher out;

    assert_int_equal(ballot_scalar_random(&scene->random, &r), RESULT_OK);
    assert_int_equal(ballot_cipher_encrypt(scene->group, scene->booth->key, &r,
                                           &plain, &out),
                     RESULT_OK);
    return out;
}

/* beta / alpha^x, compared with g^number. */
static void assert_holds(struct ballot_scene *scene,
                         const struct ballot_cipher *cipher, uint64_t number)
{
    struct ballot_scalar plain = ballot_scalar_of_number(number);
    struct ballot_element expected;
    struct ballot_element found;

    assert_int_equal(ballot_group_generate(scene->group, &plain, &expected),
                     RESULT_OK);
    assert_int_equal(ballot_group_power_secret(scene->group, &cipher->alpha,
                                               &scene->key_secret, &found),
                     RESULT_OK);
    assert_int_equal(
        ballot_group_divide(scene->group, &cipher->beta, &found, &found),
        RESULT_OK);
    assert_true(ballot_element_equal(&found, &expected));
}

static void a_number_is_decrypted_with_the_secret(void **state)
{
    struct ballot_scene *scene = *state;

    for (uint64_t number = 0; number < 4; number++) {
        struct ballot_cipher cipher = encrypt(scene, number);

        assert_holds(scene, &cipher, number);
    }
}

/* The formulas once more, by the plain ways of raising. */
static void a_ciphertext_is_what_the_formulas_say(void **state)
{
    struct ballot_scene *scene = *state;
    struct ballot_element generator = ballot_group_generator(scene->group);
    struct ballot_scalar r = ballot_scalar_of_number(12345);
    struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_element expected;
    struct ballot_cipher cipher;

    assert_int_equal(ballot_cipher_encrypt(scene->group, scene->booth->key, &r,
                                           &one, &cipher),
                     RESULT_OK);
    assert_int_equal(
        ballot_group_power(scene->group, &generator, &r, &expected), RESULT_OK);
    assert_true(ballot_element_equal(&cipher.alpha, &expected));
    assert_int_equal(ballot_group_power2(scene->group,
                                         &scene->election.public_key, &r,
                                         &generator, &one, &expected),
                     RESULT_OK);
    assert_true(ballot_element_equal(&cipher.beta, &expected));
}

static void a_product_holds_the_sum(void **state)
{
    struct ballot_scene *scene = *state;
    struct ballot_cipher sum = ballot_cipher_identity();

    assert_holds(scene, &sum, 0);
    for (uint64_t number = 1; number <= 3; number++) {
        struct ballot_cipher cipher = encrypt(scene, number);

        assert_int_equal(
            ballot_cipher_multiply(scene->group, &sum, &cipher, &sum),
            RESULT_OK);
    }
    assert_holds(scene, &sum, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_decrypted_with_the_secret),
        cmocka_unit_test(a_ciphertext_is_what_the_formulas_say),
        cmocka_unit_test(a_product_holds_the_sum),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
