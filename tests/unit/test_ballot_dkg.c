#include "protocol/ballot/ballot_dkg.h"

#include "protocol/ballot/ballot_dkg_internal.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_value.h"
#include "tests/support/ballot_committee.h"

#include <openssl/crypto.h>
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

/* The secret that these shares (of the members with these numbers) make up:
 * the sum of share * product of k/(k - j). */
static struct ballot_scalar interpolated(const struct ballot_scalar *shares,
                                         const uint32_t *numbers,
                                         uint32_t count)
{
    struct ballot_scalar sum = ballot_scalar_of_number(0);

    for (uint32_t i = 0; i < count; i++) {
        const struct ballot_scalar own = ballot_scalar_of_number(numbers[i]);
        struct ballot_scalar term = shares[numbers[i] - 1];

        for (uint32_t k = 0; k < count; k++) {
            const struct ballot_scalar other =
                ballot_scalar_of_number(numbers[k]);
            struct ballot_scalar distance =
                ballot_scalar_subtract(&other, &own);

            if (k == i)
                continue;
            assert_int_equal(ballot_scalar_invert(&distance, &distance),
                             RESULT_OK);
            term = ballot_scalar_multiply(&term, &other);
            term = ballot_scalar_multiply(&term, &distance);
        }
        sum = ballot_scalar_add(&sum, &term);
    }
    return sum;
}

/* --- Groups that are made ------------------------------------------------ */

/* The first and the last `threshold` members hold the same secret, it is that
 * of the group's key, and fewer do not. */
static void try_group(const struct ballot_group *group, uint32_t threshold,
                      uint32_t size)
{
    static const uint32_t numbers[] = { 1, 2, 3, 4, 5 };
    struct ballot_committee committee;
    struct ballot_scalar shares[COMMITTEE_MAX];
    struct ballot_scalar secret, again, fewer;
    struct ballot_element key, wanted;
    struct ballot_coefficients *all = calloc(size, sizeof *all);

    assert_non_null(all);
    committee_begin(&committee, group, threshold, size, 10 * size + threshold);
    committee_deal(&committee);
    committee_receive(&committee);
    text_free(committee_record(&committee));
    for (uint32_t i = 0; i < size; i++) {
        shares[i] = *ballot_dkg_secret(committee.members[i]);
        assert_fault(
            ballot_coefficients_take(group, committee.dealings[i],
                                     committee.members[0]->certificates, size,
                                     threshold, i + 1, &all[i]),
            BALLOT_FAULT_NONE);
    }
    secret = interpolated(shares, numbers, threshold);
    again = interpolated(shares, numbers + size - threshold, threshold);
    assert_true(ballot_scalar_equal(&secret, &again));
    assert_int_equal(ballot_group_generate(group, &secret, &key), RESULT_OK);
    assert_int_equal(ballot_coefficients_key(group, all, size, 0, &wanted),
                     RESULT_OK);
    assert_true(ballot_element_equal(&key, &wanted));
    if (threshold > 1) {
        fewer = interpolated(shares, numbers, threshold - 1);
        assert_false(ballot_scalar_equal(&secret, &fewer));
    }
    free(all);
    committee_end(&committee);
}

static void as_many_as_are_needed_hold_the_key_and_fewer_do_not(void **state)
{
    try_group(*state, 1, 1);
    try_group(*state, 2, 2);
    try_group(*state, 2, 3);
    try_group(*state, 3, 3);
    try_group(*state, 2, 4);
    try_group(*state, 3, 5);
    try_group(*state, 5, 5);
}

