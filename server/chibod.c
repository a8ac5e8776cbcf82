#include "server/chibod.h"

#include "server/chibod_bench.h"
#include "server/chibod_options.h"
#include "server/control/control_server.h"
#include "server/control/ruleset_folder.h"
#include "server/control/ruleset_store.h"
#include "server/net/websocket_server.h"
#include "server/platform/clock.h"
#include "server/platform/config_file.h"
#include "server/platform/entropy.h"
#include "server/control/identity_file.h"
#include "server/metrics.h"
#include "server/platform/log.h"
#include "server/platform/private_file.h"
#include "server/platform/process_usage.h"
#include "server/platform/recording_folder.h"
#include "server/platform/sealed_file.h"
#include "server/platform/secret_folder.h"
#include "server/platform/tls_certificate.h"
#include "server/platform/worker_pool.h"
#include "server/room/hub.h"
#include "server/store/store_thread.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

enum { TICK_MS = 100, SIGNAL_COUNT = 3 };

/* What must be in no swap and in no core file. */
struct chibod_secrets {
    struct sealed_file_key ballot_key, hall_pepper;
};

struct chibod {
    struct config config;
    struct chibod_secrets secrets;
    struct secret_folder share_folder;
    struct secret_store shares;
    struct recording_store recordings;
    struct signing_key identity;
    struct ruleset_shelf rulesets;
    const struct ruleset *rules; /* for new meetings */
    uv_loop_t loop;
    uv_timer_t tick;
    uv_timer_t sound;          /* the next time some of it is due */
    uv_prepare_t turn;         /* between two turns of the loop */
    uint64_t turn_ns, idle_ns; /* when the last one began, and idle by then */
    uint64_t stall_ns;         /* the longest turn since it was last asked */
    uint64_t turn_cpu_ns, stall_cpu_ns; /* the same of the thread's own time */
    uv_signal_t signals[SIGNAL_COUNT];  /* TERM, INT, HUP */
    struct worker_pool *workers;
    struct store *store;
    struct hub *hub;
    struct websocket_server *net;
    struct control_server *control;
    struct store_log_summary *logs; /* as they stood before the start; owned */
    size_t log_count;
    bool is_stopping;
    int exit_code;
};

/* --- parts --------------------------------------------------------------- */

/* Every ruleset of the folder: meetings go on under the one that they were
 * begun under, new ones are held under the one that the settings name. */
static bool load_rules(struct chibod *server)
{
    const struct config *config = &server->config;
    struct ruleset_shelf *shelf = &server->rulesets;
    const struct ruleset_book *chosen;
    size_t i;

    if (ruleset_folder_read(config->rules_directory, shelf) != RESULT_OK)
        return false;
    for (i = 0; i < shelf->count; i++) {
        struct ruleset *rules = &shelf->books[i]->rules;

        log_info("rules: %s", rules->name);
        if (config->grace_ms > 0)
            rules->grace_ms = config->grace_ms;
    }
    chosen = ruleset_shelf_by_name(shelf, config->ruleset);
    if (!chosen) {
        log_error("rules: no file in %s has a ruleset named \"%s\"",
                  config->rules_directory, config->ruleset);
        return false;
    }
    server->rules = &chosen->rules;
    return true;
}

static bool load_identity(struct chibod *server)
{
    const char *path = server->config.identity_key_path;
    enum result result = identity_file_read(path, &server->identity);

    if (result == RESULT_NOT_FOUND)
        log_error("identity: there is no %s: found the organisation with "
                  "\"chiboctl init\" first",
                  path);
    else if (result != RESULT_OK)
        log_error("identity: %s: %s", path, result_text(result));
    return result == RESULT_OK;
}

static bool load_key(const char *path, struct sealed_file_key *out)
{
    enum result result = sealed_file_load_key(path, entropy_system(), out);

    if (result == RESULT_IO)
        log_error("ballot: %s: %s", path, strerror(errno));
    else if (result != RESULT_OK)
        log_error("ballot: %s: %s", path, result_text(result));
    return result == RESULT_OK;
}

