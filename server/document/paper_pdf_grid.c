/* Header, tables and signatures of a PDF. */
#include "protocol/document/paper_measures.h"
#include "server/document/paper_pdf_sheet.h"

#include <string.h>

static const double LINE_WIDTH = 0.5;
static const double LINE_GAP =
    1.0; /* above the line in a header, pitches / 4 */

static double column_width(const struct pdf_sheet *sheet,
                           const struct paper_grid *grid, size_t column)
{
    return sheet->width * grid->columns[column].width / paper_grid_width(grid);
}

static double column_left(const struct pdf_sheet *sheet,
                          const struct paper_grid *grid, size_t column)
{
    double left = sheet->left;

    for (size_t i = 0; i < column; i++)
        left += column_width(sheet, grid, i);
    return left;
}

static double letters(const struct pdf_sheet *sheet,
                      const struct paper_grid *grid)
{
    return (grid->size_pt ? grid->size_pt : PAPER_TEXT_PT) * sheet->scale;
}

/* --- header --------------------------------------------------------------- */

static void draw_line_under(struct pdf_sheet *sheet, double middle,
                            double width, double y)
{
    cairo_set_line_width(sheet->cr, LINE_WIDTH);
    cairo_move_to(sheet->cr, middle - width / 2, y);
    cairo_line_to(sheet->cr, middle + width / 2, y);
    cairo_stroke(sheet->cr);
}

/* A column of the header from the top down; where it ends. */
static double draw_stack(struct pdf_sheet *sheet, const struct paper_grid *grid,
                         size_t column)
{
    const struct pdf_style style = { .size_pt = letters(sheet, grid),
                                     .width = column_width(sheet, grid, column),
                                     .align = grid->columns[column].align };
    const double left = column_left(sheet, grid, column);
    double y = sheet->y, last_width = 0;

    for (size_t row = 0; row < paper_header_rows(grid, column); row++) {
        const struct paper_cell *cell = paper_cell_at(grid, row, column);
        PangoLayout *layout;

        if (cell->kind == PAPER_CELL_LINE) {
            draw_line_under(sheet, left + style.width / 2, last_width,
                            y + LINE_GAP);
            y += pdf_pitch(&style) / 4;
            continue;
        }
        layout = pdf_layout(sheet, &cell->text, &style);
        cairo_tag_begin(sheet->cr, "P", NULL);
        pdf_draw_lines(sheet, layout, &style, left, y, 0,
                       pdf_line_count(layout));
        cairo_tag_end(sheet->cr, "P");
        last_width = pdf_last_width(layout);
        y += pdf_line_count(layout) * pdf_pitch(&style);
        g_object_unref(layout);
    }
    return y;
}

enum result pdf_draw_header(struct pdf_sheet *sheet,
                            const struct paper_block *block)
{
    double end = sheet->y;

    for (size_t column = 0; column < block->grid.column_count; column++) {
        const double y = draw_stack(sheet, &block->grid, column);

        end = y > end ? y : end;
    }
    sheet->y = end;
    if (sheet->y > sheet->bottom && sheet->is_part)
        return pdf_sheet_next_page(sheet);
    return RESULT_OK;
}

/* --- tables --------------------------------------------------------------- */

/* A row, set. */
struct table_row {
    PangoLayout *layouts[PAPER_COLUMNS_MAX];
    struct pdf_style styles[PAPER_COLUMNS_MAX];
    size_t count;
    int lines; /* of its longest cell */
    bool is_heading;
};

static void set_row(const struct pdf_sheet *sheet,
                    const struct paper_grid *grid, size_t row,
                    struct table_row *out)
{
    memset(out, 0, sizeof *out);
    out->count = grid->column_count;
    out->is_heading = row < grid->heading_count;
    for (size_t i = 0; i < out->count; i++) {
        out->styles[i] = (struct pdf_style){
            .size_pt = letters(sheet, grid),
            .width = column_width(sheet, grid, i) - 2 * PAPER_CELL_PADDING,
            .align =
                out->is_heading ? PAPER_ALIGN_CENTRE : grid->columns[i].align,
            .is_bold = out->is_heading
        };
        out->layouts[i] = pdf_layout(sheet, &paper_cell_at(grid, row, i)->text,
                                     &out->styles[i]);
        if (pdf_line_count(out->layouts[i]) > out->lines)
            out->lines = pdf_line_count(out->layouts[i]);
    }
}

