/*
 * What is wrong with a template or with the text that it gives, so that
 * somebody can mend it: where, what, and which word. Pure; any thread.
 */
#ifndef PROTOCOL_DOCUMENT_DOCUMENT_FAULT_H
#define PROTOCOL_DOCUMENT_DOCUMENT_FAULT_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"

/* X(identifier, words); the detail is what stands there. */
#define DOCUMENT_FAULT_LIST(X)                                                 \
    X(NONE, "nothing is wrong")                                                \
    X(MEMORY, "out of memory")                                                 \
    X(SIZE, "larger than the limit")                                           \
    X(TEXT, "not UTF-8 text, or a character without a place in it")            \
    X(TAG_OPEN, "a tag is not closed with }}")                                 \
    X(TAG_NAME, "not a name: small letters, digits, _ and .")                  \
    X(TAG_KIND, "a kind of tag that templates do not have")                    \
    X(SECTION_OPEN, "a section is not closed")                                 \
    X(SECTION_CLOSE, "closes a section that is not open here")                 \
    X(DEPTH, "too many sections within each other")                            \
    X(NAME_UNKNOWN, "there is no such name here")                              \
    X(VALUE_KIND, "the value of this name is neither text nor whole number")   \
    X(STEPS, "takes too many steps")                                           \
    X(ESCAPE, "a backslash stands before this")                                \
    X(STYLE_OPEN, "bold or italic text is not ended")                          \
    X(DIRECTIVE, "there is no such directive")                                 \
    X(ARGUMENT, "not right for this directive")                                \
    X(BLOCK_OPEN, "this is not ended")                                         \
    X(BLOCK_CLOSE, "ends what was not begun here")                             \
    X(BLOCK_INSIDE, "has no place inside this")                                \
    X(ROW, "a row has to begin and end with a bar")                            \
    X(ROW_CELLS, "a row with more or fewer cells than there are columns")      \
    X(ROW_HEADING, "heading rows stand before the other rows")                 \
    X(ROW_NONE, "there are no rows")                                           \
    X(TWICE, "was said before")                                                \
    X(FONT, "a font is missing on this machine")                               \
    X(FIT, "does not fit on its part of the page")

enum document_fault_kind {
#define DOCUMENT_FAULT_ENUM(name, words) DOCUMENT_FAULT_##name,
    DOCUMENT_FAULT_LIST(DOCUMENT_FAULT_ENUM)
#undef DOCUMENT_FAULT_ENUM
        DOCUMENT_FAULT_COUNT
};

enum { DOCUMENT_FAULT_DETAIL_SIZE = 80 };
struct document_fault {
    enum document_fault_kind kind;
    int line; /* of the template or the marked-up text, from 1; 0: of none */
    char detail[DOCUMENT_FAULT_DETAIL_SIZE]; /* "" if none; cut if long */
};

/* English words; never NULL. */
const char *document_fault_words(enum document_fault_kind kind);

/*
 * Notes a fault and says which result goes with its kind, for the caller to
 * return: RESULT_NO_MEMORY, RESULT_TOO_LARGE, RESULT_NOT_FOUND (a name, the
 * font), else RESULT_MALFORMED. Never RESULT_OK, except of
 * DOCUMENT_FAULT_NONE. `fault` may be NULL.
 */
MUST_USE enum result document_fault_set(struct document_fault *fault,
                                        enum document_fault_kind kind, int line,
                                        struct text_view detail);

#endif
