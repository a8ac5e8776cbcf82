#include "protocol/document/paper_docx.h"

#include "protocol/document/carried_text.h"
#include "protocol/record/record_zip_write.h"
#include "protocol/document/paper_docx_body.h"
#include "protocol/document/paper_measures.h"

#include <glib.h>

#include <stdlib.h>
#include <string.h>

enum { PART_SIZE_MAX = 128 * 1024 * 1024 };

#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define WORD_TYPE                                                              \
    "application/vnd.openxmlformats-officedocument.wordprocessingml."

/* --- parts that never change ---------------------------------------------- */

static const char content_types[] = DOCX_XML
    "<Types xmlns=\"" PACKAGE "content-types\">"
    "<Default Extension=\"rels\" ContentType=\"application/"
    "vnd.openxmlformats-package.relationships+xml\"/>"
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    "<Override PartName=\"/word/document.xml\" ContentType=\"" WORD_TYPE
    "document.main+xml\"/>"
    "<Override PartName=\"/word/styles.xml\" ContentType=\"" WORD_TYPE
    "styles+xml\"/>"
    "<Override PartName=\"/word/settings.xml\" ContentType=\"" WORD_TYPE
    "settings+xml\"/>"
    "<Override PartName=\"/word/numbering.xml\" ContentType=\"" WORD_TYPE
    "numbering+xml\"/>"
    "<Override PartName=\"/word/header1.xml\" ContentType=\"" WORD_TYPE
    "header+xml\"/>"
    "<Override PartName=\"/word/header2.xml\" ContentType=\"" WORD_TYPE
    "header+xml\"/>"
    "<Override PartName=\"/word/footer1.xml\" ContentType=\"" WORD_TYPE
    "footer+xml\"/>"
    "<Override PartName=\"/docProps/core.xml\" ContentType=\"application/"
    "vnd.openxmlformats-package.core-properties+xml\"/>"
    "<Override PartName=\"/docProps/app.xml\" ContentType=\"application/"
    "vnd.openxmlformats-officedocument.extended-properties+xml\"/>"
    "</Types>\n";

static const char package_rels[] = DOCX_XML
    "<Relationships xmlns=\"" PACKAGE "relationships\">"
    "<Relationship Id=\"rId1\" Type=\"" OFFICE
    "relationships/officeDocument\" Target=\"word/document.xml\"/>"
    "<Relationship Id=\"rId2\" Type=\"" PACKAGE
    "relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>"
    "<Relationship Id=\"rId3\" Type=\"" OFFICE
    "relationships/extended-properties\" Target=\"docProps/app.xml\"/>"
    "</Relationships>\n";

static const char document_rels[] =
    DOCX_XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
             "<Relationship Id=\"rId1\" Type=\"" OFFICE
             "relationships/header\" Target=\"header1.xml\"/>"
             "<Relationship Id=\"rId2\" Type=\"" OFFICE
             "relationships/header\" Target=\"header2.xml\"/>"
             "<Relationship Id=\"rId3\" Type=\"" OFFICE
             "relationships/footer\" Target=\"footer1.xml\"/>"
             "<Relationship Id=\"rId4\" Type=\"" OFFICE
             "relationships/styles\" Target=\"styles.xml\"/>"
             "<Relationship Id=\"rId5\" Type=\"" OFFICE
             "relationships/settings\" Target=\"settings.xml\"/>"
             "<Relationship Id=\"rId6\" Type=\"" OFFICE
             "relationships/numbering\" Target=\"numbering.xml\"/>"
             "<Relationship Id=\"rId7\" Type=\"" OFFICE
             "relationships/customXml\" Target=\"../customXml/item1.xml\"/>"
             "</Relationships>\n";

static const char app[] =
    DOCX_XML "<Properties xmlns=\"" OFFICE "extended-properties\">"
             "<Application>chibo</Application></Properties>\n";

/* Lines that a break ends are not stretched to both edges. */
static const char settings[] =
    DOCX_XML "<w:settings " DOCX_W "><w:defaultTabStop w:val=\"567\"/>"
             "<w:compat><w:doNotExpandShiftReturn/><w:compatSetting "
             "w:name=\"compatibilityMode\" "
             "w:uri=\"http://schemas.microsoft.com/office/word\" "
             "w:val=\"15\"/></w:compat></w:settings>\n";

static const char page_number[] = DOCX_XML
    "<w:hdr " DOCX_W "><w:p><w:pPr><w:pStyle w:val=\"Header\"/></w:pPr>"
    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
    "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
    "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
    "<w:r><w:t>2</w:t></w:r>"
    "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:hdr>\n";

