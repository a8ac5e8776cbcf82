#include "protocol/ballot/ballot_share.h"

#include "protocol/base/limits.h"
#include "tests/support/ballot_committee.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    struct ballot_group *group = NULL;

    assert_int_equal(ballot_group_new(&group), RESULT_OK);
    *state = group;
    return 0;
}

static int tear_down(void **state)
{
    ballot_group_free(*state);
    return 0;
}

static void assert_fault(enum ballot_fault found, enum ballot_fault wanted)
{
    assert_string_equal(ballot_fault_word(found), ballot_fault_word(wanted));
}

/* A box from member 1, who signs with 11, to member 2, who opens with 22. */
struct sealed {
    struct ballot_share_route route;
    struct ballot_scalar signing, decryption, share;
    struct ballot_element verification, encryption;
    struct ballot_share_box box;
};

static struct sealed seal(const struct ballot_group *group, uint64_t seed)
{
    struct ballot_dice dice = { .seed = seed };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct sealed s = { .route = { .attempt = 3,
                                   .certificates = { { 0xcd } },
                                   .sender = 1,
                                   .recipient = 2 },
                        .signing = ballot_scalar_of_number(11),
                        .decryption = ballot_scalar_of_number(22),
                        .share = ballot_scalar_of_number(123456789) };

    assert_int_equal(ballot_group_generate(group, &s.signing, &s.verification),
                     RESULT_OK);
    assert_int_equal(ballot_group_generate(group, &s.decryption, &s.encryption),
                     RESULT_OK);
    assert_int_equal(ballot_share_seal(group, &s.route, &s.share, &s.encryption,
                                       &s.signing, &random, &s.box),
                     RESULT_OK);
    return s;
}

static struct text_view text_of(const struct ballot_share_box *box)
{
    struct byte_writer writer;
    uint8_t *data = NULL;
    size_t size = 0;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_share_write(&writer, box);
    assert_int_equal(byte_writer_take(&writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

static void the_recipient_opens_what_was_sealed(void **state)
{
    const struct sealed s = seal(*state, 1);
    const struct text_view text = text_of(&s.box);
    struct ballot_share_box box;
    struct ballot_scalar share = { { 0 } };

    assert_fault(
        ballot_share_take(*state, text, &s.route, &s.verification, &box),
        BALLOT_FAULT_NONE);
    assert_fault(ballot_share_open(*state, &box, &s.decryption, &share),
                 BALLOT_FAULT_NONE);
    assert_true(ballot_scalar_equal(&share, &s.share));
    text_free(text);
}

static void nobody_else_opens_it(void **state)
{
    const struct sealed s = seal(*state, 2);
    struct ballot_scalar share = { { 0 } };

    assert_fault(ballot_share_open(*state, &s.box, &s.signing, &share),
                 BALLOT_FAULT_SHARE_SEALED);
}

static void every_bit_of_what_is_sealed_counts(void **state)
{
    struct sealed s = seal(*state, 3);
    struct ballot_scalar share = { { 0 } };

    for (size_t i = 0; i < sizeof s.box.data; i++) {
        s.box.data[i] ^= 1;
        assert_fault(ballot_share_open(*state, &s.box, &s.decryption, &share),
                     BALLOT_FAULT_SHARE_SEALED);
        s.box.data[i] ^= 1;
    }
    s.box.route.attempt = 4;
    assert_fault(ballot_share_open(*state, &s.box, &s.decryption, &share),
                 BALLOT_FAULT_SHARE_SEALED);
}

static void two_boxes_of_one_share_have_nothing_in_common(void **state)
{
    const struct sealed a = seal(*state, 4);
    const struct sealed b = seal(*state, 5);

    assert_false(ballot_element_equal(&a.box.alpha, &b.box.alpha));
    assert_memory_not_equal(a.box.data, b.box.data, sizeof a.box.data);
}

static void a_box_is_for_its_route_alone(void **state)
{
    const struct sealed s = seal(*state, 6);
    const struct text_view text = text_of(&s.box);
    struct ballot_share_route routes[4];
    struct ballot_share_box box;

    for (size_t i = 0; i < 4; i++)
        routes[i] = s.route;
    routes[0].attempt = 4;
    routes[1].sender = 2;
    routes[2].recipient = 1;
    routes[3].certificates.bytes[31] = 1;
    for (size_t i = 0; i < 4; i++)
        assert_fault(
            ballot_share_take(*state, text, &routes[i], &s.verification, &box),
            BALLOT_FAULT_SHARE_ROUTE);
    text_free(text);
}

/* Whoever has no key of the sender can write a box to the recipient, but not
 * sign it; nor does the sender's signature hold for another box. */
static void what_the_sender_has_not_signed_is_refused(void **state)
{
    const struct sealed s = seal(*state, 7);
    const struct sealed other = seal(*state, 8);
    struct ballot_share_box mixed = s.box;
    struct ballot_share_box box;
    struct text_view text = text_of(&s.box);

    assert_fault(ballot_share_take(*state, text, &s.route, &s.encryption, &box),
                 BALLOT_FAULT_SHARE_SIGNATURE);
    text_free(text);
    mixed.alpha = other.box.alpha;
    memcpy(mixed.data, other.box.data, sizeof mixed.data);
    text = text_of(&mixed);
    assert_fault(
        ballot_share_take(*state, text, &s.route, &s.verification, &box),
        BALLOT_FAULT_SHARE_SIGNATURE);
    text_free(text);
}

static void a_failing_source_of_randomness_seals_nothing(void **state)
{
    const struct sealed s = seal(*state, 9);
    struct ballot_share_box box;

    for (uint64_t i = 1; i <= 2; i++) {
        struct ballot_dice dice = { .seed = 9, .fails_at = i };
        const struct ballot_random random = ballot_dice_random(&dice);

        assert_int_equal(ballot_share_seal(*state, &s.route, &s.share,
                                           &s.encryption, &s.signing, &random,
                                           &box),
                         RESULT_CRYPTO);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recipient_opens_what_was_sealed),
        cmocka_unit_test(nobody_else_opens_it),
        cmocka_unit_test(every_bit_of_what_is_sealed_counts),
        cmocka_unit_test(two_boxes_of_one_share_have_nothing_in_common),
        cmocka_unit_test(a_box_is_for_its_route_alone),
        cmocka_unit_test(what_the_sender_has_not_signed_is_refused),
        cmocka_unit_test(a_failing_source_of_randomness_seals_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
