/*
 * The files of a record that is being made. Whoever has something to add adds
 * it here; at the end they are named by a manifest, signed, and written as one
 * file. The same files, secret and key give the same bytes, in whatever order
 * they were added. Pure; one thread.
 */
#ifndef PROTOCOL_RECORD_RECORD_FILES_H
#define PROTOCOL_RECORD_RECORD_FILES_H

#include "protocol/record/record_redaction.h"
#include "protocol/record/record_signatures.h"

enum record_file_kind {
    RECORD_FILE_PLAIN,    /* in every form of the record */
    RECORD_FILE_HIDEABLE, /* may be left out later */
    RECORD_FILE_OUTSIDE   /* proves itself: named by no manifest */
};

struct record_file {
    char *path; /* both owned */
    char *bytes;
    size_t size;
    enum record_file_kind kind;
};

struct record_files {
    struct record_file *rows; /* owned */
    size_t count;
};

/*
 * Adds a copy of the bytes. RESULT_OK; RESULT_INVALID for a name that
 * record_path_check() refuses; RESULT_FULL above LIMIT_RECORD_FILES;
 * RESULT_NO_MEMORY. That a name is there already is told when they are written.
 */
MUST_USE enum result record_files_add(struct record_files *files,
                                      const char *path,
                                      enum record_file_kind kind,
                                      const void *bytes, size_t size);
void record_files_release(struct record_files *files);

/* Which record it is, and its end; who signs. Borrowed for the call. */
struct record_seal {
    const struct record_manifest *about; /* without its lists of files */
    struct text_view openings;           /* of the log's events, a line each */
    /* What was not at hand when it was made; NULL: nothing. */
    struct record_redaction *redaction;
    const struct signing_key *server; /* its seed makes the salts, too */
};

/*
 * RESULT_OK, and the caller ends `*out` with free(). As record_zip_write(), and
 * RESULT_CRYPTO.
 */
MUST_USE enum result record_files_write(struct record_files *files,
                                        const struct record_seal *seal,
                                        char **out, size_t *size);

#endif
