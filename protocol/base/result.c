#include "protocol/base/result.h"

const char *result_text(enum result result)
{
    static const char *const words[RESULT_COUNT] = {
#define RESULT_WORD(name, word) [RESULT_##name] = word,
        RESULT_LIST(RESULT_WORD)
#undef RESULT_WORD
    };

    if ((unsigned)result >= RESULT_COUNT)
        return "unknown result";
    return words[result];
}
