#include "protocol/document/paper_docx_body.h"

#include "protocol/document/paper_measures.h"
#include "protocol/document/paper_ragged.h"

#include <stdio.h>
#include <string.h>

/* What the line behind a page of ballot papers takes; and, to be sure, what
 * else an editor adds to its rows. */
static const double LAST_LINE = 4;

/* --- small XML ------------------------------------------------------------ */

void docx_put(struct byte_writer *out, const char *xml)
{
    byte_writer_text(out, text_view_of(xml));
}

void docx_put_text(struct byte_writer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '&')
            docx_put(out, "&amp;");
        else if (*text == '<')
            docx_put(out, "&lt;");
        else if (*text == '>')
            docx_put(out, "&gt;");
        else if (*text == '"')
            docx_put(out, "&quot;");
        else
            byte_writer_bytes(out, text, 1);
    }
}

void docx_put_number(struct byte_writer *out, long number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%ld", number);
    docx_put(out, text);
}

static long twips(double points) { return (long)(points * 20 + 0.5); }

void docx_put_twips(struct byte_writer *out, double points)
{
    docx_put_number(out, twips(points));
}

/* --- texts ---------------------------------------------------------------- */

/* Where blocks go, and how large they are. */
struct docx_place {
    struct byte_writer *out;
    const struct paper *paper;
    double width; /* of the area */
    double scale; /* of letters */
};

/* How a paragraph differs from its style. */
struct docx_look {
    const char *style;
    bool stays_with_next;
    const char *properties; /* more of w:pPr, before w:spacing; or NULL */
    enum paper_align align; /* PAPER_ALIGN_NONE: as the style says */
    double size_pt;         /* 0: as the style says */
    bool is_underlined;
};

static void put_jc(struct byte_writer *out, enum paper_align align)
{
    if (align == PAPER_ALIGN_CENTRE)
        docx_put(out, "<w:jc w:val=\"center\"/>");
    else if (align == PAPER_ALIGN_RIGHT)
        docx_put(out, "<w:jc w:val=\"right\"/>");
    else if (align == PAPER_ALIGN_LEFT)
        docx_put(out, "<w:jc w:val=\"left\"/>");
}

static void begin_paragraph(struct byte_writer *out,
                            const struct docx_look *look)
{
    docx_put(out, "<w:p><w:pPr><w:pStyle w:val=\"");
    docx_put(out, look->style);
    docx_put(out, "\"/>");
    if (look->stays_with_next)
        docx_put(out, "<w:keepNext/>");
    if (look->properties)
        docx_put(out, look->properties);
    if (look->size_pt > 0) {
        docx_put(out, "<w:spacing w:line=\"");
        docx_put_twips(out, look->size_pt * PAPER_PITCH);
        docx_put(out, "\" w:lineRule=\"exact\"/>");
    }
    put_jc(out, look->align);
    docx_put(out, "</w:pPr>");
}

static void begin_run(struct byte_writer *out, const struct paper_run *run,
                      const struct docx_look *look)
{
    docx_put(out, "<w:r><w:rPr>");
    if (run->is_bold)
        docx_put(out, "<w:b/>");
    if (run->is_italic)
        docx_put(out, "<w:i/>");
    if (look->size_pt > 0) {
        docx_put(out, "<w:sz w:val=\"");
        docx_put_number(out, (long)(look->size_pt * 2 + 0.5));
        docx_put(out, "\"/>");
    }
    if (look->is_underlined)
        docx_put(out, "<w:u w:val=\"single\"/>");
    docx_put(out, "</w:rPr>");
}

/* A run of the text up to `size` bytes of it. */
static void put_piece(struct byte_writer *out, const struct paper_run *run,
                      const struct docx_look *look, const char *piece,
                      size_t size)
{
    begin_run(out, run, look);
    docx_put(out, "<w:t xml:space=\"preserve\">");
    for (size_t i = 0; i < size; i++) {
        const char letter[] = { piece[i], '\0' };

        docx_put_text(out, letter);
    }
    docx_put(out, "</w:t></w:r>");
}