static void groups_that_are_none_are_not_begun(void **state)
{
    static const struct ballot_context contexts[] = {
        { .size = 0, .threshold = 0, .index = 0 },
        { .size = 3, .threshold = 0, .index = 1 },
        { .size = 3, .threshold = 1, .index = 1 },
        { .size = 3, .threshold = 4, .index = 1 },
        { .size = 3, .threshold = 2, .index = 0 },
        { .size = 3, .threshold = 2, .index = 4 },
        { .size = LIMIT_BALLOT_TRUSTEES + 1, .threshold = 2, .index = 1 },
    };
    struct ballot_dice dice = { .seed = 1 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_dkg *dkg = NULL;

    for (size_t i = 0; i < sizeof contexts / sizeof contexts[0]; i++)
        assert_int_equal(
            ballot_dkg_begin(*state, &contexts[i], 1, &random, &dkg),
            RESULT_INVALID);
    assert_null(dkg);
    assert_int_equal(dice.count, 0);
}

/* --- Steps --------------------------------------------------------------- */

static void a_step_out_of_order_is_refused(void **state)
{
    struct ballot_committee c;
    struct ballot_blame blame;
    struct ballot_random random;

    committee_begin(&c, *state, 2, 2, 20);
    random = ballot_dice_random(&c.dice);
    assert_int_equal(committee_member_receives(&c, 1, &blame), RESULT_INVALID);
    assert_int_equal(ballot_dkg_complain(c.members[0], c.group, 2, &random),
                     RESULT_INVALID);
    committee_deal(&c);
    assert_int_equal(committee_member_deals(&c, 1, &blame), RESULT_INVALID);
    assert_int_equal(ballot_dkg_complain(c.members[0], c.group, 1, &random),
                     RESULT_INVALID);
    assert_int_equal(ballot_dkg_complain(c.members[0], c.group, 3, &random),
                     RESULT_INVALID);
    assert_null(ballot_dkg_secret(c.members[0]));
    committee_receive(&c);
    assert_int_equal(committee_member_receives(&c, 1, &blame), RESULT_INVALID);
    assert_int_equal(ballot_dkg_complain(c.members[0], c.group, 2, &random),
                     RESULT_INVALID);
    assert_int_equal(ballot_dkg_step(c.members[0]), BALLOT_DKG_KEYED);
    committee_end(&c);
}

static void shares_go_out_once_and_always_as_the_same_bytes(void **state)
{
    struct ballot_committee c;
    struct ballot_blame blame;
    char *box = NULL;
    size_t size = 0;

    committee_begin(&c, *state, 2, 3, 21);
    committee_deal(&c);
    size = c.boxes[1][0].size;
    box = malloc(size);
    assert_non_null(box);
    memcpy(box, c.boxes[1][0].data, size);
    assert_int_equal(committee_member_deals(&c, 1, &blame), RESULT_INVALID);
    assert_int_equal(ballot_dkg_box(c.members[0], 2).size, size);
    assert_memory_equal(ballot_dkg_box(c.members[0], 2).data, box, size);
    assert_int_equal(ballot_dkg_box(c.members[0], 1).size, 0);
    assert_int_equal(ballot_dkg_box(c.members[0], 4).size, 0);
    free(box);
    committee_end(&c);
}

/* --- Certificates -------------------------------------------------------- */

static void expect_deal(struct ballot_committee *c, uint32_t number,
                        enum ballot_fault fault, uint32_t guilty)
{
    struct ballot_blame blame = { .fault = BALLOT_FAULT_NONE };

    assert_int_equal(committee_member_deals(c, number, &blame), RESULT_REFUSED);
    assert_fault(blame.fault, fault);
    assert_int_equal(blame.member, guilty);
    assert_false(blame.is_for_complaint);
    assert_int_equal(ballot_dkg_step(c->members[number - 1]),
                     BALLOT_DKG_CERTIFIED);
}

static void a_certificate_of_another_group_is_named(void **state)
{
    struct ballot_committee c, other;

    committee_begin(&c, *state, 2, 3, 22);
    committee_begin(&other, *state, 3, 3, 23);
    c.certificates[1] = other.certificates[1];
    expect_deal(&c, 1, BALLOT_FAULT_CERTIFICATE_CONTEXT, 2);
    c.certificates[1] = ballot_dkg_certificate(c.members[2]);
    expect_deal(&c, 1, BALLOT_FAULT_CERTIFICATE_CONTEXT, 2);
    expect_deal(&c, 2, BALLOT_FAULT_CERTIFICATE, 2);
    committee_end(&other);
    committee_end(&c);
}

static void a_changed_certificate_is_named(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } changes[] = {
        { "\\\"size\\\":3", "\\\"size\\\":4",
          BALLOT_FAULT_CERTIFICATE_CONTEXT },
        { "\\\"context\\\":", "\\\"contexts\\\":",
          BALLOT_FAULT_CERTIFICATE_CONTEXT },
        { "BELENIOS-2048", "RFC-3526-2048", BALLOT_FAULT_CERTIFICATE },
        { "\\\"verification\\\":\\\"", "\\\"verification\\\":\\\"0",
          BALLOT_FAULT_CERTIFICATE },
        { "\\\"encryption\\\"", "\\\"decryption\\\"",
          BALLOT_FAULT_CERTIFICATE },
        { "}\",\"signature\"", "} \",\"signature\"", BALLOT_FAULT_CERTIFICATE },
        { "{\"message\"", "{ \"message\"", BALLOT_FAULT_JSON },
        { "\"signature\"", "\"signatures\"", BALLOT_FAULT_FIELD },
        { "\"challenge\":\"", "\"challenge\":\"0", BALLOT_FAULT_NUMBER },
        { "\"challenge\":\"", "\"challenge\":\"1\",\"more\":\"1",
          BALLOT_FAULT_FIELD },
    };
    struct ballot_committee c;

    committee_begin(&c, *state, 2, 3, 24);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        c.certificates[2] = text_replaced(ballot_dkg_certificate(c.members[2]),
                                          changes[i].from, changes[i].to);
        expect_deal(&c, 1, changes[i].fault, 3);
        text_free(c.certificates[2]);
    }
    committee_end(&c);
}

