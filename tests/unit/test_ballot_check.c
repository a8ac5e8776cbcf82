#include "client/core/ballot_check.h"

#include "tests/support/ballot_vector.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

struct fixture {
    struct ballot_group *group;
    struct text_view file; /* owned: a whole election */
    struct ballot_archive_reader reader;
    struct ballot_check *check;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    assert_int_equal(ballot_group_new(&fixture->group), RESULT_OK);
    fixture->file = ballot_vector_load("profile.bel");
    ballot_archive_open(&fixture->reader, fixture->file);
    assert_int_equal(ballot_check_new(&fixture->check, fixture->group,
                                      fixture->reader.end.seconds),
                     RESULT_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    ballot_check_free(fixture->check);
    ballot_group_free(fixture->group);
    free((char *)(uintptr_t)fixture->file.data);
    free(fixture);
    return 0;
}

/* The next event of the sample is added as a device would; false at its end. */
static bool add_next(struct fixture *fixture)
{
    struct ballot_archive_event event;

    if (!ballot_archive_next(&fixture->reader, &event))
        return false;
    assert_int_equal(ballot_check_append(fixture->check, event.kind,
                                         event.records, event.record_count),
                     RESULT_OK);
    return true;
}

static void verify_all(struct fixture *fixture)
{
    while (ballot_check_step(fixture->check)) {
        /* as a worker does */
    }
}

static void what_is_put_together_is_the_file_byte_for_byte(void **state)
{
    struct fixture *fixture = *state;
    struct text_view file;

    while (add_next(fixture)) {
        /* all of it */
    }
    file = ballot_check_file(fixture->check);
    assert_int_equal(file.size, fixture->file.size);
    assert_memory_equal(file.data, fixture->file.data, file.size);
}

static void it_is_verified_as_it_grows(void **state)
{
    struct fixture *fixture = *state;
    uint64_t count = 0;

    while (add_next(fixture)) {
        assert_false(ballot_check_is_good(fixture->check));
        verify_all(fixture);
        assert_int_equal(ballot_check_facts(fixture->check)->event_count,
                         ++count);
        assert_true(ballot_check_is_good(fixture->check));
    }
    assert_true(count > 4);
    assert_true(
        ballot_verifier_is_complete(ballot_check_verifier(fixture->check)));
    assert_true(hash_equal(&ballot_check_facts(fixture->check)->head,
                           &ballot_check_end(fixture->check)->head));
}

static void
a_changed_ballot_is_found_and_nothing_is_taken_after_it(void **state)
{
    struct fixture *fixture = *state;
    struct ballot_archive_event event;
    char *ballot;

    assert_true(add_next(fixture));
    assert_true(ballot_archive_next(&fixture->reader, &event));
    assert_int_equal(event.kind, BALLOT_EVENT_BALLOT);
    ballot = strndup(event.records[0].data, event.records[0].size);
    assert_non_null(ballot);
    /* A digit of the last response. */
    ballot[event.records[0].size - 6] ^= 1;
    event.records[0].data = ballot;
    assert_int_equal(ballot_check_append(fixture->check, event.kind,
                                         event.records, event.record_count),
                     RESULT_OK);
    verify_all(fixture);
    assert_int_equal(ballot_check_facts(fixture->check)->fault,
                     BALLOT_FAULT_BALLOT_SIGNATURE);
    assert_int_equal(ballot_check_facts(fixture->check)->event_count, 1);
    assert_false(ballot_check_is_good(fixture->check));
    free(ballot);
}

static void an_event_out_of_order_is_refused_and_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    const size_t size = ballot_check_file(fixture->check).size;

    assert_int_equal(
        ballot_check_append(fixture->check, BALLOT_EVENT_END_BALLOTS, NULL, 0),
        RESULT_REFUSED);
    assert_int_equal(ballot_check_file(fixture->check).size, size);
    assert_true(add_next(fixture));
    verify_all(fixture);
    assert_true(ballot_check_is_good(fixture->check));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_put_together_is_the_file_byte_for_byte),
        TEST(it_is_verified_as_it_grows),
        TEST(a_changed_ballot_is_found_and_nothing_is_taken_after_it),
        TEST(an_event_out_of_order_is_refused_and_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