static const char no_page_number[] =
    DOCX_XML "<w:hdr " DOCX_W "><w:p><w:pPr><w:pStyle w:val=\"Header\"/>"
             "</w:pPr></w:p></w:hdr>\n";

/* --- parts that are measured ---------------------------------------------- */

static void put_footer(struct byte_writer *out, const struct paper *paper)
{
    docx_put(out, DOCX_XML "<w:ftr " DOCX_W
                           "><w:p><w:pPr><w:pStyle w:val=\"Footer\"/></w:pPr>"
                           "<w:r><w:t xml:space=\"preserve\">");
    docx_put_text(out, paper->footer);
    docx_put(out, "</w:t></w:r></w:p></w:ftr>\n");
}

static void put_level(struct byte_writer *out, long level, const char *mark)
{
    docx_put(out, "<w:lvl w:ilvl=\"");
    docx_put_number(out, level);
    docx_put(out, "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/>"
                  "<w:lvlText w:val=\"");
    docx_put(out, mark);
    docx_put(out, "\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"");
    docx_put_twips(out, PAPER_INDENT + (double)(level + 1) * PAPER_HANGING);
    docx_put(out, "\" w:hanging=\"");
    docx_put_twips(out, PAPER_HANGING);
    docx_put(out, "\"/></w:pPr></w:lvl>");
}

static void put_numbering(struct byte_writer *out)
{
    docx_put(out, DOCX_XML "<w:numbering " DOCX_W
                           "><w:abstractNum w:abstractNumId=\"0\">"
                           "<w:multiLevelType w:val=\"multilevel\"/>");
    put_level(out, 0, "-");
    put_level(out, 1, "+");
    docx_put(out, "</w:abstractNum><w:num w:numId=\"1\">"
                  "<w:abstractNumId w:val=\"0\"/></w:num></w:numbering>\n");
}

/* A paragraph style; what it adds to Normal. */
struct style {
    const char *id, *name;
    const char *paragraph; /* more of w:pPr behind w:spacing */
    double gap;            /* above */
    double size_pt;        /* 0: of Normal */
    int outline;           /* 1, 2: a heading; else 0 */
    bool is_indented, is_bold, stays_with_next;
};

static const struct style styles[] = {
    { .id = "BodyText",
      .name = "Body Text",
      .gap = PAPER_GAP,
      .is_indented = true,
      .paragraph = "<w:jc w:val=\"both\"/>" },
    { .id = "Title",
      .name = "Title",
      .gap = PAPER_BLOCK_GAP,
      .is_bold = true,
      .stays_with_next = true,
      .size_pt = PAPER_TITLE_PT,
      .paragraph = "<w:jc w:val=\"center\"/>" },
    { .id = "Subtitle",
      .name = "Subtitle",
      .is_bold = true,
      .stays_with_next = true,
      .paragraph = "<w:jc w:val=\"center\"/>" },
    { .id = "Heading1",
      .name = "heading 1",
      .gap = PAPER_GAP,
      .is_indented = true,
      .is_bold = true,
      .stays_with_next = true,
      .outline = 1 },
    { .id = "Heading2",
      .name = "heading 2",
      .gap = PAPER_GAP,
      .is_indented = true,
      .is_bold = true,
      .stays_with_next = true,
      .outline = 2 },
    { .id = "ListParagraph",
      .name = "List Paragraph",
      .gap = PAPER_ITEM_GAP,
      .paragraph = "<w:jc w:val=\"both\"/>" },
    { .id = "PaperCentred",
      .name = "Paper Centred",
      .gap = PAPER_GAP,
      .paragraph = "<w:jc w:val=\"center\"/>" },
    { .id = "TableHeading", .name = "Table Heading", .is_bold = true },
    { .id = "Header",
      .name = "header",
      .paragraph = "<w:jc w:val=\"center\"/>" },
    { .id = "Footer",
      .name = "footer",
      .size_pt = PAPER_FOOTER_PT,
      .paragraph = "<w:jc w:val=\"center\"/>" },
};

static void put_style(struct byte_writer *out, const struct style *style)
{
    docx_put(out, "<w:style w:type=\"paragraph\" w:styleId=\"");
    docx_put(out, style->id);
    docx_put(out, "\"><w:name w:val=\"");
    docx_put(out, style->name);
    docx_put(out, "\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>");
    if (style->stays_with_next)
        docx_put(out, "<w:keepNext/>");
    docx_put(out, "<w:spacing w:before=\"");
    docx_put_twips(out, style->gap);
    docx_put(out, "\"/>");
    if (style->is_indented) {
        docx_put(out, "<w:ind w:firstLine=\"");
        docx_put_twips(out, PAPER_INDENT);
        docx_put(out, "\"/>");
    }
    if (style->paragraph)
        docx_put(out, style->paragraph);
    if (style->outline > 0) {
        docx_put(out, "<w:outlineLvl w:val=\"");
        docx_put_number(out, style->outline - 1);
        docx_put(out, "\"/>");
    }
    docx_put(out, style->is_bold ? "</w:pPr><w:rPr><w:b/>" : "</w:pPr><w:rPr>");
    if (style->size_pt > 0) {
        docx_put(out, "<w:sz w:val=\"");
        docx_put_number(out, (long)(2 * style->size_pt));
        docx_put(out, "\"/>");
    }
    docx_put(out, "</w:rPr></w:style>\n");
}

/* A table style with so much room in its cells, beginning so far left of the
 * margin. */
static void put_table_style(struct byte_writer *out, const char *id,
                            const char *name, const char *borders, double sides,
                            double above, double outside)
{
    docx_put(out, "<w:style w:type=\"table\" w:styleId=\"");
    docx_put(out, id);
    docx_put(out, "\"><w:name w:val=\"");
    docx_put(out, name);
    docx_put(out, "\"/><w:tblPr>");
    if (outside > 0) {
        docx_put(out, "<w:tblInd w:w=\"-");
        docx_put_twips(out, outside);
        docx_put(out, "\" w:type=\"dxa\"/>");
    }
    docx_put(out, borders);
    docx_put(out, "<w:tblCellMar><w:top w:w=\"");
    docx_put_twips(out, above);
    docx_put(out, "\" w:type=\"dxa\"/><w:left w:w=\"");
    docx_put_twips(out, sides);
    docx_put(out, "\" w:type=\"dxa\"/><w:bottom w:w=\"");
    docx_put_twips(out, above);
    docx_put(out, "\" w:type=\"dxa\"/><w:right w:w=\"");
    docx_put_twips(out, sides);
    docx_put(out, "\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>\n");
}

#define BORDER(side, kind) "<w:" side " w:val=\"" kind "\" w:sz=\"4\"/>"
#define ALL_BORDERS                                                            \
    "<w:tblBorders>" BORDER("top", "single") BORDER("left", "single")          \
        BORDER("bottom", "single") BORDER("right", "single")                   \
            BORDER("insideH", "single")                                        \
                BORDER("insideV", "single") "</w:tblBorders>"
/* Between ballot papers, where they are cut. */
#define CUT_BORDERS                                                            \
    "<w:tblBorders>" BORDER("insideH", "dashed")                               \
        BORDER("insideV", "dashed") "</w:tblBorders>"

static void put_table_styles(struct byte_writer *out)
{
    put_table_style(out, "TableGrid", "Table Grid", ALL_BORDERS,
                    PAPER_CELL_PADDING, PAPER_CELL_PADDING_V, 0);
    put_table_style(out, "PaperPlain", "Paper Plain", "", 0, 0, 0);
    put_table_style(out, "PaperCut", "Paper Cut", CUT_BORDERS, PAPER_CUT_MARGIN,
                    0, PAPER_CUT_MARGIN_SMALL);
    put_table_style(out, "PaperCutSmall", "Paper Cut Small", CUT_BORDERS,
                    PAPER_CUT_MARGIN_SMALL, 0, PAPER_CUT_MARGIN_SMALL);
}

static void put_styles(struct byte_writer *out, const struct paper *paper)
{
    docx_put(
        out, DOCX_XML
        "<w:styles " DOCX_W "><w:docDefaults><w:rPrDefault><w:rPr>"
        "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
        "w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/>"
        "<w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/><w:lang w:val=\"");
    docx_put_text(out, paper->language);
    docx_put(out, "\" w:eastAsia=\"");
    docx_put_text(out, paper->language);
    docx_put(out, "\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
                  "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"380\" "
                  "w:lineRule=\"exact\"/></w:pPr></w:pPrDefault>"
                  "</w:docDefaults>\n<w:style w:type=\"paragraph\" "
                  "w:default=\"1\" w:styleId=\"Normal\"><w:name "
                  "w:val=\"Normal\"/><w:qFormat/></w:style>\n");
    for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++)
        put_style(out, &styles[i]);
    put_table_styles(out);
    docx_put(out, "</w:styles>\n");
}

