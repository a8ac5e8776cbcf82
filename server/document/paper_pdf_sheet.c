#include "server/document/paper_pdf_sheet.h"

#include "protocol/document/paper_measures.h"
#include "server/document/paper_pdf.h"

#include <stdio.h>
#include <string.h>

/* Letters stand so far below the middle of their line: half of ascent less
 * descent of the font (0.891 and 0.216). */
static const double MIDDLE_TO_BASELINE = 0.3375;

/* --- pages ---------------------------------------------------------------- */

void pdf_sheet_begin_page(struct pdf_sheet *sheet)
{
    sheet->page++;
    sheet->left = PAPER_MARGIN_LEFT;
    sheet->width = sheet->page_width - PAPER_MARGIN_LEFT - PAPER_MARGIN_RIGHT;
    sheet->top = PAPER_MARGIN_TOP;
    sheet->bottom = sheet->page_height - PAPER_MARGIN_BOTTOM;
    sheet->y = sheet->top;
}

/* A short text in the middle of the page's width. */
static void draw_middle(struct pdf_sheet *sheet, char *text, double size_pt,
                        double y)
{
    struct paper_run run = { text, false, false };
    const struct paper_text line = { &run, 1 };
    const struct pdf_style style = { .size_pt = size_pt,
                                     .width = sheet->width,
                                     .align = PAPER_ALIGN_CENTRE };
    PangoLayout *layout = pdf_layout(sheet, &line, &style);

    pdf_draw_lines(sheet, layout, &style, sheet->left, y, 0,
                   pdf_line_count(layout));
    g_object_unref(layout);
}

void pdf_sheet_end_page(struct pdf_sheet *sheet)
{
    char number[16];

    if (sheet->page > 1) {
        (void)snprintf(number, sizeof number, "%u", sheet->page);
        draw_middle(sheet, number, PAPER_TEXT_PT, PAPER_HEAD_FOOT);
    }
    if (sheet->paper->footer[0])
        draw_middle(sheet, sheet->paper->footer, PAPER_FOOTER_PT,
                    sheet->page_height - PAPER_HEAD_FOOT -
                        PAPER_FOOTER_PT * PAPER_PITCH);
    cairo_show_page(sheet->cr);
}

enum result pdf_sheet_next_page(struct pdf_sheet *sheet)
{
    if (sheet->is_part)
        return document_fault_set(sheet->fault, DOCUMENT_FAULT_FIT, sheet->line,
                                  text_view_of(NULL));
    pdf_sheet_end_page(sheet);
    pdf_sheet_begin_page(sheet);
    return RESULT_OK;
}

bool pdf_sheet_is_at_top(const struct pdf_sheet *sheet)
{
    return sheet->y < sheet->top + 0.01;
}

void pdf_sheet_gap(struct pdf_sheet *sheet, double gap)
{
    if (!pdf_sheet_is_at_top(sheet))
        sheet->y += gap * sheet->scale;
}

/* --- texts ---------------------------------------------------------------- */

static void mark(PangoAttrList *list, PangoAttribute *attribute, size_t from,
                 size_t to)
{
    attribute->start_index = (guint)from;
    attribute->end_index = (guint)to;
    pango_attr_list_insert(list, attribute);
}

static void set_runs(PangoLayout *layout, const struct paper_text *text)
{
    GString *joined = g_string_new(NULL);
    PangoAttrList *list = pango_attr_list_new();

    for (size_t i = 0; i < text->count; i++) {
        const struct paper_run *run = &text->runs[i];
        const size_t from = joined->len;

        g_string_append(joined, run->text);
        if (run->is_bold)
            mark(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from,
                 joined->len);
        if (run->is_italic)
            mark(list, pango_attr_style_new(PANGO_STYLE_ITALIC), from,
                 joined->len);
    }
    /* A word that is longer than its line is broken without a hyphen, which
     * would not be of the text. */
    mark(list, pango_attr_insert_hyphens_new(FALSE), 0, joined->len);
    pango_layout_set_text(layout, joined->str, (int)joined->len);
    pango_layout_set_attributes(layout, list);
    pango_attr_list_unref(list);
    g_string_free(joined, TRUE);
}

static PangoAlignment alignment_of(enum paper_align align)
{
    if (align == PAPER_ALIGN_CENTRE)
        return PANGO_ALIGN_CENTER;
    return align == PAPER_ALIGN_RIGHT ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static int to_pango(double length) { return (int)(length * PANGO_SCALE + 0.5); }

PangoLayout *pdf_layout(const struct pdf_sheet *sheet,
                        const struct paper_text *text,
                        const struct pdf_style *style)
{
    PangoLayout *layout = pango_layout_new(sheet->context);
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, PAPER_FONT);
    pango_font_description_set_size(font, to_pango(style->size_pt));
    if (style->is_bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, to_pango(style->width));
    pango_layout_set_indent(layout, to_pango(style->indent));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, alignment_of(style->align));
    pango_layout_set_justify(layout, style->is_justified);
    pango_layout_set_auto_dir(layout, FALSE);
    set_runs(layout, text);
    return layout;
}

double pdf_pitch(const struct pdf_style *style)
{
    return style->size_pt * PAPER_PITCH;
}

int pdf_line_count(PangoLayout *layout)
{
    return pango_layout_get_line_count(layout);
}

void pdf_draw_lines(struct pdf_sheet *sheet, PangoLayout *layout,
                    const struct pdf_style *style, double x, double y, int from,
                    int to)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    const double pitch = pdf_pitch(style);
    int line = 0;

    do {
        PangoRectangle extents;

        if (line < from || line >= to)
            continue;
        pango_layout_iter_get_line_extents(iter, NULL, &extents);
        cairo_move_to(sheet->cr, x + (double)extents.x / PANGO_SCALE,
                      y + (line - from) * pitch + pitch / 2 +
                          style->size_pt * MIDDLE_TO_BASELINE);
        pango_cairo_show_layout_line(sheet->cr,
                                     pango_layout_iter_get_line_readonly(iter));
    } while (++line < to && pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

double pdf_last_width(PangoLayout *layout)
{
    PangoLayoutLine *line = pango_layout_get_line_readonly(
        layout, pango_layout_get_line_count(layout) - 1);
    PangoRectangle extents;

    pango_layout_line_get_extents(line, NULL, &extents);
    return (double)extents.width / PANGO_SCALE;
}
