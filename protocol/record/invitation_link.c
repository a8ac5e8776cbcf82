#include "protocol/record/invitation_link.h"

#include "protocol/base/encoding.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SCHEME "chibo://"
#define PATH "/i/"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct text_view trim(struct text_view text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

static bool skip(struct text_view *text, const char *prefix)
{
    size_t size = strlen(prefix);

    if (text->size < size || memcmp(text->data, prefix, size) != 0)
        return false;
    text->data += size;
    text->size -= size;
    return true;
}

/* Splits at the first `mark`, which is dropped. */
static bool take_until(struct text_view *text, char mark, struct text_view *out)
{
    const char *end = memchr(text->data, mark, text->size);
    size_t size;

    if (!end)
        return false;
    size = (size_t)(end - text->data);
    *out = (struct text_view){ text->data, size };
    text->data += size + 1;
    text->size -= size + 1;
    return true;
}

static bool is_host_character(char c, bool is_v6)
{
    if (is_v6)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
               (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

static bool is_host(struct text_view host, bool is_v6)
{
    size_t i;

    if (host.size == 0 || host.size >= INVITATION_HOST_SIZE)
        return false;
    for (i = 0; i < host.size; i++) {
        if (!is_host_character(host.data[i], is_v6))
            return false;
    }
    return true;
}

/* host or [v6], then the colon. */
static bool take_host(struct text_view *text, struct text_view *host)
{
    if (skip(text, "["))
        return take_until(text, ']', host) && skip(text, ":") &&
               is_host(*host, true);
    return take_until(text, ':', host) && is_host(*host, false);
}

static bool take_port(struct text_view *text, uint16_t *port)
{
    struct text_view digits;
    uint32_t value = 0;
    size_t i;

    if (!take_until(text, '/', &digits) || digits.size == 0 ||
        digits.size > 5 || digits.data[0] == '0')
        return false;
    for (i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        value = 10 * value + (uint32_t)(digits.data[i] - '0');
    }
    if (value > UINT16_MAX)
        return false;
    *port = (uint16_t)value;
    return true;
}

enum result invitation_link_parse(struct text_view text,
                                  struct invitation_link *out)
{
    struct invitation_link link = { .port = 0 };
    struct text_view rest = trim(text), host, token;

    if (!skip(&rest, SCHEME) || !take_host(&rest, &host) ||
        !take_port(&rest, &link.port) || !skip(&rest, &PATH[1]) ||
        !take_until(&rest, '#', &token))
        return RESULT_MALFORMED;
    if (base64url_decode(token, link.token, sizeof link.token) ||
        server_fingerprint_parse(rest, &link.server))
        return RESULT_MALFORMED;
    memcpy(link.host, host.data, host.size);
    *out = link;
    return RESULT_OK;
}

enum result invitation_link_write(const struct invitation_link *link, char *out,
                                  size_t capacity)
{
    struct text_view host = text_view_of(link->host);
    bool is_v6 = memchr(host.data, ':', host.size) != NULL;
    char token[BASE64URL_SIZE(INVITATION_TOKEN_SIZE)];
    int size;

    if (!is_host(host, is_v6) || link->port == 0)
        return RESULT_INVALID;
    base64url_encode(link->token, sizeof link->token, token);
    size = snprintf(out, capacity, SCHEME "%s%s%s:%u" PATH "%s#%s",
                    is_v6 ? "[" : "", link->host, is_v6 ? "]" : "",
                    (unsigned)link->port, token, link->server.text);
    return size < 0 || (size_t)size >= capacity ? RESULT_FULL : RESULT_OK;
}
