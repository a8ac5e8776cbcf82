/*
 * Clients on their thread, over real TLS to the server's real network face.
 * Behind that stand sessions that greet, let in, and answer "ping": the
 * functions of server/room/session.h as this file defines them.
 *
 * The server is a process of its own: libwebsockets keeps where to find a
 * context's TLS settings once for the whole process, so that of two contexts
 * one leaks them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "client/core/client.h"
#include "protocol/record/statement.h"
#include "protocol/wire/audio_frame.h"
#include "server/net/websocket_server.h"
#include "server/platform/clock.h"
#include "server/platform/tls_certificate.h"
#include "server/room/session.h"
#include "tests/support/scratch_folder.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

enum { PATIENCE_S = 60, CROWD = 40 };
#define ORGANISATION "to-chuc-mau"

/* --- A server that greets ------------------------------------------------ */

/* What both processes look at. */
struct shared {
    atomic_size_t heard; /* text frames */
    atomic_uint port;    /* 0: not listening yet */
};

struct hub {
    struct signing_key key;
    struct shared *shared;
};

struct session {
    struct hub *hub;
    const struct transport *transport;
    struct transport_connection *connection;
    struct session_peer peer;
};

static void say(struct session *session, json_t *object, bool is_binary)
{
    char *text = json_dumps(object, JSON_COMPACT);
    struct frame *frame = frame_new(text, strlen(text), is_binary);

    (void)session->transport->write(session->connection, frame);
    frame_unref(frame);
    free(text);
    json_decref(object);
}

static void greet(struct session *session)
{
    struct statement_hello fields = { .nonce = { { 9 } } };
    char server[HEX_SIZE(32)], nonce[HEX_SIZE(32)], hex[HEX_SIZE(64)];
    uint8_t *bytes = NULL;
    struct signature sig;
    size_t size;

    memcpy(fields.exporter.bytes, session->peer.exporter, 32);
    assert(!statement_hello(&session->hub->key.public_key,
                            TEXT_LITERAL(ORGANISATION), &fields, &bytes,
                            &size));
    assert(!statement_sign(&session->hub->key, bytes, size, &sig));
    free(bytes);
    hex_encode(session->hub->key.public_key.bytes, 32, server);
    hex_encode(fields.nonce.bytes, 32, nonce);
    hex_encode(sig.bytes, sizeof sig.bytes, hex);
    say(session,
        json_pack("{s:{s:s, s:s, s:s, s:s, s:s}}", "hello", "v", "chibo.v1",
                  "server", server, "organisation", ORGANISATION, "nonce",
                  nonce, "sig", hex),
        false);
}

struct session *session_open(struct hub *hub, const struct transport *transport,
                             struct transport_connection *connection,
                             const struct session_peer *peer)
{
    struct session *session = calloc(1, sizeof *session);

    assert(session);
    *session = (struct session){ hub, transport, connection, *peer };
    greet(session);
    return session;
}

/* The sound of one speaker, after each ping. */
static void sound(struct session *session)
{
    const uint8_t payload[] = { 1, 2, 3 };
    struct audio_frame frame = { .slot = 7,
                                 .sequence = 5,
                                 .timestamp = 4800,
                                 .payload = payload,
                                 .payload_size = sizeof payload };
    uint8_t bytes[AUDIO_FRAME_SIZE_MAX];
    struct frame *message;
    size_t size;

    assert(!audio_frame_encode(&frame, bytes, sizeof bytes, &size));
    message = frame_new(bytes, size, true);
    (void)session->transport->write(session->connection, message);
    frame_unref(message);
}

void session_on_text(struct session *session, const char *text, size_t size)
{
    json_t *request = json_loadb(text, size, 0, NULL);
    const char *op = json_string_value(json_object_get(request, "op"));
    json_int_t id = json_integer_value(json_object_get(request, "id"));

    assert(op);
    session->hub->shared->heard++;
    if (strcmp(op, "login") == 0 || strcmp(op, "ping") == 0)
        say(session,
            json_pack("{s:I, s:b, s:s, s:i}", "re", id, "ok", 1, "member", "m1",
                      "at", 5000),
            false);
    if (strcmp(op, "ping") == 0)
        sound(session);
    if (strcmp(op, "meetings") == 0)
        session->transport->close(session->connection, CLOSE_REVOKED, "gone");
    json_decref(request);
}

void session_on_binary(struct session *session, const uint8_t *bytes,
                       size_t size)
{
    (void)session;
    (void)bytes;
    (void)size;
}

void session_on_writable(struct session *session) { (void)session; }
void session_on_closed(struct session *session) { free(session); }

struct world {
    struct scratch_folder folder;
    struct config config;
    struct hub hub;
    pid_t server; /* 0: none */
    uint16_t port;
    struct client_loop *clients;
};

