/*
 * The page being filled, and texts on it; for the files paper_pdf*.c alone.
 * Lengths are points, y grows downwards. One thread.
 */
#ifndef SERVER_DOCUMENT_PAPER_PDF_SHEET_H
#define SERVER_DOCUMENT_PAPER_PDF_SHEET_H

#include "protocol/document/paper.h"

#include <pango/pangocairo.h>

struct pdf_sheet {
    const struct paper *paper;
    cairo_t *cr;
    PangoContext *context;
    struct document_fault *fault;
    double page_width, page_height;
    double left, width, top, bottom; /* the area that is filled */
    double y;                        /* where the next line goes */
    double scale;                    /* of letters and gaps */
    double followed;                 /* by so much that stays with the text */
    bool is_part; /* of a page: a ballot paper, which has no next page */
    int line;     /* of the markup, of the block under way */
    unsigned page;
};

/* What is about to be written: letters of this size, in this place. */
struct pdf_style {
    double size_pt;
    double width;
    double indent; /* of first lines */
    enum paper_align align;
    bool is_bold;
    bool is_justified;
};

/* Sheet of A4 with the margins of the rules, before its first page. */
void pdf_sheet_begin_page(struct pdf_sheet *sheet);
/* Page number and footer, and the page is done. */
void pdf_sheet_end_page(struct pdf_sheet *sheet);
/* The next page; a fault where there is none. */
MUST_USE enum result pdf_sheet_next_page(struct pdf_sheet *sheet);
/* Space, except at the top of the page. */
void pdf_sheet_gap(struct pdf_sheet *sheet, double gap);
bool pdf_sheet_is_at_top(const struct pdf_sheet *sheet);

/* The text, set; g_object_unref() ends it. Never NULL: GLib ends the program
 * where memory is out. */
PangoLayout *pdf_layout(const struct pdf_sheet *sheet,
                        const struct paper_text *text,
                        const struct pdf_style *style);
double pdf_pitch(const struct pdf_style *style);
int pdf_line_count(PangoLayout *layout);
/* Its lines from..to, the first of them with its upper edge at y. */
void pdf_draw_lines(struct pdf_sheet *sheet, PangoLayout *layout,
                    const struct pdf_style *style, double x, double y, int from,
                    int to);
/* How wide the last line is. */
double pdf_last_width(PangoLayout *layout);

/* The grids. */
MUST_USE enum result pdf_draw_header(struct pdf_sheet *sheet,
                                     const struct paper_block *block);
MUST_USE enum result pdf_draw_table(struct pdf_sheet *sheet,
                                    const struct paper_block *block);
/* How high a table is down to the end of its first row, with the gap above; of
 * a row that is longer than a page, to the end of its first line. */
double pdf_table_beginning(const struct pdf_sheet *sheet,
                           const struct paper_block *block);
MUST_USE enum result pdf_draw_signatures(struct pdf_sheet *sheet,
                                         const struct paper_block *block);
/* How high they are, with the gap above. */
double pdf_signatures_height(struct pdf_sheet *sheet,
                             const struct paper_block *block);

#endif
