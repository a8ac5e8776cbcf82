#include "server/control/ruleset_folder.h"

#include "server/control/ruleset_words.h"
#include "server/platform/log.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ruleset_report(const char *where, enum result result,
                    const struct ruleset_faults *faults)
{
    size_t i;

    if (faults->count == 0)
        log_error("rules: %s: %s", where,
                  result == RESULT_EXISTS
                      ? "another file has a ruleset of this name"
                      : result_text(result));
    for (i = 0; i < faults->count; i++) {
        char reason[RULESET_WORDS_SIZE];

        ruleset_words(&faults->faults[i], reason);
        log_error("rules: %s:%d: %s", where, faults->faults[i].line, reason);
    }
}

/* A byte more than the limit, so that a longer file is told to be. */
static enum result read_text(const char *path, char *text, size_t *size)
{
    FILE *file = fopen(path, "rb");
    bool is_read;

    if (file) {
        *size = fread(text, 1, RULESET_SIZE_MAX + 1, file);
        is_read = ferror(file) == 0;
        (void)fclose(file); /* only read */
        if (is_read)
            return RESULT_OK;
    }
    log_error("rules: %s: %s", path, strerror(errno));
    return RESULT_IO;
}

static enum result add_file(const char *folder, const char *name,
                            struct ruleset_shelf *shelf)
{
    char path[4096];
    char *text = malloc(RULESET_SIZE_MAX + 1);
    size_t size = 0;
    struct ruleset_faults faults = { .count = 0 };
    enum result result;

    if (!text)
        return RESULT_NO_MEMORY;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    result = read_text(path, text, &size);
    if (result == RESULT_OK) {
        result = ruleset_shelf_add(shelf, text, size, &faults);
        if (result != RESULT_OK)
            ruleset_report(path, result, &faults);
    }
    free(text);
    return result;
}

static int is_ruleset(const struct dirent *entry)
{
    const size_t size = strlen(entry->d_name);

    return entry->d_name[0] != '.' && size > 5 &&
           strcmp(entry->d_name + size - 5, ".conf") == 0;
}

enum result ruleset_folder_read(const char *path, struct ruleset_shelf *shelf)
{
    struct dirent **entries = NULL;
    const int count = scandir(path, &entries, is_ruleset, alphasort);
    enum result result = RESULT_OK;
    int i;

    if (count < 0) {
        log_error("rules: %s: %s", path, strerror(errno));
        return RESULT_IO;
    }
    for (i = 0; i < count; i++) {
        const enum result added = add_file(path, entries[i]->d_name, shelf);

        if (result == RESULT_OK)
            result = added;
        free(entries[i]);
    }
    free(entries);
    if (count == 0) {
        log_error("rules: %s: there is no ruleset, a file *.conf", path);
        return RESULT_NOT_FOUND;
    }
    return result;
}