static size_t no_metrics(void *user, char *out, size_t size)
{
    (void)user;
    (void)out;
    (void)size;
    return 0;
}

static void on_terminate(uv_signal_t *signal, int number)
{
    (void)number;
    uv_close((uv_handle_t *)signal, NULL);
    websocket_server_stop(signal->data, NULL, NULL);
}

/* The server's process; what it returns is its exit code. */
static int serve(struct world *world)
{
    struct websocket_server *server = NULL;
    struct websocket_server_options options = { .config = &world->config,
                                                .hub = &world->hub,
                                                .metrics_text = no_metrics };
    uv_signal_t terminate;
    uv_loop_t loop;

    options.loop = &loop;
    if (uv_loop_init(&loop) || websocket_server_open(&server, &options) ||
        uv_signal_init(&loop, &terminate))
        return 1;
    terminate.data = server;
    if (uv_signal_start(&terminate, on_terminate, SIGTERM))
        return 1;
    world->hub.shared->port = websocket_server_port(server);
    uv_run(&loop, UV_RUN_DEFAULT);
    websocket_server_free(server);
    return uv_loop_close(&loop) ? 2 : 0;
}

static void start_server(struct world *world)
{
    world->server = fork();
    assert_true(world->server >= 0);
    if (world->server == 0)
        _exit(serve(world));
    while (world->hub.shared->port == 0)
        assert_int_equal(waitpid(world->server, NULL, WNOHANG), 0);
    world->port = (uint16_t)world->hub.shared->port;
}

