/*
 * What is done while chibod is stopped: found the organisation, back up,
 * restore, verify; each under the lock that a running server holds. And what
 * a running one says of itself.
 */
#include "server/control/chiboctl.h"

#include "protocol/meeting/log_codec.h"
#include "protocol/meeting/meeting_state.h"
#include "protocol/record/hash_chain.h"
#include "server/control/identity_file.h"
#include "server/control/organisation.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- init
 * -------------------------------------------------------------------------------------
 */

/* The key that is there, so that a second try after a failure keeps it, or a
 * new one. */
static bool take_identity(const char *path, struct signing_key *identity)
{
    enum result result = identity_file_read(path, identity);

    if (result == RESULT_NOT_FOUND) {
        result = organisation_make_key(entropy_system(), identity);
        if (result == RESULT_OK)
            result = identity_file_write(path, identity);
    }
    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_text(result));
    return result == RESULT_OK;
}

static bool choose_id(const struct chiboctl *ctl, struct identifier *out)
{
    const char *text = chiboctl_option(ctl, "id");
    const enum result result =
        text ? identifier_parse(text_view_of(text), out)
             : organisation_make_id(entropy_system(), out);

    if (result != RESULT_OK)
        chiboctl_fail(CHIBOCTL_FAILED,
                      _("--id takes small letters, digits, \".\" and \"-\""));
    return result == RESULT_OK;
}

static int say_not_founded(enum result result, const struct refusal *refusal,
                           const char *path)
{
    if (result == RESULT_REFUSED)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("the name or the id will not do (%s)"),
                             refusal_code_text(refusal->code));
    if (result == RESULT_EXISTS)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s holds an organisation already"), path);
    if (result == RESULT_BUSY)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("%s is in use: stop chibod first"), path);
    return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_text(result));
}

static int run_init(struct chiboctl *ctl)
{
    const char *name = chiboctl_option(ctl, "name");
    struct organisation organisation = { .name = text_view_of(name) };
    struct signing_key identity;
    struct server_fingerprint fingerprint;
    struct refusal refusal = { 0 };
    const struct config *config = &ctl->config;
    enum result result;

    if (!name)
        return chiboctl_fail(CHIBOCTL_FAILED, _("give --name NAME"));
    if (text_check(organisation.name, LIMIT_NAME_LENGTH, false) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("a text is too long, or not clean text"));
    if (!choose_id(ctl, &organisation.id) || !chiboctl_load_config(ctl))
        return CHIBOCTL_FAILED;
    if (private_directory_make(config->data_directory) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", config->data_directory,
                             strerror(errno));
    if (!take_identity(config->identity_key_path, &identity))
        return CHIBOCTL_FAILED;
    organisation.identity = &identity;
    result = organisation_found(config->database_path, &organisation,
                                clock_system(), entropy_system(), &refusal);
    fingerprint = server_fingerprint_of(&identity.public_key);
    signing_key_wipe(&identity);
    if (result != RESULT_OK)
        return say_not_founded(result, &refusal, config->database_path);
    if (ctl->is_json)
        (void)printf("{\"organisation\":\"%s\",\"fingerprint\":\"%s\"}\n",
                     organisation.id.text, fingerprint.text);
    else
        (void)printf(_("The organisation %s is founded in %s.\n"
                       "Fingerprint of the server: %s\n"),
                     organisation.id.text, config->data_directory,
                     fingerprint.text);
    return CHIBOCTL_OK;
}

/* --- backup and restore -------------------------------------------------- */

/* The lock of the configured database; NULL: said why. */
static struct store_lock *take_lock(struct chiboctl *ctl)
{
    struct store_lock *lock = NULL;
    enum result result;

    if (!chiboctl_load_config(ctl))
        return NULL;
    result = store_sqlite_lock(&lock, ctl->config.database_path);
    if (result == RESULT_OK)
        return lock;
    if (result == RESULT_BUSY)
        chiboctl_fail(CHIBOCTL_FAILED, _("%s is in use: stop chibod first"),
                      ctl->config.database_path);
    else
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", ctl->config.database_path,
                      result_text(result));
    return NULL;
}

