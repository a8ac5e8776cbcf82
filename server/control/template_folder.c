#include "server/control/template_folder.h"

#include "server/platform/private_file.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum result read_one(const char *directory, const char *name,
                            struct text_view *out)
{
    char *text = malloc(LIMIT_TEMPLATE_SIZE);
    char *path = NULL;
    size_t size = 0;
    enum result result = RESULT_NO_MEMORY;

    if (text && asprintf(&path, "%s/%s.mustache", directory, name) < 0)
        path = NULL;
    if (path)
        result = private_file_read(path, text, LIMIT_TEMPLATE_SIZE, &size);
    free(path);
    if (result == RESULT_OK)
        *out = (struct text_view){ text, size };
    else
        free(text);
    return result;
}

enum result template_folder_read(const char *directory,
                                 struct template_folder *out, const char **name)
{
    enum result result = RESULT_OK;
    size_t i;

    *out = (struct template_folder){ .texts = { { NULL, 0 } } };
    for (i = 0; document_templates[i] && result == RESULT_OK; i++) {
        assert(i < TEMPLATE_FOLDER_MAX);
        *name = document_templates[i];
        result = read_one(directory, *name, &out->texts[i]);
    }
    return result;
}

void template_folder_release(struct template_folder *folder)
{
    size_t i;

    for (i = 0; i < TEMPLATE_FOLDER_MAX; i++)
        free((char *)(uintptr_t)folder->texts[i].data);
    *folder = (struct template_folder){ .texts = { { NULL, 0 } } };
}

struct text_view template_folder_find(const struct template_folder *folder,
                                      const char *name)
{
    size_t i = 0;

    while (document_templates[i] && strcmp(document_templates[i], name) != 0)
        i++;
    assert(document_templates[i]);
    return folder->texts[i];
}
