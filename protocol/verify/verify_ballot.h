/*
 * All that chibo-verify does with the archive of an election, from the bytes of
 * its file to a verdict. Pure; one thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_BALLOT_H
#define PROTOCOL_VERIFY_VERIFY_BALLOT_H

#include "protocol/ballot/ballot_archive.h"
#include "protocol/ballot/ballot_verify.h"
#include "protocol/verify/verify_run.h"

enum { VERIFY_BALLOT_GIVEN_MAX = 64 };

/* A head or a list that somebody wrote down. */
struct verify_ballot_given {
    const char *name; /* borrowed: the argument */
    bool has_seq;     /* else the last event of the file */
    uint64_t seq;
    struct hash hash;
};

struct verify_ballot_input {
    struct text_view file;
    bool is_lenient; /* elections that other programs made */
    const struct verify_ballot_given *heads;
    size_t head_count;
    const struct hash *list; /* NULL: not given */
    const char *tracker;     /* NULL: not asked for */
    /* Called as the work goes on, with bytes done and all; NULL: nobody. */
    void (*on_progress)(void *user, size_t done, size_t all);
    void *user;
};

enum verify_ballot_status {
    VERIFY_BALLOT_NOT_ASKED,
    VERIFY_BALLOT_EQUAL,
    VERIFY_BALLOT_BEYOND, /* of an event behind the end of the file */
    VERIFY_BALLOT_DIFFERS
};

struct verify_ballot {
    enum verify_verdict verdict;
    bool is_lenient;
    bool is_bound; /* the election names its meeting */
    struct ballot_group *group;
    struct ballot_verifier *verifier;
    struct hash *heads; /* of each event that was taken */
    size_t head_count;
    /* One for each head that was given, then the list. */
    enum verify_ballot_status given[VERIFY_BALLOT_GIVEN_MAX];
    size_t given_count;
    enum verify_ballot_status list;
    enum verify_ballot_status tracker; /* BEYOND: not in it so far */
    const struct ballot_tracked *found;
};

/* Is this the file of an election? */
bool verify_ballot_is(struct text_view file);
/* HEX of the last event, or SEQ:HEX. RESULT_MALFORMED. */
MUST_USE enum result verify_ballot_given_parse(const char *text,
                                               struct verify_ballot_given *out);
/* Has it the form of a tracker? */
bool verify_ballot_is_tracker(const char *text);

/*
 * Fills `out`, which the caller ends with verify_ballot_release(). RESULT_OK
 * whatever the verdict; RESULT_NO_MEMORY or RESULT_CRYPTO, with `out` empty.
 */
MUST_USE enum result verify_ballot_run(const struct verify_ballot_input *input,
                                       struct verify_ballot *out);
void verify_ballot_release(struct verify_ballot *ballot);

#endif
