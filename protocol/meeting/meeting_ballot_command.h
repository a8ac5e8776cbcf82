/*
 * The fields of the commands of secret ballots; command.h makes structs,
 * schemas and operations of them. Those of the chair are signed as acts, most
 * of the others have a statement of their own (command_statement.h).
 */
#ifndef PROTOCOL_MEETING_MEETING_BALLOT_COMMAND_H
#define PROTOCOL_MEETING_MEETING_BALLOT_COMMAND_H

#include "protocol/meeting/meeting_ballot_rows.h"

/* --- of the chair ----------------------------------------------------------
 */

#define COMMAND_BALLOT_ID(X) X(ID, ballot, 0, NONE)

/* matter: none, and the ballot decides nothing by itself. seats: of an election
 * or a straw ballot. subject: the member concerned, who holds a post or not,
 * and votes or not where the rules leave that open. election: whose list it is.
 * again: the ballot whose tie this one is to break. */
#define COMMAND_DRAFT_BALLOT(X)                                                \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(SEALED, form, LIMIT_BALLOT_FORM_LENGTH, ALL)                             \
    X(ITEMS, candidates, member_id_schema, NONE)                               \
    X(ITEMS, tellers, member_id_schema, NONE)                                  \
    X(NUMBER, threshold, LIMIT_BALLOT_TELLERS, NONE)                           \
    X(FLAG, revote, 0, NONE)                                                   \
    X(FLAG, halls, 0, NONE)                                                    \
    BALLOT_MATTER_FIELDS(X)
/* vote: the show of hands that took this ballot and its tellers. */
#define COMMAND_ADOPT_BALLOT(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, vote, 0, NONE)                                                       \
    X(OPTIONAL_ID, transcribed, 0, NONE)
#define COMMAND_SET_CHANNEL(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, channel, ballot_channel_words, NONE)                               \
    X(OPTIONAL_ID, site, 0, NONE)
#define COMMAND_RESTART_KEYS(X) COMMAND_BALLOT_ID(X)
#define COMMAND_CLOSE_ISSUE(X) COMMAND_BALLOT_ID(X)
#define COMMAND_DROP_VOTER(X)                                                  \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, member, 0, NONE)
/* knowingly: although fewer vote than the ruleset asks for. */
#define COMMAND_OPEN_BALLOT(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(FLAG, knowingly, 0, NONE)
#define COMMAND_END_BALLOT(X) COMMAND_BALLOT_ID(X)
#define COMMAND_COUNT_BALLOT(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(FLAG, knowingly, 0, NONE)
#define COMMAND_VOID_BALLOT(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)

/* --- of the tellers --------------------------------------------------------
 */

#define COMMAND_CERTIFY(X)                                                     \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, LIMIT_BALLOT_TELLERS, NONE)                               \
    X(TEXT, certificate, LIMIT_BALLOT_CERTIFICATE, NONE)                       \
    X(HASH, message, 0, NONE)
#define COMMAND_DEAL(X)                                                        \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, LIMIT_BALLOT_TELLERS, NONE)                               \
    X(TEXT, deal, LIMIT_BALLOT_DEAL, NONE)
#define COMMAND_CONFIRM_SHARE(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, LIMIT_BALLOT_TELLERS, NONE)                               \
    X(TEXT, key, LIMIT_BALLOT_KEY, NONE)
#define COMMAND_DISPUTE_KEYS(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, LIMIT_BALLOT_TELLERS, NONE)                               \
    X(NUMBER, against, LIMIT_BALLOT_TELLERS, NONE)                             \
    X(TEXT, evidence, LIMIT_BALLOT_EVIDENCE, NONE)
#define COMMAND_SIGN_TRUSTEES(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, owner, LIMIT_BALLOT_TELLERS + 1, NONE)                           \
    X(HASH, key, 0, NONE)                                                      \
    X(HASH, trustees, 0, NONE)
#define COMMAND_ENTER_PAPER(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, issued, LIMIT_ROSTER, NONE)                                      \
    X(NUMBER, returned, LIMIT_ROSTER, NONE)                                    \
    X(NUMBER, valid, LIMIT_ROSTER, NONE)                                       \
    X(NUMBER, invalid, LIMIT_ROSTER, NONE)                                     \
    X(ITEMS, counts, ballot_count_schema, NONE)                                \
    X(HASH, record, 0, NONE)
