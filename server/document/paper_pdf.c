#include "server/document/paper_pdf.h"

#include "protocol/base/byte_writer.h"
#include "protocol/document/carried_text.h"
#include "protocol/document/paper_measures.h"
#include "server/document/paper_pdf_sheet.h"
#include "protocol/document/paper_ragged.h"

#include <cairo-pdf.h>

#include <stdlib.h>
#include <string.h>

enum { PDF_SIZE_MAX = 128 * 1024 * 1024, LINES_TOGETHER = 2 };

/* --- blocks --------------------------------------------------------------- */

/* How a block of text is set. */
struct block_look {
    const char *tag;
    struct pdf_style style;
    double left; /* from the left of the area */
    double gap;
    const char *mark; /* of an item, at the first line */
    bool stays_with_next;
};

static struct block_look look_of(const struct pdf_sheet *sheet,
                                 const struct paper_block *block)
{
    struct block_look look = { .tag = "P",
                               .style = { .size_pt = PAPER_TEXT_PT,
                                          .width = sheet->width,
                                          .align = PAPER_ALIGN_CENTRE },
                               .gap = PAPER_GAP };

    switch (block->kind) {
    case PAPER_TITLE:
        look.tag = "H1";
        look.style.size_pt = PAPER_TITLE_PT;
        look.style.is_bold = true;
        look.gap = PAPER_BLOCK_GAP;
        look.stays_with_next = true;
        break;
    case PAPER_SUBJECT:
        look.style.is_bold = true;
        look.gap = 0;
        look.stays_with_next = true;
        break;
    case PAPER_RULE:
        look.gap = 0;
        break;
    case PAPER_HEADING:
        look.tag = block->level == 1 ? "H2" : "H3";
        look.style.align = PAPER_ALIGN_LEFT;
        look.style.indent = PAPER_INDENT;
        look.style.is_bold = true;
        look.stays_with_next = true;
        break;
    case PAPER_PARAGRAPH:
        look.style.align = PAPER_ALIGN_LEFT;
        look.style.indent = PAPER_INDENT;
        look.style.is_justified = !paper_is_ragged(&block->text);
        break;
    case PAPER_ITEM:
        look.mark = block->level == 1 ? "-" : "+";
        look.left = PAPER_INDENT + block->level * PAPER_HANGING;
        look.style.align = PAPER_ALIGN_LEFT;
        look.style.is_justified = !paper_is_ragged(&block->text);
        look.gap = PAPER_ITEM_GAP;
        break;
    case PAPER_CENTRED:
    case PAPER_HEADER:
    case PAPER_TABLE:
    case PAPER_SIGNATURES:
    case PAPER_PAGE_BREAK:
    case PAPER_PAPERS:
        break;
    }
    look.style.size_pt *= sheet->scale;
    look.style.indent *= sheet->scale;
    look.left *= sheet->scale;
    look.style.width -= look.left;
    return look;
}

static void draw_mark(struct pdf_sheet *sheet, const struct block_look *look)
{
    char text[] = { look->mark[0], '\0' };
    struct paper_run run = { text, false, false };
    const struct paper_text line = { &run, 1 };
    PangoLayout *layout = pdf_layout(sheet, &line, &look->style);

    cairo_tag_begin(sheet->cr, "Lbl", NULL);
    pdf_draw_lines(sheet, layout, &look->style,
                   sheet->left + look->left - PAPER_HANGING * sheet->scale,
                   sheet->y, 0, 1);
    cairo_tag_end(sheet->cr, "Lbl");
    g_object_unref(layout);
}

/* How many of the lines that are left stand on this page: neither the first
 * nor the last of a paragraph is alone on one, if that can be. */
static int lines_here(const struct pdf_sheet *sheet,
                      const struct block_look *look, int left, bool is_begin)
{
    const double pitch = pdf_pitch(&look->style);
    const int together = look->stays_with_next   ? left + LINES_TOGETHER
                         : left > LINES_TOGETHER ? LINES_TOGETHER
                                                 : left;
    int room = (int)((sheet->bottom - sheet->y + 0.01) / pitch);

    /* What follows does not begin the next page alone. */
    if (room >= left && !pdf_sheet_is_at_top(sheet) &&
        left * pitch + sheet->followed > sheet->bottom - sheet->y + 0.01)
        room = left > 2 * LINES_TOGETHER ? left - LINES_TOGETHER : 0;

    if (pdf_sheet_is_at_top(sheet)) {
        room = room < 1 ? 1 : room;
        return room < left ? room : left;
    }
    if (room == 0 || (is_begin && room < together))
        return 0;
    if (room >= left)
        return left;
    return left - room < LINES_TOGETHER && room > LINES_TOGETHER ? room - 1
                                                                 : room;
}

