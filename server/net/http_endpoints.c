#include "server/net/http_endpoints.h"

#include <libwebsockets.h>
#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    METRICS_SIZE_MAX = 256 * 1024,
    HEADER_SIZE_MAX = 512,
    AUTHORIZATION_SIZE_MAX = 256,
    /* From the request to the last byte taken by the peer. */
    ANSWER_S = 10
};

/* Writes an answer. Non-zero: close now; 0: its rest is still buffered. */
static int answer(struct lws *wsi, const char *status, const char *type,
                  const char *extra, const void *body, size_t body_size)
{
    int result = -1;
    unsigned char *buffer = malloc(LWS_PRE + HEADER_SIZE_MAX + body_size);
    if (!buffer)
        return -1;

    unsigned char *text = buffer + LWS_PRE;
    int size = snprintf((char *)text, HEADER_SIZE_MAX,
                        "HTTP/1.1 %s\r\n"
                        "Content-Type: %s\r\n"
                        "Content-Length: %zu\r\n"
                        "Cache-Control: no-store\r\n"
                        "X-Content-Type-Options: nosniff\r\n"
                        "%s"
                        "Connection: close\r\n\r\n",
                        status, type, body_size, extra);
    if (size > 0 && size < HEADER_SIZE_MAX) {
        memcpy(text + size, body, body_size);
        /* What does not go out at once is copied by libwebsockets. */
        lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, ANSWER_S);
        if (lws_write(wsi, text, (size_t)size + body_size,
                      LWS_WRITE_HTTP_HEADERS) >= 0)
            result = http_endpoints_on_writable(wsi);
    }
    free(buffer);
    return result;
}

static int answer_text(struct lws *wsi, const char *status, const char *text)
{
    return answer(wsi, status, "text/plain; charset=utf-8", "", text,
                  strlen(text));
}

static bool is_loopback(const char *address)
{
    return !strncmp(address, "127.", 4) || !strcmp(address, "::1") ||
           !strncmp(address, "::ffff:127.", 11);
}

bool http_endpoints_admit(const struct http_endpoints *endpoints,
                          const char *address, const char *authorization)
{
    static const char scheme[] = "Bearer ";
    const size_t scheme_size = sizeof scheme - 1;
    const char *token = endpoints->metrics_token;
    size_t size = token ? strlen(token) : 0;

    if (is_loopback(address))
        return true;
    return size && !strncmp(authorization, scheme, scheme_size) &&
           strlen(authorization + scheme_size) == size &&
           !CRYPTO_memcmp(authorization + scheme_size, token, size);
}

static bool admits(const struct http_endpoints *endpoints, struct lws *wsi)
{
    char address[64] = "";
    char authorization[AUTHORIZATION_SIZE_MAX] = "";

    lws_get_peer_simple(wsi, address, sizeof address);
    if (lws_hdr_copy(wsi, authorization, sizeof authorization,
                     WSI_TOKEN_HTTP_AUTHORIZATION) < 0)
        authorization[0] = '\0'; /* too long to be the token */
    bool is_admitted = http_endpoints_admit(endpoints, address, authorization);
    OPENSSL_cleanse(authorization, sizeof authorization);
    return is_admitted;
}

static int answer_metrics(const struct http_endpoints *endpoints,
                          struct lws *wsi)
{
    if (!admits(endpoints, wsi))
        return answer(wsi, "401 Unauthorized", "text/plain; charset=utf-8",
                      "WWW-Authenticate: Bearer\r\n", "unauthorized\n", 13);

    char *text = malloc(METRICS_SIZE_MAX);
    if (!text)
        return answer_text(wsi, "503 Service Unavailable", "out of memory\n");
    size_t size = endpoints->metrics_text(endpoints->metrics_user, text,
                                          METRICS_SIZE_MAX);
    int result =
        answer(wsi, "200 OK", "text/plain; version=0.0.4", "", text, size);
    free(text);
    return result;
}

int http_endpoints_on_request(const struct http_endpoints *endpoints,
                              struct lws *wsi, const char *path)
{
    if (!strcmp(path, "/healthz"))
        return answer_text(wsi, "200 OK", "ok\n");
    if (!strcmp(path, "/metrics") && endpoints->metrics_text)
        return answer_metrics(endpoints, wsi);
    return answer_text(wsi, "404 Not Found", "not found\n");
}

int http_endpoints_on_writable(struct lws *wsi)
{
    return lws_partial_buffered(wsi) ? 0 : -1;
}
