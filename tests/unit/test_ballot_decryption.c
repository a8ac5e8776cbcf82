#include "protocol/ballot/ballot_decryption.h"

#include "protocol/ballot/ballot_archive.h"
#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_counting.h"
#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static int set_up(void **state)
{
    static struct ballot_counting counting;

    counting_begin(&counting);
    *state = &counting;
    return 0;
}

static int tear_down(void **state)
{
    counting_end(*state);
    return 0;
}

static void assert_fault(enum ballot_fault found, enum ballot_fault wanted)
{
    assert_string_equal(ballot_fault_word(found), ballot_fault_word(wanted));
}

static struct text_view record_of(const struct ballot_counting *c,
                                  const struct ballot_decryption *decryption)
{
    struct byte_writer writer;
    uint8_t *data = NULL;
    size_t size = 0;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_decryption_write(&writer, &c->election, decryption);
    assert_int_equal(byte_writer_take(&writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

static void expect(const struct ballot_counting *c,
                   const struct ballot_decryption *decryption, uint64_t owner,
                   enum ballot_fault fault)
{
    const struct ballot_opening opening = counting_opening(c, owner);

    assert_fault(ballot_decryption_check(c->group, &opening, decryption),
                 fault);
}

/* --- Proofs -------------------------------------------------------------- */

static void what_an_owner_decrypts_is_good_through_its_bytes(void **state)
{
    struct ballot_counting *c = *state;

    for (uint64_t owner = 1; owner <= COUNTING_OWNERS; owner++) {
        struct ballot_decryption made = counting_decrypt(c, owner);
        const struct text_view record = record_of(c, &made);
        struct ballot_decryption read;

        assert_fault(ballot_decryption_read(c->group, record, &c->election,
                                            false, &read),
                     BALLOT_FAULT_NONE);
        assert_true(read.has_strong);
        expect(c, &read, owner, BALLOT_FAULT_NONE);
        ballot_decryption_release(&read);
        ballot_decryption_release(&made);
        text_free(record);
    }
}

/* The randomness of the two proofs of a position is never the same: the
 * difference of the responses would be the secret times that of the
 * challenges. */
static void each_proof_has_a_number_of_its_own(void **state)
{
    struct ballot_counting *c = *state;
    struct ballot_decryption made;
    const uint64_t before = c->dice.count;

    made = counting_decrypt(c, 1);
    assert_true(c->dice.count - before >= 2 * COUNTING_POSITIONS);
    for (size_t i = 0; i < COUNTING_POSITIONS; i++) {
        const struct ballot_scalar first =
            ballot_scalar_multiply(&made.proofs[i].challenge, &c->secrets[0]);
        const struct ballot_scalar second =
            ballot_scalar_multiply(&made.strong[i].challenge, &c->secrets[0]);
        const struct ballot_scalar w =
            ballot_scalar_add(&made.proofs[i].response, &first);
        const struct ballot_scalar v =
            ballot_scalar_add(&made.strong[i].response, &second);

        assert_false(ballot_scalar_equal(&w, &v));
    }
    ballot_decryption_release(&made);
}

static void a_secret_of_another_owner_makes_nothing(void **state)
{
    struct ballot_counting *c = *state;
    const struct ballot_random random = ballot_dice_random(&c->dice);
    const struct ballot_opening opening = counting_opening(c, 1);
    struct ballot_decryption made;

    assert_int_equal(ballot_decryption_make(c->group, &opening, &c->secrets[1],
                                            &random, &made),
                     RESULT_INVALID);
}

static void whatever_is_changed_does_not_fit(void **state)
{
    const struct ballot_scalar one = ballot_scalar_of_number(1);
    struct ballot_counting *c = *state;
    struct ballot_decryption made = counting_decrypt(c, 2);
    struct ballot_element factor = made.factors[4];
    struct ballot_proof proof = made.proofs[4];

    memset(&made.factors[4], 0, BALLOT_ELEMENT_SIZE);
    made.factors[4].bytes[BALLOT_ELEMENT_SIZE - 1] = 2;
    expect(c, &made, 2, BALLOT_FAULT_NOT_IN_GROUP);
    made.factors[4] = made.factors[3];
    expect(c, &made, 2, BALLOT_FAULT_DECRYPTION_PROOF);
    made.factors[4] = factor;
    made.proofs[4].response = ballot_scalar_add(&proof.response, &one);
    expect(c, &made, 2, BALLOT_FAULT_DECRYPTION_PROOF);
    made.proofs[4] = proof;
    made.proofs[4].challenge = ballot_scalar_add(&proof.challenge, &one);
    expect(c, &made, 2, BALLOT_FAULT_DECRYPTION_PROOF);
    made.proofs[4] = made.strong[4];
    expect(c, &made, 2, BALLOT_FAULT_DECRYPTION_PROOF);
    made.proofs[4] = proof;
    proof = made.strong[4];
    made.strong[4] = made.proofs[4];
    expect(c, &made, 2, BALLOT_FAULT_STRONG_PROOF);
    made.strong[4] = made.strong[3];
    expect(c, &made, 2, BALLOT_FAULT_STRONG_PROOF);
    made.strong[4] = proof;
    expect(c, &made, 2, BALLOT_FAULT_NONE);
    ballot_decryption_release(&made);
}

static void another_owner_election_or_tally_does_not_fit(void **state)
{
    struct ballot_counting *c = *state;
    struct ballot_decryption made = counting_decrypt(c, 2);
    struct ballot_cipher kept = c->tally[0];
    struct ballot_opening opening = counting_opening(c, 2);

    expect(c, &made, 3, BALLOT_FAULT_DECRYPTION_PROOF);
    opening.owner = 3; /* with the key of 2: only the strong one tells */
    assert_fault(ballot_decryption_check(c->group, &opening, &made),
                 BALLOT_FAULT_STRONG_PROOF);
    c->tally[0].beta = c->tally[1].beta; /* likewise */
    expect(c, &made, 2, BALLOT_FAULT_STRONG_PROOF);
    c->tally[0] = kept;
    c->tally[0].alpha = c->tally[1].alpha;
    expect(c, &made, 2, BALLOT_FAULT_DECRYPTION_PROOF);
    c->tally[0] = kept;
    c->election.fingerprint[0] ^= 1;
    expect(c, &made, 2, BALLOT_FAULT_DECRYPTION_PROOF);
    c->election.fingerprint[0] ^= 1;
    ballot_decryption_release(&made);
}

/* --- Forging the weaker proof -------------------------------------------- */

/* With a chosen factor, alpha follows: B and the challenge first, then
 * alpha = (B / factor^challenge)^(1/response). The proof as in Belenios holds,
 * of a tally that nobody encrypted; the strong one cannot be made that way. */
static void
a_tally_made_up_afterwards_passes_only_the_weaker_proof(void **state)
{
    struct ballot_counting *c = *state;
    struct ballot_decryption made = counting_decrypt(c, 1);
    struct ballot_opening opening = counting_opening(c, 1);
    struct ballot_cipher tally[COUNTING_POSITIONS];
    struct ballot_proof *proof = &made.proofs[0];
    const struct ballot_scalar w = ballot_scalar_of_number(12345);
    struct ballot_scalar inverse, product;
    struct ballot_element a, b, part;
    struct ballot_hash hash;

    memcpy(tally, c->tally, sizeof tally);
    opening.tally = tally;
    made.factors[0] = ballot_group_generator(c->group);
    assert_int_equal(ballot_group_generate(c->group, &w, &a), RESULT_OK);
    b = c->tally[2].beta; /* whatever is in the group */
    ballot_hash_begin(&hash);
    ballot_hash_literal(&hash, "decrypt|");
    ballot_hash_literal(&hash, c->election.fingerprint);
    ballot_hash_literal(&hash, "|");
    ballot_hash_element(&hash, &opening.public_key);
    ballot_hash_literal(&hash, "|");
    ballot_hash_element(&hash, &a);
    ballot_hash_literal(&hash, ",");
    ballot_hash_element(&hash, &b);
    proof->challenge = ballot_hash_finish(&hash);
    product = ballot_scalar_multiply(&proof->challenge, &c->secrets[0]);
    proof->response = ballot_scalar_subtract(&w, &product);
    assert_int_equal(ballot_scalar_invert(&proof->response, &inverse),
                     RESULT_OK);
    assert_int_equal(ballot_group_power(c->group, &made.factors[0],
                                        &proof->challenge, &part),
                     RESULT_OK);
    assert_int_equal(ballot_group_divide(c->group, &b, &part, &part),
                     RESULT_OK);
    assert_int_equal(
        ballot_group_power(c->group, &part, &inverse, &tally[0].alpha),
        RESULT_OK);
    made.has_strong = false;
    assert_fault(ballot_decryption_check(c->group, &opening, &made),
                 BALLOT_FAULT_NONE);
    made.has_strong = true;
    assert_fault(ballot_decryption_check(c->group, &opening, &made),
                 BALLOT_FAULT_STRONG_PROOF);
    ballot_decryption_release(&made);
}

/* --- Records ------------------------------------------------------------- */

static void other_shapes_and_spellings_are_refused(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } changes[] = {
        { "{\"decryption_factors\":[[", "{\"decryption_factors\":[[\"1\",",
          BALLOT_FAULT_DECRYPTION_SHAPE },
        { "\"decryption_proofs\":[[{", "\"decryption_proofs\":[[],[{",
          BALLOT_FAULT_DECRYPTION_SHAPE },
        { "\"strong_proofs\":[[{", "\"strong_proofs\":[],\"x\":[[{",
          BALLOT_FAULT_DECRYPTION_SHAPE },
        { ",\"strong_proofs\"", ",\"strong\"", BALLOT_FAULT_UNKNOWN_FIELD },
        { "\"decryption_factors\":[[\"", "\"decryption_factors\":[[\"0",
          BALLOT_FAULT_NUMBER },
        { "\"challenge\":\"", "\"challenge\":\"00", BALLOT_FAULT_NUMBER },
        { "\"decryption_proofs\"", "\"proofs\"", BALLOT_FAULT_FIELD },
        { "{\"decryption_factors\"", "{ \"decryption_factors\"",
          BALLOT_FAULT_JSON },
        { "}]]}", "}]],\"more\":1}", BALLOT_FAULT_UNKNOWN_FIELD },
        { "}]]}", "}]]}\n", BALLOT_FAULT_JSON },
    };
    struct ballot_counting *c = *state;
    struct ballot_decryption made = counting_decrypt(c, 1);
    struct ballot_decryption read;
    struct text_view record = record_of(c, &made);

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct text_view changed =
            text_replaced(record, changes[i].from, changes[i].to);

        assert_fault(ballot_decryption_read(c->group, changed, &c->election,
                                            false, &read),
                     changes[i].fault);
        text_free(changed);
    }
    text_free(record);
    made.has_strong = false;
    record = record_of(c, &made);
    assert_fault(
        ballot_decryption_read(c->group, record, &c->election, false, &read),
        BALLOT_FAULT_STRONG_PROOF_MISSING);
    assert_fault(
        ballot_decryption_read(c->group, record, &c->election, true, &read),
        BALLOT_FAULT_NONE);
    assert_false(read.has_strong);
    ballot_decryption_release(&read);
    ballot_decryption_release(&made);
    text_free(record);
}

static void the_second_record_says_whose_the_first_is(void **state)
{
    const struct hash hash = { { 0xab } };
    struct hash found;
    struct byte_writer writer;
    uint64_t owner = 0;

    (void)state;
    byte_writer_init(&writer, 1000);
    ballot_decryption_write_owner(&writer, 3, &hash);
    assert_true(text_view_is(
        (struct text_view){ (const char *)writer.data, writer.size },
        "{\"owner\":3,\"payload\":\"ab0000000000000000000000000000000000000000"
        "0000000000000000000000\"}"));
    assert_fault(
        ballot_decryption_read_owner(
            (struct text_view){ (const char *)writer.data, writer.size }, false,
            &owner, &found),
        BALLOT_FAULT_NONE);
    assert_int_equal(owner, 3);
    assert_true(hash_equal(&found, &hash));
    byte_writer_release(&writer);
    assert_fault(ballot_decryption_read_owner(TEXT_LITERAL("{\"owner\":-1}"),
                                              false, &owner, &found),
                 BALLOT_FAULT_NUMBER);
}

/* --- Samples ------------------------------------------------------------- */

/* Every decryption of an archive that others made. */
static void check_sample(const struct ballot_group *group, const char *name,
                         bool is_lenient, enum ballot_fault wanted)
{
    const struct text_view file = ballot_vector_load(name);
    struct ballot_election election;
    struct ballot_trustees trustees;
    struct ballot_cipher *tally = NULL;
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    enum ballot_fault fault = BALLOT_FAULT_NONE;
    uint32_t guilty = 0;
    size_t count = 0;

    ballot_archive_open(&reader, file);
    assert_true(ballot_archive_next(&reader, &event));
    assert_fault(
        ballot_election_read(group, event.records[0], is_lenient, &election),
        BALLOT_FAULT_NONE);
    assert_fault(ballot_trustees_read(group, event.records[1], is_lenient,
                                      &trustees, &guilty),
                 BALLOT_FAULT_NONE);
    tally = calloc(ballot_election_position_count(&election), sizeof *tally);
    assert_non_null(tally);
    while (ballot_archive_next(&reader, &event)) {
        struct ballot_opening opening = { .election = &election,
                                          .tally = tally };
        struct ballot_decryption decryption;
        struct hash payload;

        if (event.kind == BALLOT_EVENT_ENCRYPTED_TALLY)
            assert_fault(ballot_tally_read(group, event.records[0], &election,
                                           is_lenient, tally),
                         BALLOT_FAULT_NONE);
        if (event.kind != BALLOT_EVENT_PARTIAL_DECRYPTION)
            continue;
        assert_fault(ballot_decryption_read(group, event.records[0], &election,
                                            is_lenient, &decryption),
                     BALLOT_FAULT_NONE);
        assert_fault(ballot_decryption_read_owner(event.records[1], false,
                                                  &opening.owner, &payload),
                     BALLOT_FAULT_NONE);
        assert_true(hash_equal(&payload, &event.record_hashes[0]));
        opening.public_key =
            ballot_trustees_owner(&trustees, opening.owner)->public_key;
        if (fault == BALLOT_FAULT_NONE)
            fault = ballot_decryption_check(group, &opening, &decryption);
        ballot_decryption_release(&decryption);
        count++;
    }
    assert_true(count >= 2);
    assert_fault(fault, wanted);
    free(tally);
    ballot_election_release(&election);
    text_free(file);
}

static void the_samples_of_other_programs_are_judged_rightly(void **state)
{
    const struct ballot_counting *c = *state;

    check_sample(c->group, "profile.bel", false, BALLOT_FAULT_NONE);
    check_sample(c->group, "tampered/00-good.bel", false, BALLOT_FAULT_NONE);
    check_sample(c->group, "threshold/P95SQruW9N4q8N.bel", true,
                 BALLOT_FAULT_NONE);
    check_sample(c->group, "weights.bel", true, BALLOT_FAULT_NONE);
    check_sample(c->group, "single-made-by-2.0.bel", true, BALLOT_FAULT_NONE);
    check_sample(c->group, "tampered/D06-decryption-factor-altered.bel", false,
                 BALLOT_FAULT_DECRYPTION_PROOF);
}

static void a_failing_source_of_randomness_makes_nothing(void **state)
{
    struct ballot_counting *c = *state;
    const struct ballot_random random = ballot_dice_random(&c->dice);
    const struct ballot_opening opening = counting_opening(c, 1);
    struct ballot_decryption made = { .position_count = 99 };

    for (uint64_t i = 1; i <= 2 * COUNTING_POSITIONS; i++) {
        c->dice.fails_at = c->dice.count + i;
        assert_int_equal(ballot_decryption_make(c->group, &opening,
                                                &c->secrets[0], &random, &made),
                         RESULT_CRYPTO);
        assert_int_equal(made.position_count, 99);
    }
    c->dice.fails_at = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_owner_decrypts_is_good_through_its_bytes),
        cmocka_unit_test(each_proof_has_a_number_of_its_own),
        cmocka_unit_test(a_secret_of_another_owner_makes_nothing),
        cmocka_unit_test(whatever_is_changed_does_not_fit),
        cmocka_unit_test(another_owner_election_or_tally_does_not_fit),
        cmocka_unit_test(
            a_tally_made_up_afterwards_passes_only_the_weaker_proof),
        cmocka_unit_test(other_shapes_and_spellings_are_refused),
        cmocka_unit_test(the_second_record_says_whose_the_first_is),
        cmocka_unit_test(the_samples_of_other_programs_are_judged_rightly),
        cmocka_unit_test(a_failing_source_of_randomness_makes_nothing),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
