/* The canonical text of a paper: see paper.h. */
#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/document/paper.h"

#include <stdint.h>
#include <stdlib.h>

static void put(struct byte_writer *out, const char *text)
{
    byte_writer_text(out, text_view_of(text));
}

static void put_text(struct byte_writer *out, const struct paper_text *text,
                     const char *line_end)
{
    for (size_t i = 0; i < text->count; i++)
        for (const char *c = text->runs[i].text; *c; c++)
            if (*c == '\n')
                put(out, line_end);
            else
                byte_writer_bytes(out, c, 1);
}

static void put_rows(struct byte_writer *out, const struct paper_grid *grid)
{
    for (size_t row = 0; row < grid->row_count; row++) {
        for (size_t column = 0; column < grid->column_count; column++) {
            if (column > 0)
                put(out, "\t");
            put_text(out, &paper_cell_at(grid, row, column)->text, " ");
        }
        put(out, "\n");
    }
}

static void put_header(struct byte_writer *out, const struct paper_grid *grid)
{
    for (size_t column = 0; column < grid->column_count; column++)
        for (size_t row = 0; row < paper_header_rows(grid, column); row++) {
            const struct paper_cell *cell = paper_cell_at(grid, row, column);

            if (cell->kind != PAPER_CELL_TEXT)
                continue;
            put_text(out, &cell->text, " ");
            put(out, "\n");
        }
}

static void put_blocks(struct byte_writer *out,
                       const struct paper_block *blocks, size_t count);

static void put_block(struct byte_writer *out, const struct paper_block *block)
{
    switch (block->kind) {
    case PAPER_HEADER:
        put_header(out, &block->grid);
        return;
    case PAPER_TABLE:
    case PAPER_SIGNATURES:
        put_rows(out, &block->grid);
        return;
    case PAPER_PAPERS:
        put_blocks(out, block->blocks, block->block_count);
        return;
    case PAPER_PAGE_BREAK:
        return;
    case PAPER_RULE:
        put(out, "-----\n");
        return;
    case PAPER_ITEM:
        put(out, block->level == 1 ? "- " : "+ ");
        break;
    case PAPER_TITLE:
    case PAPER_SUBJECT:
    case PAPER_HEADING:
    case PAPER_PARAGRAPH:
    case PAPER_CENTRED:
        break;
    }
    put_text(out, &block->text, "\n");
    put(out, "\n");
}

static void put_blocks(struct byte_writer *out,
                       const struct paper_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_block(out, &blocks[i]);
}

enum result paper_canonical_text(const struct paper *paper, char **out,
                                 size_t *size)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t written = 0;
    enum result result;

    /* Each block adds a few bytes of its own to its text. */
    byte_writer_init(&writer, 2 * (size_t)LIMIT_DOCUMENT_SIZE);
    put_blocks(&writer, paper->blocks, paper->block_count);
    if (paper->footer[0]) {
        put(&writer, paper->footer);
        put(&writer, "\n");
    }
    byte_writer_u8(&writer, 0);
    result = byte_writer_take(&writer, &bytes, &written);
    byte_writer_release(&writer);
    if (result != RESULT_OK)
        return RESULT_NO_MEMORY;
    *out = (char *)bytes;
    *size = written - 1;
    return RESULT_OK;
}
