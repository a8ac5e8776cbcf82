/*
 * The measures of the layout, for PDF and DOCX alike, in points of 1/72 inch.
 * Source: 399-QĐ/TW, 9/1/2026, and 05-HD/VPTW, 2026; what they leave open is
 * marked "ours".
 */
#ifndef PROTOCOL_DOCUMENT_PAPER_MEASURES_H
#define PROTOCOL_DOCUMENT_PAPER_MEASURES_H

#define PAPER_MM(mm) ((mm)*72.0 / 25.4)

#define PAPER_A4_SHORT PAPER_MM(210)
#define PAPER_A4_LONG PAPER_MM(297)
#define PAPER_MARGIN_TOP PAPER_MM(20)
#define PAPER_MARGIN_BOTTOM PAPER_MM(20)
#define PAPER_MARGIN_LEFT PAPER_MM(30)
#define PAPER_MARGIN_RIGHT PAPER_MM(15)
#define PAPER_HEAD_FOOT PAPER_MM(10) /* page number, footer, from the edge */

#define PAPER_TEXT_PT 14.0
#define PAPER_TITLE_PT 16.0
#define PAPER_FOOTER_PT 8.0       /* ours */
#define PAPER_PITCH (19.0 / 14.0) /* a line's height by its letters' */
#define PAPER_INDENT PAPER_MM(10) /* of a first line, of an item's mark */
#define PAPER_HANGING PAPER_MM(5) /* ours: from an item's mark to its text */
#define PAPER_GAP 6.0             /* ours: above paragraphs and headings */
#define PAPER_ITEM_GAP 3.0        /* ours: above items */
#define PAPER_BLOCK_GAP 12.0      /* ours: above titles, tables, signatures */
#define PAPER_CELL_PADDING 4.0    /* ours: in a table, left and right */
#define PAPER_CELL_PADDING_V 2.0  /* ours: the same above and below */
enum { PAPER_ROOM_LINES = 4 };    /* ours: lines to sign in */

/* Ours: ballot papers. Their letters are smaller where two stand side by side;
 * so far from the lines that they are cut along. */
#define PAPER_SMALL (11.0 / 14.0)
#define PAPER_CUT_MARGIN PAPER_MM(12)
#define PAPER_CUT_MARGIN_SMALL PAPER_MM(8)

#endif
