/*
 * A client without sockets, threads or a clock of its own: what a connection
 * brings goes in, messages and notices come out. It proves the server before it
 * sends anything, keeps connecting, follows logs, signs acts and repeats what
 * was not answered.
 *
 * Single-threaded. client.h is the face that screens use.
 */
#ifndef CLIENT_CORE_CLIENT_ENGINE_H
#define CLIENT_CORE_CLIENT_ENGINE_H

#include "protocol/meeting/act_check.h"
#include "client/core/client.h"
#include "client/core/anchor_store.h"
#include "client/core/client_ports.h"
#include "client/core/journal.h"
#include "client/core/notice_queue.h"

enum {
    CLIENT_REQUESTS_MAX = 48, /* under way; below what a session may have */
    CLIENT_HANDSHAKE_MS = 15000,
    CLIENT_BLOB_WINDOW = 64 * 1024,
    CLIENT_JOIN_RETRY_MS = 3000,
    CLIENT_TEXT_RETRY_MS = 2000, /* of a text that the server could not save */
    CLIENT_SAVE_MS = 10000       /* heads are made durable at least so often */
};

struct client_engine;

/* Pointers are borrowed and outlive the engine, but for what is copied. */
struct client_engine_config {
    struct client_transport transport;
    struct client_lane_port lanes;
    struct client_clock clock;
    struct client_entropy entropy;
    struct client_worker worker;
    struct notice_queue *notices;
    struct statement_cache *act_cache; /* may be NULL */
    struct journal *journal;      /* may be NULL, see struct client_config */
    struct anchor_store *anchors; /* likewise */
    const char *ballots_path;     /* likewise */
    const char *texts_path;       /* likewise */
    const struct keystore_profile *profile; /* copied */
    const uint8_t *token;                   /* copied; NULL: log in */
    bool follows_register;                  /* as in struct client_config */
    /* The newest key of the server that this device has accepted: an older one
     * is refused. Copied; NULL: what the profile's fingerprint names counts. */
    const struct key *server;
    /* The server proved its first key, or a newer one: it is to be kept for
     * good before anything is sent. Otherwise the line ends for good
     * (CLIENT_REASON_STORAGE). May be NULL. */
    enum result (*on_server_key)(void *user, const struct key *server);
    void *server_key_user;
    void (*on_audio)(void *user, uint16_t slot, uint32_t sequence,
                     uint32_t timestamp, uint8_t flags, const uint8_t *payload,
                     size_t size); /* may be NULL */
    /* As in client.h. */
    void (*on_voice_advice)(void *user, unsigned rate, unsigned frame_ms,
                            unsigned floor_ms);
    void *audio_user; /* of both */
};

/* RESULT_INVALID (the profile lacks something), RESULT_CRYPTO or
 * RESULT_NO_MEMORY. Nothing is connected yet: client_engine_start() does. */
MUST_USE enum result
client_engine_new(struct client_engine **out,
                  const struct client_engine_config *config);
/* The transport is closed already. Takes NULL and returns NULL. */
struct client_engine *client_engine_free(struct client_engine *engine);

void client_engine_start(struct client_engine *engine);
/* Saves what has to last and closes the line for good. */
void client_engine_stop(struct client_engine *engine);

/* When client_engine_tick() has something to do, in the clock's milliseconds;
 * INT64_MAX if never. */
int64_t client_engine_next_ms(const struct client_engine *engine);
void client_engine_tick(struct client_engine *engine);
/* Is a meeting taken part in, so that a silent line is to be replaced? */
bool client_engine_watches_line(const struct client_engine *engine);

/* --- from the transport -------------------------------------------------- */
/* `exporter` has 32 bytes: the channel binding of this TLS connection. */
void client_engine_on_open(struct client_engine *engine,
                           const uint8_t *exporter);
/* The same, when the connection has taken the place of one that fell silent. */
void client_engine_on_replaced(struct client_engine *engine,
                               const uint8_t *exporter);
void client_engine_on_text(struct client_engine *engine, const char *text,
                           size_t size);
void client_engine_on_binary(struct client_engine *engine, const uint8_t *bytes,
                             size_t size);
/* `code` is the peer's WebSocket close code, 0 if the line broke or never was.
 */
void client_engine_on_closed(struct client_engine *engine, uint16_t code);

/* The same of a lane, 1 to LIMIT_LANES. Nothing but sound is taken from it, and
 * that only once it has been attached to the server that the line goes to. */
void client_engine_on_lane_open(struct client_engine *engine, unsigned lane,
                                const uint8_t *exporter);
void client_engine_on_lane_text(struct client_engine *engine, unsigned lane,
                                const char *text, size_t size);
void client_engine_on_lane_binary(struct client_engine *engine, unsigned lane,
                                  const uint8_t *bytes, size_t size);
void client_engine_on_lane_closed(struct client_engine *engine, unsigned lane);
/* The line says nothing though it should, or does again. */
void client_engine_note_silence(struct client_engine *engine, bool is_silent);

/* --- from whoever uses the client; as in client.h ------------------------ */
MUST_USE enum result client_engine_command(struct client_engine *engine,
                                           uint64_t tag, const char *json);
MUST_USE enum result client_engine_enrol(struct client_engine *engine,
                                         uint64_t tag,
                                         const struct keystore_profile *profile,
                                         struct journal *journal);
/* Takes `bytes` (of malloc) on RESULT_OK. */
MUST_USE enum result client_engine_put_blob(struct client_engine *engine,
                                            uint64_t tag, uint8_t *bytes,
                                            size_t size);
void client_engine_reconnect(struct client_engine *engine);
void client_engine_accept_device(struct client_engine *engine, uint64_t tag,
                                 const struct key *device);
void client_engine_accept_loss(struct client_engine *engine, uint64_t tag);
void client_engine_forget_alarm(struct client_engine *engine, uint64_t tag,
                                const struct identifier *log);
void client_engine_send_audio(struct client_engine *engine, uint8_t flags,
                              uint32_t sequence, uint32_t timestamp,
                              const uint8_t *payload, size_t size);
void client_engine_report_hearing(struct client_engine *engine,
                                  const struct hearing_report *report);
const struct meeting_view *client_engine_view(struct client_engine *engine);

#endif
