/*
 * The marked-up text of a document, as a template gives it, and the blocks that
 * it says: what paper_pdf and paper_docx lay out, and what the canonical text
 * is made of.
 *
 * The markup (config/templates/documents/README.md shows it with examples).
 * UTF-8, NFC. A line is a block of its own; one that ends with a backslash goes
 * on in the next, whose blanks at its beginning count. Empty lines mean
 * nothing; blanks at the ends of a line neither, and several in a row are one.
 *
 *   @title T @subject T @author T    of the file; each at most once, plain text
 *   @language vi-VN                  of the text; default vi-VN
 *   @footer T                        at the foot of each page
 *   @landscape                       the page lies on its side
 *   = T      the type of the document         == T    what it is about
 *   # T      a heading      ## T    a heading below one
 *   - T      an item        + T     an item below one
 *   ^ T      a paragraph in the middle, without indent
 *   -----    (five hyphens or more) five hyphens in the middle
 *   T        a paragraph
 *   [page]   what follows stands on a new page
 *   [header] rows of two cells: left and right head of the document [/header]
 *   [table C...] rows [/table]       C: a column's relative width 1..100, then
 *                                    l, c or r; before them perhaps 8pt..14pt
 *   [signatures C...] rows [/signatures]       one to three columns
 *   [papers N] blocks [/papers]      N = 1 2 3 4 6 8: a page with N times the
 *                                    same ballot paper and lines to cut along
 *
 * A row is "| cell | cell |"; "! cell | cell |" is a heading row of a table,
 * before all others, drawn again on each page. A cell "----" in a header is a
 * line under what stands above it; "~" in signatures is room to sign.
 *
 * In a text, **bold** and __italic__ may overlap; \n ends a line within a
 * block; a backslash before a punctuation mark is that mark, and \& is nothing.
 * A block of which no text is left is left out.
 *
 * Pure; any thread. A parsed paper is not changed afterwards, but for how many
 * ballot papers its pages have room for.
 */
#ifndef PROTOCOL_DOCUMENT_PAPER_H
#define PROTOCOL_DOCUMENT_PAPER_H

#include "protocol/document/document_fault.h"

#include <stdbool.h>
#include <stddef.h>

/* A piece of text of one look. A line feed in it ends the line. */
struct paper_run {
    char *text; /* owned; UTF-8, never empty */
    bool is_bold;
    bool is_italic;
};
struct paper_text {
    struct paper_run *runs; /* owned; NULL if there are none */
    size_t count;
};

enum { PAPER_COLUMNS_MAX = 12, PAPER_SIGNATURES_MAX = 3 };
enum paper_align {
    PAPER_ALIGN_NONE,
    PAPER_ALIGN_LEFT,
    PAPER_ALIGN_CENTRE,
    PAPER_ALIGN_RIGHT
};
struct paper_column {
    unsigned width; /* relative to the sum of all, 1..100 */
    enum paper_align align;
};

enum paper_cell_kind {
    PAPER_CELL_TEXT = 1, /* perhaps an empty one */
    PAPER_CELL_LINE,     /* in a header: a line under the cell above */
    PAPER_CELL_ROOM      /* in signatures: room to sign */
};
struct paper_cell {
    enum paper_cell_kind kind;
    struct paper_text text;
};
struct paper_grid {
    struct paper_column columns[PAPER_COLUMNS_MAX];
    size_t column_count;
    struct paper_cell *cells; /* owned; row by row */
    size_t row_count;
    size_t heading_count; /* of the rows, the first so many */
    unsigned size_pt;     /* of the letters; 0: as the other text */
};

enum paper_block_kind {
    PAPER_HEADER = 1,
    PAPER_TITLE,
    PAPER_SUBJECT,
    PAPER_RULE,
    PAPER_HEADING,
    PAPER_PARAGRAPH,
    PAPER_CENTRED,
    PAPER_ITEM,
    PAPER_TABLE,
    PAPER_SIGNATURES,
    PAPER_PAGE_BREAK,
    PAPER_PAPERS
};
struct paper_block {
    enum paper_block_kind kind;
    int line;                   /* of the marked-up text */
    unsigned level;             /* of a heading or an item: 1 or 2 */
    unsigned per_page;          /* of papers; 0: one takes several pages */
    struct paper_text text;     /* of what is a line */
    struct paper_grid grid;     /* of header, table, signatures */
    struct paper_block *blocks; /* owned; of papers */
    size_t block_count;
};

struct paper {
    char *title, *subject, *author, *language, *footer; /* owned; never NULL */
    bool is_landscape;
    struct paper_block *blocks; /* owned */
    size_t block_count;
};

/*
 * Reads marked-up text of at most LIMIT_DOCUMENT_SIZE bytes. RESULT_OK: the
 * caller ends `*out` with paper_free(). Else the result goes with `fault`, see
 * document_fault_set().
 */
MUST_USE enum result paper_parse(struct text_view text, struct paper **out,
                                 struct document_fault *fault);
/* Takes NULL, returns NULL. */
struct paper *paper_free(struct paper *paper);

/* How many ballot papers a page has at most; 0: there are none, or each takes
 * several pages. */
unsigned paper_most_papers(const struct paper *paper);
/* Fewer than that on each page: 6, 4, 3, 2, 1 or 0. */
void paper_lower_papers(struct paper *paper);

/* The cell of a grid; there is one. */
const struct paper_cell *paper_cell_at(const struct paper_grid *grid,
                                       size_t row, size_t column);
/* How many rows of a header's column say something. */
size_t paper_header_rows(const struct paper_grid *grid, size_t column);
/* The sum of the columns' relative widths. */
unsigned paper_grid_width(const struct paper_grid *grid);

/*
 * The plain text of a document, which its PDF and DOCX carry within them and
 * which a verifier draws again: UTF-8, each line ended by a line feed. The
 * blocks in their order: an item begins with "- " or "+ ", five hyphens are a
 * line, cells of a table or of signatures are joined by tabs, a header is the
 * lines of its left column and then those of the right; ballot papers are there
 * once; bold and italic are not told; a line that ends within a cell is a
 * blank. The footer is the last line, if there is one.
 *
 * RESULT_OK: free() ends `*out`, which has a NUL after its `*size` bytes.
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result paper_canonical_text(const struct paper *paper, char **out,
                                          size_t *size);

#endif
