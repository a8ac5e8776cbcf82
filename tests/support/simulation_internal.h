/* The insides of tests/support/simulation*.c. */
#ifndef TESTS_SUPPORT_SIMULATION_INTERNAL_H
#define TESTS_SUPPORT_SIMULATION_INTERNAL_H

#include "client/core/client_engine.h"
#include "server/platform/recording_folder.h"
#include "server/room/hub.h"
#include "server/room/session.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_entropy.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/simulation.h"
#include "tests/support/store_fake.h"

enum {
    SIM_CLIENTS = 11,
    SIM_TAGS_MAX = 200000,
    SIM_QUEUE_MAX = 40, /* frames on a line before it is busy */
    SIM_LINE_MS = 25    /* longest way of a message over a good line */
};

#define SIM_ORGANISATION "to-chuc-mau"

struct sim_message {
    struct sim_message *next;
    int64_t due_ms;
    bool is_binary;
    size_t size;
    char bytes[];
};
struct sim_queue {
    struct sim_message *first, **end;
    size_t count;
    int64_t last_ms; /* nothing overtakes */
};

/* One connection, seen from both ends; gone when both have let go. */
struct transport_connection {
    struct simulation *sim;
    struct sim_client *client; /* NULL once the client's end is gone */
    struct session *session;   /* NULL before and after */
    bool is_opened;            /* the server has seen it */
    bool is_admin;
    bool is_cut; /* nothing is delivered any more */
    bool wants_writable;
    int64_t open_ms;
    int64_t client_end_ms; /* when the client's end is told; INT64_MAX */
    int64_t server_end_ms;
    uint16_t close_code;
    uint8_t exporter[32];
    struct sim_queue up, down;
    struct transport_connection *next;
};

struct sim_client {
    struct simulation *sim;
    const char *holder;
    char label[40];
    struct client_engine *engine;
    struct notice_queue *notices;
    struct journal *journal;
    struct keystore_profile profile;
    bool has_profile;
    uint8_t token[INVITATION_TOKEN_SIZE];
    struct transport_connection *connection; /* the client's end; or NULL */
    bool is_alarmed;
    bool is_down_for_good;
    size_t pending; /* tags not answered */
};

/* What became of a command. */
enum sim_outcome {
    OUTCOME_NONE,
    OUTCOME_ASKED,
    OUTCOME_DONE,
    OUTCOME_REFUSED,
    OUTCOME_FORGOTTEN,
    OUTCOME_TWICE
};

struct sim_job {
    struct sim_job *next;
    void (*work)(void *data);
    void (*done)(void *data, enum result result);
    void *data;
};

struct simulation {
    struct fake_clock clock;
    struct fake_entropy server_entropy, client_entropy, chance;
    struct signing_key identity;
    struct ruleset rules;
    struct hub *hub;
    struct store_fake *store;
    struct sim_job *jobs, **jobs_end;
    struct transport_connection *connections;
    struct transport_connection *admin;
    json_t *admin_answers; /* array */
    struct sim_client clients[SIM_CLIENTS];
    struct identifier meeting;
    struct scratch_folder folder;
    struct scratch_folder recorded; /* where recordings lie */
    struct recording_store recordings;
    struct simulation_faults faults;
    unsigned commit_pause;
    int64_t tick_ms;
    bool is_loading; /* the server is starting */

    uint64_t next_tag;
    uint8_t outcomes[SIM_TAGS_MAX];
    bool is_chat[SIM_TAGS_MAX];
    size_t done, reconnections;
    bool is_early_release;
    const char *alter_ev, *alter_what, *alter_with; /* NULL: nothing */
    bool was_altered;
    char disagreement[400];
};

/* A failure of the simulation itself ends the program: the test cannot go on.
 */
#define SIM_MUST(condition)                                                    \
    ((condition) ? (void)0 : sim_broken(#condition, __FILE__, __LINE__))
_Noreturn void sim_broken(const char *condition, const char *file, int line);

/* --- chance ----------------------------------------------------------------
 */
/* 0..limit-1. */
uint64_t sim_random(struct simulation *sim, uint64_t limit);
bool sim_happens(struct simulation *sim, unsigned per_thousand);

/* --- simulation.c ----------------------------------------------------------
 */
void sim_step(struct simulation *sim);
void sim_start_server(struct simulation *sim);
void sim_crash_server(struct simulation *sim);
void sim_start_client(struct sim_client *client);
void sim_crash_client(struct sim_client *client);
/* The tag that the next command of this client will have. */
uint64_t sim_next_tag(struct sim_client *client);
/* Gives a command; NULL-terminated JSON. */
void sim_command(struct sim_client *client, bool is_chat, const char *json);
void sim_read_notices(struct sim_client *client);
const struct meeting_view *sim_view(const struct sim_client *client);

/* --- simulation_line.c ------------------------------------------------------
 */
struct client_transport sim_transport(struct sim_client *client);
struct transport_connection *sim_connect_admin(struct simulation *sim);
void sim_admin_send(struct simulation *sim, const char *text);
void sim_lines_run(struct simulation *sim);
bool sim_lines_are_empty(const struct simulation *sim);
void sim_cut(struct simulation *sim, struct sim_client *client);
/* The client's process is gone: nobody is told any more. */
void sim_abandon(struct sim_client *client);
/* The server's process is gone: every session ends. */
void sim_lines_down(struct simulation *sim);
void sim_lines_free(struct simulation *sim);

/* --- simulation_acts.c ------------------------------------------------------
 */
void sim_act(struct simulation *sim);
/* What brings everyone back in. */
void sim_gather(struct simulation *sim);

/* --- simulation_setup.c -----------------------------------------------------
 */
void sim_found(struct simulation *sim);
void sim_fill_register(struct simulation *sim);

#endif
