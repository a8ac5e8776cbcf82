/* The simulated world: its clock, its server, its clients, one step of it. */
#include "tests/support/simulation_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEP_MS = 20,
    TICK_MS = 150,
    ENROL_STEPS_MAX = 20000,
    PAUSE_MAX = 50,
    FAILED_COMMITS = 3
};

void sim_broken(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: the simulation cannot go on: %s\n", file,
                  line, condition);
    abort();
}

uint64_t sim_random(struct simulation *sim, uint64_t limit)
{
    uint64_t value = 0;

    (void)sim->chance.port.fill(sim->chance.port.user, &value, sizeof value);
    return limit ? value % limit : 0;
}

bool sim_happens(struct simulation *sim, unsigned per_thousand)
{
    return per_thousand > 0 && sim_random(sim, 1000) < per_thousand;
}

/* --- The server ---------------------------------------------------------- */

static enum result run_later(void *user, void (*work)(void *data),
                             void (*done)(void *data, enum result result),
                             void *data)
{
    struct simulation *sim = user;
    struct sim_job *job = calloc(1, sizeof *job);

    SIM_MUST(job != NULL);
    *job = (struct sim_job){ .work = work, .done = done, .data = data };
    *sim->jobs_end = job;
    sim->jobs_end = &job->next;
    return RESULT_OK;
}

static bool run_job(struct simulation *sim)
{
    struct sim_job *job = sim->jobs;

    if (!job)
        return false;
    sim->jobs = job->next;
    if (!sim->jobs)
        sim->jobs_end = &sim->jobs;
    job->work(job->data);
    job->done(job->data, RESULT_OK);
    free(job);
    return true;
}

void sim_start_server(struct simulation *sim)
{
    struct hub_config config = {
        .clock = &sim->clock.port,
        .entropy = &sim->server_entropy.port,
        .work = { run_later, sim },
        .rules = &sim->rules,
        .identity = &sim->identity,
        .organisation = { SIM_ORGANISATION },
        .recordings = &sim->recordings,
        .public_host = "localhost",
        .public_port = 7460,
        .session_max = 100,
    };
    struct store_listener listener;

    SIM_MUST(hub_new(&sim->hub, &config) == RESULT_OK);
    if (sim->is_early_release)
        hub_plant_early_release(sim->hub);
    listener = hub_store_listener(sim->hub);
    store_fake_set_listener(sim->store, &listener);
    SIM_MUST(hub_start(sim->hub, store_fake_store(sim->store)) == RESULT_OK);
    while (!hub_is_ready(sim->hub)) {
        store_fake_commit_all(sim->store);
        SIM_MUST(store_fake_run(sim->store) > 0);
    }
}

static void stop_server(struct simulation *sim)
{
    sim_lines_down(sim);
    while (run_job(sim))
        ;
    store_fake_crash(sim->store);
    sim->hub = hub_free(sim->hub);
}

void sim_crash_server(struct simulation *sim)
{
    stop_server(sim);
    fake_clock_advance(&sim->clock, (int64_t)sim_random(sim, 5000));
    sim_start_server(sim);
}

static void run_store(struct simulation *sim)
{
    if (sim->commit_pause > 0) {
        sim->commit_pause--;
    } else if (sim_happens(sim, sim->faults.slow_commits)) {
        sim->commit_pause = (unsigned)sim_random(sim, PAUSE_MAX);
    } else {
        if (sim_happens(sim, sim->faults.store_failures))
            store_fake_fail_next(sim->store, RESULT_IO);
        (void)store_fake_commit_some(sim->store, 1 + sim_random(sim, 8));
    }
    (void)store_fake_run(sim->store);
}

/* --- Clients ------------------------------------------------------------- */

static int64_t client_now_ms(void *user)
{
    const struct simulation *sim = user;

    return sim->clock.monotonic_ms;
}

static enum result client_fill(void *user, void *out, size_t size)
{
    struct simulation *sim = user;

    return sim->client_entropy.port.fill(sim->client_entropy.port.user, out,
                                         size);
}

static struct scratch_path journal_path(const struct sim_client *client)
{
    return scratch_folder_file(&client->sim->folder, client->holder);
}

void sim_start_client(struct sim_client *client)
{
    struct simulation *sim = client->sim;
    struct client_engine_config config = {
        .transport = sim_transport(client),
        .clock = { client_now_ms, sim },
        .entropy = { client_fill, sim },
        .profile = &client->profile,
    };

    SIM_MUST(notice_queue_new(&client->notices, NOTICE_QUEUE_SIZE) ==
             RESULT_OK);
    if (client->has_profile)
        SIM_MUST(journal_open(&client->journal, journal_path(client).text) ==
                 RESULT_OK);
    else
        config.token = client->token;
    config.notices = client->notices;
    config.journal = client->journal;
    SIM_MUST(client_engine_new(&client->engine, &config) == RESULT_OK);
    client_engine_start(client->engine);
}

static void forget_pending(struct simulation *sim, struct sim_client *client)
{
    uint64_t tag;

    for (tag = 0; tag < sim->next_tag; tag++) {
        if (&sim->clients[tag % SIM_CLIENTS] == client &&
            sim->outcomes[tag] == OUTCOME_ASKED)
            sim->outcomes[tag] = OUTCOME_FORGOTTEN;
    }
    client->pending = 0;
}

