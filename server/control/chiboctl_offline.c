/*
 * Founding the organisation, under the lock that a running server holds; and
 * what a running one says of itself.
 */
#include "server/control/chiboctl.h"

#include "protocol/program/result_words.h"
#include "server/control/identity_file.h"
#include "server/control/organisation.h"
#include "server/platform/private_file.h"
#include "server/store/store_sqlite.h"

#include <errno.h>
#include <string.h>

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
        chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_words(result));
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
    return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", path, result_words(result));
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
    if (text_check(organisation.name, LIMIT_NAME_LENGTH, false) != RESULT_OK ||
        text_has_unseen(organisation.name))
        return chiboctl_fail(CHIBOCTL_FAILED,
                             _("a text is too long, or not clean text"));
    if (!choose_id(ctl, &organisation.id) || !chiboctl_load_config(ctl))
        return CHIBOCTL_FAILED;
    if (private_directory_make(config->data_directory) != RESULT_OK)
        return chiboctl_fail(CHIBOCTL_FAILED, "%s: %s", config->data_directory,
                             system_words(errno));
    if (!chiboctl_become_owner(config->data_directory))
        return CHIBOCTL_FAILED;
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

/* --- The lock
 * --------------------------------------------------------------------------------
 */

struct store_lock *chiboctl_lock(struct chiboctl *ctl)
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
                      result_words(result));
    return NULL;
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

enum { STATUS_WIDTH = 24 }; /* columns of what stands before a value */

/* What people call what a server says of itself. */
static const char *status_word(const char *key)
{
    static const struct {
        const char *key;
        const char *text;
    } words[] = {
        { "organisation", N_("organisation id") },
        { "name", N_("organisation") },
        { "host", N_("host") },
        { "port", N_("port") },
        { "server", N_("key of the server") },
        { "fingerprint", N_("its fingerprint") },
        { "units", N_("units") },
        { "members", N_("members") },
        { "sites", N_("sites") },
        { "devices", N_("devices") },
        { "meetings_scheduled", N_("meetings called") },
        { "meetings_begun", N_("meetings under way") },
        { "events", N_("events in the register") },
        { "head", N_("head of the register") },
        { "held", N_("held") },
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].key, key) == 0)
            return _(words[i].text);
    return key;
}

static void print_key(const char *key)
{
    const char *word = status_word(key);
    int left = STATUS_WIDTH - chiboctl_width(word);

    (void)fputs(word, stdout);
    for (; left > 0; left--)
        (void)fputc(' ', stdout);
}

static void print_ids(const json_t *ids)
{
    if (json_array_size(ids) == 0)
        (void)printf(" %s", _("nothing"));
    for (size_t i = 0; i < json_array_size(ids); i++)
        (void)printf(" %s", json_string_value(json_array_get(ids, i)));
    (void)fputc('\n', stdout);
}

static int run_status(struct chiboctl *ctl)
{
    json_t *status;
    json_t *held;
    const char *key;
    json_t *value;

    if (!chiboctl_connect(ctl))
        return CHIBOCTL_FAILED;
    status = status_of(ctl);
    if (!status)
        return chiboctl_fail(CHIBOCTL_FAILED, _("out of memory"));
    held = chiboctl_held(ctl);
    if (held)
        json_object_set_new(status, "held", held);
    if (ctl->is_json) {
        chiboctl_row(ctl, status, NULL);
        return CHIBOCTL_OK;
    }
    json_object_foreach(status, key, value)
    {
        print_key(key);
        if (json_is_string(value))
            (void)printf(" %s\n", json_string_value(value));
        else if (json_is_array(value))
            print_ids(value);
        else
            (void)printf(" %" JSON_INTEGER_FORMAT "\n",
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
    { 0 }
};
