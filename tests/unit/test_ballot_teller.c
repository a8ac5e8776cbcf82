#include "client/core/ballot_teller.h"

#include "protocol/ballot/ballot_complaint.h"
#include "protocol/ballot/ballot_deal.h"
#include "protocol/ballot/ballot_trustee_key.h"
#include "protocol/ballot/ballot_trustees.h"
#include "protocol/record/digest.h"
#include "tests/support/fake_entropy.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

enum { TELLERS_MAX = 3 };

struct committee {
    struct ballot_group *group;
    struct fake_entropy chance;
    struct ballot_random random;
    uint32_t count, threshold;
    struct ballot_teller_terms terms[TELLERS_MAX];
    struct ballot_teller_given certified[TELLERS_MAX], dealt[TELLERS_MAX],
        keyed[TELLERS_MAX];
    struct text_view certificates[TELLERS_MAX], deals[TELLERS_MAX],
        keys[TELLERS_MAX];
    struct ballot_teller_bytes server_key;
};

static enum result fill(void *user, uint8_t *out, size_t size)
{
    struct fake_entropy *chance = user;

    return chance->port.fill(chance->port.user, out, size);
}

static int set_up(void **state)
{
    struct committee *committee = calloc(1, sizeof *committee);

    assert_non_null(committee);
    assert_int_equal(ballot_group_new(&committee->group), RESULT_OK);
    fake_entropy_init(&committee->chance, 5);
    committee->random = (struct ballot_random){ fill, &committee->chance };
    *state = committee;
    return 0;
}

static int tear_down(void **state)
{
    struct committee *committee = *state;

    for (int i = 0; i < TELLERS_MAX; i++) {
        ballot_teller_given_free(&committee->certified[i]);
        ballot_teller_given_free(&committee->dealt[i]);
        ballot_teller_given_free(&committee->keyed[i]);
    }
    ballot_teller_bytes_free(&committee->server_key);
    ballot_group_free(committee->group);
    free(committee);
    return 0;
}

static void begin(struct committee *committee, uint32_t count,
                  uint32_t threshold)
{
    const struct ballot_teller_terms server = { 1, 1, 1, 1 };
    struct ballot_teller_given given;

    committee->count = count;
    committee->threshold = threshold;
    assert_int_equal(ballot_teller_begin(committee->group, &server,
                                         &committee->random, &given),
                     RESULT_OK);
    committee->server_key = given.text;
    ballot_teller_bytes_free(&given.machine);
    for (uint32_t i = 0; i < count; i++) {
        committee->terms[i] =
            (struct ballot_teller_terms){ 1, i + 1, count, threshold };
        assert_int_equal(
            ballot_teller_begin(committee->group, &committee->terms[i],
                                &committee->random, &committee->certified[i]),
            RESULT_OK);
        committee->certificates[i] =
            ballot_teller_view(&committee->certified[i].text);
    }
}

static enum result deal_of(struct committee *committee, uint32_t i,
                           struct ballot_teller_given *out,
                           struct ballot_blame *blame)
{
    return ballot_teller_deal(
        committee->group, &committee->terms[i],
        ballot_teller_view(&committee->certified[i].machine),
        committee->certificates, &committee->random, out, blame);
}

static void deal(struct committee *committee)
{
    struct ballot_blame blame;

    for (uint32_t i = 0; i < committee->count; i++) {
        assert_int_equal(deal_of(committee, i, &committee->dealt[i], &blame),
                         RESULT_OK);
        committee->deals[i] = ballot_teller_view(&committee->dealt[i].text);
    }
}

static enum result receive_of(struct committee *committee, uint32_t i,
                              struct ballot_teller_given *out,
                              struct ballot_blame *blame)
{
    return ballot_teller_receive(
        committee->group, &committee->terms[i],
        ballot_teller_view(&committee->dealt[i].machine), committee->deals,
        &committee->random, out, blame);
}