static void stop_server(struct world *world)
{
    int status = -1;

    if (world->server == 0)
        return;
    assert_int_equal(kill(world->server, SIGTERM), 0);
    assert_int_equal(waitpid(world->server, &status, 0), world->server);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    world->server = 0;
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    char error[CONFIG_ERROR_SIZE];
    struct scratch_path path;
    uint8_t seed[32] = { 4 };
    FILE *file;

    scratch_folder_make(&world->folder);
    path = scratch_folder_file(&world->folder, "chibod.conf");
    file = fopen(path.text, "w");
    assert_non_null(file);
    (void)fprintf(file, "listen_address = \"127.0.0.1\";\nlisten_port = 0;\n"
                        "data_directory = \".\";\n");
    assert_int_equal(fclose(file), 0);
    if (config_file_load(&world->config, path.text, error))
        fail_msg("%s", error);
    world->config.connection_max_per_address = 1000;
    assert_int_equal(tls_certificate_make(world->config.tls_certificate_path,
                                          world->config.tls_key_path,
                                          "localhost",
                                          clock_utc_ms(clock_system())),
                     RESULT_OK);
    assert_int_equal(signing_key_init(&world->hub.key, seed), RESULT_OK);
    world->hub.shared =
        mmap(NULL, sizeof *world->hub.shared, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(world->hub.shared != MAP_FAILED);
    start_server(world); /* forks, so before there is a thread */
    assert_int_equal(client_loop_start(&world->clients, CROWD), RESULT_OK);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    stop_server(world);
    assert_null(client_loop_stop(world->clients));
    assert_int_equal(munmap(world->hub.shared, sizeof *world->hub.shared), 0);
    config_file_release(&world->config);
    scratch_folder_remove(&world->folder);
    free(world);
    return 0;
}

/* --- A client and who waits for its notices ------------------------------ */

struct listener {
    struct client *client;
    const char *anchors_path; /* borrowed, or NULL */
    uv_sem_t news;
    atomic_size_t sounds;
    atomic_size_t pokes;
};

static void on_news(void *user)
{
    uv_sem_post(&((struct listener *)user)->news);
}

static void on_sound(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size)
{
    struct listener *listener = user;

    if (slot == 7 && sequence == 5 && timestamp == 4800 && flags == 0 &&
        size == 3 && payload[2] == 3)
        listener->sounds++;
    uv_sem_post(&listener->news);
}

static void on_poke(void *user)
{
    struct listener *listener = user;

    listener->pokes++;
    uv_sem_post(&listener->news);
}

static void listen_to(struct world *world, struct listener *listener,
                      uint16_t port, uint8_t number, const struct key *server)
{
    struct keystore_profile profile = { .port = port,
                                        .host = "127.0.0.1",
                                        .organisation = { ORGANISATION },
                                        .holder = { "m1" },
                                        .label = "Máy thử" };
    struct client_config config = { .profile = &profile,
                                    .anchors_path = listener->anchors_path };

    profile.server = server_fingerprint_of(server);
    profile.seed[0] = number;
    assert_int_equal(uv_sem_init(&listener->news, 0), 0);
    config.hooks = (struct client_hooks){ .wakeup = on_news,
                                          .on_audio = on_sound,
                                          .on_poke = on_poke,
                                          .user = listener };
    assert_int_equal(client_open(&listener->client, world->clients, &config),
                     RESULT_OK);
}

static void stop_listening(struct listener *listener)
{
    assert_null(client_close(listener->client));
    uv_sem_destroy(&listener->news);
}

/* The next notice of this kind; earlier ones are passed over. */
static struct client_notice *await(struct listener *listener,
                                   enum client_notice_kind kind)
{
    for (;;) {
        struct client_notice *notice;

        while ((notice = client_next_notice(listener->client)) != NULL) {
            if (notice->kind == kind)
                return notice;
            client_notice_free(notice);
        }
        uv_sem_wait(&listener->news);
    }
}

static void await_and_drop(struct listener *listener,
                           enum client_notice_kind kind)
{
    client_notice_free(await(listener, kind));
}

/* --- Tests --------------------------------------------------------------- */

static void a_client_proves_the_server_logs_in_and_is_answered(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct client_notice *notice;
    const struct meeting_view *view;

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    notice = await(&listener, CLIENT_CONNECTED);
    assert_int_equal(notice->on_time_ms, 5000);
    client_notice_free(notice);
    view = client_view_lock(listener.client);
    assert_int_equal(view->line, LINE_UP);
    client_view_unlock(listener.client);
    assert_int_equal(client_command(listener.client, 77, "{\"op\":\"ping\"}"),
                     RESULT_OK);
    notice = await(&listener, CLIENT_ANSWER);
    assert_int_equal(notice->tag, 77);
    assert_true(notice->is_ok);
    client_notice_free(notice);
    while (listener.sounds == 0)
        uv_sem_wait(&listener.news);
    stop_listening(&listener);
}

static void expect_answer(struct listener *listener, uint64_t tag,
                          enum refusal_code code)
{
    struct client_notice *notice = await(listener, CLIENT_ANSWER);

    assert_int_equal(notice->tag, tag);
    assert_int_equal(notice->is_ok, code == REFUSAL_NONE);
    assert_int_equal(notice->refusal.code, code);
    client_notice_free(notice);
}

static void the_users_decisions_are_answered(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    const struct identifier meeting = { "m.1" };
    const struct key device = { { 7 } };

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    assert_int_equal(client_accept_device(listener.client, 5, &device),
                     RESULT_OK);
    expect_answer(&listener, 5, REFUSAL_NONE);
    assert_int_equal(client_accept_loss(listener.client, 6), RESULT_OK);
    expect_answer(&listener, 6, REFUSAL_NOT_HELD);
    assert_int_equal(client_forget_alarm(listener.client, 7, &meeting),
                     RESULT_OK);
    expect_answer(&listener, 7, REFUSAL_NONE);
    stop_listening(&listener);
}

static void what_the_user_decided_is_in_the_anchors(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct scratch_folder folder;
    struct scratch_path path;
    const struct key device = { { 7 } };
    struct anchors anchors;

    scratch_folder_make(&folder);
    path = scratch_folder_file(&folder, "anchors");
    listener.anchors_path = path.text;
    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    assert_int_equal(client_anchors_report(listener.client).origin,
                     ANCHOR_STORE_FIRST);
    await_and_drop(&listener, CLIENT_CONNECTED);
    assert_int_equal(client_accept_device(listener.client, 5, &device),
                     RESULT_OK);
    expect_answer(&listener, 5, REFUSAL_NONE);
    stop_listening(&listener);
    assert_int_equal(anchor_store_read_file(path.text, &anchors), RESULT_OK);
    assert_int_equal(anchors_device(&anchors, &device), ANCHOR_DEVICE_ACCEPTED);
    /* And the key by which the server was known. */
    assert_true(anchors.has_server);
    assert_true(key_equal(&anchors.server, &world->hub.key.public_key));
    anchors_release(&anchors);
    scratch_folder_remove(&folder);
}

static void another_server_hears_nothing_from_the_client(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct client_notice *notice;
    struct signing_key other;
    uint8_t seed[32] = { 99 };

    assert_int_equal(signing_key_init(&other, seed), RESULT_OK);
    listen_to(world, &listener, world->port, 1, &other.public_key);
    notice = await(&listener, CLIENT_REFUSED);
    assert_int_equal(notice->reason, CLIENT_REASON_OTHER_KEY);
    client_notice_free(notice);
    stop_listening(&listener);
    assert_int_equal(world->hub.shared->heard, 0);
}

static void nobody_there_is_tried_again_and_again(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct client_notice *notice;

    stop_server(world);
    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    notice = await(&listener, CLIENT_LOST);
    assert_int_equal(notice->reason, CLIENT_REASON_LINE);
    assert_in_range(notice->retry_ms, 200, 240);
    client_notice_free(notice);
    notice = await(&listener, CLIENT_LOST);
    assert_in_range(notice->retry_ms, 500, 600);
    client_notice_free(notice);
    stop_listening(&listener);
}

static void a_server_that_stops_says_so(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct client_notice *notice;

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    await_and_drop(&listener, CLIENT_CONNECTED);
    stop_server(world);
    notice = await(&listener, CLIENT_LOST);
    assert_int_equal(notice->reason, CLIENT_REASON_GOING_DOWN);
    assert_int_equal(notice->close_code, 1001);
    client_notice_free(notice);
    stop_listening(&listener);
}

static void the_servers_close_code_is_understood(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct client_notice *notice;

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    await_and_drop(&listener, CLIENT_CONNECTED);
    assert_int_equal(
        client_command(listener.client, 1, "{\"op\":\"meetings\"}"), RESULT_OK);
    notice = await(&listener, CLIENT_REFUSED);
    assert_int_equal(notice->reason, CLIENT_REASON_REVOKED);
    client_notice_free(notice);
    stop_listening(&listener);
}

static void a_client_closes_while_a_server_keeps_silent(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 5), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    listen_to(world, &listener, ntohs(address.sin_port), 1,
              &world->hub.key.public_key);
    await_and_drop(&listener, CLIENT_CONNECTING);
    /* Taken from the queue: the client has connected and waits for TLS. */
    assert_true(close(accept(fd, NULL, NULL)) == 0);
    stop_listening(&listener);
    assert_int_equal(close(fd), 0);
}

