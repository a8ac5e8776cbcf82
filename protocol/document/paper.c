#include "protocol/document/paper.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/document/paper_inline.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    RULE_LENGTH = 5,
    WIDTH_MAX = 100,
    SIZE_PT_MIN = 8,
    SIZE_PT_MAX = 14,
    BLOCKS_FIRST = 16
};

struct parser {
    struct paper *paper;
    struct text_view left; /* what is not yet read */
    int next_line;         /* the number of the line at `left` */
    int line;              /* of the line being read, its first if joined */
    struct byte_writer joined;
    struct paper_block *papers; /* the one that is open, else NULL */
    struct paper_block *grid;   /* the same, of header, table, signatures */
    size_t blocks_left, cells_left, runs_left;
    struct document_fault *fault;
};

static enum result fail(struct parser *parser, enum document_fault_kind kind,
                        struct text_view detail)
{
    return document_fault_set(parser->fault, kind, parser->line, detail);
}

static enum result fail_memory(struct parser *parser)
{
    return fail(parser, DOCUMENT_FAULT_MEMORY, text_view_of(NULL));
}

/* --- small readings ------------------------------------------------------- */

static struct text_view skip(struct text_view text, size_t size)
{
    return (struct text_view){ text.data + size, text.size - size };
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static struct text_view trimmed(struct text_view text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = skip(text, 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static bool begins(struct text_view text, const char *with)
{
    const size_t size = strlen(with);

    return text.size >= size && memcmp(text.data, with, size) == 0;
}

/* The next word of *text, which moves behind it; empty at the end. */
static struct text_view next_word(struct text_view *text)
{
    struct text_view word = trimmed(*text);
    size_t size = 0;

    while (size < word.size && !is_blank(word.data[size]))
        size++;
    *text = skip(word, size);
    word.size = size;
    return word;
}

/* The number at the start of *text, which moves behind it; 0 if there is none
 * or it is above `max`. */
static unsigned next_number(struct text_view *text, unsigned max)
{
    unsigned number = 0;

    while (text->size > 0 && text->data[0] >= '0' && text->data[0] <= '9') {
        number = number * 10 + (unsigned)(text->data[0] - '0');
        if (number > max)
            return 0;
        *text = skip(*text, 1);
    }
    return number;
}

/* --- blocks --------------------------------------------------------------- */

static enum result add_block(struct parser *parser, struct paper_block block)
{
    struct paper_block **blocks = &parser->paper->blocks;
    size_t *count = &parser->paper->block_count;
    struct paper_block *grown;

    if (parser->papers) {
        blocks = &parser->papers->blocks;
        count = &parser->papers->block_count;
    }
    if (parser->blocks_left == 0)
        return fail(parser, DOCUMENT_FAULT_SIZE, text_view_of(NULL));
    /* Grows at 0 and at each power of two from BLOCKS_FIRST on. */
    if (*count == 0 ||
        (*count >= BLOCKS_FIRST && (*count & (*count - 1)) == 0)) {
        const size_t capacity = *count == 0 ? BLOCKS_FIRST : *count * 2;

        grown = realloc(*blocks, capacity * sizeof *grown);
        if (!grown)
            return fail_memory(parser);
        *blocks = grown;
    }
    block.line = parser->line;
    (*blocks)[(*count)++] = block;
    parser->blocks_left--;
    return RESULT_OK;
}

static struct paper_block *last_block(struct parser *parser)
{
    if (parser->papers)
        return &parser->papers->blocks[parser->papers->block_count - 1];
    return &parser->paper->blocks[parser->paper->block_count - 1];
}

static enum result add_text(struct parser *parser, enum paper_block_kind kind,
                            unsigned level, struct text_view text)
{
    struct paper_block block = { .kind = kind, .level = level };
    enum result result = paper_inline_parse(
        text, parser->line, &parser->runs_left, &block.text, parser->fault);

    if (result != RESULT_OK || block.text.count == 0) {
        paper_text_release(&block.text);
        return result;
    }
    result = add_block(parser, block);
    if (result != RESULT_OK)
        paper_text_release(&block.text);
    return result;
}

/* --- grids ---------------------------------------------------------------- */

static enum result read_column(struct parser *parser, struct text_view word,
                               struct paper_grid *grid, size_t columns_max)
{
    struct text_view rest = word;
    struct paper_column *column = &grid->columns[grid->column_count];
    const char *letters = "lcr";
    const char *letter;

    if (grid->column_count == columns_max)
        return fail(parser, DOCUMENT_FAULT_ARGUMENT, word);
    column->width = next_number(&rest, WIDTH_MAX);
    if (column->width == 0 || rest.size > 1)
        return fail(parser, DOCUMENT_FAULT_ARGUMENT, word);
    if (rest.size == 1) {
        letter = strchr(letters, rest.data[0]);
        if (!letter)
            return fail(parser, DOCUMENT_FAULT_ARGUMENT, word);
        column->align =
            (enum paper_align)(PAPER_ALIGN_LEFT + (letter - letters));
    }
    grid->column_count++;
    return RESULT_OK;
}

static bool read_size(struct text_view word, unsigned *size_pt)
{
    const unsigned number = next_number(&word, SIZE_PT_MAX);

    if (number < SIZE_PT_MIN || !text_view_is(word, "pt"))
        return false;
    *size_pt = number;
    return true;
}

static enum result read_columns(struct parser *parser, struct text_view words,
                                enum paper_block_kind kind,
                                struct paper_grid *grid)
{
    const size_t columns_max =
        kind == PAPER_TABLE ? PAPER_COLUMNS_MAX : PAPER_SIGNATURES_MAX;
    struct text_view word = next_word(&words);
    enum result result = RESULT_OK;

    if (read_size(word, &grid->size_pt))
        word = next_word(&words);
    while (word.size > 0 && result == RESULT_OK) {
        result = read_column(parser, word, grid, columns_max);
        word = next_word(&words);
    }
    if (result == RESULT_OK && kind == PAPER_HEADER &&
        grid->column_count == 0) {
        grid->columns[0].width = grid->columns[1].width = 1;
        grid->column_count = 2;
    }
    if (result == RESULT_OK &&
        (grid->column_count == 0 ||
         (kind == PAPER_HEADER && grid->column_count != 2)))
        result = fail(parser, DOCUMENT_FAULT_ARGUMENT, words);
    return result;
}

static enum result open_grid(struct parser *parser, struct text_view words,
                             enum paper_block_kind kind)
{
    struct paper_block block = { .kind = kind };
    enum result result = read_columns(parser, words, kind, &block.grid);

    for (size_t i = 0; i < block.grid.column_count; i++)
        if (block.grid.columns[i].align == PAPER_ALIGN_NONE)
            block.grid.columns[i].align =
                kind == PAPER_TABLE ? PAPER_ALIGN_LEFT : PAPER_ALIGN_CENTRE;
    if (result == RESULT_OK)
        result = add_block(parser, block);
    if (result == RESULT_OK)
        parser->grid = last_block(parser);
    return result;
}

static enum result read_cell(struct parser *parser, struct text_view text,
                             struct paper_cell *cell)
{
    const enum paper_block_kind kind = parser->grid->kind;

    cell->kind = PAPER_CELL_TEXT;
    if (kind == PAPER_HEADER && text_view_is(text, "----"))
        cell->kind = PAPER_CELL_LINE;
    else if (kind == PAPER_SIGNATURES && text_view_is(text, "~"))
        cell->kind = PAPER_CELL_ROOM;
    else
        return paper_inline_parse(text, parser->line, &parser->runs_left,
                                  &cell->text, parser->fault);
    return RESULT_OK;
}

/* Room for a row more, with empty cells in it. */
static enum result add_row(struct parser *parser)
{
    struct paper_grid *grid = &parser->grid->grid;
    const size_t rows = grid->row_count;
    struct paper_cell *cells = grid->cells;

    if (parser->cells_left < grid->column_count)
        return fail(parser, DOCUMENT_FAULT_SIZE, text_view_of(NULL));
    if ((rows & (rows - 1)) == 0) {
        const size_t capacity = rows == 0 ? 1 : rows * 2;

        cells = realloc(cells, capacity * grid->column_count * sizeof *cells);
        if (!cells)
            return fail_memory(parser);
        grid->cells = cells;
    }
    memset(&cells[rows * grid->column_count], 0,
           grid->column_count * sizeof *cells);
    grid->row_count++;
    parser->cells_left -= grid->column_count;
    return RESULT_OK;
}

static enum result read_row(struct parser *parser, struct text_view line)
{
    struct paper_grid *grid = &parser->grid->grid;
    const bool is_heading = line.data[0] == '!';
    struct text_view rest = skip(line, 1);
    enum result result;
    size_t i;

    if (is_heading ? parser->grid->kind != PAPER_TABLE : line.data[0] != '|')
        return fail(parser, DOCUMENT_FAULT_ROW, line);
    if (is_heading && grid->heading_count < grid->row_count)
        return fail(parser, DOCUMENT_FAULT_ROW_HEADING, line);
    result = add_row(parser);
    for (i = 0; i < grid->column_count && result == RESULT_OK; i++) {
        const size_t bar = paper_inline_bar(rest);
        const struct text_view cell = { rest.data, bar };

        if (bar == rest.size)
            return fail(parser,
                        trimmed(rest).size > 0 ? DOCUMENT_FAULT_ROW
                                               : DOCUMENT_FAULT_ROW_CELLS,
                        line);
        result = read_cell(
            parser, trimmed(cell),
            &grid->cells[(grid->row_count - 1) * grid->column_count + i]);
        rest = skip(rest, bar + 1);
    }
    if (result == RESULT_OK && rest.size > 0)
        return fail(parser, DOCUMENT_FAULT_ROW_CELLS, line);
    if (result == RESULT_OK && is_heading)
        grid->heading_count++;
    return result;
}

/* --- directives ----------------------------------------------------------- */

static const char *grid_end(enum paper_block_kind kind)
{
    if (kind == PAPER_HEADER)
        return "[/header]";
    return kind == PAPER_TABLE ? "[/table]" : "[/signatures]";
}

static enum result read_in_grid(struct parser *parser, struct text_view line)
{
    if (text_view_is(line, grid_end(parser->grid->kind))) {
        if (parser->grid->grid.row_count == 0)
            return fail(parser, DOCUMENT_FAULT_ROW_NONE, line);
        parser->grid = NULL;
        return RESULT_OK;
    }
    if (line.data[0] == '[')
        return fail(parser, DOCUMENT_FAULT_BLOCK_INSIDE, line);
    return read_row(parser, line);
}

static enum result open_papers(struct parser *parser, struct text_view words)
{
    const struct text_view word = next_word(&words);
    struct text_view rest = word;
    const unsigned per_page = next_number(&rest, 8);
    struct paper_block block = { .kind = PAPER_PAPERS, .per_page = per_page };
    enum result result;

    if (parser->papers)
        return fail(parser, DOCUMENT_FAULT_BLOCK_INSIDE, word);
    if (rest.size > 0 || next_word(&words).size > 0 || per_page == 0 ||
        per_page == 5 || per_page == 7)
        return fail(parser, DOCUMENT_FAULT_ARGUMENT, word);
    result = add_block(parser, block);
    if (result == RESULT_OK)
        parser->papers = last_block(parser);
    return result;
}

static enum result read_bracket(struct parser *parser, struct text_view line)
{
    struct text_view words = line;
    struct text_view word;

    if (line.data[line.size - 1] != ']')
        return fail(parser, DOCUMENT_FAULT_DIRECTIVE, line);
    words = (struct text_view){ line.data + 1, line.size - 2 };
    word = next_word(&words);
    if (text_view_is(word, "header"))
        return open_grid(parser, words, PAPER_HEADER);
    if (text_view_is(word, "table"))
        return open_grid(parser, words, PAPER_TABLE);
    if (text_view_is(word, "signatures"))
        return open_grid(parser, words, PAPER_SIGNATURES);
    if (text_view_is(word, "papers"))
        return open_papers(parser, words);
    if (begins(word, "/")) {
        if (!parser->papers || !text_view_is(line, "[/papers]"))
            return fail(parser, DOCUMENT_FAULT_BLOCK_CLOSE, line);
        parser->papers = NULL;
        return RESULT_OK;
    }
    if (!text_view_is(line, "[page]"))
        return fail(parser, DOCUMENT_FAULT_DIRECTIVE, line);
    if (parser->papers)
        return fail(parser, DOCUMENT_FAULT_BLOCK_INSIDE, line);
    return add_block(parser, (struct paper_block){ .kind = PAPER_PAGE_BREAK });
}

static enum result set_plain(struct parser *parser, struct text_view text,
                             char **field)
{
    struct paper_text parsed = { NULL, 0 };
    enum result result;

    if (*field)
        return fail(parser, DOCUMENT_FAULT_TWICE, text);
    result = paper_inline_parse(text, parser->line, &parser->runs_left, &parsed,
                                parser->fault);
    if (result != RESULT_OK)
        return result;
    *field = paper_text_plain(&parsed);
    paper_text_release(&parsed);
    return *field ? RESULT_OK : fail_memory(parser);
}

static enum result read_at(struct parser *parser, struct text_view line)
{
    struct paper *paper = parser->paper;
    struct text_view text = line;
    const struct text_view word = next_word(&text);

    text = trimmed(text);
    if (text_view_is(word, "@title"))
        return set_plain(parser, text, &paper->title);
    if (text_view_is(word, "@subject"))
        return set_plain(parser, text, &paper->subject);
    if (text_view_is(word, "@author"))
        return set_plain(parser, text, &paper->author);
    if (text_view_is(word, "@language"))
        return set_plain(parser, text, &paper->language);
    if (text_view_is(word, "@footer"))
        return set_plain(parser, text, &paper->footer);
    if (!text_view_is(line, "@landscape"))
        return fail(parser, DOCUMENT_FAULT_DIRECTIVE, word);
    paper->is_landscape = true;
    return RESULT_OK;
}

static bool is_rule(struct text_view line)
{
    for (size_t i = 0; i < line.size; i++)
        if (line.data[i] != '-')
            return false;
    return line.size >= RULE_LENGTH;
}

static enum result read_line(struct parser *parser, struct text_view line)
{
    static const struct {
        const char *mark;
        enum paper_block_kind kind;
        unsigned level;
    } marks[] = {
        { "= ", PAPER_TITLE, 0 },   { "== ", PAPER_SUBJECT, 0 },
        { "# ", PAPER_HEADING, 1 }, { "## ", PAPER_HEADING, 2 },
        { "- ", PAPER_ITEM, 1 },    { "+ ", PAPER_ITEM, 2 },
        { "^ ", PAPER_CENTRED, 0 },
    };

    if (parser->grid)
        return read_in_grid(parser, line);
    if (line.data[0] == '[')
        return read_bracket(parser, line);
    if (line.data[0] == '@')
        return read_at(parser, line);
    if (is_rule(line))
        return add_block(parser, (struct paper_block){ .kind = PAPER_RULE });
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (begins(line, marks[i].mark))
            return add_text(parser, marks[i].kind, marks[i].level,
                            trimmed(skip(line, strlen(marks[i].mark))));
    return add_text(parser, PAPER_PARAGRAPH, 0, line);
}

/* --- lines ---------------------------------------------------------------- */

/* A line of the text as it stands, without blanks at its end. */
static struct text_view take_line(struct parser *parser)
{
    const struct text_view left = parser->left;
    const char *end = memchr(left.data, '\n', left.size);
    const size_t size = end ? (size_t)(end - left.data) : left.size;
    struct text_view line;

    parser->left = skip(left, end ? size + 1 : size);
    parser->next_line++;
    line = (struct text_view){ left.data, size };
    while (line.size > 0 && is_blank(line.data[line.size - 1]))
        line.size--;
    return line;
}

static bool goes_on(struct text_view line)
{
    size_t count = 0;

    while (count < line.size && line.data[line.size - 1 - count] == '\\')
        count++;
    return count % 2 == 1;
}

/* A line with those that it goes on in. */
static struct text_view take_joined(struct parser *parser)
{
    struct text_view line;

    parser->line = parser->next_line;
    line = take_line(parser);
    if (!goes_on(line))
        return trimmed(line);
    byte_writer_reset(&parser->joined);
    while (goes_on(line) && parser->left.size > 0) {
        line.size--;
        byte_writer_text(&parser->joined, line);
        line = take_line(parser);
    }
    byte_writer_text(&parser->joined, line);
    return trimmed((struct text_view){ (const char *)parser->joined.data,
                                       parser->joined.size });
}

static enum result parse_all(struct parser *parser)
{
    enum result result = RESULT_OK;

    while (result == RESULT_OK && parser->left.size > 0) {
        const struct text_view line = take_joined(parser);

        if (parser->joined.result != RESULT_OK)
            return fail_memory(parser);
        if (line.size > 0)
            result = read_line(parser, line);
    }
    if (result == RESULT_OK && (parser->grid || parser->papers)) {
        parser->line = parser->grid ? parser->grid->line : parser->papers->line;
        result = fail(parser, DOCUMENT_FAULT_BLOCK_OPEN,
                      text_view_of(parser->grid ? grid_end(parser->grid->kind)
                                                : "[/papers]"));
    }
    return result;
}

/* What was not said. */
static enum result set_defaults(struct parser *parser)
{
    struct paper *paper = parser->paper;
    char **fields[] = { &paper->title, &paper->subject, &paper->author,
                        &paper->footer };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!*fields[i])
            *fields[i] = strdup("");
        if (!*fields[i])
            return fail_memory(parser);
    }
    if (!paper->language)
        paper->language = strdup("vi-VN");
    return paper->language ? RESULT_OK : fail_memory(parser);
}

enum result paper_parse(struct text_view text, struct paper **out,
                        struct document_fault *fault)
{
    struct parser parser = { .left = text,
                             .next_line = 1,
                             .blocks_left = LIMIT_DOCUMENT_BLOCKS,
                             .cells_left = LIMIT_DOCUMENT_CELLS,
                             .runs_left = LIMIT_DOCUMENT_RUNS,
                             .fault = fault };
    enum result result;

