/*
 * The file of a record, meeting-ID.chibo: its parts, held against its manifest,
 * and what its manifest and redaction say held against what was found in the
 * log. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_RECORD_H
#define PROTOCOL_VERIFY_VERIFY_RECORD_H

#include "protocol/record/record_redaction.h"
#include "protocol/record/record_signatures.h"
#include "protocol/record/record_zip_read.h"
#include "protocol/rules/ruleset_shelf.h"
#include "protocol/verify/verify_run.h"

/* A signature of the manifest, and whose key it is. */
struct verify_record_signer {
    enum record_role role;
    struct key key;
    struct identifier holder; /* "" for the server */
};

/* How far what the minutes say was held against the log. */
enum verify_minutes {
    VERIFY_MINUTES_NONE,   /* nobody presented any */
    VERIFY_MINUTES_WHOLE,  /* every letter */
    VERIFY_MINUTES_PARTLY, /* as far as texts are not hidden */
    VERIFY_MINUTES_HIDDEN, /* they are not in it */
    VERIFY_MINUTES_OTHERS, /* they say also what hidden logs of groups have */
    VERIFY_MINUTES_UNKNOWN /* they were drawn in a form not known here */
};

struct verify_compared {
    enum verify_minutes minutes;
    size_t count;   /* of files of documents, drawn again */
    size_t unknown; /* that could not be drawn again */
};

struct verify_record {
    struct record_zip zip;
    struct record_manifest manifest;
    struct text_view
        manifest_text; /* this and all below borrow from the file */
    struct record_signatures signatures;
    struct record_redaction redaction;
    bool has_redaction;
    struct text_view log, openings, registry, registry_openings;
    struct ruleset_shelf rulesets; /* owned; empty: it cannot be read here */
    struct hash ruleset;           /* of the file */
    size_t file_count;             /* that the manifest names */
    size_t hidden_count;           /* of these, left out */
    size_t attachment_count;
    size_t recording_count;
    size_t document_count; /* minutes and papers */
    struct verify_compared compared;
    char wanted[LIMIT_RECORD_PATH_SIZE]; /* the file that a failure misses */
    struct verify_record_signer signers[LIMIT_RECORD_SIGNATURES];
    size_t signer_count;
    bool is_signed_off;
};

/* Is this the file of a record, rather than a log? */
bool verify_record_is(struct text_view file);

/*
 * Finds the parts and holds every file against the manifest. RESULT_OK;
 * RESULT_REFUSED with the failure, whose `name` borrows from the file;
 * RESULT_NO_MEMORY, RESULT_CRYPTO. `file` outlives the record, which the caller
 * ends with verify_record_release() in every case.
 */
MUST_USE enum result verify_record_open(struct text_view file,
                                        struct verify_record *out,
                                        struct verify_failure *failure);
void verify_record_release(struct verify_record *record);

/* What verify_run() is given of it; anchors and heads are the caller's. */
void verify_record_input(const struct verify_record *record,
                         struct verify_input *out);

/*
 * The rest, once the log was verified: who signed the manifest, that it names
 * this end of this log, attachments, recordings, the archives of secret
 * ballots, and that nothing is left out but what the redaction says. Whatever
 * is wrong is noted in the findings, which borrow the record from here on.
 * RESULT_OK, RESULT_NO_MEMORY or RESULT_CRYPTO.
 */
MUST_USE enum result verify_record_judge(struct verify_record *record,
                                         struct verify_findings *findings);

/* All three. The record outlives the findings; both are ended by the caller in
 * every case. `input` may have anchors and heads in it. */
MUST_USE enum result verify_record_run(struct text_view file,
                                       const struct verify_input *input,
                                       struct verify_record *record,
                                       struct verify_findings *out);

/* How many sealed texts of the log are not opened, kind by kind, and hideable
 * files that are not there: into an empty redaction, in order. RESULT_OK or
 * RESULT_NO_MEMORY; the caller ends it with record_redaction_release(). */
MUST_USE enum result verify_record_missing(const struct verify_record *record,
                                           const struct verify_reader *reader,
                                           struct record_redaction *out);

#endif
