#include "protocol/ballot/ballot_deal.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#define DEAL "{\"dealing\":{\"a\":[1,2]},\"boxes\":[{\"x\":1},\"\",{\"y\":2}]}"

static void assert_text(struct text_view text, const char *expected)
{
    const struct text_view wanted = text_view_of(expected);

    assert_int_equal(text.size, wanted.size);
    if (text.size > 0)
        assert_memory_equal(text.data, wanted.data, text.size);
}

static void a_deal_is_read_as_it_was_written(void **state)
{
    struct ballot_deal deal;
    struct byte_writer writer;

    (void)state;
    assert_int_equal(ballot_deal_read(text_view_of(DEAL), 3, 2, &deal),
                     BALLOT_FAULT_NONE);
    assert_text(deal.dealing, "{\"a\":[1,2]}");
    assert_text(deal.boxes[0], "{\"x\":1}");
    assert_text(deal.boxes[1], "");
    assert_text(deal.boxes[2], "{\"y\":2}");
    byte_writer_init(&writer, 1000);
    ballot_deal_write(&writer, &deal, 3);
    assert_int_equal(writer.result, RESULT_OK);
    assert_text((struct text_view){ (const char *)writer.data, writer.size },
                DEAL);
    byte_writer_release(&writer);
}

static void a_misfit_leaves_the_output_as_it_was(void **state)
{
    const struct {
        const char *text;
        uint32_t size, sender;
        enum ballot_fault fault;
    } rows[] = {
        { DEAL, 3, 1, BALLOT_FAULT_FIELD }, /* a box to itself */
        { DEAL, 3, 3, BALLOT_FAULT_FIELD },
        { DEAL, 2, 2, BALLOT_FAULT_JSON }, /* a box too many */
        { DEAL, 4, 2, BALLOT_FAULT_JSON }, /* one too few */
        { DEAL, LIMIT_BALLOT_TRUSTEES + 1, 2, BALLOT_FAULT_FIELD },
        { DEAL " ", 3, 2, BALLOT_FAULT_JSON },
        { "{\"dealing\":7,\"boxes\":[\"\"]}", 1, 1, BALLOT_FAULT_FIELD },
        { "{\"boxes\":[\"\"],\"dealing\":{}}", 1, 1, BALLOT_FAULT_FIELD },
        { "{\"dealing\":{},\"boxes\":[\"\"],\"more\":1}", 1, 1,
          BALLOT_FAULT_UNKNOWN_FIELD },
        { "", 1, 1, BALLOT_FAULT_JSON },
    };
    struct ballot_deal deal = { .dealing = TEXT_LITERAL("untouched") };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(ballot_deal_read(text_view_of(rows[i].text),
                                          rows[i].size, rows[i].sender, &deal),
                         rows[i].fault);
    assert_text(deal.dealing, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deal_is_read_as_it_was_written),
        cmocka_unit_test(a_misfit_leaves_the_output_as_it_was),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
