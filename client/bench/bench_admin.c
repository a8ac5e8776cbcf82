#include "client/bench/bench_admin.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

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

enum result bench_admin_open(struct bench_admin *admin, const char *directory)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct ucred peer;
    socklen_t peer_size = sizeof peer;

    memset(admin, 0, sizeof *admin);
    admin->next_id = 1;
    admin->capacity = 65536;
    admin->buffer = malloc(admin->capacity);
    admin->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/admin.sock",
                   directory);
    if (!admin->buffer || admin->fd < 0 ||
        connect(admin->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        fprintf(stderr,
                "chibo-bench: %s: %s: is \"chibod --bench %s\" running?\n",
                address.sun_path, strerror(errno), directory);
        return RESULT_IO;
    }
    if (getsockopt(admin->fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) == 0)
        admin->server = peer.pid;
    return read_hello(admin);
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

json_t *bench_admin_ask(struct bench_admin *admin, json_t *request)
{
    uint64_t id = admin->next_id++;
    char *text;
    json_t *answer = NULL;
    bool is_sent;

    json_object_set_new(request, "id", json_integer((json_int_t)id));
    json_object_set_new(request, "log", json_string(admin->organisation.text));
    text = json_dumps(request, JSON_COMPACT);
    is_sent = text && send_all(admin->fd, text, strlen(text)) &&
              send_all(admin->fd, "\n", 1);
    while (is_sent && (answer = read_line(admin))) {
        if ((uint64_t)json_integer_value(json_object_get(answer, "re")) == id)
            break;
        json_decref(answer);
        answer = NULL;
    }
    if (!answer || json_object_get(answer, "error")) {
        char *why = answer ? json_dumps(answer, JSON_COMPACT) : NULL;

        fprintf(stderr, "chibo-bench: %s: %s\n", text ? text : "",
                why ? why : "no answer");
        free(why);
        json_decref(answer);
        answer = NULL;
    }
    free(text);
    json_decref(request);
    return answer;
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