static void a_client_closes_at_once(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    stop_listening(&listener);
}

static void many_clients_share_one_loop(void **state)
{
    struct world *world = *state;
    static struct listener listeners[CROWD + 1];
    struct keystore_profile profile = { .port = 1, .host = "localhost" };
    struct client_config config = { .profile = &profile,
                                    .hooks = { .wakeup = on_news } };
    struct client *more = NULL;
    unsigned i;

    for (i = 0; i < CROWD; i++)
        listen_to(world, &listeners[i], world->port, (uint8_t)i,
                  &world->hub.key.public_key);
    assert_int_equal(client_open(&more, world->clients, &config), RESULT_FULL);
    for (i = 0; i < CROWD; i++) {
        await_and_drop(&listeners[i], CLIENT_CONNECTED);
        assert_int_equal(
            client_command(listeners[i].client, i, "{\"op\":\"ping\"}"),
            RESULT_OK);
    }
    for (i = 0; i < CROWD; i++) {
        struct client_notice *notice = await(&listeners[i], CLIENT_ANSWER);

        assert_int_equal(notice->tag, i);
        client_notice_free(notice);
    }
    for (i = 0; i < CROWD; i++)
        stop_listening(&listeners[i]);
}

static void a_poke_runs_on_the_loops_thread(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    client_poke(listener.client);
    while (listener.pokes == 0)
        uv_sem_wait(&listener.news);
    stop_listening(&listener);
}

static void the_environments_proxy_is_not_asked(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    await_and_drop(&listener, CLIENT_CONNECTED);
    stop_listening(&listener);
}

static int set_up_with_proxy(void **state)
{
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:9", 1), 0);
    return set_up(state);
}

static int tear_down_with_proxy(void **state)
{
    assert_int_equal(unsetenv("http_proxy"), 0);
    return tear_down(state);
}

static void a_command_that_is_none_is_refused_at_once(void **state)
{
    struct world *world = *state;
    struct listener listener = { .client = NULL };

    listen_to(world, &listener, world->port, 1, &world->hub.key.public_key);
    assert_int_equal(client_command(listener.client, 1, "{"), RESULT_MALFORMED);
    assert_int_equal(client_command(listener.client, 1, "{\"op\":5}"),
                     RESULT_MALFORMED);
    assert_int_equal(client_command(listener.client, 1, "[1]"),
                     RESULT_MALFORMED);
    stop_listening(&listener);
}

#define WORLD_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_client_proves_the_server_logs_in_and_is_answered),
        WORLD_TEST(the_users_decisions_are_answered),
        WORLD_TEST(what_the_user_decided_is_in_the_anchors),
        WORLD_TEST(another_server_hears_nothing_from_the_client),
        WORLD_TEST(nobody_there_is_tried_again_and_again),
        WORLD_TEST(a_server_that_stops_says_so),
        WORLD_TEST(the_servers_close_code_is_understood),
        WORLD_TEST(a_client_closes_while_a_server_keeps_silent),
        WORLD_TEST(a_client_closes_at_once),
        WORLD_TEST(many_clients_share_one_loop),
        WORLD_TEST(a_poke_runs_on_the_loops_thread),
        WORLD_TEST(a_command_that_is_none_is_refused_at_once),
        cmocka_unit_test_setup_teardown(the_environments_proxy_is_not_asked,
                                        set_up_with_proxy,
                                        tear_down_with_proxy),
    };

    /* A wait that nobody ends is a failure, not a hang. */
    (void)alarm(6 * PATIENCE_S);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
