/*
 * A hub on fakes, and peers that speak chibo.v1 to it frame by frame: for tests
 * of rooms and sessions that want to see exactly what is told, and when.
 *
 * Work is done as soon as the session that asked has returned; nothing is
 * committed until the test says so. One thread; what cannot be ends the test.
 */
#ifndef TESTS_SUPPORT_ROOM_FIXTURE_H
#define TESTS_SUPPORT_ROOM_FIXTURE_H

#include "protocol/base/limits.h"
#include "protocol/record/signing_key.h"
#include "server/room/hub.h"
#include "server/room/session.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_entropy.h"
#include "tests/support/fake_secrets.h"
#include "tests/support/store_fake.h"

#include <jansson.h>

#define FIXTURE_ORGANISATION "to-chuc-mau"

struct room_fixture;

struct fixture_peer {
    struct room_fixture *fixture;
    struct session *session; /* NULL once closed */
    struct signing_key key;
    json_t *frames; /* text frames that came, oldest first */
    size_t binary_count;
    uint8_t binary[LIMIT_AUDIO_MESSAGE_SIZE]; /* the newest binary frame */
    size_t binary_size;
    size_t texts_before_binary; /* text frames that came before it */
    uint16_t close_code;        /* 0: open */
    bool is_blocked;            /* takes nothing */
    bool wants_writable;
    bool has_bad_line; /* as the session has said */
    unsigned tickets;  /* that it was given */
    uint64_t next_id;
};

struct fixture_job {
    void (*work)(void *data);
    void (*done)(void *data, enum result result);
    void *data;
};

enum { FIXTURE_PEERS_MAX = 16, FIXTURE_JOBS_MAX = 64 };

struct room_fixture {
    struct fake_clock clock;
    struct fake_entropy entropy;
    struct fake_secrets secrets; /* shares of ballots */
    struct signing_key identity;
    struct ruleset rules;
    struct hub *hub;
    struct store_fake *store;
    struct fixture_job jobs[FIXTURE_JOBS_MAX];
    size_t job_count;
    struct fixture_peer *peers[FIXTURE_PEERS_MAX];
    size_t peer_count;
    struct fixture_peer *admin;
    size_t log_events_max;
};

/* An organisation with cell u2 (and u3 beside it): m1 leader, m2 deputy,
 * m3 and m4 members of u2; meeting FIXTURE_ORGANISATION.1 is called with chair
 * m1, deputy m2, minute-taker m3. `log_events_max` as in hub_config. */
struct room_fixture *room_fixture_new(size_t log_events_max);
/* The same, with meetings that require that devices are vouched for. */
struct room_fixture *room_fixture_vouching(void);
struct room_fixture *room_fixture_free(struct room_fixture *fixture);

/* Commits and delivers everything, workers included, until nothing is left. */
void fixture_settle(struct room_fixture *fixture);
/* Workers and the store's call-backs only; nothing more is committed. */
void fixture_run(struct room_fixture *fixture);

struct fixture_peer *fixture_connect(struct room_fixture *fixture,
                                     bool is_administrator);
void fixture_disconnect(struct fixture_peer *peer);
/* Enrols a new device of this holder and logs it in. */
struct fixture_peer *fixture_member(struct room_fixture *fixture,
                                    const char *holder);
/* Connects with the same device again and asks to log in, settled; `login` is
 * the request. */
struct fixture_peer *fixture_back(const struct fixture_peer *before,
                                  const char *holder, uint64_t *login);
/* Sends {"id":…,"op":op,"log":log,fields}; gives the id. */
uint64_t fixture_ask(struct fixture_peer *peer, const char *op, const char *log,
                     const char *fields);
/* The same, signed on the newest committed head of the log. */
uint64_t fixture_act(struct fixture_peer *peer, const char *op, const char *log,
                     const char *fields);
/* Its answer, borrowed, or NULL while there is none. */
const json_t *fixture_answer(const struct fixture_peer *peer, uint64_t id);
/* The code of a refused request, "ok", or "" while there is no answer. */
const char *fixture_outcome(const struct fixture_peer *peer, uint64_t id);
/* Frames with this key (whatever its value, or this text). */
size_t fixture_count(const struct fixture_peer *peer, const char *key,
                     const char *value);
/* What the administrator asks, settled; must succeed. */
void fixture_administer(struct room_fixture *fixture, const char *op,
                        const char *fields);

#endif
