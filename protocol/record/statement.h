/*
 * Statements: what keys sign. Each is
 *
 *   D(tag) ‖ LP(K signer) ‖ LP(T scope) ‖ LP(field) …
 *
 * and a pure Ed25519 signature over exactly these bytes. Scope is the meeting
 * id, or the organisation id for statements of the register and of
 * connections. No field is optional: "" or 0 stands for none. Verifiers rebuild
 * the bytes from the fields they were shown; nobody parses a statement.
 *
 * Fields: U = 8-byte big-endian integer, T = UTF-8 NFC text on one line,
 * K = raw Ed25519 key, H = raw SHA-256. `seen` is U seq, H head of the last
 * event that the signer has verified.
 *
 * Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_STATEMENT_H
#define PROTOCOL_RECORD_STATEMENT_H

#include "protocol/base/byte_writer.h"
#include "protocol/base/identifier.h"
#include "protocol/base/result.h"
#include "protocol/base/text.h"
#include "protocol/record/signing_key.h"

#include <stddef.h>
#include <stdint.h>

/* X(kind, tag, kinds of the fields after signer and scope) */
#define STATEMENT_LIST(X)                                                      \
    /* exporter, server nonce, "chibo.v1" */                                   \
    X(HELLO, "hello", "HHT")                                                   \
    /* server, exporter, server nonce, member */                               \
    X(LOGIN, "login", "KHHT")                                                  \
    /* server, exporter, SHA(invitation token), member, label */               \
    X(ENROL, "enrol", "KHHTT")                                                 \
    /* member, new key, label, seen */                                         \
    X(DEVICE_ADD, "device-add", "TKTUH")                                       \
    /* member, device, "sight" or "voice", seen */                             \
    X(VOUCH, "vouch", "TKTUH")                                                 \
    /* member, device, reason, seen */                                         \
    X(REVOKE, "revoke", "TKTUH")                                               \
    /* new key, seen */                                                        \
    X(SERVER_KEY, "server-key", "KUH")                                         \
    /* role, reason, seq, head */                                              \
    X(CHECKPOINT, "checkpoint", "TTUH")                                        \
    /* member, op, request id, subject, value, seen */                         \
    X(ACT, "act", "TTUTTUH")                                                   \
    /* member, uuid, attempt, index, n, t, SHA(certificate), seen */           \
    X(TRUSTEE, "trustee", "TTUUUUHUH")                                         \
    /* member, uuid, attempt, owner, SHA(S(X)), SHA(trustees record) */        \
    X(TRUSTEES, "trustees", "TTUUHH")                                          \
    /* member, uuid, SHA(election.json), SHA(S(g^s)), seen */                  \
    X(ISSUE, "issue", "TTHHUH")                                                \
    /* member, uuid, SHA(election.json), SHA(S(g^s)) */                        \
    X(ISSUED, "issued", "TTHH")                                                \
    /* member, uuid, SHA(setup record), list length, seen */                   \
    X(ATTEST, "attest", "TTHUUH")                                              \
    /* site, uuid, SHA(setup), k, SHA(k sorted texts), member ids, seen */     \
    X(ATTEST_HALL, "attest-hall", "TTHUHTUH")                                  \
    /* the same fields, signed by the committee's device */                    \
    X(HALL_CONFIRM, "hall-confirm", "TTHUHTUH")                                \
    /* uuid, SHA(setup), SHA(ballot), height, SHA(Ballot event), ms */         \
    X(RECEIPT, "receipt", "THHUHU")                                            \
    /* member, uuid, SHA(setup), SHA(EndBallots), Ballot events,               \
     * "cast" or "none", seen */                                               \
    X(INCLUDED, "included", "TTHHUTUH")                                        \
    /* site, uuid, SHA(setup), SHA(EndBallots), Ballot events, own ballots,    \
     * seen */                                                                 \
    X(INCLUDED_HALL, "included-hall", "TTHHUUUH")                              \
    /* member, "enter" or "confirm", uuid, SHA(EndBallots), SHA(paper          \
     * record), seen */                                                        \
    X(PAPER, "paper", "TTTHHUH")                                               \
    /* member, uuid, owner, SHA(EndBallots), SHA(tally), SHA(payload), seen */ \
    X(DECRYPT, "decrypt", "TTUHHHUH")                                          \
    /* member, role, version, commitment, seen */                              \
    X(MINUTES, "minutes", "TTUHUH")                                            \
    /* member, role, number, minutes and erratum commitments, seen */          \
    X(ERRATUM, "erratum", "TTUHHUH")                                           \
    /* role, SHA(manifest), final seq, final head */                           \
    X(MANIFEST, "manifest", "THUH")

enum statement_kind {
    STATEMENT_NONE = 0,
#define STATEMENT_ENUM(kind, tag, fields) STATEMENT_##kind,
    STATEMENT_LIST(STATEMENT_ENUM)
#undef STATEMENT_ENUM
        STATEMENT_KIND_COUNT
};

/* Asserts a kind of the list. */
const char *statement_tag(enum statement_kind kind);
/* The letters U, T, K, H of the list. */
const char *statement_fields(enum statement_kind kind);
/* STATEMENT_NONE if no statement has this tag. */
enum statement_kind statement_kind_of(struct text_view tag);

/*
 * A statement under construction: begin, add every field in the order of the
 * list, then finish or abandon. A misfit sticks, so that only finishing is
 * checked.
 */
struct statement {
    enum statement_kind kind;
    size_t field_count;
    enum result result;
    struct byte_writer writer; /* owned until finished or abandoned */
};

