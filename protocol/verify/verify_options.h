/*
 * The command line of chibo-verify, and its language. One thread.
 */
#ifndef PROTOCOL_VERIFY_VERIFY_OPTIONS_H
#define PROTOCOL_VERIFY_VERIFY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* What the process ends with. */
enum verify_exit {
    VERIFY_EXIT_COMPLETE = 0,
    VERIFY_EXIT_INVALID = 1,
    VERIFY_EXIT_UNUSABLE = 2,
    VERIFY_EXIT_SO_FAR = 3
};

enum { VERIFY_GIVEN_MAX = 64 };

/* Texts borrow from argv; NULL: not given. */
struct verify_options {
    const char *log; /* with --fork: the first of both */
    const char *other;
    const char *openings, *registry, *registry_openings, *rules;
    const char *anchors[VERIFY_GIVEN_MAX];
    size_t anchor_count;
    const char *archives[VERIFY_GIVEN_MAX]; /* of ballots of the log */
    size_t archive_count;
    const char *heads[VERIFY_GIVEN_MAX];
    size_t head_count;
    const char *list, *tracker; /* of an election */
    bool is_belenios;
    bool is_fork, is_json, is_help, is_version;
};

/* True: go on. False: `*end` is what the program ends with (help was shown, or
 * the line was wrong, which was said). */
bool verify_options_read(int argc, char **argv, struct verify_options *out,
                         enum verify_exit *end);

/* "chibo-verify: " and a message on stderr, with a line feed. */
void verify_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