#define COMMAND_CONFIRM_PAPER(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, end, 0, NONE)                                                      \
    X(HASH, record, 0, NONE)
/* payload, size: the decryption, which lies on the server as a blob. */
#define COMMAND_DECRYPT(X)                                                     \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, owner, LIMIT_BALLOT_TELLERS + 1, NONE)                           \
    X(HASH, end, 0, NONE)                                                      \
    X(HASH, tally, 0, NONE)                                                    \
    X(HASH, payload, 0, NONE)                                                  \
    X(NUMBER, size, LIMIT_BLOB_SIZE, NONE)
/* members: in ascending order. */
#define COMMAND_CONFIRM_HALL(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, site, 0, NONE)                                                       \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, k, LIMIT_ROSTER, NONE)                                           \
    X(HASH, pool, 0, NONE)                                                     \
    X(ITEMS, members, member_id_schema, NONE)

/* --- of the voters, and of the devices at sites ----------------------------
 */

#define COMMAND_ATTEST_BALLOT(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, length, 0, NONE)
#define COMMAND_ATTEST_HALL(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, k, LIMIT_ROSTER, NONE)                                           \
    X(HASH, pool, 0, NONE)                                                     \
    X(ITEMS, members, member_id_schema, NONE)
#define COMMAND_INCLUDE_BALLOT(X)                                              \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, count, 0, NONE)                                                  \
    X(ENUM, what, included_what_words, NONE)
#define COMMAND_INCLUDE_HALL(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, count, 0, NONE)                                                  \
    X(NUMBER, own, 0, NONE)
/* kind receipt: the other fields but the reason are those of the statement
 * `receipt`, whose signature is `receipt`. kind issued: `record` is the SHA-256
 * of the credential S(g^s), `receipt` the signature of the statement `issued`.
 * What is not named is zero. */
#define COMMAND_OBJECT_BALLOT(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(ENUM, kind, objection_kind_words, NONE)                                  \
    X(NUMBER, height, 0, NONE)                                                 \
    X(HASH, tracker, 0, NONE)                                                  \
    X(NUMBER, at_ms, 0, NONE)                                                  \
    X(HASH, record, 0, NONE)                                                   \
    X(SIGNATURE, receipt, 0, NONE)                                             \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)

/* X(IDENTIFIER, wire name, SIGNED or UNSIGNED) */
#define MEETING_BALLOT_COMMAND_LIST(X)                                         \
    X(DRAFT_BALLOT, draft_ballot, SIGNED)                                      \
    X(ADOPT_BALLOT, adopt_ballot, SIGNED)                                      \
    X(SET_CHANNEL, set_channel, SIGNED)                                        \
    X(RESTART_KEYS, restart_keys, SIGNED)                                      \
    X(CLOSE_ISSUE, close_issue, SIGNED)                                        \
    X(DROP_VOTER, drop_voter, SIGNED)                                          \
    X(OPEN_BALLOT, open_ballot, SIGNED)                                        \
    X(END_BALLOT, end_ballot, SIGNED)                                          \
    X(COUNT_BALLOT, count_ballot, SIGNED)                                      \
    X(VOID_BALLOT, void_ballot, SIGNED)                                        \
    X(CERTIFY, certify, SIGNED)                                                \
    X(DEAL, deal, SIGNED)                                                      \
    X(CONFIRM_SHARE, confirm_share, SIGNED)                                    \
    X(DISPUTE_KEYS, dispute_keys, SIGNED)                                      \
    X(SIGN_TRUSTEES, sign_trustees, SIGNED)                                    \
    X(ATTEST_BALLOT, attest_ballot, SIGNED)                                    \
    X(ATTEST_HALL, attest_hall, SIGNED)                                        \
    X(CONFIRM_HALL, confirm_hall, SIGNED)                                      \
    X(INCLUDE_BALLOT, include_ballot, SIGNED)                                  \
    X(INCLUDE_HALL, include_hall, SIGNED)                                      \
    X(OBJECT_BALLOT, object_ballot, SIGNED)                                    \
    X(ENTER_PAPER, enter_paper, SIGNED)                                        \
    X(CONFIRM_PAPER, confirm_paper, SIGNED)                                    \
    X(DECRYPT, decrypt, SIGNED)

#endif