static void end_client(struct sim_client *client)
{
    sim_abandon(client);
    client->engine = client_engine_free(client->engine);
    client->notices = notice_queue_free(client->notices);
    client->journal = journal_free(client->journal);
}

void sim_crash_client(struct sim_client *client)
{
    char join[100];

    sim_read_notices(client);
    forget_pending(client->sim, client);
    end_client(client);
    sim_start_client(client);
    (void)snprintf(join, sizeof join,
                   "{\"op\":\"join\",\"log\":\"%s\",\"recorded\":true}",
                   client->sim->meeting.text);
    sim_command(client, false, join);
}

const struct meeting_view *sim_view(const struct sim_client *client)
{
    return client_engine_view(client->engine);
}

/* A tag names its client by its remainder. */
uint64_t sim_next_tag(struct sim_client *client)
{
    struct simulation *sim = client->sim;

    while (sim->next_tag % SIM_CLIENTS != (uint64_t)(client - sim->clients))
        sim->next_tag++;
    return sim->next_tag;
}

void sim_command(struct sim_client *client, bool is_chat, const char *json)
{
    struct simulation *sim = client->sim;
    uint64_t tag = sim_next_tag(client);
    enum result result;

    sim->next_tag = tag + 1;
    SIM_MUST(sim->next_tag < SIM_TAGS_MAX);
    result = client_engine_command(client->engine, tag, json);
    SIM_MUST(result == RESULT_OK || result == RESULT_FULL);
    if (result)
        return;
    if (sim->outcomes[tag] == OUTCOME_NONE)
        sim->outcomes[tag] = OUTCOME_ASKED;
    sim->is_chat[tag] = is_chat;
    client->pending++;
}

static void on_answer(struct sim_client *client,
                      const struct client_notice *notice)
{
    struct simulation *sim = client->sim;
    uint8_t *outcome = &sim->outcomes[notice->tag];

    SIM_MUST(notice->tag < SIM_TAGS_MAX);
    if (*outcome == OUTCOME_DONE || *outcome == OUTCOME_REFUSED)
        *outcome = OUTCOME_TWICE;
    else
        *outcome = notice->is_ok ? OUTCOME_DONE : OUTCOME_REFUSED;
    if (notice->is_ok)
        sim->done++;
    if (client->pending > 0)
        client->pending--;
}

/* Whom the invitation is for is known now: the device becomes theirs. */
static void on_invited(struct sim_client *client,
                       const struct client_notice *notice)
{
    struct scratch_path path = journal_path(client);

    client->profile.organisation = notice->organisation;
    client->profile.holder = notice->holder;
    memcpy(client->profile.label, client->label, sizeof client->label);
    (void)client_fill(client->sim, client->profile.seed,
                      sizeof client->profile.seed);
    SIM_MUST(identifier_is(&notice->holder, client->holder));
    SIM_MUST(journal_create(path.text) == RESULT_OK);
    SIM_MUST(journal_open(&client->journal, path.text) == RESULT_OK);
    client->has_profile = true;
    SIM_MUST(client_engine_enrol(client->engine, 0, &client->profile,
                                 client->journal) == RESULT_OK);
}

void sim_read_notices(struct sim_client *client)
{
    struct client_notice *notice;

    while ((notice = notice_queue_take(client->notices)) != NULL) {
        if (notice->kind == CLIENT_ANSWER && notice->tag > 0)
            on_answer(client, notice);
        else if (notice->kind == CLIENT_INVITED && !client->has_profile)
            on_invited(client, notice);
        else if (notice->kind == CLIENT_TRUST_ALARM)
            client->is_alarmed = true;
        else if (notice->kind == CLIENT_REFUSED)
            client->is_down_for_good = true;
        client_notice_free(notice);
    }
}

/* --- Steps --------------------------------------------------------------- */

void sim_step(struct simulation *sim)
{
    uint64_t jobs = sim_random(sim, 6);
    size_t i;

    fake_clock_advance(&sim->clock, 1 + (int64_t)sim_random(sim, STEP_MS));
    sim_lines_run(sim);
    while (jobs-- > 0 && run_job(sim))
        ;
    run_store(sim);
    if (sim->clock.monotonic_ms >= sim->tick_ms) {
        sim->tick_ms = sim->clock.monotonic_ms + TICK_MS;
        hub_tick(sim->hub);
    }
    for (i = 0; i < SIM_CLIENTS; i++) {
        struct sim_client *client = &sim->clients[i];

        if (!client->engine)
            continue;
        if (client_engine_next_ms(client->engine) <= sim->clock.monotonic_ms)
            client_engine_tick(client->engine);
        sim_read_notices(client);
    }
}

static void let_things_go_wrong(struct simulation *sim)
{
    struct sim_client *client = &sim->clients[sim_random(sim, SIM_CLIENTS)];

    if (sim_happens(sim, sim->faults.cuts))
        sim_cut(sim, client);
    if (sim_happens(sim, sim->faults.client_crashes) && !client->is_alarmed)
        sim_crash_client(client);
    if (sim_happens(sim, sim->faults.server_crashes))
        sim_crash_server(sim);
}

