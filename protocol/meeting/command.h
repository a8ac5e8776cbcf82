/*
 * The commands of chibo.v1 that change a log: what a peer asks for, in the
 * imperative. The envelope around the fields is
 * {"id":n,"op":"...","log":scope,<fields>,"act":{"seen":n,"head":hex,"sig":hex}}
 * with "act" only where the table says SIGNED.
 */
#ifndef PROTOCOL_MEETING_COMMAND_H
#define PROTOCOL_MEETING_COMMAND_H

#include "protocol/meeting/meeting_agenda_command.h"
#include "protocol/meeting/meeting_attendance_command.h"
#include "protocol/meeting/meeting_ballot_command.h"
#include "protocol/meeting/meeting_elect_command.h"
#include "protocol/meeting/meeting_groups_rows.h"
#include "protocol/meeting/meeting_kinds_command.h"
#include "protocol/meeting/meeting_minutes_command.h"
#include "protocol/meeting/meeting_recording_command.h"
#include "protocol/meeting/meeting_score_command.h"
#include "protocol/meeting/meeting_floor_command.h"
#include "protocol/meeting/register_erratum_command.h"
#include "protocol/meeting/register_opinion_command.h"
#include "protocol/meeting/roster.h"
#include "protocol/meeting/meeting_terms_command.h"
#include "protocol/rules/matter.h"

/* --- meeting ------------------------------------------------------------- */
#define COMMAND_NOTHING(X)
#define COMMAND_HOLDER(X) X(ID, holder, 0, NONE)
#define COMMAND_MEMBER(X) X(ID, member, 0, NONE)
#define COMMAND_ITEM(X) X(ID, item, 0, NONE)
#define COMMAND_VOTE_ID(X) X(ID, vote, 0, NONE)

#define COMMAND_OPEN_LOBBY(X) COMMAND_NOTHING(X)
#define COMMAND_ADMIT(X) COMMAND_HOLDER(X)
#define COMMAND_ADMIT_ALL(X) COMMAND_NOTHING(X)
#define COMMAND_TURN_AWAY(X)                                                   \
    X(ID, holder, 0, NONE)                                                     \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)
#define COMMAND_OPEN_MEETING(X) COMMAND_NOTHING(X)
#define COMMAND_ADJOURN_MEETING(X) COMMAND_NOTHING(X)
#define COMMAND_RESUME_MEETING(X) COMMAND_NOTHING(X)
#define COMMAND_CLOSE_MEETING(X) COMMAND_NOTHING(X)
#define COMMAND_TAKE_CHAIR(X) COMMAND_NOTHING(X)
#define COMMAND_HAND_OVER_MINUTES(X) COMMAND_MEMBER(X)
/* Of the sender's own device, which says goodbye. */
#define COMMAND_LEAVE(X) COMMAND_NOTHING(X)
#define COMMAND_CONFIRM_PRESENCE(X) COMMAND_NOTHING(X)
/* mode: site (with site), in_person or voice_relay. */
#define COMMAND_TICK(X)                                                        \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, mode, presence_mode_words, NONE)                                   \
    X(OPTIONAL_ID, site, 0, NONE)
#define COMMAND_UNTICK(X) COMMAND_MEMBER(X)
/* throughout: at a congress, of an excused absence that was accepted. */
#define COMMAND_NOTE_ABSENCE(X)                                                \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, absence, absence_words, NONE)                                      \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)                          \
    X(FLAG, throughout, 0, NONE)
#define COMMAND_CONFIRM_ROLL(X) COMMAND_NOTHING(X)
/* member "": the sender; a site names the one who wants to speak. */
#define COMMAND_RAISE_HAND(X) X(OPTIONAL_ID, member, 0, NONE)
#define COMMAND_LOWER_HAND(X) X(OPTIONAL_ID, member, 0, NONE)
#define COMMAND_GIVE_FLOOR(X)                                                  \
    X(ID, member, 0, NONE)                                                     \
    X(NUMBER, limit_ms, 86400000, NONE)
