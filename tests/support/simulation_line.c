/* Lines between engines and sessions: ordered, slow, and not to be relied on.
 */
#include "tests/support/simulation_internal.h"

#include <stdlib.h>
#include <string.h>

enum { CLOSE_BROKEN = 0, CLOSE_FULL = 1013, HALF_OPEN_MS = 12000 };

static int64_t now_ms(const struct simulation *sim)
{
    return sim->clock.monotonic_ms;
}

/* --- Queues -------------------------------------------------------------- */

static void queue_init(struct sim_queue *queue)
{
    *queue = (struct sim_queue){ .first = NULL };
    queue->end = &queue->first;
}

static struct sim_message *queue_shift(struct sim_queue *queue)
{
    struct sim_message *message = queue->first;

    if (!message)
        return NULL;
    queue->first = message->next;
    if (!queue->first)
        queue->end = &queue->first;
    queue->count--;
    return message;
}

static void queue_clear(struct sim_queue *queue)
{
    struct sim_message *message;

    while ((message = queue_shift(queue)) != NULL)
        free(message);
}

static void queue_put(struct simulation *sim, struct sim_queue *queue,
                      bool is_binary, const void *bytes, size_t size)
{
    struct sim_message *message = malloc(sizeof *message + size + 1);
    int64_t due_ms = now_ms(sim) + (int64_t)sim_random(sim, SIM_LINE_MS);

    SIM_MUST(message);
    message->next = NULL;
    message->is_binary = is_binary;
    message->size = size;
    memcpy(message->bytes, bytes, size);
    message->bytes[size] = '\0';
    message->due_ms = due_ms > queue->last_ms ? due_ms : queue->last_ms;
    queue->last_ms = message->due_ms;
    *queue->end = message;
    queue->end = &message->next;
    queue->count++;
}

/* --- The server's end ---------------------------------------------------- */

static enum result server_write(struct transport_connection *connection,
                                struct frame *frame)
{
    if (connection->is_cut)
        return RESULT_CLOSED;
    if (connection->down.count >= SIM_QUEUE_MAX)
        return RESULT_BUSY;
    queue_put(connection->sim, &connection->down, frame->is_binary, frame->data,
              frame->size);
    return RESULT_OK;
}

static void server_want_writable(struct transport_connection *connection)
{
    connection->wants_writable = true;
}

static void server_close(struct transport_connection *connection, uint16_t code,
                         const char *reason)
{
    struct simulation *sim = connection->sim;

    (void)reason;
    connection->close_code = code;
    connection->server_end_ms = now_ms(sim) + 1;
    if (connection->client_end_ms == INT64_MAX)
        connection->client_end_ms =
            (connection->down.last_ms > now_ms(sim) ? connection->down.last_ms
                                                    : now_ms(sim)) +
            1;
}

static const struct transport server_transport = {
    server_write, server_want_writable, server_close, NULL, NULL, NULL
};

/* --- The client's end ---------------------------------------------------- */

static struct transport_connection *new_connection(struct simulation *sim,
                                                   struct sim_client *client)
{
    struct transport_connection *connection = calloc(1, sizeof *connection);

    SIM_MUST(connection);
    connection->sim = sim;
    connection->client = client;
    connection->is_admin = !client;
    connection->open_ms = now_ms(sim) + (int64_t)sim_random(sim, SIM_LINE_MS);
    connection->client_end_ms = INT64_MAX;
    connection->server_end_ms = INT64_MAX;
    queue_init(&connection->up);
    queue_init(&connection->down);
    (void)sim->chance.port.fill(sim->chance.port.user, connection->exporter,
                                sizeof connection->exporter);
    connection->next = sim->connections;
    sim->connections = connection;
    return connection;
}

static enum result end_connect(void *user)
{
    struct sim_client *client = user;

    SIM_MUST(!client->connection);
    client->connection = new_connection(client->sim, client);
    return RESULT_OK;
}

static enum result end_send(void *user, enum client_lane lane,
                            const void *bytes, size_t size)
{
    struct sim_client *client = user;
    struct transport_connection *connection = client->connection;

    if (!connection || connection->is_cut || !connection->is_opened)
        return RESULT_CLOSED;
    queue_put(client->sim, &connection->up, lane != LANE_CONTROL, bytes, size);
    return RESULT_OK;
}

