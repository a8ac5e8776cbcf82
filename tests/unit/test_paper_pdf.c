#include "server/document/paper_pdf.h"

#include "protocol/base/byte_writer.h"
#include "protocol/document/carried_text.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const int64_t CREATED_MS = INT64_C(1770257400000);

static enum result write_pdf(const char *text, int64_t created_ms,
                             uint8_t **out, size_t *size,
                             struct document_fault *fault)
{
    struct paper *paper = NULL;
    enum result result;

    memset(fault, 0, sizeof *fault);
    assert_int_equal(paper_parse(text_view_of(text), &paper, fault), RESULT_OK);
    result = paper_pdf_write(paper, created_ms, out, size, fault);
    paper_free(paper);
    return result;
}

static struct text_view must_write(const char *text, uint8_t **bytes)
{
    struct document_fault fault;
    size_t size = 0;

    assert_int_equal(write_pdf(text, CREATED_MS, bytes, &size, &fault),
                     RESULT_OK);
    return (struct text_view){ (char *)*bytes, size };
}

static size_t page_count(struct text_view pdf)
{
    const char *word = "<< /Type /Page ";
    size_t count = 0;

    for (size_t i = 0; i + strlen(word) <= pdf.size; i++)
        if (memcmp(pdf.data + i, word, strlen(word)) == 0)
            count++;
    return count;
}

static void assert_pages(const char *text, size_t count)
{
    uint8_t *bytes = NULL;

    assert_int_equal(page_count(must_write(text, &bytes)), count);
    free(bytes);
}

static void the_same_paper_and_time_give_the_same_bytes(void **state)
{
    const char *text = "@title Biên bản\n= BIÊN BẢN\n[table 1 1]\n! a | b |\n"
                       "| **c** | __ế__ |\n[/table]\n";
    struct document_fault fault;
    uint8_t *once = NULL, *again = NULL, *later = NULL;
    const struct text_view pdf = must_write(text, &once);
    size_t size = 0;

    (void)state;
    assert_true(text_view_equal(pdf, must_write(text, &again)));
    assert_int_equal(write_pdf(text, CREATED_MS + 60000, &later, &size, &fault),
                     RESULT_OK);
    assert_false(
        text_view_equal(pdf, (struct text_view){ (char *)later, size }));
    free(once);
    free(again);
    free(later);
}

enum { WORKERS = 4 };
static const char *const page_of_workers =
    "= BIÊN BẢN\n- **Đảng viên** __Mẫu__ 01\n[table 1]\n! a |\n| ế |\n"
    "[/table]\n";

static void *on_worker(void *user)
{
    struct document_fault fault;
    struct paper *paper = NULL;
    struct text_view *pdf = user;
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (paper_parse(text_view_of(page_of_workers), &paper, &fault) ==
            RESULT_OK &&
        paper_pdf_write(paper, CREATED_MS, &bytes, &size, &fault) == RESULT_OK)
        *pdf = (struct text_view){ (char *)bytes, size };
    paper_free(paper);
    return NULL;
}

static void workers_draw_at_once_what_one_draws_alone(void **state)
{
    struct text_view drawn[WORKERS] = { { NULL, 0 } };
    pthread_t threads[WORKERS];
    uint8_t *alone = NULL;
    const struct text_view expected = must_write(page_of_workers, &alone);

    (void)state;
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, on_worker, &drawn[i]), 0);
    for (size_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < WORKERS; i++) {
        assert_true(text_view_equal(drawn[i], expected));
        free((void *)(uintptr_t)drawn[i].data);
    }
    free(alone);
}

static void it_carries_its_canonical_text(void **state)
{
    uint8_t *bytes = NULL;
    const struct text_view pdf = must_write("= BIÊN BẢN\n- **a**\n", &bytes);
    struct text_view carried = { NULL, 0 };

    (void)state;
    assert_int_equal(carried_text_in_pdf(pdf, &carried), RESULT_OK);
    assert_true(text_view_is(carried, "BIÊN BẢN\n- a\n"));
    free(bytes);
}

static void an_empty_paper_is_an_empty_page(void **state)
{
    (void)state;
    assert_pages("", 1);
}

static void a_page_break_begins_a_page_only_if_there_is_something(void **state)
{
    (void)state;
    assert_pages("[page]\na\n[page]\n[page]\nb\n", 2);
}

/* `count` times the piece between two others; free() ends it. */
static char *repeated(const char *before, const char *piece, size_t count,
                      const char *after)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t size = 0;

    byte_writer_init(&writer, 1024 * 1024);
    byte_writer_text(&writer, text_view_of(before));
    for (size_t i = 0; i < count; i++)
        byte_writer_text(&writer, text_view_of(piece));
    byte_writer_bytes(&writer, after, strlen(after) + 1);
    assert_int_equal(byte_writer_take(&writer, &bytes, &size), RESULT_OK);
    return (char *)bytes;
}

static void signatures_take_the_last_lines_with_them(void **state)
{
    /* 257 mm are 38 lines of 19 pt. */
    char *full = repeated("^ a", "\\na", 36, "\n");
    char *followed = repeated("^ a", "\\na", 36,
                              "\n[signatures 1]\n| THƯ KÝ |\n[/signatures]\n");

    (void)state;
    assert_pages(full, 1);
    assert_pages(followed, 2);
    free(full);
    free(followed);
}

