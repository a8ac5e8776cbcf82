/*
 * The TLS certificate and its key: made at first start, or the operator's own.
 * Clients trust the server's identity key over the channel binding, not this
 * certificate, so a self-signed one is enough and may change at any time.
 */
#ifndef SERVER_PLATFORM_TLS_CERTIFICATE_H
#define SERVER_PLATFORM_TLS_CERTIFICATE_H

#include "protocol/base/result.h"

#include <openssl/ssl.h>
#include <stdint.h>

struct tls_certificate; /* a chain and the key of its first certificate */

/*
 * Makes a self-signed P-256 certificate for `host` (a name or a numeric
 * address), good from a day before `now_utc_ms` for ten years, and writes both
 * files with mode 0600, durably. If both are there already nothing is done.
 *
 * RESULT_OK, RESULT_EXISTS (only one of the two is there: nothing is
 * overwritten), RESULT_CRYPTO or RESULT_IO. Blocks: for the start only.
 */
MUST_USE enum result tls_certificate_make(const char *certificate_path,
                                          const char *key_path,
                                          const char *host, int64_t now_utc_ms);

/*
 * Reads a PEM chain and key, and tries them on a TLS connection of their own,
 * so that a pair which got this far can be used. On RESULT_OK the caller ends
 * `*out` with tls_certificate_free(). RESULT_IO (a file cannot be opened),
 * RESULT_MALFORMED (not PEM, encrypted key), RESULT_CRYPTO (key and certificate
 * do not belong together, or OpenSSL refuses them) or RESULT_NO_MEMORY.
 */
MUST_USE enum result tls_certificate_load(struct tls_certificate **out,
                                          const char *certificate_path,
                                          const char *key_path);

/*
 * Has one connection, whose handshake has not got that far, served with this
 * certificate and no other. (A context would keep an older certificate of
 * another kind of key beside it, and go on serving that.) The connection holds
 * its own references. RESULT_OK or RESULT_CRYPTO.
 */
MUST_USE enum result tls_certificate_use(const struct tls_certificate *pair,
                                         SSL *connection);

/* SHA-256 of the first certificate as lower-case hexadecimal, for logs. */
void tls_certificate_fingerprint(const struct tls_certificate *pair,
                                 char out[65]);

/* Takes NULL, returns NULL. */
struct tls_certificate *tls_certificate_free(struct tls_certificate *pair);

#endif
