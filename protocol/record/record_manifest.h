/*
 * manifest.json, which names every other file of a record:
 *
 *   {"v":1,"meeting":id,"organisation":id,"seq":n,"head":hex,"signed":[n,…],
 *    "files":[{"path":text,"size":n,"sha256":hex},…],
 *    "hideable":[{"path":text,"c":hex},…]}
 *
 * on one line. seq and head: of the last event; signed: the events by which
 * the minutes were signed. A hideable file may be left out: c commits to the
 * hex text of its SHA-256 under the field "file:" and its path, and is opened
 * by a line of log/openings.jsonl,
 *
 *   {"file":text,"salt":hex,"value":hex}
 *
 * Paths are in the order of bytes in each list, and in one list only. The
 * openings prove themselves line by line, and so are not named, nor are the
 * manifest, signatures.json and redaction.json. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_MANIFEST_H
#define PROTOCOL_RECORD_RECORD_MANIFEST_H

#include "protocol/record/commitment.h"

#include <jansson.h>

#define RECORD_MANIFEST_PATH "manifest.json"
#define RECORD_SIGNATURES_PATH "signatures.json"
#define RECORD_REDACTION_PATH "redaction.json"
#define RECORD_MINUTES_PATH "minutes.json"
#define RECORD_DOCUMENTS_FOLDER "documents/"
#define RECORD_TEMPLATES_FOLDER "templates/"
/* Of each party group whose record was gathered: the id of its meeting, and
 * these. */
#define RECORD_GROUPS_FOLDER "groups/"
#define RECORD_GROUP_EVENTS "/events.jsonl"
#define RECORD_GROUP_OPENINGS "/openings.jsonl"
/* By which form of facts and text the documents were drawn: a number. */
#define RECORD_FORMAT_PATH "documents.json"
#define RECORD_FORMAT_TEXT "{\"v\":1,\"format\":%d}"
#define RECORD_EVENTS_PATH "log/events.jsonl"
#define RECORD_OPENINGS_PATH "log/openings.jsonl"
#define RECORD_REGISTER_EVENTS_PATH "register/events.jsonl"
#define RECORD_REGISTER_OPENINGS_PATH "register/openings.jsonl"

struct record_manifest_file {
    struct text_view path; /* borrowed */
    uint64_t size;
    struct hash sha256;
};

struct record_manifest_hideable {
    struct text_view path; /* borrowed */
    struct hash commitment;
};

struct record_manifest {
    struct identifier meeting, organisation;
    uint64_t seq;
    struct hash head;
    uint64_t *signed_seqs; /* owned, as are the lists; ascending */
    size_t signed_count;
    struct record_manifest_file *files;
    size_t file_count;
    struct record_manifest_hideable *hideable;
    size_t hideable_count;
    json_t *root; /* owned; what a manifest that was read borrows from */
};

/* Is the file at this path one that no manifest names? */
bool record_manifest_is_outside(struct text_view path);

/* The text; the caller ends `*out` with free(). RESULT_OK or
 * RESULT_NO_MEMORY. */
MUST_USE enum result record_manifest_write(const struct record_manifest *,
                                           char **out, size_t *size);
/*
 * RESULT_OK, and the caller ends `*out` with record_manifest_release();
 * RESULT_TOO_LARGE, RESULT_MALFORMED (not the one spelling of a manifest, or
 * paths that are not in order) or RESULT_NO_MEMORY.
 */
MUST_USE enum result record_manifest_read(struct text_view text,
                                          struct record_manifest *out);
void record_manifest_release(struct record_manifest *manifest);

/* NULL if it is not in that list. */
const struct record_manifest_file *
record_manifest_file(const struct record_manifest *, struct text_view path);
const struct record_manifest_hideable *
record_manifest_hideable(const struct record_manifest *, struct text_view path);

/* --- Openings of files --------------------------------------------------- */

struct record_file_opening {
    struct text_view path; /* borrowed */
    struct salt salt;
    struct hash value; /* SHA-256 of the file */
};

/* What a manifest says of a hideable file. */
struct hash record_file_commitment(const struct identifier *meeting,
                                   const struct record_file_opening *opening);
/* The salt that a server makes, so that the same file is told in the same way
 * at each export: HMAC-SHA-256(secret, SHA-256(D("file-salt") ‖ LP(T meeting)
 * ‖ LP(T path) ‖ LP(value))). */
struct salt record_file_salt(const uint8_t *secret, size_t secret_size,
                             const struct identifier *meeting,
                             struct text_view path, const struct hash *value);

/* Is a line of openings one of these? */
bool record_file_opening_is(struct text_view line);
/* Results as those of the manifest. */
MUST_USE enum result
record_file_opening_write(const struct record_file_opening *opening, char **out,
                          size_t *size);
/* The path borrows from `*memory`, which the caller ends with json_decref(). */
MUST_USE enum result record_file_opening_read(struct text_view line,
                                              struct record_file_opening *out,
                                              json_t **memory);

#endif
