#include "client/core/line_ticket.h"

void line_ticket_release(struct line_ticket *ticket)
{
    SSL_SESSION_free(ticket->tls);
    *ticket = (struct line_ticket){ .is_wanted = false };
}

/* Where a connection keeps what is ours. */
static int place(void)
{
    static int index = -1;

    if (index < 0)
        index = SSL_get_ex_new_index(0, NULL, NULL, NULL, NULL);
    return index;
}

/* A copy is kept: OpenSSL spoils the connection's own when that breaks off. 0:
 * the session stays its. */
static int on_ticket(SSL *connection, SSL_SESSION *session)
{
    struct line_ticket *ticket = SSL_get_ex_data(connection, place());
    SSL_SESSION *copy;

    if (!ticket || !ticket->is_wanted)
        return 0;
    copy = SSL_SESSION_dup(session);
    if (copy) {
        SSL_SESSION_free(ticket->tls);
        ticket->tls = copy;
    }
    return 0;
}

void line_ticket_allow(SSL_CTX *context)
{
    (void)SSL_CTX_set_session_cache_mode(
        context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_ticket);
}

/* Without memory for it the handshakes are whole ones. */
void line_ticket_watch(SSL *connection, struct line_ticket *ticket)
{
    (void)SSL_set_ex_data(connection, place(), ticket);
}

/* What one connection has used is spoilt, too. */
void line_ticket_offer(const struct line_ticket *ticket, SSL *connection)
{
    SSL_SESSION *copy = ticket->tls ? SSL_SESSION_dup(ticket->tls) : NULL;

    if (copy)
        (void)SSL_set_session(connection, copy);
    SSL_SESSION_free(copy);
}
