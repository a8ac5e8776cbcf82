#include "protocol/document/mustache.h"
#include "protocol/document/paper.h"

#include "protocol/base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct paper *parse(const char *text)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct paper *paper = NULL;

    if (paper_parse(text_view_of(text), &paper, &fault) != RESULT_OK)
        fail_msg("line %d: %s: %s", fault.line,
                 document_fault_words(fault.kind), fault.detail);
    return paper;
}

static void assert_fault(const char *text, enum document_fault_kind kind,
                         int line)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct paper *paper = NULL;

    assert_int_not_equal(paper_parse(text_view_of(text), &paper, &fault),
                         RESULT_OK);
    assert_int_equal(fault.kind, kind);
    assert_int_equal(fault.line, line);
    assert_null(paper);
}

static void assert_canonical(const char *text, const char *expected)
{
    struct paper *paper = parse(text);
    char *out = NULL;
    size_t size = 0;

    assert_int_equal(paper_canonical_text(paper, &out, &size), RESULT_OK);
    assert_string_equal(out, expected);
    assert_int_equal(size, strlen(expected));
    free(out);
    paper_free(paper);
}

static void each_mark_makes_its_block(void **state)
{
    static const enum paper_block_kind kinds[] = {
        PAPER_TITLE,     PAPER_SUBJECT,   PAPER_RULE, PAPER_HEADING,
        PAPER_HEADING,   PAPER_ITEM,      PAPER_ITEM, PAPER_CENTRED,
        PAPER_PARAGRAPH, PAPER_PAGE_BREAK
    };
    struct paper *paper = parse("= BIÊN BẢN\n== Sinh hoạt\n\n-----\n# I\n## 1\n"
                                "- a\n  + b  \n^ c\nd\n[page]\n");

    (void)state;
    assert_int_equal(paper->block_count, sizeof kinds / sizeof kinds[0]);
    for (size_t i = 0; i < paper->block_count; i++)
        assert_int_equal(paper->blocks[i].kind, kinds[i]);
    assert_int_equal(paper->blocks[0].line, 1);
    assert_int_equal(paper->blocks[2].line, 4);
    assert_int_equal(paper->blocks[3].level, 1);
    assert_int_equal(paper->blocks[4].level, 2);
    assert_int_equal(paper->blocks[5].level, 1);
    assert_int_equal(paper->blocks[6].level, 2);
    paper_free(paper);
}

static void a_mark_without_a_blank_behind_it_is_text(void **state)
{
    (void)state;
    assert_canonical("=a\n#\n-b\n----\n1. c\n", "=a\n#\n-b\n----\n1. c\n");
}

static void what_is_said_of_the_file_is_kept(void **state)
{
    struct paper *paper =
        parse("@title **Biên bản** số\\|1\n@author Chi bộ Mẫu\n@subject s\n"
              "@footer f\n@landscape\n");

    (void)state;
    assert_string_equal(paper->title, "Biên bản số|1");
    assert_string_equal(paper->author, "Chi bộ Mẫu");
    assert_string_equal(paper->subject, "s");
    assert_string_equal(paper->footer, "f");
    assert_string_equal(paper->language, "vi-VN");
    assert_true(paper->is_landscape);
    assert_int_equal(paper->block_count, 0);
    paper_free(paper);
    assert_fault("@title a\n@title b", DOCUMENT_FAULT_TWICE, 2);
    assert_fault("@colour red", DOCUMENT_FAULT_DIRECTIVE, 1);
}

static void bold_and_italic_make_runs(void **state)
{
    struct paper *paper = parse("a **b __c** d__ e\\*\\*");
    const struct paper_text *text = &paper->blocks[0].text;
    static const struct paper_run expected[] = { { NULL, false, false },
                                                 { NULL, true, false },
                                                 { NULL, true, true },
                                                 { NULL, false, true },
                                                 { NULL, false, false } };
    static const char *const words[] = { "a", " b", " c", " d", " e**" };

    (void)state;
    assert_int_equal(text->count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(text->runs[i].text, words[i]);
        assert_int_equal(text->runs[i].is_bold, expected[i].is_bold);
        assert_int_equal(text->runs[i].is_italic, expected[i].is_italic);
    }
    paper_free(paper);
    assert_fault("x\na **b", DOCUMENT_FAULT_STYLE_OPEN, 2);
}

