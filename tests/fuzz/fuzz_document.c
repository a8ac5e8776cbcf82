/*
 * Target: what documents are drawn of: templates, values, marked-up text, and
 * the canonical text inside files.
 * Input: 'T' and a template, over values of this target; 'V' and a value, in a
 *   template of this target; 'P' and marked-up text; 'X' and the part of a
 *   DOCX that carries its text; 'D' and the one that shows it; 'F' and a PDF.
 * Holds: what is refused tells a fault and nothing else; a paper has its limits
 *   and a canonical text that is proper; a value is in the paper the text that
 *   it was, wherever it stands; a text that is taken out of a part, or of a
 *   PDF, goes in again as the same bytes.
 * Planted fault: a row with too many cells, or too few.
 */
#include "tests/fuzz/planted_fault.h"

#include "protocol/base/limits.h"
#include "protocol/document/carried_text.h"
#include "protocol/document/docx_text.h"
#include "protocol/document/mustache.h"
#include "protocol/document/paper.h"
#include "protocol/record/record_zip_write.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_fault(enum result result, const struct document_fault *fault)
{
    require(result != RESULT_OK);
    require(fault->kind > DOCUMENT_FAULT_NONE &&
            fault->kind < DOCUMENT_FAULT_COUNT);
    require(fault->line >= 0);
    require(memchr(fault->detail, '\0', sizeof fault->detail) != NULL);
}

static void check_blocks(const struct paper_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct paper_grid *grid = &blocks[i].grid;

        require(blocks[i].line > 0);
        require(grid->column_count <= PAPER_COLUMNS_MAX);
        require(grid->column_count == 0 || grid->row_count > 0);
        require(grid->heading_count <= grid->row_count);
        for (size_t j = 0; j < blocks[i].text.count; j++)
            require(blocks[i].text.runs[j].text[0] != '\0');
        check_blocks(blocks[i].blocks, blocks[i].block_count);
    }
}

/* NULL if it is refused. */
static struct paper *read_paper(struct text_view text,
                                struct document_fault *fault)
{
    struct paper *paper = NULL;
    const enum result result = paper_parse(text, &paper, fault);
    char *canonical = NULL;
    size_t size = 0;

    if (result != RESULT_OK) {
        check_fault(result, fault);
        require(!paper);
        return NULL;
    }
    check_blocks(paper->blocks, paper->block_count);
    require(paper_canonical_text(paper, &canonical, &size) == RESULT_OK);
    require(strlen(canonical) == size);
    require(size == 0 || canonical[size - 1] == '\n');
    free(canonical);
    return paper;
}

/* The marked-up text; NULL if it is refused. */
static char *draw(struct text_view text, const json_t *values, size_t *size)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct mustache *template = NULL;
    char *drawn = NULL;
    enum result result = mustache_parse(text, &template, &fault);

    if (result == RESULT_OK)
        result =
            mustache_draw(template, values, 256 * 1024, &drawn, size, &fault);
    if (result != RESULT_OK) {
        check_fault(result, &fault);
        require(!drawn);
    }
    mustache_free(template);
    return drawn;
}

static void check_template(struct text_view text)
{
    json_t *values =
        json_pack("{s:s, s:i, s:[s,{s:s}], s:{s:{s:s}}, s:n}", "a", "x|y\n**",
                  "n", 0, "l", "- z", "a", "w", "o", "p", "q", "[page]", "e");
    struct document_fault fault;
    size_t size = 0;
    char *drawn;

    require(values != NULL);
    drawn = draw(text, values, &size);
    if (drawn)
        paper_free(read_paper((struct text_view){ drawn, size }, &fault));
    free(drawn);
    json_decref(values);
}

/* The letters of a text without blanks; free() ends it. */
static char *letters_of(const char *text, size_t size)
{
    char *letters = calloc(size + 1, 1);
    size_t count = 0;

    require(letters != NULL);
    for (size_t i = 0; i < size; i++)
        if (!strchr(" \t\n", text[i]))
            letters[count++] = text[i];
    return letters;
}

static void require_text(const struct paper_text *text, const char *expected)
{
    char *letters;

    require(text->count == 1);
    letters = letters_of(text->runs[0].text, strlen(text->runs[0].text));
    require(strcmp(letters, expected) == 0);
    free(letters);
}

