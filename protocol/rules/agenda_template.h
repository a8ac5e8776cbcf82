/*
 * A template of an agenda (libconfig syntax, see config/templates/agenda): what
 * a meeting of a kind usually deals with. Only who calls a meeting reads it; no
 * rule depends on it. Pure; any thread.
 */
#ifndef PROTOCOL_RULES_AGENDA_TEMPLATE_H
#define PROTOCOL_RULES_AGENDA_TEMPLATE_H

#include "protocol/base/limits.h"
#include "protocol/base/result.h"
#include "protocol/meeting/vocabulary.h"

#include <stdbool.h>
#include <stddef.h>

/* Who presents an item, by the duty in the meeting. */
#define TEMPLATE_PRESENTER_LIST(X)                                             \
    X(TEMPLATE_BY_CHAIR, "chair")                                              \
    X(TEMPLATE_BY_DEPUTY, "deputy")                                            \
    X(TEMPLATE_BY_MINUTE_TAKER, "minute_taker")
VOCABULARY_ENUM(template_presenter, TEMPLATE_PRESENTER_LIST)

enum { AGENDA_TEMPLATE_SIZE_MAX = 64 * 1024 };
enum { AGENDA_TEMPLATE_TEXT_SIZE = 4 * LIMIT_TITLE_LENGTH + 1 };

struct agenda_template_item {
    char title[AGENDA_TEMPLATE_TEXT_SIZE]; /* NFC */
    uint64_t minutes;                      /* 0: as long as it takes */
    enum template_presenter presenter;     /* none: nobody in particular */
    enum item_kind kind;                   /* none: business */
};
struct agenda_template {
    enum meeting_kind kind;
    char title[AGENDA_TEMPLATE_TEXT_SIZE];
    struct agenda_template_item *items; /* owned */
    size_t item_count;
};

/*
 * Reads a template, ended by agenda_template_release(). RESULT_MALFORMED or
 * RESULT_TOO_LARGE with the line of the fault in `*error_line` (0: of no single
 * line), or RESULT_NO_MEMORY; `*out` is untouched then.
 */
MUST_USE enum result agenda_template_read(const char *text, size_t size,
                                          struct agenda_template *out,
                                          int *error_line);
void agenda_template_release(struct agenda_template *agenda);

/* Is it the name of a template, "regular", rather than that of a file? */
bool agenda_template_is_name(const char *name);

enum { AGENDA_TEMPLATE_NAMES_SIZE = 512 };
/*
 * Adds what a folder has under this file's name, "regular.conf", to a text as
 * it is shown: "congress, regular". What is no template's file is passed over,
 * and what there is no room for.
 */
void agenda_template_add_name(char names[AGENDA_TEMPLATE_NAMES_SIZE],
                              const char *file);

#endif
