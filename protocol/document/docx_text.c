#include "protocol/document/docx_text.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"
#include "protocol/document/carried_text.h"
#include "protocol/record/record_zip_read.h"

#include <stdlib.h>
#include <string.h>

/* Ballot papers stand on a page up to eight times. */
enum { WORDS_SIZE_MAX = 16 * LIMIT_DOCUMENT_SIZE };

static enum result open_docx(struct text_view docx, struct record_zip *zip)
{
    struct record_zip_failure failure;
    const enum result result = record_zip_open(docx, zip, &failure);

    return result == RESULT_REFUSED ? RESULT_MALFORMED : result;
}

enum result docx_text_carried(struct text_view docx, char **out, size_t *size)
{
    struct record_zip zip = { NULL, 0 };
    const struct record_zip_entry *part;
    enum result result = open_docx(docx, &zip);

    if (result == RESULT_OK) {
        part = record_zip_find(&zip, TEXT_LITERAL(CARRIED_TEXT_PART));
        result = part ? carried_text_from_xml(part->data, out, size)
                      : RESULT_NOT_FOUND;
    }
    record_zip_release(&zip);
    return result;
}

/* --- words ---------------------------------------------------------------- */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

/* Each with a blank behind it; marks of items are none. */
static void put_words(struct byte_writer *out, const char *text, size_t size)
{
    size_t at = 0;

    while (at < size) {
        size_t from;

        while (at < size && is_blank(text[at]))
            at++;
        from = at;
        while (at < size && !is_blank(text[at]))
            at++;
        if (at == from ||
            (at - from == 1 && (text[from] == '-' || text[from] == '+')))
            continue;
        byte_writer_bytes(out, &text[from], at - from);
        byte_writer_u8(out, ' ');
    }
}

/* What a DOCX of the paper shows: ballot papers as often as on a page. */
static enum result put_paper(struct byte_writer *out, const struct paper *paper)
{
    enum result result = RESULT_OK;
    size_t i;

    for (i = 0; i < paper->block_count && result == RESULT_OK; i++) {
        char none[] = "";
        const struct paper one = { .footer = none,
                                   .blocks = &paper->blocks[i],
                                   .block_count = 1 };
        const unsigned times = paper->blocks[i].kind == PAPER_PAPERS
                                   ? paper->blocks[i].per_page
                                   : 1;
        char *text = NULL;
        size_t size = 0;
        unsigned k;

        result = paper_canonical_text(&one, &text, &size);
        for (k = 0; result == RESULT_OK && k < times; k++)
            put_words(out, text, size);
        free(text);
    }
    return result == RESULT_OK ? out->result : result;
}

/* --- XML ------------------------------------------------------------------ */

/* What a document of ours consists of. */
static const char *const elements[] = { "w:document",
                                        "w:body",
                                        "w:p",
                                        "w:pPr",
                                        "w:pStyle",
                                        "w:keepNext",
                                        "w:numPr",
                                        "w:ilvl",
                                        "w:numId",
                                        "w:spacing",
                                        "w:jc",
                                        "w:r",
                                        "w:rPr",
                                        "w:b",
                                        "w:i",
                                        "w:sz",
                                        "w:u",
                                        "w:t",
                                        "w:br",
                                        "w:tbl",
                                        "w:tblPr",
                                        "w:tblStyle",
                                        "w:tblW",
                                        "w:tblLayout",
                                        "w:tblGrid",
                                        "w:gridCol",
                                        "w:tr",
                                        "w:trPr",
                                        "w:cantSplit",
                                        "w:tblHeader",
                                        "w:trHeight",
                                        "w:tc",
                                        "w:tcPr",
                                        "w:tcW",
                                        "w:sectPr",
                                        "w:headerReference",
                                        "w:footerReference",
                                        "w:pgSz",
                                        "w:pgMar",
                                        "w:titlePg",
                                        "w:ftr",
                                        "?xml" };

/* And the number of a page at its head. */
static const char *const of_heads[] = { "w:hdr", "w:fldChar", "w:instrText" };