/* The runs; where a line ends, a break, or a new paragraph of the same look. */
static void put_runs(struct byte_writer *out, const struct paper_text *text,
                     const struct docx_look *look, bool in_paragraphs)
{
    for (size_t i = 0; i < text->count; i++) {
        const char *piece = text->runs[i].text;

        for (;;) {
            const size_t size = strcspn(piece, "\n");

            if (size > 0)
                put_piece(out, &text->runs[i], look, piece, size);
            if (piece[size] == '\0')
                break;
            if (in_paragraphs) {
                docx_put(out, "</w:p>");
                begin_paragraph(out, look);
            } else {
                docx_put(out, "<w:r><w:br/></w:r>");
            }
            piece += size + 1;
        }
    }
}

static void put_paragraph(struct byte_writer *out,
                          const struct paper_text *text,
                          const struct docx_look *look, bool in_paragraphs)
{
    begin_paragraph(out, look);
    put_runs(out, text, look, in_paragraphs);
    docx_put(out, "</w:p>\n");
}

/* Space of its own, which also keeps tables apart. */
static void put_spacer(struct byte_writer *out, double height)
{
    docx_put(out, "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:keepNext/>"
                  "<w:spacing w:line=\"");
    docx_put_twips(out, height);
    docx_put(out, "\" w:lineRule=\"exact\"/></w:pPr></w:p>\n");
}

/* --- tables --------------------------------------------------------------- */

static double column_width(const struct docx_place *place,
                           const struct paper_grid *grid, size_t column)
{
    return place->width * grid->columns[column].width / paper_grid_width(grid);
}

static void begin_table(const struct docx_place *place, const char *style,
                        const struct paper_grid *grid)
{
    docx_put(place->out, "<w:tbl><w:tblPr><w:tblStyle w:val=\"");
    docx_put(place->out, style);
    docx_put(place->out, "\"/><w:tblW w:w=\"");
    docx_put_twips(place->out, place->width);
    docx_put(place->out, "\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>"
                         "</w:tblPr><w:tblGrid>");
    for (size_t i = 0; i < grid->column_count; i++) {
        docx_put(place->out, "<w:gridCol w:w=\"");
        docx_put_twips(place->out, column_width(place, grid, i));
        docx_put(place->out, "\"/>");
    }
    docx_put(place->out, "</w:tblGrid>\n");
}

static void begin_cell(struct byte_writer *out, double width)
{
    docx_put(out, "<w:tc><w:tcPr><w:tcW w:w=\"");
    docx_put_twips(out, width);
    docx_put(out, "\" w:type=\"dxa\"/></w:tcPr>");
}

static double letters(const struct docx_place *place,
                      const struct paper_grid *grid)
{
    if (grid->size_pt == 0 && place->scale == 1)
        return 0;
    return (grid->size_pt ? grid->size_pt : PAPER_TEXT_PT) * place->scale;
}

static void put_header(const struct docx_place *place,
                       const struct paper_grid *grid)
{
    begin_table(place, "PaperPlain", grid);
    docx_put(place->out, "<w:tr>");
    for (size_t column = 0; column < grid->column_count; column++) {
        const size_t rows = paper_header_rows(grid, column);

        begin_cell(place->out, column_width(place, grid, column));
        for (size_t row = 0; row < rows; row++) {
            const struct paper_cell *cell = paper_cell_at(grid, row, column);
            const struct docx_look look = {
                .style = "Normal",
                .align = grid->columns[column].align,
                .size_pt = letters(place, grid),
                .is_underlined = row + 1 < rows &&
                                 paper_cell_at(grid, row + 1, column)->kind ==
                                     PAPER_CELL_LINE
            };

            if (cell->kind == PAPER_CELL_TEXT)
                put_paragraph(place->out, &cell->text, &look, false);
        }
        if (rows == 0)
            docx_put(place->out, "<w:p/>");
        docx_put(place->out, "</w:tc>");
    }
    docx_put(place->out, "</w:tr></w:tbl>\n");
}

