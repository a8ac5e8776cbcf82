#include "server/platform/config_file.h"

#include "protocol/base/limits.h"

#include <arpa/inet.h>
#include <libconfig.h>
#include <libintl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/* Who starts a program reads what is wrong with its settings: in the language
 * of that program. */
#define _(text) gettext(text)
#define N_(text) text

enum setting_kind {
    KIND_TEXT = 1,
    KIND_PATH,
    KIND_UINT16,
    KIND_UNSIGNED,
    KIND_INT64,
    KIND_LEVEL
};

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset;    /* in struct config */
    int64_t min, max; /* of a number */
    int64_t number;   /* default of a number */
    const char *text; /* default of a text; NULL: made from others */
    bool (*is_valid)(const char *text); /* of a text; NULL: any */
    const char *wanted;                 /* what is_valid() asks for, in words */
};

static bool is_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 ||
           inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_host(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    size_t size = strlen(text);

    return is_address(text) ||
           (size && size <= 253 && strspn(text, allowed) == size);
}

static bool is_token(const char *text)
{
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return !size || (size >= 16 && size <= 128);
}

static bool is_vouching(const char *text)
{
    return strcmp(text, "required") == 0 || strcmp(text, "optional") == 0;
}

/* The ruleset itself says which names there are. */
static bool is_ruleset(const char *text)
{
    size_t size = strlen(text);

    return size && size <= 400;
}

/* Which words there are, whoever reads them says. */
static bool is_words(const char *text)
{
    const size_t size = strlen(text);

    return size <= 200 && strspn(text, "abcdefghijklmnopqrstuvwxyz_, ") == size;
}

static bool is_path(const char *text)
{
    size_t size = strlen(text);

    return size && size <= 1024;
}

/* A socket's path must fit into its address. */
static bool is_socket_path(const char *text)
{
    return is_path(text) &&
           strlen(text) < sizeof((struct sockaddr_un){ 0 }).sun_path;
}

/* clang-format off */
#define AT(field) offsetof(struct config, field)
#define TEXT(field, value, check, words) \
    { #field, KIND_TEXT, AT(field), 0, 0, 0, value, check, words }
#define PATH(key, field) \
    { key, KIND_PATH, AT(field), 0, 0, 0, NULL, is_path, N_("a path") }
#define NUMBER(field, kind, min, max, value) \
    { #field, kind, AT(field), min, max, value, NULL, NULL, NULL }
/* clang-format on */

static const struct setting settings[] = {
    TEXT(listen_address, "127.0.0.1", is_address, N_("a numeric IP address")),
    NUMBER(listen_port, KIND_UINT16, 0, UINT16_MAX, 7443),
    TEXT(public_host, "localhost", is_host, N_("a host name or an IP address")),
    NUMBER(public_port, KIND_UINT16, 0, UINT16_MAX, 0),
    PATH("data_directory", data_directory),
    PATH("admin_socket", admin_socket_path),
    PATH("archive_directory", archive_directory),
    PATH("rules_directory", rules_directory),
    TEXT(ruleset, "interim-2026-11", is_ruleset, N_("the name of a ruleset")),
    PATH("ballot_key", ballot_key_path),
    PATH("hall_pepper", hall_pepper_path),
    PATH("tls_certificate", tls_certificate_path),
    PATH("tls_key", tls_key_path),
    NUMBER(keep_attachments_months, KIND_UNSIGNED, 0, 1200, 0),
    NUMBER(keep_texts_months, KIND_UNSIGNED, 0, 1200, 0),
    NUMBER(keep_meetings_months, KIND_UNSIGNED, 0, 1200, 0),
    NUMBER(keep_imported_months, KIND_UNSIGNED, 0, 1200, 0),
    TEXT(keep_forever_kinds, "", is_words, N_("kinds of meeting")),
    NUMBER(connection_max, KIND_UNSIGNED, 1, 60000, 4000),
    NUMBER(connection_max_per_address, KIND_UNSIGNED, 1, 60000, 400),
    NUMBER(worker_job_max, KIND_UNSIGNED, 1, 4096, 256),
    NUMBER(grace_ms, KIND_INT64, 1000, 600000, LIMIT_GRACE_MS),
    NUMBER(talk_pace_ms, KIND_INT64, 0, 60000, LIMIT_TALK_PACE_MS),
    NUMBER(bundle_window_max_ms, KIND_INT64, 0, 60, 60),
    TEXT(vouched_devices, "required", is_vouching,
         N_("\"required\" or \"optional\"")),
    TEXT(metrics_token, "", is_token,
         N_("empty or 16 to 128 printable letters")),
    NUMBER(log_level, KIND_LEVEL, LOG_LEVEL_ERROR, LOG_LEVEL_DEBUG,
           LOG_LEVEL_INFO),
};

enum { SETTING_COUNT = sizeof settings / sizeof settings[0] };

/* What a load in progress knows. */
struct load {
    struct config config;
    const char *directory; /* of the file, with its slash; "" without one */
    char *error;
};

static void *field_of(struct config *config, const struct setting *setting)
{
    return (char *)config + setting->offset;
}

static char **text_of(struct config *config, const struct setting *setting)
{
    return field_of(config, setting);
}

static enum result fail_at(struct load *load, const config_setting_t *at,
                           const char *what)
{
    const char *file = config_setting_source_file(at);

    snprintf(load->error, CONFIG_ERROR_SIZE, "%s:%u: %s: %s", file ? file : "?",
             config_setting_source_line(at), config_setting_name(at), what);
    return RESULT_MALFORMED;
}

static enum result fail_memory(struct load *load)
{
    snprintf(load->error, CONFIG_ERROR_SIZE, "%s",
             _("there is not enough memory"));
    return RESULT_NO_MEMORY;
}

static void store_number(struct config *config, const struct setting *setting,
                         int64_t value)
{
    void *field = field_of(config, setting);

    switch (setting->kind) {
    case KIND_UINT16:
        *(uint16_t *)field = (uint16_t)value;
        break;
    case KIND_UNSIGNED:
        *(unsigned *)field = (unsigned)value;
        break;
    case KIND_INT64:
        *(int64_t *)field = value;
        break;
    case KIND_LEVEL:
        *(enum log_level *)field = (enum log_level)value;
        break;
    case KIND_TEXT:
    case KIND_PATH:
        break;
    }
}

/* A copy of `base` and `rest` one after the other; NULL when memory is out. */
static char *join(const char *base, const char *rest)
{
    size_t base_size = strlen(base);
    size_t rest_size = strlen(rest);
    char *joined = malloc(base_size + rest_size + 1);

    if (!joined)
        return NULL;
    memcpy(joined, base, base_size);
    memcpy(joined + base_size, rest, rest_size + 1);
    return joined;
}

static enum result store_text(struct load *load, const struct setting *setting,
                              const char *value)
{
    char **field = text_of(&load->config, setting);
    bool is_relative = setting->kind == KIND_PATH && value[0] != '/';
    char *copy = join(is_relative ? load->directory : "", value);

    if (!copy)
        return fail_memory(load);
    free(*field);
    *field = copy;
    return RESULT_OK;
}

static enum result store_defaults(struct load *load)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        store_number(&load->config, &settings[i], settings[i].number);
        if (!settings[i].text)
            continue;
        enum result result = store_text(load, &settings[i], settings[i].text);
        if (result)
            return result;
    }
    return RESULT_OK;
}

