/*
 * The fields of the commands about who is to be elected; command.h makes
 * structs, schemas and operations of them.
 */
#ifndef PROTOCOL_MEETING_MEETING_ELECT_COMMAND_H
#define PROTOCOL_MEETING_MEETING_ELECT_COMMAND_H

#include "protocol/meeting/meeting_ballot_rows.h"

#define COMMAND_CALL_ELECTION(X)                                               \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(ENUM, post, elected_post_words, NONE)                                    \
    X(NUMBER, seats, LIMIT_BALLOT_CANDIDATES, NONE)                            \
    X(SEALED, title, LIMIT_TITLE_LENGTH, ALL)
#define COMMAND_NOMINATE(X)                                                    \
    X(ID, election, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, source, nomination_source_words, NONE)
#define COMMAND_WITHDRAW_NOMINATION(X)                                         \
    X(ID, election, 0, NONE)                                                   \
    X(ID, member, 0, NONE)
/* vote: the show of hands on that name. */
#define COMMAND_NOTE_SUPPORT(X)                                                \
    X(ID, election, 0, NONE)                                                   \
    X(ID, member, 0, NONE)                                                     \
    X(ID, vote, 0, NONE)
/* vote: by which the meeting took the list. */
#define COMMAND_CLOSE_LIST(X)                                                  \
    X(ID, election, 0, NONE)                                                   \
    X(ID, vote, 0, NONE)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_ELECT_COMMAND_LIST(X)                                          \
    X(CALL_ELECTION, call_election, SIGNED)                                    \
    X(NOMINATE, nominate, SIGNED)                                              \
    X(WITHDRAW_NOMINATION, withdraw_nomination, SIGNED)                        \
    X(NOTE_SUPPORT, note_support, SIGNED)                                      \
    X(CLOSE_LIST, close_list, SIGNED)

#endif