/* What was found out last: many secrets are of one ballot. */
struct known_ballot {
    struct chibod *server;
    char uuid[LIMIT_BALLOT_UUID_LENGTH + 1]; /* "": nothing yet */
    bool is_known;
};

/* True as well if that cannot be found out. */
static bool is_of_known(struct known_ballot *last, const char *name)
{
    /* A share has the uuid for its name, a claim begins with it. */
    const size_t size = strcspn(name, "-");
    struct store_sqlite *sqlite = NULL;
    enum result result;

    if (size >= sizeof last->uuid)
        return true;
    if (strlen(last->uuid) == size && memcmp(last->uuid, name, size) == 0)
        return last->is_known;
    memset(last->uuid, 0, sizeof last->uuid);
    memcpy(last->uuid, name, size);
    last->is_known = true;
    result = store_sqlite_open(&sqlite, last->server->config.database_path,
                               STORE_SQLITE_READ);
    if (result == RESULT_OK)
        result = store_sqlite_has_text(sqlite, last->uuid, &last->is_known);
    store_sqlite_close(sqlite);
    if (result != RESULT_OK)
        last->is_known = true;
    return last->is_known;
}

/* The machine stopped between a share and the event that names it. */
static void drop_unknown(void *user, const char *name)
{
    struct known_ballot *last = user;
    struct chibod *server = last->server;

    if (is_of_known(last, name))
        return;
    log_info("ballot: a share that no meeting knows is cleared away");
    if (server->shares.destroy(server->shares.user, name) != RESULT_OK)
        log_error("ballot: %s: %s", server->config.ballot_directory,
                  strerror(errno));
}

static bool load_secrets(struct chibod *server)
{
    const struct config *config = &server->config;
    struct known_ballot last = { .server = server };

    if (mlock(&server->secrets, sizeof server->secrets) != 0)
        log_warning("chibod: keys may be swapped out: %s", strerror(errno));
    if (private_directory_make(config->ballot_directory) != RESULT_OK) {
        log_error("ballot: %s: %s", config->ballot_directory, strerror(errno));
        return false;
    }
    server->share_folder.path = config->ballot_directory;
    server->share_folder.key = &server->secrets.ballot_key;
    server->share_folder.entropy = entropy_system();
    server->shares = secret_folder_store(&server->share_folder);
    if (secret_folder_clear_unfinished(&server->share_folder) != RESULT_OK)
        log_error("ballot: %s: %s", config->ballot_directory, strerror(errno));
    secret_folder_each(&server->share_folder, drop_unknown, &last);
    return load_key(config->ballot_key_path, &server->secrets.ballot_key) &&
           load_key(config->hall_pepper_path, &server->secrets.hall_pepper);
}

static bool open_recordings(struct chibod *server)
{
    const char *path = server->config.recording_directory;

    if (private_directory_make(path) != RESULT_OK) {
        log_error("recording: %s: %s", path, strerror(errno));
        return false;
    }
    server->recordings = recording_folder_store(path);
    return true;
}

static bool make_certificate(const struct config *config)
{
    enum result result;

    if (!config->makes_certificate)
        return true;
    result =
        tls_certificate_make(config->tls_certificate_path, config->tls_key_path,
                             config->public_host, clock_utc_ms(clock_system()));
    if (result == RESULT_OK)
        log_info("net: the certificate is the server's own, for %s",
                 config->public_host);
    if (result != RESULT_OK && result != RESULT_EXISTS)
        log_error("net: %s: %s", config->tls_certificate_path,
                  result_text(result));
    return result == RESULT_OK || result == RESULT_EXISTS;
}

static enum result run_work(void *user, void (*work)(void *),
                            void (*done)(void *, enum result), void *data)
{
    return worker_pool_run(user, work, done, data);
}

