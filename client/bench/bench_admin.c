#include "client/bench/bench_admin.h"

#include "client/bench/bench_refusal.h"
#include "client/bench/bench_speech.h"
#include "client/bench/bench_words.h"
#include "protocol/program/result_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Half of what the server lets one connection have under way. */
enum { UNDER_WAY_MAX = 32 };

/* The next line without its newline, valid until the next call; NULL at the
 * end of the connection. */
static json_t *read_line(struct bench_admin *admin)
{
    for (;;) {
        char *newline = memchr(admin->buffer, '\n', admin->size);
        ssize_t got;

        if (newline) {
            size_t line = (size_t)(newline - admin->buffer) + 1;
            json_t *object =
                json_loadb(admin->buffer, line, JSON_REJECT_DUPLICATES, NULL);

            memmove(admin->buffer, admin->buffer + line, admin->size - line);
            admin->size -= line;
            return object;
        }
        if (admin->size == admin->capacity) {
            char *grown = realloc(admin->buffer, admin->capacity * 2);

            if (!grown)
                return NULL;
            admin->buffer = grown;
            admin->capacity *= 2;
        }
        got = read(admin->fd, admin->buffer + admin->size,
                   admin->capacity - admin->size);
        if (got <= 0)
            return NULL;
        admin->size += (size_t)got;
    }
}

static enum result read_hello(struct bench_admin *admin)
{
    json_t *line = read_line(admin);
    const json_t *hello = json_object_get(line, "hello");
    const char *organisation =
        json_string_value(json_object_get(hello, "organisation"));
    const char *server = json_string_value(json_object_get(hello, "server"));
    enum result result = RESULT_MALFORMED;

    const char *host = json_string_value(json_object_get(hello, "host"));

    (void)snprintf(admin->host, sizeof admin->host, "%s", host ? host : "");
    admin->port = (uint16_t)json_integer_value(json_object_get(hello, "port"));
    if (organisation && server)
        result =
            identifier_parse(text_view_of(organisation), &admin->organisation);
    if (result == RESULT_OK)
        result =
            hex_decode(text_view_of(server), admin->server_key.bytes, KEY_SIZE);
    json_decref(line);
    return result;
}

enum result bench_admin_open(struct bench_admin *admin, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct ucred peer;
    socklen_t peer_size = sizeof peer;
    enum result result;

    memset(admin, 0, sizeof *admin);
    /* Requests are answered once for ever: no two runs use the same numbers. */
    admin->next_id = bench_now_us();
    admin->capacity = 65536;
    (void)snprintf(admin->path, sizeof admin->path, "%s", path);
    admin->buffer = malloc(admin->capacity);
    admin->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    if (!admin->buffer || admin->fd < 0 ||
        strlen(path) >= sizeof address.sun_path ||
        connect(admin->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        bench_say(_("cannot reach the server at %s: %s (is chibod running, and "
                    "may you open its socket?)"),
                  path, system_words(errno));
        return RESULT_IO;
    }
    if (getsockopt(admin->fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) == 0)
        admin->server = peer.pid;
    result = read_hello(admin);
    if (result != RESULT_OK)
        bench_say(_("at %s there is no server of chibo"), path);
    return result;
}

void bench_admin_close(struct bench_admin *admin)
{
    if (admin->fd >= 0)
        (void)close(admin->fd); /* nothing is lost with it */
    free(admin->buffer);
    admin->buffer = NULL;
    admin->fd = -1;
}

static bool send_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static void say_broken(struct bench_admin *admin)
{
    if (!admin->is_broken)
        bench_say(_("the connection to the server's socket is broken"));
    admin->is_broken = true;
}

/* Takes the request; its id, 0 if it could not be sent. */
static uint64_t send_request(struct bench_admin *admin, json_t *request)
{
    uint64_t id = admin->next_id++;
    bool is_sent;
    char *text;

    json_object_set_new(request, "id", json_integer((json_int_t)id));
    json_object_set_new(request, "log", json_string(admin->organisation.text));
    text = json_dumps(request, JSON_COMPACT);
    is_sent = text && send_all(admin->fd, text, strlen(text)) &&
              send_all(admin->fd, "\n", 1);
    free(text);
    json_decref(request);
    if (!is_sent)
        say_broken(admin);
    return is_sent ? id : 0;
}

static void say_refused(const json_t *answer)
{
    char words[BENCH_REFUSAL_SIZE];

    bench_refusal_words(json_object_get(answer, "error"), words, sizeof words);
    bench_say(_("the server refused this: %s"), words);
}

json_t *bench_admin_ask(struct bench_admin *admin, json_t *request)
{
    uint64_t id = send_request(admin, request);
    json_t *answer = NULL;

    while (id && (answer = read_line(admin))) {
        if ((uint64_t)json_integer_value(json_object_get(answer, "re")) == id)
            break;
        json_decref(answer);
        answer = NULL;
    }
    if (id && !answer)
        say_broken(admin);
    if (answer && json_object_get(answer, "error")) {
        say_refused(answer);
        json_decref(answer);
        answer = NULL;
    }
    return answer;
}

/* The answer of any request that is under way. */
static void take_answer(struct bench_admin *admin)
{
    json_t *answer = read_line(admin);
    const char *made;

    if (!answer) {
        admin->has_failed = true;
        admin->under_way = 0;
        say_broken(admin);
        return;
    }
    made = json_string_value(json_object_get(answer, "made"));
    if (json_object_get(answer, "re"))
        admin->under_way--;
    if (made && admin->on_made)
        admin->on_made(admin->user,
                       (size_t)((uint64_t)json_integer_value(
                                    json_object_get(answer, "re")) -
                                admin->first_id),
                       made);
    if (json_object_get(answer, "error")) {
        say_refused(answer);
        admin->has_failed = true;
    }
    json_decref(answer);
}

void bench_admin_begin(struct bench_admin *admin, bench_made_fn on_made,
                       void *user)
{
    admin->first_id = admin->next_id;
    admin->on_made = on_made;
    admin->user = user;
}

void bench_admin_push(struct bench_admin *admin, json_t *request)
{
    while (admin->under_way >= UNDER_WAY_MAX)
        take_answer(admin);
    if (send_request(admin, request))
        admin->under_way++;
    else
        admin->has_failed = true;
}

enum result bench_admin_settle(struct bench_admin *admin)
{
    bool has_failed;

    while (admin->under_way > 0)
        take_answer(admin);
    has_failed = admin->has_failed;
    admin->has_failed = false;
    return has_failed ? RESULT_REFUSED : RESULT_OK;
}

enum result bench_admin_read_register(struct bench_admin *admin,
                                      void (*on_line)(void *user,
                                                      const json_t *line),
                                      void *user)
{
    uint64_t id =
        send_request(admin, json_pack("{s:s, s:i}", "op", "join", "from", 0));
    bool is_over = false;
    json_t *line;

    while (id && !is_over && (line = read_line(admin))) {
        if (json_object_get(line, "error")) {
            say_refused(line);
            id = 0;
        }
        is_over = json_object_get(line, "caught_up") != NULL;
        on_line(user, line);
        json_decref(line);
    }
    return is_over ? RESULT_OK : RESULT_REFUSED;
}

enum result bench_admin_make(struct bench_admin *admin, json_t *request,
                             struct identifier *made)
{
    json_t *answer = bench_admin_ask(admin, request);
    const char *id = json_string_value(json_object_get(answer, "made"));
    enum result result =
        id ? identifier_parse(text_view_of(id), made) : RESULT_REFUSED;

    json_decref(answer);
    return result;
}