static void draw_item_part(struct pdf_sheet *sheet, PangoLayout *layout,
                           const struct block_look *look, int from, int to)
{
    cairo_tag_begin(sheet->cr, "L", NULL);
    cairo_tag_begin(sheet->cr, "LI", NULL);
    if (from == 0)
        draw_mark(sheet, look);
    cairo_tag_begin(sheet->cr, "LBody", NULL);
    pdf_draw_lines(sheet, layout, &look->style, sheet->left + look->left,
                   sheet->y, from, to);
    cairo_tag_end(sheet->cr, "LBody");
    cairo_tag_end(sheet->cr, "LI");
    cairo_tag_end(sheet->cr, "L");
}

static enum result flow_text(struct pdf_sheet *sheet,
                             const struct paper_text *text,
                             const struct block_look *look)
{
    PangoLayout *layout = pdf_layout(sheet, text, &look->style);
    const int lines = pdf_line_count(layout);
    enum result result = RESULT_OK;
    int from = 0;

    pdf_sheet_gap(sheet, look->gap);
    while (from < lines && result == RESULT_OK) {
        const int count = lines_here(sheet, look, lines - from, from == 0);

        if (count > 0 && look->mark) {
            draw_item_part(sheet, layout, look, from, from + count);
        } else if (count > 0) {
            cairo_tag_begin(sheet->cr, look->tag, NULL);
            pdf_draw_lines(sheet, layout, &look->style,
                           sheet->left + look->left, sheet->y, from,
                           from + count);
            cairo_tag_end(sheet->cr, look->tag);
        }
        sheet->y += count * pdf_pitch(&look->style);
        from += count;
        if (from < lines)
            result = pdf_sheet_next_page(sheet);
    }
    g_object_unref(layout);
    return result;
}

static enum result draw_rule(struct pdf_sheet *sheet,
                             const struct block_look *look)
{
    char hyphens[] = "-----";
    struct paper_run run = { hyphens, false, false };
    const struct paper_text line = { &run, 1 };

    return flow_text(sheet, &line, look);
}

static enum result draw_papers(struct pdf_sheet *sheet,
                               const struct paper_block *block);

static enum result draw_block(struct pdf_sheet *sheet,
                              const struct paper_block *block)
{
    const struct block_look look = look_of(sheet, block);

    sheet->line = block->line;
    switch (block->kind) {
    case PAPER_HEADER:
        return pdf_draw_header(sheet, block);
    case PAPER_TABLE:
        return pdf_draw_table(sheet, block);
    case PAPER_SIGNATURES:
        return pdf_draw_signatures(sheet, block);
    case PAPER_PAGE_BREAK:
        return pdf_sheet_is_at_top(sheet) ? RESULT_OK
                                          : pdf_sheet_next_page(sheet);
    case PAPER_PAPERS:
        return draw_papers(sheet, block);
    case PAPER_RULE:
        return draw_rule(sheet, &look);
    case PAPER_TITLE:
    case PAPER_SUBJECT:
    case PAPER_HEADING:
    case PAPER_PARAGRAPH:
    case PAPER_CENTRED:
    case PAPER_ITEM:
        break;
    }
    return flow_text(sheet, &block->text, &look);
}

static double height_of(const struct pdf_sheet *sheet,
                        const struct paper_block *block,
                        const struct block_look *look)
{
    PangoLayout *layout = pdf_layout(sheet, &block->text, &look->style);
    const double height = pdf_line_count(layout) * pdf_pitch(&look->style) +
                          look->gap * sheet->scale;

    g_object_unref(layout);
    return height;
}

/* So much of what is behind a block stays on its page: signatures; below
 * headings, also those below them, the beginning of a table. */
