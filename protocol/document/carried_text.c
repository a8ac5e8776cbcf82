#include "protocol/document/carried_text.h"

#include "protocol/base/byte_writer.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_SIZE_MAX = 256 * 1024 * 1024,
    LANGUAGE_SIZE_MAX = 35,
    TAIL_SIZE = 256,   /* where a trailer or the comment stands */
    XREF_ROW_SIZE = 20 /* 7.5.4 */
};

#define ATTACHMENT "van-ban.txt"
#define COMMENT "%chibo-text "

/* --- reading the PDF ------------------------------------------------------ */

/* What the update has to know of the file before it. */
struct pdf_ends {
    size_t xref;                /* offset of its table */
    size_t objects;             /* their count, 0 with them */
    size_t root;                /* number of the catalogue */
    size_t info;                /* and of the information dictionary */
    struct text_view catalogue; /* between << and >> */
};

static struct text_view skip(struct text_view text, size_t size)
{
    return (struct text_view){ text.data + size, text.size - size };
}

/* What stands behind the last `word` in the text; data NULL if it is not
 * there. */
static struct text_view behind_last(struct text_view text, const char *word)
{
    const size_t size = strlen(word);
    struct text_view found = { NULL, 0 };

    for (size_t i = 0; i + size <= text.size; i++)
        if (memcmp(text.data + i, word, size) == 0)
            found = skip(text, i + size);
    return found;
}

static bool take(struct text_view *text, const char *word)
{
    const size_t size = strlen(word);

    if (!text->data || text->size < size || memcmp(text->data, word, size) != 0)
        return false;
    *text = skip(*text, size);
    return true;
}

/* A number without leading zeros unless `digits` says how many there are. */
static bool take_number(struct text_view *text, size_t digits, size_t *number)
{
    size_t value = 0, i = 0;

    if (!text->data)
        return false;
    for (; i < text->size && text->data[i] >= '0' && text->data[i] <= '9';
         i++) {
        if (value > FILE_SIZE_MAX)
            return false;
        value = value * 10 + (size_t)(text->data[i] - '0');
    }
    if (i == 0 || (digits > 0 && i != digits))
        return false;
    *text = skip(*text, i);
    *number = value;
    return true;
}

static struct text_view tail_of(struct text_view pdf)
{
    return pdf.size > TAIL_SIZE ? skip(pdf, pdf.size - TAIL_SIZE) : pdf;
}

static bool read_trailer(struct text_view pdf, struct pdf_ends *ends)
{
    const struct text_view trailer = behind_last(tail_of(pdf), "trailer\n");
    struct text_view size = behind_last(trailer, "/Size ");
    struct text_view root = behind_last(trailer, "/Root ");
    struct text_view info = behind_last(trailer, "/Info ");
    struct text_view xref = behind_last(trailer, "startxref\n");

    return trailer.data && take_number(&size, 0, &ends->objects) &&
           take_number(&root, 0, &ends->root) && take(&root, " 0 R") &&
           take_number(&info, 0, &ends->info) && take(&info, " 0 R") &&
           take_number(&xref, 0, &ends->xref) &&
           text_view_is(xref, "\n%%EOF\n");
}

/* The catalogue by its row in the table. */
static bool read_catalogue(struct text_view pdf, struct pdf_ends *ends)
{
    struct text_view table, object;
    size_t first, count, offset, number;
    const char *end;

    if (ends->xref >= pdf.size || ends->root >= ends->objects)
        return false;
    table = skip(pdf, ends->xref);
    if (!take(&table, "xref\n") || !take_number(&table, 0, &first) ||
        !take(&table, " ") || !take_number(&table, 0, &count) ||
        !take(&table, "\n") || first != 0 || count != ends->objects ||
        table.size / XREF_ROW_SIZE < count)
        return false;
    table = skip(table, ends->root * XREF_ROW_SIZE);
    if (!take_number(&table, 10, &offset) || offset >= pdf.size)
        return false;
    object = skip(pdf, offset);
    if (!take_number(&object, 0, &number) || number != ends->root ||
        !take(&object, " 0 obj\n<<"))
        return false;
    end = memmem(object.data, object.size, ">>\nendobj", 9);
    if (!end)
        return false;
    ends->catalogue =
        (struct text_view){ object.data, (size_t)(end - object.data) };
    return true;
}

/* --- the update ----------------------------------------------------------- */

static void put(struct byte_writer *out, const char *text)
{
    byte_writer_text(out, text_view_of(text));
}

static void put_number(struct byte_writer *out, size_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%zu", number);
    put(out, text);
}

