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
    X(KIND_CONGRESS, "congress")                                               \
    X(KIND_COMMITTEE, "committee")                                             \
    X(KIND_PARTY_GROUP, "party_group")

#define PRESENCE_MODE_LIST(X)                                                  \
    X(MODE_ONLINE, "online")                                                   \
    X(MODE_SITE, "site")                                                       \
    X(MODE_IN_PERSON, "in_person")                                             \
    X(MODE_VOICE_RELAY, "voice_relay")

#define PRESENCE_SOURCE_LIST(X)                                                \
    X(SOURCE_CONNECTION, "connection")                                         \
    X(SOURCE_TICK, "tick")                                                     \
    X(SOURCE_OWN_ACT, "own_act")                                               \
    X(SOURCE_CODE, "code")                                                     \
    X(SOURCE_PIN, "pin")

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

/* Who may speak: those who were called, or everybody who may at all. */
#define FLOOR_MODE_LIST(X)                                                     \
    X(FLOOR_CALLED, "called")                                                  \
    X(FLOOR_FREE, "free")

/* How those who want to speak are ordered, after points of order. */
#define FLOOR_ORDER_LIST(X)                                                    \
    X(FLOOR_BY_HAND, "raised")                                                 \
    X(FLOOR_BY_TIME, "least_spoken")

/* Who leads beside the chair: co-chairs preside in turns and lead the floor,
 * moderators silence. */
#define OFFICER_ROLE_LIST(X)                                                   \
    X(ROLE_OF_CO_CHAIR, "co_chair")                                            \
    X(ROLE_OF_MODERATOR, "moderator")

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
    X(CHECKPOINT_CLOSED, "closed")                                             \
    X(CHECKPOINT_LIST_ATTESTED, "list_attested")                               \
    X(CHECKPOINT_BALLOT_OPENED, "ballot_opened")                               \
    X(CHECKPOINT_BALLOTS_ENDED, "ballots_ended")                               \
    X(CHECKPOINT_BALLOT_RESULT, "ballot_result")

/* In which way a member votes in a secret ballot; none: not at all.
 * transcribed: on paper, which is entered at a site's device. */
#define BALLOT_CHANNEL_LIST(X)                                                 \
    X(BALLOT_BY_OWN, "own")                                                    \
    X(BALLOT_BY_HALL, "hall")                                                  \
    X(BALLOT_BY_TRANSCRIBED, "transcribed")                                    \
    X(BALLOT_BY_PAPER, "paper")                                                \
    X(BALLOT_BY_NONE, "none")

/* Why a voter is in the list no more. */
#define DROP_REASON_LIST(X)                                                    \
    X(DROP_NOT_ATTESTED, "not_attested")                                       \
    X(DROP_BY_CHAIR, "chair")

/* Why an attempt to make keys came to nothing. */
#define KEYS_FAULT_LIST(X)                                                     \
    X(KEYS_RESTARTED, "restarted")                                             \
    X(KEYS_BAD_CERTIFICATE, "bad_certificate")                                 \
    X(KEYS_BAD_DEAL, "bad_deal")                                               \
    X(KEYS_BAD_SHARE, "bad_share")                                             \
    X(KEYS_FALSE_COMPLAINT, "false_complaint")                                 \
    X(KEYS_BAD_KEY, "bad_key")                                                 \
    X(KEYS_BAD_RECORD, "bad_record")                                           \
    X(KEYS_SAME_KEY, "same_key")

/* Why a ballot is void. */
#define VOID_REASON_LIST(X)                                                    \
    X(VOID_BY_CHAIR, "chair")                                                  \
    X(VOID_RESTORED, "restored")                                               \
    X(VOID_OBJECTION, "objection")                                             \
    X(VOID_KEYS, "keys")                                                       \
    X(VOID_QUORUM, "quorum")

#define INCLUDED_WHAT_LIST(X)                                                  \
    X(INCLUDED_CAST, "cast")                                                   \
    X(INCLUDED_NONE, "none")

/* What an objection rests on. */
#define OBJECTION_KIND_LIST(X)                                                 \
    X(OBJECTION_RECEIPT, "receipt")                                            \
    X(OBJECTION_ISSUED, "issued")                                              \
    X(OBJECTION_OTHER, "other")

/* What is wrong with a decryption that was refused. */
#define DECRYPTION_FAULT_LIST(X)                                               \
    X(DECRYPTION_MALFORMED, "malformed")                                       \
    X(DECRYPTION_FALSE, "false")

/* What a secret ballot came to. complete, tie, too_few: of an election, where
 * all seats are taken, the last ones lie between those level, or fewer reached
 * the test. counted: of opinions, ratings and confidence, which have a result
 * for each person. */
#define BALLOT_END_LIST(X)                                                     \
    X(BALLOT_END_PASSED, "passed")                                             \
    X(BALLOT_END_FAILED, "failed")                                             \
    X(BALLOT_END_COMPLETE, "complete")                                         \
    X(BALLOT_END_TIE, "tie")                                                   \
    X(BALLOT_END_TOO_FEW, "too_few")                                           \
    X(BALLOT_END_COUNTED, "counted")

#define BALLOT_STANDING_LIST(X)                                                \
    X(STANDS_CHOSEN, "chosen")                                                 \
    X(STANDS_TIED, "tied")                                                     \
    X(STANDS_NOT_CHOSEN, "not_chosen")

/* What follows for a person: of confidence the first three. */
#define BALLOT_LEVEL_LIST(X)                                                   \
    X(LEVEL_KEPT, "kept")                                                      \
    X(LEVEL_REPLAN, "replan")                                                  \
    X(LEVEL_REMOVE, "remove")                                                  \
    X(LEVEL_EXCELLENT, "excellent")                                            \
    X(LEVEL_GOOD, "good")                                                      \
    X(LEVEL_FULFILLED, "fulfilled")                                            \
    X(LEVEL_NOT_FULFILLED, "not_fulfilled")