static bool open_hub(struct chibod *server,
                     const struct identifier *organisation,
                     const struct chibod_faults *faults)
{
    struct hub_config config = { .clock = clock_system(),
                                 .entropy = entropy_system(),
                                 .rules = server->rules,
                                 .rulesets = &server->rulesets,
                                 .identity = &server->identity };

    config.is_vouching_required =
        strcmp(server->config.vouched_devices, "required") == 0;
    config.work.run = run_work;
    config.work.user = server->workers;
    config.shares = &server->shares;
    config.recordings = &server->recordings;
    config.hall_pepper = server->secrets.hall_pepper.bytes;
    config.organisation = *organisation;
    config.public_host = server->config.public_host;
    config.public_port = server->config.public_port;
    config.session_max = server->config.connection_max;
    config.talk_pace_ms = server->config.talk_pace_ms;
    config.bundle_window_max_ms = server->config.bundle_window_max_ms;
    if (hub_new(&server->hub, &config) != RESULT_OK)
        return false;
    if (faults->releases_early)
        hub_plant_early_release(server->hub);
    return true;
}

/* For reading; a database of an older program is brought up to date first. */
static enum result open_to_read(struct store_sqlite **out, const char *path)
{
    struct store_lock *lock = NULL;
    enum result result = store_sqlite_open(out, path, STORE_SQLITE_READ);

    if (result != RESULT_UNSUPPORTED)
        return result;
    result = store_sqlite_lock(&lock, path);
    if (result == RESULT_OK)
        result = store_sqlite_upgrade(path);
    store_lock_release(lock);
    return result == RESULT_OK ? store_sqlite_open(out, path, STORE_SQLITE_READ)
                               : result;
}

static void log_unusable(const char *path, enum result result)
{
    uint64_t version = 0, newest = 0;

    if (result == RESULT_UNSUPPORTED &&
        store_sqlite_version(path, &version, &newest) == RESULT_OK &&
        version > newest)
        log_error("store: %s was made by a newer program: its schema is %llu, "
                  "the newest known here %llu; nothing was changed",
                  path, (unsigned long long)version,
                  (unsigned long long)newest);
    else
        log_error("store: %s: %s", path, result_text(result));
}

/* The register is the first log of the database; it names the organisation. */
static bool find_organisation(struct chibod *server, struct identifier *out)
{
    const char *path = server->config.database_path;
    struct store_sqlite *sqlite = NULL;
    struct store_log_summary *logs = NULL;
    size_t count = 0;
    enum result result = open_to_read(&sqlite, path);

    if (result == RESULT_OK)
        result = store_sqlite_list_logs(sqlite, &logs, &count);
    if (result == RESULT_OK && count > 0)
        *out = logs[0].id;
    server->logs = logs;
    server->log_count = count;
    store_sqlite_close(sqlite);
    if (result == RESULT_OK && count > 0)
        return true;
    if (result == RESULT_OK || result == RESULT_NOT_FOUND)
        log_error("store: %s holds no organisation: found one with "
                  "\"chiboctl init\"",
                  path);
    else
        log_unusable(path, result);
    return false;
}

/* What meetings are held under stays with them, whatever becomes of the files:
 * it is in the store before the first event that names it. */
static bool keep_rules(struct chibod *server)
{
    const char *path = server->config.database_path;
    struct ruleset_shelf *shelf = &server->rulesets;
    struct store_sqlite *sqlite = NULL;
    size_t i;
    enum result result = ruleset_store_keep(path, shelf, &server->rules->hash);

    if (result == RESULT_OK)
        result = store_sqlite_open(&sqlite, path, STORE_SQLITE_READ);
    if (result == RESULT_OK)
        result = ruleset_store_find(sqlite, shelf);
    store_sqlite_close(sqlite);
    for (i = 0; i < shelf->count; i++)
        if (shelf->books[i]->is_kept && server->config.grace_ms > 0)
            shelf->books[i]->rules.grace_ms = server->config.grace_ms;
    if (result == RESULT_BUSY)
        log_error("store: %s is in use by another process", path);
    else if (result != RESULT_OK)
        log_error("store: %s: %s", path, result_text(result));
    return result == RESULT_OK;
}