static void put_row(struct byte_writer *out, size_t offset)
{
    char text[XREF_ROW_SIZE + 1];

    (void)snprintf(text, sizeof text, "%010u 00000 n \n",
                   (unsigned)(offset % 1000000000));
    put(out, text);
}

static void put_reference(struct byte_writer *out, const char *name,
                          size_t object)
{
    put(out, name);
    put_number(out, object);
    put(out, " 0 R");
}

/* The text; where it begins is told. */
static size_t put_stream(struct byte_writer *out, size_t object,
                         struct text_view text)
{
    size_t begin;

    put_number(out, object);
    put(out, " 0 obj\n<< /Type /EmbeddedFile /Subtype /text#2Fplain "
             "/Params << /Size ");
    put_number(out, text.size);
    put(out, " >> /Length ");
    put_number(out, text.size);
    put(out, " >>\nstream\n");
    begin = out->size;
    byte_writer_text(out, text);
    put(out, "\nendstream\nendobj\n");
    return begin;
}

static void put_specification(struct byte_writer *out, size_t object,
                              size_t stream)
{
    put_number(out, object);
    put(out, " 0 obj\n<< /Type /Filespec /F (" ATTACHMENT ") /UF (" ATTACHMENT
             ") /AFRelationship /Alternative ");
    put_reference(out, "/EF << /F ", stream);
    put(out, " >> >>\nendobj\n");
}

static void put_catalogue(struct byte_writer *out, const struct pdf_ends *ends,
                          size_t specification, const char *language)
{
    put_number(out, ends->root);
    put(out, " 0 obj\n<<");
    byte_writer_text(out, ends->catalogue);
    put(out, "/Lang (");
    put(out, language);
    put_reference(out, ")\n   /AF [", specification);
    put_reference(out,
                  "]\n   /Names << /EmbeddedFiles << /Names [(" ATTACHMENT ") ",
                  specification);
    put(out, "] >> >>\n>>\nendobj\n");
}

static void put_ends(struct byte_writer *out, const struct pdf_ends *ends,
                     const size_t offsets[3])
{
    const size_t xref = out->size;

    put(out, "xref\n");
    put_number(out, ends->root);
    put(out, " 1\n");
    put_row(out, offsets[2]);
    put_number(out, ends->objects);
    put(out, " 2\n");
    put_row(out, offsets[0]);
    put_row(out, offsets[1]);
    put(out, "trailer\n<< /Size ");
    put_number(out, ends->objects + 2);
    put_reference(out, " /Root ", ends->root);
    put_reference(out, " /Info ", ends->info);
    put(out, " /Prev ");
    put_number(out, ends->xref);
    put(out, " >>\nstartxref\n");
    put_number(out, xref);
    put(out, "\n");
}

static void put_comment(struct byte_writer *out, size_t pdf_size, size_t begin,
                        size_t size, const char *language)
{
    put(out, COMMENT);
    put_number(out, pdf_size);
    put(out, " ");
    put_number(out, begin);
    put(out, " ");
    put_number(out, size);
    put(out, " ");
    put(out, language);
    put(out, "\n");
}

static void put_update(struct byte_writer *out, const struct pdf_ends *ends,
                       struct text_view text, const char *language)
{
    const size_t pdf_size = out->size;
    size_t offsets[3], begin;

    offsets[0] = out->size;
    begin = put_stream(out, ends->objects, text);
    offsets[1] = out->size;
    put_specification(out, ends->objects + 1, ends->objects);
    offsets[2] = out->size;
    put_catalogue(out, ends, ends->objects + 1, language);
    put_comment(out, pdf_size, begin, text.size, language);
    put_ends(out, ends, offsets);
    put(out, "%%EOF\n");
}

