#include "protocol/ballot/ballot_tally.h"

#include "protocol/ballot/ballot_archive.h"
#include "protocol/record/digest.h"
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

static struct text_view record_of(const struct ballot_counting *c,
                                  const struct ballot_cipher *tally)
{
    struct byte_writer writer;
    uint8_t *data = NULL;
    size_t size = 0;

    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_tally_write(&writer, &c->election, tally);
    assert_int_equal(byte_writer_take(&writer, &data, &size), RESULT_OK);
    return (struct text_view){ (const char *)data, size };
}

static void assert_fault(enum ballot_fault found, enum ballot_fault wanted)
{
    assert_string_equal(ballot_fault_word(found), ballot_fault_word(wanted));
}

/* --- Sums ---------------------------------------------------------------- */

/* What the trustees find in a ciphertext, by all secrets of the first two of
 * the group (their shares are 2 and -1) and of the single key. */
static uint64_t opened(const struct ballot_counting *c,
                       const struct ballot_cipher *cipher)
{
    const struct ballot_scalar two = ballot_scalar_of_number(2);
    struct ballot_scalar secret = ballot_scalar_multiply(&two, &c->secrets[1]);
    struct ballot_element factor;
    uint64_t count = 0;

    secret = ballot_scalar_subtract(&secret, &c->secrets[2]);
    secret = ballot_scalar_add(&secret, &c->secrets[0]);
    assert_int_equal(
        ballot_group_power(c->group, &cipher->alpha, &secret, &factor),
        RESULT_OK);
    assert_int_equal(
        ballot_result_count(c->group, cipher, &factor, 1, 100, &count),
        RESULT_OK);
    return count;
}

static void ballots_add_up_with_their_weights(void **state)
{
    struct ballot_counting *c = *state;
    struct ballot_cipher tally[2];
    struct ballot_cipher ballots[3][2];
    static const uint64_t marks[3][2] = { { 1, 0 }, { 1, 1 }, { 0, 1 } };
    static const uint64_t weights[3] = { 1, 3, 10 };

    ballot_tally_begin(tally, 2);
    for (size_t i = 0; i < 3; i++) {
        ballots[i][0] = counting_encrypt(c, marks[i][0]);
        ballots[i][1] = counting_encrypt(c, marks[i][1]);
        assert_int_equal(
            ballot_tally_add(c->group, tally, ballots[i], 2, weights[i]),
            RESULT_OK);
    }
    assert_int_equal(opened(c, &tally[0]), 4);
    assert_int_equal(opened(c, &tally[1]), 13);
}

static void no_ballots_are_a_tally_of_ones(void **state)
{
    struct ballot_counting *c = *state;
    struct ballot_cipher tally[COUNTING_POSITIONS];
    struct text_view record;

    ballot_tally_begin(tally, COUNTING_POSITIONS);
    record = record_of(c, tally);
    assert_true(text_view_is(record, "[[{\"alpha\":\"1\",\"beta\":\"1\"},"
                                     "{\"alpha\":\"1\",\"beta\":\"1\"}],"
                                     "[{\"alpha\":\"1\",\"beta\":\"1\"},"
                                     "{\"alpha\":\"1\",\"beta\":\"1\"},"
                                     "{\"alpha\":\"1\",\"beta\":\"1\"}]]"));
    assert_int_equal(opened(c, &tally[0]), 0);
    text_free(record);
}

/* --- Records ------------------------------------------------------------- */

static void a_record_says_its_tally_and_no_other(void **state)
{
    struct ballot_counting *c = *state;
    const struct text_view record = record_of(c, c->tally);
    struct ballot_cipher other[COUNTING_POSITIONS];

    assert_fault(
        ballot_tally_check(c->group, record, &c->election, false, c->tally),
        BALLOT_FAULT_NONE);
    for (size_t i = 0; i < COUNTING_POSITIONS; i++) {
        memcpy(other, c->tally, sizeof other);
        other[i].beta = other[i].alpha;
        assert_fault(
            ballot_tally_check(c->group, record, &c->election, false, other),
            BALLOT_FAULT_TALLY);
    }
    text_free(record);
}

static void other_shapes_and_spellings_are_refused(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } changes[] = {
        { "}],[{", "},{", BALLOT_FAULT_TALLY },
        { "}],[{", "}],[],[{", BALLOT_FAULT_TALLY },
        { "}]]", "}],[]]", BALLOT_FAULT_TALLY },
        { "}]]", "}]", BALLOT_FAULT_JSON },
        { "}]]", "}]] ", BALLOT_FAULT_JSON },
        { "[[{", "[[ {", BALLOT_FAULT_JSON },
        { "\"alpha\":\"", "\"alpha\":\"0", BALLOT_FAULT_NUMBER },
        { "\"alpha\":", "\"beta\":", BALLOT_FAULT_FIELD },
        { "\"},{\"alpha\"", "\",\"more\":1},{\"alpha\"",
          BALLOT_FAULT_UNKNOWN_FIELD },
    };
    struct ballot_counting *c = *state;
    const struct text_view record = record_of(c, c->tally);
    struct ballot_cipher tally[COUNTING_POSITIONS];

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct text_view changed =
            text_replaced(record, changes[i].from, changes[i].to);

        assert_fault(
            ballot_tally_read(c->group, changed, &c->election, false, tally),
            changes[i].fault);
        text_free(changed);
    }
    text_free(record);
}

