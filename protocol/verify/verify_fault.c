#include "protocol/verify/verify_fault.h"

static const struct {
    const char *word, *sentence;
} rows[VERIFY_FAULT_COUNT] = {
    [VERIFY_FAULT_NONE] = { "none", "nothing is wrong" },
#define ROW(name, word, sentence) [VERIFY_FAULT_##name] = { word, sentence },
    VERIFY_FAULT_LIST(ROW)
#undef ROW
};

const char *verify_fault_word(enum verify_fault fault)
{
    return rows[fault < VERIFY_FAULT_COUNT ? fault : VERIFY_FAULT_NONE].word;
}

const char *verify_fault_sentence(enum verify_fault fault)
{
    return rows[fault < VERIFY_FAULT_COUNT ? fault : VERIFY_FAULT_NONE]
        .sentence;
}
