#include "protocol/verify/verify_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEP = 1024 * 1024 };

/* Makes room for one step more; false if memory is lacking. */
static bool grow(struct verify_file_text *text, size_t *capacity)
{
    const size_t wanted = *capacity < STEP ? STEP : 2 * *capacity;
    char *data;

    if (*capacity - text->size >= STEP / 2)
        return true;
    data = realloc(text->data, wanted);
    if (!data)
        return false;
    text->data = data;
    *capacity = wanted;
    return true;
}

static enum result read_all(FILE *file, struct verify_file_text *text)
{
    size_t capacity = 0;

    do {
        if (!grow(text, &capacity))
            return RESULT_NO_MEMORY;
        text->size +=
            fread(&text->data[text->size], 1, capacity - text->size, file);
        if (text->size > VERIFY_FILE_SIZE_MAX)
            return RESULT_TOO_LARGE;
    } while (!feof(file) && !ferror(file));
    return ferror(file) ? RESULT_IO : RESULT_OK;
}

enum result verify_file_read(const char *path, struct verify_file_text *out)
{
    struct verify_file_text text = { NULL, 0 };
    FILE *file = fopen(path, "re");
    enum result result;

    if (!file)
        return errno == ENOENT ? RESULT_NOT_FOUND : RESULT_IO;
    result = read_all(file, &text);
    (void)fclose(file); /* nothing was written */
    if (result != RESULT_OK) {
        free(text.data);
        return result;
    }
    *out = text;
    return RESULT_OK;
}

void verify_file_release(struct verify_file_text *text)
{
    free(text->data);
    *text = (struct verify_file_text){ NULL, 0 };
}

struct text_view verify_file_view(const struct verify_file_text *text)
{
    return (struct text_view){ text->data, text->size };
}