/* What is elected. committee: of a cell; leader and deputy are elected among
 * its members where it has one. */
#define ELECTED_POST_LIST(X)                                                   \
    X(POST_COMMITTEE, "committee")                                             \
    X(POST_LEADER, "leader")                                                   \
    X(POST_DEPUTY, "deputy")                                                   \
    X(POST_DELEGATES, "delegates")                                             \
    X(POST_OTHER, "other")

/* How a name came into the list. committee: proposed by who convened. */
#define NOMINATION_SOURCE_LIST(X)                                              \
    X(NOMINATED_BY_COMMITTEE, "committee")                                     \
    X(NOMINATED_FROM_FLOOR, "floor")                                           \
    X(NOMINATED_SELF, "self")
/* Why there is a task: somebody was given it, or the ruleset sets a deadline.
 */
#define TASK_GROUND_LIST(X)                                                    \
    X(TASK_ASSIGNED, "assigned")                                               \
    X(TASK_POSTING, "posting")                                                 \
    X(TASK_RECOGNITION, "recognition")

/* Of an item of the agenda. routine: of the course of the meeting itself, as
 * the next one has its own; without a kind it is business. */
#define ITEM_KIND_LIST(X) X(ITEM_KIND_ROUTINE, "routine")

/* What has become of a task. open: nothing yet; dropped: no longer asked for.
 */
#define TASK_RESULT_LIST(X)                                                    \
    X(TASK_OPEN, "open")                                                       \
    X(TASK_DONE, "done")                                                       \
    X(TASK_PARTLY, "partly")                                                   \
    X(TASK_NOT_DONE, "not_done")                                               \
    X(TASK_DROPPED, "dropped")

/* What a document is, by the way it is opened. */
#define DOCUMENT_TYPE_LIST(X)                                                  \
    X(DOCUMENT_PDF, "pdf")                                                     \
    X(DOCUMENT_ODT, "odt")                                                     \
    X(DOCUMENT_DOCX, "docx")                                                   \
    X(DOCUMENT_ODS, "ods")                                                     \
    X(DOCUMENT_XLSX, "xlsx")                                                   \
    X(DOCUMENT_ODP, "odp")                                                     \
    X(DOCUMENT_PPTX, "pptx")                                                   \
    X(DOCUMENT_TXT, "txt")                                                     \
    X(DOCUMENT_PNG, "png")                                                     \
    X(DOCUMENT_JPEG, "jpg")

/* Why the server records no more. full: a limit was reached; failed: it could
 * not be written; restarted: the server was. */
#define RECORDING_END_LIST(X)                                                  \
    X(RECORDING_BY_CHAIR, "chair")                                             \
    X(RECORDING_ADJOURNED, "adjourned")                                        \
    X(RECORDING_CLOSED, "closed")                                              \
    X(RECORDING_BALLOT, "ballot")                                              \
    X(RECORDING_FULL, "full")                                                  \
    X(RECORDING_FAILED, "failed")                                              \
    X(RECORDING_RESTARTED, "restarted")

/* What became of a file. cut: its end is missing. */
#define RECORDING_OUTCOME_LIST(X)                                              \
    X(RECORDING_WHOLE, "whole")                                                \
    X(RECORDING_CUT, "cut")                                                    \
    X(RECORDING_LOST, "lost")                                                  \
    X(RECORDING_LEFT_OUT, "left_out")

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
VOCABULARY_ENUM(floor_mode, FLOOR_MODE_LIST)
VOCABULARY_ENUM(floor_order, FLOOR_ORDER_LIST)
VOCABULARY_ENUM(officer_role, OFFICER_ROLE_LIST)
VOCABULARY_ENUM(choice, CHOICE_LIST)
VOCABULARY_ENUM(vouch_way, VOUCH_WAY_LIST)
VOCABULARY_ENUM(checkpoint_reason, CHECKPOINT_REASON_LIST)
VOCABULARY_ENUM(checkpoint_role, CHECKPOINT_ROLE_LIST)
VOCABULARY_ENUM(ballot_channel, BALLOT_CHANNEL_LIST)
VOCABULARY_ENUM(drop_reason, DROP_REASON_LIST)
VOCABULARY_ENUM(keys_fault, KEYS_FAULT_LIST)
VOCABULARY_ENUM(void_reason, VOID_REASON_LIST)
VOCABULARY_ENUM(included_what, INCLUDED_WHAT_LIST)
VOCABULARY_ENUM(objection_kind, OBJECTION_KIND_LIST)
VOCABULARY_ENUM(decryption_fault, DECRYPTION_FAULT_LIST)
VOCABULARY_ENUM(ballot_end, BALLOT_END_LIST)
VOCABULARY_ENUM(ballot_standing, BALLOT_STANDING_LIST)
VOCABULARY_ENUM(ballot_level, BALLOT_LEVEL_LIST)
VOCABULARY_ENUM(elected_post, ELECTED_POST_LIST)
VOCABULARY_ENUM(nomination_source, NOMINATION_SOURCE_LIST)
VOCABULARY_ENUM(task_ground, TASK_GROUND_LIST)
VOCABULARY_ENUM(item_kind, ITEM_KIND_LIST)
VOCABULARY_ENUM(task_result, TASK_RESULT_LIST)
VOCABULARY_ENUM(document_type, DOCUMENT_TYPE_LIST)
VOCABULARY_ENUM(recording_end, RECORDING_END_LIST)
VOCABULARY_ENUM(recording_outcome, RECORDING_OUTCOME_LIST)

#endif
