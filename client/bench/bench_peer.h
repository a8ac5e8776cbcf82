/*
 * One load-making device: a real line (TLS, WebSocket), real enrolment, login,
 * join and signed acts, and the chain's head, but no fold of the log, so that
 * a thousand of them fit beside the server that is measured. One thread.
 */
#ifndef CLIENT_BENCH_BENCH_PEER_H
#define CLIENT_BENCH_BENCH_PEER_H

#include "client/bench/bench_refusal.h"
#include "client/bench/bench_websocket.h"
#include "protocol/record/signing_key.h"
#include "protocol/record/statement.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { BENCH_TOKEN_SIZE = 16, BENCH_HEADS = 64 };

enum peer_phase {
    PEER_DOWN = 1,
    PEER_CONNECTING,
    PEER_GREETED, /* hello verified */
    PEER_LOGGED_IN,
    PEER_WAITING, /* in the lobby */
    PEER_JOINED,
    PEER_CAUGHT_UP,
    PEER_FAILED
};

struct bench_peer;
struct bench_peer_hooks {
    /* A request's answer; latency from its sending. May be NULL. */
    void (*on_answer)(struct bench_peer *peer, uint64_t id, bool is_ok,
                      uint64_t latency_us);
    /* An audio message. May be NULL. */
    void (*on_audio)(struct bench_peer *peer, const uint8_t *bytes,
                     size_t size);
};

struct bench_peer {
    struct bench_net *net;
    struct bench_websocket websocket;
    const char *host; /* of the server; borrowed */
    const struct bench_peer_hooks *hooks;
    struct signing_key key;
    struct identifier organisation;
    struct identifier holder;
    /* Who the server must be; in a link only the fingerprint stands. */
    struct server_fingerprint server_fingerprint;
    struct key server; /* its key, from the hello */
    struct hash exporter, nonce;
    uint8_t token[BENCH_TOKEN_SIZE];
    bool enrols; /* before the login */
    enum peer_phase phase;
    struct identifier log; /* joined when logged in, "" for none */
    uint64_t next_seq;
    struct hash head;
    struct hash heads[BENCH_HEADS]; /* the newest, by seq */
    const char *role;               /* signs heads in this role; NULL: not */
    uint64_t signatures;            /* sent */
    uint64_t checkpoints;           /* checkpoint events in the log */
    uint64_t connected_seen;        /* events "connected" in the log */
    bool has_slot;
    uint16_t slot;
    uint64_t next_id, join_id;
    uint64_t asked_id, asked_us;      /* the newest request */
    uint64_t answered_id;             /* the newest answer to one */
    char refusal[BENCH_REFUSAL_SIZE]; /* why it was refused; "": it was not */
    void *user;
};

/*
 * The key follows from `seed`; `host` is borrowed for as long as the peer is.
 * Holder, organisation and fingerprint are the caller's to set.
 */
MUST_USE enum result bench_peer_init(struct bench_peer *peer,
                                     struct bench_net *net, const char *host,
                                     const struct bench_peer_hooks *hooks,
                                     const struct hash *seed);
/* A seed that a later run finds again: of servers that are thrown away. */
struct hash bench_peer_seed(uint64_t index);
void bench_peer_release(struct bench_peer *peer);

/* What is known of a log; it is disconnected. */
void bench_peer_forget(struct bench_peer *peer);
MUST_USE enum result bench_peer_connect(struct bench_peer *peer);
void bench_peer_disconnect(struct bench_peer *peer);
void bench_peer_join(struct bench_peer *peer);
/* A command of the log joined, as its author: sealed and signed. Takes it. */
void bench_peer_command(struct bench_peer *peer, json_t *command);
void bench_peer_audio(struct bench_peer *peer, uint32_t sequence,
                      const uint8_t *payload, size_t size);

#endif
