/*
 * The register's events about errata: corrections of minutes that were adopted,
 * of a meeting that has ended. register_event.h makes structs, schemas and
 * kinds of them, and protocol/README.md describes each in words.
 *
 * They stand in the register because the meeting's own log has ended: nothing
 * follows its last checkpoint, and its final head is what the register and the
 * next meeting name. Here every key is valid or revoked at the place of the
 * event.
 */
#ifndef PROTOCOL_MEETING_REGISTER_ERRATUM_EVENT_H
#define PROTOCOL_MEETING_REGISTER_ERRATUM_EVENT_H

#include "protocol/meeting/meeting_minutes.h"
#include "protocol/meeting/roster.h"

/* number: 1, 2, … of this meeting; minutes: the commitment that its
 * `minutes_adopted` names; erratum: the JSON of erratum_text.h. sig: the
 * statement `erratum` by `signer`, a device of `member`, in that role. */
#define REGISTER_ERRATUM_PROPOSED(X)                                           \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, number, LIMIT_ERRATA, NONE)                                      \
    X(HASH, minutes, 0, NONE)                                                  \
    X(SEALED, erratum, LIMIT_ERRATUM_LENGTH, MEMBERS)                          \
    X(ENUM, role, minutes_signer_words, NONE)                                  \
    X(ID, member, 0, NONE)                                                     \
    X(KEY, signer, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)
/* The other of the two signs the same; c: the commitment of the erratum. From
 * here on it is in force. */
#define REGISTER_ERRATUM_SIGNED(X)                                             \
    X(ID, meeting, 0, NONE)                                                    \
    X(NUMBER, number, LIMIT_ERRATA, NONE)                                      \
    X(HASH, minutes, 0, NONE)                                                  \
    X(HASH, c, 0, NONE)                                                        \
    X(ENUM, role, minutes_signer_words, NONE)                                  \
    X(ID, member, 0, NONE)                                                     \
    X(KEY, signer, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define REGISTER_ERRATUM_EVENT_LIST(X)                                         \
    X(ERRATUM_PROPOSED, erratum_proposed)                                      \
    X(ERRATUM_SIGNED, erratum_signed)

#endif
