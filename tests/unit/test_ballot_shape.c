#include "protocol/ballot/ballot_shape.h"

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

/* Three questions with 2, 1 + 1 (a blank) and 1 positions. */
static const struct ballot_question questions[] = {
    { .answer_count = 2 },
    { .answer_count = 1, .has_blank = true },
    { .answer_count = 1 },
};
static const struct ballot_election election = { .questions = questions,
                                                 .question_count = 3 };
enum { POSITIONS = 5 };

static void read_number(struct ballot_json *json, size_t position, void *user)
{
    uint64_t *numbers = user;

    assert_true(position < POSITIONS);
    numbers[position] = ballot_json_number(json, 1000);
}

static void write_number(struct byte_writer *writer, size_t position,
                         const void *user)
{
    const uint64_t *numbers = user;

    ballot_json_write_number(writer, numbers[position]);
}

static void positions_are_counted_through_all_questions(void **state)
{
    static const char text[] = "[[1,2],[3,4],[5]]";
    uint64_t numbers[POSITIONS] = { 0 };
    struct ballot_json json;
    struct byte_writer writer;

    (void)state;
    ballot_json_init(&json, text_view_of(text));
    ballot_shape_read(&json, &election, BALLOT_FAULT_TALLY, read_number,
                      numbers);
    assert_fault(ballot_json_end(&json), BALLOT_FAULT_NONE);
    for (size_t i = 0; i < POSITIONS; i++)
        assert_int_equal(numbers[i], i + 1);
    byte_writer_init(&writer, 1000);
    ballot_shape_write(&writer, &election, write_number, numbers);
    assert_int_equal(writer.size, sizeof text - 1);
    assert_memory_equal(writer.data, text, writer.size);
    byte_writer_release(&writer);
}

static void other_shapes_are_a_misfit(void **state)
{
    static const struct {
        const char *text;
        enum ballot_fault fault;
    } shapes[] = {
        { "[]", BALLOT_FAULT_TALLY },
        { "[[1,2],[3,4]]", BALLOT_FAULT_TALLY },
        { "[[1,2],[3,4],[5],[6]]", BALLOT_FAULT_TALLY },
        { "[[1,2],[3,4],[5],6]", BALLOT_FAULT_TALLY },
        { "[[1,2],[3],[5]]", BALLOT_FAULT_TALLY },
        { "[[1,2,3],[3,4],[5]]", BALLOT_FAULT_TALLY },
        { "[[],[3,4],[5]]", BALLOT_FAULT_TALLY },
        { "[[1,2],[3,4],[]]", BALLOT_FAULT_TALLY },
        { "[[1,2],[3,4],[5]", BALLOT_FAULT_JSON },
        { "[[1,2],[3,4],5]", BALLOT_FAULT_JSON },
        { "[[1, 2],[3,4],[5]]", BALLOT_FAULT_JSON },
        { "[[1,2],[3,4],[1001]]", BALLOT_FAULT_NUMBER },
        { "{}", BALLOT_FAULT_JSON },
        { "", BALLOT_FAULT_JSON },
    };

    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        uint64_t numbers[POSITIONS] = { 0 };
        struct ballot_json json;

        ballot_json_init(&json, text_view_of(shapes[i].text));
        ballot_shape_read(&json, &election, BALLOT_FAULT_TALLY, read_number,
                          numbers);
        assert_fault(ballot_json_end(&json), shapes[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_counted_through_all_questions),
        cmocka_unit_test(other_shapes_are_a_misfit),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
