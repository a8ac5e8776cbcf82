/*
 * The fields of the events of secret ballots, in the order in which they
 * happen; meeting_event.h makes structs, schemas and kinds of them, and
 * protocol/README.md describes each in words.
 *
 * Records (election, trustees, list, ballots, tally, decryptions, result) stand
 * in the events by their SHA-256 and lie beside the log as blobs.
 */
#ifndef PROTOCOL_MEETING_MEETING_BALLOT_EVENT_H
#define PROTOCOL_MEETING_MEETING_BALLOT_EVENT_H

#include "protocol/meeting/meeting_ballot_rows.h"
#include "protocol/meeting/meeting_votes_rows.h"

/* Who signed the statement of its own that an event carries: seen and head are
 * those of the statement. member: a site's id where a site's device signs,
 * "server" where the server does. */
#define SIGNED_BY_FIELDS(X)                                                    \
    X(ID, member, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(NUMBER, seen, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(SIGNATURE, sig, 0, NONE)

/* --- what is asked, and who votes how ------------------------------------- */

/* form: canonical JSON of the questions. threshold 0: all of one or two
 * tellers, more than half of three or more. What it is about is in clear, since
 * a rule decides on it; forms: those of discipline that it lists; announced: is
 * the result, or is it told to whoever presides alone? */
#define EVENT_BALLOT_DRAFTED(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(OPTIONAL_ID, item, 0, NONE)                                              \
    X(SEALED, form, LIMIT_BALLOT_FORM_LENGTH, ALL)                             \
    X(ITEMS, candidates, member_id_schema, NONE)                               \
    X(ITEMS, tellers, member_id_schema, NONE)                                  \
    X(NUMBER, threshold, 0, NONE)                                              \
    X(FLAG, revote, 0, NONE)                                                   \
    X(FLAG, halls, 0, NONE)                                                    \
    BALLOT_MATTER_FIELDS(X)                                                    \
    X(ITEMS, forms, discipline_form_schema, NONE)                              \
    X(FLAG, announced, 0, NONE)                                                \
    X(ACT, act, 0, NONE)
/* What it is measured against does not change any more, as of a vote: d of
 * `measure`, those present of them, by `people`. remote: seats that are neither
 * in the hall nor at a site take part. */
#define EVENT_BALLOT_ADOPTED(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, vote, 0, NONE)                                                       \
    X(NUMBER, denominator, 0, NONE)                                            \
    X(NUMBER, present, 0, NONE)                                                \
    X(ENUM, measure, measure_words, NONE)                                      \
    X(FLAG, remote, 0, NONE)                                                   \
    X(ITEMS, people, vote_people_schema, NONE)                                 \
    X(OPTIONAL_ID, transcribed, 0, NONE)                                       \
    X(ITEMS, channels, ballot_channel_schema, NONE)                            \
    X(ACT, act, 0, NONE)
#define EVENT_BALLOT_CHANNEL_SET(X)                                            \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, channel, ballot_channel_words, NONE)                               \
    X(OPTIONAL_ID, site, 0, NONE)                                              \
    X(ACT, act, 0, NONE)

/* --- keys ------------------------------------------------------------------
 */

/* server_key: the server's own single-key record. */
#define EVENT_KEYS_BEGUN(X)                                                    \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(TEXT, uuid, LIMIT_BALLOT_UUID_LENGTH, NONE)                              \
    X(TEXT, server_key, LIMIT_BALLOT_KEY, NONE)
/* index: the teller's place among the tellers, from 1. */
#define EVENT_TELLER_CERTIFIED(X)                                              \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, 0, NONE)                                                  \
    X(TEXT, certificate, LIMIT_BALLOT_CERTIFICATE, NONE)                       \
    X(HASH, message, 0, NONE)                                                  \
    SIGNED_BY_FIELDS(X)
#define EVENT_SHARES_DEALT(X)                                                  \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, 0, NONE)                                                  \
    X(TEXT, deal, LIMIT_BALLOT_DEAL, NONE)                                     \
    X(ACT, act, 0, NONE)
#define EVENT_SHARE_CONFIRMED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, 0, NONE)                                                  \
    X(TEXT, key, LIMIT_BALLOT_KEY, NONE)                                       \
    X(ACT, act, 0, NONE)
/* evidence: a complaint that shows the decryption key of this attempt
 * (protocol/ballot/ballot_complaint.h), or "". */
#define EVENT_KEYS_DISPUTED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, index, 0, NONE)                                                  \
    X(NUMBER, against, 0, NONE)                                                \
    X(TEXT, evidence, LIMIT_BALLOT_EVIDENCE, NONE)                             \
    X(ACT, act, 0, NONE)
/* guilty: index of a teller, 0: nobody. */
#define EVENT_KEYS_FAILED(X)                                                   \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(ENUM, reason, keys_fault_words, NONE)                                    \
    X(NUMBER, guilty, 0, NONE)                                                 \
    X(ACT, act, 0, NONE)
/* The statement `trustees`, which has no seen. */
#define EVENT_TRUSTEES_SIGNED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(NUMBER, owner, 0, NONE)                                                  \
    X(HASH, key, 0, NONE)                                                      \
    X(HASH, trustees, 0, NONE)                                                 \
    X(ID, member, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(SIGNATURE, sig, 0, NONE)
#define EVENT_BALLOT_READY(X)                                                  \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, attempt, 0, NONE)                                                \
    X(HASH, election, 0, NONE)                                                 \
    X(NUMBER, election_size, 0, NONE)                                          \
    X(HASH, trustees, 0, NONE)                                                 \
    X(NUMBER, trustees_size, 0, NONE)

/* --- the list --------------------------------------------------------------
 */

#define EVENT_BALLOT_ISSUED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, member, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)
/* member: the site. */
#define EVENT_POOL_ISSUED(X)                                                   \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, member, 0, NONE)                                                     \
    X(KEY, device, 0, NONE)                                                    \
    X(NUMBER, k, 0, NONE)                                                      \
    X(ITEMS, members, member_id_schema, NONE)
#define EVENT_ISSUE_CLOSED(X)                                                  \
    X(ID, ballot, 0, NONE)                                                     \
    X(ACT, act, 0, NONE)
#define EVENT_BALLOT_LISTED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(HASH, credentials, 0, NONE)                                              \
    X(NUMBER, length, 0, NONE)                                                 \
    X(ITEMS, voters, member_id_schema, NONE)                                   \
    X(ITEMS, halls, hall_pool_schema, NONE)
/* member: a member, or a site with its whole pool. */
#define EVENT_VOTER_DROPPED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, member, 0, NONE)                                                     \
    X(ENUM, reason, drop_reason_words, NONE)                                   \
    X(ACT, act, 0, NONE)
#define EVENT_BALLOT_ATTESTED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, length, 0, NONE)                                                 \
    SIGNED_BY_FIELDS(X)
#define EVENT_HALL_ATTESTED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, k, 0, NONE)                                                      \
    X(HASH, pool, 0, NONE)                                                     \
    X(ITEMS, members, member_id_schema, NONE)                                  \
    SIGNED_BY_FIELDS(X)
#define EVENT_HALL_CONFIRMED(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(ID, site, 0, NONE)                                                       \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, k, 0, NONE)                                                      \
    X(HASH, pool, 0, NONE)                                                     \
    X(ITEMS, members, member_id_schema, NONE)                                  \
    SIGNED_BY_FIELDS(X)

/* --- voting ----------------------------------------------------------------
 */

#define EVENT_BALLOT_OPENED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(NUMBER, length, 0, NONE)                                                 \
    X(NUMBER, own, 0, NONE)                                                    \
    X(NUMBER, hall, 0, NONE)                                                   \
    X(FLAG, knowingly, 0, NONE)                                                \
    X(ACT, act, 0, NONE)
/* Of nobody: no member, no device, and `at` is that of the opening. returned:
 * different credentials so far. */
#define EVENT_BALLOT_RECORDED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, height, 0, NONE)                                                 \
    X(HASH, tracker, 0, NONE)                                                  \
    X(NUMBER, returned, 0, NONE)
#define EVENT_BALLOT_ENDING(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(TIME, closes_at, 0, NONE)                                                \
    X(ACT, act, 0, NONE)
/* end: SHA-256 of the archive's event EndBallots. */
#define EVENT_BALLOTS_ENDED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, count, 0, NONE)                                                  \
    X(NUMBER, returned, 0, NONE)

/* --- after the end ---------------------------------------------------------
 */

#define EVENT_BALLOT_INCLUDED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, count, 0, NONE)                                                  \
    X(ENUM, what, included_what_words, NONE)                                   \
    SIGNED_BY_FIELDS(X)
#define EVENT_HALL_INCLUDED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, setup, 0, NONE)                                                    \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, count, 0, NONE)                                                  \
    X(NUMBER, own, 0, NONE)                                                    \
    SIGNED_BY_FIELDS(X)
#define EVENT_BALLOT_OBJECTED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(ENUM, kind, objection_kind_words, NONE)                                  \
    X(NUMBER, height, 0, NONE)                                                 \
    X(HASH, tracker, 0, NONE)                                                  \
    X(NUMBER, at_ms, 0, NONE)                                                  \
    X(HASH, record, 0, NONE)                                                   \
    X(SIGNATURE, receipt, 0, NONE)                                             \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)                                \
    X(ACT, act, 0, NONE)
#define EVENT_PAPER_ENTERED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, end, 0, NONE)                                                      \
    X(NUMBER, issued, 0, NONE)                                                 \
    X(NUMBER, returned, 0, NONE)                                               \
    X(NUMBER, valid, 0, NONE)                                                  \
    X(NUMBER, invalid, 0, NONE)                                                \
    X(ITEMS, counts, ballot_count_schema, NONE)                                \
    X(HASH, record, 0, NONE)                                                   \
    SIGNED_BY_FIELDS(X)
#define EVENT_PAPER_CONFIRMED(X)                                               \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, end, 0, NONE)                                                      \
    X(HASH, record, 0, NONE)                                                   \
    SIGNED_BY_FIELDS(X)
#define EVENT_BALLOT_TALLIED(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, tally, 0, NONE)                                                    \
    X(HASH, sized, 0, NONE)                                                    \
    X(NUMBER, returned, 0, NONE)

/* --- counting --------------------------------------------------------------
 */

/* included: statements of own devices that their ballots are in the count. */
#define EVENT_COUNTING_BEGUN(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, included, 0, NONE)                                               \
    X(FLAG, knowingly, 0, NONE)                                                \
    X(ACT, act, 0, NONE)
/* payload, size: of the decryption; sized: of the record that names its owner.
 */
#define EVENT_BALLOT_DECRYPTED(X)                                              \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, owner, 0, NONE)                                                  \
    X(HASH, end, 0, NONE)                                                      \
    X(HASH, tally, 0, NONE)                                                    \
    X(HASH, payload, 0, NONE)                                                  \
    X(NUMBER, size, 0, NONE)                                                   \
    X(HASH, sized, 0, NONE)                                                    \
    SIGNED_BY_FIELDS(X)
#define EVENT_DECRYPTION_REFUSED(X)                                            \
    X(ID, ballot, 0, NONE)                                                     \
    X(NUMBER, owner, 0, NONE)                                                  \
    X(HASH, end, 0, NONE)                                                      \
    X(HASH, tally, 0, NONE)                                                    \
    X(HASH, payload, 0, NONE)                                                  \
    X(NUMBER, size, 0, NONE)                                                   \
    X(ENUM, reason, decryption_fault_words, NONE)                              \
    SIGNED_BY_FIELDS(X)
/* head: SHA-256 of the archive's last event. issued: length of the list. */
#define EVENT_BALLOT_RESULT(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(HASH, result, 0, NONE)                                                   \
    X(NUMBER, size, 0, NONE)                                                   \
    X(HASH, head, 0, NONE)                                                     \
    X(NUMBER, issued, 0, NONE)                                                 \
    X(NUMBER, returned, 0, NONE)                                               \
    X(ITEMS, counts, ballot_count_schema, NONE)
/* What the result comes to by the ruleset, of devices and paper together; the
 * server's, behind the result of a ballot that has a matter. yes, no, other: of
 * one motion; of discipline the votes for the form and those for none. rule: on
 * which it rests, by its place in the ruleset; test and need: what it asks for.
 * form: of discipline, if one is reached; cumulated: by adding the harder ones;
 * proposal: the body above decides. open: seats that are left. over_cap: more
 * are excellent than the ruleset likes. */
#define EVENT_BALLOT_DECIDED(X)                                                \
    X(ID, ballot, 0, NONE)                                                     \
    X(ENUM, end, ballot_end_words, NONE)                                       \
    X(TEXT, rule, 40, NONE)                                                    \
    X(TEXT, test, 40, NONE)                                                    \
    X(NUMBER, denominator, 0, NONE)                                            \
    X(NUMBER, need, 0, NONE)                                                   \
    X(NUMBER, returned, 0, NONE)                                               \
    X(NUMBER, valid, 0, NONE)                                                  \
    X(NUMBER, invalid, 0, NONE)                                                \
    X(NUMBER, yes, 0, NONE)                                                    \
    X(NUMBER, no, 0, NONE)                                                     \
    X(NUMBER, other, 0, NONE)                                                  \
    X(OPTIONAL_ENUM, form, discipline_words, NONE)                             \
    X(FLAG, cumulated, 0, NONE)                                                \
    X(FLAG, proposal, 0, NONE)                                                 \
    X(NUMBER, open, 0, NONE)                                                   \
    X(FLAG, over_cap, 0, NONE)                                                 \
    X(ITEMS, chosen, chosen_row_schema, NONE)                                  \
    X(ITEMS, levels, level_row_schema, NONE)                                   \
    X(ITEMS, forms, form_row_schema, NONE)
#define EVENT_BALLOT_VOIDED(X)                                                 \
    X(ID, ballot, 0, NONE)                                                     \
    X(ENUM, why, void_reason_words, NONE)                                      \
    X(SEALED, reason, LIMIT_REASON_LENGTH, ALL)                                \
    X(ACT, act, 0, NONE)

/* X(IDENTIFIER, wire name) */
#define MEETING_BALLOT_EVENT_LIST(X)                                           \
    X(BALLOT_DRAFTED, ballot_drafted)                                          \
    X(BALLOT_ADOPTED, ballot_adopted)                                          \
    X(BALLOT_CHANNEL_SET, ballot_channel_set)                                  \
    X(KEYS_BEGUN, keys_begun)                                                  \
    X(TELLER_CERTIFIED, teller_certified)                                      \
    X(SHARES_DEALT, shares_dealt)                                              \
    X(SHARE_CONFIRMED, share_confirmed)                                        \
    X(KEYS_DISPUTED, keys_disputed)                                            \
    X(KEYS_FAILED, keys_failed)                                                \
    X(TRUSTEES_SIGNED, trustees_signed)                                        \
    X(BALLOT_READY, ballot_ready)                                              \
    X(BALLOT_ISSUED, ballot_issued)                                            \
    X(POOL_ISSUED, pool_issued)                                                \
    X(ISSUE_CLOSED, issue_closed)                                              \
    X(BALLOT_LISTED, ballot_listed)                                            \
    X(VOTER_DROPPED, voter_dropped)                                            \
    X(BALLOT_ATTESTED, ballot_attested)                                        \
    X(HALL_ATTESTED, hall_attested)                                            \
    X(HALL_CONFIRMED, hall_confirmed)                                          \
    X(BALLOT_OPENED, ballot_opened)                                            \
    X(BALLOT_RECORDED, ballot_recorded)                                        \
    X(BALLOT_ENDING, ballot_ending)                                            \
    X(BALLOTS_ENDED, ballots_ended)                                            \
    X(BALLOT_INCLUDED, ballot_included)                                        \
    X(HALL_INCLUDED, hall_included)                                            \
    X(BALLOT_OBJECTED, ballot_objected)                                        \
    X(PAPER_ENTERED, paper_entered)                                            \
    X(PAPER_CONFIRMED, paper_confirmed)                                        \
    X(BALLOT_TALLIED, ballot_tallied)                                          \
    X(COUNTING_BEGUN, counting_begun)                                          \
    X(BALLOT_DECRYPTED, ballot_decrypted)                                      \
    X(DECRYPTION_REFUSED, decryption_refused)                                  \
    X(BALLOT_RESULT, ballot_result)                                            \
    X(BALLOT_DECIDED, ballot_decided)                                          \
    X(BALLOT_VOIDED, ballot_voided)

#endif