static void end_close(void *user, uint16_t code)
{
    struct sim_client *client = user;
    struct transport_connection *connection = client->connection;

    (void)code;
    if (!connection)
        return;
    connection->is_cut = true;
    if (connection->client_end_ms > now_ms(client->sim) + 1)
        connection->client_end_ms = now_ms(client->sim) + 1;
    if (connection->server_end_ms == INT64_MAX)
        connection->server_end_ms =
            now_ms(client->sim) + (int64_t)sim_random(client->sim, 50);
}

struct client_transport sim_transport(struct sim_client *client)
{
    return (struct client_transport){ end_connect, end_send, end_close,
                                      client };
}

/* --- The administrator --------------------------------------------------- */

struct transport_connection *sim_connect_admin(struct simulation *sim)
{
    return new_connection(sim, NULL);
}

void sim_admin_send(struct simulation *sim, const char *text)
{
    queue_put(sim, &sim->admin->up, false, text, strlen(text));
}

static void admin_receive(struct simulation *sim,
                          const struct sim_message *message)
{
    json_t *answer = NULL;

    SIM_MUST(message_parse(message->bytes, message->size, &answer) ==
             RESULT_OK);
    if (json_object_get(answer, "re"))
        json_array_append(sim->admin_answers, answer);
    json_decref(answer);
}

/* --- What goes over the line --------------------------------------------- */

/* A server, or somebody on its way, that changes history for one listener. */
static void alter(struct simulation *sim, struct sim_message *message)
{
    char name[64];
    char *place;

    if (!sim->alter_ev || message->is_binary)
        return;
    (void)snprintf(name, sizeof name, "\"ev\":\"%s\"", sim->alter_ev);
    place = strstr(message->bytes, sim->alter_what);
    if (!strstr(message->bytes, name) || !place)
        return;
    SIM_MUST(strlen(sim->alter_what) == strlen(sim->alter_with));
    memcpy(place, sim->alter_with, strlen(sim->alter_with));
    sim->alter_ev = NULL;
    sim->was_altered = true;
}

static void deliver_down(struct transport_connection *connection)
{
    struct simulation *sim = connection->sim;

    while (connection->down.first &&
           connection->down.first->due_ms <= now_ms(sim) &&
           !connection->is_cut) {
        struct sim_message *message = queue_shift(&connection->down);

        alter(sim, message);
        if (connection->is_admin)
            admin_receive(sim, message);
        else if (connection->client && message->is_binary)
            client_engine_on_binary(connection->client->engine,
                                    (const uint8_t *)message->bytes,
                                    message->size);
        else if (connection->client)
            client_engine_on_text(connection->client->engine, message->bytes,
                                  message->size);
        free(message);
    }
    if (connection->wants_writable && connection->session &&
        connection->down.count < SIM_QUEUE_MAX / 2) {
        connection->wants_writable = false;
        session_on_writable(connection->session);
    }
}

static void deliver_up(struct transport_connection *connection)
{
    while (connection->up.first &&
           connection->up.first->due_ms <= now_ms(connection->sim) &&
           connection->session && connection->server_end_ms == INT64_MAX) {
        struct sim_message *message = queue_shift(&connection->up);

        if (message->is_binary)
            session_on_binary(connection->session,
                              (const uint8_t *)message->bytes, message->size);
        else
            session_on_text(connection->session, message->bytes, message->size);
        free(message);
    }
}

static void open_both_ends(struct transport_connection *connection)
{
    struct simulation *sim = connection->sim;
    struct session_peer peer = { .address = "127.0.0.1" };

    connection->is_opened = true;
    peer.is_administrator = connection->is_admin;
    if (!connection->is_admin)
        memcpy(peer.exporter, connection->exporter, sizeof peer.exporter);
    if (connection->client)
        client_engine_on_open(connection->client->engine, connection->exporter);
    connection->session =
        session_open(sim->hub, &server_transport, connection, &peer);
    if (connection->session)
        return;
    connection->close_code = CLOSE_FULL;
    connection->client_end_ms = now_ms(sim) + 1;
    connection->server_end_ms = now_ms(sim);
}