static void receive(struct committee *committee)
{
    struct ballot_blame blame;

    for (uint32_t i = 0; i < committee->count; i++) {
        assert_int_equal(receive_of(committee, i, &committee->keyed[i], &blame),
                         RESULT_OK);
        committee->keys[i] = ballot_teller_view(&committee->keyed[i].text);
    }
}

static enum result record_of(struct committee *committee, uint32_t i,
                             struct ballot_teller_bytes *record,
                             struct hash *key, struct ballot_blame *blame)
{
    const bool is_group = ballot_teller_is_group(&committee->terms[i]);
    const struct ballot_teller_parts parts = {
        .server_key = ballot_teller_view(&committee->server_key),
        .certificates = committee->certificates,
        .deals = is_group ? committee->deals : NULL,
        .keys = is_group ? committee->keys : NULL,
    };

    return ballot_teller_record(committee->group, &committee->terms[i], &parts,
                                record, key, blame);
}

/* All tellers make the same record, in which each finds its own key. */
static void assert_record_of_all(struct committee *committee,
                                 uint32_t owner_count)
{
    struct ballot_teller_bytes first = { NULL, 0 }, record;
    struct ballot_trustees *trustees = malloc(sizeof *trustees);
    struct ballot_scalar secret;
    struct ballot_element key;
    struct ballot_blame blame;
    struct hash hash;
    uint32_t owner;

    assert_non_null(trustees);
    for (uint32_t i = 0; i < committee->count; i++) {
        const struct ballot_teller_given *last =
            committee->keyed[i].machine.data ? &committee->keyed[i]
                                             : &committee->certified[i];
        char text[BALLOT_ELEMENT_TEXT_SIZE];
        struct hash own;

        assert_int_equal(record_of(committee, i, &record, &hash, &blame),
                         RESULT_OK);
        assert_int_equal(ballot_trustees_read(committee->group,
                                              ballot_teller_view(&record),
                                              false, trustees, &owner),
                         BALLOT_FAULT_NONE);
        assert_int_equal(trustees->owner_count, owner_count);
        assert_int_equal(
            ballot_teller_secret(committee->group, &committee->terms[i],
                                 ballot_teller_view(&last->machine), &secret),
            RESULT_OK);
        assert_int_equal(ballot_group_generate(committee->group, &secret, &key),
                         RESULT_OK);
        assert_true(
            ballot_element_equal(&key, &trustees->owners[i + 1].public_key));
        ballot_element_text(&key, text);
        own = digest_sha256(text, strlen(text));
        assert_true(hash_equal(&own, &hash));
        if (i == 0) {
            first = record;
        } else {
            assert_int_equal(record.size, first.size);
            assert_memory_equal(record.data, first.data, first.size);
            ballot_teller_bytes_free(&record);
        }
    }
    ballot_teller_bytes_free(&first);
    free(trustees);
}

static void one_or_two_tellers_have_a_key_each(void **state)
{
    struct committee *committee = *state;

    begin(committee, 2, 2);
    assert_record_of_all(committee, 3);
    assert_int_equal(ballot_teller_step(
                         committee->group, &committee->terms[0],
                         ballot_teller_view(&committee->certified[0].machine)),
                     BALLOT_DKG_KEYED);
}

/* Teller 1 sends what teller 2 sent: no device disputes against anybody. */
static void of_a_key_that_two_tellers_have_nobody_is_named(void **state)
{
    struct committee *committee = *state;
    const struct text_view *copied = &committee->certificates[1];

    begin(committee, 2, 2);
    committee->certificates[0] = *copied;
    for (uint32_t i = 0; i < 2; i++) {
        struct ballot_teller_bytes record;
        struct ballot_blame blame;
        struct hash key;

        assert_int_equal(record_of(committee, i, &record, &key, &blame),
                         RESULT_REFUSED);
        assert_int_equal(blame.fault, BALLOT_FAULT_SAME_KEY);
        assert_int_equal(blame.member, 0);
        assert_false(blame.is_for_complaint);
    }
}

