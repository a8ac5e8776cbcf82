#include "tests/support/lying/tap.h"

#include "server/room/hub.h"
#include "tests/support/lying/held.h"
#include "tests/support/lying/json_path.h"
#include "tests/support/lying/must.h"
#include "tests/support/lying/server_word.h"

#include <stdlib.h>
#include <string.h>

struct tap_frame {
    struct frame *frame; /* one reference */
    struct tap_frame *next;
};

static struct transport_connection *taps;

/* --- to the peer --------------------------------------------------------- */

static enum result flush(struct transport_connection *tap)
{
    while (tap->queue) {
        struct tap_frame *first = tap->queue;
        enum result result =
            tap->transport->write(tap->connection, first->frame);

        if (result == RESULT_BUSY)
            tap->transport->want_writable(tap->connection);
        if (result != RESULT_OK)
            return result;
        tap->queue = first->next;
        if (!tap->queue)
            tap->queue_end = &tap->queue;
        frame_unref(first->frame);
        free(first);
    }
    return RESULT_OK;
}

void tap_send_frame(struct transport_connection *tap, struct frame *frame)
{
    struct tap_frame *last = calloc(1, sizeof *last);

    must(last);
    last->frame = frame_ref(frame);
    *tap->queue_end = last;
    tap->queue_end = &last->next;
    (void)flush(tap); /* what is in the way is tried again, or is the end */
}

void tap_send_bytes(struct transport_connection *tap, const void *bytes,
                    size_t size)
{
    struct frame *frame = frame_new(bytes, size, false);

    must(frame);
    tap_send_frame(tap, frame);
    frame_unref(frame);
}

void tap_send(struct transport_connection *tap, json_t *object)
{
    size_t size;
    char *text = json_compact(object, &size);

    tap_send_bytes(tap, text, size);
    free(text);
    json_decref(object);
}

/* --- the transport that sessions see ------------------------------------- */

static enum result tap_write(struct transport_connection *tap,
                             struct frame *frame)
{
    if (flush(tap) == RESULT_CLOSED)
        return RESULT_CLOSED;
    told(tap, frame);
    return RESULT_OK;
}

static void tap_want_writable(struct transport_connection *tap)
{
    tap->transport->want_writable(tap->connection);
}

static void tap_close(struct transport_connection *tap, uint16_t code,
                      const char *reason)
{
    tap->transport->close(tap->connection, code, reason);
}

static const struct transport tapped = { .write = tap_write,
                                         .want_writable = tap_want_writable,
                                         .close = tap_close };

/* --- a connection's life ------------------------------------------------- */

struct tap_log *tap_log(struct transport_connection *tap, const char *id)
{
    struct tap_log *log = tap->logs;

    while (log->id && strcmp(log->id, id) != 0)
        log++;
    must(log < tap->logs + TAP_LOGS - 1);
    if (!log->id) {
        log->id = strdup(id);
        must(log->id);
    }
    return log;
}

static struct transport_connection *find(const struct session *session)
{
    struct transport_connection *tap = taps;

    while (tap && tap->session != session)
        tap = tap->next;
    must(tap);
    return tap;
}

static void end(struct transport_connection *tap)
{
    struct transport_connection **at = &taps;
    size_t i;

    while (*at != tap)
        at = &(*at)->next;
    *at = tap->next;
    held_end(tap);
    while (tap->queue) {
        struct tap_frame *first = tap->queue;

        tap->queue = first->next;
        frame_unref(first->frame);
        free(first);
    }
    for (i = 0; i < TAP_LOGS; i++)
        free(tap->logs[i].id);
    for (i = 0; i < TAP_REQUESTS; i++)
        free(tap->requests[i].log);
    free(tap->holder);
    free(tap->log);
    free(tap);
}

/* --- what the linker puts in the way ------------------------------------- */

enum result __real_hub_new(struct hub **out, const struct hub_config *config);
enum result __wrap_hub_new(struct hub **out, const struct hub_config *config);
struct session *__real_session_open(struct hub *hub,
                                    const struct transport *transport,
                                    struct transport_connection *connection,
                                    const struct session_peer *peer);
struct session *__wrap_session_open(struct hub *hub,
                                    const struct transport *transport,
                                    struct transport_connection *connection,
                                    const struct session_peer *peer);
void __real_session_on_text(struct session *session, const char *text,
                            size_t size);
void __wrap_session_on_text(struct session *session, const char *text,
                            size_t size);
void __real_session_on_writable(struct session *session);
void __wrap_session_on_writable(struct session *session);
void __real_session_on_closed(struct session *session);
void __wrap_session_on_closed(struct session *session);

enum result __wrap_hub_new(struct hub **out, const struct hub_config *config)
{
    server_word_use(config->identity);
    return __real_hub_new(out, config);
}

struct session *__wrap_session_open(struct hub *hub,
                                    const struct transport *transport,
                                    struct transport_connection *connection,
                                    const struct session_peer *peer)
{
    struct transport_connection *tap = calloc(1, sizeof *tap);

    must(tap);
    tap->transport = transport;
    tap->connection = connection;
    tap->is_administrator = peer->is_administrator;
    tap->holder = strdup("");
    tap->log = strdup("");
    must(tap->holder && tap->log);
    tap->queue_end = &tap->queue;
    tap->next = taps;
    taps = tap;
    tap->session = __real_session_open(hub, &tapped, tap, peer);
    if (!tap->session) {
        end(tap);
        return NULL;
    }
    return tap->session;
}

void __wrap_session_on_text(struct session *session, const char *text,
                            size_t size)
{
    json_t *message = json_loadb(text, size, 0, NULL);
    json_t *passed;
    char *passed_text;

    if (!message) { /* the server has its own answer to that */
        __real_session_on_text(session, text, size);
        return;
    }
    passed = heard(find(session), message);
    if (passed == message) {
        __real_session_on_text(session, text, size);
    } else if (passed) {
        passed_text = json_compact(passed, &size);
        __real_session_on_text(session, passed_text, size);
        free(passed_text);
    }
    json_decref(passed);
    json_decref(message);
}

void __wrap_session_on_writable(struct session *session)
{
    if (flush(find(session)) == RESULT_OK)
        __real_session_on_writable(session);
}

void __wrap_session_on_closed(struct session *session)
{
    struct transport_connection *tap = find(session);

    __real_session_on_closed(session);
    end(tap);
}