void statement_begin(struct statement *statement, enum statement_kind kind,
                     const struct key *signer, struct text_view scope);
void statement_add_text(struct statement *statement, struct text_view text);
void statement_add_number(struct statement *statement, uint64_t number);
void statement_add_key(struct statement *statement, const struct key *key);
void statement_add_hash(struct statement *statement, const struct hash *hash);

/*
 * Hands over the bytes; the caller ends `*bytes` with free(). RESULT_INVALID
 * if the fields added are not those of the kind, RESULT_MALFORMED for a text
 * that is not fit to be signed, RESULT_TOO_LARGE above LIMIT_STATEMENT_SIZE, or
 * RESULT_NO_MEMORY; outputs are untouched then. Ends the statement either way.
 */
MUST_USE enum result statement_finish(struct statement *statement,
                                      uint8_t **bytes, size_t *size);
void statement_abandon(struct statement *statement);

/*
 * Sign and verify the bytes of a finished statement. RESULT_INVALID if they
 * are not a statement of this very signer: a key never signs in the name of
 * another. Verifying gives RESULT_REFUSED for a bad signature or a key that
 * key_check() refuses; it belongs on a worker, not on the loop. RESULT_CRYPTO
 * if the library fails.
 */
MUST_USE enum result statement_sign(const struct signing_key *key,
                                    const uint8_t *bytes, size_t size,
                                    struct signature *out);
MUST_USE enum result statement_verify(const struct key *signer,
                                      const uint8_t *bytes, size_t size,
                                      const struct signature *signature);

/* --- The statements that every connection and meeting uses --------------- */

/* The subprotocol's name, signed in `hello`. */
#define STATEMENT_PROTOCOL "chibo.v1"

struct statement_seen {
    uint64_t seq;
    struct hash head;
};

void statement_add_seen(struct statement *statement,
                        const struct statement_seen *seen);

/* Signed by the server; scope is the organisation. */
struct statement_hello {
    struct hash exporter; /* 32 zeros where a client cannot know it */
    struct hash nonce;
};

/* Signed by a device; scope is the organisation. */
struct statement_login {
    struct key server;
    struct hash exporter;
    struct hash nonce; /* the server's, of its hello */
    struct text_view member;
};

/* Signed by the new device; scope is the organisation. */
struct statement_enrol {
    struct key server;
    struct hash exporter;
    struct hash token; /* SHA-256 of the 16 raw bytes of the token */
    struct text_view member;
    struct text_view label;
};

/* Signed by the server or a device; scope is the meeting. */
struct statement_checkpoint {
    struct text_view role; /* server, chair, minute-taker, member, site */
    struct text_view reason;
    struct statement_seen seen; /* the head that is signed */
};

/* Signed by a device; scope is the meeting (register: the organisation). */
struct statement_act {
    struct text_view member;
    struct text_view op;
    uint64_t request_id;
    struct text_view subject; /* id of what is acted on, or "" */
    struct text_view value;   /* a text: the hex of its commitment */
    struct statement_seen seen;
};

/* Signed by an own device or the server; scope is the organisation. */
struct statement_revoke {
    struct text_view member;
    struct key device;
    struct text_view reason;
    struct statement_seen seen;
};

/* Signed by a vouched device of the same holder; scope is the organisation. */
struct statement_device_add {
    struct text_view member;
    struct key device; /* the new one */
    struct text_view label;
    struct statement_seen seen;
};

/* Signed by a device of another member; scope is the organisation. */
struct statement_vouch {
    struct text_view member; /* whose device it is */
    struct key device;
    struct text_view how; /* sight, voice */
    struct statement_seen seen;
};

/* Signed by the server's key until now; scope is the organisation. */
struct statement_server_key {
    struct key server; /* from now on */
    struct statement_seen seen;
};

/* Each gives the bytes as statement_finish() does, with its errors. */
MUST_USE enum result statement_hello(const struct key *signer,
                                     struct text_view scope,
                                     const struct statement_hello *fields,
                                     uint8_t **bytes, size_t *size);
MUST_USE enum result statement_login(const struct key *signer,
                                     struct text_view scope,
                                     const struct statement_login *fields,
                                     uint8_t **bytes, size_t *size);
MUST_USE enum result statement_enrol(const struct key *signer,
                                     struct text_view scope,
                                     const struct statement_enrol *fields,
                                     uint8_t **bytes, size_t *size);
MUST_USE enum result
statement_checkpoint(const struct key *signer, struct text_view scope,
                     const struct statement_checkpoint *fields, uint8_t **bytes,
                     size_t *size);
MUST_USE enum result statement_act(const struct key *signer,
                                   struct text_view scope,
                                   const struct statement_act *fields,
                                   uint8_t **bytes, size_t *size);
MUST_USE enum result statement_revoke(const struct key *signer,
                                      struct text_view scope,
                                      const struct statement_revoke *fields,
                                      uint8_t **bytes, size_t *size);
MUST_USE enum result
statement_device_add(const struct key *signer, struct text_view scope,
                     const struct statement_device_add *fields, uint8_t **bytes,
                     size_t *size);
MUST_USE enum result statement_vouch(const struct key *signer,
                                     struct text_view scope,
                                     const struct statement_vouch *fields,
                                     uint8_t **bytes, size_t *size);
MUST_USE enum result
statement_server_key(const struct key *signer, struct text_view scope,
                     const struct statement_server_key *fields, uint8_t **bytes,
                     size_t *size);

#endif