static double followed_by(struct pdf_sheet *sheet,
                          const struct paper_block *blocks, size_t count)
{
    double height = 0;

    for (size_t i = 1; i < count; i++) {
        const struct block_look look = look_of(sheet, &blocks[i]);

        if (blocks[i].kind == PAPER_SIGNATURES)
            return height + pdf_signatures_height(sheet, &blocks[i]);
        if (!look_of(sheet, &blocks[i - 1]).stays_with_next)
            return 0;
        if (blocks[i].kind == PAPER_TABLE)
            return height + pdf_table_beginning(sheet, &blocks[i]);
        if (!look.stays_with_next)
            return 0;
        height += height_of(sheet, &blocks[i], &look);
    }
    return 0;
}

/* Blocks in their order; each knows of what stays with it. */
static enum result draw_blocks(struct pdf_sheet *sheet,
                               const struct paper_block *blocks, size_t count)
{
    enum result result = RESULT_OK;

    for (size_t i = 0; i < count && result == RESULT_OK; i++) {
        sheet->followed = followed_by(sheet, &blocks[i], count - i);
        result = draw_block(sheet, &blocks[i]);
    }
    return result;
}

/* --- ballot papers -------------------------------------------------------- */

static void draw_cut(struct pdf_sheet *sheet, double x, double y, double to_x,
                     double to_y)
{
    const double dashes[] = { 6, 4 };

    cairo_save(sheet->cr);
    cairo_set_line_width(sheet->cr, 0.5);
    cairo_set_dash(sheet->cr, dashes, 2, 0);
    cairo_move_to(sheet->cr, x, y);
    cairo_line_to(sheet->cr, to_x, to_y);
    cairo_stroke(sheet->cr);
    cairo_restore(sheet->cr);
}

/* One paper of the page: a sheet of its own within it. */
static enum result draw_one_paper(const struct pdf_sheet *page,
                                  const struct paper_block *block, double x,
                                  double y, double width, double height,
                                  bool is_small)
{
    const double margin = is_small ? PAPER_CUT_MARGIN_SMALL : PAPER_CUT_MARGIN;
    struct pdf_sheet sheet = *page;

    sheet.is_part = true;
    sheet.scale = is_small ? PAPER_SMALL : 1;
    sheet.left = x + margin;
    sheet.width = width - 2 * margin;
    sheet.top = sheet.y = y + margin;
    sheet.bottom = y + height - margin;
    return draw_blocks(&sheet, block->blocks, block->block_count);
}

/* One that is longer than a page, as any other text. */
static enum result draw_long_paper(struct pdf_sheet *sheet,
                                   const struct paper_block *block)
{
    enum result result = RESULT_OK;

    if (!pdf_sheet_is_at_top(sheet))
        result = pdf_sheet_next_page(sheet);
    if (result == RESULT_OK)
        result = draw_blocks(sheet, block->blocks, block->block_count);
    return result == RESULT_OK ? pdf_sheet_next_page(sheet) : result;
}

static enum result draw_papers(struct pdf_sheet *sheet,
                               const struct paper_block *block)
{
    const unsigned columns = block->per_page >= 4 ? 2 : 1;
    const unsigned rows = block->per_page / columns;
    const double width = sheet->page_width / columns;
    const double height = sheet->page_height / rows;
    enum result result = RESULT_OK;
    unsigned i;

    if (block->per_page == 0)
        return draw_long_paper(sheet, block);
    if (!pdf_sheet_is_at_top(sheet))
        result = pdf_sheet_next_page(sheet);
    for (i = 1; i < rows; i++)
        draw_cut(sheet, 0, i * height, sheet->page_width, i * height);
    if (columns == 2)
        draw_cut(sheet, width, 0, width, sheet->page_height);
    for (i = 0; i < block->per_page && result == RESULT_OK; i++) {
        const unsigned row = i / columns;

        result = draw_one_paper(sheet, block, (i % columns) * width,
                                row * height, width, height, columns == 2);
    }
    if (result != RESULT_OK)
        return result;
    /* Cut to pieces, it has no page number. */
    cairo_show_page(sheet->cr);
    pdf_sheet_begin_page(sheet);
    return RESULT_OK;
}

/* --- the file ------------------------------------------------------------- */

static cairo_status_t on_bytes(void *user, const unsigned char *bytes,
                               unsigned size)
{
    struct byte_writer *out = user;

    byte_writer_bytes(out, bytes, size);
    return out->result == RESULT_OK ? CAIRO_STATUS_SUCCESS
                                    : CAIRO_STATUS_WRITE_ERROR;
}