static bool is_element(struct text_view name, bool is_head)
{
    size_t i;

    for (i = 0; is_head && i < sizeof of_heads / sizeof of_heads[0]; i++)
        if (text_view_is(name, of_heads[i]))
            return true;

    for (i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (text_view_is(name, elements[i]))
            return true;
    return false;
}

/* A tag, from behind its "<" to before its ">". */
struct tag {
    struct text_view name; /* without the slash of an end */
    bool is_end, is_empty;
};

static struct text_view skip(struct text_view text, size_t size)
{
    return (struct text_view){ text.data + size, text.size - size };
}

static size_t name_size(struct text_view tag)
{
    size_t size = 0;

    while (size < tag.size && !is_blank(tag.data[size]) &&
           tag.data[size] != '/')
        size++;
    return size;
}

static bool read_tag(struct text_view xml, size_t *at, bool is_head,
                     struct tag *out)
{
    struct text_view inner = skip(xml, *at);
    const char *end = memchr(inner.data, '>', inner.size);

    if (!end)
        return false;
    inner.size = (size_t)(end - inner.data);
    *at += inner.size + 1;
    out->is_end = inner.size > 0 && inner.data[0] == '/';
    out->is_empty = inner.size > 0 && inner.data[inner.size - 1] == '/';
    out->name = out->is_end ? skip(inner, 1) : inner;
    out->name.size = name_size(out->name);
    return is_element(out->name, is_head);
}

/* Up to the next tag; `*at` behind its "<". */
static bool read_text(struct text_view xml, size_t *at, struct byte_writer *out)
{
    static const struct {
        const char *name;
        char letter;
    } marks[] = {
        { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }
    };

    while (*at < xml.size && xml.data[*at] != '<') {
        size_t i = 0;

        if (xml.data[*at] != '&') {
            byte_writer_u8(out, (uint8_t)xml.data[(*at)++]);
            continue;
        }
        while (
            i < sizeof marks / sizeof marks[0] &&
            (xml.size - *at < strlen(marks[i].name) ||
             memcmp(&xml.data[*at], marks[i].name, strlen(marks[i].name)) != 0))
            i++;
        if (i == sizeof marks / sizeof marks[0])
            return false;
        byte_writer_u8(out, (uint8_t)marks[i].letter);
        *at += strlen(marks[i].name);
    }
    return (*at)++ < xml.size;
}

/* Between tags of which none is a text: nothing but blanks. */
static bool pass_blanks(struct text_view xml, size_t *at)
{
    while (*at < xml.size && (is_blank(xml.data[*at]) || xml.data[*at] == '\r'))
        (*at)++;
    if (*at == xml.size)
        return true;
    return xml.data[(*at)++] == '<';
}

static bool is_text(struct text_view name)
{
    return text_view_is(name, "w:t") || text_view_is(name, "w:instrText");
}

/* What it shows, with blanks where a word ends. */
static bool read_xml(struct text_view xml, bool is_head,
                     struct byte_writer *out)
{
    struct tag tag;
    size_t at = 0;

    for (;;) {
        if (!pass_blanks(xml, &at))
            return false;
        if (at == xml.size)
            return true;
        if (!read_tag(xml, &at, is_head, &tag))
            return false;
        if (text_view_is(tag.name, "w:p") || text_view_is(tag.name, "w:br") ||
            text_view_is(tag.name, "w:tc"))
            byte_writer_u8(out, '\n');
        if (!is_text(tag.name))
            continue;
        if (tag.is_end || tag.is_empty || !read_text(xml, &at, out) ||
            !read_tag(xml, &at, is_head, &tag) || !tag.is_end ||
            !is_text(tag.name))
            return false;
    }
}

/* --- both ----------------------------------------------------------------- */

/* Adds the words that a part shows. */
static enum result put_part(struct byte_writer *out, struct text_view part,
                            bool is_head)
{
    struct byte_writer raw;
    enum result result;

    byte_writer_init(&raw, WORDS_SIZE_MAX);
    result = read_xml(part, is_head, &raw) ? raw.result : RESULT_MALFORMED;
    if (result == RESULT_OK && raw.size > 0)
        put_words(out, (const char *)raw.data, raw.size);
    byte_writer_release(&raw);
    return result == RESULT_OK ? out->result : result;
}

static bool is_same(const struct byte_writer *one,
                    const struct byte_writer *other)
{
    return one->size == other->size &&
           (one->size == 0 || memcmp(one->data, other->data, one->size) == 0);
}

static enum result check_part(const struct record_zip *zip, const char *name,
                              bool is_head, const struct byte_writer *wanted)
{
    const struct record_zip_entry *part =
        record_zip_find(zip, text_view_of(name));
    struct byte_writer shown;
    enum result result = RESULT_MALFORMED;

    byte_writer_init(&shown, WORDS_SIZE_MAX);
    if (part)
        result = put_part(&shown, part->data, is_head);
    if (result == RESULT_OK && !is_same(wanted, &shown))
        result = RESULT_REFUSED;
    byte_writer_release(&shown);
    return result;
}

static enum result check_text(const struct record_zip *zip, const char *name,
                              bool is_head, const char *text)
{
    struct byte_writer wanted;
    enum result result;

    byte_writer_init(&wanted, WORDS_SIZE_MAX);
    put_words(&wanted, text, strlen(text));
    result = wanted.result;
    if (result == RESULT_OK)
        result = check_part(zip, name, is_head, &wanted);
    byte_writer_release(&wanted);
    return result;
}

static enum result check_body(const struct record_zip *zip,
                              const struct paper *paper)
{
    struct byte_writer wanted;
    enum result result;

    byte_writer_init(&wanted, WORDS_SIZE_MAX);
    result = put_paper(&wanted, paper);
    if (result == RESULT_OK)
        result = check_part(zip, "word/document.xml", false, &wanted);
    byte_writer_release(&wanted);
    return result;
}

/* No part that could show something else. */
static bool has_known_parts(const struct record_zip *zip)
{
    static const char *const known[] = {
        "[Content_Types].xml", "_rels/.rels",
        CARRIED_TEXT_PART,     "docProps/app.xml",
        "docProps/core.xml",   "word/_rels/document.xml.rels",
        "word/document.xml",   "word/footer1.xml",
        "word/header1.xml",    "word/header2.xml",
        "word/numbering.xml",  "word/settings.xml",
        "word/styles.xml"
    };
    const size_t count = sizeof known / sizeof known[0];
    size_t i;

    for (i = 0; i < count; i++)
        if (!record_zip_find(zip, text_view_of(known[i])))
            return false;
    return zip->count == count;
}

enum result docx_text_check(struct text_view docx, const struct paper *paper)
{
    struct record_zip zip = { NULL, 0 };
    enum result result = open_docx(docx, &zip);

    if (result == RESULT_OK && !has_known_parts(&zip))
        result = RESULT_MALFORMED;
    if (result == RESULT_OK)
        result = check_body(&zip, paper);
    if (result == RESULT_OK)
        result = check_text(&zip, "word/footer1.xml", false, paper->footer);
    if (result == RESULT_OK)
        result = check_text(&zip, "word/header1.xml", true, "PAGE 2");
    if (result == RESULT_OK)
        result = check_text(&zip, "word/header2.xml", true, "");
    record_zip_release(&zip);
    return result == RESULT_TOO_LARGE ? RESULT_MALFORMED : result;
}