static char *identity_path_beside(const char *file)
{
    char *path = NULL;

    return asprintf(&path, "%s.identity-key", file) < 0 ? NULL : path;
}

static enum result copy_identity(const char *from, const char *to)
{
    struct signing_key identity;
    enum result result = identity_file_read(from, &identity);

    if (result != RESULT_OK)
        return result;
    result = identity_file_write(to, &identity);
    signing_key_wipe(&identity);
    return result;
}

static int copy_both(const char *database, const char *identity,
                     const char *new_database, const char *new_identity)
{
    enum result result;

    if (access(new_database, F_OK) == 0 || access(new_identity, F_OK) == 0)
        return chiboctl_fail(CHIBOCTL_REFUSED,
                             _("%s or %s is there already: nothing was done"),
                             new_database, new_identity);
    result = store_sqlite_backup(database, new_database);
    if (result != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", database,
                             result_text(result));
    result = copy_identity(identity, new_identity);
    if (result == RESULT_OK)
        return CHIBOCTL_OK;
    /* Half a backup would be taken for a whole one. */
    if (unlink(new_database) != 0)
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", new_database, strerror(errno));
    return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", identity,
                         result_text(result));
}

static int run_backup(struct chiboctl *ctl)
{
    const char *file = ctl->arguments[0];
    char *identity = identity_path_beside(file);
    struct store_lock *lock = identity ? take_lock(ctl) : NULL;
    int code = CHIBOCTL_FAILED;

    if (lock)
        code = copy_both(ctl->config.database_path,
                         ctl->config.identity_key_path, file, identity);
    if (code == CHIBOCTL_OK && !ctl->is_json)
        (void)printf(_("Copied to %s and %s. Both are secret: keep them "
                       "together, and where nobody else can read them.\n"),
                     file, identity);
    store_lock_release(lock);
    free(identity);
    return code;
}

static int run_restore(struct chiboctl *ctl)
{
    const char *file = ctl->arguments[0];
    char *identity = identity_path_beside(file);
    struct store_lock *lock = NULL;
    int code = CHIBOCTL_FAILED;

    if (!identity || !chiboctl_load_config(ctl))
        goto done;
    if (private_directory_make(ctl->config.data_directory) != RESULT_OK) {
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", ctl->config.data_directory,
                      strerror(errno));
        goto done;
    }
    lock = take_lock(ctl);
    if (lock)
        code = copy_both(file, identity, ctl->config.database_path,
                         ctl->config.identity_key_path);
    if (code == CHIBOCTL_OK && !ctl->is_json)
        (void)printf(_("Restored from %s. Check it with \"chiboctl verify\", "
                       "then start chibod.\n"),
                     file);

done:
    store_lock_release(lock);
    free(identity);
    return code;
}

/* --- verify
 * ----------------------------------------------------------------------------------------
 */

struct verification {
    const struct chiboctl *ctl;
    size_t logs, events, openings;
    struct register_state *registry; /* of the first log */
};

union any_event {
    struct register_event registry;
    struct meeting_event meeting;
};

/* One event into the state of its log, of whichever kind. */
static enum result fold_event(struct verification *check,
                              struct meeting_state *meeting,
                              const struct store_event *row,
                              union any_event *event,
                              struct message_memory *memory)
{
    const char *bytes = (const char *)row->bytes;
    enum result result;

    if (meeting) {
        result = meeting_event_decode(bytes, row->size, &event->meeting, memory,
                                      NULL);
        if (result == RESULT_OK && event->meeting.at_ms != row->at_ms)
            result = RESULT_CORRUPT;
        if (result == RESULT_OK)
            result = meeting_state_apply(meeting, &event->meeting);
        return result;
    }
    result =
        register_event_decode(bytes, row->size, &event->registry, memory, NULL);
    if (result == RESULT_OK && event->registry.at_ms != row->at_ms)
        result = RESULT_CORRUPT;
    if (result == RESULT_OK)
        result = register_state_apply(check->registry, &event->registry);
    return result;
}