static void release_row(struct table_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        g_object_unref(row->layouts[i]);
}

static double row_height(const struct table_row *row, int lines)
{
    return lines * pdf_pitch(&row->styles[0]) + 2 * PAPER_CELL_PADDING_V;
}

/* Some lines of all cells of a row, with a frame around each. */
static void draw_part(struct pdf_sheet *sheet, const struct paper_grid *grid,
                      const struct table_row *row, int from, int to)
{
    const char *tag = row->is_heading ? "TH" : "TD";
    const double height = row_height(row, to - from);

    cairo_set_line_width(sheet->cr, LINE_WIDTH);
    for (size_t i = 0; i < row->count; i++)
        cairo_rectangle(sheet->cr, column_left(sheet, grid, i), sheet->y,
                        column_width(sheet, grid, i), height);
    cairo_stroke(sheet->cr);
    cairo_tag_begin(sheet->cr, "TR", NULL);
    for (size_t i = 0; i < row->count; i++) {
        cairo_tag_begin(sheet->cr, tag, NULL);
        pdf_draw_lines(sheet, row->layouts[i], &row->styles[i],
                       column_left(sheet, grid, i) + PAPER_CELL_PADDING,
                       sheet->y + PAPER_CELL_PADDING_V, from, to);
        cairo_tag_end(sheet->cr, tag);
    }
    cairo_tag_end(sheet->cr, "TR");
    sheet->y += height;
}

static void draw_headings(struct pdf_sheet *sheet,
                          const struct paper_grid *grid)
{
    cairo_tag_begin(sheet->cr, "Table", NULL);
    for (size_t i = 0; i < grid->heading_count; i++) {
        struct table_row row;

        set_row(sheet, grid, i, &row);
        draw_part(sheet, grid, &row, 0, row.lines);
        release_row(&row);
    }
}

static double headings_height(const struct pdf_sheet *sheet,
                              const struct paper_grid *grid)
{
    double height = 0;

    for (size_t i = 0; i < grid->heading_count; i++) {
        struct table_row row;

        set_row(sheet, grid, i, &row);
        height += row_height(&row, row.lines);
        release_row(&row);
    }
    return height;
}

static enum result next_page_of_table(struct pdf_sheet *sheet,
                                      const struct paper_grid *grid)
{
    enum result result;

    cairo_tag_end(sheet->cr, "Table");
    result = pdf_sheet_next_page(sheet);
    draw_headings(sheet, grid);
    return result;
}

/* The row whole if a page has room for it, else as many lines as there are. */
static enum result draw_row(struct pdf_sheet *sheet,
                            const struct paper_grid *grid,
                            const struct table_row *row, double headings)
{
    const double page = sheet->bottom - sheet->top - headings;
    const bool is_whole = row_height(row, row->lines) <= page;
    enum result result = RESULT_OK;
    int from = 0;

    while (from < row->lines && result == RESULT_OK) {
        const double left = sheet->bottom - sheet->y + 0.01;
        int count = row->lines - from;

        while (count > 0 && row_height(row, count) > left)
            count--;
        if (count > 0 && (count == row->lines - from || !is_whole)) {
            draw_part(sheet, grid, row, from, from + count);
            from += count;
        } else if (page < row_height(row, 1)) {
            /* Headings that fill a page leave no room for any row. */
            return document_fault_set(sheet->fault, DOCUMENT_FAULT_FIT,
                                      sheet->line, text_view_of(NULL));
        }
        if (from < row->lines)
            result = next_page_of_table(sheet, grid);
    }
    return result;
}

/* The same without the gap. */
static double beginning_height(const struct pdf_sheet *sheet,
                               const struct paper_grid *grid)
{
    const double page = sheet->bottom - sheet->top;
    double height = headings_height(sheet, grid);
    struct table_row row;

    if (grid->row_count == grid->heading_count)
        return height;
    set_row(sheet, grid, grid->heading_count, &row);
    height += height + row_height(&row, row.lines) <= page
                  ? row_height(&row, row.lines)
                  : row_height(&row, 1);
    release_row(&row);
    return height;
}