static void put_core(struct byte_writer *out, const struct paper *paper,
                     int64_t created_ms)
{
    GDateTime *created = g_date_time_new_from_unix_utc(created_ms / 1000);
    char *date =
        created ? g_date_time_format(created, "%Y-%m-%dT%H:%M:%SZ") : NULL;
    const char *when = date ? date : "1970-01-01T00:00:00Z";

    docx_put(out,
             DOCX_XML "<cp:coreProperties xmlns:cp=\"" PACKAGE
                      "metadata/core-properties\" "
                      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
                      "xmlns:dcterms=\"http://purl.org/dc/terms/\" "
                      "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
                      "<dc:title>");
    docx_put_text(out, paper->title);
    docx_put(out, "</dc:title><dc:subject>");
    docx_put_text(out, paper->subject);
    docx_put(out, "</dc:subject><dc:creator>");
    docx_put_text(out, paper->author);
    docx_put(out, "</dc:creator><dc:language>");
    docx_put_text(out, paper->language);
    docx_put(out,
             "</dc:language><dcterms:created xsi:type=\"dcterms:W3CDTF\">");
    docx_put(out, when);
    docx_put(out, "</dcterms:created><dcterms:modified "
                  "xsi:type=\"dcterms:W3CDTF\">");
    docx_put(out, when);
    docx_put(out, "</dcterms:modified></cp:coreProperties>\n");
    g_free(date);
    if (created)
        g_date_time_unref(created);
}

