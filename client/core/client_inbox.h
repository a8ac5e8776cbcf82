/*
 * What other threads ask of a client, on its way to the loop's thread: bounded,
 * first in, first out; sound beside it, the oldest lost first. Any thread puts,
 * the loop's thread takes.
 */
#ifndef CLIENT_CORE_CLIENT_INBOX_H
#define CLIENT_CORE_CLIENT_INBOX_H

#include "client/core/journal.h"
#include "client/core/keystore.h"
#include "protocol/base/limits.h"
#include "protocol/base/result.h"
#include "protocol/wire/hearing_report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum inbox_kind {
    INBOX_COMMAND = 1, /* json */
    INBOX_BLOB,        /* bytes */
    INBOX_ENROL,       /* profile, journal */
    INBOX_RECONNECT,
    INBOX_ACCEPT_DEVICE, /* device */
    INBOX_ACCEPT_LOSS,
    INBOX_FORGET_ALARM, /* log */
    INBOX_HEARING       /* hearing */
};

struct inbox_item {
    enum inbox_kind kind;
    uint64_t tag;
    char *json;                       /* owned */
    uint8_t *bytes;                   /* owned */
    size_t size;                      /* of bytes */
    struct keystore_profile *profile; /* owned, wiped at the end */
    struct journal *journal;          /* owned */
    struct key device;
    struct identifier log;
    struct hearing_report hearing;
    struct inbox_item *next;
};

struct inbox_audio {
    uint8_t flags;
    uint32_t sequence, timestamp;
    size_t size;
    uint8_t payload[LIMIT_OPUS_PAYLOAD_SIZE];
};

enum { INBOX_SIZE = 64 };

struct client_inbox;
MUST_USE enum result client_inbox_new(struct client_inbox **out);
/* Takes NULL and returns NULL. */
struct client_inbox *client_inbox_free(struct client_inbox *inbox);

/* An item of this kind; NULL when memory is out. */
struct inbox_item *inbox_item_new(enum inbox_kind kind, uint64_t tag);
/* Takes NULL and returns NULL. */
struct inbox_item *inbox_item_free(struct inbox_item *item);

/* Takes the item on RESULT_OK; RESULT_FULL. */
MUST_USE enum result client_inbox_put(struct client_inbox *inbox,
                                      struct inbox_item *item);
/* The oldest, still in the queue; NULL if there is none. */
struct inbox_item *client_inbox_first(struct client_inbox *inbox);
/* Takes the oldest out; the caller owns it. */
struct inbox_item *client_inbox_take(struct client_inbox *inbox);

void client_inbox_put_audio(struct client_inbox *inbox,
                            const struct inbox_audio *audio);
bool client_inbox_take_audio(struct client_inbox *inbox,
                             struct inbox_audio *out);

#endif
