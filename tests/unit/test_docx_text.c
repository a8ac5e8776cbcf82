#include "protocol/document/docx_text.h"

#include "protocol/document/document_set.h"
#include "protocol/record/record_zip_read.h"
#include "protocol/record/record_zip_write.h"
#include "protocol/document/paper_docx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t CREATED_MS = INT64_C(1770257400000);

static const char sample[] =
    "@footer Mã kiểm tra: 1f\n[header]\n| Chi bộ | **ĐẢNG** |\n| | ---- |\n"
    "[/header]\n= BIÊN BẢN\n-----\n- một **hai**ba\n+ bốn & <năm>\n"
    "\\- sáu\\nbảy\n[table 1 1]\n! A | B |\n| + x | \"y\" |\n[/table]\n"
    "[signatures 1]\n| ~ |\n| Tên |\n[/signatures]\n";

static struct paper *parse(const char *text)
{
    struct document_fault fault;
    struct paper *paper = NULL;

    assert_int_equal(paper_parse(text_view_of(text), &paper, &fault),
                     RESULT_OK);
    return paper;
}

static struct text_view write_docx(const struct paper *paper, uint8_t **bytes)
{
    size_t size = 0;

    assert_int_equal(paper_docx_write(paper, CREATED_MS, bytes, &size),
                     RESULT_OK);
    return (struct text_view){ (char *)*bytes, size };
}

static void a_docx_shows_its_paper(void **state)
{
    struct paper *paper = parse(sample);
    uint8_t *bytes = NULL;

    (void)state;
    assert_int_equal(
        docx_text_check(write_docx(paper, &bytes), paper, CREATED_MS),
        RESULT_OK);
    free(bytes);
    paper_free(paper);
}

static void it_carries_its_canonical_text(void **state)
{
    struct paper *paper = parse(sample);
    char *carried = NULL, *canonical = NULL;
    size_t carried_size = 0, size = 0;
    uint8_t *bytes = NULL;

    (void)state;
    assert_int_equal(
        docx_text_carried(write_docx(paper, &bytes), &carried, &carried_size),
        RESULT_OK);
    assert_int_equal(paper_canonical_text(paper, &canonical, &size), RESULT_OK);
    assert_int_equal(carried_size, size);
    assert_string_equal(carried, canonical);
    free(carried);
    free(canonical);
    free(bytes);
    paper_free(paper);
}

/* Every template, ballot papers too, over the example. */
static void what_every_template_gives_is_shown(void **state)
{
    json_error_t error;
    json_t *facts =
        json_load_file("tests/vectors/documents/meeting.json", 0, &error);
    size_t i;

    (void)state;
    assert_non_null(facts);
    for (i = 0; document_templates[i]; i++) {
        static char text[LIMIT_TEMPLATE_SIZE];
        struct document_fault fault;
        struct paper *paper = NULL;
        uint8_t *bytes = NULL;
        char path[128];
        FILE *file;
        size_t size;

        (void)snprintf(path, sizeof path,
                       "config/templates/documents/%s.mustache",
                       document_templates[i]);
        file = fopen(path, "rb");
        assert_non_null(file);
        size = fread(text, 1, sizeof text, file);
        (void)fclose(file);
        assert_int_equal(document_paper((struct text_view){ text, size }, facts,
                                        &paper, &fault),
                         RESULT_OK);
        if (docx_text_check(write_docx(paper, &bytes), paper, CREATED_MS) !=
            RESULT_OK)
            fail_msg("%s", path);
        free(bytes);
        paper_free(paper);
    }
    json_decref(facts);
}

/* Ballot papers of which a page has `written`, compared with `told`. */
static enum result check_papers(unsigned told, unsigned written)
{
    struct paper *paper = parse("a\n[papers 4]\n^ PHIẾU\n[/papers]\nb\n");
    uint8_t *bytes = NULL;
    struct text_view docx;
    enum result result;

    paper->blocks[1].per_page = written;
    docx = write_docx(paper, &bytes);
    paper->blocks[1].per_page = told;
    result = docx_text_check(docx, paper, CREATED_MS);
    free(bytes);
    paper_free(paper);
    return result;
}

static void ballot_papers_are_as_often_as_the_paper_says_or_fewer(void **state)
{
    (void)state;
    assert_int_equal(check_papers(4, 4), RESULT_OK);
    assert_int_equal(check_papers(4, 2), RESULT_OK);
    assert_int_equal(check_papers(4, 0), RESULT_OK);
    assert_int_equal(check_papers(1, 1), RESULT_OK);
    assert_int_equal(check_papers(4, 6), RESULT_REFUSED);
    assert_int_equal(check_papers(1, 2), RESULT_REFUSED);
}

/* --- one thing changed ---------------------------------------------------- */

static char *replaced(struct text_view part, const char *from, const char *to)
{
    char *text = calloc(1, part.size + strlen(to) + 1);
    const char *at = memmem(part.data, part.size, from, strlen(from));
    size_t before;

    assert_non_null(text);
    assert_non_null(at);
    before = (size_t)(at - part.data);
    memcpy(text, part.data, before);
    memcpy(&text[before], to, strlen(to));
    memcpy(&text[before + strlen(to)], at + strlen(from),
           part.size - before - strlen(from));
    return text;
}