static void three_tellers_make_a_key_together(void **state)
{
    struct committee *committee = *state;

    begin(committee, 3, 2);
    deal(committee);
    receive(committee);
    assert_record_of_all(committee, 4);
}

/* A crash after keeping and before sending: the same bytes come again. */
static void what_was_given_is_given_again_byte_for_byte(void **state)
{
    struct committee *committee = *state;
    const struct ballot_teller_given *given[3];
    struct ballot_teller_given again;

    begin(committee, 3, 2);
    deal(committee);
    receive(committee);
    given[0] = &committee->certified[1];
    given[1] = &committee->dealt[1];
    given[2] = &committee->keyed[1];
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ballot_teller_again(
                             committee->group, &committee->terms[1],
                             ballot_teller_view(&committee->keyed[1].machine),
                             (enum ballot_dkg_step)(BALLOT_DKG_CERTIFIED + i),
                             &again),
                         RESULT_OK);
        assert_int_equal(again.text.size, given[i]->text.size);
        assert_memory_equal(again.text.data, given[i]->text.data,
                            again.text.size);
        if (i == 0)
            assert_true(hash_equal(&again.message, &given[0]->message));
        ballot_teller_given_free(&again);
    }
    assert_int_equal(
        ballot_teller_again(committee->group, &committee->terms[1],
                            ballot_teller_view(&committee->dealt[1].machine),
                            BALLOT_DKG_KEYED, &again),
        RESULT_INVALID);
}

static void a_machine_of_other_terms_is_not_used(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given given;
    struct ballot_blame blame;
    uint32_t *const numbers[] = { &committee->terms[0].attempt,
                                  &committee->terms[0].index,
                                  &committee->terms[0].count,
                                  &committee->terms[0].threshold };

    begin(committee, 3, 2);
    for (size_t i = 0; i < 4; i++) {
        (*numbers[i])++;
        assert_int_equal(deal_of(committee, 0, &given, &blame), RESULT_INVALID);
        assert_int_equal(
            ballot_teller_step(
                committee->group, &committee->terms[0],
                ballot_teller_view(&committee->certified[0].machine)),
            BALLOT_DKG_NONE);
        (*numbers[i])--;
    }
}

static void a_machine_deals_once(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given given;
    struct ballot_blame blame;

    begin(committee, 3, 2);
    deal(committee);
    assert_int_equal(
        ballot_teller_deal(committee->group, &committee->terms[0],
                           ballot_teller_view(&committee->dealt[0].machine),
                           committee->certificates, &committee->random, &given,
                           &blame),
        RESULT_INVALID);
}

static void a_swapped_certificate_names_its_place(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given given;
    struct ballot_blame blame;

    begin(committee, 3, 2);
    committee->certificates[2] = committee->certificates[1];
    assert_int_equal(deal_of(committee, 0, &given, &blame), RESULT_REFUSED);
    assert_int_equal(blame.member, 3);
    assert_int_equal(blame.fault, BALLOT_FAULT_CERTIFICATE_CONTEXT);
    assert_false(blame.is_for_complaint);
}

/* Teller 2 is shown another certificate of teller 3 than the others are. */
static void a_teller_that_was_shown_another_list_is_found_out(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given other, given;
    struct text_view certificate;
    struct ballot_blame blame;

    begin(committee, 3, 2);
    deal(committee);
    assert_int_equal(ballot_teller_begin(committee->group, &committee->terms[2],
                                         &committee->random, &other),
                     RESULT_OK);
    certificate = committee->certificates[2];
    committee->certificates[2] = ballot_teller_view(&other.text);
    ballot_teller_given_free(&committee->dealt[1]);
    assert_int_equal(deal_of(committee, 1, &committee->dealt[1], &blame),
                     RESULT_OK);
    committee->certificates[2] = certificate;
    committee->deals[1] = ballot_teller_view(&committee->dealt[1].text);
    assert_int_equal(receive_of(committee, 0, &given, &blame), RESULT_REFUSED);
    assert_int_equal(blame.member, 2);
    assert_int_equal(blame.fault, BALLOT_FAULT_CERTS_SIGNATURE);
    ballot_teller_given_free(&other);
}