static void put_table(const struct docx_place *place,
                      const struct paper_grid *grid)
{
    begin_table(place, "TableGrid", grid);
    for (size_t row = 0; row < grid->row_count; row++) {
        const bool is_heading = row < grid->heading_count;

        docx_put(place->out, "<w:tr><w:trPr><w:cantSplit/>");
        docx_put(place->out,
                 is_heading ? "<w:tblHeader/></w:trPr>" : "</w:trPr>");
        for (size_t i = 0; i < grid->column_count; i++) {
            const struct docx_look look = {
                .style = is_heading ? "TableHeading" : "Normal",
                .stays_with_next = is_heading,
                .align =
                    is_heading ? PAPER_ALIGN_CENTRE : grid->columns[i].align,
                .size_pt = letters(place, grid)
            };

            begin_cell(place->out, column_width(place, grid, i));
            put_paragraph(place->out, &paper_cell_at(grid, row, i)->text, &look,
                          false);
            docx_put(place->out, "</w:tc>");
        }
        docx_put(place->out, "</w:tr>\n");
    }
    docx_put(place->out, "</w:tbl>\n");
}

static bool has_room(const struct paper_grid *grid, size_t row)
{
    for (size_t i = 0; i < grid->column_count; i++)
        if (paper_cell_at(grid, row, i)->kind == PAPER_CELL_ROOM)
            return true;
    return false;
}

static void put_signatures(const struct docx_place *place,
                           const struct paper_grid *grid)
{
    begin_table(place, "PaperPlain", grid);
    for (size_t row = 0; row < grid->row_count; row++) {
        docx_put(place->out, "<w:tr><w:trPr><w:cantSplit/>");
        if (has_room(grid, row)) {
            docx_put(place->out, "<w:trHeight w:val=\"");
            docx_put_twips(place->out, PAPER_ROOM_LINES * PAPER_TEXT_PT *
                                           PAPER_PITCH * place->scale);
            docx_put(place->out, "\" w:hRule=\"atLeast\"/>");
        }
        docx_put(place->out, "</w:trPr>");
        for (size_t i = 0; i < grid->column_count; i++) {
            const struct docx_look look = { .style = "Normal",
                                            .stays_with_next = true,
                                            .align = grid->columns[i].align,
                                            .size_pt = letters(place, grid) };

            begin_cell(place->out, column_width(place, grid, i));
            put_paragraph(place->out, &paper_cell_at(grid, row, i)->text, &look,
                          false);
            docx_put(place->out, "</w:tc>");
        }
        docx_put(place->out, "</w:tr>\n");
    }
    docx_put(place->out, "</w:tbl>\n");
}

/* --- sections ------------------------------------------------------------- */

static void put_margins(struct byte_writer *out, double top, double right,
                        double bottom, double left)
{
    docx_put(out, "<w:pgMar w:top=\"");
    docx_put_twips(out, top);
    docx_put(out, "\" w:right=\"");
    docx_put_twips(out, right);
    docx_put(out, "\" w:bottom=\"");
    docx_put_twips(out, bottom);
    docx_put(out, "\" w:left=\"");
    docx_put_twips(out, left);
    docx_put(out, "\" w:header=\"");
    docx_put_twips(out, PAPER_HEAD_FOOT);
    docx_put(out, "\" w:footer=\"");
    docx_put_twips(out, PAPER_HEAD_FOOT);
    docx_put(out, "\" w:gutter=\"0\"/>");
}

/* The sheet's edges for ballot papers: their table goes over them. */
#define PAPERS_MARGIN PAPER_CUT_MARGIN_SMALL

static void put_section(struct byte_writer *out, const struct paper *paper,
                        bool is_of_papers)
{
    docx_put(out, "<w:sectPr>");
    if (!is_of_papers)
        docx_put(out, "<w:headerReference w:type=\"default\" r:id=\"rId1\"/>"
                      "<w:headerReference w:type=\"first\" r:id=\"rId2\"/>"
                      "<w:footerReference w:type=\"default\" r:id=\"rId3\"/>"
                      "<w:footerReference w:type=\"first\" r:id=\"rId3\"/>");
    docx_put(out, paper->is_landscape
                      ? "<w:pgSz w:w=\"16838\" w:h=\"11906\" "
                        "w:orient=\"landscape\"/>"
                      : "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>");
    if (is_of_papers)
        put_margins(out, PAPERS_MARGIN, PAPERS_MARGIN, PAPERS_MARGIN,
                    PAPERS_MARGIN);
    else
        put_margins(out, PAPER_MARGIN_TOP, PAPER_MARGIN_RIGHT,
                    PAPER_MARGIN_BOTTOM, PAPER_MARGIN_LEFT);
    if (!is_of_papers)
        docx_put(out, "<w:titlePg/>");
    docx_put(out, "</w:sectPr>");
}

