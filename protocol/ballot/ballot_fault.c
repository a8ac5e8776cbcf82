#include "protocol/ballot/ballot_fault.h"

const char *ballot_fault_word(enum ballot_fault fault)
{
    static const char *const words[BALLOT_FAULT_COUNT] = {
        [BALLOT_FAULT_NONE] = "",
#define BALLOT_FAULT_WORD(name, word) [BALLOT_FAULT_##name] = word,
        BALLOT_FAULT_LIST(BALLOT_FAULT_WORD)
#undef BALLOT_FAULT_WORD
    };

    return words[fault];
}

enum ballot_fault ballot_fault_of_failure(enum result result)
{
    return result == RESULT_NO_MEMORY ? BALLOT_FAULT_NO_MEMORY
                                      : BALLOT_FAULT_LIBRARY;
}