/* Version 1 of the fonts has the name, and not the letters. */
static bool has_letters(PangoFont *font)
{
    const char *letters = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữự"
                          "ỳỵỷỹĂÂĐÊÔƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬ"
                          "ỮỰỲỴỶỸ";

    for (; *letters; letters = g_utf8_next_char(letters))
        if (!pango_font_has_char(font, g_utf8_get_char(letters)))
            return false;
    return true;
}

/* Is the font there by its own name, or would another stand in for it? */
static bool has_font(PangoContext *context)
{
    PangoFontDescription *wanted = pango_font_description_new();
    PangoFontDescription *found = NULL;
    PangoFont *font;
    const char *family = NULL;
    bool is_there;

    pango_font_description_set_family_static(wanted, PAPER_FONT);
    pango_font_description_set_size(wanted, 14 * PANGO_SCALE);
    font = pango_context_load_font(context, wanted);
    if (font)
        found = pango_font_describe(font);
    if (found)
        family = pango_font_description_get_family(found);
    is_there = family && strcmp(family, PAPER_FONT) == 0 && has_letters(font);
    if (found)
        pango_font_description_free(found);
    if (font)
        g_object_unref(font);
    pango_font_description_free(wanted);
    return is_there;
}

/* Nothing of it depends on settings of the machine or of its screen. */
static PangoContext *new_context(PangoFontMap *map, const char *language)
{
    PangoContext *context = pango_font_map_create_context(map);
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_language(context, pango_language_from_string(language));
    pango_context_set_base_dir(context, PANGO_DIRECTION_LTR);
    pango_context_set_round_glyph_positions(context, FALSE);
    return context;
}

static void set_metadata(cairo_surface_t *surface, const struct paper *paper,
                         int64_t created_ms)
{
    GDateTime *created = g_date_time_new_from_unix_utc(created_ms / 1000);
    char *date =
        created ? g_date_time_format(created, "%Y-%m-%dT%H:%M:%SZ") : NULL;

    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
                                   paper->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR,
                                   paper->author);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT,
                                   paper->subject);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR,
                                   "chibo");
    /* Without a date of ours, Cairo takes that of the clock. */
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   date ? date : "1970-01-01T00:00:00Z");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE,
                                   date ? date : "1970-01-01T00:00:00Z");
    g_free(date);
    if (created)
        g_date_time_unref(created);
}

static enum result draw_all(struct pdf_sheet *sheet)
{
    const struct paper *paper = sheet->paper;
    const bool ends_in_papers =
        paper->block_count > 0 &&
        paper->blocks[paper->block_count - 1].kind == PAPER_PAPERS;
    enum result result;

    cairo_tag_begin(sheet->cr, "Document", NULL);
    pdf_sheet_begin_page(sheet);
    result = draw_blocks(sheet, paper->blocks, paper->block_count);
    if (result == RESULT_OK && !ends_in_papers)
        pdf_sheet_end_page(sheet);
    cairo_tag_end(sheet->cr, "Document");
    return result;
}

/* On which paper; its pages go nowhere if `out` is NULL. */
static cairo_surface_t *begin_sheet(const struct paper *paper,
                                    PangoContext *context,
                                    struct byte_writer *out,
                                    struct document_fault *fault,
                                    struct pdf_sheet *sheet)
{
    cairo_surface_t *surface;

    *sheet = (struct pdf_sheet){ .paper = paper,
                                 .context = context,
                                 .fault = fault,
                                 .page_width = PAPER_A4_SHORT,
                                 .page_height = PAPER_A4_LONG,
                                 .scale = 1 };
    if (paper->is_landscape) {
        sheet->page_width = PAPER_A4_LONG;
        sheet->page_height = PAPER_A4_SHORT;
    }
    surface = cairo_pdf_surface_create_for_stream(
        out ? on_bytes : NULL, out, sheet->page_width, sheet->page_height);
    sheet->cr = cairo_create(surface);
    return surface;
}

static enum result write_pages(const struct paper *paper, int64_t created_ms,
                               PangoContext *context, struct byte_writer *out,
                               struct document_fault *fault)
{
    struct pdf_sheet sheet;
    cairo_surface_t *surface = begin_sheet(paper, context, out, fault, &sheet);
    cairo_status_t status;
    enum result result;

