/*
 * The fields of the commands about the minutes; command.h makes structs,
 * schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_MINUTES_COMMAND_H
#define PROTOCOL_MEETING_MEETING_MINUTES_COMMAND_H

#include "protocol/meeting/meeting_minutes.h"

/* member: of an opinion. behind: the event that it stands behind, or 0. */
#define COMMAND_WRITE_ENTRY(X)                                                 \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(OPTIONAL_ENUM, kind, entry_kind_words, NONE)                             \
    X(OPTIONAL_ID, member, 0, NONE)                                            \
    X(NUMBER, behind, 0, NONE)                                                 \
    X(SEALED, text, LIMIT_MINUTES_ENTRY_LENGTH, MINUTES)
/* version: the one the sender saw; another is a conflict, nothing is lost. */
#define COMMAND_EDIT_ENTRY(X)                                                  \
    X(ID, entry, 0, NONE)                                                      \
    X(NUMBER, version, 0, NONE)                                                \
    X(SEALED, text, LIMIT_MINUTES_ENTRY_LENGTH, MINUTES)
#define COMMAND_REMOVE_ENTRY(X)                                                \
    X(ID, entry, 0, NONE)                                                      \
    X(NUMBER, version, 0, NONE)
/* Members read the entries from now on, as they are written; or those written
 * from now on no longer. */
#define COMMAND_SHARE_MINUTES(X)
#define COMMAND_HIDE_MINUTES(X)
/* As they were drawn by draw_minutes: `minutes` is the SHA-256 of minutes.json
 * in hex, authored. */
#define COMMAND_PRESENT_MINUTES(X)                                             \
    X(NUMBER, upto, 0, NONE)                                                   \
    X(NUMBER, size, 0, NONE)                                                   \
    X(SEALED, minutes, LIMIT_DIGEST_LENGTH, ALL)
#define COMMAND_RAISE_OBJECTION(X)                                             \
    X(ENUM, kind, minutes_objection_words, NONE)                               \
    X(NUMBER, version, 0, NONE)                                                \
    X(OPTIONAL_ID, entry, 0, NONE)                                             \
    X(NUMBER, line, 0, NONE)                                                   \
    X(SEALED, text, LIMIT_COMMENT_LENGTH, MEMBERS)
#define COMMAND_ANSWER_OBJECTION(X)                                            \
    X(ID, objection, 0, NONE)                                                  \
    X(ENUM, answer, objection_answer_words, NONE)                              \
    X(SEALED, text, LIMIT_COMMENT_LENGTH, MEMBERS)
/* c: of minutes_adopted. The statement `minutes`. */
#define COMMAND_SIGN_MINUTES(X)                                                \
    X(ENUM, role, minutes_signer_words, NONE)                                  \
    X(NUMBER, version, 0, NONE)                                                \
    X(HASH, c, 0, NONE)

/* ballot: of a tally. number: "05" of "05-BB/CB". */
#define COMMAND_NUMBER_DOCUMENT(X)                                             \
    X(ENUM, paper, numbered_paper_words, NONE)                                 \
    X(OPTIONAL_ID, ballot, 0, NONE)                                            \
    X(NUMBER, number, LIMIT_DOCUMENT_NUMBER, NONE)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_MINUTES_COMMAND_LIST(X)                                        \
    X(WRITE_ENTRY, write_entry, SIGNED)                                        \
    X(EDIT_ENTRY, edit_entry, SIGNED)                                          \
    X(REMOVE_ENTRY, remove_entry, SIGNED)                                      \
    X(SHARE_MINUTES, share_minutes, SIGNED)                                    \
    X(HIDE_MINUTES, hide_minutes, SIGNED)                                      \
    X(PRESENT_MINUTES, present_minutes, SIGNED)                                \
    X(RAISE_OBJECTION, raise_objection, SIGNED)                                \
    X(ANSWER_OBJECTION, answer_objection, SIGNED)                              \
    X(SIGN_MINUTES, sign_minutes, SIGNED)                                      \
    X(NUMBER_DOCUMENT, number_document, SIGNED)

#endif
