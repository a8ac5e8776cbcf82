#include "protocol/ballot/ballot_result.h"

#include "tests/support/ballot_committee.h"
#include "tests/support/ballot_counting.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* All owners have decrypted. */
struct fixture {
    struct ballot_counting counting;
    struct ballot_element factors[COUNTING_OWNERS * COUNTING_POSITIONS];
};

static int set_up(void **state)
{
    static struct fixture f;

    counting_begin(&f.counting);
    for (uint64_t owner = 1; owner <= COUNTING_OWNERS; owner++) {
        struct ballot_decryption made = counting_decrypt(&f.counting, owner);

        memcpy(&f.factors[(owner - 1) * COUNTING_POSITIONS], made.factors,
               sizeof(struct ballot_element) * COUNTING_POSITIONS);
        ballot_decryption_release(&made);
    }
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    counting_end(&f->counting);
    return 0;
}

static void assert_fault(enum ballot_fault found, enum ballot_fault wanted)
{
    assert_string_equal(ballot_fault_word(found), ballot_fault_word(wanted));
}

static enum result combine(const struct fixture *f, uint64_t owners,
                           struct ballot_element *out)
{
    const struct ballot_factors factors = { .owners = owners,
                                            .factors = f->factors };

    return ballot_result_combine(f->counting.group, &f->counting.trustees,
                                 &factors, COUNTING_POSITIONS, out);
}

/* Sets of owners by their bits: the single key is 1, the group 2, 4, 8. */
static void every_set_that_suffices_finds_the_counts(void **state)
{
    static const uint64_t sets[] = { 7, 11, 13, 15 };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        struct ballot_element combined[COUNTING_POSITIONS];
        uint64_t counts[COUNTING_POSITIONS];

        assert_int_equal(combine(f, sets[i], combined), RESULT_OK);
        assert_int_equal(ballot_result_count(f->counting.group,
                                             f->counting.tally, combined,
                                             COUNTING_POSITIONS, 7, counts),
                         RESULT_OK);
        assert_memory_equal(counts, counting_counts, sizeof counts);
        assert_fault(ballot_result_check(f->counting.group, f->counting.tally,
                                         combined, COUNTING_POSITIONS, 7,
                                         counts),
                     BALLOT_FAULT_NONE);
    }
}

static void sets_that_are_too_small_find_nothing(void **state)
{
    static const uint64_t sets[] = { 0, 1, 3, 5, 9, 2, 6, 10, 12, 14 };
    struct fixture *f = *state;
    struct ballot_element combined[COUNTING_POSITIONS];

    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        assert_int_equal(combine(f, sets[i], combined), RESULT_REFUSED);
}

static void a_count_above_all_ballots_is_not_searched_for(void **state)
{
    struct fixture *f = *state;
    struct ballot_element combined[COUNTING_POSITIONS];
    uint64_t counts[COUNTING_POSITIONS];

    assert_int_equal(combine(f, 7, combined), RESULT_OK);
    assert_int_equal(ballot_result_count(f->counting.group, f->counting.tally,
                                         combined, COUNTING_POSITIONS, 6,
                                         counts),
                     RESULT_REFUSED);
    assert_fault(ballot_result_check(f->counting.group, f->counting.tally,
                                     combined, COUNTING_POSITIONS, 6,
                                     counting_counts),
                 BALLOT_FAULT_RESULT_NUMBERS);
}

static void a_factor_that_was_not_checked_finds_nothing(void **state)
{
    struct fixture *f = *state;
    struct ballot_element kept = f->factors[0];
    struct ballot_element combined[COUNTING_POSITIONS];
    uint64_t counts[COUNTING_POSITIONS];

    f->factors[0] = f->factors[1];
    assert_int_equal(combine(f, 7, combined), RESULT_OK);
    assert_int_equal(ballot_result_count(f->counting.group, f->counting.tally,
                                         combined, COUNTING_POSITIONS, 7,
                                         counts),
                     RESULT_REFUSED);
    f->factors[0] = kept;
}

