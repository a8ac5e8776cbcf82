/*
 * The hub: everything that sessions and rooms share. It owns all rooms and
 * sessions of the process and is given its ports. Loop thread only.
 */
#ifndef SERVER_ROOM_HUB_H
#define SERVER_ROOM_HUB_H

#include "protocol/record/signing_key.h"
#include "protocol/rules/ruleset_shelf.h"
#include "server/platform/clock.h"
#include "server/platform/entropy.h"
#include "server/platform/recording_store.h"
#include "server/platform/secret_store.h"
#include "server/audio/histogram.h"
#include "server/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hub;

/* Work off the loop thread; the real one is a worker_pool, tests run at once
 * or later. `done` is never called from inside `run`. */
struct work_port {
    enum result (*run)(void *user, void (*work)(void *data),
                       void (*done)(void *data, enum result result),
                       void *data);
    void *user;
};

/* All is borrowed and outlives the hub, but what is copied as said. */
struct hub_config {
    const struct clock *clock;
    const struct entropy *entropy;
    struct work_port work;
    const struct ruleset *rules; /* of meetings that begin */
    /* Of those that have begun; NULL: there is no other. */
    const struct ruleset_shelf *rulesets;
    const struct signing_key *identity; /* the server's own key */
    /* Formal votes and offices ask for devices that are vouched for. */
    bool is_vouching_required;
    /* The server's parts of keys of secret ballots. NULL: no ballot can be held
     * here. */
    const struct secret_store *shares;
    /* Where recordings lie until they are kept. NULL: none is made. */
    const struct recording_store *recordings;
    const uint8_t *hall_pepper;     /* 32 bytes; NULL: no PIN can be set */
    struct identifier organisation; /* the register's log */
    const char *public_host;        /* copied; for links */
    uint16_t public_port;
    size_t session_max;
    size_t log_events_max; /* of a meeting; 0: LIMIT_LOG_EVENTS */
    int64_t talk_pace_ms;  /* between lines and hands of one; 0: any pace */
    /* How long sound may be held back by a busy server; 0: not at all. */
    int64_t bundle_window_max_ms;
};

MUST_USE enum result hub_new(struct hub **out, const struct hub_config *config);
/* The store and all transports must be closed already. NULL is fine. */
struct hub *hub_free(struct hub *hub);

/* What the store reports to. */
struct store_listener hub_store_listener(struct hub *hub);

/* Gives the store and begins to load the register. */
MUST_USE enum result hub_start(struct hub *hub, struct store *store);
/* The register is loaded (true), or could not be (RESULT_CORRUPT, …). */
bool hub_is_ready(const struct hub *hub);
enum result hub_state(const struct hub *hub);
/* Is the server's own key the one that the register names? Once the hub is
 * ready. */
bool hub_is_of_register(const struct hub *hub);

/*
 * This log is closed, or nearly. If the register does not know yet that its
 * meeting has ended (the server stopped between the two), it is told. Once the
 * hub is ready.
 */
void hub_settle_closed(struct hub *hub, const struct identifier *log);

/* Loads this meeting although nobody has asked for it: something of it is to
 * go on, or to be cleared away. Once the hub is ready. */
void hub_load(struct hub *hub, const struct identifier *log);

/* A turn of the loop begins: what may be written in it is counted anew. Without
 * this call there is no such limit. */
void hub_turn(struct hub *hub);

/*
 * Sends the sound that has been held back long enough, and learns from the turn
 * that is over (how long it took, and how much of that the loop worked) how
 * long that is. To be called before the loop sleeps, which may be for as many
 * ms as it says; -1: for ever.
 */
int64_t hub_sound_turn(struct hub *hub, uint64_t passed_us, uint64_t worked_us);

/* Time passes: call it every 100 to 250 ms. */
void hub_tick(struct hub *hub);

/* Tells every session that the server goes and closes it (1001). */
void hub_say_goodbye(struct hub *hub);

/* The bound port, once known (for links). */
void hub_set_public_port(struct hub *hub, uint16_t port);

/* Why sound was not sent on: the first two and the last two count each
 * listener. */
enum sound_drop {
    SOUND_QUEUE_FULL,
    SOUND_STALE,
    SOUND_NO_FLOOR,
    SOUND_TOO_MANY_SPEAKERS,
    SOUND_RATE,
    SOUND_CLOSING,
    SOUND_ONE_VOICE,
    SOUND_SIZE,
    SOUND_DROP_COUNT
};
/* What a session sent too much of, and was cut off for. */
enum cut_reason {
    CUT_REQUESTS, /* in a while */
    CUT_WAITING,  /* requests, while an earlier one is under way */
    CUT_SOUND,
    CUT_UPLOAD,
    CUT_REASON_COUNT
};
/* Why a device could not log in. */
enum login_refusal {
    LOGIN_FAILED,
    LOGIN_REVOKED,
    LOGIN_PAUSED, /* it was cut off a moment ago */
    LOGIN_REFUSAL_COUNT
};
/* All counted in frames, but messages. */
struct sound_figures {
    uint64_t received, delivered, messages, bytes;
    /* Of listeners on bad lines: messages of several frames, copies in what
     * they were sent; of speakers on such lines: what came before. */
    uint64_t tight_messages, copies, duplicates;
    uint64_t dropped[SOUND_DROP_COUNT];
    struct histogram queue_age; /* of what left the queue of a slow listener */
};

/* How devices hear, as they tell it themselves: blocks of 20 ms, and frames
 * that were late or dropped (protocol/wire/hearing_report.h). */
struct hearing_figures {
    uint64_t played, concealed, repaired, late, dropped;
    struct histogram delay; /* one value a report */
};

/* How many follow a room, up to so many; the last one: more. */
enum { ROOM_SIZE_COUNT = 7 };
extern const size_t hub_room_sizes[ROOM_SIZE_COUNT - 1];

/* What bad lines ask for, the first that is true. */
enum line_kind { LINE_COPIES, LINE_BUNDLE, LINE_OTHER, LINE_KIND_COUNT };

struct hub_figures {
    size_t lines[LINE_KIND_COUNT], lanes;
    size_t sessions, rooms;
    size_t room_sessions[ROOM_SIZE_COUNT]; /* in meetings of this size */
    int64_t bundle_window_ms;
    uint64_t events, refusals, logins;
    uint64_t logins_refused[LOGIN_REFUSAL_COUNT], cut_off[CUT_REASON_COUNT];
    struct sound_figures sound;
    struct hearing_figures hearing;
    struct histogram loop_lag;                  /* hub_sound_turn() */
    uint64_t ballots_checked, ballots_recorded; /* of all secret ballots */
    size_t ballots_waiting;
};
void hub_read_figures(const struct hub *hub, struct hub_figures *out);

/*
 * For the tests of the tests: an event is released to its room before its
 * commit. Never set outside them.
 */
void hub_plant_early_release(struct hub *hub);

#endif
