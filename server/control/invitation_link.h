/*
 * Invitation links, chibo://host:port/i/TOKEN#FPR, and their picture for a
 * telephone's camera. Pure; any thread.
 */
#ifndef SERVER_CONTROL_INVITATION_LINK_H
#define SERVER_CONTROL_INVITATION_LINK_H

#include "protocol/record/signing_key.h"

#include <stdint.h>

enum { INVITATION_TOKEN_SIZE = 16 };

/*
 * The link of a token; `host` is a name or an address (IPv6 without brackets).
 * The caller ends `*out` with free(): it is a secret of its holder.
 * RESULT_NO_MEMORY.
 */
MUST_USE enum result
invitation_link(const char *host, uint16_t port,
                const uint8_t token[INVITATION_TOKEN_SIZE],
                const struct server_fingerprint *fingerprint, char **out);

/*
 * `text` as a QR code in lines of half blocks, for a dark terminal: what is
 * light in the code is drawn. The caller ends `*out` with free().
 * RESULT_TOO_LARGE or RESULT_NO_MEMORY.
 */
MUST_USE enum result qr_text(const char *text, char **out);

#endif
