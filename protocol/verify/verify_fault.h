/*
 * What can be wrong with a record: one list, each with the word by which
 * programs know it and the sentence that people read.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_FAULT_H
#define PROTOCOL_VERIFY_VERIFY_FAULT_H

#include "protocol/meeting/snapshot_check.h"
#include "protocol/meeting/vocabulary.h"
#include "protocol/record/record_zip_layout.h"
#include "protocol/wire/event_codec.h"

/* A row a fault, as it reads. */
/* clang-format off */
/* X(identifier, word, English sentence) */
#define VERIFY_FAULT_LIST(X) \
    /* lines and the chain */ \
    X(LINE_CUT, "line_cut", "the last line is cut short") \
    X(LINE, "line", "the line is not an event") \
    X(NOT_CANONICAL, "not_canonical", "the line is not written as a server writes events") \
    X(NO_GENESIS, "no_genesis", "the record does not begin with its first event") \
    X(SEQ, "seq", "an event is missing, stands twice or in the wrong place") \
    X(STATE, "state", "the event contradicts those before it") \
    X(OPENING_LINE, "opening_line", "a line of the openings is not an opening") \
    X(OPENING, "opening", "an opened text is not what the event was sealed over") \
    /* acts */ \
    X(ACT, "act", "the signed act is missing, says something else, or its signature is wrong") \
    X(ACT_HEAD, "act_head", "the act was signed over another history") \
    X(ACT_AGAIN, "act_again", "the act was used before") \
    X(ACT_EARLY, "act_early", "the act was signed before the vote that it is about") \
    X(ACT_ROLE, "act_role", "the signer had no office that allows this act") \
    X(ACT_VOUCHED, "act_vouched", "nobody had vouched for the signing device, and the meeting asks for that") \
    /* results */ \
    X(DENOMINATOR, "denominator", "the number that the votes are measured against is not that of the roll") \
    X(RESULT, "result", "the result of the vote does not follow from its numbers") \
    X(OMITTED, "decision_omitted", "a secret ballot was counted, and what it comes to was left out") \
    X(TOO_FEW, "too_few", "a secret ballot was opened or counted with fewer than the rules allow, and nobody said so") \
    X(VERDICT, "verdict", "what the server says of spoilt keys of a secret ballot is false") \
    X(ARCHIVE, "archive", "the archive of a secret ballot does not hold, or is not the one of this record") \
    X(OBJECTION, "objection", "what an objection shows, and what the server made of it, contradict each other") \
    /* checkpoints */ \
    X(CHECKPOINT_HEAD, "checkpoint_head", "the checkpoint confirms another history") \
    X(CHECKPOINT_SERVER, "checkpoint_server", "the server's signature of the checkpoint is wrong") \
    X(CHECKPOINT_SIGNER, "checkpoint_signer", "a device's signature of the checkpoint is wrong") \
    X(CHECKPOINT_ROLE, "checkpoint_role", "a device signed the checkpoint in a role that its holder did not have") \
    X(CHECKPOINT_REVOKED, "checkpoint_revoked", "a device signed the checkpoint after it was revoked") \
    /* the register */ \
    X(STATEMENT, "statement", "the statement about a device or key says something else, or its signature is wrong") \
    X(STATEMENT_HEAD, "statement_head", "the statement was signed over another history") \
    /* errata of minutes */ \
    X(ERRATUM, "erratum", "the erratum says something else than was signed, or its signature is wrong") \
    X(ERRATUM_NUMBER, "erratum_number", "an erratum before this one is missing, or it has the number of another") \
    X(ERRATUM_MINUTES, "erratum_minutes", "the erratum is of other minutes than those that were adopted") \
    X(ERRATUM_TEXT, "erratum_text", "the text of the erratum is none, or its two signatures are over different ones") \
    X(ERRATUM_SIGNER, "erratum_signer", "the erratum is signed by somebody who was not chair or minute-taker of the meeting, or may not sign it now") \
    X(SNAPSHOT, "snapshot", "the meeting does not show the register as the register is") \
    X(BEGAN, "began", "the register names another beginning of this meeting") \
    X(ENDED, "ended", "the register names another end of this meeting") \
    X(RULES, "rules", "the meeting was held under another ruleset") \
    /* the file of a record */ \
    X(ZIP, "zip", "the file is not written as the file of a record is") \
    X(FILE_MISSING, "file_missing", "a file that every record has, or that the manifest names, is not in it") \
    X(FILE_UNNAMED, "file_unnamed", "there is a file that the manifest does not name") \
    X(FILE_FORM, "file_form", "a file is not of its form") \
    X(FILE, "file", "a file is not the one that the manifest names") \
    X(FILE_OPENING, "file_opening", "a file that may be hidden is not opened as the manifest asks") \
    X(RECORD_SIGNATURE, "record_signature", "a signature of the manifest, or of what was left out, is wrong") \
    X(RECORD_SIGNER, "record_signer", "the manifest is not signed by the server of this meeting, or by another key than it says") \
    X(MANIFEST_END, "manifest_end", "the manifest names another meeting, or another end of it") \
    X(MANIFEST_SIGNED, "manifest_signed", "the manifest names events that do not sign the minutes") \
    X(REDACTION, "redaction", "more or less is left out than the record says") \
    X(OPENING_STRAY, "opening_stray", "there are openings of no event, or of a text that is opened already") \
    X(MINUTES, "minutes", "the minutes in it are not those that were read back") \
    X(MINUTES_FACTS, "minutes_facts", "the minutes in it say something else than the log") \
    X(DOCUMENT, "document", "a document carries another text than the record gives for it") \
    X(DOCUMENT_SHOWN, "document_shown", "a document shows another text than it carries") \
    X(DOCUMENT_FORM, "document_form", "a document cannot be read, or carries no text") \
    X(DOCUMENT_UNKNOWN, "document_unknown", "the meeting has no such document") \
    X(TEMPLATE, "template", "no document can be drawn by this template") \
    X(GROUP, "group", "the log of a party group is not what the meeting gathered")   \
    X(ATTACHMENT, "attachment", "an attachment is not the document that was attached") \
    X(RECORDING, "recording", "a recording is not the file that the log names") \
    X(RECORDING_MISSING, "recording_missing", "a recording that the log names is not in the record") \
    X(ARCHIVE_MISSING, "archive_missing", "the archive of a secret ballot is missing") \
    X(ARCHIVE_SHORT, "archive_short", "the archive of a secret ballot ends before its result") \
    /* from outside */ \
    X(HEAD, "head", "the head that was given CONTRADICTS the record") \
    X(ANCHOR, "anchor", "an anchor CONTRADICTS the record") \
    X(ANCHOR_BEYOND, "anchor_beyond", "an anchor knows events behind the end of the record")