    if (text.size > LIMIT_DOCUMENT_SIZE)
        return fail(&parser, DOCUMENT_FAULT_SIZE, text_view_of(NULL));
    if (text_check(text, SIZE_MAX, true) != RESULT_OK)
        return fail(&parser, DOCUMENT_FAULT_TEXT, text_view_of(NULL));
    parser.paper = calloc(1, sizeof *parser.paper);
    if (!parser.paper)
        return fail_memory(&parser);
    byte_writer_init(&parser.joined, LIMIT_DOCUMENT_SIZE);
    result = parse_all(&parser);
    byte_writer_release(&parser.joined);
    if (result == RESULT_OK)
        result = set_defaults(&parser);
    if (result != RESULT_OK) {
        paper_free(parser.paper);
        return result;
    }
    *out = parser.paper;
    return RESULT_OK;
}

static void release_blocks(struct paper_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct paper_grid *grid = &blocks[i].grid;

        paper_text_release(&blocks[i].text);
        for (size_t j = 0; j < grid->row_count * grid->column_count; j++)
            paper_text_release(&grid->cells[j].text);
        free(grid->cells);
        /* Papers have no papers in them. */
        release_blocks(blocks[i].blocks, blocks[i].block_count);
    }
    free(blocks);
}

unsigned paper_most_papers(const struct paper *paper)
{
    unsigned most = 0;
    size_t i;

    for (i = 0; i < paper->block_count; i++)
        if (paper->blocks[i].per_page > most)
            most = paper->blocks[i].per_page;
    return most;
}

