/* The thread-safe face: locks and queues around an engine that knows neither.
 */
#include "client/core/client_internal.h"

#include "client/core/secret_memory.h"
#include "protocol/wire/audio_frame.h"
#include "protocol/wire/tight_message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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
    struct client_engine_config engine = {
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

    client_thread_ports(client, &engine);
    return client_engine_new(&client->engine, &engine);
}

static enum result fill_client(struct client *client, struct client_loop *loop,
                               const struct client_config *config)
{
    enum result result;

    client->loop = loop;
    client->hooks = config->hooks;
    client->member.run = client_thread_run;
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
    client_work_init(&client->work, client_loop_uv(loop),
                     client_thread_on_worked, client);
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
