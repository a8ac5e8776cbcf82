#include "client/bench/bench_usage.h"

#include "client/bench/bench_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1024 * 1024 };

/* --- the text ------------------------------------------------------------ */

/* The value behind a name at the beginning of a line. */
static bool find_value(const char *text, const char *name, double *out)
{
    const size_t size = strlen(name);
    const char *line = text;

    while ((line = strstr(line, name))) {
        char *end = NULL;

        if ((line == text || line[-1] == '\n') && line[size] == ' ') {
            *out = strtod(line + size + 1, &end);
            return end != line + size + 1;
        }
        line += size;
    }
    return false;
}

enum result bench_usage_parse(const char *text, struct bench_usage *out)
{
    static const char *const reasons[] = { "queue_full", "stale", "closing" };
    struct bench_usage usage = { .cpu_us = 0 };
    double value = 0;

    if (!find_value(text, "process_cpu_seconds_total", &usage.cpu_us) ||
        !find_value(text, "process_resident_memory_bytes", &usage.rss_kib) ||
        !find_value(text, "chibo_audio_delivered_total", &usage.delivered) ||
        !find_value(text, "chibo_audio_messages_total", &usage.messages) ||
        !find_value(text, "chibo_audio_bundle_window_seconds",
                    &usage.window_ms))
        return RESULT_MALFORMED;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        char name[80];

        (void)snprintf(name, sizeof name,
                       "chibo_audio_dropped_total{reason=\"%s\"}", reasons[i]);
        if (!find_value(text, name, &value))
            return RESULT_MALFORMED;
        usage.dropped += value;
    }
    usage.cpu_us *= 1e6;
    usage.rss_kib /= 1024;
    usage.window_ms *= 1e3;
    *out = usage;
    return RESULT_OK;
}

/* --- asking for it ------------------------------------------------------- */

struct question {
    struct bench_socket socket;
    const char *host, *token;
    char *answer; /* owned; ends with a NUL */
    bool is_over;
};

static void on_open(void *user, SSL *ssl)
{
    struct question *question = user;
    const bool has_token = question->token != NULL;
    char request[1024];
    int size =
        snprintf(request, sizeof request,
                 "GET /metrics HTTP/1.1\r\nHost: %s\r\n%s%s%s"
                 "Connection: close\r\n\r\n",
                 question->host, has_token ? "Authorization: Bearer " : "",
                 has_token ? question->token : "", has_token ? "\r\n" : "");

    (void)ssl;
    if (size < 0 || (size_t)size >= sizeof request ||
        bench_socket_send(&question->socket, request, (size_t)size) !=
            RESULT_OK) {
        bench_socket_close(&question->socket);
        question->is_over = true;
    }
}

/* The server says how long the answer is, and closes behind it. */
static size_t on_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct question *question = user;
    const char *end = memmem(bytes, size, "\r\n\r\n", 4);
    const char *length = memmem(bytes, size, "Content-Length: ", 16);
    size_t whole;

    if (!end || !length || length > end)
        return 0;
    whole = (size_t)(end - (const char *)bytes) + 4 +
            strtoul(length + 16, NULL, 10);
    if (size < whole && whole < ANSWER_MAX)
        return 0;
    if (!question->answer)
        question->answer = strndup((const char *)bytes, whole);
    question->is_over = true;
    return size;
}

static void on_closed(void *user)
{
    struct question *question = user;

    question->is_over = true;
}

static bool is_answered(const struct bench_load *load, void *user)
{
    const struct question *question = user;

    (void)load;
    return question->is_over;
}

enum result bench_usage_read(struct bench_load *load, const char *token,
                             struct bench_usage *out)
{
    struct question question = { .host = load->host, .token = token };
    const struct bench_socket_handlers handlers = { on_open, on_bytes,
                                                    on_closed, &question };
    enum result result =
        bench_socket_connect(&question.socket, &load->net, &handlers);

    if (result == RESULT_OK)
        result = bench_wait(load, is_answered, &question);
    bench_socket_close(&question.socket);
    if (result == RESULT_OK && !question.answer)
        result = RESULT_IO;
    if (result == RESULT_OK &&
        strncmp(question.answer, "HTTP/1.1 200", 12) != 0)
        result = RESULT_REFUSED;
    if (result == RESULT_OK)
        result = bench_usage_parse(question.answer, out);
    free(question.answer);
    if (result == RESULT_REFUSED)
        bench_say(_("the server does not show its figures to this machine: "
                    "give its metrics_token with --metrics-token-file"));
    else if (result == RESULT_MALFORMED)
        bench_say(_("the server's figures lack its processor time: it is older "
                    "than this program"));
    else if (result != RESULT_OK && result != RESULT_CLOSED)
        bench_say(_("no server of chibo answers at %s, port %u"), load->host,
                  (unsigned)load->net.port);
    return result;
}
