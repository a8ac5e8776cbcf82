#include "protocol/document/carried_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const text = "Biên bản <1> & \"2\"\n>>\nendobj\n";

/* A file of one empty page, as Cairo lays it out. */
static char *small_pdf(const char *catalogue)
{
    char *pdf = calloc(2000, 1);
    size_t at[4], size = 0, xref;

    assert_non_null(pdf);
    size += (size_t)snprintf(pdf, 2000, "%%PDF-1.5\n");
    at[1] = size;
    size += (size_t)snprintf(pdf + size, 2000 - size,
                             "1 0 obj\n<< /Type /Pages /Count 0 >>\nendobj\n");
    at[2] = size;
    size += (size_t)snprintf(pdf + size, 2000 - size,
                             "2 0 obj\n<< /Creator (x) >>\nendobj\n");
    at[3] = size;
    size += (size_t)snprintf(pdf + size, 2000 - size,
                             "3 0 obj\n<< /Type /Catalog%s\n   /Pages 1 0 R\n"
                             ">>\nendobj\n",
                             catalogue);
    xref = size;
    size += (size_t)snprintf(pdf + size, 2000 - size,
                             "xref\n0 4\n0000000000 65535 f \n"
                             "%010zu 00000 n \n%010zu 00000 n \n"
                             "%010zu 00000 n \n",
                             at[1], at[2], at[3]);
    (void)snprintf(pdf + size, 2000 - size,
                   "trailer\n<< /Size 4\n   /Root 3 0 R\n   /Info 2 0 R\n>>\n"
                   "startxref\n%zu\n%%%%EOF\n",
                   xref);
    return pdf;
}

static struct text_view with_text(uint8_t **bytes)
{
    char *pdf = small_pdf("");
    size_t size = 0;

    assert_int_equal(carried_text_add_to_pdf(text_view_of(pdf),
                                             text_view_of(text), "vi-VN", bytes,
                                             &size),
                     RESULT_OK);
    assert_memory_equal(*bytes, pdf, strlen(pdf));
    free(pdf);
    return (struct text_view){ (char *)*bytes, size };
}

static void a_text_comes_out_of_a_pdf_as_it_went_in(void **state)
{
    uint8_t *bytes = NULL;
    const struct text_view pdf = with_text(&bytes);
    struct text_view carried = { NULL, 0 };

    (void)state;
    assert_int_equal(carried_text_in_pdf(pdf, &carried), RESULT_OK);
    assert_true(text_view_is(carried, text));
    assert_non_null(memmem(pdf.data, pdf.size, "/Lang (vi-VN)", 13));
    free(bytes);
}

static void any_other_byte_of_the_update_is_seen(void **state)
{
    uint8_t *bytes = NULL;
    const struct text_view pdf = with_text(&bytes);
    char *before = small_pdf("");
    struct text_view carried = { NULL, 0 };
    size_t i;

    (void)state;
    for (i = strlen(before); i < pdf.size; i++) {
        bytes[i] ^= 1;
        if (carried_text_in_pdf(pdf, &carried) == RESULT_OK) {
            /* Only the text itself may be another: that is compared. */
            assert_false(text_view_is(carried, text));
            assert_int_equal(carried.size, strlen(text));
            carried = (struct text_view){ NULL, 0 };
        }
        bytes[i] ^= 1;
    }
    for (i = 0; i < pdf.size; i++)
        assert_int_not_equal(
            carried_text_in_pdf((struct text_view){ pdf.data, i }, &carried),
            RESULT_OK);
    free(before);
    free(bytes);
}

static void a_pdf_without_a_text_carries_none(void **state)
{
    char *pdf = small_pdf("");
    struct text_view carried = { NULL, 0 };

    (void)state;
    assert_int_equal(carried_text_in_pdf(text_view_of(pdf), &carried),
                     RESULT_NOT_FOUND);
    assert_int_equal(carried_text_in_pdf(text_view_of(""), &carried),
                     RESULT_NOT_FOUND);
    free(pdf);
}

static enum result add(const char *pdf, const char *language)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result result = carried_text_add_to_pdf(
        text_view_of(pdf), text_view_of(text), language, &bytes, &size);

    free(bytes);
    return result;
}

static void what_is_no_such_pdf_is_refused(void **state)
{
    char *names = small_pdf(" /Names 1 0 R");
    char *language = small_pdf(" /Lang (vi)");
    char *good = small_pdf("");

    (void)state;
    assert_int_equal(add("", "vi"), RESULT_MALFORMED);
    assert_int_equal(add("trailer\n<< /Size 4 /Root 9 0 R /Info 2 0 R >>\n"
                         "startxref\n0\n%%EOF\n",
                         "vi"),
                     RESULT_MALFORMED);
    assert_int_equal(add(names, "vi"), RESULT_UNSUPPORTED);
    assert_int_equal(add(language, "vi"), RESULT_UNSUPPORTED);
    assert_int_equal(add(good, ""), RESULT_INVALID);
    assert_int_equal(add(good, "vi) /X ("), RESULT_INVALID);
    assert_int_equal(add(good, "vi"), RESULT_OK);
    free(names);
    free(language);
    free(good);
}

static void a_text_comes_out_of_xml_as_it_went_in(void **state)
{
    uint8_t *xml = NULL;
    char *carried = NULL;
    size_t xml_size = 0, size = 0, i;

    (void)state;
    assert_int_equal(carried_text_to_xml(text_view_of(text), &xml, &xml_size),
                     RESULT_OK);
    assert_null(memmem(xml, xml_size, "<1>", 3));
    assert_int_equal(
        carried_text_from_xml((struct text_view){ (char *)xml, xml_size },
                              &carried, &size),
        RESULT_OK);
    assert_string_equal(carried, text);
    assert_int_equal(size, strlen(text));
    free(carried);
    for (i = 0; i < xml_size; i++)
        assert_int_equal(
            carried_text_from_xml((struct text_view){ (char *)xml, i },
                                  &carried, &size),
            RESULT_MALFORMED);
    free(xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_comes_out_of_a_pdf_as_it_went_in),
        cmocka_unit_test(any_other_byte_of_the_update_is_seen),
        cmocka_unit_test(a_pdf_without_a_text_carries_none),
        cmocka_unit_test(what_is_no_such_pdf_is_refused),
        cmocka_unit_test(a_text_comes_out_of_xml_as_it_went_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