static void a_deal_that_is_none_names_its_sender(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given given;
    struct ballot_blame blame;

    begin(committee, 3, 2);
    deal(committee);
    committee->deals[1] = TEXT_LITERAL("{}");
    assert_int_equal(receive_of(committee, 0, &given, &blame), RESULT_REFUSED);
    assert_int_equal(blame.member, 2);
}

static void whoever_complains_shows_its_key_and_goes_no_further(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given dead, given;
    struct ballot_blame blame;

    begin(committee, 3, 2);
    deal(committee);
    assert_int_equal(
        ballot_teller_complain(committee->group, &committee->terms[0],
                               ballot_teller_view(&committee->dealt[0].machine),
                               2, &committee->random, &dead),
        RESULT_OK);
    assert_true(dead.text.size > 0);
    assert_int_equal(ballot_teller_step(committee->group, &committee->terms[0],
                                        ballot_teller_view(&dead.machine)),
                     BALLOT_DKG_DEAD);
    assert_int_equal(ballot_teller_receive(
                         committee->group, &committee->terms[0],
                         ballot_teller_view(&dead.machine), committee->deals,
                         &committee->random, &given, &blame),
                     RESULT_INVALID);
    ballot_teller_given_free(&dead);
}

static void a_false_server_key_is_nobodys_of_the_committee(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_bytes record;
    struct ballot_blame blame;
    struct hash key;

    begin(committee, 2, 2);
    /* A digit of the response: the last but two. */
    committee->server_key.data[40] =
        committee->server_key.data[40] == '1' ? '2' : '1';
    assert_int_equal(record_of(committee, 0, &record, &key, &blame),
                     RESULT_REFUSED);
    assert_int_equal(blame.member, 0);
}

static void without_random_bytes_nothing_is_made(void **state)
{
    struct committee *committee = *state;
    struct ballot_teller_given given;
    struct ballot_blame blame;

    begin(committee, 3, 2);
    committee->chance.fails = true;
    assert_int_equal(ballot_teller_begin(committee->group, &committee->terms[0],
                                         &committee->random, &given),
                     RESULT_CRYPTO);
    assert_int_equal(deal_of(committee, 0, &given, &blame), RESULT_CRYPTO);
    committee->chance.fails = false;
    deal(committee);
    committee->chance.fails = true;
    assert_int_equal(receive_of(committee, 0, &given, &blame), RESULT_CRYPTO);
}

static void a_machine_cut_short_is_none(void **state)
{
    struct committee *committee = *state;
    struct ballot_scalar secret;

    begin(committee, 1, 1);
    for (size_t size = 0; size < 49; size++)
        assert_int_equal(
            ballot_teller_secret(
                committee->group, &committee->terms[0],
                (struct text_view){
                    (const char *)committee->certified[0].machine.data, size },
                &secret),
            RESULT_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_or_two_tellers_have_a_key_each),
        TEST(of_a_key_that_two_tellers_have_nobody_is_named),
        TEST(three_tellers_make_a_key_together),
        TEST(what_was_given_is_given_again_byte_for_byte),
        TEST(a_machine_of_other_terms_is_not_used),
        TEST(a_machine_deals_once),
        TEST(a_swapped_certificate_names_its_place),
        TEST(a_teller_that_was_shown_another_list_is_found_out),
        TEST(a_deal_that_is_none_names_its_sender),
        TEST(whoever_complains_shows_its_key_and_goes_no_further),
        TEST(a_false_server_key_is_nobodys_of_the_committee),
        TEST(without_random_bytes_nothing_is_made),
        TEST(a_machine_cut_short_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
