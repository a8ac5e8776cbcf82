/*
 * The link by which a member or a site enrols its first device:
 *
 *   chibo://host:port/i/TOKEN#FPR
 *
 * host is a DNS name, an IPv4 address or an IPv6 address in brackets; port is
 * decimal and not left out; TOKEN is the base64url form of 16 bytes, FPR of the
 * 32 bytes that name the server's key. A link is a secret: whoever has it can
 * enrol in the holder's place. Pure; any thread.
 */
#ifndef PROTOCOL_RECORD_INVITATION_LINK_H
#define PROTOCOL_RECORD_INVITATION_LINK_H

#include "protocol/base/result.h"
#include "protocol/base/text.h"
#include "protocol/record/signing_key.h"

#include <stdint.h>

enum {
    INVITATION_TOKEN_SIZE = 16,
    INVITATION_HOST_SIZE = 254, /* a DNS name or address, NUL */
    INVITATION_LINK_SIZE_MAX = 400
};

struct invitation_link {
    char host[INVITATION_HOST_SIZE]; /* without brackets */
    uint16_t port;                   /* not 0 */
    uint8_t token[INVITATION_TOKEN_SIZE];
    struct server_fingerprint server;
};

/*
 * White space around the link is passed over, as links are pasted. Everything
 * else that is not exactly the form above is RESULT_MALFORMED, and `out` is
 * untouched.
 */
MUST_USE enum result invitation_link_parse(struct text_view text,
                                           struct invitation_link *out);

/*
 * Writes the canonical link and a NUL. RESULT_INVALID if host or port cannot
 * stand in a link, RESULT_FULL if `capacity` is too small
 * (INVITATION_LINK_SIZE_MAX is always enough).
 */
MUST_USE enum result invitation_link_write(const struct invitation_link *link,
                                           char *out, size_t capacity);

#endif