static enum result check_openings(struct verification *check,
                                  const struct store_log *log, size_t *next,
                                  uint64_t seq, const struct schema *schema,
                                  void *body)
{
    for (; *next < log->opening_count && log->openings[*next].seq == seq;
         (*next)++) {
        const struct store_opening *row = &log->openings[*next];
        struct opening opening = { .seq = seq,
                                   .value = { row->value, row->value_size } };

        if (!schema)
            continue;
        if (strlen(row->field) > OPENING_FIELD_SIZE_MAX)
            return RESULT_CORRUPT;
        memcpy(opening.field, row->field, strlen(row->field) + 1);
        memcpy(opening.salt.bytes, row->salt, sizeof row->salt);
        if (event_opening_check(schema, body, identifier_view(&log->id),
                                &opening) != RESULT_OK)
            return RESULT_CORRUPT;
        check->openings++;
    }
    return RESULT_OK;
}

static enum result check_event(struct verification *check,
                               const struct store_log *log, size_t index,
                               struct meeting_state *meeting,
                               size_t *next_opening)
{
    const struct store_event *row = &log->events[index];
    const struct hash leaf = hash_chain_leaf(row->bytes, row->size);
    const struct hash head = hash_chain_link(
        index ? &log->events[index - 1].head : NULL, row->seq, &leaf);
    struct message_memory memory = { 0 };
    union any_event event;
    enum result result;

    if (row->seq != index || !hash_equal(&head, &row->head))
        return RESULT_CORRUPT;
    result = fold_event(check, meeting, row, &event, &memory);
    if (result == RESULT_OK && meeting)
        result = check_openings(check, log, next_opening, row->seq,
                                meeting_event_schema(event.meeting.kind),
                                &event.meeting.body);
    else if (result == RESULT_OK)
        result = check_openings(check, log, next_opening, row->seq,
                                register_event_schema(event.registry.kind),
                                &event.registry.body);
    message_memory_release(&memory);
    check->events++;
    return result;
}

/* The register says that this meeting ended: with this head? */
static enum result check_end(const struct verification *check,
                             const struct store_log *log)
{
    const struct register_meeting *call =
        register_state_meeting(check->registry, &log->id);

    if (!call)
        return RESULT_CORRUPT;
    if (call->phase != CALL_ENDED)
        return RESULT_OK;
    return log->event_count &&
                   hash_equal(&log->events[log->event_count - 1].head,
                              &call->final_head)
               ? RESULT_OK
               : RESULT_CORRUPT;
}

static enum result check_log(const struct store_log *log, void *user)
{
    struct verification *check = user;
    struct meeting_state *meeting = NULL;
    size_t next_opening = 0;
    size_t i;
    enum result result = RESULT_OK;

    if (check->logs++ > 0)
        result = meeting_state_new(&meeting);
    for (i = 0; i < log->event_count && result == RESULT_OK; i++)
        result = check_event(check, log, i, meeting, &next_opening);
    if (result != RESULT_OK && i > 0)
        chiboctl_fail(CHIBOCTL_REFUSED, _("log %s: event %zu: %s"),
                      log->id.text, i - 1, result_text(result));
    if (result == RESULT_OK && meeting) {
        result = check_end(check, log);
        if (result != RESULT_OK)
            chiboctl_fail(CHIBOCTL_REFUSED,
                          _("log %s: the register says something else of it"),
                          log->id.text);
    }
    if (result == RESULT_OK && !check->ctl->is_json)
        (void)printf(_("log %s: %zu events, in order\n"), log->id.text,
                     log->event_count);
    meeting_state_free(meeting);
    return result;
}