static void the_sized_tally_is_read_and_compared(void **state)
{
    static const struct {
        const char *from, *to;
        enum ballot_fault fault;
    } changes[] = {
        { "\"num_tallied\":7", "\"num_tallied\":8",
          BALLOT_FAULT_TALLY_NUMBERS },
        { "\"total_weight\":9", "\"total_weight\":7",
          BALLOT_FAULT_TALLY_NUMBERS },
        { "\"total_weight\":9", "\"total_weight\":\"9\"", BALLOT_FAULT_NUMBER },
        { "\"total_weight\":9", "\"total_weight\":1073741824",
          BALLOT_FAULT_NUMBER },
        { "\"total_weight\":9", "\"total_weight\":\"1073741824\"",
          BALLOT_FAULT_TALLY_NUMBERS },
        { "\"total_weight\":9", "\"total_weight\":\"01073741824\"",
          BALLOT_FAULT_NUMBER },
        { "\"num_tallied\":7", "\"num_tallied\":-7", BALLOT_FAULT_NUMBER },
        { "\"encrypted_tally\":\"b", "\"encrypted_tally\":\"a",
          BALLOT_FAULT_TALLY_REFERENCE },
        { "\"encrypted_tally\":\"b", "\"encrypted_tally\":\"B",
          BALLOT_FAULT_FIELD },
        { "}", ",\"more\":1}", BALLOT_FAULT_UNKNOWN_FIELD },
    };
    /* SHA-256 of "abc" begins with b (FIPS 180-4). */
    struct ballot_tally_size size = { .ballot_count = 7,
                                      .weight = 9,
                                      .tally = digest_sha256("abc", 3) };
    struct byte_writer writer;
    struct text_view record;

    (void)state;
    byte_writer_init(&writer, 1000);
    ballot_tally_size_write(&writer, &size);
    record = (struct text_view){ (const char *)writer.data, writer.size };
    assert_fault(ballot_tally_size_check(record, false, &size),
                 BALLOT_FAULT_NONE);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct text_view changed =
            text_replaced(record, changes[i].from, changes[i].to);

        assert_fault(ballot_tally_size_check(changed, false, &size),
                     changes[i].fault);
        text_free(changed);
    }
    byte_writer_reset(&writer);
    size.weight = UINT64_C(5000000000);
    ballot_tally_size_write(&writer, &size);
    record = (struct text_view){ (const char *)writer.data, writer.size };
    assert_non_null(memmem(record.data, record.size, "\"5000000000\"", 12));
    assert_fault(ballot_tally_size_check(record, false, &size),
                 BALLOT_FAULT_NONE);
    byte_writer_release(&writer);
}

/* Of a sample whose questions have 3, 5 and 4 positions. */
static void the_records_of_another_program_are_what_we_write(void **state)
{
    struct ballot_counting *c = *state;
    const struct text_view file =
        ballot_vector_load("threshold/P95SQruW9N4q8N.bel");
    struct ballot_question questions[3] = { { .answer_count = 3 },
                                            { .answer_count = 5 },
                                            { .answer_count = 3,
                                              .has_blank = true } };
    const struct ballot_election election = { .questions = questions,
                                              .question_count = 3 };
    struct ballot_cipher tally[12];
    struct ballot_tally_size size;
    struct ballot_archive_reader reader;
    struct ballot_archive_event event;
    struct byte_writer writer;

    ballot_archive_open(&reader, file);
    do
        assert_true(ballot_archive_next(&reader, &event));
    while (event.kind != BALLOT_EVENT_ENCRYPTED_TALLY);
    assert_fault(
        ballot_tally_read(c->group, event.records[0], &election, false, tally),
        BALLOT_FAULT_NONE);
    byte_writer_init(&writer, LIMIT_BALLOT_RECORD_SIZE);
    ballot_tally_write(&writer, &election, tally);
    assert_int_equal(writer.size, event.records[0].size);
    assert_memory_equal(writer.data, event.records[0].data, writer.size);
    assert_fault(ballot_tally_size_read(event.records[1], false, &size),
                 BALLOT_FAULT_NONE);
    assert_int_equal(size.ballot_count, 4);
    assert_int_equal(size.weight, 4);
    assert_true(hash_equal(&size.tally, &event.record_hashes[0]));
    byte_writer_reset(&writer);
    ballot_tally_size_write(&writer, &size);
    assert_int_equal(writer.size, event.records[1].size);
    assert_memory_equal(writer.data, event.records[1].data, writer.size);
    byte_writer_release(&writer);
    text_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ballots_add_up_with_their_weights),
        cmocka_unit_test(no_ballots_are_a_tally_of_ones),
        cmocka_unit_test(a_record_says_its_tally_and_no_other),
        cmocka_unit_test(other_shapes_and_spellings_are_refused),
        cmocka_unit_test(the_sized_tally_is_read_and_compared),
        cmocka_unit_test(the_records_of_another_program_are_what_we_write),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