/* limit_ms: counted from now; 0 takes the limit away. */
#define COMMAND_EXTEND_FLOOR(X) X(NUMBER, limit_ms, 86400000, NONE)
#define COMMAND_END_FLOOR(X) COMMAND_NOTHING(X)
#define COMMAND_MUTE(X) COMMAND_HOLDER(X)
#define COMMAND_UNMUTE(X) COMMAND_NOTHING(X)
#define COMMAND_CHAT(X) X(SEALED, text, LIMIT_CHAT_LENGTH, MEMBERS)
#define COMMAND_SET_RECORDING(X) X(FLAG, allowed, 0, NONE)
#define COMMAND_START_ITEM(X) COMMAND_ITEM(X)
#define COMMAND_END_ITEM(X) COMMAND_ITEM(X)
#define COMMAND_START_VOTE(X)                                                  \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(SEALED, motion, LIMIT_MOTION_LENGTH, ALL)                                \
    X(ENUM, matter, matter_words, NONE)                                        \
    X(OPTIONAL_ID, subject, 0, NONE)
#define COMMAND_VOTE(X)                                                        \
    X(ID, vote, 0, NONE)                                                       \
    X(ENUM, choice, choice_words, NONE)
/* site "": the meeting's own place. A second entry replaces the first. */
#define COMMAND_ENTER_HALL_VOTES(X)                                            \
    X(ID, vote, 0, NONE)                                                       \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(NUMBER, yes, LIMIT_ROSTER, NONE)                                         \
    X(NUMBER, no, LIMIT_ROSTER, NONE)                                          \
    X(NUMBER, other, LIMIT_ROSTER, NONE)                                       \
    X(NUMBER, abstain, LIMIT_ROSTER, NONE)
#define COMMAND_CLOSE_VOTE(X) COMMAND_VOTE_ID(X)
#define COMMAND_CANCEL_VOTE(X)                                                 \
    X(ID, vote, 0, NONE)                                                       \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)

/* While the log is held after a loss: the chair and the minute-taker sign the
 * same; what the second of them sends makes the event. */
#define COMMAND_RESTORED(X)                                                    \
    X(NUMBER, from, 0, NONE)                                                   \
    X(NUMBER, lost_seq, 0, NONE)                                               \
    X(HASH, lost_head, 0, NONE)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_COMMAND_LIST(X)                                                \
    X(OPEN_LOBBY, open_lobby, SIGNED)                                          \
    X(ADMIT, admit, SIGNED)                                                    \
    X(ADMIT_ALL, admit_all, SIGNED)                                            \
    X(TURN_AWAY, turn_away, SIGNED)                                            \
    X(OPEN_MEETING, open_meeting, SIGNED)                                      \
    X(ADJOURN_MEETING, adjourn_meeting, SIGNED)                                \
    X(RESUME_MEETING, resume_meeting, SIGNED)                                  \
    X(CLOSE_MEETING, close_meeting, SIGNED)                                    \
    X(TAKE_CHAIR, take_chair, SIGNED)                                          \
    X(HAND_OVER_MINUTES, hand_over_minutes, SIGNED)                            \
    X(LEAVE, leave, UNSIGNED)                                                  \
    X(CONFIRM_PRESENCE, confirm_presence, SIGNED)                              \
    X(TICK, tick, SIGNED)                                                      \
    X(UNTICK, untick, SIGNED)                                                  \
    X(NOTE_ABSENCE, note_absence, SIGNED)                                      \
    X(CONFIRM_ROLL, confirm_roll, SIGNED)                                      \
    X(RAISE_HAND, raise_hand, UNSIGNED)                                        \
    X(LOWER_HAND, lower_hand, UNSIGNED)                                        \
    X(GIVE_FLOOR, give_floor, UNSIGNED)                                        \
    X(EXTEND_FLOOR, extend_floor, UNSIGNED)                                    \
    X(END_FLOOR, end_floor, UNSIGNED)                                          \
    X(MUTE, mute, UNSIGNED)                                                    \
    X(UNMUTE, unmute, UNSIGNED)                                                \
    X(CHAT, chat, SIGNED)                                                      \
    X(SET_RECORDING, set_recording, SIGNED)                                    \
    X(START_ITEM, start_item, SIGNED)                                          \
    X(END_ITEM, end_item, SIGNED)                                              \
    X(START_VOTE, start_vote, SIGNED)                                          \
    X(VOTE, vote, SIGNED)                                                      \
    X(ENTER_HALL_VOTES, enter_hall_votes, SIGNED)                              \
    X(CLOSE_VOTE, close_vote, SIGNED)                                          \
    X(CANCEL_VOTE, cancel_vote, SIGNED)                                        \
    X(RESTORED, restored, SIGNED)                                              \
    MEETING_ATTENDANCE_COMMAND_LIST(X)                                         \
    MEETING_TERMS_COMMAND_LIST(X)                                              \
    MEETING_SCORE_COMMAND_LIST(X)                                              \
    MEETING_MINUTES_COMMAND_LIST(X)                                            \
    MEETING_FLOOR_COMMAND_LIST(X)                                              \
    MEETING_KINDS_COMMAND_LIST(X)                                              \
    MEETING_RECORDING_COMMAND_LIST(X)                                          \
    MEETING_AGENDA_COMMAND_LIST(X)                                             \
    MEETING_ELECT_COMMAND_LIST(X)                                              \
    MEETING_BALLOT_COMMAND_LIST(X)

