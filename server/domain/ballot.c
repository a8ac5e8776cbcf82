/* Secret ballots: the commands are known, and not decided on yet. */
#include "server/domain/meeting_parts.h"

#define NOT_YET(NAME, name, is_signed)                                         \
    void rule_##name(struct draft *draft)                                      \
    {                                                                          \
        draft_refuse(draft, REFUSAL_UNKNOWN_OP);                               \
    }
MEETING_BALLOT_COMMAND_LIST(NOT_YET)
#undef NOT_YET
