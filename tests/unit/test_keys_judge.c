#include "protocol/meeting/keys_judge.h"

#include "protocol/ballot/ballot_certificate.h"
#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_dkg_internal.h"
#include "protocol/ballot/ballot_share.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "tests/support/ballot_committee.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* Three tellers, two of them needed, and what they have sent: all of it. */
struct fixture {
    struct ballot_group *group;
    struct ballot_committee committee;
    struct text_view server_key;
    struct keys_case shown;
};

static struct fixture f;

static struct text_view taken(struct byte_writer *writer)
{
    uint8_t *data = NULL;
    size_t size = 0;

    assert_int_equal(byte_writer_take(writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

static struct text_view deal_of(uint32_t index)
{
    struct ballot_deal deal = { .dealing = f.committee.dealings[index - 1] };
    struct byte_writer writer;

    for (uint32_t i = 1; i <= 3; i++)
        if (i != index)
            deal.boxes[i - 1] = f.committee.boxes[i - 1][index - 1];
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_deal_write(&writer, &deal, 3);
    return taken(&writer);
}

/* The texts of all deals, as they are now. */
static void show_deals(void)
{
    for (uint32_t i = 1; i <= 3; i++) {
        text_free(f.shown.texts.deals[i - 1]);
        f.shown.texts.deals[i - 1] = deal_of(i);
    }
}

static void sign_records(void)
{
    struct byte_writer writer;
    struct keys_record made;
    struct keys_verdict verdict;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    assert_int_equal(
        keys_make_record(f.group, &f.shown.texts, &writer, &made, &verdict),
        RESULT_OK);
    assert_int_equal(verdict.fault, 0);
    assert_int_equal(made.owner_count, 4);
    for (uint32_t i = 0; i < 4; i++)
        f.shown.signatures[i] =
            (struct keys_signature){ true, made.keys[i], made.hash };
    byte_writer_release(&writer);
}

static int set_up(void **state)
{
    struct keys_texts *texts = &f.shown.texts;
    struct ballot_scalar secret;

    (void)state;
    memset(&f, 0, sizeof f);
    assert_int_equal(ballot_group_new(&f.group), RESULT_OK);
    committee_begin(&f.committee, f.group, 2, 3, 40);
    committee_deal(&f.committee);
    f.server_key = single_make(f.group, 9, &secret);
    *texts = (struct keys_texts){
        .size = 3, .threshold = 2, .attempt = 1, .server_key = f.server_key
    };
    memcpy(texts->certificates, f.committee.certificates,
           sizeof texts->certificates);
    show_deals();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
        text_free(f.shown.texts.deals[i]);
    text_free(f.server_key);
    committee_end(&f.committee);
    f.group = ballot_group_free(f.group);
    return 0;
}

static void confirm(void)
{
    committee_receive(&f.committee);
    memcpy(f.shown.texts.keys, f.committee.keys, sizeof f.shown.texts.keys);
}

/* Member 2 complains of member 1. */
static void complain(void)
{
    const struct ballot_random random = ballot_dice_random(&f.committee.dice);

    assert_int_equal(
        ballot_dkg_complain(f.committee.members[1], f.group, 1, &random),
        RESULT_OK);
    f.shown.is_disputed = true;
    f.shown.complaint =
        (struct keys_complaint){ 2, 1,
                                 ballot_dkg_complaint(f.committee.members[1]) };
}

/* Member 1 puts another share into the box for member 2. */
static struct text_view spoil(void)
{
    const struct ballot_random random = ballot_dice_random(&f.committee.dice);
    const struct ballot_scalar share = ballot_scalar_of_number(7);
    const struct ballot_certificate *certificates =
        f.committee.members[0]->certificates;
    struct ballot_share_route route = { .attempt = 1,
                                        .sender = 1,
                                        .recipient = 2 };
    struct ballot_share_box box;
    struct byte_writer writer;
    struct text_view text;

    assert_int_equal(
        ballot_certificates_hash(certificates, 3, &route.certificates),
        RESULT_OK);
    assert_int_equal(ballot_share_seal(f.group, &route, &share,
                                       &certificates[1].encryption,
                                       &f.committee.members[0]->secrets.signing,
                                       &random, &box),
                     RESULT_OK);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_share_write(&writer, &box);
    text = taken(&writer);
    f.committee.boxes[1][0] = text;
    show_deals();
    return text;
}

static void receive_spoilt(void)
{
    struct ballot_blame blame;

    assert_int_equal(committee_member_receives(&f.committee, 2, &blame),
                     RESULT_REFUSED);
}

/* The server's word against the own verdict. */
static void expect(enum keys_fault told, uint32_t guilty, bool is_true,
                   enum keys_fault own, uint32_t named)
{
    const struct keys_verdict said = { told, guilty };
    struct keys_verdict found;
    bool is_found_true = !is_true;

    assert_int_equal(
        keys_check_verdict(f.group, &f.shown, &said, &is_found_true, &found),
        RESULT_OK);
    assert_int_equal(is_found_true, is_true);
    assert_int_equal(found.fault, own);
    assert_int_equal(found.guilty, named);
}

/* --- Complaints ---------------------------------------------------------- */

static void of_a_false_share_its_sender_alone_is_named(void **state)
{
    struct text_view box = spoil();
    (void)state;
    receive_spoilt();
    complain();

    expect(KEYS_BAD_SHARE, 1, true, KEYS_BAD_SHARE, 1);
    expect(KEYS_BAD_SHARE, 3, false, KEYS_BAD_SHARE, 1);
    expect(KEYS_FALSE_COMPLAINT, 2, false, KEYS_BAD_SHARE, 1);
    expect(KEYS_BAD_DEAL, 1, false, KEYS_BAD_SHARE, 1);
    expect(KEYS_BAD_SHARE, 0, false, KEYS_BAD_SHARE, 1);
    text_free(box);
}

static void of_a_false_complaint_its_author_alone_is_named(void **state)
{
    (void)state;
    complain();

    expect(KEYS_FALSE_COMPLAINT, 2, true, KEYS_FALSE_COMPLAINT, 2);
    expect(KEYS_BAD_SHARE, 1, false, KEYS_FALSE_COMPLAINT, 2);
    expect(KEYS_FALSE_COMPLAINT, 1, false, KEYS_FALSE_COMPLAINT, 2);
}

static void a_complaint_that_shows_nothing_is_false(void **state)
{
    (void)state;
    f.shown.is_disputed = true;
    f.shown.complaint = (struct keys_complaint){ 3, 1, { NULL, 0 } };

    expect(KEYS_FALSE_COMPLAINT, 3, true, KEYS_FALSE_COMPLAINT, 3);
    expect(KEYS_BAD_SHARE, 1, false, KEYS_FALSE_COMPLAINT, 3);
}

static void a_complaint_about_what_all_see_is_right(void **state)
{
    const struct text_view good = f.shown.texts.deals[0];
    (void)state;
    f.shown.texts.deals[0] =
        text_replaced(good, "\"sender\":1", "\"sender\":3");
    f.shown.is_disputed = true;
    f.shown.complaint = (struct keys_complaint){ 3, 1, { "", 0 } };

    expect(KEYS_BAD_DEAL, 1, true, KEYS_BAD_DEAL, 1);
    expect(KEYS_FALSE_COMPLAINT, 3, false, KEYS_BAD_DEAL, 1);
    text_free(f.shown.texts.deals[0]);
    f.shown.texts.deals[0] = good;
}

/* --- What all see -------------------------------------------------------- */

static void where_nothing_is_wrong_nobody_is_to_be_named(void **state)
{
    static const struct keys_verdict told[] = {
        { KEYS_BAD_CERTIFICATE, 1 }, { KEYS_BAD_DEAL, 2 },
        { KEYS_BAD_SHARE, 1 },       { KEYS_FALSE_COMPLAINT, 2 },
        { KEYS_BAD_KEY, 3 },         { KEYS_BAD_RECORD, 1 },
        { KEYS_BAD_RECORD, 0 },      { KEYS_BAD_RECORD, 9 },
    };
    (void)state;

    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        expect(told[i].fault, told[i].guilty, false, keys_fault_none_, 0);
    confirm();
    sign_records();
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        expect(told[i].fault, told[i].guilty, false, keys_fault_none_, 0);
}

static void nothing_can_be_said_of_texts_that_never_came(void **state)
{
    (void)state;
    f.shown.texts.certificates[2] = (struct text_view){ NULL, 0 };

    expect(KEYS_BAD_CERTIFICATE, 3, false, keys_fault_none_, 0);
    expect(KEYS_BAD_DEAL, 1, false, keys_fault_none_, 0);
}

static void that_keys_were_begun_anew_is_no_verdict(void **state)
{
    (void)state;

    expect(KEYS_RESTARTED, 0, true, keys_fault_none_, 0);
}

static void of_two_faults_each_may_be_named(void **state)
{
    const struct text_view first = f.shown.texts.deals[0];
    const struct text_view last = f.shown.texts.deals[2];
    (void)state;
    f.shown.texts.deals[0] =
        text_replaced(first, "\"sender\":1", "\"sender\":3");
    f.shown.texts.deals[2] =
        text_replaced(last, "\"sender\":3", "\"sender\":1");

    expect(KEYS_BAD_DEAL, 1, true, KEYS_BAD_DEAL, 1);
    expect(KEYS_BAD_DEAL, 3, true, KEYS_BAD_DEAL, 1);
    expect(KEYS_BAD_DEAL, 2, false, KEYS_BAD_DEAL, 1);
    text_free(f.shown.texts.deals[0]);
    text_free(f.shown.texts.deals[2]);
    f.shown.texts.deals[0] = first;
    f.shown.texts.deals[2] = last;
}

static void a_false_key_is_that_of_whoever_sent_it(void **state)
{
    struct text_view bad;
    (void)state;
    confirm();
    bad = text_replaced(f.shown.texts.keys[1], "\"challenge\":\"",
                        "\"challenge\":\"1");
    f.shown.texts.keys[1] = bad;

    expect(KEYS_BAD_KEY, 2, true, KEYS_BAD_KEY, 2);
    expect(KEYS_BAD_KEY, 1, false, KEYS_BAD_KEY, 2);
    text_free(bad);
}

/* --- Signatures of the record -------------------------------------------- */

static void who_signed_another_record_is_named(void **state)
{
    (void)state;
    confirm();
    sign_records();
    f.shown.signatures[2].key.bytes[0] ^= 1;

    expect(KEYS_BAD_RECORD, 2, true, KEYS_BAD_RECORD, 2);
    expect(KEYS_BAD_RECORD, 1, false, KEYS_BAD_RECORD, 2);
    f.shown.signatures[3].trustees.bytes[0] ^= 1;
    expect(KEYS_BAD_RECORD, 3, true, KEYS_BAD_RECORD, 2);
}

/* What the server signs itself is nobody else's fault. */
static void
of_a_record_that_the_server_alone_signed_nobody_is_named(void **state)
{
    (void)state;
    confirm();
    sign_records();
    f.shown.signatures[0].trustees.bytes[0] ^= 1;
    for (size_t i = 1; i < 4; i++)
        f.shown.signatures[i].is_there = false;

    expect(KEYS_BAD_RECORD, 1, false, keys_fault_none_, 0);
}

/* --- Keys that two have ----------------------------------------------------
 */

/* Nor by a server that lies, nor when somebody complains of it. */
static void expect_nobody(void)
{
    f.shown.is_disputed = false;
    for (uint32_t i = 1; i <= f.shown.texts.size; i++) {
        expect(KEYS_BAD_CERTIFICATE, i, false, KEYS_SAME_KEY, 0);
        expect(KEYS_SAME_KEY, i, false, KEYS_SAME_KEY, 0);
        expect(KEYS_BAD_RECORD, i, false, KEYS_SAME_KEY, 0);
    }
    expect(KEYS_SAME_KEY, 0, true, KEYS_SAME_KEY, 0);
    f.shown.is_disputed = true;
    f.shown.complaint = (struct keys_complaint){ 1, 2, { "", 0 } };
    expect(KEYS_SAME_KEY, 0, true, KEYS_SAME_KEY, 0);
    expect(KEYS_FALSE_COMPLAINT, 1, false, KEYS_SAME_KEY, 0);
}

/* Member 1 waits for an element of member 3, and has it in its certificate. */
static void of_a_key_of_a_group_that_two_have_nobody_is_named(void **state)
{
    const struct ballot_random random = ballot_dice_random(&f.committee.dice);
    struct text_view *first = &f.shown.texts.certificates[0];
    const struct text_view good = *first;
    const struct ballot_dkg *copier = f.committee.members[0];
    const struct ballot_dkg *other = f.committee.members[2];
    const struct ballot_scalar *elements[] = { &other->secrets.decryption,
                                               &other->secrets.signing };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ballot_certificate certificate;
        struct byte_writer writer;

        assert_int_equal(ballot_certificate_make(f.group, &copier->context,
                                                 &copier->secrets.signing,
                                                 elements[i], &random,
                                                 &certificate),
                         RESULT_OK);
        byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
        ballot_certificate_write(&writer, &certificate);
        *first = taken(&writer);
        expect_nobody();
        text_free(*first);
        *first = good;
    }
}

/* Keys of a group are of all deals: the last to deal may aim at another's. */
static void of_a_key_of_the_record_that_two_have_nobody_is_named(void **state)
{
    const struct ballot_random random = ballot_dice_random(&f.committee.dice);
    struct ballot_trustee_key key;
    struct byte_writer writer;
    struct text_view text;
    (void)state;
    confirm();
    assert_int_equal(
        ballot_trustee_key_of_secret(
            f.group, &f.committee.members[2]->secrets.secret, &random, &key),
        RESULT_OK);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_trustee_key_write(&writer, &key);
    text = taken(&writer);
    f.shown.texts.server_key = text;
    expect_nobody();
    f.shown.texts.server_key = f.server_key;
    text_free(text);
}

/* --- Small committees ---------------------------------------------------- */

/* The first may have waited for the second's key and sent it as its own. */
static void of_two_tellers_with_one_key_nobody_is_named(void **state)
{
    struct ballot_scalar secret;
    const struct text_view key = single_make(f.group, 3, &secret);
    const struct keys_case kept = f.shown;
    (void)state;
    f.shown = (struct keys_case){ .texts = { .size = 2,
                                             .threshold = 2,
                                             .attempt = 1,
                                             .server_key = f.server_key,
                                             .certificates = { key, key } } };

    expect_nobody();
    f.shown.texts.certificates[0] = f.server_key;
    expect_nobody();
    f.shown = kept;
    text_free(key);
}

/* A key of the server that nobody can use is no teller's fault. */
static void a_false_key_of_the_server_names_no_teller(void **state)
{
    struct ballot_scalar secret;
    const struct text_view key = single_make(f.group, 3, &secret);
    const struct keys_case kept = f.shown;
    (void)state;
    f.shown = (struct keys_case){ .texts = { .size = 1,
                                             .threshold = 1,
                                             .attempt = 1,
                                             .server_key = TEXT_LITERAL("{}"),
                                             .certificates = { key } } };

    expect(KEYS_BAD_CERTIFICATE, 1, false, KEYS_BAD_CERTIFICATE, 0);
    expect(KEYS_BAD_CERTIFICATE, 0, true, KEYS_BAD_CERTIFICATE, 0);
    f.shown = kept;
    text_free(key);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(of_a_false_share_its_sender_alone_is_named),
        CASE(of_a_false_complaint_its_author_alone_is_named),
        CASE(a_complaint_that_shows_nothing_is_false),
        CASE(a_complaint_about_what_all_see_is_right),
        CASE(where_nothing_is_wrong_nobody_is_to_be_named),
        CASE(nothing_can_be_said_of_texts_that_never_came),
        CASE(that_keys_were_begun_anew_is_no_verdict),
        CASE(of_two_faults_each_may_be_named),
        CASE(a_false_key_is_that_of_whoever_sent_it),
        CASE(who_signed_another_record_is_named),
        CASE(of_a_record_that_the_server_alone_signed_nobody_is_named),
        CASE(of_a_key_of_a_group_that_two_have_nobody_is_named),
        CASE(of_a_key_of_the_record_that_two_have_nobody_is_named),
        CASE(of_two_tellers_with_one_key_nobody_is_named),
        CASE(a_false_key_of_the_server_names_no_teller),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