static enum result read_number(struct load *load, const struct setting *setting,
                               const config_setting_t *at)
{
    int type = config_setting_type(at);
    char what[256];

    snprintf(what, sizeof what, _("must be a whole number from %lld to %lld"),
             (long long)setting->min, (long long)setting->max);
    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return fail_at(load, at, what);
    int64_t value = config_setting_get_int64(at);
    if (value < setting->min || value > setting->max)
        return fail_at(load, at, what);
    store_number(&load->config, setting, value);
    return RESULT_OK;
}

static enum result read_text(struct load *load, const struct setting *setting,
                             const config_setting_t *at)
{
    const char *value = config_setting_get_string(at);
    char what[256];

    if (!value || (setting->is_valid && !setting->is_valid(value))) {
        snprintf(what, sizeof what, _("must be %s, in quotes"),
                 _(setting->wanted));
        return fail_at(load, at, what);
    }
    return store_text(load, setting, value);
}

static enum result read_level(struct load *load, const struct setting *setting,
                              const config_setting_t *at)
{
    static const char *const words[] = {
        [LOG_LEVEL_ERROR] = "error",
        [LOG_LEVEL_WARNING] = "warning",
        [LOG_LEVEL_INFO] = "info",
        [LOG_LEVEL_DEBUG] = "debug",
    };
    const char *value = config_setting_get_string(at);

    for (int level = LOG_LEVEL_ERROR; value && level <= LOG_LEVEL_DEBUG;
         level++)
        if (!strcmp(value, words[level])) {
            store_number(&load->config, setting, level);
            return RESULT_OK;
        }
    return fail_at(load, at,
                   _("must be \"error\", \"warning\", \"info\" or \"debug\""));
}

static enum result read_setting(struct load *load, const config_setting_t *at)
{
    const char *name = config_setting_name(at);

    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strcmp(name, settings[i].name) != 0)
            continue;
        switch (settings[i].kind) {
        case KIND_TEXT:
        case KIND_PATH:
            return read_text(load, &settings[i], at);
        case KIND_UINT16:
        case KIND_UNSIGNED:
        case KIND_INT64:
            return read_number(load, &settings[i], at);
        case KIND_LEVEL:
            return read_level(load, &settings[i], at);
        }
    }
    return fail_at(load, at, _("unknown setting"));
}

