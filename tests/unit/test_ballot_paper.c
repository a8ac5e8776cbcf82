/* What a result says of paper, against what was entered. */
#include "protocol/meeting/ballot_paper.h"

#include "protocol/record/digest.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static uint64_t counts[] = { 1, 0, 2 };

static struct meeting_ballot_paper entered(void)
{
    return (struct meeting_ballot_paper){ .is_entered = true,
                                          .is_confirmed = true,
                                          .issued = 5,
                                          .returned = 4,
                                          .valid = 3,
                                          .invalid = 1,
                                          .counts = counts,
                                          .count_count = 3 };
}

static const char text[] =
    "{\"record\":\"" ZEROS "\",\"issued\":5,\"returned\":4,\"valid\":3,"
    "\"invalid\":1,\"counts\":[1,0,2]}";

static void it_is_written_as_it_was_entered(void **state)
{
    const struct meeting_ballot_paper paper = entered();
    struct byte_writer writer;

    (void)state;
    byte_writer_init(&writer, 1000);
    assert_int_equal(ballot_paper_write(&writer, &paper), RESULT_OK);
    assert_int_equal(writer.size, strlen(text));
    assert_memory_equal(writer.data, text, writer.size);
    byte_writer_release(&writer);
    byte_writer_init(&writer, 10);
    assert_int_equal(ballot_paper_write(&writer, &paper), RESULT_TOO_LARGE);
    byte_writer_release(&writer);
}

static void what_nobody_confirmed_is_not_written(void **state)
{
    struct meeting_ballot_paper paper = entered();
    struct byte_writer writer;

    (void)state;
    paper.is_confirmed = false;
    byte_writer_init(&writer, 1000);
    assert_int_equal(ballot_paper_write(&writer, &paper), RESULT_OK);
    assert_int_equal(writer.size, 0);
    byte_writer_release(&writer);
}

static void only_what_was_entered_and_confirmed_may_be_said(void **state)
{
    const struct hash said = digest_sha256(text, strlen(text));
    struct meeting_ballot_paper paper = entered();

    (void)state;
    assert_int_equal(ballot_paper_compare(&paper, true, &said), RESULT_OK);
    assert_int_equal(ballot_paper_compare(&paper, false, &said),
                     RESULT_REFUSED);
    paper.valid++;
    assert_int_equal(ballot_paper_compare(&paper, true, &said), RESULT_REFUSED);
    paper = entered();
    paper.count_count--;
    assert_int_equal(ballot_paper_compare(&paper, true, &said), RESULT_REFUSED);
    paper = entered();
    paper.is_confirmed = false;
    assert_int_equal(ballot_paper_compare(&paper, true, &said), RESULT_REFUSED);
    assert_int_equal(ballot_paper_compare(&paper, false, &said), RESULT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_written_as_it_was_entered),
        cmocka_unit_test(what_nobody_confirmed_is_not_written),
        cmocka_unit_test(only_what_was_entered_and_confirmed_may_be_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