/* Ends a section within the document. */
static void put_section_end(struct byte_writer *out, const struct paper *paper,
                            bool is_of_papers)
{
    docx_put(out, "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:spacing "
                  "w:line=\"20\" w:lineRule=\"exact\"/>");
    put_section(out, paper, is_of_papers);
    docx_put(out, "</w:pPr></w:p>\n");
}

/* --- blocks --------------------------------------------------------------- */

static bool is_table(const struct paper_block *block)
{
    return block->kind == PAPER_HEADER || block->kind == PAPER_TABLE ||
           block->kind == PAPER_SIGNATURES;
}

static void put_line_block(const struct docx_place *place,
                           const struct paper_block *block,
                           bool stays_with_next)
{
    struct docx_look look = { .style = "BodyText",
                              .stays_with_next = stays_with_next };
    double size_pt = PAPER_TEXT_PT;

    switch (block->kind) {
    case PAPER_TITLE:
        look.style = "Title";
        size_pt = PAPER_TITLE_PT;
        break;
    case PAPER_SUBJECT:
        look.style = "Subtitle";
        break;
    case PAPER_HEADING:
        look.style = block->level == 1 ? "Heading1" : "Heading2";
        break;
    case PAPER_CENTRED:
        look.style = "PaperCentred";
        break;
    case PAPER_ITEM:
        look.style = "ListParagraph";
        look.properties =
            block->level == 1
                ? "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/>"
                  "</w:numPr>"
                : "<w:numPr><w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/>"
                  "</w:numPr>";
        break;
    case PAPER_PARAGRAPH:
    case PAPER_RULE:
    case PAPER_HEADER:
    case PAPER_TABLE:
    case PAPER_SIGNATURES:
    case PAPER_PAGE_BREAK:
    case PAPER_PAPERS:
        break;
    }
    if (place->scale != 1)
        look.size_pt = size_pt * place->scale;
    if ((block->kind == PAPER_PARAGRAPH || block->kind == PAPER_ITEM) &&
        paper_is_ragged(&block->text))
        look.align = PAPER_ALIGN_LEFT;
    put_paragraph(place->out, &block->text, &look,
                  block->kind == PAPER_PARAGRAPH);
}

static void put_page_break(struct byte_writer *out)
{
    docx_put(out, "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>\n");
}

static void put_blocks(const struct docx_place *place,
                       const struct paper_block *blocks, size_t count);

static void put_block(const struct docx_place *place,
                      const struct paper_block *block, bool stays_with_next)
{
    switch (block->kind) {
    case PAPER_HEADER:
        put_header(place, &block->grid);
        return;
    case PAPER_TABLE:
        put_table(place, &block->grid);
        return;
    case PAPER_SIGNATURES:
        put_signatures(place, &block->grid);
        return;
    case PAPER_RULE:
        docx_put(
            place->out,
            "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:jc "
            "w:val=\"center\"/></w:pPr><w:r><w:t>-----</w:t></w:r></w:p>\n");
        return;
    case PAPER_PAGE_BREAK:
        put_page_break(place->out);
        return;
    case PAPER_PAPERS: /* else they are sections of their own: put_papers() */
        put_blocks(place, block->blocks, block->block_count);
        return;
    case PAPER_TITLE:
    case PAPER_SUBJECT:
    case PAPER_HEADING:
    case PAPER_PARAGRAPH:
    case PAPER_CENTRED:
    case PAPER_ITEM:
        put_line_block(place, block, stays_with_next);
        return;
    }
}

static void put_blocks(const struct docx_place *place,
                       const struct paper_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* A ballot paper of several pages. */
        if (i > 0 && (blocks[i].kind == PAPER_PAPERS ||
                      blocks[i - 1].kind == PAPER_PAPERS))
            put_page_break(place->out);
        if (is_table(&blocks[i]) && i > 0)
            put_spacer(place->out, blocks[i].kind == PAPER_TABLE
                                       ? PAPER_GAP
                                       : PAPER_BLOCK_GAP);
        /* Signatures do not stand on a page alone. */
        put_block(place, &blocks[i],
                  i + 1 < count && blocks[i + 1].kind == PAPER_SIGNATURES);
    }
    if (count > 0 && is_table(&blocks[count - 1]))
        put_spacer(place->out, 1);
}