/* clang-format on */

enum verify_fault {
    VERIFY_FAULT_NONE,
#define VERIFY_FAULT_ENUM(name, word, sentence) VERIFY_FAULT_##name,
    VERIFY_FAULT_LIST(VERIFY_FAULT_ENUM)
#undef VERIFY_FAULT_ENUM
        VERIFY_FAULT_COUNT
};

/* Never NULL; the sentence is English, to be translated. */
const char *verify_fault_word(enum verify_fault fault);
const char *verify_fault_sentence(enum verify_fault fault);

/* Where something was found. */
enum verify_file {
    VERIFY_IN_LOG,
    VERIFY_IN_OPENINGS,
    VERIFY_IN_REGISTER,
    VERIFY_IN_REGISTER_OPENINGS,
    VERIFY_IN_RECORD, /* in the file of a record: see name */
    VERIFY_FILE_COUNT
};

enum { VERIFY_KIND_SIZE = 4 * EVENT_NAME_LENGTH_MAX + 1 };

/* The first thing that is wrong. */
struct verify_failure {
    enum verify_fault fault; /* NONE: nothing is */
    enum verify_file file;
    bool has_seq;
    uint64_t seq;
    char kind[VERIFY_KIND_SIZE]; /* name of the event; "" if it is not known */
    uint64_t line;               /* of the file, from 1; 0: of no line */
    struct identifier who;       /* whom it is about, or "" */
    bool has_device;
    struct key device;
    enum snapshot_fault snapshot; /* of VERIFY_FAULT_SNAPSHOT */
    enum keys_fault keys; /* of VERIFY_FAULT_VERDICT: by the record it is this
                             of `who`; none: nobody did anything wrong */
    struct field_error field; /* of lines; reason NULL: nothing to say */
    struct text_view name; /* of VERIFY_IN_RECORD: the file in it; borrowed */
    enum record_zip_fault zip; /* of VERIFY_FAULT_ZIP */
};

#endif