/* --- register ------------------------------------------------------------ */
extern const struct schema import_row_schema;
extern const struct schema agenda_title_schema;

/* group: a party group's id of that cell, or "". probation_end: the last day of
 * a probationary member's twelve months, 20261115; 0: not said. */
#define IMPORT_ROW_FIELDS(X)                                                   \
    X(OPTIONAL_ID, group, 0, NONE)                                             \
    X(ENUM, category, category_words, NONE)                                    \
    X(ENUM, office, office_words, NONE)                                        \
    X(OPTIONAL_ENUM, ground, ground_words, NONE)                               \
    X(NUMBER, probation_end, LIMIT_DATE, NONE)                                 \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
struct import_row {
    IMPORT_ROW_FIELDS(FIELD_MEMBER)
};
#define AGENDA_TITLE_FIELDS(X)                                                 \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(OPTIONAL_ID, presenter, 0, NONE)                                         \
    X(NUMBER, planned_min, LIMIT_ITEM_MINUTES, NONE)                           \
    X(OPTIONAL_ENUM, kind, item_kind_words, NONE)
struct agenda_title {
    AGENDA_TITLE_FIELDS(FIELD_MEMBER)
};

#define COMMAND_ADD_UNIT(X)                                                    \
    X(ENUM, kind, unit_kind_words, NONE)                                       \
    X(OPTIONAL_ID, parent, 0, NONE)                                            \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
#define COMMAND_RENAME_UNIT(X)                                                 \
    X(ID, unit, 0, NONE)                                                       \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
#define COMMAND_ADD_MEMBER(X)                                                  \
    X(ID, unit, 0, NONE)                                                       \
    X(OPTIONAL_ID, group, 0, NONE)                                             \
    X(ENUM, category, category_words, NONE)                                    \
    X(ENUM, office, office_words, NONE)                                        \
    X(OPTIONAL_ENUM, ground, ground_words, NONE)                               \
    X(NUMBER, probation_end, LIMIT_DATE, NONE)                                 \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
/* All or none. */
#define COMMAND_IMPORT_MEMBERS(X)                                              \
    X(ID, unit, 0, NONE)                                                       \
    X(ITEMS, rows, import_row_schema, NONE)
#define COMMAND_CHANGE_MEMBER(X)                                               \
    X(ID, member, 0, NONE)                                                     \
    COMMAND_ADD_MEMBER(X)
#define COMMAND_REMOVE_MEMBER(X)                                               \
    X(ID, member, 0, NONE)                                                     \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)
