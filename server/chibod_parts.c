/* The parts of the server: read, made and opened before its loop runs. */
#include "server/chibod_internal.h"

#include "server/control/identity_file.h"
#include "server/control/ruleset_folder.h"
#include "server/control/ruleset_store.h"
#include "server/platform/clock.h"
#include "server/platform/entropy.h"
#include "server/platform/log.h"
#include "server/platform/private_file.h"
#include "server/platform/recording_folder.h"
#include "server/platform/tls_certificate.h"
#include "server/store/store_thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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
    log_info("rules: new meetings are held under %s%s", chosen->rules.name,
             chosen->rules.recording == RECORDING_BY_ITS_CHAIR
                 ? ", and their chair may have them recorded"
                 : "");
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

bool chibod_open_hub(struct chibod *server,
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

bool chibod_load_parts(struct chibod *server, struct identifier *organisation)
{
    return load_rules(server) && load_identity(server) &&
           make_certificate(&server->config) &&
           find_organisation(server, organisation) && keep_rules(server) &&
           load_secrets(server) && open_recordings(server);
}

bool chibod_open_store(struct chibod *server,
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
