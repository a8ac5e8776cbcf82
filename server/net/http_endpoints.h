/*
 * The few things the server says over plain HTTPS: /healthz and /metrics.
 * Everything else is 404. One request a connection. Loop thread only.
 */
#ifndef SERVER_NET_HTTP_ENDPOINTS_H
#define SERVER_NET_HTTP_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>

struct lws; /* of libwebsockets */

/* Writes the metrics (Prometheus text) into `out`, at most `size` bytes, and
 * returns how many. */
typedef size_t (*metrics_text_fn)(void *user, char *out, size_t size);

struct http_endpoints {
    metrics_text_fn metrics_text; /* NULL: /metrics is 404 */
    void *metrics_user;
    /* Borrowed; "" or NULL: /metrics for this machine only. */
    const char *metrics_token;
};

/*
 * May /metrics be read from this numeric address, with this Authorization
 * header ("" if there was none)? Yes from the machine itself, and with
 * "Bearer " and the token where there is one. Pure.
 */
bool http_endpoints_admit(const struct http_endpoints *endpoints,
                          const char *address, const char *authorization);

/* Answers the request on `wsi`. Non-zero: close the connection now. */
int http_endpoints_on_request(const struct http_endpoints *endpoints,
                              struct lws *wsi, const char *path);
/* The rest of an answer has gone out? Non-zero: close the connection now. */
int http_endpoints_on_writable(struct lws *wsi);

#endif
