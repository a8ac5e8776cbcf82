#include "protocol/ballot/ballot_complaint.h"

#include "protocol/ballot/ballot_dkg_internal.h"
#include "protocol/ballot/ballot_signed.h"
#include "tests/support/ballot_committee.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* Three members, two needed; member 2 complains of member 1. */
struct fixture {
    struct ballot_group *group;
    struct ballot_committee committee;
    struct ballot_certificate certificates[COMMITTEE_MAX];
    struct ballot_share_route route;
    struct ballot_complaint_case shown;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct ballot_committee *c = &f.committee;

    memset(&f, 0, sizeof f);
    assert_int_equal(ballot_group_new(&f.group), RESULT_OK);
    committee_begin(c, f.group, 2, 3, 40);
    committee_deal(c);
    memcpy(f.certificates, c->members[0]->certificates, sizeof f.certificates);
    f.route = (struct ballot_share_route){ .attempt = 1,
                                           .sender = 1,
                                           .recipient = 2 };
    assert_int_equal(
        ballot_certificates_hash(f.certificates, 3, &f.route.certificates),
        RESULT_OK);
    f.shown = (struct ballot_complaint_case){
        .certificates = f.certificates,
        .context = { .size = 3, .threshold = 2 },
        .attempt = 1,
        .sender = 1,
        .complainer = 2,
        .dealing = c->dealings[0],
        .box = c->boxes[1][0],
    };
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    committee_end(&f->committee);
    ballot_group_free(f->group);
    return 0;
}

static void complain(struct fixture *f)
{
    const struct ballot_random random = ballot_dice_random(&f->committee.dice);

    assert_int_equal(
        ballot_dkg_complain(f->committee.members[1], f->group, 1, &random),
        RESULT_OK);
    f->shown.complaint = ballot_dkg_complaint(f->committee.members[1]);
}

static void expect(const struct fixture *f, enum ballot_verdict verdict,
                   enum ballot_fault reason)
{
    enum ballot_verdict found = BALLOT_VERDICT_NONE;
    enum ballot_fault why = BALLOT_FAULT_NONE;

    assert_int_equal(ballot_complaint_judge(f->group, &f->shown, &found, &why),
                     RESULT_OK);
    assert_string_equal(ballot_fault_word(why), ballot_fault_word(reason));
    assert_int_equal(found, verdict);
}