/* A certificate with these keys, signed with the secret of member `number`. */
static struct text_view forged(const struct ballot_committee *c,
                               uint32_t number,
                               const struct ballot_element *verification,
                               const struct ballot_element *encryption)
{
    const struct ballot_dkg *member = c->members[number - 1];
    struct ballot_dice dice = { .seed = 99 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_certificate certificate;
    struct byte_writer writer;
    uint8_t *data = NULL;
    size_t size = 0;

    assert_int_equal(ballot_certificate_make(
                         c->group, &member->context, &member->secrets.signing,
                         &member->secrets.decryption, &random, &certificate),
                     RESULT_OK);
    if (verification)
        certificate.verification = *verification;
    if (encryption)
        certificate.encryption = *encryption;
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_certificate_write(&writer, &certificate);
    assert_int_equal(byte_writer_take(&writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

static void keys_that_are_none_are_named(void **state)
{
    const struct ballot_element one = ballot_element_identity();
    const struct ballot_element g = ballot_group_generator(*state);
    struct ballot_element outside = { { 0 } };
    struct ballot_committee c;

    outside.bytes[BALLOT_ELEMENT_SIZE - 1] = 2;
    committee_begin(&c, *state, 2, 2, 25);
    c.certificates[1] = forged(&c, 2, &outside, NULL);
    expect_deal(&c, 1, BALLOT_FAULT_NOT_IN_GROUP, 2);
    text_free(c.certificates[1]);
    c.certificates[1] = forged(&c, 2, NULL, &outside);
    expect_deal(&c, 1, BALLOT_FAULT_NOT_IN_GROUP, 2);
    text_free(c.certificates[1]);
    c.certificates[1] = forged(&c, 2, &one, NULL);
    expect_deal(&c, 1, BALLOT_FAULT_IDENTITY, 2);
    text_free(c.certificates[1]);
    c.certificates[1] = forged(&c, 2, NULL, &one);
    expect_deal(&c, 1, BALLOT_FAULT_IDENTITY, 2);
    text_free(c.certificates[1]);
    c.certificates[1] = forged(&c, 2, NULL, &g);
    expect_deal(&c, 1, BALLOT_FAULT_CERTIFICATE_SIGNATURE, 2);
    text_free(c.certificates[1]);
    committee_end(&c);
}

/* A certificate of member `number` with an element of another, rightly signed:
 * it has the secret, or copied the element. */
static void copy_key(struct ballot_committee *c, uint32_t number,
                     const struct ballot_scalar *secret)
{
    c->members[number - 1]->secrets.decryption = *secret;
    c->certificates[number - 1] = forged(c, number, NULL, NULL);
}

/* Whoever copied, and whatever its number: not even the copier is named,
 * because nothing in the texts tells it from the other. */
static void of_a_key_that_two_have_nobody_is_named(void **state)
{
    struct ballot_committee c;

    for (uint32_t copier = 1; copier <= 3; copier += 2) {
        const uint32_t other = 4 - copier;

        committee_begin(&c, *state, 2, 3, 26);
        copy_key(&c, copier, &c.members[other - 1]->secrets.decryption);
        expect_deal(&c, 2, BALLOT_FAULT_SAME_KEY, 0);
        expect_deal(&c, other, BALLOT_FAULT_SAME_KEY, 0);
        text_free(c.certificates[copier - 1]);
        copy_key(&c, copier, &c.members[other - 1]->secrets.signing);
        expect_deal(&c, 2, BALLOT_FAULT_SAME_KEY, 0);
        expect_deal(&c, other, BALLOT_FAULT_SAME_KEY, 0);
        text_free(c.certificates[copier - 1]);
        committee_end(&c);
    }
}

/* Also where two others have the same key. */
static void a_key_twice_in_one_certificate_is_its_sender_s(void **state)
{
    struct ballot_committee c;

    committee_begin(&c, *state, 2, 3, 27);
    copy_key(&c, 3, &c.members[2]->secrets.signing);
    expect_deal(&c, 1, BALLOT_FAULT_SAME_KEY, 3);
    copy_key(&c, 2, &c.members[0]->secrets.decryption);
    expect_deal(&c, 1, BALLOT_FAULT_SAME_KEY, 3);
    text_free(c.certificates[1]);
    text_free(c.certificates[2]);
    committee_end(&c);
}

/* --- Dealings ------------------------------------------------------------ */

static void expect_receipt(struct ballot_committee *c, uint32_t number,
                           enum ballot_fault fault, uint32_t guilty)
{
    struct ballot_blame blame = { .fault = BALLOT_FAULT_NONE };

    assert_int_equal(committee_member_receives(c, number, &blame),
                     RESULT_REFUSED);
    assert_fault(blame.fault, fault);
    assert_int_equal(blame.member, guilty);
    assert_int_equal(blame.is_for_complaint,
                     fault == BALLOT_FAULT_SHARE ||
                         fault == BALLOT_FAULT_SHARE_SEALED);
    assert_int_equal(ballot_dkg_step(c->members[number - 1]), BALLOT_DKG_DEALT);
}

/* The server shows member 3 another certificate of member 2 than the rest. */
static void
a_swapped_certificate_comes_out_by_the_signature_over_all(void **state)
{
    struct ballot_committee c, other;
    struct text_view certificates[COMMITTEE_MAX];
    struct ballot_blame blame;

    committee_begin(&c, *state, 2, 3, 27);
    committee_begin(&other, *state, 2, 3, 28);
    memcpy(certificates, c.certificates, sizeof certificates);
    for (uint32_t i = 1; i <= 3; i++) {
        c.certificates[1] = i == 3 ? other.certificates[1] : certificates[1];
        assert_int_equal(committee_member_deals(&c, i, &blame), RESULT_OK);
        c.dealings[i - 1] = ballot_dkg_dealing(c.members[i - 1]);
    }
    for (uint32_t i = 1; i <= 3; i++)
        for (uint32_t j = 1; j <= 3; j++)
            c.boxes[j - 1][i - 1] = ballot_dkg_box(c.members[i - 1], j);
    expect_receipt(&c, 1, BALLOT_FAULT_CERTS_SIGNATURE, 3);
    expect_receipt(&c, 2, BALLOT_FAULT_CERTS_SIGNATURE, 3);
    expect_receipt(&c, 3, BALLOT_FAULT_CERTS_SIGNATURE, 1);
    committee_end(&other);
    committee_end(&c);
}

static void a_changed_dealing_is_named(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } changes[] = {
        { "{\"coefexps\"", "{\"coefs\"", BALLOT_FAULT_FIELD },
        { "{\\\"coefexps\\\":", "{\\\"coefs\\\":", BALLOT_FAULT_COEFFICIENTS },
        { "{\\\"coefexps\\\":[", "{\\\"coefexps\\\":[\\\"1\\\",",
          BALLOT_FAULT_COEFFICIENTS },
        { "{\\\"coefexps\\\":[\\\"", "{\\\"coefexps\\\":[\\\"+",
          BALLOT_FAULT_COEFFICIENTS },
        { "\"response\":\"", "\"response\":\"00", BALLOT_FAULT_NUMBER },
        { "},\"signature\":{\"challenge\":\"",
          "},\"signature\":{\"challenge\":\"0", BALLOT_FAULT_NUMBER },
    };
    struct ballot_committee c;

    committee_begin(&c, *state, 2, 3, 29);
    committee_deal(&c);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        c.dealings[1] = text_replaced(ballot_dkg_dealing(c.members[1]),
                                      changes[i].from, changes[i].to);
        expect_receipt(&c, 1, changes[i].fault, 2);
        text_free(c.dealings[1]);
    }
    c.dealings[1] = c.dealings[2];
    expect_receipt(&c, 1, BALLOT_FAULT_COEFFICIENTS_SIGNATURE, 2);
    committee_end(&c);
}

/* What member `number` says when it has chosen such coefficients itself. */
static struct text_view dealing_of(const struct ballot_committee *c,
                                   uint32_t number,
                                   const struct ballot_scalar *polynomial,
                                   uint32_t count)
{
    const struct ballot_dkg *member = c->members[number - 1];
    struct ballot_dice dice = { .seed = 98 };
    const struct ballot_random random = ballot_dice_random(&dice);
    struct ballot_coefficients *made = calloc(1, sizeof *made);
    struct byte_writer writer;
    uint8_t *data = NULL;
    size_t size = 0;

    assert_non_null(made);
    assert_int_equal(ballot_coefficients_make(
                         c->group, polynomial, count, &member->secrets.signing,
                         member->certificates, c->size, &random, made),
                     RESULT_OK);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_coefficients_write_dealing(&writer, made);
    free(made);
    assert_int_equal(byte_writer_take(&writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

static void polynomials_of_another_degree_are_named(void **state)
{
    const struct ballot_scalar polynomial[] = { ballot_scalar_of_number(5),
                                                ballot_scalar_of_number(0),
                                                ballot_scalar_of_number(7) };
    struct ballot_committee c;

    committee_begin(&c, *state, 2, 2, 30);
    committee_deal(&c);
    c.dealings[1] = dealing_of(&c, 2, polynomial, 1);
    expect_receipt(&c, 1, BALLOT_FAULT_COEFFICIENTS, 2);
    text_free(c.dealings[1]);
    c.dealings[1] = dealing_of(&c, 2, polynomial, 3);
    expect_receipt(&c, 1, BALLOT_FAULT_COEFFICIENTS, 2);
    text_free(c.dealings[1]);
    /* A highest coefficient of zero is a lower degree in disguise. */
    c.dealings[1] = dealing_of(&c, 2, polynomial, 2);
    expect_receipt(&c, 1, BALLOT_FAULT_IDENTITY, 2);
    text_free(c.dealings[1]);
    committee_end(&c);
}

/* --- Boxes --------------------------------------------------------------- */

static void a_false_share_is_named_and_is_for_complaint(void **state)
{
    const struct ballot_scalar polynomial[] = { ballot_scalar_of_number(5),
                                                ballot_scalar_of_number(7) };
    struct ballot_committee c;

    committee_begin(&c, *state, 2, 3, 31);
    committee_deal(&c);
    /* Other coefficients than those of the shares that it has sent. */
    c.dealings[1] = dealing_of(&c, 2, polynomial, 2);
    expect_receipt(&c, 1, BALLOT_FAULT_SHARE, 2);
    expect_receipt(&c, 3, BALLOT_FAULT_SHARE, 2);
    text_free(c.dealings[1]);
    committee_end(&c);
}

static void a_box_that_belongs_elsewhere_is_refused(void **state)
{
    struct ballot_committee c, later;

    committee_begin(&c, *state, 2, 3, 32);
    committee_deal(&c);
    c.boxes[0][1] = ballot_dkg_box(c.members[1], 3);
    expect_receipt(&c, 1, BALLOT_FAULT_SHARE_ROUTE, 2);
    c.boxes[0][1] = ballot_dkg_box(c.members[2], 1);
    expect_receipt(&c, 1, BALLOT_FAULT_SHARE_ROUTE, 2);
    /* Of another attempt, even with the same keys. */
    c.boxes[0][1] = ballot_dkg_box(c.members[1], 1);
    c.members[0]->attempt = 2;
    expect_receipt(&c, 1, BALLOT_FAULT_SHARE_ROUTE, 2);
    c.members[0]->attempt = 1;
    committee_begin(&later, *state, 2, 3, 33);
    committee_deal(&later);
    later.boxes[0][1] = ballot_dkg_box(c.members[1], 1);
    expect_receipt(&later, 1, BALLOT_FAULT_SHARE_ROUTE, 2);
    committee_end(&later);
    committee_end(&c);
}

/* --- At rest ------------------------------------------------------------- */

/* The machine goes through its bytes and gives the same bytes again. */
static void reload(struct ballot_committee *c, uint32_t number)
{
    struct ballot_dkg **member = &c->members[number - 1];
    struct ballot_dkg *again = NULL;
    uint8_t *bytes = NULL, *more = NULL;
    size_t size = 0, more_size = 0;

    assert_int_equal(ballot_dkg_encode(*member, &bytes, &size), RESULT_OK);
    assert_int_equal(ballot_dkg_decode(c->group, bytes, size, &again),
                     RESULT_OK);
    assert_int_equal(ballot_dkg_encode(again, &more, &more_size), RESULT_OK);
    assert_int_equal(more_size, size);
    assert_memory_equal(more, bytes, size);
    assert_int_equal(ballot_dkg_step(again), ballot_dkg_step(*member));
    ballot_dkg_free(*member);
    *member = again;
    OPENSSL_clear_free(bytes, size);
    OPENSSL_clear_free(more, more_size);
}

static void a_machine_goes_on_from_its_bytes_after_every_step(void **state)
{
    struct ballot_committee c;
    struct ballot_blame blame;

    committee_begin(&c, *state, 2, 3, 34);
    reload(&c, 2);
    c.certificates[1] = ballot_dkg_certificate(c.members[1]);
    committee_deal(&c);
    reload(&c, 2);
    c.dealings[1] = ballot_dkg_dealing(c.members[1]);
    for (uint32_t j = 0; j < 3; j++)
        c.boxes[j][1] = ballot_dkg_box(c.members[1], j + 1);
    c.certificates[1] = ballot_dkg_certificate(c.members[1]);
    assert_int_equal(committee_member_deals(&c, 2, &blame), RESULT_INVALID);
    committee_receive(&c);
    reload(&c, 2);
    c.certificates[1] = ballot_dkg_certificate(c.members[1]);
    c.dealings[1] = ballot_dkg_dealing(c.members[1]);
    c.keys[1] = ballot_dkg_key(c.members[1]);
    assert_non_null(ballot_dkg_secret(c.members[1]));
    text_free(committee_record(&c));
    committee_end(&c);
}

static void bytes_that_no_machine_gave_are_refused(void **state)
{
    struct ballot_committee c;
    struct ballot_dkg *again = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;

    committee_begin(&c, *state, 2, 2, 35);
    committee_deal(&c);
    assert_int_equal(ballot_dkg_encode(c.members[0], &bytes, &size), RESULT_OK);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(ballot_dkg_decode(c.group, bytes, cut, &again),
                         RESULT_CORRUPT);
    /* The mark, the step, the group: each byte of them counts. The attempt's
     * number may be any. */
    for (size_t at = 0; at < 30; at++) {
        if (at >= 14 && at < 18)
            continue;
        bytes[at] ^= 0x80;
        assert_int_equal(ballot_dkg_decode(c.group, bytes, size, &again),
                         RESULT_CORRUPT);
        bytes[at] ^= 0x80;
    }
    bytes[30] = 0xff; /* a scalar above q */
    assert_int_equal(ballot_dkg_decode(c.group, bytes, size, &again),
                     RESULT_CORRUPT);
    assert_null(again);
    OPENSSL_clear_free(bytes, size);
    committee_end(&c);
}

static void what_is_not_needed_any_more_is_wiped(void **state)
{
    static const struct ballot_scalar nothing;
    struct ballot_committee c;
    struct ballot_random random;

    committee_begin(&c, *state, 2, 2, 36);
    random = ballot_dice_random(&c.dice);
    committee_deal(&c);
    assert_int_equal(ballot_dkg_complain(c.members[1], c.group, 1, &random),
                     RESULT_OK);
    assert_true(ballot_scalar_equal(&c.members[1]->secrets.signing, &nothing));
    assert_true(
        ballot_scalar_equal(&c.members[1]->secrets.own_share, &nothing));
    reload(&c, 2);
    assert_true(ballot_dkg_complaint(c.members[1]).size > 0);
    committee_end(&c);
    committee_begin(&c, *state, 2, 2, 36);
    committee_deal(&c);
    committee_receive(&c);
    assert_true(ballot_scalar_equal(&c.members[0]->secrets.signing, &nothing));
    assert_true(
        ballot_scalar_equal(&c.members[0]->secrets.decryption, &nothing));
    committee_end(&c);
}

/* --- Failing randomness -------------------------------------------------- */

static void a_failing_source_of_randomness_makes_nothing(void **state)
{
    struct ballot_committee c;
    struct ballot_blame blame;
    struct ballot_random random;
    struct ballot_dkg *dkg = NULL;
    uint64_t before = 0;

    committee_begin(&c, *state, 2, 2, 37);
    random = ballot_dice_random(&c.dice);
    /* Two keys and a signature. */
    before = c.dice.count;
    for (uint64_t i = 1; i <= 3; i++) {
        c.dice.fails_at = c.dice.count + i;
        assert_int_equal(
            ballot_dkg_begin(c.group, &c.members[0]->context, 1, &random, &dkg),
            RESULT_CRYPTO);
    }
    assert_null(dkg);
    assert_true(c.dice.count >= before + 3);
    /* Two coefficients, two signatures; for the box one, and its signature. */
    for (uint64_t i = 1; i <= 6; i++) {
        c.dice.fails_at = c.dice.count + i;
        assert_int_equal(committee_member_deals(&c, 1, &blame), RESULT_CRYPTO);
        assert_int_equal(ballot_dkg_step(c.members[0]), BALLOT_DKG_CERTIFIED);
        assert_int_equal(ballot_dkg_dealing(c.members[0]).size, 0);
    }
    committee_deal(&c);
    /* A proof and a signature. */
    for (uint64_t i = 1; i <= 2; i++) {
        c.dice.fails_at = c.dice.count + i;
        assert_int_equal(committee_member_receives(&c, 1, &blame),
                         RESULT_CRYPTO);
        assert_null(ballot_dkg_secret(c.members[0]));
    }
    c.dice.fails_at = c.dice.count + 1;
    assert_int_equal(ballot_dkg_complain(c.members[0], c.group, 2, &random),
                     RESULT_CRYPTO);
    assert_int_equal(ballot_dkg_step(c.members[0]), BALLOT_DKG_DEALT);
    committee_receive(&c);
    committee_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_as_are_needed_hold_the_key_and_fewer_do_not),
        cmocka_unit_test(groups_that_are_none_are_not_begun),
        cmocka_unit_test(a_step_out_of_order_is_refused),
        cmocka_unit_test(shares_go_out_once_and_always_as_the_same_bytes),
        cmocka_unit_test(a_certificate_of_another_group_is_named),
        cmocka_unit_test(a_changed_certificate_is_named),
        cmocka_unit_test(keys_that_are_none_are_named),
        cmocka_unit_test(of_a_key_that_two_have_nobody_is_named),
        cmocka_unit_test(a_key_twice_in_one_certificate_is_its_sender_s),
        cmocka_unit_test(
            a_swapped_certificate_comes_out_by_the_signature_over_all),
        cmocka_unit_test(a_changed_dealing_is_named),
        cmocka_unit_test(polynomials_of_another_degree_are_named),
        cmocka_unit_test(a_false_share_is_named_and_is_for_complaint),
        cmocka_unit_test(a_box_that_belongs_elsewhere_is_refused),
        cmocka_unit_test(a_machine_goes_on_from_its_bytes_after_every_step),
        cmocka_unit_test(bytes_that_no_machine_gave_are_refused),
        cmocka_unit_test(what_is_not_needed_any_more_is_wiped),
        cmocka_unit_test(a_failing_source_of_randomness_makes_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
