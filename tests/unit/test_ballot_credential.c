#include "protocol/ballot/ballot_credential.h"

#include "protocol/ballot/ballot_vote.h"
#include "tests/support/ballot_scene.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static const char alphabet[] =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* The public key of ballot 1.1, which belenios-tool made of this text. */
static void a_credential_of_belenios_gives_its_public_key(void **state)
{
    struct text_view ballot =
        ballot_scene_file("tests/vectors/ballot/threshold/ballot.1.1.json");
    struct ballot_credential_text credential;
    struct ballot_group *group = NULL;
    struct ballot_scalar secret;
    struct ballot_element key;
    char field[BALLOT_ELEMENT_TEXT_SIZE + 16] = "\"credential\":\"";
    size_t begin = strlen(field);

    (void)state;
    assert_int_equal(
        ballot_credential_parse(TEXT_LITERAL("My5dC-3EVr6V-2wvJn-eRh4dE"),
                                &credential),
        RESULT_OK);
    secret =
        ballot_credential_secret(TEXT_LITERAL("P95SQruW9N4q8N"), &credential);
    assert_int_equal(ballot_group_new(&group), RESULT_OK);
    assert_int_equal(ballot_group_generate(group, &secret, &key), RESULT_OK);
    ballot_element_text(&key, &field[begin]);
    assert_non_null(memmem(ballot.data, ballot.size, field, strlen(field)));
    /* The same credential in another election is another secret. */
    struct ballot_scalar other =
        ballot_credential_secret(TEXT_LITERAL("P95SQruW9N4q8M"), &credential);

    assert_false(ballot_scalar_equal(&secret, &other));
    ballot_group_free(group);
    free((void *)(uintptr_t)ballot.data);
}

static void new_credentials_have_the_form_and_differ(void **state)
{
    struct ballot_dice dice = { .seed = 5 };
    struct ballot_random random = ballot_dice_random(&dice);
    size_t seen[58] = { 0 };
    struct ballot_credential_text last = { "" };

    (void)state;
    for (size_t i = 0; i < 2000; i++) {
        struct ballot_credential_text credential;
        struct ballot_credential_text again;

        assert_int_equal(ballot_credential_random(&random, &credential),
                         RESULT_OK);
        assert_int_equal(strlen(credential.text), 25);
        assert_int_equal(
            ballot_credential_parse(text_view_of(credential.text), &again),
            RESULT_OK);
        assert_string_equal(credential.text, again.text);
        assert_string_not_equal(credential.text, last.text);
        for (const char *c = credential.text; *c != '\0'; c++) {
            if (*c != '-')
                seen[strchr(alphabet, *c) - alphabet]++;
        }
        last = credential;
    }
    /* 44000 characters, 759 of each on average, 27 their deviation. */
    for (size_t i = 0; i < 58; i++)
        assert_in_range(seen[i], 759 - 6 * 27, 759 + 6 * 27);
}

static void another_form_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "My5dC-3EVr6V-2wvJn-eRh4d",
        "My5dC-3EVr6V-2wvJn-eRh4dEE",
        "My5dC3EVr6V-2wvJn-eRh4dEE",
        "My5d-C3EVr6V-2wvJn-eRh4dE",
        "0y5dC-3EVr6V-2wvJn-eRh4dE",
        "Oy5dC-3EVr6V-2wvJn-eRh4dE",
        "Iy5dC-3EVr6V-2wvJn-eRh4dE",
        "ly5dC-3EVr6V-2wvJn-eRh4dE",
        "My5dC 3EVr6V-2wvJn-eRh4dE",
        "á5dC-3EVr6V-2wvJn-eRh4dE",
    };
    struct text_view with_nul = { "My5d\0-3EVr6V-2wvJn-eRh4dE", 25 };
    struct ballot_credential_text credential = { "before" };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(
            ballot_credential_parse(text_view_of(bad[i]), &credential),
            RESULT_MALFORMED);
    assert_int_equal(ballot_credential_parse(with_nul, &credential),
                     RESULT_MALFORMED);
    assert_string_equal(credential.text, "before");
}

static enum result all_ones(void *user, uint8_t *out, size_t size)
{
    (void)user;
    memset(out, 0xff, size);
    return RESULT_OK;
}

static void without_randomness_there_is_no_credential(void **state)
{
    struct ballot_random stuck = { all_ones, NULL };
    struct ballot_credential_text credential = { "before" };
    char digits[23] = "before";

    (void)state;
    /* One block of 32 bytes gives 22 characters or not: then there is a second
     * one. */
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct ballot_dice dice = { .seed = seed, .fails_at = 1 };
        struct ballot_random random = ballot_dice_random(&dice);

        assert_int_equal(ballot_credential_random(&random, &credential),
                         RESULT_CRYPTO);
    }
    assert_int_equal(ballot_credential_random(&stuck, &credential),
                     RESULT_CRYPTO);
    assert_string_equal(credential.text, "before");
    assert_int_equal(ballot_base58_random(&stuck, 22, digits), RESULT_CRYPTO);
    for (size_t i = 0; i < sizeof digits; i++)
        assert_int_equal(digits[i], 0);
    ballot_credential_wipe(&credential);
    for (size_t i = 0; i < sizeof credential.text; i++)
        assert_int_equal(credential.text[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_credential_of_belenios_gives_its_public_key),
        cmocka_unit_test(new_credentials_have_the_form_and_differ),
        cmocka_unit_test(another_form_is_refused),
        cmocka_unit_test(without_randomness_there_is_no_credential),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
