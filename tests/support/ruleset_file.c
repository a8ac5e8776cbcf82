#include "tests/support/ruleset_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ruleset_notes notes;

const struct ruleset_notes *ruleset_file_notes(void) { return &notes; }

const struct ruleset *ruleset_file(const char *name)
{
    static struct ruleset rules;
    static char text[RULESET_SIZE_MAX], path[256];
    char wanted[sizeof path];
    FILE *file;
    size_t size;
    struct ruleset_faults faults = { .count = 0 };

    (void)snprintf(wanted, sizeof wanted, "config/rules/%s", name);
    if (strcmp(wanted, path) == 0)
        return &rules; /* what the last call read */
    memcpy(path, wanted, sizeof path);
    file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    ruleset_notes_release(&notes);
    if (ruleset_read(text, size, &rules, &notes, &faults) != RESULT_OK) {
        (void)fprintf(stderr, "%s: not right\n", path);
        exit(EXIT_FAILURE);
    }
    return &rules;
}
