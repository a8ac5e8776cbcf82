/* A client on the loop's thread: its engine between connections, timer and
 * queues. */
#include "client/core/client_internal.h"

#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"

#include <openssl/rand.h>
#include <string.h>

static int64_t monotonic_ms(void *user)
{
    (void)user;
    return (int64_t)(uv_hrtime() / 1000000);
}

static enum result fill_random(void *user, void *out, size_t size)
{
    (void)user;
    return RAND_bytes(out, (int)size) == 1 ? RESULT_OK : RESULT_CRYPTO;
}

bool client_is_ending(struct client *client)
{
    bool is_so;

    uv_mutex_lock(&client->end_lock);
    is_so = client->is_ending;
    uv_mutex_unlock(&client->end_lock);
    return is_so;
}

static void say_gone(struct client *client)
{
    uv_mutex_lock(&client->end_lock);
    client->is_gone = true;
    uv_cond_signal(&client->end_changed);
    uv_mutex_unlock(&client->end_lock);
}

static void on_timer_closed(uv_handle_t *handle) { say_gone(handle->data); }

static void end_when_closed(struct client *client)
{
    if (!client_is_ending(client) ||
        uv_is_closing((uv_handle_t *)&client->timer) ||
        (client->wire && !client_wire_is_closed(client->wire)) ||
        client->work.count > 0)
        return;
    client->wire = client_wire_free(client->wire);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

static void on_timer(uv_timer_t *timer);

static void arm_timer(struct client *client)
{
    int64_t next_ms = client_engine_next_ms(client->engine);
    int64_t wire_ms =
        client->wire ? client_wire_next_ms(client->wire) : INT64_MAX;
    int64_t now_ms = monotonic_ms(NULL);
    uint64_t delay_ms;

    if (wire_ms < next_ms)
        next_ms = wire_ms;
    delay_ms = next_ms > now_ms ? (uint64_t)(next_ms - now_ms) : 0;

    if (next_ms == INT64_MAX)
        (void)uv_timer_stop(&client->timer); /* fails for no timer only */
    else
        (void)uv_timer_start(&client->timer, on_timer, delay_ms, 0);
}

static enum result take_command(struct client *client, struct inbox_item *item)
{
    enum result result = RESULT_OK;

    switch (item->kind) {
    case INBOX_COMMAND:
        return client_engine_command(client->engine, item->tag, item->json);
    case INBOX_BLOB:
        result = client_engine_put_blob(client->engine, item->tag, item->bytes,
                                        item->size);
        if (!result)
            item->bytes = NULL;
        return result == RESULT_BUSY ? RESULT_FULL : result;
    case INBOX_ENROL:
        result = client_engine_enrol(client->engine, item->tag, item->profile,
                                     item->journal);
        if (!result) {
            client->journal = item->journal;
            item->journal = NULL;
        }
        return result;
    case INBOX_RECONNECT:
        client_engine_reconnect(client->engine);
        break;
    case INBOX_ACCEPT_DEVICE:
        client_engine_accept_device(client->engine, item->tag, &item->device);
        break;
    case INBOX_ACCEPT_LOSS:
        client_engine_accept_loss(client->engine, item->tag);
        break;
    case INBOX_FORGET_ALARM:
        client_engine_forget_alarm(client->engine, item->tag, &item->log);
        break;
    case INBOX_HEARING:
        client_engine_report_hearing(client->engine, &item->hearing);
        break;
    }
    return result;
}

/* What the engine has no room for now stays first in the queue. */
static void drain_inbox(struct client *client)
{
    struct inbox_item *item;

    while ((item = client_inbox_first(client->inbox)) != NULL) {
        enum result result = take_command(client, item);

        if (result == RESULT_FULL)
            return;
        inbox_item_free(client_inbox_take(client->inbox));
    }
}

/* After everything that may have changed something. */
static void finish_turn(struct client *client)
{
    bool is_over = client_is_ending(client);

    if (!is_over) {
        uv_mutex_lock(&client->lock);
        drain_inbox(client);
        if (client->wire) {
            client_wire_watch(client->wire,
                              client_engine_watches_line(client->engine));
            client_engine_note_silence(client->engine,
                                       client_wire_is_silent(client->wire));
        }
        uv_mutex_unlock(&client->lock);
        arm_timer(client);
    }
    if (notice_queue_has_news(client->notices) && !is_over)
        client->hooks.wakeup(client->hooks.user);
    end_when_closed(client);
}

void client_thread_on_worked(void *user, struct client_job *job)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    job->done(job, client_is_ending(client) ? NULL : client->engine);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

static void on_timer(uv_timer_t *timer)
{
    struct client *client = timer->data;

    uv_mutex_lock(&client->lock);
    client_engine_tick(client->engine);
    uv_mutex_unlock(&client->lock);
    if (client->wire)
        client_wire_tick(client->wire);
    finish_turn(client);
}

static void on_open(void *user, const uint8_t *exporter)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_open(client->engine, exporter);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

static void on_replaced(void *user, const uint8_t *exporter)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_replaced(client->engine, exporter);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

static void on_text(void *user, const char *text, size_t size)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_text(client->engine, text, size);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

/* Sound goes by the lock: its hook may look at the view. */
static void on_binary(void *user, const uint8_t *bytes, size_t size)
{
    struct client *client = user;
    bool is_sound = size > 0 && (bytes[0] == AUDIO_FRAME_TYPE ||
                                 bytes[0] == TIGHT_MESSAGE_TYPE);

    if (is_sound) {
        client_engine_on_binary(client->engine, bytes, size);
        return;
    }
    uv_mutex_lock(&client->lock);
    client_engine_on_binary(client->engine, bytes, size);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

static void on_closed(void *user, uint16_t code)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_closed(client->engine, code);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

/* The wire does not exist before the loop's thread has made it. */
static struct client_transport wire_or_none(struct client *client)
{
    if (client->wire)
        return client_wire_transport(client->wire);
    return (struct client_transport){ NULL, NULL, NULL, NULL };
}

static enum result connect_wire(void *user)
{
    struct client_transport transport = wire_or_none(user);

    return transport.connect ? transport.connect(transport.user) : RESULT_IO;
}

static enum result send_wire(void *user, enum client_lane lane,
                             const void *bytes, size_t size)
{
    struct client_transport transport = wire_or_none(user);

    return transport.send ? transport.send(transport.user, lane, bytes, size)
                          : RESULT_CLOSED;
}

static void close_wire(void *user, uint16_t code)
{
    struct client_transport transport = wire_or_none(user);

    if (transport.close)
        transport.close(transport.user, code);
}

static enum result open_lane(void *user, unsigned lane)
{
    const struct client *client = user;
    struct client_lane_port port = client_wire_lanes(client->wire);

    return port.open(port.user, lane);
}

static enum result send_lane(void *user, unsigned lane, enum client_lane kind,
                             const void *bytes, size_t size)
{
    const struct client *client = user;
    struct client_lane_port port = client_wire_lanes(client->wire);

    return port.send(port.user, lane, kind, bytes, size);
}

static void close_lane(void *user, unsigned lane)
{
    const struct client *client = user;
    struct client_lane_port port = client_wire_lanes(client->wire);

    port.close(port.user, lane);
}

static void ping_lane(void *user, unsigned lane)
{
    const struct client *client = user;
    struct client_lane_port port = client_wire_lanes(client->wire);

    port.ping(port.user, lane);
}

static bool look_lane(void *user, unsigned lane, struct line_figures *out)
{
    const struct client *client = user;
    struct client_lane_port port = client_wire_lanes(client->wire);

    return port.look(port.user, lane, out);
}

static void on_lane_open(void *user, unsigned lane, const uint8_t *exporter)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_lane_open(client->engine, lane, exporter);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

static void on_lane_text(void *user, unsigned lane, const char *text,
                         size_t size)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_lane_text(client->engine, lane, text, size);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

/* By the lock, as that of the line; there is nothing but sound. */
static void on_lane_binary(void *user, unsigned lane, const uint8_t *bytes,
                           size_t size)
{
    const struct client *client = user;

    client_engine_on_lane_binary(client->engine, lane, bytes, size);
}

static void on_lane_closed(void *user, unsigned lane)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    client_engine_on_lane_closed(client->engine, lane);
    uv_mutex_unlock(&client->lock);
    finish_turn(client);
}

static void start(struct client *client)
{
    const struct wire_handlers handlers = {
        on_open,      on_replaced,  on_text,        on_binary,      on_closed,
        on_lane_open, on_lane_text, on_lane_binary, on_lane_closed, client
    };
    enum result result;

    client->is_started = true;
    (void)uv_timer_init(client_loop_uv(client->loop), &client->timer);
    client->timer.data = client;
    result = client_wire_new(&client->wire, client_loop_host(client->loop),
                             client->profile->host, client->profile->port,
                             client->proxy, &handlers);
    if (result)
        client->wire = NULL; /* every attempt to connect then fails, aloud */
    uv_mutex_lock(&client->lock);
    client_engine_start(client->engine);
    uv_mutex_unlock(&client->lock);
}

static void send_audio(struct client *client)
{
    struct inbox_audio audio;

    while (client_inbox_take_audio(client->inbox, &audio))
        client_engine_send_audio(client->engine, audio.flags, audio.sequence,
                                 audio.timestamp, audio.payload, audio.size);
}

static void end(struct client *client)
{
    uv_mutex_lock(&client->lock);
    client_engine_stop(client->engine);
    uv_mutex_unlock(&client->lock);
    if (client->wire)
        client_wire_end(client->wire);
    if (!uv_is_closing((uv_handle_t *)&client->timer))
        (void)uv_timer_stop(&client->timer); /* fails for no timer only */
}

void client_thread_run(void *user)
{
    struct client *client = user;

    if (!client->is_started)
        start(client);
    if (client_is_ending(client)) {
        end(client);
    } else {
        if (atomic_exchange(&client->is_poked, false) && client->hooks.on_poke)
            client->hooks.on_poke(client->hooks.user);
        send_audio(client);
    }
    finish_turn(client);
}

void client_thread_ports(struct client *client,
                         struct client_engine_config *engine)
{
    engine->transport = (struct client_transport){ connect_wire, send_wire,
                                                   close_wire, client };
    engine->lanes = (struct client_lane_port){ open_lane, send_lane, close_lane,
                                               ping_lane, look_lane, client };
    engine->clock = (struct client_clock){ monotonic_ms, NULL };
    engine->entropy = (struct client_entropy){ fill_random, NULL };
}