void paper_lower_papers(struct paper *paper)
{
    static const unsigned counts[] = { 6, 4, 3, 2, 1, 0 };
    const unsigned most = paper_most_papers(paper);
    size_t i = 0, k;

    while (counts[i] > 0 && counts[i] >= most)
        i++;
    for (k = 0; k < paper->block_count; k++)
        if (paper->blocks[k].per_page > counts[i])
            paper->blocks[k].per_page = counts[i];
}

struct paper *paper_free(struct paper *paper)
{
    if (paper) {
        release_blocks(paper->blocks, paper->block_count);
        free(paper->title);
        free(paper->subject);
        free(paper->author);
        free(paper->language);
        free(paper->footer);
        free(paper);
    }
    return NULL;
}

const struct paper_cell *paper_cell_at(const struct paper_grid *grid,
                                       size_t row, size_t column)
{
    return &grid->cells[row * grid->column_count + column];
}

size_t paper_header_rows(const struct paper_grid *grid, size_t column)
{
    size_t rows = grid->row_count;

    while (rows > 0) {
        const struct paper_cell *cell = paper_cell_at(grid, rows - 1, column);

        if (cell->kind != PAPER_CELL_TEXT || cell->text.count > 0)
            break;
        rows--;
    }
    return rows;
}

unsigned paper_grid_width(const struct paper_grid *grid)
{
    unsigned width = 0;

    for (size_t i = 0; i < grid->column_count; i++)
        width += grid->columns[i].width;
    return width;
}