static void blanks_are_one_and_none_at_the_ends(void **state)
{
    (void)state;
    assert_canonical("  a \t  b\\n   c \\n\n", "a b\nc\n");
}

static void a_line_goes_on_behind_a_backslash(void **state)
{
    struct paper *paper = parse("a\\\n  b\\\\\nc\n^ d\\\ne");

    (void)state;
    assert_int_equal(paper->block_count, 3);
    assert_string_equal(paper->blocks[0].text.runs[0].text, "a b\\");
    assert_string_equal(paper->blocks[2].text.runs[0].text, "de");
    assert_int_equal(paper->blocks[0].line, 1);
    assert_int_equal(paper->blocks[1].line, 3);
    assert_int_equal(paper->blocks[2].line, 4);
    paper_free(paper);
}

static void a_backslash_stands_before_marks_only(void **state)
{
    (void)state;
    assert_canonical("\\= a\\&\\[\\@", "= a[@\n");
    assert_fault("a\nb\\c", DOCUMENT_FAULT_ESCAPE, 2);
    assert_fault("b\\", DOCUMENT_FAULT_ESCAPE, 1);
    assert_fault("b\\Đ", DOCUMENT_FAULT_ESCAPE, 1);
}

static void a_block_without_text_is_left_out(void **state)
{
    (void)state;
    assert_canonical("\\&\n# \\&\n- **\\&**\n^ \\n\na\n", "a\n");
}

static void a_mark_joins_the_letter_before_it(void **state)
{
    (void)state;
    assert_canonical("e\\&\xcc\x82", "\xc3\xaa\n");
}

static void a_table_has_columns_headings_and_rows(void **state)
{
    struct paper *paper = parse("[table 12pt 1c 10 3r]\n"
                                "! TT | **Họ và tên** | Tỷ lệ |\n"
                                "| 1 | Đảng viên Mẫu 01 \\| a | |\n"
                                "[/table]\n");
    const struct paper_block *block = &paper->blocks[0];
    const struct paper_grid *grid = &block->grid;

    (void)state;
    assert_int_equal(block->kind, PAPER_TABLE);
    assert_int_equal(grid->size_pt, 12);
    assert_int_equal(grid->column_count, 3);
    assert_int_equal(grid->columns[1].width, 10);
    assert_int_equal(grid->columns[0].align, PAPER_ALIGN_CENTRE);
    assert_int_equal(grid->columns[1].align, PAPER_ALIGN_LEFT);
    assert_int_equal(grid->columns[2].align, PAPER_ALIGN_RIGHT);
    assert_int_equal(paper_grid_width(grid), 14);
    assert_int_equal(grid->row_count, 2);
    assert_int_equal(grid->heading_count, 1);
    assert_true(paper_cell_at(grid, 0, 1)->text.runs[0].is_bold);
    assert_string_equal(paper_cell_at(grid, 1, 1)->text.runs[0].text,
                        "Đảng viên Mẫu 01 | a");
    assert_int_equal(paper_cell_at(grid, 1, 2)->text.count, 0);
    paper_free(paper);
}

static void a_grid_that_is_not_right_is_a_fault(void **state)
{
    (void)state;
    assert_fault("[table]\n| a |\n[/table]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[table 0]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[table 101]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[table 1x]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[table 7pt 1]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[table 1 1 1 1 1 1 1 1 1 1 1 1 1]", DOCUMENT_FAULT_ARGUMENT,
                 1);
    assert_fault("[header 1]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[signatures 1 1 1 1]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[table 1 1]\n[/table]", DOCUMENT_FAULT_ROW_NONE, 2);
    assert_fault("[table 1 1]\n| a | b\n", DOCUMENT_FAULT_ROW, 2);
    assert_fault("[table 1 1]\na\n", DOCUMENT_FAULT_ROW, 2);
    assert_fault("[table 1 1]\n| a |\n", DOCUMENT_FAULT_ROW_CELLS, 2);
    assert_fault("[table 1 1]\n| a | b | c |\n", DOCUMENT_FAULT_ROW_CELLS, 2);
    assert_fault("[table 1]\n| a |\n! a |\n", DOCUMENT_FAULT_ROW_HEADING, 3);
    assert_fault("[header]\n! a | b |\n", DOCUMENT_FAULT_ROW, 2);
    assert_fault("[table 1]\n| a |\n[page]", DOCUMENT_FAULT_BLOCK_INSIDE, 3);
    assert_fault("\n[table 1]\n| a |\n", DOCUMENT_FAULT_BLOCK_OPEN, 2);
}