#define COMMAND_ADD_SITE(X)                                                    \
    X(ID, unit, 0, NONE)                                                       \
    X(ID, keeper, 0, NONE)                                                     \
    X(SEALED, name, LIMIT_NAME_LENGTH, ALL)
#define COMMAND_CHANGE_SITE(X)                                                 \
    X(ID, site, 0, NONE)                                                       \
    COMMAND_ADD_SITE(X)
/* token: SHA-256 of the 16 random bytes that the sender puts into the link.
 * valid_ms 0: LIMIT_INVITATION_MS. */
#define COMMAND_INVITE(X)                                                      \
    X(ID, holder, 0, NONE)                                                     \
    X(HASH, token, 0, NONE)                                                    \
    X(NUMBER, valid_ms, 0, NONE)
#define COMMAND_WITHDRAW_INVITATION(X) X(ID, invitation, 0, NONE)
/* Another device of the sender's own holder: the statement `device-add`. */
#define COMMAND_ADD_DEVICE(X)                                                  \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, label, LIMIT_LABEL_LENGTH, MEMBERS)
/* A device of another holder: the statement `vouch`. */
#define COMMAND_VOUCH_DEVICE(X)                                                \
    X(ID, holder, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(ENUM, how, vouch_way_words, NONE)
/* A holder may sign the statement `revoke` for a device of its own; otherwise
 * the server signs for whoever is allowed to ask. */
#define COMMAND_REVOKE_DEVICE(X)                                               \
    X(KEY, device, 0, NONE)                                                    \
    X(SEALED, reason, LIMIT_REASON_LENGTH, PRESIDING)
#define COMMAND_MOVE_UNIT(X)                                                   \
    X(ID, unit, 0, NONE)                                                       \
    X(OPTIONAL_ID, parent, 0, NONE)                                            \
    X(TIME, since, 0, NONE)
/* While the register is held after a loss. */
#define COMMAND_ACCEPT_LOSS(X) COMMAND_NOTHING(X)
#define COMMAND_SCHEDULE_MEETING(X)                                            \
    X(ID, unit, 0, NONE)                                                       \
    X(ENUM, kind, meeting_kind_words, NONE)                                    \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(TIME, starts_at, 0, NONE)                                                \
    X(TEXT, zone, 64, NONE)                                                    \
    X(SEALED, place, LIMIT_TITLE_LENGTH, ALL)                                  \
    X(ID, chair, 0, NONE)                                                      \
    X(OPTIONAL_ID, deputy, 0, NONE)                                            \
    X(ID, minute_taker, 0, NONE)                                               \
    X(ITEMS, agenda, agenda_title_schema, NONE)
#define COMMAND_CHANGE_MEETING(X)                                              \
    X(ID, meeting, 0, NONE)                                                    \
    COMMAND_SCHEDULE_MEETING(X)
#define COMMAND_CANCEL_MEETING(X)                                              \
    X(ID, meeting, 0, NONE)                                                    \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)

/* year: of the meeting's date where it is held. No groups: a plenary again. */
#define COMMAND_HOLD_BY_GROUPS(X)                                              \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, year, 9999, NONE)                                                \
    X(ITEMS, groups, group_meeting_schema, NONE)