static bool open_store(struct chibod *server,
                       const struct chibod_faults *faults)
{
    struct store_config config = { .path = server->config.database_path,
                                   .commit_delay_ms = faults->commit_delay_ms,
                                   .synchronous_off =
                                       faults->commits_unsafely };
    struct store_listener listener = hub_store_listener(server->hub);
    enum result result =
        store_thread_open(&server->store, &server->loop, &config, &listener);

    if (result == RESULT_BUSY)
        log_error("store: %s is in use by another process", config.path);
    else if (result != RESULT_OK)
        log_error("store: %s: %s", config.path, result_text(result));
    return result == RESULT_OK &&
           hub_start(server->hub, server->store) == RESULT_OK;
}

/* What this thread has computed; on a busy machine less than time passed. */
static uint64_t thread_cpu_ns(void)
{
    struct timespec time;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0)
        return 0;
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Its only purpose is that the loop turns. */
static void on_sound_due(uv_timer_t *timer) { (void)timer; }

/* The loop must not sleep on sound that is held back. */
static void send_sound(struct chibod *server, uint64_t passed_ns,
                       uint64_t worked_ns)
{
    int64_t wait_ms =
        hub_sound_turn(server->hub, passed_ns / 1000, worked_ns / 1000);

    if (wait_ms >= 0)
        (void)uv_timer_start(&server->sound, on_sound_due, (uint64_t)wait_ms,
                             0);
}

/* How long the loop worked without waiting for anything: while it does, nobody
 * else is heard. */
static void on_turn(uv_prepare_t *turn)
{
    struct chibod *server = turn->data;
    uint64_t now_ns = uv_hrtime();
    uint64_t idle_ns = uv_metrics_idle_time(&server->loop);
    uint64_t worked_ns = now_ns - server->turn_ns - (idle_ns - server->idle_ns);
    uint64_t cpu_ns = thread_cpu_ns();
    bool is_first = server->turn_ns == 0;
    uint64_t passed_ns = now_ns - server->turn_ns;

    if (!is_first && worked_ns > server->stall_ns)
        server->stall_ns = worked_ns;
    if (!is_first && cpu_ns - server->turn_cpu_ns > server->stall_cpu_ns)
        server->stall_cpu_ns = cpu_ns - server->turn_cpu_ns;
    server->turn_cpu_ns = cpu_ns;
    server->turn_ns = now_ns;
    server->idle_ns = idle_ns;
    if (!server->hub || is_first)
        return;
    hub_turn(server->hub);
    send_sound(server, passed_ns, worked_ns);
}

static size_t metrics_text(void *user, char *out, size_t size)
{
    struct chibod *server = user;
    struct metrics metrics = { .longest_turn_ns = server->stall_ns,
                               .longest_turn_cpu_ns = server->stall_cpu_ns,
                               .cpu_ns = process_usage_cpu_ns(),
                               .resident_size = process_usage_resident() };

    hub_read_figures(server->hub, &metrics.hub);
    if (server->store)
        server->store->ops->figures(server->store, &metrics.store);
    if (server->net)
        metrics.connections_held = websocket_server_held_count(server->net);
    server->stall_ns = server->stall_cpu_ns = 0;
    return metrics_print(&metrics, out, size);
}

/* --- stopping ------------------------------------------------------------ */

static void on_store_closed(void *user)
{
    struct chibod *server = user;
    int i;

    server->store = NULL;
    worker_pool_stop(server->workers);
    uv_close((uv_handle_t *)&server->tick, NULL);
    uv_close((uv_handle_t *)&server->turn, NULL);
    uv_close((uv_handle_t *)&server->sound, NULL);
    for (i = 0; i < SIGNAL_COUNT; i++)
        uv_close((uv_handle_t *)&server->signals[i], NULL);
}

static void on_net_stopped(void *user)
{
    struct chibod *server = user;

    control_server_stop(server->control);
    if (server->store)
        store_thread_close(server->store, on_store_closed, server);
    else
        on_store_closed(server);
}

