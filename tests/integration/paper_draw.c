/*
 * paper_draw TEMPLATE VALUES MILLISECONDS PDF TEXT: draws a template over a
 * file of values as PDF, and its canonical text; for tests in other languages.
 * What is wrong is told as "LINE: words: detail", exit 1.
 */
#include "protocol/base/limits.h"
#include "protocol/document/carried_text.h"
#include "protocol/document/mustache.h"
#include "protocol/document/paper.h"
#include "protocol/document/paper_docx.h"
#include "server/document/paper_pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tell(const struct document_fault *fault)
{
    (void)fprintf(stderr, "%d: %s: %s\n", fault->line,
                  document_fault_words(fault->kind), fault->detail);
    return 1;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(LIMIT_TEMPLATE_SIZE + 2, 1);
    size_t size = 0;

    if (file && text)
        size = fread(text, 1, LIMIT_TEMPLATE_SIZE + 1, file);
    if (!file || !text || size > LIMIT_TEMPLATE_SIZE) {
        (void)fprintf(stderr, "cannot read %s\n", path);
        exit(2);
    }
    (void)fclose(file);
    return text;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        (void)fprintf(stderr, "cannot write %s\n", path);
        exit(2);
    }
}

/* The marked-up text; NULL after a fault was told. */
static char *draw(const char *template_path, const char *values_path,
                  size_t *size)
{
    char *template_text = read_file(template_path);
    char *values_text = read_file(values_path);
    json_error_t error;
    json_t *values = json_loads(values_text, JSON_REJECT_DUPLICATES, &error);
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct mustache *template = NULL;
    char *text = NULL;

    if (!values) {
        (void)fprintf(stderr, "%s:%d: %s\n", values_path, error.line,
                      error.text);
        exit(2);
    }
    if (mustache_parse(text_view_of(template_text), &template, &fault) !=
            RESULT_OK ||
        mustache_draw(template, values, LIMIT_DOCUMENT_SIZE, &text, size,
                      &fault) != RESULT_OK)
        (void)tell(&fault);
    mustache_free(template);
    json_decref(values);
    free(values_text);
    free(template_text);
    return text;
}

static int write_papers(struct paper *paper, char **arguments)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    const int64_t created_ms = strtoll(arguments[0], NULL, 10);
    struct text_view carried = { NULL, 0 };
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (paper_pdf_fit(paper, &fault) != RESULT_OK ||
        paper_pdf_write(paper, created_ms, &bytes, &size, &fault) != RESULT_OK)
        return tell(&fault);
    write_file(arguments[1], bytes, size);
    if (carried_text_in_pdf((struct text_view){ (char *)bytes, size },
                            &carried) != RESULT_OK)
        return 2;
    write_file(arguments[3], carried.data, carried.size);
    free(bytes);
    if (paper_docx_write(paper, created_ms, &bytes, &size) != RESULT_OK)
        return 2;
    write_file(arguments[2], bytes, size);
    free(bytes);
    return 0;
}

int main(int argc, char **argv)
{
    struct document_fault fault = { .kind = DOCUMENT_FAULT_NONE };
    struct paper *paper = NULL;
    size_t size = 0;
    char *text;
    int code;

    if (argc != 7) {
        (void)fprintf(stderr, "paper_draw TEMPLATE VALUES MS PDF DOCX TEXT\n");
        return 2;
    }
    text = draw(argv[1], argv[2], &size);
    if (!text)
        return 1;
    if (paper_parse((struct text_view){ text, size }, &paper, &fault) !=
        RESULT_OK) {
        free(text);
        return tell(&fault);
    }
    code = write_papers(paper, &argv[3]);
    paper_free(paper);
    free(text);
    return code;
}