static void every_other_count_is_wrong(void **state)
{
    struct fixture *f = *state;
    struct ballot_element combined[COUNTING_POSITIONS];
    uint64_t counts[COUNTING_POSITIONS];

    assert_int_equal(combine(f, 15, combined), RESULT_OK);
    for (size_t i = 0; i < COUNTING_POSITIONS; i++)
        for (uint64_t count = 0; count <= 8; count++) {
            memcpy(counts, counting_counts, sizeof counts);
            counts[i] = count;
            assert_fault(
                ballot_result_check(f->counting.group, f->counting.tally,
                                    combined, COUNTING_POSITIONS, 7, counts),
                count == counting_counts[i] ? BALLOT_FAULT_NONE
                                            : BALLOT_FAULT_RESULT_NUMBERS);
        }
}

static void the_record_is_read_as_it_is_written(void **state)
{
    struct fixture *f = *state;
    uint64_t counts[COUNTING_POSITIONS];
    struct text_view paper, record;
    struct byte_writer writer;

    byte_writer_init(&writer, 1000);
    ballot_result_write(&writer, &f->counting.election, counting_counts,
                        (struct text_view){ NULL, 0 });
    record = (struct text_view){ (const char *)writer.data, writer.size };
    assert_true(text_view_is(record, "{\"result\":[[3,4],[1,0,7]]}"));
    assert_fault(ballot_result_read(record, &f->counting.election, false,
                                    counts, &paper),
                 BALLOT_FAULT_NONE);
    assert_memory_equal(counts, counting_counts, sizeof counts);
    assert_int_equal(paper.size, 0);
    byte_writer_reset(&writer);
    ballot_result_write(&writer, &f->counting.election, counting_counts,
                        TEXT_LITERAL("{\"issued\":9}"));
    record = (struct text_view){ (const char *)writer.data, writer.size };
    assert_true(text_view_is(
        record, "{\"result\":[[3,4],[1,0,7]],\"paper\":{\"issued\":9}}"));
    assert_fault(ballot_result_read(record, &f->counting.election, false,
                                    counts, &paper),
                 BALLOT_FAULT_NONE);
    assert_true(text_view_is(paper, "{\"issued\":9}"));
    byte_writer_release(&writer);
}

static void other_records_are_refused(void **state)
{
    static const struct {
        const char *record;
        enum ballot_fault fault;
    } records[] = {
        { "{\"result\":[[3,4],[1,0]]}", BALLOT_FAULT_RESULT_SHAPE },
        { "{\"result\":[[3,4],[1,0,7,0]]}", BALLOT_FAULT_RESULT_SHAPE },
        { "{\"result\":[[3,4]]}", BALLOT_FAULT_RESULT_SHAPE },
        { "{\"result\":[]}", BALLOT_FAULT_RESULT_SHAPE },
        { "{\"result\":[[3,4],[1,0,7],[]]}", BALLOT_FAULT_RESULT_SHAPE },
        { "{\"result\":[[3,4],[1,0,-7]]}", BALLOT_FAULT_NUMBER },
        { "{\"result\":[[3,4],[1,0,07]]}", BALLOT_FAULT_NUMBER },
        { "{\"result\":[[3,4],[1,0,18446744073709551616]]}",
          BALLOT_FAULT_NUMBER },
        { "{\"result\":[[3,4],[1,0,\"7\"]]}", BALLOT_FAULT_NUMBER },
        { "{\"results\":[[3,4],[1,0,7]]}", BALLOT_FAULT_FIELD },
        { "{\"result\":[[3,4],[1,0,7]],\"paper\":1}",
          BALLOT_FAULT_PAPER_FIELDS },
        { "{\"result\":[[3,4],[1,0,7]],\"more\":{}}",
          BALLOT_FAULT_UNKNOWN_FIELD },
        { "{\"result\":[[3,4],[1,0,7]],\"paper\":{ }}", BALLOT_FAULT_JSON },
        { "{\"result\":[[3,4],[1,0,7]]}\n", BALLOT_FAULT_JSON },
    };
    struct fixture *f = *state;
    uint64_t counts[COUNTING_POSITIONS];
    struct text_view paper;

    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
        assert_fault(ballot_result_read(text_view_of(records[i].record),
                                        &f->counting.election, false, counts,
                                        &paper),
                     records[i].fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_that_suffices_finds_the_counts),
        cmocka_unit_test(sets_that_are_too_small_find_nothing),
        cmocka_unit_test(a_count_above_all_ballots_is_not_searched_for),
        cmocka_unit_test(a_factor_that_was_not_checked_finds_nothing),
        cmocka_unit_test(every_other_count_is_wrong),
        cmocka_unit_test(the_record_is_read_as_it_is_written),
        cmocka_unit_test(other_records_are_refused),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