static void stop(struct chibod *server, int exit_code)
{
    if (server->is_stopping)
        return;
    server->is_stopping = true;
    server->exit_code = exit_code;
    log_info("chibod: stopping");
    hub_say_goodbye(server->hub);
    uv_timer_stop(&server->tick);
    if (server->net)
        websocket_server_stop(server->net, on_net_stopped, server);
    else
        on_net_stopped(server);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct chibod *server = handle->data;

    if (number != SIGHUP) {
        stop(server, EXIT_SUCCESS);
        return;
    }
    if (server->net &&
        websocket_server_reload_certificate(server->net) == RESULT_OK)
        log_info("net: the certificate was read again");
}

/* --- running
 * ----------------------------------------------------------------------------
 */

/* A meeting that has ended, or was about to when the server stopped: its last
 * signatures, or the register's word on it, may be missing. */
static bool is_settled_late(const struct store_log_summary *log)
{
    return log->is_closed || strcmp(log->newest, "closed") == 0 ||
           strcmp(log->newest, "checkpoint") == 0;
}

/*
 * Whoever knows the key of the register would be told of another one. A
 * register that is held may lack the event that changed the key: devices give
 * it back.
 */
static bool check_identity(const struct chibod *server)
{
    if (hub_is_of_register(server->hub))
        return true;
    if (server->logs[0].is_held) {
        log_warning("identity: the register does not name the key in %s; it "
                    "is held, and may lack the event that does",
                    server->config.identity_key_path);
        return true;
    }
    log_error("identity: the key in %s is not the one that the register "
              "names: see \"chiboctl identity show\"",
              server->config.identity_key_path);
    return false;
}

/* A meeting that was being recorded when the server stopped: what lies there
 * is kept, whoever comes. */
static void load_recorded(void *data, const char *name)
{
    struct chibod *server = data;
    const struct text_view text = { name, strcspn(name, "_") };
    struct identifier meeting;

    if (identifier_parse(text, &meeting) == RESULT_OK)
        hub_load(server->hub, &meeting);
}

static void open_doors(struct chibod *server)
{
    /* A ballot goes on, or its share is cleared away. */
    const bool has_shares = secret_folder_has_any(&server->share_folder);
    struct websocket_server_options options = { .loop = &server->loop,
                                                .config = &server->config,
                                                .hub = server->hub,
                                                .metrics_text = metrics_text,
                                                .metrics_user = server };

    if (websocket_server_open(&server->net, &options) != RESULT_OK) {
        server->net = NULL;
        stop(server, EXIT_FAILURE);
        return;
    }
    if (server->config.public_port == 0)
        hub_set_public_port(server->hub, websocket_server_port(server->net));
    if (control_server_open(&server->control, &server->loop,
                            server->config.admin_socket_path,
                            server->hub) != RESULT_OK) {
        stop(server, EXIT_FAILURE);
        return;
    }
    for (size_t i = 0; i < server->log_count; i++)
        if (is_settled_late(&server->logs[i]))
            hub_settle_closed(server->hub, &server->logs[i].id);
        else if (has_shares)
            hub_load(server->hub, &server->logs[i].id);
    if (server->recordings.each(server->recordings.user, "", load_recorded,
                                server) != RESULT_OK)
        log_error("recording: %s: %s", server->config.recording_directory,
                  strerror(errno));
    printf("chibod: ready on port %u\n",
           (unsigned)websocket_server_port(server->net));
    (void)fflush(stdout); /* a reader that is gone is no reason to stop */
}

static void on_tick(uv_timer_t *timer)
{
    struct chibod *server = timer->data;
    enum result state = hub_state(server->hub);

    if (server->net) {
        hub_tick(server->hub);
    } else if (state == RESULT_OK && !check_identity(server)) {
        stop(server, EXIT_FAILURE);
    } else if (state == RESULT_OK) {
        open_doors(server);
    } else if (state != RESULT_BUSY) {
        log_error("chibod: the register cannot be read; restore a backup");
        stop(server, EXIT_FAILURE);
    }
}

