/*
 * Words for people: who, when, which device. The text of each struct is cut
 * where it would be too long. One thread (translations, time zone).
 */
#ifndef PROTOCOL_VERIFY_VERIFY_WORDS_H
#define PROTOCOL_VERIFY_VERIFY_WORDS_H

#include "protocol/verify/verify_run.h"

struct verify_words {
    char text[600];
};

/* "comrade Đảng viên Mẫu 01", "site Hội trường"; the id where no name was
 * opened. */
struct verify_words verify_who(const struct verify_findings *findings,
                               const struct identifier *id);
/* A device as people know it: its code, twenty digits. */
struct verify_words verify_device_words(const struct key *key);
/* A moment, in UTC. */
struct verify_words verify_moment(int64_t at_ms);
struct verify_words verify_hex(const struct hash *hash);
/* The first thing that is wrong, in one or two sentences. */
struct verify_words verify_failure_words(const struct verify_findings *findings,
                                         const struct verify_failure *failure);
/* Why a head was confirmed. */
const char *verify_reason_words(enum checkpoint_reason reason);

/* The name of a file in a record, which may be anything: what might move a
 * cursor, or is no text, is shown as "?". */
struct verify_words verify_name_words(struct text_view name);

#endif