/* A box as member 1 sends it if it likes, with this share in it. */
static struct ballot_share_box lying_box(struct fixture *f,
                                         const struct ballot_scalar *share)
{
    const struct ballot_random random = ballot_dice_random(&f->committee.dice);
    struct ballot_share_box box;

    assert_int_equal(
        ballot_share_seal(
            f->group, &f->route, share, &f->certificates[1].encryption,
            &f->committee.members[0]->secrets.signing, &random, &box),
        RESULT_OK);
    return box;
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

/* Signs anew what was changed, with the key of member 1. */
static void sign_again(struct fixture *f, struct ballot_share_box *box)
{
    const struct ballot_random random = ballot_dice_random(&f->committee.dice);
    const struct text_view text = text_of(box);
    const char *end = memmem(text.data, text.size, ",\"signature\"", 12);
    struct byte_writer message;

    assert_non_null(end);
    byte_writer_init(&message, LIMIT_BALLOT_RECORD_SIZE);
    byte_writer_text(&message, TEXT_LITERAL("share|"));
    byte_writer_bytes(&message, text.data, (size_t)(end - text.data));
    byte_writer_text(&message, TEXT_LITERAL("}"));
    assert_int_equal(
        ballot_signed_make(
            f->group, &f->committee.members[0]->secrets.signing,
            (struct text_view){ (const char *)message.data, message.size },
            &random, &box->signature),
        RESULT_OK);
    byte_writer_release(&message);
    text_free(text);
}

static void a_false_share_is_its_senders_doing(void **state)
{
    struct fixture *f = *state;
    const struct ballot_scalar false_share = ballot_scalar_of_number(7);
    const struct ballot_share_box box = lying_box(f, &false_share);
    struct ballot_blame blame;

    f->shown.box = text_of(&box);
    f->committee.boxes[1][0] = f->shown.box;
    assert_int_equal(committee_member_receives(&f->committee, 2, &blame),
                     RESULT_REFUSED);
    assert_int_equal(blame.fault, BALLOT_FAULT_SHARE);
    assert_int_equal(blame.member, 1);
    assert_true(blame.is_for_complaint);
    complain(f);
    expect(f, BALLOT_VERDICT_SENDER, BALLOT_FAULT_SHARE);
    text_free(f->shown.box);
}

static void a_box_that_does_not_open_is_its_senders_doing(void **state)
{
    struct fixture *f = *state;
    const struct ballot_scalar share = ballot_scalar_of_number(7);
    struct ballot_share_box box = lying_box(f, &share);
    struct ballot_blame blame;

    box.data[0] ^= 1;
    sign_again(f, &box);
    f->shown.box = text_of(&box);
    f->committee.boxes[1][0] = f->shown.box;
    assert_int_equal(committee_member_receives(&f->committee, 2, &blame),
                     RESULT_REFUSED);
    assert_int_equal(blame.fault, BALLOT_FAULT_SHARE_SEALED);
    complain(f);
    expect(f, BALLOT_VERDICT_SENDER, BALLOT_FAULT_SHARE_SEALED);
    text_free(f->shown.box);
}

/* An element of small order would tell of the recipient's secret. */
static void a_box_with_an_element_outside_the_group_does_not_open(void **state)
{
    struct fixture *f = *state;
    const struct ballot_scalar share = ballot_scalar_of_number(7);
    struct ballot_share_box box = lying_box(f, &share);

    memset(&box.alpha, 0, sizeof box.alpha);
    box.alpha.bytes[BALLOT_ELEMENT_SIZE - 1] = 2;
    sign_again(f, &box);
    f->shown.box = text_of(&box);
    complain(f);
    expect(f, BALLOT_VERDICT_SENDER, BALLOT_FAULT_SHARE_SEALED);
    text_free(f->shown.box);
    box.alpha = ballot_element_identity();
    sign_again(f, &box);
    f->shown.box = text_of(&box);
    expect(f, BALLOT_VERDICT_SENDER, BALLOT_FAULT_SHARE_SEALED);
    text_free(f->shown.box);
}

static void a_complaint_of_a_right_share_is_false(void **state)
{
    struct fixture *f = *state;

    complain(f);
    expect(f, BALLOT_VERDICT_COMPLAINER, BALLOT_FAULT_COMPLAINT_FALSE);
}

static void a_complaint_with_another_key_is_false(void **state)
{
    struct fixture *f = *state;

    f->committee.members[1]->secrets.decryption = ballot_scalar_of_number(5);
    complain(f);
    expect(f, BALLOT_VERDICT_COMPLAINER, BALLOT_FAULT_COMPLAINT_KEY);
}

static void what_is_not_signed_was_passed_on_wrongly(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault reason;
    } boxes[] = {
        { "{\"attempt\":1", "{\"attempt\":2", BALLOT_FAULT_SHARE_ROUTE },
        { "\"sender\":1", "\"sender\":3", BALLOT_FAULT_SHARE_ROUTE },
        { "\"recipient\":2", "\"recipient\":3", BALLOT_FAULT_SHARE_ROUTE },
        { "\"certs\":\"", "\"certs\":\"f", BALLOT_FAULT_SHARE_FORM },
        { "\"attempt\":", "\"attempt\":0", BALLOT_FAULT_SHARE_FORM },
        { ",\"data\":\"", ",\"data\":\"00", BALLOT_FAULT_SHARE_FORM },
        { "\"alpha\":\"", "\"alpha\":\"0", BALLOT_FAULT_SHARE_FORM },
        { ",\"data\"", ",\"more\":1,\"data\"", BALLOT_FAULT_SHARE_FORM },
    };
    struct fixture *f = *state;
    const struct text_view good = f->shown.box;
    struct ballot_share_box box;

    complain(f);
    for (size_t i = 0; i < sizeof boxes / sizeof boxes[0]; i++) {
        f->shown.box = text_replaced(good, boxes[i].from, boxes[i].to);
        expect(f, BALLOT_VERDICT_RELAY, boxes[i].reason);
        text_free(f->shown.box);
    }
    assert_int_equal(ballot_share_take(f->group, good, &f->route,
                                       &f->certificates[0].verification, &box),
                     BALLOT_FAULT_NONE);
    box.data[0] ^= 1;
    f->shown.box = text_of(&box);
    expect(f, BALLOT_VERDICT_RELAY, BALLOT_FAULT_SHARE_SIGNATURE);
    text_free(f->shown.box);
    f->shown.box = f->committee.boxes[2][0];
    expect(f, BALLOT_VERDICT_RELAY, BALLOT_FAULT_SHARE_ROUTE);
    f->shown.box = good;
    f->shown.dealing = f->committee.dealings[1];
    expect(f, BALLOT_VERDICT_RELAY, BALLOT_FAULT_COEFFICIENTS_SIGNATURE);
}