static void a_header_has_lines_and_signatures_have_room(void **state)
{
    struct paper *paper = parse("[header]\n"
                                "| ĐẢNG BỘ XÃ MẪU | **ĐẢNG CỘNG SẢN** |\n"
                                "| **CHI BỘ MẪU** | ---- |\n"
                                "| \\---- | |\n"
                                "[/header]\n"
                                "[signatures 2 1]\n"
                                "| THƯ KÝ | CHỦ TRÌ |\n"
                                "| ~ | ~ |\n"
                                "| ---- | \\~ |\n"
                                "[/signatures]");
    const struct paper_grid *header = &paper->blocks[0].grid;
    const struct paper_grid *signatures = &paper->blocks[1].grid;

    (void)state;
    assert_int_equal(header->columns[0].width, 1);
    assert_int_equal(header->columns[1].align, PAPER_ALIGN_CENTRE);
    assert_int_equal(paper_cell_at(header, 1, 1)->kind, PAPER_CELL_LINE);
    assert_int_equal(paper_cell_at(header, 2, 0)->kind, PAPER_CELL_TEXT);
    assert_int_equal(paper_header_rows(header, 0), 3);
    assert_int_equal(paper_header_rows(header, 1), 2);
    assert_int_equal(signatures->columns[0].width, 2);
    assert_int_equal(paper_cell_at(signatures, 1, 0)->kind, PAPER_CELL_ROOM);
    assert_int_equal(paper_cell_at(signatures, 2, 0)->kind, PAPER_CELL_TEXT);
    assert_int_equal(paper_cell_at(signatures, 2, 1)->kind, PAPER_CELL_TEXT);
    paper_free(paper);
}

static void papers_hold_blocks(void **state)
{
    struct paper *paper = parse("a\n[papers 4]\n^ PHIẾU\n[table 1]\n| a |\n"
                                "[/table]\n[/papers]\nb\n");

    (void)state;
    assert_int_equal(paper->block_count, 3);
    assert_int_equal(paper->blocks[1].kind, PAPER_PAPERS);
    assert_int_equal(paper->blocks[1].per_page, 4);
    assert_int_equal(paper->blocks[1].block_count, 2);
    paper_free(paper);
    assert_fault("[papers 5]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[papers]", DOCUMENT_FAULT_ARGUMENT, 1);
    assert_fault("[papers 2]\n[papers 2]", DOCUMENT_FAULT_BLOCK_INSIDE, 2);
    assert_fault("[papers 2]\n[page]", DOCUMENT_FAULT_BLOCK_INSIDE, 2);
    assert_fault("[papers 2]\na\n", DOCUMENT_FAULT_BLOCK_OPEN, 1);
    assert_fault("[/papers]\n", DOCUMENT_FAULT_BLOCK_CLOSE, 1);
    assert_fault("[/table]\n", DOCUMENT_FAULT_BLOCK_CLOSE, 1);
    assert_fault("[foo]\n", DOCUMENT_FAULT_DIRECTIVE, 1);
    assert_fault("[foo\n", DOCUMENT_FAULT_DIRECTIVE, 1);
}

static void the_canonical_text_is_all_that_can_be_read(void **state)
{
    (void)state;
    assert_canonical("@title not on the paper\n"
                     "[header]\n"
                     "| ĐẢNG BỘ | **ĐẢNG CỘNG SẢN VIỆT NAM** |\n"
                     "| CHI BỘ | ---- |\n"
                     "| | Mẫu, ngày 05 |\n"
                     "[/header]\n"
                     "= BIÊN BẢN\n"
                     "-----------\n"
                     "- **a** b\n"
                     "+ c\\nd\n"
                     "[table 1 1]\n"
                     "! x | y |\n"
                     "| 1\\n2 | |\n"
                     "[/table]\n"
                     "[papers 2]\n"
                     "z\n"
                     "[/papers]\n"
                     "[signatures 1 1]\n"
                     "| A | B |\n"
                     "| ~ | ~ |\n"
                     "| C | D |\n"
                     "[/signatures]\n"
                     "@footer 0123\n",
                     "ĐẢNG BỘ\nCHI BỘ\nĐẢNG CỘNG SẢN VIỆT NAM\n"
                     "Mẫu, ngày 05\nBIÊN BẢN\n-----\n- a b\n+ c\nd\nx\ty\n"
                     "1 2\t\nz\nA\tB\n\t\nC\tD\n0123\n");
}