/* One of the papers of a page, `above` below the upper edge of its cell. */
static void put_one_paper(const struct docx_place *page,
                          const struct paper_block *block, unsigned columns,
                          double above)
{
    const double margin =
        columns == 2 ? PAPER_CUT_MARGIN_SMALL : PAPER_CUT_MARGIN;
    struct docx_place place = *page;

    place.width = page->width / columns - 2 * margin;
    place.scale = columns == 2 ? PAPER_SMALL : 1;
    begin_cell(place.out, page->width / columns);
    if (above > 0)
        put_spacer(place.out, above);
    put_blocks(&place, block->blocks, block->block_count);
    if (block->block_count == 0)
        docx_put(place.out, "<w:p/>");
    docx_put(place.out, "</w:tc>");
}

/* A table of the whole sheet, of which the first row begins below the upper
 * margin and the last one ends above the lower one: so each paper has the place
 * that it has in the PDF. */
static void put_papers(const struct docx_place *body,
                       const struct paper_block *block)
{
    const unsigned columns = block->per_page >= 4 ? 2 : 1;
    const unsigned rows = block->per_page / columns;
    const double margin =
        columns == 2 ? PAPER_CUT_MARGIN_SMALL : PAPER_CUT_MARGIN;
    const bool is_landscape = body->paper->is_landscape;
    const double height = is_landscape ? PAPER_A4_SHORT : PAPER_A4_LONG;
    const struct paper_grid grid = { .columns = { { 1, PAPER_ALIGN_LEFT },
                                                  { 1, PAPER_ALIGN_LEFT } },
                                     .column_count = columns };
    struct docx_place place = *body;

    place.width = is_landscape ? PAPER_A4_LONG : PAPER_A4_SHORT;
    begin_table(&place, columns == 2 ? "PaperCutSmall" : "PaperCut", &grid);
    for (unsigned row = 0; row < rows; row++) {
        const double above = row == 0 ? PAPERS_MARGIN : 0;
        const double below =
            row + 1 == rows ? PAPERS_MARGIN + LAST_LINE * rows : 0;

        docx_put(place.out, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"");
        docx_put_twips(place.out, height / rows - above - below);
        docx_put(place.out, "\" w:hRule=\"atLeast\"/></w:trPr>");
        for (unsigned column = 0; column < columns; column++)
            put_one_paper(&place, block, columns, margin - above);
        docx_put(place.out, "</w:tr>\n");
    }
    docx_put(place.out, "</w:tbl>\n");
}

/* The body: ballot papers are sections of their own between the others. */
static void put_body(const struct docx_place *place)
{
    const struct paper *paper = place->paper;
    bool ends_in_papers = false;
    size_t from = 0;

    for (size_t i = 0; i < paper->block_count; i++) {
        if (paper->blocks[i].kind != PAPER_PAPERS ||
            paper->blocks[i].per_page == 0)
            continue;
        put_blocks(place, &paper->blocks[from], i - from);
        if (i > from)
            put_section_end(place->out, paper, false);
        put_papers(place, &paper->blocks[i]);
        from = i + 1;
        ends_in_papers = from == paper->block_count;
        if (!ends_in_papers)
            put_section_end(place->out, paper, true);
    }
    put_blocks(place, &paper->blocks[from], paper->block_count - from);
    if (ends_in_papers)
        put_spacer(place->out, 1);
    put_section(place->out, paper, ends_in_papers);
}

void docx_put_document(struct byte_writer *out, const struct paper *paper)
{
    const struct docx_place place = {
        .out = out,
        .paper = paper,
        .width = (paper->is_landscape ? PAPER_A4_LONG : PAPER_A4_SHORT) -
                 PAPER_MARGIN_LEFT - PAPER_MARGIN_RIGHT,
        .scale = 1
    };

    docx_put(out, DOCX_XML "<w:document " DOCX_W " " DOCX_R "><w:body>\n");
    put_body(&place);
    docx_put(out, "</w:body></w:document>\n");
}