#define REGISTER_COMMAND_LIST(X)                                               \
    X(ADD_UNIT, add_unit, UNSIGNED)                                            \
    X(RENAME_UNIT, rename_unit, UNSIGNED)                                      \
    X(ADD_MEMBER, add_member, UNSIGNED)                                        \
    X(IMPORT_MEMBERS, import_members, UNSIGNED)                                \
    X(CHANGE_MEMBER, change_member, UNSIGNED)                                  \
    X(REMOVE_MEMBER, remove_member, UNSIGNED)                                  \
    X(ADD_SITE, add_site, UNSIGNED)                                            \
    X(CHANGE_SITE, change_site, UNSIGNED)                                      \
    X(INVITE, invite, UNSIGNED)                                                \
    X(WITHDRAW_INVITATION, withdraw_invitation, UNSIGNED)                      \
    X(REVOKE_DEVICE, revoke_device, UNSIGNED)                                  \
    X(ADD_DEVICE, add_device, SIGNED)                                          \
    X(VOUCH_DEVICE, vouch_device, SIGNED)                                      \
    X(MOVE_UNIT, move_unit, UNSIGNED)                                          \
    X(ACCEPT_LOSS, accept_loss, UNSIGNED)                                      \
    X(SCHEDULE_MEETING, schedule_meeting, UNSIGNED)                            \
    X(CHANGE_MEETING, change_meeting, UNSIGNED)                                \
    X(CANCEL_MEETING, cancel_meeting, UNSIGNED)                                \
    X(HOLD_BY_GROUPS, hold_by_groups, UNSIGNED)                                \
    REGISTER_OPINION_COMMAND_LIST(X)                                           \
    REGISTER_ERRATUM_COMMAND_LIST(X)

#define COMMAND_STRUCT(NAME, name, is_signed)                                  \
    struct command_##name {                                                    \
        COMMAND_##NAME(FIELD_MEMBER) char no_field_;                           \
    };
MEETING_COMMAND_LIST(COMMAND_STRUCT)
REGISTER_COMMAND_LIST(COMMAND_STRUCT)

enum command_op {
    COMMAND_UNKNOWN,
#define COMMAND_OP(NAME, name, is_signed) OP_##NAME,
    MEETING_COMMAND_LIST(COMMAND_OP) REGISTER_COMMAND_LIST(COMMAND_OP)
#undef COMMAND_OP
        COMMAND_OP_COUNT
};

/* A decoded command. Views borrow from the message it was read from. */
struct command {
    enum command_op op;
    uint64_t request;      /* "id" */
    struct identifier log; /* scope */
    struct act act;        /* completed by command_complete_act() */
    union {
#define COMMAND_UNION(NAME, name, is_signed) struct command_##name name;
        MEETING_COMMAND_LIST(COMMAND_UNION)
        REGISTER_COMMAND_LIST(COMMAND_UNION)
#undef COMMAND_UNION
    } body;
};

const struct schema *command_schema(enum command_op op); /* NULL if unknown */
enum command_op command_op_of(struct text_view name);
const char *command_name(enum command_op op);
bool command_is_signed(enum command_op op);
bool command_is_of_register(enum command_op op);
/* Is it signed as an act, and not as a statement of its own? */
bool command_is_act(enum command_op op);
/* Does it have a statement that names the election of a ballot? */
bool command_needs_ballot(enum command_op op);

/*
 * The terms of the statement `act` for this command. subject: the command's
 * first field if that is an id ("" if empty), else the log's id. value: the
 * other fields in the order of the table, joined by ",": ids and words as they
 * are, numbers in decimal, flags 0 or 1, keys, hashes and signatures in hex,
 * sealed texts as the hex of their commitment, plain texts as the hex of their
 * SHA-256, lists of ids with "+" between them. So both follow from the command
 * alone; client, server and verifier compute them by this function.
 *
 * Writes two NUL-terminated texts, to be ended with free(). RESULT_INVALID if
 * the command has a field that no act may have (another list) or a sealed field
 * that was not sealed by its author; RESULT_TOO_LARGE above
 * LIMIT_ACT_VALUE_LENGTH.
 */
MUST_USE enum result command_act_terms(const struct command *command,
                                       char **subject, char **value);

/*
 * Reads a whole request. `act` gets seen, head and sig where they are given
 * (is_present says so); member, device, op, request, subject and value are the
 * session's to fill in. RESULT_NOT_FOUND: no such op. Other errors as
 * schema_decode().
 */
MUST_USE enum result command_decode(const json_t *object, struct command *out,
                                    struct message_memory *memory,
                                    struct field_error *error);
/* The request as a new JSON object (envelope, fields, act if present). */
MUST_USE enum result command_encode(const struct command *command,
                                    json_t **out);

#endif