static void a_hostile_value_stays_the_text_that_it_is(void **state)
{
    static const char *const hostile[] = {
        "[page]", "[/table]",  "@title x",  "= x",   "- x", "-----",
        "| a |",  "**a",       "__a",       "\\",    "\\n", "a\\",
        "~",      "----",      "! a | b |", "{{x}}", "^ a", "# a",
        "*",      "_",         "|",         "\\&",   "+ a", "a | b",
        "1. a",   "[papers 2]"
    };
    const char *text = "{{x}}\n- {{x}}\n*{{x}}*\n**{{x}}**\n"
                       "[table 1 1]\n| {{x}} | {{x}} |\n[/table]\n";
    struct mustache *template = NULL;
    struct document_fault fault;

    (void)state;
    assert_int_equal(mustache_parse(text_view_of(text), &template, &fault),
                     RESULT_OK);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        json_t *values = json_pack("{s:s}", "x", hostile[i]);
        struct paper *paper;
        char *drawn = NULL;
        size_t size = 0;

        assert_int_equal(
            mustache_draw(template, values, 10000, &drawn, &size, &fault),
            RESULT_OK);
        paper = parse(drawn);
        assert_int_equal(paper->block_count, 5);
        assert_int_equal(paper->blocks[0].kind, PAPER_PARAGRAPH);
        assert_int_equal(paper->blocks[0].text.count, 1);
        assert_string_equal(paper->blocks[0].text.runs[0].text, hostile[i]);
        assert_int_equal(paper->blocks[1].kind, PAPER_ITEM);
        assert_string_equal(paper->blocks[1].text.runs[0].text, hostile[i]);
        assert_int_equal(paper->blocks[2].text.count, 1);
        assert_string_equal(paper->blocks[3].text.runs[0].text, hostile[i]);
        assert_string_equal(
            paper_cell_at(&paper->blocks[4].grid, 0, 1)->text.runs[0].text,
            hostile[i]);
        paper_free(paper);
        free(drawn);
        json_decref(values);
    }
    mustache_free(template);
}

static void what_would_be_too_much_is_refused(void **state)
{
    const size_t size = 2 * ((size_t)LIMIT_DOCUMENT_BLOCKS + 1);
    char *text = calloc(size + 1, 1);
    struct document_fault fault;
    struct paper *paper = NULL;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < size; i += 2)
        memcpy(&text[i], "a\n", 2);
    assert_int_equal(
        paper_parse((struct text_view){ text, size }, &paper, &fault),
        RESULT_TOO_LARGE);
    assert_int_equal(fault.line, LIMIT_DOCUMENT_BLOCKS + 1);
    assert_int_equal(
        paper_parse((struct text_view){ text, size - 2 }, &paper, &fault),
        RESULT_OK);
    paper_free(paper);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mark_makes_its_block),
        cmocka_unit_test(a_mark_without_a_blank_behind_it_is_text),
        cmocka_unit_test(what_is_said_of_the_file_is_kept),
        cmocka_unit_test(bold_and_italic_make_runs),
        cmocka_unit_test(blanks_are_one_and_none_at_the_ends),
        cmocka_unit_test(a_line_goes_on_behind_a_backslash),
        cmocka_unit_test(a_backslash_stands_before_marks_only),
        cmocka_unit_test(a_block_without_text_is_left_out),
        cmocka_unit_test(a_mark_joins_the_letter_before_it),
        cmocka_unit_test(a_table_has_columns_headings_and_rows),
        cmocka_unit_test(a_grid_that_is_not_right_is_a_fault),
        cmocka_unit_test(a_header_has_lines_and_signatures_have_room),
        cmocka_unit_test(papers_hold_blocks),
        cmocka_unit_test(the_canonical_text_is_all_that_can_be_read),
        cmocka_unit_test(a_hostile_value_stays_the_text_that_it_is),
        cmocka_unit_test(what_would_be_too_much_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
