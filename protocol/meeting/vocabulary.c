#include "protocol/meeting/vocabulary.h"

#define VOCABULARY_WORD(name, word) [name] = word,
#define VOCABULARY_WORDS(tag, LIST)                                            \
    static const char *const tag##_list[] = { LIST(VOCABULARY_WORD) };         \
    const struct enum_words tag##_words = { tag##_list, tag##_count_ };

VOCABULARY_WORDS(unit_kind, UNIT_KIND_LIST)
VOCABULARY_WORDS(category, CATEGORY_LIST)
VOCABULARY_WORDS(office, OFFICE_LIST)
VOCABULARY_WORDS(meeting_kind, MEETING_KIND_LIST)
VOCABULARY_WORDS(presence_mode, PRESENCE_MODE_LIST)
VOCABULARY_WORDS(presence_source, PRESENCE_SOURCE_LIST)
VOCABULARY_WORDS(presence_end, PRESENCE_END_LIST)
VOCABULARY_WORDS(absence, ABSENCE_LIST)
VOCABULARY_WORDS(floor_end, FLOOR_END_LIST)
VOCABULARY_WORDS(choice, CHOICE_LIST)
VOCABULARY_WORDS(vouch_way, VOUCH_WAY_LIST)
VOCABULARY_WORDS(checkpoint_reason, CHECKPOINT_REASON_LIST)
VOCABULARY_WORDS(checkpoint_role, CHECKPOINT_ROLE_LIST)
VOCABULARY_WORDS(ballot_channel, BALLOT_CHANNEL_LIST)
VOCABULARY_WORDS(drop_reason, DROP_REASON_LIST)
VOCABULARY_WORDS(keys_fault, KEYS_FAULT_LIST)
VOCABULARY_WORDS(void_reason, VOID_REASON_LIST)
VOCABULARY_WORDS(included_what, INCLUDED_WHAT_LIST)
VOCABULARY_WORDS(objection_kind, OBJECTION_KIND_LIST)
VOCABULARY_WORDS(decryption_fault, DECRYPTION_FAULT_LIST)