static bool start_handles(struct chibod *server)
{
    static const int numbers[SIGNAL_COUNT] = { SIGTERM, SIGINT, SIGHUP };
    int i;

    if (uv_timer_init(&server->loop, &server->tick) != 0)
        return false;
    server->tick.data = server;
    if (uv_timer_init(&server->loop, &server->sound) != 0)
        return false;
    if (uv_prepare_init(&server->loop, &server->turn) != 0)
        return false;
    server->turn.data = server;
    if (uv_prepare_start(&server->turn, on_turn) != 0)
        return false;
    uv_unref((uv_handle_t *)&server->turn);
    for (i = 0; i < SIGNAL_COUNT; i++) {
        if (uv_signal_init(&server->loop, &server->signals[i]) != 0)
            return false;
        server->signals[i].data = server;
        if (uv_signal_start(&server->signals[i], on_signal, numbers[i]) != 0)
            return false;
    }
    return uv_timer_start(&server->tick, on_tick, 0, TICK_MS) == 0;
}

static int run(struct chibod *server, const struct chibod_faults *faults)
{
    struct identifier organisation;
    int status;

    if (private_directory_make(server->config.data_directory) != RESULT_OK) {
        log_error("chibod: cannot make %s", server->config.data_directory);
        return EXIT_FAILURE;
    }
    if (!load_rules(server) || !load_identity(server) ||
        !make_certificate(&server->config) ||
        !find_organisation(server, &organisation) || !keep_rules(server) ||
        !load_secrets(server) || !open_recordings(server))
        return EXIT_FAILURE;
    if (uv_loop_init(&server->loop) != 0 ||
        uv_loop_configure(&server->loop, UV_METRICS_IDLE_TIME) != 0 ||
        worker_pool_new(&server->workers, &server->loop,
                        server->config.worker_job_max) != RESULT_OK ||
        !open_hub(server, &organisation, faults) || !start_handles(server)) {
        log_error("chibod: out of memory");
        return EXIT_FAILURE;
    }
    if (!open_store(server, faults))
        stop(server, EXIT_FAILURE);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    server->net = websocket_server_free(server->net);
    server->control = control_server_free(server->control);
    server->hub = hub_free(server->hub);
    server->workers = worker_pool_free(server->workers);
    status = uv_loop_close(&server->loop);
    log_info("chibod: stopped, uv_loop_close() == %d", status);
    if (status != 0)
        log_error("chibod: the loop still holds something: %s",
                  uv_strerror(status));
    return status == 0 ? server->exit_code : EXIT_FAILURE;
}

/* Keys and pepper are in memory: no core files. */
static void forbid_core_dumps(void)
{
    struct rlimit none = { 0, 0 };

    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
        log_warning("chibod: core dumps could not be switched off");
}

int chibod_main(int argument_count, char **arguments,
                const struct chibod_faults *faults)
{
    static struct chibod server;
    char error[CONFIG_ERROR_SIZE];
    struct chibod_arguments given = { .wants_help = false };
    int code = chibod_read_arguments(argument_count, arguments, &given);

    if (code >= 0)
        return code;
    forbid_core_dumps();
    if (config_file_load(&server.config, given.config_path, error) !=
        RESULT_OK) {
        fprintf(stderr, "chibod: %s\n", error);
        return EXIT_FAILURE;
    }
    if (given.bench_path &&
        !chibod_found_bench(&server.config, given.bench_path)) {
        config_file_release(&server.config);
        return EXIT_FAILURE;
    }
    log_set_level(server.config.log_level);
    code = run(&server, faults);
    signing_key_wipe(&server.identity);
    OPENSSL_cleanse(&server.secrets, sizeof server.secrets);
    free(server.logs);
    ruleset_shelf_release(&server.rulesets);
    config_file_release(&server.config);
    return code;
}