static void check_value(struct text_view value)
{
    static const char *const template =
        "{{x}}\n- {{x}}\n**{{x}}**\n[table 1 1]\n| {{x}} | {{x}} |\n[/table]\n"
        "@title {{x}}\n";
    json_t *values = json_pack("{s:s%}", "x", value.data, value.size);
    char *letters = letters_of(value.data, value.size);
    struct document_fault fault;
    struct paper *paper;
    size_t size = 0;
    char *drawn = values ? draw(text_view_of(template), values, &size) : NULL;

    if (drawn && letters[0]) {
        paper = read_paper((struct text_view){ drawn, size }, &fault);
        require(paper && paper->block_count == 4);
        require(paper->blocks[0].kind == PAPER_PARAGRAPH);
        require_text(&paper->blocks[0].text, letters);
        require(paper->blocks[1].kind == PAPER_ITEM);
        require_text(&paper->blocks[1].text, letters);
        require(paper->blocks[2].text.runs[0].is_bold);
        require_text(&paper->blocks[2].text, letters);
        require(paper->blocks[3].grid.row_count == 1);
        require_text(&paper_cell_at(&paper->blocks[3].grid, 0, 1)->text,
                     letters);
        paper_free(paper);
    }
    free(drawn);
    free(letters);
    json_decref(values);
}

static void check_part(struct text_view part)
{
    char *text = NULL;
    uint8_t *again = NULL;
    size_t size = 0, again_size = 0;

    if (carried_text_from_xml(part, &text, &size) != RESULT_OK)
        return;
    require(carried_text_to_xml((struct text_view){ text, size }, &again,
                                &again_size) == RESULT_OK);
    require(text_view_equal(
        part, (struct text_view){ (const char *)again, again_size }));
    free(again);
    free(text);
}

/* A DOCX that shows this in its page, and has nothing else of ours. */
static void check_shown(struct text_view xml)
{
    const struct text_view none = TEXT_LITERAL("<w:p></w:p>");
    const struct record_zip_entry files[] = {
        { TEXT_LITERAL("[Content_Types].xml"), none },
        { TEXT_LITERAL("_rels/.rels"), none },
        { TEXT_LITERAL(CARRIED_TEXT_PART), none },
        { TEXT_LITERAL("docProps/app.xml"), none },
        { TEXT_LITERAL("docProps/core.xml"), none },
        { TEXT_LITERAL("word/_rels/document.xml.rels"), none },
        { TEXT_LITERAL("word/document.xml"), xml },
        { TEXT_LITERAL("word/footer1.xml"), none },
        { TEXT_LITERAL("word/header1.xml"),
          TEXT_LITERAL("<w:p><w:instrText>PAGE 2</w:instrText></w:p>") },
        { TEXT_LITERAL("word/header2.xml"), none },
        { TEXT_LITERAL("word/numbering.xml"), none },
        { TEXT_LITERAL("word/settings.xml"), none },
        { TEXT_LITERAL("word/styles.xml"), none },
    };
    struct document_fault fault;
    struct paper *paper = NULL;
    char *docx = NULL;
    size_t size = 0;
    enum result result;

    require(paper_parse(TEXT_LITERAL("= a\n"), &paper, &fault) == RESULT_OK);
    require(record_zip_write(files, sizeof files / sizeof files[0], &docx,
                             &size) == RESULT_OK);
    result = docx_text_check((struct text_view){ docx, size }, paper, 0);
    require(result == RESULT_REFUSED || result == RESULT_MALFORMED);
    free(docx);
    paper_free(paper);
}

static void check_pdf(struct text_view pdf)
{
    struct text_view text = { NULL, 0 };
    uint8_t *more = NULL;
    size_t size = 0;

    if (carried_text_in_pdf(pdf, &text) == RESULT_OK)
        require(text.data >= pdf.data &&
                text.data + text.size <= pdf.data + pdf.size);
    if (carried_text_add_to_pdf(pdf, TEXT_LITERAL("a\n"), "vi", &more, &size) !=
        RESULT_OK)
        return;
    require(carried_text_in_pdf((struct text_view){ (const char *)more, size },
                                &text) == RESULT_OK);
    require(text_view_is(text, "a\n"));
    free(more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct text_view text;

    if (size == 0)
        return 0;
    text = (struct text_view){ (const char *)data + 1, size - 1 };
    if (data[0] == 'T')
        check_template(text);
    else if (data[0] == 'V')
        check_value(text);
    else if (data[0] == 'X')
        check_part(text);
    else if (data[0] == 'D')
        check_shown(text);
    else if (data[0] == 'F')
        check_pdf(text);
    else if (data[0] == 'P')
        paper_free(read_paper(text, &fault));
    planted_fault(data, size, fault.kind == DOCUMENT_FAULT_ROW_CELLS);
    return 0;
}
