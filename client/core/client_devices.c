/* Devices that speak in this holder's name: those that this device did not add
 * and its user does not know are warned of. */
#include "client/core/client_engine_types.h"

#include <string.h>

static bool is_foreign(struct client_engine *engine,
                       const struct register_device *device)
{
    return !device->is_revoked &&
           identifier_equal(&device->holder, &engine->view.me) &&
           !key_equal(&device->key, &engine->view.device) &&
           anchors_device(memory_anchors(engine), &device->key) ==
               ANCHOR_DEVICE_UNKNOWN;
}

static void warn(struct client_engine *engine,
                 const struct register_device *device, uint64_t seq)
{
    struct client_notice *notice = notice_new(CLIENT_FOREIGN_DEVICE);
    struct text_view label;

    if (notice) {
        label = meeting_view_device_label(&engine->view, &device->key);
        notice->log = engine->profile->organisation;
        notice->seq = seq;
        notice->device = device->key;
        notice->code = device_code_of(&device->key);
        notice->is_vouched = device->is_vouched;
        if (label.data)
            notice->text = copy_text(label.data, label.size);
    }
    notice_put(engine, notice);
}

void devices_on_caught_up(struct client_engine *engine)
{
    const struct register_state *state = engine->view.org;
    size_t i;

    engine->has_device_news = false;
    if (!engine->config.follows_register || !state)
        return;
    for (i = 0; i < state->device_count; i++)
        if (is_foreign(engine, &state->devices[i]))
            warn(engine, &state->devices[i], state->devices[i].enrolled_seq);
}

static void note_added(struct client_engine *engine, const struct key *device)
{
    if (anchors_note_device(memory_anchors(engine), device,
                            ANCHOR_DEVICE_ADDED) == RESULT_NO_MEMORY)
        engine_drop(engine, CLIENT_REASON_STORAGE, true);
    else
        memory_save_later(engine);
}

/* With its label the follower has checked the statement: only from then on it
 * counts as this device's word. */
void devices_on_opening(struct client_engine *engine,
                        const struct followed *followed,
                        const struct opening *opening)
{
    struct message_memory memory = { NULL, NULL, 0 };
    struct register_event event;
    struct text_view bytes;

    if (!log_follower_is_register(followed->follower) ||
        strcmp(opening->field, "label") != 0 ||
        !log_follower_event(followed->follower, opening->seq, &bytes))
        return;
    if (register_event_decode(bytes.data, bytes.size, &event, &memory, NULL) ==
            RESULT_OK &&
        event.kind == REGISTER_DEVICE_ADDED_KIND &&
        key_equal(&event.body.device_added.signer, &engine->view.device))
        note_added(engine, &event.body.device_added.device);
    message_memory_release(&memory);
}

void devices_tell_news(struct client_engine *engine)
{
    const struct register_device *device =
        engine->has_device_news && engine->view.org
            ? register_state_device(engine->view.org, &engine->device_news)
            : NULL;

    engine->has_device_news = false;
    if (device && is_foreign(engine, device))
        warn(engine, device, engine->device_news_seq);
}

/* The label of a new device comes behind its event: the warning waits for it,
 * until the next frame at most. */
void devices_on_event(struct client_engine *engine,
                      const struct followed *followed,
                      const struct taken_event *event)
{
    const struct register_event *registry = &event->registry;
    const struct key *key = NULL;

    if (!event->is_register)
        return;
    if (registry->kind == REGISTER_DEVICE_ENROLLED_KIND) {
        key = &registry->body.device_enrolled.device;
    } else if (registry->kind == REGISTER_DEVICE_ADDED_KIND) {
        key = &registry->body.device_added.device;
    }
    if (!key || !engine->config.follows_register ||
        followed->phase != FOLLOW_LIVE)
        return;
    devices_tell_news(engine);
    engine->has_device_news = true;
    engine->device_news = *key;
    engine->device_news_seq = registry->seq;
}

void client_engine_accept_device(struct client_engine *engine, uint64_t tag,
                                 const struct key *device)
{
    struct refusal refusal = { .code = REFUSAL_BUSY };
    enum result result = RESULT_INVALID;

    if (engine->has_identity) {
        result = anchors_note_device(memory_anchors(engine), device,
                                     ANCHOR_DEVICE_ACCEPTED);
        if (!result)
            result = anchor_store_save(engine->config.anchors);
    } else {
        refusal.code = REFUSAL_NOT_LOGGED_IN;
    }
    if (result == RESULT_FULL) {
        refusal.code = REFUSAL_TOO_MANY;
        refusal_add_number(&refusal, "max", LIMIT_ANCHOR_DEVICES);
    }
    request_answer_locally(engine, tag, result ? &refusal : NULL);
}
