/*
 * What a server has given one connection of a client for others of it, so that
 * their handshakes are shorter: a session of TLS 1.3. It proves nothing, and
 * each connection has a key exchange of its own: its server is proven by its
 * hello as ever. One ticket serves for many connections: all of a client's come
 * from one address at one time, so that they belong together is seen anyway.
 *
 * On one thread.
 */
#ifndef CLIENT_CORE_LINE_TICKET_H
#define CLIENT_CORE_LINE_TICKET_H

#include <openssl/ssl.h>
#include <stdbool.h>

/* All zero at the start. */
struct line_ticket {
    bool is_wanted;   /* is one taken that comes now? */
    SSL_SESSION *tls; /* owned; NULL: there is none */
};

void line_ticket_release(struct line_ticket *ticket);
/* Connections of this context may be given tickets. */
void line_ticket_allow(SSL_CTX *context);
/* What comes over this connection goes into `ticket`, which outlives it; NULL:
 * nowhere any more. */
void line_ticket_watch(SSL *connection, struct line_ticket *ticket);
/* Before its handshake: it is to go by the ticket, if there is one. */
void line_ticket_offer(const struct line_ticket *ticket, SSL *connection);

#endif
