#include "tests/support/ruleset_file.h"

#include <stdio.h>
#include <stdlib.h>

const struct ruleset *ruleset_file(const char *name)
{
    static struct ruleset rules;
    static char text[RULESET_SIZE_MAX];
    char path[256];
    FILE *file;
    size_t size;
    int line = 0;

    (void)snprintf(path, sizeof path, "config/rules/%s", name);
    file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    if (ruleset_parse(text, size, &rules, &line) != RESULT_OK) {
        (void)fprintf(stderr, "%s:%d: not right\n", path, line);
        exit(EXIT_FAILURE);
    }
    return &rules;
}
