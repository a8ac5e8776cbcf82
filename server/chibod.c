#include "server/chibod_internal.h"

#include "protocol/program/catalogue.h"
#include "server/chibod_bench.h"
#include "server/chibod_options.h"
#include "server/control/control_server.h"
#include "server/net/websocket_server.h"
#include "server/platform/clock.h"
#include "server/platform/config_file.h"
#include "server/metrics.h"
#include "server/platform/log.h"
#include "server/platform/private_file.h"
#include "server/platform/process_usage.h"
#include "server/platform/secret_folder.h"
#include "server/platform/worker_pool.h"
#include "server/room/hub.h"
#include "server/store/store_thread.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <uv.h>

enum { TICK_MS = 100 };

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
    for (i = 0; i < CHIBOD_SIGNALS; i++)
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
    static const int numbers[CHIBOD_SIGNALS] = { SIGTERM, SIGINT, SIGHUP };
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
    for (i = 0; i < CHIBOD_SIGNALS; i++) {
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
    if (!chibod_load_parts(server, &organisation))
        return EXIT_FAILURE;
    if (uv_loop_init(&server->loop) != 0 ||
        uv_loop_configure(&server->loop, UV_METRICS_IDLE_TIME) != 0 ||
        worker_pool_new(&server->workers, &server->loop,
                        server->config.worker_job_max) != RESULT_OK ||
        !chibod_open_hub(server, &organisation, faults) ||
        !start_handles(server)) {
        log_error("chibod: out of memory");
        return EXIT_FAILURE;
    }
    if (!chibod_open_store(server, faults))
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
    /* What keeps it from starting is for whoever starts it; then the log
     * speaks. */
    catalogue_begin();
    if (given.language)
        (void)catalogue_speak(given.language);
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
    (void)catalogue_speak("en");
    log_set_level(server.config.log_level);
    code = run(&server, faults);
    signing_key_wipe(&server.identity);
    OPENSSL_cleanse(&server.secrets, sizeof server.secrets);
    free(server.logs);
    ruleset_shelf_release(&server.rulesets);
    config_file_release(&server.config);
    return code;
}