static void
a_complaint_that_its_author_has_not_signed_says_nothing(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault reason;
    } complaints[] = {
        { "{\"attempt\":1", "{\"attempt\":2", BALLOT_FAULT_COMPLAINT },
        { "\"sender\":1", "\"sender\":3", BALLOT_FAULT_COMPLAINT },
        { "\"complainer\":2", "\"complainer\":3", BALLOT_FAULT_COMPLAINT },
        { "\"decryption\":\"", "\"decryption\":\"0", BALLOT_FAULT_COMPLAINT },
        { "\"}}", "\"},\"more\":1}", BALLOT_FAULT_COMPLAINT },
        { "{\"attempt\"", "{ \"attempt\"", BALLOT_FAULT_COMPLAINT },
    };
    struct fixture *f = *state;
    struct text_view good;
    char *changed = NULL;

    complain(f);
    good = f->shown.complaint;
    for (size_t i = 0; i < sizeof complaints / sizeof complaints[0]; i++) {
        f->shown.complaint =
            text_replaced(good, complaints[i].from, complaints[i].to);
        expect(f, BALLOT_VERDICT_RELAY, complaints[i].reason);
        text_free(f->shown.complaint);
    }
    /* Another key, in the last digit before the signature. */
    changed = malloc(good.size);
    assert_non_null(changed);
    memcpy(changed, good.data, good.size);
    {
        char *digit = memmem(changed, good.size, "\",\"signature\"", 13);

        assert_non_null(digit);
        digit[-1] = digit[-1] == '1' ? '2' : '1';
    }
    f->shown.complaint = (struct text_view){ changed, good.size };
    expect(f, BALLOT_VERDICT_RELAY, BALLOT_FAULT_COMPLAINT_SIGNATURE);
    free(changed);
}

/* The same keys, but the judge knows of another attempt. */
static void a_complaint_of_an_earlier_attempt_is_none_of_this_one(void **state)
{
    struct fixture *f = *state;

    complain(f);
    f->shown.attempt = 2;
    expect(f, BALLOT_VERDICT_RELAY, BALLOT_FAULT_COMPLAINT);
}

static void members_that_do_not_exist_are_not_judged(void **state)
{
    static const uint32_t pairs[][2] = {
        { 0, 1 }, { 1, 0 }, { 4, 1 }, { 1, 4 }, { 2, 2 }
    };
    struct fixture *f = *state;
    enum ballot_verdict verdict = BALLOT_VERDICT_NONE;
    enum ballot_fault reason = BALLOT_FAULT_NONE;

    complain(f);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        f->shown.sender = pairs[i][0];
        f->shown.complainer = pairs[i][1];
        assert_int_equal(
            ballot_complaint_judge(f->group, &f->shown, &verdict, &reason),
            RESULT_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_false_share_is_its_senders_doing,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_box_that_does_not_open_is_its_senders_doing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_box_with_an_element_outside_the_group_does_not_open, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_of_a_right_share_is_false,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_complaint_with_another_key_is_false,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            what_is_not_signed_was_passed_on_wrongly, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_complaint_that_its_author_has_not_signed_says_nothing, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            a_complaint_of_an_earlier_attempt_is_none_of_this_one, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(
            members_that_do_not_exist_are_not_judged, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