static bool is_language(const char *language)
{
    const size_t size = strlen(language);

    return size > 0 && size <= LANGUAGE_SIZE_MAX &&
           strspn(language, "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == size;
}

enum result carried_text_add_to_pdf(struct text_view pdf, struct text_view text,
                                    const char *language, uint8_t **out,
                                    size_t *size)
{
    struct pdf_ends ends = { 0 };
    struct byte_writer writer;
    enum result result;

    if (!is_language(language))
        return RESULT_INVALID;
    if (!read_trailer(pdf, &ends) || !read_catalogue(pdf, &ends))
        return RESULT_MALFORMED;
    if (behind_last(ends.catalogue, "/Names").data ||
        behind_last(ends.catalogue, "/Lang").data)
        return RESULT_UNSUPPORTED;
    byte_writer_init(&writer, FILE_SIZE_MAX);
    byte_writer_text(&writer, pdf);
    put_update(&writer, &ends, text, language);
    result = byte_writer_take(&writer, out, size);
    byte_writer_release(&writer);
    return result == RESULT_OK ? RESULT_OK : RESULT_NO_MEMORY;
}

/* What the comment says. */
struct update {
    size_t pdf_size, begin, size;
    char language[LANGUAGE_SIZE_MAX + 1];
};

static bool read_comment(struct text_view comment, struct update *update)
{
    size_t size;

    if (!take_number(&comment, 0, &update->pdf_size) || !take(&comment, " ") ||
        !take_number(&comment, 0, &update->begin) || !take(&comment, " ") ||
        !take_number(&comment, 0, &update->size) || !take(&comment, " "))
        return false;
    for (size = 0; size < comment.size && comment.data[size] != '\n'; size++)
        if (size == LANGUAGE_SIZE_MAX)
            return false;
    memcpy(update->language, comment.data, size);
    update->language[size] = '\0';
    return true;
}

enum result carried_text_in_pdf(struct text_view pdf, struct text_view *out)
{
    const struct text_view comment =
        behind_last(pdf.size > 2 * (size_t)TAIL_SIZE
                        ? skip(pdf, pdf.size - 2 * (size_t)TAIL_SIZE)
                        : pdf,
                    COMMENT);
    struct update update;
    struct text_view text;
    uint8_t *again = NULL;
    size_t size = 0;
    bool is_same;
    enum result result;

    if (!comment.data)
        return RESULT_NOT_FOUND;
    if (!read_comment(comment, &update) || update.pdf_size > pdf.size ||
        update.begin > pdf.size || update.size > pdf.size - update.begin)
        return RESULT_CORRUPT;
    text = (struct text_view){ pdf.data + update.begin, update.size };
    result =
        carried_text_add_to_pdf((struct text_view){ pdf.data, update.pdf_size },
                                text, update.language, &again, &size);
    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? result : RESULT_CORRUPT;
    is_same = size == pdf.size && memcmp(again, pdf.data, size) == 0;
    free(again);
    if (!is_same)
        return RESULT_CORRUPT;
    *out = text;
    return RESULT_OK;
}

/* --- XML ------------------------------------------------------------------ */

#define XML_BEGIN                                                              \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                             \
    "<text xmlns=\"urn:chibo:canonical-text\" xml:space=\"preserve\">"
#define XML_END "</text>\n"

static const struct {
    const char *letter, *entity;
} entities[] = { { "&", "&amp;" }, { "<", "&lt;" }, { ">", "&gt;" } };
enum { ENTITIES = sizeof entities / sizeof entities[0] };

enum result carried_text_to_xml(struct text_view text, uint8_t **out,
                                size_t *size)
{
    struct byte_writer writer;
    enum result result;

    byte_writer_init(&writer, FILE_SIZE_MAX);
    put(&writer, XML_BEGIN);
    for (size_t i = 0; i < text.size; i++) {
        size_t entity = 0;

        while (entity < ENTITIES && text.data[i] != *entities[entity].letter)
            entity++;
        if (entity < ENTITIES)
            put(&writer, entities[entity].entity);
        else
            byte_writer_bytes(&writer, &text.data[i], 1);
    }
    put(&writer, XML_END);
    result = byte_writer_take(&writer, out, size);
    byte_writer_release(&writer);
    return result == RESULT_OK ? RESULT_OK : RESULT_NO_MEMORY;
}

static enum result put_unescaped(struct byte_writer *out, struct text_view xml)
{
    while (xml.size > 0 && xml.data[0] != '<') {
        size_t entity = 0;

        while (entity < ENTITIES && !take(&xml, entities[entity].entity))
            entity++;
        if (entity < ENTITIES) {
            put(out, entities[entity].letter);
            continue;
        }
        if (xml.data[0] == '&' || xml.data[0] == '>' || xml.data[0] == '\0')
            return RESULT_MALFORMED;
        byte_writer_bytes(out, xml.data, 1);
        xml = skip(xml, 1);
    }
    return text_view_is(xml, XML_END) ? RESULT_OK : RESULT_MALFORMED;
}

enum result carried_text_from_xml(struct text_view xml, char **out,
                                  size_t *size)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t written = 0;
    enum result result;

    if (!take(&xml, XML_BEGIN))
        return RESULT_MALFORMED;
    byte_writer_init(&writer, FILE_SIZE_MAX);
    result = put_unescaped(&writer, xml);
    byte_writer_u8(&writer, 0);
    if (result == RESULT_OK &&
        byte_writer_take(&writer, &bytes, &written) != RESULT_OK)
        result = RESULT_NO_MEMORY;
    byte_writer_release(&writer);
    if (result != RESULT_OK)
        return result;
    *out = (char *)bytes;
    *size = written - 1;
    return RESULT_OK;
}
