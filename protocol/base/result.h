/*
 * What a function that can fail says of itself.
 *
 * One list for the whole program, so that a reader learns it once. Foreign
 * codes (SQLite, libuv, OpenSSL) are translated where that library is called.
 */
#ifndef PROTOCOL_BASE_RESULT_H
#define PROTOCOL_BASE_RESULT_H

#define MUST_USE __attribute__((warn_unused_result))

/* X(identifier, word used in logs) */
#define RESULT_LIST(X)                                                         \
    X(OK, "ok")                                                                \
    X(INVALID, "invalid argument")                                             \
    X(NO_MEMORY, "out of memory")                                              \
    X(TRUNCATED, "input ends too early")                                       \
    X(TOO_LARGE, "larger than the limit")                                      \
    X(MALFORMED, "malformed input")                                            \
    X(NOT_FOUND, "not found")                                                  \
    X(EXISTS, "exists already")                                                \
    X(REFUSED, "refused")                                                      \
    X(FULL, "full")                                                            \
    X(IO, "input or output failed")                                            \
    X(CRYPTO, "cryptographic operation failed")                                \
    X(BUSY, "busy")                                                            \
    X(CLOSED, "closed")                                                        \
    X(CORRUPT, "stored data is damaged")                                       \
    X(UNSUPPORTED, "not supported")

enum result {
#define RESULT_ENUM(name, word) RESULT_##name,
    RESULT_LIST(RESULT_ENUM)
#undef RESULT_ENUM
        RESULT_COUNT
};

/* English words for a result, for logs; never NULL. Any thread. */
const char *result_text(enum result result);

#endif
