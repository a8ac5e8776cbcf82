#include "protocol/document/paper_ragged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* As a paragraph that a template gives. */
static bool is_ragged(const char *text)
{
    struct document_fault fault;
    struct paper *paper = NULL;
    bool result;

    assert_int_equal(paper_parse(text_view_of(text), &paper, &fault),
                     RESULT_OK);
    assert_int_equal(paper->block_count, 1);
    result = paper_is_ragged(&paper->blocks[0].text);
    paper_free(paper);
    return result;
}

static void a_text_of_words_is_even(void **state)
{
    (void)state;
    assert_false(
        is_ragged("Đồng chí Đảng viên Mẫu 01 tuyên bố lý do hội nghị"));
}

static void a_hash_makes_its_text_uneven(void **state)
{
    (void)state;
    assert_true(is_ragged("mã kiểm tra 0123456789abcdef0123456789abcdef."));
}

static void a_word_is_measured_in_code_points(void **state)
{
    (void)state;
    /* Thirty letters, of three bytes each; one more. */
    assert_false(is_ragged("ệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệ"));
    assert_true(is_ragged("ệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệệ"));
}

static void a_word_goes_on_where_it_becomes_bold(void **state)
{
    (void)state;
    assert_true(is_ragged("0123456789abcdef**0123456789abcdef**"));
}

static void the_end_of_a_line_ends_a_word(void **state)
{
    (void)state;
    assert_false(is_ragged("0123456789abcdef\\n0123456789abcdef"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_of_words_is_even),
        cmocka_unit_test(a_hash_makes_its_text_uneven),
        cmocka_unit_test(a_word_is_measured_in_code_points),
        cmocka_unit_test(a_word_goes_on_where_it_becomes_bold),
        cmocka_unit_test(the_end_of_a_line_ends_a_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