void simulation_run(struct simulation *sim, size_t steps,
                    const struct simulation_faults *faults)
{
    size_t i;

    sim->faults = *faults;
    for (i = 0; i < steps; i++) {
        let_things_go_wrong(sim);
        sim_act(sim);
        sim_step(sim);
    }
    sim->faults = (struct simulation_faults){ .cuts = 0 };
}

/* --- From nothing to an open meeting ------------------------------------- */

static void init_clients(struct simulation *sim)
{
    static const char *const holders[SIM_CLIENTS] = { "m1", "m2",  "m3", "m4",
                                                      "m5", "m6",  "m7", "m8",
                                                      "m9", "m10", "s1" };
    size_t i;

    for (i = 0; i < SIM_CLIENTS; i++) {
        struct sim_client *client = &sim->clients[i];

        client->sim = sim;
        client->holder = holders[i];
        (void)snprintf(client->label, sizeof client->label, "Máy của %s",
                       holders[i]);
        client->profile.server =
            server_fingerprint_of(&sim->identity.public_key);
        memcpy(client->profile.host, "localhost", sizeof "localhost");
        client->profile.port = 7460;
    }
}

static bool is_everyone_up(const struct simulation *sim)
{
    size_t i;

    for (i = 0; i < SIM_CLIENTS; i++) {
        if (sim_view(&sim->clients[i])->line != LINE_UP)
            return false;
    }
    return true;
}

static void enrol_everyone(struct simulation *sim)
{
    size_t i, steps;

    for (i = 0; i < SIM_CLIENTS; i++)
        sim_start_client(&sim->clients[i]);
    for (steps = 0; !is_everyone_up(sim); steps++) {
        SIM_MUST(steps < ENROL_STEPS_MAX);
        sim_step(sim);
    }
}

static void open_meeting(struct simulation *sim)
{
    char json[100];

    (void)snprintf(json, sizeof json, "{\"op\":\"open_lobby\",\"log\":\"%s\"}",
                   sim->meeting.text);
    sim_command(&sim->clients[0], false, json);
    SIM_MUST(simulation_settle(sim));
    sim_command(&sim->clients[0], false, "{\"op\":\"open_meeting\"}");
    SIM_MUST(simulation_settle(sim));
    SIM_MUST(sim_view(&sim->clients[0])->state->phase == MEETING_OPEN);
}

struct simulation *simulation_new(uint64_t seed)
{
    struct simulation *sim = calloc(1, sizeof *sim);
    uint8_t key_seed[SIGNING_KEY_SEED_SIZE];

    SIM_MUST(sim != NULL);
    fake_clock_init(&sim->clock, INT64_C(1795000000000));
    fake_entropy_init(&sim->server_entropy, seed * 3 + 1);
    fake_entropy_init(&sim->client_entropy, seed * 3 + 2);
    fake_entropy_init(&sim->chance, seed * 3 + 3);
    memset(key_seed, 0x5a, sizeof key_seed);
    SIM_MUST(signing_key_init(&sim->identity, key_seed) == RESULT_OK);
    sim->rules = (struct ruleset){ .name = "thu-nghiem",
                                   .grace_ms = 30000,
                                   .floor_limit_ms = 60000,
                                   .majority_numerator = 1,
                                   .majority_denominator = 2,
                                   .is_majority_strict = true,
                                   .recording = RECORDING_BY_ITS_CHAIR };
    ruleset_complete(&sim->rules);
    sim->jobs_end = &sim->jobs;
    sim->next_tag = 1;
    sim->admin_answers = json_array();
    scratch_folder_make(&sim->folder);
    scratch_folder_make(&sim->recorded);
    sim->recordings = recording_folder_store(sim->recorded.path);
    init_clients(sim);
    sim_found(sim);
    sim_start_server(sim);
    sim->admin = sim_connect_admin(sim);
    sim_fill_register(sim);
    enrol_everyone(sim);
    open_meeting(sim);
    return sim;
}

struct simulation *simulation_free(struct simulation *sim)
{
    size_t i;

    for (i = 0; i < SIM_CLIENTS; i++)
        end_client(&sim->clients[i]);
    sim_lines_free(sim);
    while (run_job(sim))
        ;
    store_fake_crash(sim->store);
    hub_free(sim->hub);
    store_fake_free(sim->store);
    json_decref(sim->admin_answers);
    scratch_folder_remove(&sim->folder);
    scratch_folder_remove(&sim->recorded);
    free(sim);
    return NULL;
}

/* --- Planted faults ------------------------------------------------------ */

void simulation_alter(struct simulation *sim, const char *ev, const char *what,
                      const char *with)
{
    sim->alter_ev = ev;
    sim->alter_what = what;
    sim->alter_with = with;
}

bool simulation_was_altered(const struct simulation *sim)
{
    return sim->was_altered;
}

void simulation_release_early(struct simulation *sim)
{
    sim->is_early_release = true;
    hub_plant_early_release(sim->hub);
}
