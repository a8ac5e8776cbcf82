#include "tests/support/ruleset_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ruleset rules;
static struct ruleset_notes notes;
static char text[RULESET_SIZE_MAX], path[256];
static size_t size;

const struct ruleset_notes *ruleset_file_notes(void) { return &notes; }

static void read_text(void)
{
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    size = fread(text, 1, sizeof text, file);
    (void)fclose(file);
}

static void read_rules(void)
{
    struct ruleset_faults faults = { .count = 0 };

    ruleset_notes_release(&notes);
    if (ruleset_read(text, size, &rules, &notes, &faults) != RESULT_OK) {
        (void)fprintf(stderr, "%s: not right\n", path);
        exit(EXIT_FAILURE);
    }
}

const struct ruleset *ruleset_file(const char *name)
{
    char wanted[sizeof path];

    (void)snprintf(wanted, sizeof wanted, "config/rules/%s", name);
    if (strcmp(wanted, path) == 0)
        return &rules; /* what the last call read */
    memcpy(path, wanted, sizeof path);
    read_text();
    read_rules();
    return &rules;
}

struct text_view ruleset_file_text(const char *name)
{
    (void)ruleset_file(name);
    return (struct text_view){ text, size };
}

static void replace_all(const char *from, const char *to)
{
    const size_t from_size = strlen(from), to_size = strlen(to);
    size_t at, count = 0;

    for (at = 0; at + from_size <= size; at++) {
        if (memcmp(text + at, from, from_size) != 0)
            continue;
        if (size - from_size + to_size > sizeof text)
            break;
        memmove(text + at + to_size, text + at + from_size,
                size - at - from_size);
        memcpy(text + at, to, to_size);
        size = size - from_size + to_size;
        at += to_size - 1;
        count++;
    }
    if (count == 0) {
        (void)fprintf(stderr, "%s: no %s in it\n", path, from);
        exit(EXIT_FAILURE);
    }
}

const struct ruleset *ruleset_file_with(const char *name, const char *from,
                                        const char *to)
{
    (void)snprintf(path, sizeof path, "config/rules/%s", name);
    read_text();
    replace_all(from, to);
    read_rules();
    path[0] = '\0'; /* the next call reads the file as it stands */
    return &rules;
}
