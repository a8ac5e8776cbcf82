#include "protocol/document/document_fault.h"

#include <stdint.h>
#include <string.h>

const char *document_fault_words(enum document_fault_kind kind)
{
    static const char *const words[] = {
#define DOCUMENT_FAULT_WORDS(name, text) [DOCUMENT_FAULT_##name] = text,
        DOCUMENT_FAULT_LIST(DOCUMENT_FAULT_WORDS)
#undef DOCUMENT_FAULT_WORDS
    };

    if ((unsigned)kind >= DOCUMENT_FAULT_COUNT)
        return "unknown fault";
    return words[kind];
}

static enum result result_of(enum document_fault_kind kind)
{
    static const enum result results[DOCUMENT_FAULT_COUNT] = {
        [DOCUMENT_FAULT_MEMORY] = RESULT_NO_MEMORY,
        [DOCUMENT_FAULT_SIZE] = RESULT_TOO_LARGE,
        [DOCUMENT_FAULT_STEPS] = RESULT_TOO_LARGE,
        [DOCUMENT_FAULT_DEPTH] = RESULT_TOO_LARGE,
        [DOCUMENT_FAULT_FIT] = RESULT_TOO_LARGE,
        [DOCUMENT_FAULT_NAME_UNKNOWN] = RESULT_NOT_FOUND,
        [DOCUMENT_FAULT_FONT] = RESULT_NOT_FOUND,
    };

    if (kind == DOCUMENT_FAULT_NONE)
        return RESULT_OK;
    return results[kind] == RESULT_OK ? RESULT_MALFORMED : results[kind];
}

enum result document_fault_set(struct document_fault *fault,
                               enum document_fault_kind kind, int line,
                               struct text_view detail)
{
    size_t size = detail.size;

    if (!fault)
        return result_of(kind);
    if (size >= sizeof fault->detail) {
        size = sizeof fault->detail - 1;
        /* Not in the middle of a letter. */
        while (size > 0 && ((uint8_t)detail.data[size] & 0xc0) == 0x80)
            size--;
    }
    memset(fault, 0, sizeof *fault);
    fault->kind = kind;
    fault->line = line;
    if (size > 0)
        memcpy(fault->detail, detail.data, size);
    return result_of(kind);
}
