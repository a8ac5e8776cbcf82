#include "protocol/document/paper_inline.h"

#include "protocol/base/byte_writer.h"
#include "protocol/base/limits.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct inliner {
    struct paper_text text; /* the runs so far */
    struct byte_writer run; /* the one being written */
    bool is_bold, is_italic;
    bool has_blank; /* one is due before the next letter */
    bool has_any;   /* a letter stands on this line */
    int line;
    size_t *runs_left;
    struct document_fault *fault;
};

static enum result fail(struct inliner *inliner, enum document_fault_kind kind,
                        struct text_view detail)
{
    return document_fault_set(inliner->fault, kind, inliner->line, detail);
}

/* What was written since the look changed becomes a run. */
static enum result end_run(struct inliner *inliner)
{
    struct paper_text *text = &inliner->text;
    const struct text_view written = { (const char *)inliner->run.data,
                                       inliner->run.size };
    struct paper_run *runs;
    char *normal = NULL;

    if (written.size == 0)
        return RESULT_OK;
    if (*inliner->runs_left == 0)
        return fail(inliner, DOCUMENT_FAULT_SIZE, text_view_of(NULL));
    runs = realloc(text->runs, (text->count + 1) * sizeof *runs);
    if (!runs)
        return fail(inliner, DOCUMENT_FAULT_MEMORY, text_view_of(NULL));
    text->runs = runs;
    /* A value may begin with a mark that belongs to the letter before it. */
    if (inliner->run.result != RESULT_OK ||
        text_to_nfc(written, &normal) != RESULT_OK)
        return fail(inliner, DOCUMENT_FAULT_MEMORY, text_view_of(NULL));
    byte_writer_reset(&inliner->run);
    runs[text->count++] =
        (struct paper_run){ normal, inliner->is_bold, inliner->is_italic };
    *inliner->runs_left -= 1;
    return RESULT_OK;
}

static void put_letter(struct inliner *inliner, char c)
{
    if (inliner->has_blank && inliner->has_any)
        byte_writer_bytes(&inliner->run, " ", 1);
    inliner->has_blank = false;
    inliner->has_any = true;
    byte_writer_bytes(&inliner->run, &c, 1);
}

static void end_line(struct inliner *inliner)
{
    byte_writer_bytes(&inliner->run, "\n", 1);
    inliner->has_blank = false;
    inliner->has_any = false;
}

static bool is_punctuation(char c)
{
    return c != '\0' && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c);
}

static enum result put_escape(struct inliner *inliner, char c)
{
    if (c == 'n')
        end_line(inliner);
    else if (c == '&')
        return RESULT_OK;
    else if (is_punctuation(c))
        put_letter(inliner, c);
    else
        return fail(
            inliner, DOCUMENT_FAULT_ESCAPE,
            (struct text_view){ &c, (uint8_t)c >= ' ' && (uint8_t)c < 0x7f });
    return RESULT_OK;
}

/* One letter, mark or escape; says how many bytes it is. */
static enum result put_next(struct inliner *inliner, const char *at,
                            size_t left, size_t *size)
{
    enum result result;

    *size = left > 1 ? 2 : 1;
    if (at[0] == '\\')
        return put_escape(inliner, left > 1 ? at[1] : '\0');
    if (left > 1 && (at[0] == '*' || at[0] == '_') && at[1] == at[0]) {
        result = end_run(inliner);
        if (at[0] == '*')
            inliner->is_bold = !inliner->is_bold;
        else
            inliner->is_italic = !inliner->is_italic;
        return result;
    }
    *size = 1;
    if (at[0] == ' ' || at[0] == '\t')
        inliner->has_blank = true;
    else
        put_letter(inliner, at[0]);
    return RESULT_OK;
}

/* Line feeds at the end would be lines with nothing on them. */
static void drop_last_lines(struct paper_text *text)
{
    while (text->count > 0) {
        char *last = text->runs[text->count - 1].text;
        size_t size = strlen(last);

        while (size > 0 && last[size - 1] == '\n')
            last[--size] = '\0';
        if (size > 0)
            return;
        free(last);
        text->count--;
    }
}

enum result paper_inline_parse(struct text_view text, int line,
                               size_t *runs_left, struct paper_text *out,
                               struct document_fault *fault)
{
    struct inliner inliner = { .line = line,
                               .runs_left = runs_left,
                               .fault = fault };
    enum result result = RESULT_OK;
    size_t i = 0;

    byte_writer_init(&inliner.run, LIMIT_DOCUMENT_SIZE);
    while (i < text.size && result == RESULT_OK) {
        size_t size = 1;

        result = put_next(&inliner, &text.data[i], text.size - i, &size);
        i += size;
    }
    if (result == RESULT_OK)
        result = end_run(&inliner);
    if (result == RESULT_OK && (inliner.is_bold || inliner.is_italic))
        result = fail(&inliner, DOCUMENT_FAULT_STYLE_OPEN, text);
    byte_writer_release(&inliner.run);
    if (result != RESULT_OK) {
        paper_text_release(&inliner.text);
        return result;
    }
    drop_last_lines(&inliner.text);
    *out = inliner.text;
    return RESULT_OK;
}

void paper_text_release(struct paper_text *text)
{
    for (size_t i = 0; i < text->count; i++)
        free(text->runs[i].text);
    free(text->runs);
    *text = (struct paper_text){ NULL, 0 };
}

char *paper_text_plain(const struct paper_text *text)
{
    struct byte_writer writer;
    uint8_t *bytes = NULL;
    size_t size;

    byte_writer_init(&writer, LIMIT_DOCUMENT_SIZE);
    for (size_t i = 0; i < text->count; i++)
        byte_writer_text(&writer, text_view_of(text->runs[i].text));
    byte_writer_u8(&writer, 0);
    if (byte_writer_take(&writer, &bytes, &size) != RESULT_OK)
        bytes = NULL;
    byte_writer_release(&writer);
    for (size_t i = 0; bytes && bytes[i]; i++)
        if (bytes[i] == '\n')
            bytes[i] = ' ';
    return (char *)bytes;
}

size_t paper_inline_bar(struct text_view text)
{
    size_t i = 0;

    while (i < text.size && text.data[i] != '|')
        i += text.data[i] == '\\' ? 2 : 1;
    return i < text.size ? i : text.size;
}