/* What is said of the sample with one part changed, and one more if `more`. */
static enum result check_changed(const char *name, const char *from,
                                 const char *to, const char *more)
{
    struct paper *paper = parse(sample);
    struct record_zip_entry entries[20];
    struct record_zip_failure failure;
    struct record_zip zip;
    uint8_t *bytes = NULL;
    char *text = NULL, *changed = NULL;
    size_t i, size = 0;
    enum result result;

    assert_int_equal(record_zip_open(write_docx(paper, &bytes), &zip, &failure),
                     RESULT_OK);
    assert_true(zip.count < 20);
    for (i = 0; i < zip.count; i++) {
        entries[i] = zip.entries[i];
        if (!text_view_is(entries[i].name, name))
            continue;
        text = replaced(entries[i].data, from, to);
        entries[i].data = text_view_of(text);
    }
    assert_non_null(text);
    if (more)
        entries[i++] =
            (struct record_zip_entry){ text_view_of(more), { "x", 1 } };
    assert_int_equal(record_zip_write(entries, i, &changed, &size), RESULT_OK);
    result =
        docx_text_check((struct text_view){ changed, size }, paper, CREATED_MS);
    record_zip_release(&zip);
    free(changed);
    free(text);
    free(bytes);
    paper_free(paper);
    return result;
}

static void a_letter_that_is_another_is_found(void **state)
{
    (void)state;
    assert_int_equal(check_changed("word/document.xml", "một", "mốt", NULL),
                     RESULT_REFUSED);
    assert_int_equal(check_changed("word/footer1.xml", "1f", "2f", NULL),
                     RESULT_REFUSED);
    assert_int_equal(check_changed("word/header1.xml", "PAGE", "DATE", NULL),
                     RESULT_REFUSED);
    assert_int_equal(check_changed("word/document.xml", "hai", "ha i", NULL),
                     RESULT_REFUSED);
}

/* Each leaves the words of the page, its foot and its head as they are. */
static void what_shows_them_otherwise_is_found(void **state)
{
    static const struct {
        const char *part, *from, *to;
    } tricks[] = {
        { "word/styles.xml", "<w:rPr></w:rPr>", "<w:rPr><w:vanish/></w:rPr>" },
        { "word/styles.xml", "w:val=\"28\"", "w:val=\"1\"" },
        { "word/numbering.xml", "w:val=\"-\"", "w:val=\"không\"" },
        { "_rels/.rels", "word/document.xml", "word/settings.xml" },
        { "word/_rels/document.xml.rels", "footer1.xml", "header2.xml" },
        { "[Content_Types].xml", "document.main+xml", "template.main+xml" },
        { "word/document.xml", "encoding=\"UTF-8\"", "encoding=\"UTF-7\"" },
        { "word/document.xml", "\"Title\"", "\"Footer\"" },
        { "word/document.xml", "<w:body>", "<w:body w:x=\">\">" },
        { "word/settings.xml", "<w:compat>", "<w:documentProtection/>" },
        { "docProps/core.xml", "2026", "2025" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof tricks / sizeof tricks[0]; i++)
        if (check_changed(tricks[i].part, tricks[i].from, tricks[i].to, NULL) !=
            RESULT_REFUSED)
            fail_msg("%s: %s", tricks[i].part, tricks[i].to);
}

static void a_part_more_is_found(void **state)
{
    (void)state;
    assert_int_equal(check_changed("word/document.xml", "một", "một",
                                   "word/media/image1.png"),
                     RESULT_REFUSED);
}

static void another_time_is_found(void **state)
{
    struct paper *paper = parse(sample);
    uint8_t *bytes = NULL;

    (void)state;
    assert_int_equal(
        docx_text_check(write_docx(paper, &bytes), paper, CREATED_MS + 1000),
        RESULT_REFUSED);
    free(bytes);
    paper_free(paper);
}

static void what_is_no_docx_is_refused(void **state)
{
    struct paper *paper = parse(sample);
    char *text = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(docx_text_check(TEXT_LITERAL("PK"), paper, CREATED_MS),
                     RESULT_MALFORMED);
    assert_int_equal(docx_text_carried(TEXT_LITERAL(""), &text, &size),
                     RESULT_MALFORMED);
    paper_free(paper);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_docx_shows_its_paper),
        cmocka_unit_test(it_carries_its_canonical_text),
        cmocka_unit_test(what_every_template_gives_is_shown),
        cmocka_unit_test(ballot_papers_are_as_often_as_the_paper_says_or_fewer),
        cmocka_unit_test(a_letter_that_is_another_is_found),
        cmocka_unit_test(what_shows_them_otherwise_is_found),
        cmocka_unit_test(a_part_more_is_found),
        cmocka_unit_test(another_time_is_found),
        cmocka_unit_test(what_is_no_docx_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