/* --- the file ------------------------------------------------------------- */

static struct text_view written(const struct byte_writer *writer)
{
    return (struct text_view){ (const char *)writer->data, writer->size };
}

enum {
    PART_DOCUMENT,
    PART_STYLES,
    PART_NUMBERING,
    PART_FOOTER,
    PART_CORE,
    PARTS
};

static enum result write_zip(const struct byte_writer parts[PARTS],
                             struct text_view text, uint8_t **out, size_t *size)
{
    const struct record_zip_entry files[] = {
        { TEXT_LITERAL("[Content_Types].xml"), TEXT_LITERAL(content_types) },
        { TEXT_LITERAL("_rels/.rels"), TEXT_LITERAL(package_rels) },
        { TEXT_LITERAL(CARRIED_TEXT_PART), text },
        { TEXT_LITERAL("docProps/app.xml"), TEXT_LITERAL(app) },
        { TEXT_LITERAL("docProps/core.xml"), written(&parts[PART_CORE]) },
        { TEXT_LITERAL("word/_rels/document.xml.rels"),
          TEXT_LITERAL(document_rels) },
        { TEXT_LITERAL("word/document.xml"), written(&parts[PART_DOCUMENT]) },
        { TEXT_LITERAL("word/footer1.xml"), written(&parts[PART_FOOTER]) },
        { TEXT_LITERAL("word/header1.xml"), TEXT_LITERAL(page_number) },
        { TEXT_LITERAL("word/header2.xml"), TEXT_LITERAL(no_page_number) },
        { TEXT_LITERAL("word/numbering.xml"), written(&parts[PART_NUMBERING]) },
        { TEXT_LITERAL("word/settings.xml"), TEXT_LITERAL(settings) },
        { TEXT_LITERAL("word/styles.xml"), written(&parts[PART_STYLES]) },
    };
    char *bytes = NULL;
    const enum result result =
        record_zip_write(files, sizeof files / sizeof files[0], &bytes, size);

    if (result == RESULT_OK)
        *out = (uint8_t *)bytes;
    return result;
}

static enum result carried_part(const struct paper *paper, uint8_t **out,
                                size_t *size)
{
    char *text = NULL;
    size_t text_size = 0;
    enum result result = paper_canonical_text(paper, &text, &text_size);

    if (result == RESULT_OK)
        result = carried_text_to_xml((struct text_view){ text, text_size }, out,
                                     size);
    free(text);
    return result;
}

enum result paper_docx_write(const struct paper *paper, int64_t created_ms,
                             uint8_t **out, size_t *size)
{
    struct byte_writer parts[PARTS];
    uint8_t *text = NULL;
    size_t text_size = 0;
    enum result result;

    for (size_t i = 0; i < PARTS; i++)
        byte_writer_init(&parts[i], PART_SIZE_MAX);
    docx_put_document(&parts[PART_DOCUMENT], paper);
    put_styles(&parts[PART_STYLES], paper);
    put_numbering(&parts[PART_NUMBERING]);
    put_footer(&parts[PART_FOOTER], paper);
    put_core(&parts[PART_CORE], paper, created_ms);
    result = carried_part(paper, &text, &text_size);
    for (size_t i = 0; i < PARTS && result == RESULT_OK; i++)
        result = parts[i].result;
    if (result == RESULT_OK)
        result = write_zip(parts,
                           (struct text_view){ (const char *)text, text_size },
                           out, size);
    for (size_t i = 0; i < PARTS; i++)
        byte_writer_release(&parts[i]);
    free(text);
    return result;
}
