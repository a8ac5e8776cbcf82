/*
 * What is voted on: the record election.json. Its bytes are hashed into every
 * ballot and every decryption, so what it says binds all of them: the texts
 * that are shown, the key, and (our own field `meeting`) which meeting's round
 * this is, under which rules, who may vote in which way, and whose the
 * trustees' keys are.
 *
 * Fields in this order:
 *
 *   version (1), description, name, group, public_key,
 *   questions (ballot_question.h), uuid,
 *   administrator?, credential_authority?,
 *   meeting? {"v":1,"meeting","genesis","round","attempt","roll","rules",
 *     "revote","channels":{"own","hall","paper"},"trustees",
 *     "committee":[{"owner","member","key","sig"}…],"forms":[word…]}
 *
 * genesis, roll (the commitment of the attendance roll), rules (the ruleset's
 * hash), trustees (SHA-256 of the trustees record) and key are 64 hexadecimal
 * digits, sig is 128. The committee is in the order of its owners, 1, 2, …; the
 * server's share is the member "server"; nobody has two keys. A form for each
 * question says how it is drawn. Pure; any thread.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_ELECTION_H
#define PROTOCOL_BALLOT_BALLOT_ELECTION_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/ballot/ballot_group.h"
#include "protocol/ballot/ballot_hash.h"
#include "protocol/ballot/ballot_question.h"
#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whose key an owner's is: the statement `trustees`, signed by `key`. */
struct ballot_committee_member {
    struct identifier member; /* "server" for the server */
    struct key key;
    struct signature sig;
};

struct ballot_channels {
    uint64_t own, hall, paper; /* members that vote so, by the roll */
};

struct ballot_meeting {
    struct identifier meeting;
    struct hash genesis;
    uint64_t round;
    uint64_t attempt;
    struct hash roll;
    struct hash rules;
    bool is_revote_allowed;
    struct ballot_channels channels;
    struct hash trustees;
    const struct ballot_committee_member *committee; /* owner = index + 1 */
    size_t committee_count;
};

/* To be written, or as read: then the views and arrays belong to it. */
struct ballot_election {
    struct text_view description;
    struct text_view name;
    struct ballot_element public_key;
    const struct ballot_question *questions;
    size_t question_count;          /* 1..LIMIT_BALLOT_QUESTIONS */
    struct text_view uuid;          /* Base58, 14..BALLOT_UUID_SIZE_MAX */
    struct text_view administrator; /* data NULL if there is none */
    struct text_view authority;
    bool has_meeting;
    struct ballot_meeting meeting;
    /* As read; not looked at by the writer. */
    struct hash hash;                          /* SHA-256 of the record */
    char fingerprint[BALLOT_DIGEST_TEXT_SIZE]; /* the same, in Base64 */
    void *memory;                              /* owned */
};

enum { BALLOT_UUID_SIZE_MIN = 14, BALLOT_UUID_SIZE_MAX = 64 };

/* Base58, and of a fitting length. */
bool ballot_uuid_is_valid(struct text_view uuid);

/* Ciphertexts of a ballot for all questions. */
size_t ballot_election_position_count(const struct ballot_election *election);

/*
 * The record, added to `out`. RESULT_INVALID if ballot_election_read() would
 * refuse it (in the strict form); or the writer's failure.
 */
MUST_USE enum result
ballot_election_write(const struct ballot_group *group,
                      const struct ballot_election *election,
                      struct byte_writer *out);

/*
 * Reads the record. `is_lenient` is for elections that other programs made:
 * unknown fields are passed over, and texts need not be in NFC. Only our form
 * has a meeting. Whether the key is in the group is asked by whoever compares
 * it with the trustees' keys.
 *
 * BALLOT_FAULT_NONE, and the caller ends `*out` with ballot_election_release();
 * else it is left empty. NO_MEMORY; JSON, FIELD, UNKNOWN_FIELD, NUMBER, TEXT;
 * ELECTION (version, uuid), GROUP, QUESTION (bounds and numbers of answers),
 * NOT_HOMOMORPHIC (a question of another type), MEETING_FIELDS (numbers of
 * forms and of the committee, its ids, a member or a device twice), TOO_LARGE.
 */
MUST_USE enum ballot_fault
ballot_election_read(const struct ballot_group *group, struct text_view record,
                     bool is_lenient, struct ballot_election *out);
void ballot_election_release(struct ballot_election *election);

/*
 * The statement `trustees` of owner `owner` (from 1), whose key has the text
 * S(X) with this hash: signed as the meeting says? COMMITTEE_SIGNATURE, or not
 * its fault.
 */
MUST_USE enum ballot_fault
ballot_election_check_owner(const struct ballot_election *election,
                            size_t owner, const struct ballot_element *key);

/* --- The record that holds the three records of an election together ------ */

struct ballot_setup {
    struct hash election, trustees, credentials;
};

void ballot_setup_write(const struct ballot_setup *setup,
                        struct byte_writer *out);
MUST_USE enum ballot_fault ballot_setup_read(struct text_view record,
                                             struct ballot_setup *out);

#endif
