/*
 * Refuses WebSocket frames of clients that are not masked (RFC 6455, 5.1),
 * which libwebsockets 4.1.6 accepts without telling, and HTTP requests other
 * than GET, some of which would lead it into protocols that are not ours.
 * README.md in this folder says why it is done this way.
 */
#ifndef SERVER_NET_FRAME_MASK_GUARD_H
#define SERVER_NET_FRAME_MASK_GUARD_H

#include "protocol/base/result.h"

#include <openssl/ssl.h>
#include <stdbool.h>

/* Called once, from inside the read that brought the frame; reading and
 * writing this connection is allowed in it, freeing it is not. */
typedef void (*frame_mask_guard_fn)(void *user);

/* Does the guard see what libwebsockets reads? If not, the program was linked
 * wrongly and must not serve. */
bool frame_mask_guard_is_active(void);

/* Guards all connections of `context` accepted from now on. RESULT_OK or
 * RESULT_CRYPTO. */
MUST_USE enum result frame_mask_guard_install(SSL_CTX *context);

/*
 * `on_violation` is told when an unmasked frame arrives on `ssl`; what it held
 * is then handed on, so the caller must ignore it. A connection nobody watches
 * ends with a read error instead. RESULT_REFUSED: it has happened already.
 */
MUST_USE enum result
frame_mask_guard_watch(SSL *ssl, frame_mask_guard_fn on_violation, void *user);
/* `user` is about to go. Takes NULL. */
void frame_mask_guard_unwatch(SSL *ssl);

#endif
