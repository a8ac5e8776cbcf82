/*
 * docs/permissions.md: which command of a meeting is taken from whom in which
 * phase, as it was found by asking the rules.
 */
#ifndef TESTS_SUPPORT_PERMISSION_PAGE_H
#define TESTS_SUPPORT_PERMISSION_PAGE_H

#include "protocol/meeting/command.h"

#include <stdbool.h>

#include <stdio.h>

/* A column of the page. */
struct permission_column {
    char letter;
    const char *name; /* English, with the Vietnamese word */
};

enum { PERMISSION_COLUMNS_MAX = 12, PERMISSION_PHASES_MAX = 6 };

struct permission_page {
    const struct permission_column *columns;
    size_t column_count;
    const char *phases; /* a letter a phase */
    bool is_taken[COMMAND_OP_COUNT][PERMISSION_COLUMNS_MAX]
                 [PERMISSION_PHASES_MAX];
    /* Asked without what the command needs: the office was right and the phase,
     * what else the rule looks at was not tried. */
    bool is_by_office[COMMAND_OP_COUNT];
};

/* Of the register, which has no phases: a section behind the page. */
struct permission_section {
    const char *const *columns; /* column_count names */
    size_t column_count;
    bool is_listed[COMMAND_OP_COUNT]; /* a question of office at all */
    bool is_taken[COMMAND_OP_COUNT][PERMISSION_COLUMNS_MAX];
};
void permission_section_write(const struct permission_section *section,
                              FILE *out);
/* The kept page, to be ended with free(); asserts that it is there. */
char *permission_page_kept(void);

/* The whole page; asserts that it is written. */
void permission_page_write(const struct permission_page *page, FILE *out);

#endif
