/* The thread-safe face: locks and queues around an engine that knows neither.
 */
#include "client/core/client.h"

#include "client/core/client_engine.h"
#include "client/core/client_inbox.h"
#include "client/core/client_loop.h"
#include "client/core/client_wire.h"
#include "client/core/client_work.h"
#include "client/core/secret_memory.h"
#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"

#include <assert.h>
#include <openssl/rand.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct client {
    struct client_loop *loop;
    struct loop_member member;
    struct client_hooks hooks;
    struct notice_queue *notices;
    struct client_inbox *inbox;
    struct journal *journal;      /* the loop's thread, once it is started */
    struct anchor_store *anchors; /* likewise; NULL without an organisation */
    struct anchor_store_report anchors_report;
    struct client_engine *engine;
    struct client_wire *wire;         /* made and freed on the loop's thread */
    char *proxy;                      /* owned, or NULL */
    struct keystore_profile *profile; /* until the line is made */
    uv_timer_t timer;
    struct client_work work; /* the loop's thread */
    char *ballots_path;      /* owned, or NULL */
    char *texts_path;        /* owned, or NULL */
    bool is_started;         /* the loop's thread has taken it over */
    atomic_bool is_poked;

    uv_mutex_t lock; /* guards the engine, and so the view */
    uv_mutex_t end_lock;
    uv_cond_t end_changed;
    bool is_ending; /* under end_lock */
    bool is_gone;   /* under end_lock: the loop has let go */
};

/* --- On the loop's thread ------------------------------------------------ */

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

