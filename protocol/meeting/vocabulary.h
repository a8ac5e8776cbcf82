/*
 * The words of the domain as enums, with their wire forms: categories, offices,
 * modes of presence, kinds of meeting and unit, choices.
 * Source of the terms: the statutes' own words; see docs/glossary.md.
 */
#ifndef PROTOCOL_MEETING_VOCABULARY_H
#define PROTOCOL_MEETING_VOCABULARY_H

#include "protocol/wire/field.h"

#define UNIT_KIND_LIST(X)                                                      \
    X(UNIT_PARTY_ORG, "party_org")                                             \
    X(UNIT_CELL, "cell")                                                       \
    X(UNIT_PARTY_GROUP, "party_group")

#define CATEGORY_LIST(X)                                                       \
    X(CATEGORY_OFFICIAL, "official")                                           \
    X(CATEGORY_PROBATIONARY, "probationary")                                   \
    X(CATEGORY_EXEMPT, "exempt")                                               \
    X(CATEGORY_TEMP_AWAY, "temp_away")                                         \
    X(CATEGORY_TEMP_HERE, "temp_here")                                         \
    X(CATEGORY_SUSPENDED, "suspended")                                         \
    X(CATEGORY_UPPER_DELEGATE, "upper_delegate")                               \
    X(CATEGORY_GUEST, "guest")                                                 \
    X(CATEGORY_TECHNICIAN, "technician")

#define OFFICE_LIST(X)                                                         \
    X(OFFICE_NONE, "none")                                                     \
    X(OFFICE_CELL_LEADER, "cell_leader")                                       \
    X(OFFICE_DEPUTY_LEADER, "deputy_leader")                                   \
    X(OFFICE_COMMITTEE_MEMBER, "committee_member")                             \
    X(OFFICE_GROUP_LEADER, "group_leader")

#define MEETING_KIND_LIST(X)                                                   \
    X(KIND_REGULAR, "regular")                                                 \
    X(KIND_THEMATIC, "thematic")                                               \
    X(KIND_EXTRAORDINARY, "extraordinary")                                     \
    X(KIND_MEMBERS_MEETING, "members_meeting")                                 \
    X(KIND_CONGRESS, "congress")

#define PRESENCE_MODE_LIST(X)                                                  \
    X(MODE_ONLINE, "online")                                                   \
    X(MODE_SITE, "site")                                                       \
    X(MODE_IN_PERSON, "in_person")                                             \
    X(MODE_VOICE_RELAY, "voice_relay")

#define PRESENCE_SOURCE_LIST(X)                                                \
    X(SOURCE_CONNECTION, "connection")                                         \
    X(SOURCE_TICK, "tick")                                                     \
    X(SOURCE_OWN_ACT, "own_act")

#define PRESENCE_END_LIST(X)                                                   \
    X(END_LEFT, "left")                                                        \
    X(END_CONNECTION_LOST, "connection_lost")                                  \
    X(END_UNTICKED, "unticked")                                                \
    X(END_REVOKED, "revoked")                                                  \
    X(END_TURNED_AWAY, "turned_away")

#define ABSENCE_LIST(X)                                                        \
    X(ABSENT_EXCUSED, "absent_excused")                                        \
    X(ABSENT_UNEXCUSED, "absent_unexcused")

#define FLOOR_END_LIST(X)                                                      \
    X(FLOOR_YIELDED, "yielded")                                                \
    X(FLOOR_WITHDRAWN, "withdrawn")                                            \
    X(FLOOR_TIME_UP, "time_up")                                                \
    X(FLOOR_LEFT, "left")                                                      \
    X(FLOOR_ADJOURNED, "adjourned")

#define CHOICE_LIST(X)                                                         \
    X(CHOICE_YES, "yes")                                                       \
    X(CHOICE_NO, "no")                                                         \
    X(CHOICE_OTHER, "other")                                                   \
    X(CHOICE_ABSTAIN, "abstain")

/* How two members compared a device's code. */
#define VOUCH_WAY_LIST(X)                                                      \
    X(VOUCH_SIGHT, "sight")                                                    \
    X(VOUCH_VOICE, "voice")

/* Why a head is signed by whoever is there. "commit" is the server's own
 * word for a head that no moment asks for; "periodic": ten minutes passed. */
#define CHECKPOINT_REASON_LIST(X)                                              \
    X(CHECKPOINT_COMMIT, "commit")                                             \
    X(CHECKPOINT_PERIODIC, "periodic")                                         \
    X(CHECKPOINT_OPENED, "opened")                                             \
    X(CHECKPOINT_ROLL_CONFIRMED, "roll_confirmed")                             \
    X(CHECKPOINT_VOTE_STARTED, "vote_started")                                 \
    X(CHECKPOINT_VOTE_CLOSED, "vote_closed")                                   \
    X(CHECKPOINT_CLOSED, "closed")

#define CHECKPOINT_ROLE_LIST(X)                                                \
    X(CHECKPOINT_SERVER, "server")                                             \
    X(CHECKPOINT_CHAIR, "chair")                                               \
    X(CHECKPOINT_MINUTE_TAKER, "minute-taker")                                 \
    X(CHECKPOINT_MEMBER, "member")                                             \
    X(CHECKPOINT_SITE, "site")

#define VOCABULARY_VALUE(name, word) name,
#define VOCABULARY_ENUM(tag, LIST)                                             \
    enum tag { tag##_none_, LIST(VOCABULARY_VALUE) tag##_count_ };             \
    extern const struct enum_words tag##_words;

VOCABULARY_ENUM(unit_kind, UNIT_KIND_LIST)
VOCABULARY_ENUM(category, CATEGORY_LIST)
VOCABULARY_ENUM(office, OFFICE_LIST)
VOCABULARY_ENUM(meeting_kind, MEETING_KIND_LIST)
VOCABULARY_ENUM(presence_mode, PRESENCE_MODE_LIST)
VOCABULARY_ENUM(presence_source, PRESENCE_SOURCE_LIST)
VOCABULARY_ENUM(presence_end, PRESENCE_END_LIST)
VOCABULARY_ENUM(absence, ABSENCE_LIST)
VOCABULARY_ENUM(floor_end, FLOOR_END_LIST)
VOCABULARY_ENUM(choice, CHOICE_LIST)
VOCABULARY_ENUM(vouch_way, VOUCH_WAY_LIST)
VOCABULARY_ENUM(checkpoint_reason, CHECKPOINT_REASON_LIST)
VOCABULARY_ENUM(checkpoint_role, CHECKPOINT_ROLE_LIST)

#endif