static void end_client(struct transport_connection *connection)
{
    struct sim_client *client = connection->client;

    connection->client = NULL;
    connection->client_end_ms = INT64_MAX;
    queue_clear(&connection->down);
    if (!client)
        return;
    client->connection = NULL;
    client->sim->reconnections++;
    client_engine_on_closed(client->engine, connection->close_code);
}

static void end_server(struct transport_connection *connection)
{
    struct session *session = connection->session;

    connection->session = NULL;
    connection->is_cut = true;
    queue_clear(&connection->up);
    if (session)
        session_on_closed(session);
    if (connection->client && connection->client_end_ms == INT64_MAX)
        connection->client_end_ms = now_ms(connection->sim) + 1;
}

static bool is_over(const struct transport_connection *connection)
{
    return connection->server_end_ms <= now_ms(connection->sim) &&
           !connection->session && !connection->client;
}

static void run_connection(struct transport_connection *connection)
{
    int64_t time_ms = now_ms(connection->sim);

    if (!connection->is_opened && connection->open_ms <= time_ms &&
        !connection->is_cut)
        open_both_ends(connection);
    deliver_down(connection);
    deliver_up(connection);
    if (connection->client_end_ms <= time_ms)
        end_client(connection);
    if (connection->server_end_ms <= time_ms)
        end_server(connection);
}

void sim_lines_run(struct simulation *sim)
{
    struct transport_connection *connection, **link;

    for (connection = sim->connections; connection;
         connection = connection->next)
        run_connection(connection);
    for (link = &sim->connections; *link;) {
        connection = *link;
        if (is_over(connection)) {
            *link = connection->next;
            queue_clear(&connection->up);
            queue_clear(&connection->down);
            free(connection);
        } else {
            link = &connection->next;
        }
    }
}

bool sim_lines_are_empty(const struct simulation *sim)
{
    const struct transport_connection *connection;

    for (connection = sim->connections; connection;
         connection = connection->next) {
        if (connection->up.first || connection->down.first ||
            connection->client_end_ms != INT64_MAX ||
            connection->server_end_ms != INT64_MAX)
            return false;
    }
    return true;
}

/* --- Breaking ------------------------------------------------------------ */

static void cut(struct transport_connection *connection)
{
    struct simulation *sim = connection->sim;

    connection->is_cut = true;
    connection->close_code = CLOSE_BROKEN;
    queue_clear(&connection->up);
    queue_clear(&connection->down);
    connection->client_end_ms = now_ms(sim) + (int64_t)sim_random(sim, 400);
    /* A server may hold a dead line for open long after the client is back. */
    connection->server_end_ms =
        now_ms(sim) +
        (int64_t)sim_random(sim, sim_happens(sim, 300) ? HALF_OPEN_MS : 300);
}

void sim_cut(struct simulation *sim, struct sim_client *client)
{
    (void)sim;
    if (client->connection && !client->connection->is_cut)
        cut(client->connection);
}

void sim_abandon(struct sim_client *client)
{
    struct transport_connection *connection = client->connection;

    if (!connection)
        return;
    cut(connection);
    connection->client = NULL;
    connection->client_end_ms = INT64_MAX;
    client->connection = NULL;
}

void sim_lines_down(struct simulation *sim)
{
    struct transport_connection *connection;

    sim->admin = NULL;
    for (connection = sim->connections; connection;
         connection = connection->next) {
        if (!connection->is_cut)
            cut(connection);
        connection->server_end_ms = now_ms(sim);
        end_server(connection);
    }
}

void sim_lines_free(struct simulation *sim)
{
    struct transport_connection *connection;

    while ((connection = sim->connections) != NULL) {
        sim->connections = connection->next;
        if (connection->client)
            connection->client->connection = NULL;
        if (connection->session)
            session_on_closed(connection->session);
        queue_clear(&connection->up);
        queue_clear(&connection->down);
        free(connection);
    }
}
