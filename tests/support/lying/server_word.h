/*
 * What the server signs anew so that a false history holds together. It has the
 * real key: that is what makes it a lying server and not a stranger.
 */
#ifndef TESTS_SUPPORT_LYING_SERVER_WORD_H
#define TESTS_SUPPORT_LYING_SERVER_WORD_H

#include "protocol/record/signing_key.h"

#include <stdint.h>

struct hex_signature {
    char text[HEX_SIZE(SIGNATURE_SIZE)];
};

/* `key` is borrowed for the life of the program. */
void server_word_use(const struct signing_key *key);
/* The statement `checkpoint` with role "server". */
struct hex_signature server_word_of_head(const char *log, const char *reason,
                                         uint64_t seq, const struct hash *head);

#endif