    set_metadata(surface, paper, created_ms);
    result = draw_all(&sheet);
    status = cairo_status(sheet.cr);
    cairo_destroy(sheet.cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (result == RESULT_OK && status != CAIRO_STATUS_SUCCESS)
        result = document_fault_set(
            fault,
            status == CAIRO_STATUS_NO_MEMORY ? DOCUMENT_FAULT_MEMORY
                                             : DOCUMENT_FAULT_SIZE,
            0, text_view_of(cairo_status_to_string(status)));
    return result;
}

/* The pages with the canonical text within them. */
static enum result add_text(const struct paper *paper, struct text_view pdf,
                            uint8_t **out, size_t *size,
                            struct document_fault *fault)
{
    char *text = NULL;
    size_t text_size = 0;
    enum result result = paper_canonical_text(paper, &text, &text_size);

    if (result == RESULT_OK)
        result =
            carried_text_add_to_pdf(pdf, (struct text_view){ text, text_size },
                                    paper->language, out, size);
    free(text);
    if (result == RESULT_OK)
        return RESULT_OK;
    return document_fault_set(fault,
                              result == RESULT_NO_MEMORY
                                  ? DOCUMENT_FAULT_MEMORY
                                  : DOCUMENT_FAULT_ARGUMENT,
                              0, text_view_of(paper->language));
}

/* Pango as every document is set by; a fault without the font. */
static enum result open_fonts(const char *language, PangoFontMap **map,
                              PangoContext **context,
                              struct document_fault *fault)
{
    *map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    *context = *map ? new_context(*map, language) : NULL;
    return *context && has_font(*context)
               ? RESULT_OK
               : document_fault_set(fault, DOCUMENT_FAULT_FONT, 0,
                                    text_view_of(PAPER_FONT));
}

static void close_fonts(PangoFontMap *map, PangoContext *context)
{
    if (context)
        g_object_unref(context);
    if (map)
        g_object_unref(map);
}

enum result paper_pdf_write(const struct paper *paper, int64_t created_ms,
                            uint8_t **out, size_t *size,
                            struct document_fault *fault)
{
    PangoFontMap *map = NULL;
    PangoContext *context = NULL;
    struct byte_writer pdf;
    enum result result = open_fonts(paper->language, &map, &context, fault);

    byte_writer_init(&pdf, PDF_SIZE_MAX);
    if (result == RESULT_OK)
        result = write_pages(paper, created_ms, context, &pdf, fault);
    if (result == RESULT_OK)
        result = add_text(
            paper, (struct text_view){ (const char *)pdf.data, pdf.size }, out,
            size, fault);
    byte_writer_release(&pdf);
    close_fonts(map, context);
    return result;
}

/* --- how many ballot papers ----------------------------------------------- */

/* Draws the ballot papers alone, to nowhere. */
static enum result try_papers(const struct paper *paper, PangoContext *context,
                              struct document_fault *fault)
{
    struct pdf_sheet sheet;
    cairo_surface_t *surface = begin_sheet(paper, context, NULL, fault, &sheet);
    enum result result = RESULT_OK;

    pdf_sheet_begin_page(&sheet);
    for (size_t i = 0; i < paper->block_count && result == RESULT_OK; i++)
        if (paper->blocks[i].kind == PAPER_PAPERS)
            result = draw_papers(&sheet, &paper->blocks[i]);
    cairo_destroy(sheet.cr);
    cairo_surface_destroy(surface);
    return result;
}

enum result paper_pdf_fit(struct paper *paper, struct document_fault *fault)
{
    PangoFontMap *map = NULL;
    PangoContext *context = NULL;
    enum result result = RESULT_OK;

    if (paper_most_papers(paper) == 0)
        return RESULT_OK;
    result = open_fonts(paper->language, &map, &context, fault);
    if (result == RESULT_OK)
        result = try_papers(paper, context, fault);
    while (result != RESULT_OK && fault->kind == DOCUMENT_FAULT_FIT &&
           paper_most_papers(paper) > 0) {
        paper_lower_papers(paper);
        *fault = (struct document_fault){ .kind = DOCUMENT_FAULT_NONE };
        result = try_papers(paper, context, fault);
    }
    close_fonts(map, context);
    return result;
}
