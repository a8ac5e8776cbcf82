/*
 * The server's log: one line a message on standard error, with UTC time and
 * level. Any thread: a line is one write, so lines of threads do not mix.
 *
 * Never in it: ballots, keys, tokens, chat or minutes text, audio. What a peer
 * wrote goes through log_quote(); what a peer can trigger, through a limiter.
 */
#ifndef SERVER_PLATFORM_LOG_H
#define SERVER_PLATFORM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level {
    LOG_LEVEL_ERROR = 1, /* somebody must act */
    LOG_LEVEL_WARNING,   /* the program coped */
    LOG_LEVEL_INFO,      /* life of rooms and sessions */
    LOG_LEVEL_DEBUG
};

/* Messages above this level are left out; info at start. */
void log_set_level(enum log_level level);

#define LOG_FORMAT __attribute__((format(printf, 1, 2)))
LOG_FORMAT void log_error(const char *format, ...);
LOG_FORMAT void log_warning(const char *format, ...);
LOG_FORMAT void log_info(const char *format, ...);
LOG_FORMAT void log_debug(const char *format, ...);

/* A peer's text, cut and escaped for a log line. */
struct log_quote {
    char text[81];
};

/*
 * At most 80 bytes of `bytes`: printable UTF-8 as it is, every other byte as
 * \xNN, backslash and double quote behind a backslash, "..." where it was cut.
 * Use: log_info("name \"%s\"", log_quote(name, size).text);
 */
struct log_quote log_quote(const void *bytes, size_t size);

/* Lets so many messages a second through; zero it and set `per_second`. */
struct log_limiter {
    unsigned per_second;
    unsigned count;      /* in this second */
    unsigned suppressed; /* since the last one let through */
    int64_t second;      /* of the monotonic clock */
};

/*
 * May a message be written now? When true, `*suppressed` (may be NULL) says how
 * many were left out before it. One thread a limiter.
 */
bool log_limiter_admits(struct log_limiter *limiter, int64_t monotonic_ms,
                        unsigned *suppressed);

#endif