static bool is_ending(struct client *client)
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
    if (!is_ending(client) || uv_is_closing((uv_handle_t *)&client->timer) ||
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
    bool is_over = is_ending(client);

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

/* A job has come back from the pool. */
static void on_worked(void *user, struct client_job *job)
{
    struct client *client = user;

    uv_mutex_lock(&client->lock);
    job->done(job, is_ending(client) ? NULL : client->engine);
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

static void run(void *user)
{
    struct client *client = user;

    if (!client->is_started)
        start(client);
    if (is_ending(client)) {
        end(client);
    } else {
        if (atomic_exchange(&client->is_poked, false) && client->hooks.on_poke)
            client->hooks.on_poke(client->hooks.user);
        send_audio(client);
    }
    finish_turn(client);
}

/* --- Opening and closing ------------------------------------------------- */

static void free_client(struct client *client)
{
    if (!client)
        return;
    client_engine_free(client->engine);
    client_inbox_free(client->inbox);
    notice_queue_free(client->notices);
    anchor_store_free(client->anchors);
    journal_free(client->journal);
    secret_memory_free(client->profile, sizeof *client->profile);
    free(client->proxy);
    free(client->ballots_path);
    free(client->texts_path);
    uv_cond_destroy(&client->end_changed);
    uv_mutex_destroy(&client->end_lock);
    uv_mutex_destroy(&client->lock);
    free(client);
}

static struct client *new_client(void)
{
    struct client *client = calloc(1, sizeof *client);

    if (!client)
        return NULL;
    if (uv_mutex_init(&client->lock))
        goto fail;
    if (uv_mutex_init(&client->end_lock))
        goto fail_lock;
    if (uv_cond_init(&client->end_changed))
        goto fail_end_lock;
    return client;

fail_end_lock:
    uv_mutex_destroy(&client->end_lock);
fail_lock:
    uv_mutex_destroy(&client->lock);
fail:
    free(client);
    return NULL;
}

/* The server's newest key outlasts the connection that proved it. */
static enum result keep_server_key(void *user, const struct key *server)
{
    struct client *client = user;

    anchors_set_server(anchor_store_anchors(client->anchors), server);
    return anchor_store_save(client->anchors);
}

static const struct key *accepted_key(const struct client *client)
{
    const struct anchors *anchors =
        client->anchors ? anchor_store_anchors(client->anchors) : NULL;

    return anchors && anchors->has_server ? &anchors->server : NULL;
}

static enum result make_engine(struct client *client,
                               const struct client_config *config)
{
    const struct client_engine_config engine = {
        .transport = { connect_wire, send_wire, close_wire, client },
        .lanes = { open_lane, send_lane, close_lane, ping_lane, look_lane,
                   client },
        .clock = { monotonic_ms, NULL },
        .entropy = { fill_random, NULL },
        .worker = client_work_port(&client->work),
        .notices = client->notices,
        .act_cache = client_loop_cache(client->loop),
        .journal = client->journal,
        .anchors = client->anchors,
        .ballots_path = client->ballots_path,
        .texts_path = client->texts_path,
        .profile = config->profile,
        .token = config->token,
        .follows_register = config->follows_register,
        .server = accepted_key(client),
        .on_server_key = client->anchors ? keep_server_key : NULL,
        .server_key_user = client,
        .on_audio = config->hooks.on_audio,
        .on_voice_advice = config->hooks.on_voice_advice,
        .audio_user = config->hooks.user,
    };

    return client_engine_new(&client->engine, &engine);
}

static enum result fill_client(struct client *client, struct client_loop *loop,
                               const struct client_config *config)
{
    enum result result;

    client->loop = loop;
    client->hooks = config->hooks;
    client->member.run = run;
    client->member.user = client;
    client->profile = secret_memory_new(sizeof *client->profile);
    if (!client->profile)
        return RESULT_NO_MEMORY;
    *client->profile = *config->profile;
    if (config->proxy) {
        client->proxy = strdup(config->proxy);
        if (!client->proxy)
            return RESULT_NO_MEMORY;
    }
    if (config->ballots_path) {
        client->ballots_path = strdup(config->ballots_path);
        if (!client->ballots_path)
            return RESULT_NO_MEMORY;
    }
    if (config->texts_path) {
        client->texts_path = strdup(config->texts_path);
        if (!client->texts_path)
            return RESULT_NO_MEMORY;
    }
    client_work_init(&client->work, client_loop_uv(loop), on_worked, client);
    result = notice_queue_new(&client->notices, NOTICE_QUEUE_SIZE);
    if (!result)
        result = client_inbox_new(&client->inbox);
    if (!result && config->journal_path)
        result = journal_open(&client->journal, config->journal_path);
    if (!result && !identifier_is_empty(&config->profile->organisation))
        result = anchor_store_open(
            &client->anchors, config->anchors_path, client->journal,
            &config->profile->organisation, &client->anchors_report);
    return result ? result : make_engine(client, config);
}

struct anchor_store_report client_anchors_report(const struct client *client)
{
    return client->anchors_report;
}

enum result client_open(struct client **out, struct client_loop *loop,
                        const struct client_config *config)
{
    struct client *client;
    enum result result;

    if (!config->profile || !config->hooks.wakeup ||
        config->profile->host[0] == '\0' || config->profile->port == 0)
        return RESULT_INVALID;
    result = client_loop_enter(loop);
    if (result)
        return result;
    client = new_client();
    result = client ? fill_client(client, loop, config) : RESULT_NO_MEMORY;
    if (result) {
        free_client(client);
        client_loop_leave(loop);
        return result;
    }
    *out = client;
    client_loop_call(loop, &client->member);
    return RESULT_OK;
}

struct client *client_close(struct client *client)
{
    struct client_loop *loop;

    if (!client)
        return NULL;
    loop = client->loop;
    uv_mutex_lock(&client->end_lock);
    client->is_ending = true;
    uv_mutex_unlock(&client->end_lock);
    client_loop_call(loop, &client->member);
    uv_mutex_lock(&client->end_lock);
    while (!client->is_gone)
        uv_cond_wait(&client->end_changed, &client->end_lock);
    uv_mutex_unlock(&client->end_lock);
    client_loop_forget(loop, &client->member);
    free_client(client);
    client_loop_leave(loop);
    return NULL;
}

/* --- From any thread ----------------------------------------------------- */

static enum result put(struct client *client, struct inbox_item *item)
{
    enum result result = client_inbox_put(client->inbox, item);

    if (result)
        inbox_item_free(item);
    else
        client_loop_call(client->loop, &client->member);
    return result;
}

/* Complains while there is somebody to hear it. */
static enum result check_command(const char *json)
{
    json_t *object = NULL;
    enum result result = message_parse(json, strlen(json), &object);

    if (!result && !json_is_string(json_object_get(object, "op")))
        result = RESULT_MALFORMED;
    json_decref(object);
    return result;
}

enum result client_command(struct client *client, uint64_t tag,
                           const char *json)
{
    struct inbox_item *item;
    enum result result = check_command(json);

    if (result)
        return result;
    item = inbox_item_new(INBOX_COMMAND, tag);
    if (item)
        item->json = strdup(json);
    if (!item || !item->json) {
        inbox_item_free(item);
        return RESULT_NO_MEMORY;
    }
    return put(client, item);
}

enum result client_put_blob(struct client *client, uint64_t tag,
                            const void *bytes, size_t size)
{
    struct inbox_item *item;

    if (size == 0 || size > LIMIT_BLOB_SIZE)
        return RESULT_INVALID;
    item = inbox_item_new(INBOX_BLOB, tag);
    if (item)
        item->bytes = malloc(size);
    if (!item || !item->bytes) {
        inbox_item_free(item);
        return RESULT_NO_MEMORY;
    }
    memcpy(item->bytes, bytes, size);
    item->size = size;
    return put(client, item);
}

enum result client_enrol(struct client *client, uint64_t tag,
                         const struct keystore_profile *profile,
                         const char *journal_path)
{
    struct inbox_item *item = inbox_item_new(INBOX_ENROL, tag);
    enum result result;

    if (item)
        item->profile = secret_memory_new(sizeof *item->profile);
    if (!item || !item->profile) {
        inbox_item_free(item);
        return RESULT_NO_MEMORY;
    }
    *item->profile = *profile;
    if (journal_path) {
        result = journal_open(&item->journal, journal_path);
        if (result) {
            inbox_item_free(item);
            return result;
        }
    }
    return put(client, item);
}

void client_reconnect(struct client *client)
{
    struct inbox_item *item = inbox_item_new(INBOX_RECONNECT, 0);

    /* Without memory or room the line is tried again at its own time. */
    if (item)
        (void)put(client, item);
}

/* Takes the item, or NULL for want of memory. */
static enum result decide(struct client *client, struct inbox_item *item)
{
    return item ? put(client, item) : RESULT_NO_MEMORY;
}

enum result client_accept_device(struct client *client, uint64_t tag,
                                 const struct key *device)
{
    struct inbox_item *item = inbox_item_new(INBOX_ACCEPT_DEVICE, tag);

    if (item)
        item->device = *device;
    return decide(client, item);
}

enum result client_accept_loss(struct client *client, uint64_t tag)
{
    return decide(client, inbox_item_new(INBOX_ACCEPT_LOSS, tag));
}

enum result client_forget_alarm(struct client *client, uint64_t tag,
                                const struct identifier *log)
{
    struct inbox_item *item = inbox_item_new(INBOX_FORGET_ALARM, tag);

    if (item)
        item->log = *log;
    return decide(client, item);
}

void client_send_audio(struct client *client, uint8_t flags, uint32_t sequence,
                       uint32_t timestamp, const uint8_t *payload, size_t size)
{
    struct inbox_audio audio = { .flags = flags,
                                 .sequence = sequence,
                                 .timestamp = timestamp,
                                 .size = size };

    if (size == 0 || size > sizeof audio.payload)
        return;
    memcpy(audio.payload, payload, size);
    client_inbox_put_audio(client->inbox, &audio);
    client_loop_call(client->loop, &client->member);
}

void client_report_hearing(struct client *client,
                           const struct hearing_report *report)
{
    struct inbox_item *item = inbox_item_new(INBOX_HEARING, 0);

    if (!item)
        return;
    item->hearing = *report;
    /* Where so much waits that there is no room, a report may be lost. */
    (void)put(client, item);
}

void client_poke(struct client *client)
{
    atomic_store(&client->is_poked, true);
    client_loop_call(client->loop, &client->member);
}

struct client_notice *client_next_notice(struct client *client)
{
    return notice_queue_take(client->notices);
}

const struct meeting_view *client_view_lock(struct client *client)
{
    uv_mutex_lock(&client->lock);
    return client_engine_view(client->engine);
}

void client_view_unlock(struct client *client)
{
    uv_mutex_unlock(&client->lock);
}
