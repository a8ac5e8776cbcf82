/*
 * The events of the minutes: what the minute-taker writes, and how it becomes
 * the text that counts. meeting_event.h makes structs, schemas and kinds of
 * them; protocol/README.md describes each in words.
 */
#ifndef PROTOCOL_MEETING_MEETING_MINUTES_EVENT_H
#define PROTOCOL_MEETING_MEETING_MINUTES_EVENT_H

#include "protocol/meeting/meeting_ballot_event.h"
#include "protocol/meeting/meeting_minutes.h"

/* kind: a note (""), somebody's opinion (of `member`, who need not be named), a
 * conclusion. behind: the event that it stands behind; 0: it stands where it
 * was written. */
#define EVENT_ENTRY_WRITTEN(X)                                                 \
    X(ID, entry, 0, NONE)                                                      \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(OPTIONAL_ENUM, kind, entry_kind_words, NONE)                             \
    X(OPTIONAL_ID, member, 0, NONE)                                            \
    X(NUMBER, behind, 0, NONE)                                                 \
    X(SEALED, text, LIMIT_MINUTES_ENTRY_LENGTH, MINUTES)                       \
    X(ACT, act, 0, NONE)
/* version counts from 2; the text written first is version 1. */
#define EVENT_ENTRY_EDITED(X)                                                  \
    X(ID, entry, 0, NONE)                                                      \
    X(NUMBER, version, 0, NONE)                                                \
    X(SEALED, text, LIMIT_MINUTES_ENTRY_LENGTH, MINUTES)                       \
    X(ACT, act, 0, NONE)
#define EVENT_ENTRY_REMOVED(X)                                                 \
    X(ID, entry, 0, NONE)                                                      \
    X(NUMBER, version, 0, NONE)                                                \
    X(ACT, act, 0, NONE)
#define EVENT_MINUTES_SHARED(X) X(ACT, act, 0, NONE)
#define EVENT_MINUTES_HIDDEN(X) X(ACT, act, 0, NONE)

/* The minutes as they are read back: minutes.json drawn from the log up to
 * `upto`, by its SHA-256 in hex. version counts from 1. */
#define EVENT_MINUTES_PRESENTED(X)                                             \
    X(NUMBER, version, 0, NONE)                                                \
    X(NUMBER, upto, 0, NONE)                                                   \
    X(NUMBER, size, 0, NONE)                                                   \
    X(SEALED, minutes, LIMIT_DIGEST_LENGTH, ALL)                               \
    X(ACT, act, 0, NONE)
/* To the version that was presented last. entry, line: what it is about, an
 * entry or the event behind a locked line; neither: the whole. */
#define EVENT_OBJECTION_RAISED(X)                                              \
    X(ID, objection, 0, NONE)                                                  \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, kind, minutes_objection_words, NONE)                               \
    X(NUMBER, version, 0, NONE)                                                \
    X(OPTIONAL_ID, entry, 0, NONE)                                             \
    X(NUMBER, line, 0, NONE)                                                   \
    X(SEALED, text, LIMIT_COMMENT_LENGTH, MEMBERS)                             \
    X(ACT, act, 0, NONE)
#define EVENT_OBJECTION_ANSWERED(X)                                            \
    X(ID, objection, 0, NONE)                                                  \
    X(ENUM, answer, objection_answer_words, NONE)                              \
    X(SEALED, text, LIMIT_COMMENT_LENGTH, MEMBERS)                             \
    X(ACT, act, 0, NONE)
/* By this vote. c: the commitment `minutes` of the version, which is what
 * `minutes` statements are about. */
#define EVENT_MINUTES_ADOPTED(X)                                               \
    X(NUMBER, version, 0, NONE)                                                \
    X(HASH, c, 0, NONE)                                                        \
    X(ID, vote, 0, NONE)
/* The statement `minutes` of the signer's device. */
#define EVENT_MINUTES_SIGNED(X)                                                \
    X(ENUM, role, minutes_signer_words, NONE)                                  \
    X(NUMBER, version, 0, NONE)                                                \
    X(HASH, c, 0, NONE)                                                        \
    SIGNED_BY_FIELDS(X)

/* Greater than the numbers of the other papers of its series; a paper may get
 * another one. ballot: of a tally. */
#define EVENT_DOCUMENT_NUMBERED(X)                                             \
    X(ENUM, paper, numbered_paper_words, NONE)                                 \
    X(OPTIONAL_ID, ballot, 0, NONE)                                            \
    X(NUMBER, number, LIMIT_DOCUMENT_NUMBER, NONE)                             \
    X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_MINUTES_EVENT_LIST(X)                                          \
    X(ENTRY_WRITTEN, entry_written)                                            \
    X(ENTRY_EDITED, entry_edited)                                              \
    X(ENTRY_REMOVED, entry_removed)                                            \
    X(MINUTES_SHARED, minutes_shared)                                          \
    X(MINUTES_HIDDEN, minutes_hidden)                                          \
    X(MINUTES_PRESENTED, minutes_presented)                                    \
    X(OBJECTION_RAISED, objection_raised)                                      \
    X(OBJECTION_ANSWERED, objection_answered)                                  \
    X(MINUTES_ADOPTED, minutes_adopted)                                        \
    X(MINUTES_SIGNED, minutes_signed)                                          \
    X(DOCUMENT_NUMBERED, document_numbered)

#endif
