#include "server/control/record_documents.h"

#include "protocol/document/document_facts.h"
#include "protocol/document/paper_docx.h"
#include "server/document/paper_pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct drawing {
    struct record_files *files;
    const struct record_documents *ask;
    struct record_document_failure *failure;
};

/* --- Files ---------------------------------------------------------------- */

/* Takes the bytes. */
static enum result add_file(struct drawing *drawing, const char *name,
                            const char *ending, void *bytes, size_t size)
{
    char path[LIMIT_RECORD_PATH_SIZE];
    enum result result;

    (void)snprintf(path, sizeof path, RECORD_DOCUMENTS_FOLDER "%s.%s", name,
                   ending);
    result = record_files_add(drawing->files, path, RECORD_FILE_HIDEABLE, bytes,
                              size);
    free(bytes);
    return result;
}

/* Once, however many are drawn by it. */
static enum result add_template(struct drawing *drawing, const char *name)
{
    const struct text_view text =
        template_folder_find(drawing->ask->templates, name);
    char path[LIMIT_RECORD_PATH_SIZE];
    size_t i;

    (void)snprintf(path, sizeof path, RECORD_TEMPLATES_FOLDER "%s.mustache",
                   name);
    for (i = 0; i < drawing->files->count; i++)
        if (strcmp(drawing->files->rows[i].path, path) == 0)
            return RESULT_OK;
    return record_files_add(drawing->files, path, RECORD_FILE_PLAIN, text.data,
                            text.size);
}

/* --- One document --------------------------------------------------------- */

static enum result add_pdf(struct drawing *drawing, const char *name,
                           const struct paper *paper)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result result =
        paper_pdf_write(paper, drawing->ask->created_ms, &bytes, &size,
                        &drawing->failure->fault);

    return result == RESULT_OK ? add_file(drawing, name, "pdf", bytes, size)
                               : result;
}

static enum result add_docx(struct drawing *drawing, const char *name,
                            const struct paper *paper)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    const enum result result =
        paper_docx_write(paper, drawing->ask->created_ms, &bytes, &size);

    return result == RESULT_OK ? add_file(drawing, name, "docx", bytes, size)
                               : result;
}

static enum result add_csv(struct drawing *drawing,
                           const struct document *document)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    enum result result;

    if (!document->list)
        return RESULT_OK;
    result = document_csv(document, NULL, &bytes, &size);
    return result == RESULT_OK
               ? add_file(drawing, document->name, "csv", bytes, size)
               : result;
}

static enum result add_document(struct drawing *drawing,
                                const struct document *document)
{
    struct record_document_failure *failure = drawing->failure;
    struct paper *paper = NULL;
    enum result result;

    (void)snprintf(failure->name, sizeof failure->name, "%s", document->name);
    result = document_paper(
        template_folder_find(drawing->ask->templates, document->template),
        document->values, &paper, &failure->fault);
    if (result == RESULT_OK)
        result = add_template(drawing, document->template);
    if (result == RESULT_OK)
        result = paper_pdf_fit(paper, &failure->fault);
    if (result == RESULT_OK)
        result = add_pdf(drawing, document->name, paper);
    if (result == RESULT_OK)
        result = add_docx(drawing, document->name, paper);
    if (result == RESULT_OK)
        result = add_csv(drawing, document);
    paper_free(paper);
    return result;
}

/* --- All of them ---------------------------------------------------------- */

static enum result add_text(struct drawing *drawing)
{
    char *text = NULL;
    size_t size = 0;
    const enum result result = minutes_text_render(
        drawing->ask->source, MINUTES_VIETNAMESE, &text, &size);

    return result == RESULT_OK ? add_file(drawing, "minutes", "txt", text, size)
                               : result;
}

static enum result add_format(struct drawing *drawing)
{
    char text[32];
    const int size =
        snprintf(text, sizeof text, RECORD_FORMAT_TEXT, DOCUMENT_FORMAT);

    return record_files_add(drawing->files, RECORD_FORMAT_PATH,
                            RECORD_FILE_PLAIN, text, (size_t)size);
}

enum result record_documents_add(struct record_files *files,
                                 const struct record_documents *ask,
                                 struct record_document_failure *failure)
{
    struct drawing drawing = { files, ask, failure };
    struct document_set set = { NULL, 0 };
    json_t *facts = NULL;
    enum result result;
    size_t i;

    *failure = (struct record_document_failure){ .name = "minutes" };
    result = add_text(&drawing);
    if (result == RESULT_OK)
        result = add_format(&drawing);
    if (result == RESULT_OK)
        result = document_facts_draw(ask->source, &facts);
    if (result == RESULT_OK)
        result = document_set_draw(facts, ask->minutes_json, &set);
    for (i = 0; i < set.count && result == RESULT_OK; i++)
        result = add_document(&drawing, &set.rows[i]);
    document_set_release(&set);
    json_decref(facts);
    return result;
}
