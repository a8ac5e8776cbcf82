/*
 * Why an election's records are not valid. One list for everything that reads
 * them; the words are what tests and programs compare, the sentences for people
 * stand in ballot_fault_words.h.
 */
#ifndef PROTOCOL_BALLOT_BALLOT_FAULT_H
#define PROTOCOL_BALLOT_BALLOT_FAULT_H

#include "protocol/base/result.h"

/* X(IDENTIFIER, word) */
#define BALLOT_FAULT_LIST(X)                                                   \
    /* the file */                                                             \
    X(NO_MEMORY, "no_memory")    /* not the record's fault */                  \
    X(LIBRARY, "library_failed") /* not the record's fault */                  \
    X(HEADER, "archive_header")  /* first record, version, time */             \
    X(TAR_HEADER, "tar_header")  /* a 512-byte header differs from ours */     \
    X(TAR_PADDING, "tar_padding")                                              \
    X(TRUNCATED, "truncated") /* the file ends inside a record */              \
    X(END_BLOCKS, "end_blocks")                                                \
    X(TOO_LARGE, "too_large")                                                  \
    X(NAME_HASH, "name_is_not_hash")                                           \
    X(JSON, "not_canonical") /* not the bytes we would write */                \
    X(UNKNOWN_FIELD, "unknown_field")                                          \
    X(FIELD, "wrong_field") /* missing, wrong type or order */                 \
    X(TEXT, "bad_text")                                                        \
    X(UNSEEN, "unseen_letters") /* in a draft that is new */                   \
    X(NUMBER, "bad_number")                                                    \
    /* events */                                                               \
    X(EVENT_ORDER, "event_order")                                              \
    X(EVENT_PARENT, "event_parent")                                            \
    X(EVENT_HEIGHT, "event_height")                                            \
    X(EVENT_PAYLOAD, "event_payload") /* wrong, missing or extra record */     \
    X(UNREFERENCED, "unreferenced_record")                                     \
    X(NOT_HOMOMORPHIC, "not_homomorphic") /* questions, shuffles: not ours */  \
    /* setup */                                                                \
    X(SETUP_HASH, "setup_hash")                                                \
    X(ELECTION, "election") /* version, name, uuid ... */                      \
    X(QUESTION, "question") /* min > max, too many answers ...*/               \
    X(GROUP, "group")                                                          \
    X(ELECTION_KEY, "election_key") /* not the product of the trustees'*/      \
    X(NOT_IN_GROUP, "not_in_group")                                            \
    X(IDENTITY, "identity")       /* 1 as key or credential */                 \
    X(SAME_KEY, "same_key")       /* two trustees with one key */              \
    X(KEY_PROOF, "key_proof")     /* pok */                                    \
    X(CERTIFICATE, "certificate") /* its form */                               \
    X(CERTIFICATE_SIGNATURE, "certificate_signature")                          \
    X(CERTIFICATE_CONTEXT, "certificate_context")                              \
    X(THRESHOLD, "threshold")                                                  \
    X(COEFFICIENTS, "coefficients") /* number, form */                         \
    X(COEFFICIENTS_SIGNATURE, "coefficients_signature")                        \
    X(CERTS_SIGNATURE, "certs_signature") /* 3.x "signatures" */               \
    X(VERIFICATION_KEY,                                                        \
      "verification_key")             /* not what the coefficients say */      \
    X(KEY_SIGNATURE, "key_signature") /* 3.x signature of S(X) */              \
    /* making a threshold group's key */                                       \
    X(SHARE_FORM, "share_form")                                                \
    X(SHARE_ROUTE, "share_route") /* of another attempt, for another member */ \
    X(SHARE_SIGNATURE, "share_signature")                                      \
    X(SHARE_SEALED, "share_sealed") /* does not open */                        \
    X(SHARE, "share")               /* not what the coefficients say */        \
    X(COMPLAINT, "complaint")       /* its form */                             \
    X(COMPLAINT_SIGNATURE, "complaint_signature")                              \
    X(COMPLAINT_KEY, "complaint_key") /* not the one of its certificate */     \
    X(COMPLAINT_FALSE, "complaint_false")                                      \
    /* credentials */                                                          \
    X(CREDENTIAL, "credential") /* form, order, weight */                      \
    X(SAME_CREDENTIAL, "same_credential")                                      \
    X(CREDENTIAL_COUNT, "credential_count") /* not the number of the roll */   \
    X(MEETING_FIELDS, "meeting_fields")     /* election.json "meeting" */      \
    X(COMMITTEE_SIGNATURE, "committee_signature") /* of a trustee's key */     \
    /* ballots */                                                              \
    X(OTHER_ELECTION, "other_election") /* uuid or hash */                     \
    X(NOT_IN_LIST, "not_in_list")                                              \
    X(REPLAY, "replay") /* an identical ballot again */                        \
    X(TOO_OFTEN, "too_often")                                                  \
    X(CHOICE_COUNT, "choice_count") /* answers, choices, proofs: number */     \
    X(INDIVIDUAL_PROOF, "individual_proof")                                    \
    X(OVERALL_PROOF, "overall_proof")                                          \
    X(BLANK_PROOF, "blank_proof")                                              \
    X(BALLOT_HASH, "ballot_hash")                                              \
    X(BALLOT_SIGNATURE, "ballot_signature")                                    \
    /* tally, decryption, result */                                            \
    X(TALLY, "tally")                                                          \
    X(TALLY_NUMBERS, "tally_numbers")                                          \
    X(TALLY_REFERENCE, "tally_reference")                                      \
    X(OWNER, "owner") /* out of range */                                       \
    X(OWNER_TWICE, "owner_twice")                                              \
    X(DECRYPTION_SHAPE, "decryption_shape")                                    \
    X(DECRYPTION_PROOF, "decryption_proof")                                    \
    X(STRONG_PROOF, "strong_proof")                                            \
    X(STRONG_PROOF_MISSING, "strong_proof_missing")                            \
    X(TOO_FEW_DECRYPTIONS, "too_few_decryptions")                              \
    X(RESULT_SHAPE, "result_shape")                                            \
    X(RESULT_NUMBERS, "result_numbers")                                        \
    X(PAPER_FIELDS, "paper_fields")                                            \
    X(MORE_AFTER_RESULT, "more_after_result")

enum ballot_fault {
    BALLOT_FAULT_NONE = 0,
#define BALLOT_FAULT_ENUM(name, word) BALLOT_FAULT_##name,
    BALLOT_FAULT_LIST(BALLOT_FAULT_ENUM)
#undef BALLOT_FAULT_ENUM
        BALLOT_FAULT_COUNT
};

/* "individual_proof"; "" for none. Any thread. */
const char *ballot_fault_word(enum ballot_fault fault);

/* What a failure that is not the record's fault is called: RESULT_NO_MEMORY
 * is NO_MEMORY, every other result LIBRARY. */
enum ballot_fault ballot_fault_of_failure(enum result result);

#endif