double pdf_table_beginning(const struct pdf_sheet *sheet,
                           const struct paper_block *block)
{
    return PAPER_GAP * sheet->scale + beginning_height(sheet, &block->grid);
}

enum result pdf_draw_table(struct pdf_sheet *sheet,
                           const struct paper_block *block)
{
    const struct paper_grid *grid = &block->grid;
    const double headings = headings_height(sheet, grid);
    enum result result = RESULT_OK;

    pdf_sheet_gap(sheet, PAPER_GAP);
    /* Headings do not stand alone at the end of a page. */
    if (sheet->y + beginning_height(sheet, grid) > sheet->bottom + 0.01 &&
        !pdf_sheet_is_at_top(sheet))
        result = pdf_sheet_next_page(sheet);
    if (result != RESULT_OK)
        return result;
    draw_headings(sheet, grid);
    for (size_t i = grid->heading_count;
         i < grid->row_count && result == RESULT_OK; i++) {
        struct table_row row;

        set_row(sheet, grid, i, &row);
        result = draw_row(sheet, grid, &row, headings);
        release_row(&row);
    }
    cairo_tag_end(sheet->cr, "Table");
    if (result == RESULT_OK && sheet->y > sheet->bottom + 0.01)
        result = document_fault_set(sheet->fault, DOCUMENT_FAULT_FIT,
                                    sheet->line, text_view_of(NULL));
    return result;
}

/* --- signatures ----------------------------------------------------------- */

/* A row of signatures at y, or only its height. */
static double draw_signatures_row(struct pdf_sheet *sheet,
                                  const struct paper_grid *grid, size_t row,
                                  double y, bool is_drawn)
{
    double height = 0;

    for (size_t i = 0; i < grid->column_count; i++) {
        const struct paper_cell *cell = paper_cell_at(grid, row, i);
        const struct pdf_style style = { .size_pt = letters(sheet, grid),
                                         .width = column_width(sheet, grid, i),
                                         .align = grid->columns[i].align };
        PangoLayout *layout = pdf_layout(sheet, &cell->text, &style);
        const int lines = cell->kind == PAPER_CELL_ROOM
                              ? PAPER_ROOM_LINES
                              : pdf_line_count(layout);

        if (is_drawn && cell->text.count > 0) {
            cairo_tag_begin(sheet->cr, "P", NULL);
            pdf_draw_lines(sheet, layout, &style, column_left(sheet, grid, i),
                           y, 0, lines);
            cairo_tag_end(sheet->cr, "P");
        }
        if (lines * pdf_pitch(&style) > height)
            height = lines * pdf_pitch(&style);
        g_object_unref(layout);
    }
    return height;
}

double pdf_signatures_height(struct pdf_sheet *sheet,
                             const struct paper_block *block)
{
    double height = PAPER_BLOCK_GAP * sheet->scale;

    for (size_t i = 0; i < block->grid.row_count; i++)
        height += draw_signatures_row(sheet, &block->grid, i, 0, false);
    return height;
}

enum result pdf_draw_signatures(struct pdf_sheet *sheet,
                                const struct paper_block *block)
{
    const struct paper_grid *grid = &block->grid;
    double height = pdf_signatures_height(sheet, block);
    enum result result = RESULT_OK;
    size_t i;

    if (sheet->y + height > sheet->bottom + 0.01 && !pdf_sheet_is_at_top(sheet))
        result = pdf_sheet_next_page(sheet);
    pdf_sheet_gap(sheet, PAPER_BLOCK_GAP);
    for (i = 0; i < grid->row_count && result == RESULT_OK; i++) {
        height = draw_signatures_row(sheet, grid, i, 0, false);
        if (sheet->y + height > sheet->bottom + 0.01 &&
            !pdf_sheet_is_at_top(sheet))
            result = pdf_sheet_next_page(sheet);
        if (result == RESULT_OK)
            sheet->y += draw_signatures_row(sheet, grid, i, sheet->y, true);
    }
    return result;
}