static void a_row_that_is_longer_than_a_page_goes_on(void **state)
{
    char *row = repeated("[table 1 1]\n! x | y |\n| a | b", "\\nb", 100,
                         " |\n[/table]\n");

    (void)state;
    assert_pages(row, 3);
    free(row);
}

static void headings_that_fill_a_page_are_refused(void **state)
{
    char *row =
        repeated("a\n[table 1]\n! x", "\\nx", 100, " |\n| a |\n[/table]\n");
    struct document_fault fault;
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(write_pdf(row, CREATED_MS, &bytes, &size, &fault),
                     RESULT_TOO_LARGE);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_FIT);
    assert_int_equal(fault.line, 2);
    assert_null(bytes);
    free(row);
}

static void ballot_papers_are_one_page_and_have_to_fit(void **state)
{
    /* 58 mm between the margins: 8 lines of 14.9 pt, 4.7 pt apart. */
    char *much = repeated("a\n[papers 8]\n", "^ PHIẾU\n", 8, "[/papers]\n");
    char *more = repeated("a\n[papers 8]\n", "^ PHIẾU\n", 9, "[/papers]\n");
    struct document_fault fault;
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    assert_pages("[papers 4]\n^ PHIẾU\n[/papers]\n", 1);
    assert_pages("a\n[papers 3]\n^ PHIẾU\n[/papers]\nb\n", 3);
    assert_pages(much, 2);
    assert_int_equal(write_pdf(more, CREATED_MS, &bytes, &size, &fault),
                     RESULT_TOO_LARGE);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_FIT);
    free(much);
    free(more);
}

/* So many papers there are room for on a page, and so many pages of them. */
static void assert_fits(const char *text, unsigned per_page, size_t pages)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct paper *paper = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;

    assert_int_equal(paper_parse(text_view_of(text), &paper, &fault),
                     RESULT_OK);
    assert_int_equal(paper_pdf_fit(paper, &fault), RESULT_OK);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_NONE);
    assert_int_equal(paper->blocks[0].per_page, per_page);
    assert_int_equal(paper_pdf_write(paper, CREATED_MS, &bytes, &size, &fault),
                     RESULT_OK);
    assert_int_equal(page_count((struct text_view){ (char *)bytes, size }),
                     pages);
    free(bytes);
    paper_free(paper);
}

static void ballot_papers_that_are_too_long_are_fewer_on_a_page(void **state)
{
    char *fits = repeated("[papers 8]\n", "^ PHIẾU\n", 8, "[/papers]\n");
    char *more = repeated("[papers 8]\n", "^ PHIẾU\n", 9, "[/papers]\n");
    /* 273 mm between the margins of one alone: 31 lines of 19 pt, 6 apart. */
    char *alone = repeated("[papers 8]\n", "^ PHIẾU\n", 31, "[/papers]\n");
    char *wide = repeated("[papers 3]\n", "^ PHIẾU\n", 14, "[/papers]\n");

    (void)state;
    assert_fits(fits, 8, 1);
    assert_fits(more, 6, 1);
    assert_fits(alone, 1, 1);
    assert_fits(wide, 2, 1);
    free(fits);
    free(more);
    free(alone);
    free(wide);
}

static void a_ballot_paper_that_is_longer_than_a_page_goes_on(void **state)
{
    char *text = repeated("[papers 2]\n[table 1]\n! Họ và tên |\n",
                          "| Đảng viên Mẫu |\n", 60, "[/table]\n[/papers]\n");

    (void)state;
    /* Of 728 pt 30 rows of 23 pt below the heading. */
    assert_fits(text, 0, 2);
    free(text);
}

static void a_language_that_is_none_is_refused(void **state)
{
    struct document_fault fault;
    uint8_t *bytes = NULL;
    size_t size = 0;

    (void)state;
    assert_int_equal(
        write_pdf("@language vi) /X (\na\n", CREATED_MS, &bytes, &size, &fault),
        RESULT_MALFORMED);
    assert_int_equal(fault.kind, DOCUMENT_FAULT_ARGUMENT);
    assert_null(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_paper_and_time_give_the_same_bytes),
        cmocka_unit_test(workers_draw_at_once_what_one_draws_alone),
        cmocka_unit_test(it_carries_its_canonical_text),
        cmocka_unit_test(an_empty_paper_is_an_empty_page),
        cmocka_unit_test(a_page_break_begins_a_page_only_if_there_is_something),
        cmocka_unit_test(signatures_take_the_last_lines_with_them),
        cmocka_unit_test(a_row_that_is_longer_than_a_page_goes_on),
        cmocka_unit_test(headings_that_fill_a_page_are_refused),
        cmocka_unit_test(ballot_papers_are_one_page_and_have_to_fit),
        cmocka_unit_test(ballot_papers_that_are_too_long_are_fewer_on_a_page),
        cmocka_unit_test(a_ballot_paper_that_is_longer_than_a_page_goes_on),
        cmocka_unit_test(a_language_that_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
