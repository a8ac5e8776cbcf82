/*
 * The secret ballots of a meeting's record: their archives (UUID.bel) held
 * against the log that names them, and what the log's objections show. Pure;
 * one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_ARCHIVES_H
#define PROTOCOL_VERIFY_VERIFY_ARCHIVES_H

#include "protocol/ballot/ballot_fault.h"
#include "protocol/meeting/meeting_state.h"

#include <stdbool.h>
#include <stddef.h>

struct verify_findings;

enum verify_archive_status {
    VERIFY_ARCHIVE_EQUAL,  /* and complete as the log is */
    VERIFY_ARCHIVE_SO_FAR, /* and ends earlier */
    VERIFY_ARCHIVE_INVALID,
    VERIFY_ARCHIVE_DIFFERS
};

struct verify_archive {
    const char *name;         /* borrowed: the file */
    struct identifier ballot; /* which it is of, by its uuid */
    enum verify_archive_status status;
    enum ballot_fault fault; /* of INVALID */
    const char *what; /* static, of DIFFERS: a word for what is another */
};

enum verify_shown {
    VERIFY_SHOWN_UNKNOWN, /* the list is needed, and was not given */
    VERIFY_SHOWN_PROVEN,
    VERIFY_SHOWN_NOTHING /* the list has the credential */
};

/* An objection that shows a statement of the server which the log, or a list,
 * contradicts. */
struct verify_objection {
    struct identifier ballot;
    const struct meeting_ballot_objection *row; /* the state's */
    enum verify_shown shown;
};

struct verify_archives {
    struct verify_archive *rows; /* owned */
    size_t count;
    struct verify_objection *objections; /* owned */
    size_t objection_count;
};

/* The objections of a meeting that was read. RESULT_OK or RESULT_NO_MEMORY. */
MUST_USE enum result verify_archives_begin(struct verify_findings *findings);
/*
 * Holds an archive against the log; `name` outlives the findings. `ballot`: the
 * one that it has to be of, as its place says; NULL: as it says itself, if it
 * can be read so far. RESULT_OK, whatever was found; RESULT_NOT_FOUND: it is of
 * no ballot of this log; RESULT_NO_MEMORY, RESULT_CRYPTO.
 */
MUST_USE enum result verify_archives_take(struct verify_findings *findings,
                                          const char *name,
                                          struct text_view file,
                                          const struct meeting_ballot *ballot);
/* What the server made of the objections, in the light of the archives. */
void verify_archives_judge(struct verify_findings *findings);
void verify_archives_release(struct verify_archives *archives);

/* "equal". */
const char *verify_archive_word(enum verify_archive_status status);
/* "proven". */
const char *verify_shown_word(enum verify_shown shown);

#endif
