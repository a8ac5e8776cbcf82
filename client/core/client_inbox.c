#include "client/core/client_inbox.h"

#include "client/core/secret_memory.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct client_inbox {
    uv_mutex_t lock;
    struct inbox_item *first, **end;
    size_t count;
    struct inbox_audio audio[LIMIT_AUDIO_QUEUE];
    size_t audio_first, audio_count;
};

enum result client_inbox_new(struct client_inbox **out)
{
    struct client_inbox *inbox = calloc(1, sizeof *inbox);

    if (!inbox)
        return RESULT_NO_MEMORY;
    if (uv_mutex_init(&inbox->lock)) {
        free(inbox);
        return RESULT_IO;
    }
    inbox->end = &inbox->first;
    *out = inbox;
    return RESULT_OK;
}

struct client_inbox *client_inbox_free(struct client_inbox *inbox)
{
    if (!inbox)
        return NULL;
    while (inbox->first)
        inbox_item_free(client_inbox_take(inbox));
    uv_mutex_destroy(&inbox->lock);
    free(inbox);
    return NULL;
}

struct inbox_item *inbox_item_new(enum inbox_kind kind, uint64_t tag)
{
    struct inbox_item *item = calloc(1, sizeof *item);

    if (item) {
        item->kind = kind;
        item->tag = tag;
    }
    return item;
}

struct inbox_item *inbox_item_free(struct inbox_item *item)
{
    if (!item)
        return NULL;
    secret_memory_free(item->profile, sizeof *item->profile);
    journal_free(item->journal);
    /* It may say how somebody votes. */
    if (item->json)
        OPENSSL_cleanse(item->json, strlen(item->json));
    free(item->json);
    free(item->bytes);
    free(item);
    return NULL;
}

enum result client_inbox_put(struct client_inbox *inbox,
                             struct inbox_item *item)
{
    enum result result = RESULT_FULL;

    uv_mutex_lock(&inbox->lock);
    if (inbox->count < INBOX_SIZE) {
        *inbox->end = item;
        inbox->end = &item->next;
        inbox->count++;
        result = RESULT_OK;
    }
    uv_mutex_unlock(&inbox->lock);
    return result;
}

struct inbox_item *client_inbox_first(struct client_inbox *inbox)
{
    struct inbox_item *item;

    uv_mutex_lock(&inbox->lock);
    item = inbox->first;
    uv_mutex_unlock(&inbox->lock);
    return item;
}

struct inbox_item *client_inbox_take(struct client_inbox *inbox)
{
    struct inbox_item *item;

    uv_mutex_lock(&inbox->lock);
    item = inbox->first;
    if (item) {
        inbox->first = item->next;
        if (!inbox->first)
            inbox->end = &inbox->first;
        inbox->count--;
        item->next = NULL;
    }
    uv_mutex_unlock(&inbox->lock);
    return item;
}

void client_inbox_put_audio(struct client_inbox *inbox,
                            const struct inbox_audio *audio)
{
    uv_mutex_lock(&inbox->lock);
    if (inbox->audio_count == LIMIT_AUDIO_QUEUE) {
        inbox->audio_first = (inbox->audio_first + 1) % LIMIT_AUDIO_QUEUE;
        inbox->audio_count--;
    }
    inbox
        ->audio[(inbox->audio_first + inbox->audio_count) % LIMIT_AUDIO_QUEUE] =
        *audio;
    inbox->audio_count++;
    uv_mutex_unlock(&inbox->lock);
}

bool client_inbox_take_audio(struct client_inbox *inbox,
                             struct inbox_audio *out)
{
    bool is_there;

    uv_mutex_lock(&inbox->lock);
    is_there = inbox->audio_count > 0;
    if (is_there) {
        *out = inbox->audio[inbox->audio_first];
        inbox->audio_first = (inbox->audio_first + 1) % LIMIT_AUDIO_QUEUE;
        inbox->audio_count--;
    }
    uv_mutex_unlock(&inbox->lock);
    return is_there;
}