static enum result read_file(struct load *load, config_t *file,
                             const char *path)
{
    if (config_read_file(file, path) != CONFIG_TRUE) {
        bool is_missing = config_error_type(file) == CONFIG_ERR_FILE_IO;
        const char *at = config_error_file(file);

        if (is_missing)
            snprintf(load->error, CONFIG_ERROR_SIZE, _("%s: cannot be read"),
                     path);
        else
            snprintf(load->error, CONFIG_ERROR_SIZE, "%s:%d: %s",
                     at ? at : path, config_error_line(file),
                     config_error_text(file));
        return is_missing ? RESULT_NOT_FOUND : RESULT_MALFORMED;
    }

    const config_setting_t *root = config_root_setting(file);
    for (int i = 0; i < config_setting_length(root); i++) {
        enum result result =
            read_setting(load, config_setting_get_elem(root, (unsigned)i));
        if (result)
            return result;
    }
    return RESULT_OK;
}

/* Gives a path that was not set its place in `directory`. */
static enum result place(struct load *load, char **field, const char *directory,
                         const char *name)
{
    if (*field)
        return RESULT_OK;
    *field = join(directory, name);
    return *field ? RESULT_OK : fail_memory(load);
}

/* The two directories: beside the file, or in the working directory, which
 * without a file is the root of the source tree. */
static enum result place_directories(struct load *load, bool has_file)
{
    struct config *config = &load->config;
    enum result result =
        place(load, &config->data_directory, load->directory, "chibo-data");

    if (result)
        return result;
    return place(load, &config->rules_directory, load->directory,
                 has_file ? "rules" : "config/rules");
}

static enum result place_files(struct load *load)
{
    struct config *config = &load->config;
    const struct {
        char **field;
        const char *name;
    } places[] = {
        { &config->database_path, "/chibo.db" },
        { &config->identity_key_path, "/identity.key" },
        { &config->ballot_key_path, "/ballot.key" },
        { &config->ballot_directory, "/ballots" },
        { &config->recording_directory, "/recordings" },
        { &config->hall_pepper_path, "/hall.pepper" },
        { &config->archive_directory, "/archive" },
        { &config->admin_socket_path, "/admin.sock" },
        { &config->tls_certificate_path, "/tls_certificate.pem" },
        { &config->tls_key_path, "/tls_key.pem" },
    };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        enum result result = place(load, places[i].field,
                                   config->data_directory, places[i].name);
        if (result)
            return result;
    }
    return RESULT_OK;
}

/* What no single setting shows. */
static enum result check_whole(struct load *load)
{
    struct config *config = &load->config;

    if (!config->tls_certificate_path != !config->tls_key_path) {
        snprintf(
            load->error, CONFIG_ERROR_SIZE, "%s",
            _("tls_certificate and tls_key go together: give both or none"));
        return RESULT_MALFORMED;
    }
    config->makes_certificate = !config->tls_certificate_path;
    return RESULT_OK;
}

static enum result check_socket(struct load *load)
{
    const char *path = load->config.admin_socket_path;

    if (is_socket_path(path))
        return RESULT_OK;
    snprintf(load->error, CONFIG_ERROR_SIZE,
             _("admin_socket: %.300s is too long for a socket"), path);
    return RESULT_MALFORMED;
}

/* The directory of `path` with its slash; "" for one in the working
 * directory. NULL when memory is out. */
static char *directory_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
}

enum result config_file_load(struct config *out, const char *path,
                             char error[CONFIG_ERROR_SIZE])
{
    struct load load = { .directory = "", .error = error };
    char *directory = NULL;
    config_t file;

    config_init(&file);
    enum result result = store_defaults(&load);
    if (!result && path) {
        load.directory = directory = directory_of(path);
        result = directory ? read_file(&load, &file, path) : fail_memory(&load);
    }
    if (!result)
        result = check_whole(&load);
    if (!result)
        result = place_directories(&load, path != NULL);
    if (!result)
        result = place_files(&load);
    if (!result)
        result = check_socket(&load);
    if (result)
        config_file_release(&load.config);
    else
        *out = load.config;
    free(directory);
    config_destroy(&file);
    return result;
}

void config_file_release(struct config *config)
{
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (settings[i].kind == KIND_TEXT || settings[i].kind == KIND_PATH) {
            char *text = *text_of(config, &settings[i]);
            if (text)
                OPENSSL_cleanse(text, strlen(text));
            free(text);
        }
    free(config->database_path);
    free(config->identity_key_path);
    free(config->ballot_directory);
    free(config->recording_directory);
    *config = (struct config){ 0 };
}