static int run_verify(struct chiboctl *ctl)
{
    struct verification check = { .ctl = ctl };
    struct store_lock *lock = take_lock(ctl);
    enum result result;

    if (!lock)
        return CHIBOCTL_FAILED;
    result = register_state_new(&check.registry);
    if (result == RESULT_OK)
        result =
            store_sqlite_check(ctl->config.database_path, check_log, &check);
    register_state_free(check.registry);
    store_lock_release(lock);
    if (result == RESULT_NOT_FOUND)
        return chiboctl_fail(CHIBOCTL_FAILED, _("%s: there is no database"),
                             ctl->config.database_path);
    if (result != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_REFUSED, "%s: %s",
                             ctl->config.database_path, result_text(result));
    if (ctl->is_json)
        (void)printf("{\"logs\":%zu,\"events\":%zu,\"openings\":%zu}\n",
                     check.logs, check.events, check.openings);
    else
        (void)printf(_("all in order; logs: %zu, events: %zu, openings: %zu\n"),
                     check.logs, check.events, check.openings);
    return CHIBOCTL_OK;
}

/* --- status
 * --------------------------------------------------------------------------------------
 */

static size_t current_members(const struct register_state *state)
{
    size_t count = 0;

    for (size_t i = 0; i < state->member_count; i++)
        count += !state->members[i].is_removed;
    return count;
}

static size_t live_devices(const struct register_state *state)
{
    size_t count = 0;

    for (size_t i = 0; i < state->device_count; i++)
        count += !state->devices[i].is_revoked;
    return count;
}

static size_t meetings_in(const struct register_state *state,
                          enum call_phase phase)
{
    size_t count = 0;

    for (size_t i = 0; i < state->meeting_count; i++)
        count += state->meetings[i].phase == phase;
    return count;
}

static json_t *status_of(struct chiboctl *ctl)
{
    const struct chiboctl_hello *hello = chiboctl_hello(ctl);
    const struct register_state *state = register_book_state(ctl->book);
    const struct hash head = register_book_head(ctl->book);
    char head_hex[HEX_SIZE(HASH_SIZE)];

    hex_encode(head.bytes, HASH_SIZE, head_hex);
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
        "s:s}",
        "organisation", hello->organisation.text, "name",
        register_book_name(ctl->book, 0), "host", hello->host, "port",
        (int)hello->port, "server", hello->server, "fingerprint",
        hello->fingerprint, "units", (json_int_t)state->unit_count, "members",
        (json_int_t)current_members(state), "sites",
        (json_int_t)state->site_count, "devices",
        (json_int_t)live_devices(state), "meetings_scheduled",
        (json_int_t)meetings_in(state, CALL_SCHEDULED), "meetings_begun",
        (json_int_t)meetings_in(state, CALL_BEGUN), "events",
        (json_int_t)state->next_seq, "head", head_hex);
}

static int run_status(struct chiboctl *ctl)
{
    json_t *status;
    const char *key;
    json_t *value;

    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    status = status_of(ctl);
    if (!status)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    if (ctl->is_json) {
        chiboctl_row(ctl, status, NULL);
        return CHIBOCTL_OK;
    }
    json_object_foreach(status, key, value)
    {
        if (json_is_string(value))
            (void)printf("%-20s %s\n", _(key), json_string_value(value));
        else
            (void)printf("%-20s %" JSON_INTEGER_FORMAT "\n", _(key),
                         json_integer_value(value));
    }
    json_decref(status);
    return CHIBOCTL_OK;
}

/* --- The commands
 * --------------------------------------------------------------------------------
 */

static const struct chiboctl_option init_options[] = {
    { "name", "NAME", N_("the organisation's name") },
    { "id", "ID", N_("its id; without: a random one") },
    { NULL, NULL, NULL }
};

const struct chiboctl_command chiboctl_offline_commands[] = {
    { "init", NULL, "", N_("found the organisation (chibod is stopped)"),
      init_options, 0, 0, run_init },
    { "status", NULL, "", N_("show what the running server says of itself"),
      NULL, 0, 0, run_status },
    { "backup", NULL, "FILE",
      N_("copy database and identity key (chibod is stopped)"), NULL, 1, 1,
      run_backup },
    { "restore", NULL, "FILE",
      N_("bring a backup back into an empty data directory"), NULL, 1, 1,
      run_restore },
    { "verify", NULL, "",
      N_("check every log of the database (chibod is stopped)"), NULL, 0, 0,
      run_verify },
    { 0 }
};
